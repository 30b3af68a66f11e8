//! The ledger (`domain::ledger`): posting, the readers' view, and the check.
//!
//! [`post`] is called only where a contract's projection is saved. Balances of appropriations are read only here, so
//! that every page and every commitment has the same free amount.

pub mod carry_over;
pub mod changes;
pub mod check;
mod own;
pub mod plans;
pub mod post;
mod recall;
pub mod view;

use std::collections::BTreeMap;

use crate::domain::ledger::Balances;
use crate::error::Error;
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::ids::AppropriationId;
use crate::storage::ledger::{self as rows, BalanceRow};
use crate::storage::registry::appropriations::Appropriation;

/// Returns the balances of appropriations, in the same order.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn balances(
    connection: &mut AnyConnection,
    appropriations: &[Appropriation],
) -> Result<Vec<Balances>, Error> {
    let ids: Vec<AppropriationId> = appropriations.iter().map(|row| row.id).collect();
    let sums: BTreeMap<AppropriationId, Balances> = rows::sums(connection, &ids)?.into_iter().collect();
    let of = |row: &Appropriation| {
        let mut balances = row.own_balances();
        balances.add(&sums.get(&row.id).copied().unwrap_or_default());
        balances
    };
    Ok(appropriations.iter().map(of).collect())
}

/// Returns the amount that a contract uses of appropriations, paid or not, in fen.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn used_by(connection: &mut AnyConnection, contract: &Contract) -> Result<i64, Error> {
    Ok(used_of(&rows::of_contract(connection, contract.id)?, contract))
}

/// Returns the amount that a contract uses, in fen, given the contract's balances in all appropriations: of its
/// appropriation, and the payments from earlier ones before a carry-over.
pub(in crate::services) fn used_of(kept: &[BalanceRow], contract: &Contract) -> i64 {
    let own = kept.iter().filter(|row| row.contract == contract.id);
    own.map(|row| row.balances.in_use_fen()).fold(0, i64::saturating_add)
}

/// Returns the part of what a contract uses that falls to one of its appropriations, given its balances.
pub(in crate::services) fn used_in(kept: &[BalanceRow], appropriation: AppropriationId, in_use: &Balances) -> Balances {
    let others = kept.iter().filter(|row| row.appropriation != appropriation);
    others.fold(*in_use, |rest, row| rest.less_used(&row.balances))
}
