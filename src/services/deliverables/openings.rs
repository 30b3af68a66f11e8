//! Openings (查阅): the first time that an officer or leader of the purchaser looks at a submission that waits for its
//! decision, on its inspection form or by downloading one of its files.
//!
//! It is recorded once, as an event of the contract. From then on the contractor can no longer withdraw the submission,
//! so it is recorded before anything is shown. Other readers open nothing.

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
use crate::storage::audit::hash_chains;
use crate::storage::contracts::{self, Contract};
use crate::storage::deliverables::files::{FileRow, FileUse};
use crate::storage::identity::people::Seat;
use crate::storage::locks::Scope;
use crate::storage::write::write_in;

/// The first look at a submission.
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
    #[derive(Deserialize)]
    struct Body {
        seq: i64,
    }
    let stream = format!("contract:{}", contract.public_id);
    let events = hash_chains::events_with(connection, &stream, &[EventAction::Step(Action::OpenSubmission)])?;
    events.iter().map(|event| Ok(Opening { seq: stored::<Body>(&event.body)?.seq, at: event.at })).collect()
}

/// Records that the caller looks at a submission of a deliverable, by default the last one, unless an officer or leader
/// of the purchaser did so before.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; those of the database.
pub fn record_opening(app: &App, caller: &Caller, id: &str, (code, no): (&str, Option<u64>)) -> Result<(), Error> {
    let load = |connection: &mut AnyConnection| {
        contracts::seen_by(connection, id, &caller.organisations())?.ok_or(Error::NotFound)
    };
    record_first(app, caller, load, |submission, _| {
        submission.deliverable.as_str() == code && no.is_none_or(|no| submission.no.get() == no)
    })
    .map(|_| ())
}

/// Records that the caller downloads a file, where it is one of a submission.
///
/// # Errors
/// Those of the database.
pub(super) fn record_download(app: &App, caller: &Caller, file: &FileRow) -> Result<(), Error> {
    if file.kind != FileUse::Submission.as_str() {
        return Ok(());
    }
    let load = |connection: &mut AnyConnection| contracts::by_id(connection, file.contract_id);
    record_first(app, caller, load, |_, words| words.files.iter().any(|listed| listed.id == file.public_id)).map(|_| ())
}

/// Records that the caller looks at every submission of a contract.
///
/// # Errors
/// As [`record_opening`].
pub(in crate::services) fn record_all(app: &App, caller: &Caller, id: &str) -> Result<(), Error> {
    let load = |connection: &mut AnyConnection| {
        contracts::seen_by(connection, id, &caller.organisations())?.ok_or(Error::NotFound)
    };
    while record_first(app, caller, load, |_, _| true)? {}
    Ok(())
}

/// Appends the event of an opening if the submission looked at waits for its decision and was not opened before. Returns
/// whether it did.
fn record_first(
    app: &App,
    caller: &Caller,
    load: impl Fn(&mut AnyConnection) -> Result<Contract, Error>,
    is_it: impl Fn(&Submission, &SubmissionWords) -> bool,
) -> Result<bool, Error> {
    if caller.may(Action::OpenSubmission).is_err() {
        return Ok(false);
    }
    let find = |connection: &mut AnyConnection| -> Result<Option<(Contract, Seat, Submission, i64)>, Error> {
        let contract = load(connection)?;
        let Ok(seat) = caller.seat_on(&contract, Action::OpenSubmission) else { return Ok(None) };
        let found = find_unopened(connection, &contract, &is_it)?;
        Ok(found.map(|(submission, seq)| (contract, seat, submission, seq)))
    };
    let Some((contract, seat, ..)) = app.pool.read(find)? else { return Ok(false) };
    let mut context = caller.context(app, &seat);
    context.idempotency_key = None;
    write_in(&app.pool, Scope::Contract(contract.id), &context, |tx| {
        let Some((contract, seat, submission, seq)) = find(tx.connection)? else { return Ok(false) };
        verify_same_seat(tx, caller, &seat)?;
        let body = serde_json::json!({ "deliverable": submission.deliverable, "no": submission.no, "seq": seq });
        append_event(tx, &contract, Action::OpenSubmission, body)?;
        Ok(true)
    })
}

/// Finds the submission that is looked at among those that wait for a decision and were not opened, and the number of
/// its fact.
fn find_unopened(
    connection: &mut AnyConnection,
    contract: &Contract,
    is_it: impl Fn(&Submission, &SubmissionWords) -> bool,
) -> Result<Option<(Submission, i64)>, Error> {
    let openings = of_contract(connection, contract)?;
    let record = ContractRecord::load(connection, contract.clone())?;
    for (submission, row) in record.live::<Submission>(FactKind::Submission)? {
        let is_decided = record
            .facts
            .decisions
            .iter()
            .any(|decision| decision.deliverable == submission.deliverable && decision.no == submission.no);
        let is_opened = openings.iter().any(|opening| opening.seq == row.seq);
        if !is_decided && !is_opened && is_it(&submission, &stored(&row.words)?) {
            let seq = row.seq;
            return Ok(Some((submission, seq)));
        }
    }
    Ok(None)
}
