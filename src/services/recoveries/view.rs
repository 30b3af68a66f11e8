//! Demands, amounts received and write-offs as lists and pages show them, with the names of people. What is still to be
//! recovered is computed in `recoveries`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::money::Sum;
use crate::domain::recoveries::{RecoveryKind, RecoveryState};
use crate::error::Error;
use crate::services::contracts::parts;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::identity::names::Names;
use crate::storage::recoveries::Recovery;
use crate::storage::registry::version::RegisterVersion;

/// A step in the recovery of penalties that deductions could not bear.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecoveryView {
    /// Random identifier.
    pub id: String,
    pub kind: RecoveryKind,
    pub state: RecoveryState,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Sum,
    /// Reason of a demand or write-off, note of an amount received.
    pub reason: String,
    /// Day by which a demand is to be paid.
    pub due_on: Option<NaiveDate>,
    /// Day on which an amount was received.
    pub on: Option<NaiveDate>,
    /// Number of the receipt of an amount received.
    pub receipt: Option<String>,
    /// Name of the person who recorded the step.
    pub recorded_by: String,
    /// Name of the person represented, if a deputy recorded the step.
    pub recorded_for: Option<String>,
    /// Time of recording, in UTC.
    pub recorded_at: DateTime<Utc>,
    /// Name of the person who decided on a write-off.
    pub decided_by: Option<String>,
    /// Name of the person represented, if a deputy decided.
    pub decided_for: Option<String>,
    /// Time of the decision, in UTC.
    pub decided_at: Option<DateTime<Utc>>,
    /// Reason of the decision; empty if none was given.
    pub decision_note: String,
}

impl RecoveryView {
    /// Returns whether the step is a write-off that waits for finance.
    pub fn is_waiting(&self) -> bool {
        self.state == RecoveryState::Proposed
    }
}

/// Lists the demands, amounts received and write-offs of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<RecoveryView>, Error> {
    parts::list(app, caller, contract, page, |connection, _, found| {
        views(connection, &RegisterVersion::default(), found)
    })
}

/// Builds the views of demands, amounts received and write-offs, with the names of the people involved.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    registers: &RegisterVersion,
    recoveries: Vec<Recovery>,
) -> Result<Vec<RecoveryView>, Error> {
    let involved =
        recoveries.iter().flat_map(|one| [Some(one.recorded_by.0), one.recorded_for, one.decided_by, one.decided_for]);
    let names = Names::remembered(connection, registers, involved)?;
    let view = |one: Recovery| RecoveryView {
        kind: one.kind,
        state: one.state,
        amount: Sum::from_fen(one.amount_fen.into()),
        reason: one.reason,
        due_on: one.due_on,
        on: one.received_on,
        receipt: one.receipt,
        recorded_by: names.of(one.recorded_by),
        recorded_for: names.find(one.recorded_for),
        recorded_at: one.recorded_at.and_utc(),
        decided_by: names.find(one.decided_by),
        decided_for: names.find(one.decided_for),
        decided_at: one.decided_at.map(|at| at.and_utc()),
        decision_note: one.decision_note,
        id: one.public_id,
    };
    Ok(recoveries.into_iter().map(view).collect())
}
