//! Objections. The contractor raises one about `KIND/SUBJECT`; the leader or finance answers one, by its identifier.

use crate::app::App;
use crate::domain::codes::ObjectionTarget;
use crate::domain::objections::Objected;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::view::ContractOverview;
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::services::objections::{self, ObjectionAnswerInput, ObjectionInput};
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// Raises an objection.
pub const RAISE: Act =
    Act { summary: show_subject, fields: text_field, ..Act::new("objection", &[Action::RaiseObjection], submit_text) };

/// Upholds an objection, with a reason.
pub const UPHOLD: Act = Act {
    summary: show_objection,
    needs_reason: true,
    alternative: Some("objection-reject"),
    ..Act::new("objection-uphold", &[Action::AnswerObjection], submit_answer)
};

/// Rejects an objection, with a reason.
pub const REJECT: Act = Act {
    summary: show_objection,
    needs_reason: true,
    is_adverse: true,
    ..Act::new("objection-reject", &[Action::AnswerObjection], submit_answer)
};

/// Describes what an objection is about.
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

fn subject_of(text: &str) -> Result<(ObjectionTarget, &str), Error> {
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
    Ok(summary::rows(
        page,
        [
            ("objection-about", describe(page, context.contract_overview(), objection.against, &objection.subject)),
            ("objection-text", objection.text.clone()),
            ("objection-by", page.noted(&objection.raised_by, page.time(&objection.raised_at))),
            ("objection-answer-by", page.day(&objection.answer_by)),
        ],
    ))
}

fn text_field(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    Ok(vec![Field::new("text", FieldKind::Text, page.say("field-objection")).hint(page.say("field-objection-hint"))])
}

fn submit_text(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let (against, subject) = subject_of(&target.subject)?;
    let mut reader = FormReader::new(form);
    let text = reader.required_lines("text");
    let input = reader.finish(Some(ObjectionInput { against, subject: subject.to_owned(), text }))?;
    objections::raise(app, caller, &target.contract, &input)?;
    Ok(())
}

fn submit_answer(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let mut reader = FormReader::new(form);
    let reason = Some(reader.required_lines("reason"));
    let input = reader.finish(Some(ObjectionAnswerInput { reason }))?;
    let name = target.act.name.strip_prefix("objection-").unwrap_or(target.act.name);
    objections::answer(app, caller, &target.subject, name, &input)?;
    Ok(())
}
