//! Openings (查阅): the first time that an officer or leader of the purchaser looks at an undecided submission, on its
//! inspection form or by downloading one of its files.
//!
//! An opening is recorded once, as an event of the contract, and from then on the contractor can no longer withdraw the
//! submission. So it is recorded before anything is shown. Other readers do not open submissions.

use chrono::NaiveDateTime;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::Submission;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration::append_event;
use crate::services::deliverables::SubmissionWords;
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::contracts::{self, Contract};
use crate::storage::deliverables::files::{FileRow, FileUse};
use crate::storage::identity::people::Seat;
use crate::storage::locks::Scope;
use crate::storage::write::write_in;

/// The event of an opening.
const OPENED: EventAction = EventAction::Step(Action::OpenSubmission);

/// The opening of a submission.
pub(super) struct Opening {
    /// Number of the submission's fact.
    pub seq: i64,
    /// Time in UTC.
    pub at: NaiveDateTime,
}

/// Loads the openings of a contract's submissions.
///
/// # Errors
/// `Internal` for an event that this program did not write.
pub(super) fn of_contract(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<Opening>, Error> {
    let stream = format!("contract:{}", contract.public_id);
    among(&hash_chains::events_with(connection, &stream, &[OPENED])?)
}

/// Returns the openings among a contract's events.
///
/// # Errors
/// As [`of_contract`].
pub(super) fn among(events: &[EventRow]) -> Result<Vec<Opening>, Error> {
    #[derive(Deserialize)]
    struct Body {
        seq: i64,
    }
    let opened = events.iter().filter(|event| event.action == OPENED.as_str());
    opened.map(|event| Ok(Opening { seq: stored::<Body>(&event.body)?.seq, at: event.at })).collect()
}

/// Records that the caller looks at a submission of a deliverable, by default the last one. Does nothing unless the
/// caller is an officer or leader of the purchaser and the submission was not opened before.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; database errors.
pub fn record_opening(app: &App, caller: &Caller, id: &str, (code, no): (&str, Option<u64>)) -> Result<(), Error> {
    record_first(
        app,
        caller,
        |connection| seen(connection, caller, id),
        |submission, _| submission.deliverable.as_str() == code && no.is_none_or(|no| submission.no.get() == no),
    )
}

/// Records that the caller looks at all submissions of a contract that wait for a decision.
///
/// # Errors
/// As [`record_opening`].
pub fn record_openings(app: &App, caller: &Caller, id: &str) -> Result<(), Error> {
    record_first(app, caller, |connection| seen(connection, caller, id), |_, _| true)
}

fn seen(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<Contract, Error> {
    contracts::seen_by(connection, id, &caller.organisations())?.ok_or(Error::NotFound)
}

/// Records that the caller downloads a file, if it belongs to a submission.
///
/// # Errors
/// Database errors.
pub(super) fn record_download(app: &App, caller: &Caller, file: &FileRow) -> Result<(), Error> {
    if file.kind != FileUse::Submission.as_str() {
        return Ok(());
    }
    let load = |connection: &mut AnyConnection| contracts::by_id(connection, file.contract_id);
    record_first(app, caller, load, |_, words| words.files.iter().any(|listed| listed.id == file.public_id))
}

/// A contract, the seat that opens submissions, and the unopened submissions, each with the number of its fact.
type Unopened = (Contract, Seat, Vec<(Submission, i64)>);

/// Appends the event of an opening for each undecided submission for which `is_it` is true and that was not opened
/// before.
fn record_first(
    app: &App,
    caller: &Caller,
    load: impl Fn(&mut AnyConnection) -> Result<Contract, Error>,
    is_it: impl Fn(&Submission, &SubmissionWords) -> bool,
) -> Result<(), Error> {
    if caller.may(Action::OpenSubmission).is_err() {
        return Ok(());
    }
    let find = |connection: &mut AnyConnection| -> Result<Option<Unopened>, Error> {
        let contract = load(connection)?;
        let Ok(seat) = caller.seat_on(&contract, Action::OpenSubmission) else { return Ok(None) };
        let found = find_unopened(connection, &contract, &is_it)?;
        Ok((!found.is_empty()).then_some((contract, seat, found)))
    };
    let Some((contract, seat, ..)) = app.pool.read(find)? else { return Ok(()) };
    let mut context = caller.context(app, &seat);
    context.idempotency_key = None;
    write_in(&app.pool, Scope::Contract(contract.id), &context, |tx| {
        let Some((contract, seat, found)) = find(tx.connection)? else { return Ok(()) };
        verify_same_seat(tx, caller, &seat)?;
        for (submission, seq) in found {
            let body = serde_json::json!({ "deliverable": submission.deliverable, "no": submission.no, "seq": seq });
            append_event(tx, &contract, Action::OpenSubmission, body)?;
        }
        Ok(())
    })
}

/// Finds the undecided and unopened submissions for which `is_it` is true, each with the number of its fact.
fn find_unopened(
    connection: &mut AnyConnection,
    contract: &Contract,
    is_it: impl Fn(&Submission, &SubmissionWords) -> bool,
) -> Result<Vec<(Submission, i64)>, Error> {
    let openings = of_contract(connection, contract)?;
    let record = ContractRecord::load(connection, contract.clone())?;
    let mut found = Vec::new();
    for (submission, row) in record.live::<Submission>(FactKind::Submission)? {
        let is_decided = record
            .facts
            .decisions
            .iter()
            .any(|decision| decision.deliverable == submission.deliverable && decision.no == submission.no);
        let is_opened = openings.iter().any(|opening| opening.seq == row.seq);
        if !is_decided && !is_opened && is_it(&submission, &stored(&row.words)?) {
            let seq = row.seq;
            found.push((submission, seq));
        }
    }
    Ok(found)
}
