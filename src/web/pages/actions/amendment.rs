//! Deciding on an amendment: consent, approve, fund, withdraw, refuse. The subject is its identifier. The page shows
//! the changed terms and their effects in figures.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::amendments::decide::{self, AmendmentStepInput};
use crate::services::amendments::view::AmendmentView;
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::summary::{self, SummaryLink, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::shell::Shell;

const fn consent(name: &'static str, rights: &'static [Action]) -> Act {
    Act {
        summary: show_amendment,
        proposal: Some(|target, _| Ok(Proposal::Amendment(target.subject.clone()))),
        alternative: Some("amendment-refuse"),
        ..Act::new(name, rights, submit)
    }
}

/// Consents as the contractor.
pub const CONSENT: Act = consent("amendment-consent", &[Action::ConsentToAmendment]);

/// Approves as the leader.
pub const APPROVE: Act = consent("amendment-approve", &[Action::ApproveAmendment]);

/// Commits the increase.
pub const FUND: Act = consent("amendment-fund", &[Action::FundAmendment]);

/// Withdraws the proposal, with a reason.
pub const WITHDRAW: Act = Act {
    summary: show_amendment,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("amendment-withdraw", &[Action::WithdrawAmendment], submit)
};

/// Refuses, with a reason.
pub const REFUSE: Act = Act {
    summary: show_amendment,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("amendment-refuse", &[Action::RefuseAmendment], submit)
};

fn show_amendment(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let amendments = &context.contract.amendments;
    let amendment = amendments.iter().find(|amendment| amendment.id == context.subject()).ok_or(Error::NotFound)?;
    let page = context.page;
    let mut all = rows(page, amendment);
    let mut link = SummaryRow::new(page, "amendment-changes", String::new());
    let address = format!("/contracts/{}/amendments/{}", context.contract_overview().id, amendment.id);
    link.links.push(SummaryLink { address, words: page.say("amendment-compare"), flags: Vec::new() });
    all.push(link);
    let own = context.contract.annexes.iter().filter(|annex| annex.amendment.as_ref() == Some(&amendment.id));
    all.extend(own.filter_map(|annex| {
        let row = summary::files(page, &annex.files)?;
        Some(SummaryRow { name: page.noted(&annex.title, page.word("annex-kind", annex.kind)), ..row })
    }));
    all.extend(amendment.changes.iter().map(|change| {
        let before = page.labelled(page.say("act-before"), page.joined("document-semicolon", &change.before));
        let after = page.labelled(page.say("act-after"), page.joined("document-semicolon", &change.after));
        let sides = [(&change.before, before), (&change.after, after)];
        let said: Vec<String> =
            sides.into_iter().filter(|(side, _)| !side.is_empty()).map(|(_, words)| words).collect();
        SummaryRow { name: change.term.clone(), value: said.join("\n"), links: Vec::new() }
    }));
    Ok(all)
}

/// Builds the rows of an amendment's ground, effective day and reason.
pub fn rows(page: &Shell, amendment: &AmendmentView) -> Vec<SummaryRow> {
    vec![
        SummaryRow::new(page, "draft-field-ground", page.word("amendment-ground-is", amendment.ground)),
        SummaryRow::new(page, "draft-field-effective_on", page.day(&amendment.effective_on)),
        SummaryRow::new(page, "draft-field-reason", amendment.reason.clone()),
    ]
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = target.act.needs_reason.then(|| reader.required_lines("reason"));
    let input = reader.finish(Some(AmendmentStepInput { reason }))?;
    let name = target.act.name.strip_prefix("amendment-").unwrap_or(target.act.name);
    decide::take_step(app, caller, &target.subject, name, &input)?;
    Ok(())
}
