//! Carry-over of an appropriation: its contracts, and the changes to their rows when another appropriation bears them.

use diesel::prelude::*;

use crate::domain::codes::{ContractState, PaymentState};
use crate::schema::{budget_changes, commitments, contracts, payments, yearly_shares};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{AppropriationId, BudgetChangeId, ContractId};

/// States in which a contract uses no more than its payments, so that it stays with its appropriation.
const LEFT: [ContractState; 2] = [ContractState::Withdrawn, ContractState::Closed];

/// Lists the contracts that are funded from an appropriation, or will be, or have a yearly share of it: key and random
/// identifier.
pub fn contracts_of(
    connection: &mut AnyConnection,
    appropriation: AppropriationId,
) -> Result<Vec<(ContractId, String)>> {
    let left = || LEFT.map(ContractState::as_str);
    let mut found: Vec<(ContractId, String)> = contracts::table
        .filter(contracts::appropriation_id.eq(appropriation.0))
        .filter(contracts::state.ne_all(left()))
        .select((contracts::id, contracts::public_id))
        .load(connection)?;
    found.extend(
        yearly_shares::table
            .inner_join(contracts::table)
            .filter(yearly_shares::appropriation_id.eq(appropriation.0))
            .filter(contracts::state.ne_all(left()))
            .select((contracts::id, contracts::public_id))
            .load::<(ContractId, String)>(connection)?,
    );
    found.sort_unstable();
    Ok(found)
}

/// Has another appropriation bear contracts, their yearly shares and their commitments. What was paid stays with the
/// first.
pub fn hand_over(
    connection: &mut AnyConnection,
    (from, to): (AppropriationId, AppropriationId),
    ids: &[ContractId],
) -> Result<()> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let own = contracts::table
        .filter(contracts::id.eq_any(&ids))
        .filter(contracts::appropriation_id.eq(from.0))
        .select(contracts::id);
    diesel::update(payments::table.filter(payments::contract_id.eq_any(own)))
        .filter(payments::state.eq(PaymentState::Paid.as_str()))
        .filter(payments::kind.is_null())
        .filter(payments::borne_by.is_null())
        .set(payments::borne_by.eq(Some(from.0)))
        .execute(connection)?;
    diesel::update(commitments::table.filter(commitments::contract_id.eq_any(&ids)))
        .filter(commitments::appropriation_id.eq(from.0))
        .filter(commitments::released_at.is_null())
        .set(commitments::appropriation_id.eq(to.0))
        .execute(connection)?;
    diesel::update(contracts::table.filter(contracts::id.eq_any(&ids)))
        .filter(contracts::appropriation_id.eq(from.0))
        .set((contracts::appropriation_id.eq(Some(to.0)), contracts::version.eq(contracts::version + 1)))
        .execute(connection)?;
    diesel::update(yearly_shares::table.filter(yearly_shares::contract_id.eq_any(&ids)))
        .filter(yearly_shares::appropriation_id.eq(from.0))
        .set(yearly_shares::appropriation_id.eq(to.0))
        .execute(connection)?;
    Ok(())
}

/// Stores the amount that a budget change carried over, and the receiving appropriation.
pub fn record(
    connection: &mut AnyConnection,
    change: BudgetChangeId,
    (to, amount_fen): (AppropriationId, i64),
) -> Result<()> {
    diesel::update(budget_changes::table.find(change.0))
        .set((budget_changes::to_id.eq(Some(to.0)), budget_changes::amount_fen.eq(Some(amount_fen))))
        .execute(connection)?;
    Ok(())
}
