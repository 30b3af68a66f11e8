//! Deliverables: handed over by the contractor (`submit`), decided on by the purchaser (`decide`), listed with their files.

mod decide;
pub mod files;
pub mod invoices;
mod submit;
pub mod uploads;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::{Acceptance, Decision, DecisionWord, Submission, Verdict};
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::domain::standing::{DeliverableStanding, DeliverableState, Standing, Trails};
use crate::error::{Error, Message};
use crate::services::contracts::record::{Ledger, stored};
pub use crate::services::deliverables::decide::{SubmissionDecisionInput, decide};
use crate::services::deliverables::files::{FileSummary, FileView};
pub use crate::services::deliverables::submit::{SUBMISSION, Submitted, may_submit, submit};
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::contracts::facts::FactRow;
use crate::storage::deliverables::files::{self as rows, FileRow, FileUse};

/// Most characters of a note.
const NOTE: usize = 2_000;

/// A deliverable's standing, as docs/standing.md has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliverableStatus {
    /// Code.
    pub code: String,
    /// Where it stands.
    pub state: DeliverableState,
    /// The day on which it is due, with its extensions, on a working day.
    #[serde(deserialize_with = "date")]
    pub due_on: NaiveDate,
    /// Days that are the contractor's delay.
    pub days_late: i32,
    /// How much was accepted, once final.
    pub accepted: Option<String>,
}

impl From<&DeliverableStanding> for DeliverableStatus {
    fn from(standing: &DeliverableStanding) -> Self {
        Self {
            code: standing.code.as_str().to_owned(),
            state: standing.state,
            due_on: standing.due_on,
            days_late: standing.days_late,
            accepted: standing.accepted.map(|quantity| quantity.to_string()),
        }
    }
}

/// A deliverable with what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliverableView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of its item.
    pub item: String,
    /// How much was agreed.
    pub quantity: String,
    /// Its standing today.
    pub standing: DeliverableStatus,
    /// How often it was handed over, in order.
    pub submissions: Vec<SubmissionView>,
}

/// A deliverable handed over.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionView {
    /// Its number, from 1.
    pub no: u64,
    /// The day from which it counts.
    pub on: NaiveDate,
    /// How much.
    pub quantity: String,
    /// What was said with it.
    pub note: String,
    /// Time of recording in UTC without an offset, as `2026-01-05T01:00:00`.
    #[schema(value_type = String)]
    pub recorded_at: NaiveDateTime,
    /// Files.
    pub files: Vec<FileView>,
    /// What was decided on it; none while it waits, and where it counts as accepted because nobody decided.
    pub decision: Option<DecisionView>,
}

/// The decision on a submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// What was decided.
    pub decision: DecisionWord,
    /// The day from which it counts.
    pub on: NaiveDate,
    /// How much was accepted.
    pub quantity: Option<String>,
    /// What was measured, by indicator.
    pub measured: BTreeMap<String, String>,
    /// What was said with it.
    pub note: String,
    /// Who took part in the acceptance.
    pub members: Vec<String>,
    /// Time of recording in UTC without an offset, as `2026-01-05T01:00:00`.
    #[schema(value_type = String)]
    pub recorded_at: NaiveDateTime,
}

/// What is said with a submission.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct SubmissionWords {
    note: String,
    files: Vec<FileSummary>,
}

/// What is said with a decision.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct DecisionWords {
    note: String,
    members: Vec<String>,
}

/// The deliverables of a contract, in the order of its terms.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of.
pub fn list(app: &App, caller: &Caller, id: &str) -> Result<Vec<DeliverableView>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        let standing = ledger.standing(caller.today(), Trails::Off)?;
        views(connection, &ledger, &standing)
    })
}

/// The deliverables of a contract whose ledger and standing today are known.
pub(super) fn views(
    connection: &mut AnyConnection,
    ledger: &Ledger,
    standing: &Standing,
) -> Result<Vec<DeliverableView>, Error> {
    let files = rows::of_contract(connection, ledger.contract.id, FileUse::Submission)?;
    let submissions = ledger.live::<Submission>(FactKind::Submission)?;
    let decisions = ledger.live::<Decision>(FactKind::Decision)?;
    let each = ledger.terms.deliverables.iter().zip(&standing.deliverables);
    each.map(|(agreed, stands)| {
        let own = submissions.iter().filter(|(submission, _)| submission.deliverable == agreed.code);
        let code = agreed.code.as_str();
        Ok(DeliverableView {
            code: code.to_owned(),
            name: ledger.details.deliverable(code).to_owned(),
            item: agreed.item.as_str().to_owned(),
            quantity: agreed.quantity.to_string(),
            standing: stands.into(),
            submissions: own
                .map(|(submission, row)| view(submission, row, &decisions, &files))
                .collect::<Result<_, Error>>()?,
        })
    })
    .collect()
}

fn view(
    submission: &Submission,
    row: &FactRow,
    decisions: &[(Decision, &FactRow)],
    files: &[FileRow],
) -> Result<SubmissionView, Error> {
    let words: SubmissionWords = stored(&row.words)?;
    let decided = decisions
        .iter()
        .find(|(decision, _)| decision.deliverable == submission.deliverable && decision.no == submission.no);
    let named = words.files.iter().filter_map(|named| files.iter().find(|file| file.public_id == named.id));
    Ok(SubmissionView {
        no: submission.no.get(),
        on: submission.on,
        quantity: submission.quantity.to_string(),
        note: words.note,
        recorded_at: row.recorded_at,
        files: named.map(FileView::from).collect(),
        decision: decided.map(|(decision, row)| decision_view(decision, row)).transpose()?,
    })
}

fn decision_view(decision: &Decision, row: &FactRow) -> Result<DecisionView, Error> {
    let words: DecisionWords = stored(&row.words)?;
    let (word, acceptance) = match &decision.verdict {
        Verdict::Accepted(acceptance) => (DecisionWord::Accepted, Some(acceptance)),
        Verdict::Partial(acceptance) => (DecisionWord::Partial, Some(acceptance)),
        Verdict::Rejected => (DecisionWord::Rejected, None),
    };
    let measured = |acceptance: &Acceptance| {
        acceptance.measured.iter().map(|(code, value)| (code.as_str().to_owned(), value.to_string())).collect()
    };
    Ok(DecisionView {
        decision: word,
        on: decision.on,
        quantity: acceptance.map(|acceptance| acceptance.quantity.to_string()),
        measured: acceptance.map(measured).unwrap_or_default(),
        note: words.note,
        members: words.members,
        recorded_at: row.recorded_at,
    })
}

/// The code of what is wrong with a note, if anything is.
fn note_fault(note: &str) -> Option<Message> {
    let unseen = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let wrong = note.chars().count() > NOTE || note.chars().any(unseen);
    wrong.then(|| Message::new("note-length").with("limit", NOTE))
}
