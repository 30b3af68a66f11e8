//! Requesting that the charge for a breach is waived: by the purchaser, and by the contractor with proof. The subject
//! is `CLAUSE/SUBJECT` of the breach.

use crate::app::App;
use crate::domain::numbers::Code;
use crate::domain::policy::Action;
use crate::domain::subject::BreachKey;
use crate::error::Error;
use crate::services::change_requests::{self, WaiverInput};
use crate::services::contracts::effects::Proposal;
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::fields::{effective_day, hidden, reason};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::actions::uploads;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;

/// The act.
pub const ACT: Act = Act {
    summary: show_breach,
    checks: checks::not_requested,
    fields,
    proposal: Some(propose),
    required: &["reason"],
    ..Act::new("waiver", &[Action::RequestWaiver], submit)
};

/// The contractor's request. Its form is uploaded, so `uploads` submits it.
pub const APPLICATION: Act = Act {
    files: Some("files"),
    summary: show_breach,
    checks: checks::not_requested,
    fields: application_fields,
    proposal: Some(propose),
    ..Act::new("apply-waiver", &[Action::ApplyForWaiver], uploads::reject_without_files)
};

fn application_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let (clause, subject) = breach_of(context.target)?;
    Ok(vec![hidden("clause", clause), hidden("subject", subject), reason(context)])
}

fn show_breach(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (input, page) = (&context.contract_overview().snapshot, context.page);
    let BreachKey { clause, subject } = context.subject().parse().map_err(|_| Error::NotFound)?;
    let breaches = &input.standing.breaches;
    let breach =
        breaches.iter().find(|b| b.clause.as_str() == clause && b.subject == subject).ok_or(Error::NotFound)?;
    Ok(summary::rows(
        page,
        [
            ("document-column-clause", words::clause(&clause, input, page.language)),
            ("document-column-subject", words::breach_subject_name(&subject, input)),
            ("document-column-since", breach.since.to_string()),
            ("document-column-amount", page.money(breach.amount)),
            ("document-column-charged", page.money(breach.charged)),
        ],
    ))
}

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![reason(context), effective_day(context, "field-on-waiver")])
}

fn propose(target: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    let (clause, subject) = breach_of(target)?;
    let mut reader = FormReader::new(form);
    let on = reader.prefilled("on", parse_date);
    let input = WaiverInput { clause, subject, reason: String::new(), on, another: false };
    reader.finish(Some(Proposal::Waiver(input)))
}

fn breach_of(target: &ActTarget) -> Result<(Code, Code), Error> {
    let BreachKey { clause, subject } = target.subject.parse().map_err(|_| Error::NotFound)?;
    let code = |text: &str| Code::new(text).map_err(|_| Error::NotFound);
    Ok((code(&clause)?, code(&subject)?))
}

/// Requests a waiver without files; also the rehearsal of an upload.
pub fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let (clause, subject) = breach_of(target)?;
    let mut reader = FormReader::new(form);
    let reason = reader.required_lines("reason");
    let on = reader.prefilled("on", parse_date);
    let another = form.wants_another();
    let input = WaiverInput { clause, subject, reason, on, another };
    change_requests::request_waiver(app, caller, &target.contract, &reader.finish(Some(input))?)?;
    Ok(())
}
