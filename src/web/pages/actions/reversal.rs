//! Requesting that a recorded fact is reversed. The subject is the fact's number.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::change_requests::{self, ReversalInput};
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;

/// The act.
pub const ACT: Act = Act {
    summary: show_fact,
    checks: checks::not_requested,
    needs_reason: true,
    ..Act::new("reversal", &[Action::RequestReversal], submit)
};

fn number_of(subject: &str) -> Result<i64, Error> {
    subject.parse().map_err(|_| Error::NotFound)
}

fn show_fact(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (overview, page) = (context.contract_overview(), context.page);
    let seq = number_of(context.subject())?;
    let entry = overview.history.iter().find(|entry| entry.seq == Some(seq)).ok_or(Error::NotFound)?;
    let subjects = entry.about.iter().map(|code| words::subject_name(code, &overview.snapshot, page.language));
    Ok(summary::rows(
        page,
        [
            ("history-what", page.say(&entry.what)),
            ("history-subject", subjects.collect::<Vec<_>>().join(" · ")),
            ("history-on", entry.on.map(|day| day.to_string()).unwrap_or_default()),
            ("history-who", entry.by.clone().unwrap_or_default()),
            ("history-note", entry.note.clone()),
        ],
    ))
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let seq = number_of(&target.subject)?;
    let mut reader = FormReader::new(form);
    let input = ReversalInput { seq, reason: reader.required_lines("reason"), another: form.wants_another() };
    change_requests::request_reversal(app, caller, &target.contract, &reader.finish(Some(input))?)?;
    Ok(())
}
