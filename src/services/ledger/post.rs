//! Posting: the differences between the last balances of a contract and those of its standing. Called after every act
//! and each daily change, in the same transaction; the use of appropriations is posted nowhere else.

use crate::domain::ledger::{self, Balances, LedgerAccount};
use crate::domain::money::{Money, Sum};
use crate::domain::yearly_shares::Uses;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::ledger::{Borne, balances, borne};
use crate::storage::audit::recorded_rows::{ObjectKind, digests_of_balances};
use crate::storage::ids::AppropriationId;
use crate::storage::ledger::{self as rows, BalanceRow, DAY, NewPosting};
use crate::storage::registry::appropriations;
use crate::storage::write::Tx;

/// Act that causes postings: its stored name, and its number in the contract's chain; `None` if only a day has come.
pub type Cause = Option<(String, i64)>;

/// Posts the amounts that a contract now uses of each of its appropriations: all amounts in use, less the payments of
/// earlier years before a carry-over. Writes nothing if the amounts are unchanged.
///
/// # Errors
/// `Refused` (budget-first) if the contract uses more than before and less than the increase is free; database errors.
pub fn post(tx: &mut Tx<'_>, record: &ContractRecord, uses: &Uses, cause: Cause) -> Result<(), Error> {
    let contract = &record.contract;
    if contract.appropriation_id.is_none() {
        return Ok(());
    }
    let all = rows::of_contract(tx.connection, contract.id)?;
    let row_of = |appropriation| all.iter().find(|row| row.appropriation == appropriation);
    let (cause, cause_seq) = cause.map_or((DAY.to_owned(), None), |(name, seq)| (name, Some(seq)));
    let day = tx.context.today();
    let mut seq = all.iter().map(|row| row.last_seq).max().unwrap_or(0);
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for Borne { share, appropriation, uses } in borne(contract, &all, uses) {
        let kept = row_of(appropriation);
        let before = kept.map(|row| row.balances).unwrap_or_default();
        let target = find_target(tx, appropriation, (&before, &uses))?;
        let postings = ledger::differences(&before, &target);
        if postings.is_empty() && kept.is_none_or(|row| row.as_of.is_some()) {
            continue;
        }
        let mut last_seq = kept.map_or(0, |row| row.last_seq);
        for posting in postings {
            seq += 1;
            last_seq = seq;
            let (cause, contract) = (cause.as_str(), Some(contract.id));
            new.push(NewPosting { appropriation, contract, seq, day, posting, cause, cause_seq });
        }
        let (contract, as_of) = (contract.id, Some(day));
        changed.push(BalanceRow { contract, appropriation, last_seq, as_of, balances: target, from_year: share });
    }
    if changed.is_empty() {
        return Ok(());
    }
    let posted = rows::append_postings(tx.connection, &new)?;
    tx.know_inserted(ObjectKind::Contract, &contract.public_id, posted);
    for row in &changed {
        if row_of(row.appropriation).is_some() {
            rows::update_balances(tx.connection, row)?;
        } else {
            rows::insert_balances(tx.connection, std::slice::from_ref(row))?;
        }
    }
    let is_changed = |row: &&BalanceRow| changed.iter().any(|new| new.appropriation == row.appropriation);
    let others = all.iter().filter(|row| !is_changed(row)).cloned();
    let balances = digests_of_balances(&others.chain(changed.iter().cloned()).collect::<Vec<_>>())?;
    tx.know_rows(ObjectKind::Contract, &contract.public_id, balances);
    tx.touch(ObjectKind::Contract, contract.id.0);
    Ok(())
}

/// Returns the new balances of a contract. If it uses more than before, its appropriation is locked first, so that no
/// two contracts take the same free amount.
fn find_target(
    tx: &mut Tx<'_>,
    appropriation: AppropriationId,
    (before, in_use): (&Balances, &Balances),
) -> Result<Balances, Error> {
    let mut budget = Balances::default();
    if in_use.in_use_fen() > before.in_use_fen() {
        budget = match tx.remembered_budget(appropriation) {
            Some(known) => known,
            None => {
                let found = appropriations::lock_appropriation(tx.connection, appropriation)?.ok_or(Error::NotFound)?;
                balances(tx.connection, &[found])?.pop().unwrap_or_default()
            }
        };
    }
    ledger::target(before, &budget, in_use).ok_or_else(|| {
        let yuan = |fen: i64| Sum::from(Money::from_fen(fen).unwrap_or_default()).to_string();
        let growth = in_use.in_use_fen().saturating_sub(before.in_use_fen());
        let message =
            Message::new("budget-exceeded").with("amount", yuan(growth)).with("free", yuan(budget.free_fen()));
        Error::refused_at("budget-first", "appropriation", message)
    })
}

/// Returns the balances and postings of a contract that is loaded in bulk, as of its first day in the register.
pub fn opening(in_use: &Balances) -> (Balances, Vec<ledger::Posting>) {
    let mut target = *in_use;
    target.set(LedgerAccount::Unassigned, in_use.in_use_fen().saturating_neg());
    (target, ledger::differences(&Balances::default(), &target))
}
