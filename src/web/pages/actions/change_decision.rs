//! Endorsing, granting or refusing a change request. The subject is its identifier.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::change_requests::{self, ChangeRequestDecisionInput};
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;

/// Endorses a change request of the contractor.
pub const ENDORSE: Act = Act {
    summary: show_request,
    checks: checks::its_turn,
    proposal: Some(|target, _| Ok(Proposal::ChangeRequest(target.subject.clone()))),
    alternative: Some("refuse"),
    ..Act::new("endorse", &[Action::EndorseChangeRequest], submit)
};

/// Grants a change request.
pub const GRANT: Act = Act {
    summary: show_request,
    checks: checks::its_turn,
    proposal: Some(|target, _| Ok(Proposal::ChangeRequest(target.subject.clone()))),
    alternative: Some("refuse"),
    ..Act::new("grant", &[Action::GrantChangeRequest, Action::DecideFinanceReversal], submit)
};

/// Refuses a change request, with a reason.
pub const REFUSE: Act = Act {
    summary: show_request,
    needs_reason: true,
    is_adverse: true,
    ..Act::new(
        "refuse",
        &[Action::GrantChangeRequest, Action::EndorseChangeRequest, Action::DecideFinanceReversal],
        submit,
    )
};

fn show_request(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let requests = &context.contract.change_requests;
    let request = requests.iter().find(|request| request.id == context.subject()).ok_or(Error::NotFound)?;
    Ok(summary::change_request(context, request))
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let kind = change_requests::show(app, caller, &target.contract, &target.subject)?.kind;
    let mut reader = FormReader::new(form);
    let reason = target.act.needs_reason.then(|| reader.required_lines("reason"));
    let input = reader.finish(Some(ChangeRequestDecisionInput { reason }))?;
    change_requests::decide(app, caller, kind, &target.subject, target.act.name, &input)?;
    Ok(())
}
