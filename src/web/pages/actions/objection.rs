//! Objections. The contractor raises one about `KIND/SUBJECT`; the leader or finance answers, by identifier. The forms
//! are uploaded, so `uploads` submits them.

use crate::domain::codes::ObjectionTarget;
use crate::domain::objections::Objected;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::view::ContractOverview;
use crate::services::documents::words;
use crate::web::pages::actions::act::{Act, ActContext};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::fields::hidden;
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::actions::uploads::reject_without_files;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// Raises an objection.
pub const RAISE: Act = Act {
    files: Some("files"),
    summary: show_subject,
    checks: checks::unobjected,
    fields: objection_fields,
    ..Act::new("objection", &[Action::RaiseObjection], reject_without_files)
};

/// Upholds an objection, with a reason.
pub const UPHOLD: Act = Act {
    files: Some("files"),
    summary: show_objection,
    needs_reason: true,
    alternative: Some("objection-reject"),
    ..Act::new("objection-uphold", &[Action::AnswerObjection], reject_without_files)
};

/// Rejects an objection, with a reason.
pub const REJECT: Act = Act {
    files: Some("files"),
    summary: show_objection,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("objection-reject", &[Action::AnswerObjection], reject_without_files)
};

/// Describes the subject of an objection.
pub fn describe(page: &Shell, overview: &ContractOverview, target: ObjectionTarget, subject: &str) -> String {
    let input = &overview.snapshot;
    let named = match Objected::parse(target, subject) {
        Some(Objected::Breach(key)) => {
            let clause = words::clause(&key.clause, input, page.language);
            format!("{clause} · {}", words::breach_subject_name(&key.subject, input))
        }
        Some(Objected::Decision { deliverable, no }) => {
            page.with2("objection-submission", "name", input.details.deliverable(&deliverable), "no", no)
        }
        Some(Objected::Score(code) | Objected::Deduction(code)) => input.details.milestone(&code).to_owned(),
        None => subject.to_owned(),
    };
    page.labelled(page.word("objection-against", target), named)
}

/// Parses the subject of an objection from an address.
pub(super) fn subject_of(text: &str) -> Result<(ObjectionTarget, &str), Error> {
    let (target, subject) = text.split_once('/').ok_or(Error::NotFound)?;
    let target = ObjectionTarget::parse(target).ok_or(Error::NotFound)?;
    Objected::parse(target, subject).ok_or(Error::NotFound)?;
    Ok((target, subject))
}

fn show_subject(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (target, subject) = subject_of(context.subject())?;
    let page = context.page;
    let about = describe(page, context.contract_overview(), target, subject);
    Ok(vec![SummaryRow::new(page, "objection-about", about)])
}

fn show_objection(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let page = context.page;
    let objections = &context.contract.objections;
    let objection = objections.iter().find(|one| one.id == context.subject()).ok_or(Error::NotFound)?;
    let mut rows = summary::rows(
        page,
        [
            ("objection-about", describe(page, context.contract_overview(), objection.against, &objection.subject)),
            ("objection-text", objection.text.clone()),
            ("objection-by", page.noted(&objection.raised_by, page.time(&objection.raised_at))),
            ("objection-answer-by", page.day(&objection.answer_by)),
        ],
    );
    rows.extend(summary::files(page, &objection.files));
    Ok(rows)
}

fn objection_fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let (against, subject) = subject_of(context.subject())?;
    let text = Field::new("text", FieldKind::Text, page.say("field-objection"));
    Ok(vec![hidden("against", against), hidden("subject", subject), text.hint(page.say("field-objection-hint"))])
}
