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
pub mod yearly_shares;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ledger::Balances;
use crate::domain::yearly_shares::{ShareYear, Uses};
use crate::error::Error;
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::ids::{AppropriationId, OrganisationId};
use crate::storage::ledger::{self as rows, BalanceRow};
use crate::storage::registry::appropriations::{self, Appropriation};

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

/// Returns the key of a row, if one of the bureaus owns the appropriation to which the row belongs.
fn key_seen(
    connection: &mut AnyConnection,
    bureaus: &[OrganisationId],
    row: Option<(i64, AppropriationId)>,
) -> Result<Option<i64>, Error> {
    let Some((key, id)) = row else { return Ok(None) };
    let of = appropriations::by_id(connection, id)?;
    Ok(of.filter(|of| bureaus.contains(&of.bureau_id)).map(|_| key))
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

/// Returns the amount that a contract uses, in fen, of the share that an appropriation bears, given the contract's
/// balances.
pub(in crate::services) fn used_with(kept: &[BalanceRow], contract: &Contract, appropriation: AppropriationId) -> i64 {
    let own = || kept.iter().filter(|row| row.contract == contract.id);
    let share = own().find(|row| row.appropriation == appropriation).and_then(|row| row.from_year);
    let of_share = own().filter(|row| row.from_year == share);
    of_share.map(|row| row.balances.in_use_fen()).fold(0, i64::saturating_add)
}

/// Amount of a contract that an appropriation bears in full: also what the appropriations of earlier years paid.
#[derive(Debug, Clone, Copy)]
pub(in crate::services) struct Borne {
    pub share: ShareYear,
    pub appropriation: AppropriationId,
    pub uses: Balances,
}

/// Returns what each appropriation bears of a contract now: its own, then those of its yearly shares.
pub(in crate::services) fn borne(contract: &Contract, kept: &[BalanceRow], uses: &Uses) -> Vec<Borne> {
    let Some(own) = contract.appropriation_id else { return Vec::new() };
    let years: BTreeSet<i32> = kept.iter().filter_map(|row| row.from_year).collect();
    let shares = uses.shares(&years).into_iter();
    let borne = shares.filter_map(|(share, uses)| {
        let appropriation = if share.is_none() { own } else { bearer(kept, share)? };
        Some(Borne { share, appropriation, uses: used_in(kept, (share, appropriation), &uses) })
    });
    borne.collect()
}

/// Returns the appropriation that bears a yearly share now: the newest, since a carry-over makes a new one.
fn bearer(kept: &[BalanceRow], share: ShareYear) -> Option<AppropriationId> {
    kept.iter().filter(|row| row.from_year == share).map(|row| row.appropriation).max()
}

/// Returns the part of a share that falls to the appropriation that bears it now, given the contract's balances.
fn used_in(kept: &[BalanceRow], (share, now): (ShareYear, AppropriationId), uses: &Balances) -> Balances {
    let others = kept.iter().filter(|row| row.from_year == share && row.appropriation != now);
    others.fold(*uses, |rest, row| rest.less_used(&row.balances))
}
