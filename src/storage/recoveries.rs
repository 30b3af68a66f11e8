//! Rows of recoveries: demands, amounts received and write-offs. What is still to be recovered is computed elsewhere.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::recoveries::{RecoveryKind, RecoveryState};
use crate::schema::recoveries;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::ids::{ContractId, OrganisationId, PersonId, RecoveryId};
use crate::storage::unique::or_again;
use crate::storage::write::Context;

/// A demand, an amount received or a write-off.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = recoveries)]
pub struct Recovery {
    pub id: RecoveryId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    #[diesel(deserialize_as = String)]
    pub kind: RecoveryKind,
    #[diesel(deserialize_as = String)]
    pub state: RecoveryState,
    pub amount_fen: i64,
    /// Reason of a demand or write-off, note of an amount received.
    pub reason: String,
    /// Day by which a demand is to be paid.
    pub due_on: Option<NaiveDate>,
    /// Day on which an amount was received.
    pub received_on: Option<NaiveDate>,
    /// Number of the receipt of an amount received.
    pub receipt: Option<String>,
    pub recorded_by: PersonId,
    /// Person represented, if a deputy recorded the step.
    pub recorded_for: Option<i64>,
    /// Time of recording, in UTC.
    pub recorded_at: NaiveDateTime,
    pub decided_by: Option<i64>,
    /// Person represented, if a deputy decided.
    pub decided_for: Option<i64>,
    /// Time of the decision on a write-off, in UTC.
    pub decided_at: Option<NaiveDateTime>,
    /// Reason of the decision; empty before the decision, and if none was given.
    pub decision_note: String,
}

contract_row_readers!(recoveries, Recovery);

/// A demand, an amount received or a write-off to insert.
#[derive(Debug, Clone)]
pub struct NewRecovery<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: ContractId,
    /// Finance bureau of the contract, within which numbers of receipts are unique.
    pub funder_id: OrganisationId,
    pub kind: RecoveryKind,
    pub state: RecoveryState,
    pub amount_fen: i64,
    pub reason: &'a str,
    pub due_on: Option<NaiveDate>,
    pub received_on: Option<NaiveDate>,
    /// Number of the receipt, and its key.
    pub receipt: Option<(&'a str, &'a str)>,
}

/// Inserts a row. For an amount received, called after [`by_receipt`] found none, so that the loser of a race is
/// retried and then finds it.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewRecovery<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(recoveries::table)
        .values((
            recoveries::public_id.eq(new.public_id),
            recoveries::contract_id.eq(new.contract_id),
            recoveries::funder_id.eq(new.funder_id),
            recoveries::kind.eq(new.kind.as_str()),
            recoveries::state.eq(new.state.as_str()),
            recoveries::amount_fen.eq(new.amount_fen),
            recoveries::reason.eq(new.reason),
            recoveries::due_on.eq(new.due_on),
            recoveries::received_on.eq(new.received_on),
            recoveries::receipt.eq(new.receipt.map(|(receipt, _)| receipt)),
            recoveries::receipt_key.eq(new.receipt.map(|(_, key)| key)),
            recoveries::recorded_by.eq(by),
            recoveries::recorded_for.eq(context.on_behalf_of.map(|id| id.0)),
            recoveries::recorded_at.eq(context.now),
            recoveries::decision_note.eq(""),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

/// Finds the amount that a finance bureau received under a receipt, by the key of its number.
pub fn by_receipt(
    connection: &mut AnyConnection,
    funder: OrganisationId,
    receipt_key: &str,
) -> Result<Option<Recovery>> {
    Ok(recoveries::table
        .filter(recoveries::funder_id.eq(funder.0))
        .filter(recoveries::receipt_key.eq(receipt_key))
        .select(Recovery::as_select())
        .first(connection)
        .optional()?)
}

/// Stores the decision on a write-off.
pub fn record_decision(
    connection: &mut AnyConnection,
    context: &Context,
    recovery: RecoveryId,
    (state, by, note): (RecoveryState, PersonId, &str),
) -> Result<()> {
    diesel::update(recoveries::table.find(recovery.0))
        .set((
            recoveries::state.eq(state.as_str()),
            recoveries::decided_by.eq(Some(by.0)),
            recoveries::decided_for.eq(context.on_behalf_of.map(|id| id.0)),
            recoveries::decided_at.eq(Some(context.now)),
            recoveries::decision_note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}
