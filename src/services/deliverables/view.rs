//! Deliverables as callers read them: the terms, today's standing, and every submission with its files and decision.
//! Nothing is decided here.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::{Acceptance, Decision, DecisionWord, Extension, Submission, Verdict};
use crate::domain::policy::Action;
use crate::domain::standing::{DeliverableState, Standing, Trails};
use crate::domain::workers::Roster;
use crate::error::Error;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::deliverables::attachments::Attachments;
use crate::services::deliverables::files::{FileSummary, FileView};
use crate::services::deliverables::inspection::{GroupMember, StandardResult, StandardResults};
use crate::services::deliverables::openings::{self, Opening};
use crate::services::deliverables::{DecisionWords, DeliverableStatus, SubmissionWords};
use crate::services::identity::caller::Caller;
use crate::services::records::totals::{self, RecordTotals};
use crate::services::workers;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains::EventRow;
use crate::storage::contracts::facts::FactRow;
use crate::storage::deliverables::files::{self as file_rows, FileRow, FileUse};
use crate::storage::records;

/// A deliverable with its submissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliverableView {
    /// Code of the deliverable.
    pub code: String,
    /// Name of the deliverable.
    pub name: String,
    /// Code of the service item of the deliverable.
    pub item: String,
    /// Quantity agreed.
    pub quantity: String,
    /// Standing as of today.
    pub standing: DeliverableStatus,
    /// True while the holidays of the due day's year have not been announced, so that the day may still move.
    pub provisional: bool,
    /// Last day of the cure period after the first rejection, which does not count as delay; absent if the deliverable
    /// was not rejected or was submitted since, or if no cure period is agreed.
    pub cure_until: Option<NaiveDate>,
    /// First day on which a submission can be accepted, the day after an extension that was granted today; absent
    /// otherwise.
    pub accept_from: Option<NaiveDate>,
    /// Service records, to compare with the submitted quantities.
    pub records: RecordTotals,
    /// Submissions, oldest first.
    pub submissions: Vec<SubmissionView>,
    /// Remark of the last submission, if it was withdrawn; the form of the next one proposes it.
    #[serde(skip)]
    pub withdrawn_note: Option<String>,
}

/// A submission of a deliverable.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionView {
    /// Number of the submission, from 1.
    pub no: u64,
    /// Day from which the submission counts.
    pub on: NaiveDate,
    /// Quantity submitted.
    pub quantity: String,
    /// Remarks of the contractor.
    pub note: String,
    /// Time of recording in UTC without an offset, as `2026-01-05T01:00:00`.
    #[schema(value_type = String)]
    pub recorded_at: NaiveDateTime,
    /// Time at which the purchaser first opened the submission, in UTC without an offset; absent before, and for
    /// submissions that were decided without being opened.
    #[schema(value_type = Option<String>)]
    pub opened_at: Option<NaiveDateTime>,
    /// Files submitted with it.
    pub files: Vec<FileView>,
    /// Decision; absent while it is pending, or if the submission counts as accepted because the deadline passed.
    pub decision: Option<DecisionView>,
}

impl DeliverableView {
    /// Returns true if a submission of the deliverable can still be withdrawn.
    pub fn can_withdraw(&self, submission: &SubmissionView) -> bool {
        let is_unseen = submission.decision.is_none() && submission.opened_at.is_none();
        is_unseen && self.standing.state == DeliverableState::Submitted
    }
}

/// The decision on a submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// Accepted, partial or rejected.
    pub decision: DecisionWord,
    /// Day from which the decision counts.
    pub on: NaiveDate,
    /// Quantity accepted; absent if rejected.
    pub quantity: Option<String>,
    /// Measured values by indicator.
    pub measured: BTreeMap<String, String>,
    /// Remarks of the purchaser.
    pub note: String,
    /// People who inspected the submission and are not in `group`.
    pub members: Vec<String>,
    /// Inspection group (验收小组) with its votes, the chair first.
    pub group: Vec<GroupMember>,
    /// Result for each standard in words.
    #[schema(value_type = BTreeMap<String, StandardResult>)]
    pub results: StandardResults,
    /// Time of recording in UTC without an offset, as `2026-01-05T01:00:00`.
    #[schema(value_type = String)]
    pub recorded_at: NaiveDateTime,
}

/// Lists the deliverables of a contract, in the order of its terms.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see.
pub fn list(app: &App, caller: &Caller, id: &str) -> Result<Vec<DeliverableView>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        let standing = record.standing(caller.today(), Trails::Off)?;
        views(connection, &record, &standing)
    })
}

/// Builds the views of a contract's deliverables from its loaded record and today's standing.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    standing: &Standing,
) -> Result<Vec<DeliverableView>, Error> {
    let files = file_rows::of_contract(connection, record.contract.id, FileUse::Submission)?;
    let openings = openings::of_contract(connection, &record.contract)?;
    build(connection, (record, standing), &files, &openings)
}

/// Builds the same views from the loaded files and events of the contract.
pub(in crate::services) fn views_with(
    connection: &mut AnyConnection,
    of: (&ContractRecord, &Standing),
    (files, events): (&Attachments, &[EventRow]),
) -> Result<Vec<DeliverableView>, Error> {
    build(connection, of, files.rows(), &openings::among(events)?)
}

fn build(
    connection: &mut AnyConnection,
    (record, standing): (&ContractRecord, &Standing),
    files: &[FileRow],
    openings: &[Opening],
) -> Result<Vec<DeliverableView>, Error> {
    let submissions = record.live::<Submission>(FactKind::Submission)?;
    let decisions = record.live::<Decision>(FactKind::Decision)?;
    let extensions = record.live::<Extension>(FactKind::Extension)?;
    let mut withdrawn = withdrawn_notes(record, &submissions)?;
    let days = records::day_totals(connection, record.contract.id)?;
    let is_counted = !days.is_empty();
    let roster = if is_counted { workers::roster(connection, record.contract.id)? } else { Roster::default() };
    let terms = record.terms_on(standing.as_of);
    let pairs = terms.deliverables.iter().zip(&standing.deliverables);
    pairs
        .map(|(agreed, current)| {
            let own = submissions.iter().filter(|(submission, _)| submission.deliverable == agreed.code);
            let code = agreed.code.as_str();
            let is_extended = |(extension, _): &(Extension, _)| {
                extension.deliverable == agreed.code && extension.on == standing.as_of
            };
            let accept_from = extensions.iter().any(is_extended).then(|| standing.as_of.succ_opt()).flatten();
            Ok(DeliverableView {
                code: code.to_owned(),
                name: record.details_on(standing.as_of).deliverable(code).to_owned(),
                item: agreed.item.as_str().to_owned(),
                quantity: agreed.quantity.to_string(),
                standing: current.into(),
                provisional: record.days.is_provisional(current.due_on),
                cure_until: current.cure_until.filter(|_| is_awaited(current.state)),
                accept_from,
                records: totals::of_deliverable(terms, (code, agreed.item.as_str()), (&days, &roster)),
                withdrawn_note: withdrawn.remove(code),
                submissions: own
                    .map(|(submission, row)| submission_view((submission, row), &decisions, openings, files))
                    .collect::<Result<_, Error>>()?,
            })
        })
        .collect()
}

/// Returns the remark of the last submission of each deliverable whose last submission was withdrawn.
fn withdrawn_notes(
    record: &ContractRecord,
    live: &[(Submission, &FactRow)],
) -> Result<BTreeMap<String, String>, Error> {
    let mut notes = BTreeMap::new();
    for row in record.rows.iter().filter(|row| row.kind == FactKind::Submission) {
        let submission: Submission = stored(&row.body)?;
        let code = submission.deliverable.as_str().to_owned();
        if live.iter().any(|(_, known)| known.seq == row.seq) {
            notes.remove(&code);
        } else {
            let words: SubmissionWords = stored(&row.words)?;
            notes.insert(code, words.note);
        }
    }
    Ok(notes)
}

/// Returns whether the contractor can still submit a deliverable in this state.
pub const fn is_awaited(state: DeliverableState) -> bool {
    matches!(state, DeliverableState::Rejected | DeliverableState::Overdue)
}

fn submission_view(
    (submission, row): (&Submission, &FactRow),
    decisions: &[(Decision, &FactRow)],
    openings: &[Opening],
    files: &[FileRow],
) -> Result<SubmissionView, Error> {
    let words: SubmissionWords = stored(&row.words)?;
    let decided = decisions
        .iter()
        .find(|(decision, _)| decision.deliverable == submission.deliverable && decision.no == submission.no);
    let view = |listed: &FileSummary| {
        files.iter().find(|file| file.public_id == listed.id).map(|row| FileView::new(row, listed))
    };
    Ok(SubmissionView {
        no: submission.no.get(),
        on: submission.on,
        quantity: submission.quantity.to_string(),
        note: words.note,
        recorded_at: row.recorded_at,
        opened_at: openings.iter().find(|opening| opening.seq == row.seq).map(|opening| opening.at),
        files: words.files.iter().filter_map(view).collect(),
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
        group: words.group,
        results: words.results,
        recorded_at: row.recorded_at,
    })
}
