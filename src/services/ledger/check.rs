//! The part of `luyue check` for the ledger: every posting balances, names its cause and was only appended; the
//! balances are the sums of the postings and agree with every standing and appropriation. Nothing is written.

use std::collections::BTreeMap;

use crate::clock::civil_day;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::{Balances, LedgerAccount, Posting, given};
use crate::domain::policy::Action;
use crate::domain::yearly_shares::Uses;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::ledger::{Borne, balances, borne};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{EventRow, events_of};
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::ids::AppropriationId;
use crate::storage::ledger::changes::{self, BudgetChange};
use crate::storage::ledger::plans;
use crate::storage::ledger::yearly_shares;
use crate::storage::ledger::{self as rows, APPROVAL, BalanceRow, DAY, FACT, OPENING, PostingRow};
use crate::storage::registry::appropriations::{self, Appropriation};

/// Describes the differences between a contract's balances, its postings, and the amounts that it uses.
///
/// # Errors
/// Database errors.
pub fn contract_differences(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    uses: &Uses,
) -> Result<Vec<String>, Error> {
    let contract = &record.contract;
    let kept = rows::of_contract(connection, contract.id)?;
    let postings = rows::postings_of_contract(connection, contract.id)?;
    let mut differences: Vec<String> = postings
        .iter()
        .zip(1..)
        .filter(|(row, seq)| row.seq != *seq || !is_whole(&row.posting()))
        .map(|(row, _)| format!("posting {} of the ledger is missing or wrong", row.seq))
        .collect();
    differences.extend(wrong_causes(connection, record, &postings)?);
    // Those of a yearly share are there from its assignment on, before anything is posted to them.
    let posted = kept.iter().filter(|row| row.last_seq > 0 || row.balances != Balances::default());
    if sums_of(&postings) != posted.map(|row| (row.appropriation, (row.last_seq, row.balances))).collect() {
        differences.push("the balances of the ledger are not the sums of its postings".to_owned());
    }
    let borne = borne(contract, &kept, uses);
    differences.extend(wrong_balances(&borne, &kept));
    let assigned = yearly_shares::of_contract(connection, contract.id)?.into_iter();
    let assigned: Vec<_> = assigned.map(|share| (Some(share.from_year), share.appropriation_id)).collect();
    if borne.iter().skip(1).map(|one| (one.share, one.appropriation)).ne(assigned) {
        differences.push("the yearly shares are not those of the ledger".to_owned());
    }
    Ok(differences)
}

/// Returns balances and last number of the postings in each appropriation.
fn sums_of(postings: &[PostingRow]) -> BTreeMap<AppropriationId, (i64, Balances)> {
    let mut sums: BTreeMap<AppropriationId, (i64, Balances)> = BTreeMap::new();
    for row in postings {
        let (last, balances) = sums.entry(row.appropriation_id).or_default();
        *last = row.seq;
        balances.post(&row.posting());
    }
    sums
}

/// Returns whether a posting moves an amount between two accounts.
fn is_whole(posting: &Posting) -> bool {
    posting.fen > 0 && posting.debit != posting.credit
}

/// Compares balances with the amounts in use. For a ledger opened from an earlier version, only the sum can be
/// compared. Payments before a carry-over stay in the appropriation of their year.
fn wrong_balances(borne: &[Borne], kept: &[BalanceRow]) -> Option<String> {
    let differs = |row: &&BalanceRow| {
        let expected = borne.iter().find(|one| one.appropriation == row.appropriation).map(|one| one.uses);
        let is_equal = LedgerAccount::ALL.iter().all(|account| match (account, &expected) {
            (LedgerAccount::Appropriated | LedgerAccount::Unassigned | LedgerAccount::Released, _) => true,
            (account, Some(expected)) => row.balances.of(*account) == expected.of(*account),
            (account, None) => is_kept_of_earlier_year(*account) || row.balances.of(*account) == 0,
        });
        !row.balances.is_balanced() || (row.as_of.is_some() && !is_equal)
    };
    let is_missing =
        |one: &Borne| one.uses.in_use_fen() != 0 && kept.iter().all(|row| row.appropriation != one.appropriation);
    (borne.iter().any(is_missing) || kept.iter().any(|row| differs(&row)))
        .then(|| "the balances of the ledger are not those of the standing".to_owned())
}

/// Returns whether a contract can have money in an account of an appropriation from which it was carried over.
const fn is_kept_of_earlier_year(account: LedgerAccount) -> bool {
    matches!(account, LedgerAccount::Paid | LedgerAccount::Interest | LedgerAccount::Recovered | LedgerAccount::Outside)
}

/// Lists the postings whose event or fact is not in the contract's chain.
fn wrong_causes(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    postings: &[PostingRow],
) -> Result<Vec<String>, Error> {
    if postings.is_empty() {
        return Ok(Vec::new());
    }
    let events = events_of(connection, &format!("contract:{}", record.contract.public_id))?;
    let is_known = |row: &&PostingRow| match (row.cause.as_str(), row.cause_seq) {
        (DAY | OPENING, None) => true,
        (cause, Some(seq)) => match cause.strip_prefix(FACT) {
            Some(kind) => record.rows.iter().any(|fact| fact.seq == seq && fact.kind.as_str() == kind),
            None => events.iter().any(|event| event.seq == seq && event.action == cause),
        },
        _ => false,
    };
    let unknown = postings.iter().filter(|row| !is_known(row));
    Ok(unknown.map(|row| format!("posting {} of the ledger names no act that was recorded", row.seq)).collect())
}

/// Describes the differences between the postings of appropriations and their amounts, and where contracts use more
/// than was approved, each with the public identifier. Also returns the number of appropriations.
///
/// # Errors
/// Database errors.
pub fn appropriation_differences(connection: &mut AnyConnection) -> Result<(usize, Vec<(String, String)>), Error> {
    let all = appropriations::all(connection)?;
    let (stored, approved): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    let ids: Vec<AppropriationId> = stored.iter().map(|row| row.id).collect();
    let posted = rows::postings_of_amounts(connection, &ids)?;
    let balances = balances(connection, &stored)?;
    let changes = changes::approved(connection)?;
    let reserved = plans::reserved(connection)?;
    let mut differences = Vec::new();
    for ((row, approved), balances) in stored.iter().zip(approved).zip(balances) {
        let of_it: Vec<&PostingRow> = posted.iter().filter(|posting| posting.appropriation_id == row.id).collect();
        let is_posted = match of_it.split_first() {
            None => row.approved_fen() == 0,
            Some((first, later)) => {
                let is_own = [APPROVAL, OPENING].contains(&first.cause.as_str()) && first.cause_seq.is_none();
                let is_first = first.posting() == given(first.amount_fen) && Some(first.day) == approved.map(civil_day);
                let approved_fen = if is_own { first.amount_fen } else { 0 };
                // One that was carried over begins with what a budget change gave it.
                let later = if is_own { later } else { of_it.as_slice() };
                row.state == ProposalState::Approved
                    && is_first
                    && approved_fen.saturating_add(moved_by(&changes, row.id)) == row.amount_fen
                    && own_sum(&of_it) == Some(row.own_balances())
                    && row.reserved_fen.unwrap_or(0) == sum_of(&reserved, row.id)
                    && are_caused(connection, row, later)?
            }
        };
        if !is_posted {
            differences.push((row.public_id.clone(), "its amount is not posted in the ledger as approved".to_owned()));
        }
        if balances.free_fen() < 0 || !balances.is_balanced() {
            let (used, amount) = (balances.in_use_fen(), row.approved_fen());
            differences.push((row.public_id.clone(), format!("{used} fen committed of {amount} fen appropriated")));
        }
    }
    Ok((stored.len(), differences))
}

/// Returns what approved budget changes added to an appropriation, in fen.
fn moved_by(changes: &[BudgetChange], appropriation: AppropriationId) -> i64 {
    let of = |change: &BudgetChange| {
        let fen = change.amount_fen.unwrap_or_default();
        let given = if change.from_id == appropriation { fen.saturating_neg() } else { 0 };
        let received = if change.to() == Some(appropriation) { fen } else { 0 };
        given.saturating_add(received)
    };
    changes.iter().map(of).fold(0, i64::saturating_add)
}

/// Sums the postings of an appropriation's own amount; `None` if one is missing or moves nothing.
fn own_sum(postings: &[&PostingRow]) -> Option<Balances> {
    let mut sum = Balances::default();
    for (row, seq) in postings.iter().zip(1..) {
        if row.seq != seq || !is_whole(&row.posting()) {
            return None;
        }
        sum.post(&row.posting());
    }
    Some(sum)
}

/// Sums the amounts of one appropriation, in fen.
fn sum_of(amounts: &[(AppropriationId, i64)], of: AppropriationId) -> i64 {
    amounts.iter().filter(|(id, _)| *id == of).fold(0, |sum, (_, fen)| sum.saturating_add(*fen))
}

/// Returns whether each of these postings names an act in the chain of the appropriation that posts to it.
fn are_caused(connection: &mut AnyConnection, of: &Appropriation, postings: &[&PostingRow]) -> Result<bool, Error> {
    if postings.is_empty() {
        return Ok(true);
    }
    let events = events_of(connection, &ObjectKind::Appropriation.stream(&of.public_id))?;
    let acts = [
        EventAction::from(Action::ApproveBudgetChange),
        EventAction::from(Action::PlanPurchase),
        EventAction::PurchasePlanUse,
        EventAction::PurchasePlanSave,
        EventAction::PurchasePlanCancel,
    ];
    Ok(postings.iter().all(|row| {
        let is_it = |event: &EventRow| Some(event.seq) == row.cause_seq && event.action == row.cause;
        acts.iter().any(|act| act.as_str() == row.cause) && events.iter().any(is_it)
    }))
}
