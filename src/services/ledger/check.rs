//! The part of `luyue check` for the ledger: every posting balances, names its cause and was only appended; the
//! balances are the sums of the postings and agree with every standing and appropriation. Nothing is written.

use std::collections::BTreeMap;

use crate::clock::civil_day;
use crate::domain::ledger::{Balances, LedgerAccount, Posting};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::ledger::balances;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains::events_of;
use crate::storage::ids::AppropriationId;
use crate::storage::ledger::{self as rows, APPROVAL, BalanceRow, DAY, FACT, OPENING, PostingRow};
use crate::storage::registry::appropriations;

/// Describes the differences between a contract's balances, its postings, and the amounts that it uses.
///
/// # Errors
/// Database errors.
pub fn contract_differences(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    in_use: &Balances,
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
    if sums_of(&postings) != kept.iter().map(|row| (row.appropriation, (row.last_seq, row.balances))).collect() {
        differences.push("the balances of the ledger are not the sums of its postings".to_owned());
    }
    differences.extend(wrong_balances(contract.appropriation_id, &kept, in_use));
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
/// compared.
fn wrong_balances(current: Option<AppropriationId>, kept: &[BalanceRow], in_use: &Balances) -> Option<String> {
    let nothing = Balances::default();
    let uses = |appropriation: AppropriationId| if current == Some(appropriation) { in_use } else { &nothing };
    let differs = |row: &&BalanceRow| {
        let expected = uses(row.appropriation);
        let is_equal = LedgerAccount::ALL.iter().all(|account| match account {
            LedgerAccount::Appropriated | LedgerAccount::Unassigned | LedgerAccount::Released => true,
            account => row.balances.of(*account) == expected.of(*account),
        });
        !row.balances.is_balanced() || (row.as_of.is_some() && !is_equal)
    };
    let is_missing =
        current.is_some_and(|id| in_use.in_use_fen() != 0 && kept.iter().all(|row| row.appropriation != id));
    (is_missing || kept.iter().any(|row| differs(&row)))
        .then(|| "the balances of the ledger are not those of the standing".to_owned())
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
    let mut differences = Vec::new();
    for ((row, approved), balances) in stored.iter().zip(approved).zip(balances) {
        let of_it: Vec<&PostingRow> = posted.iter().filter(|posting| posting.appropriation_id == row.id).collect();
        let expected =
            Posting { debit: LedgerAccount::Unassigned, credit: LedgerAccount::Appropriated, fen: row.amount_fen };
        let is_posted = match of_it.as_slice() {
            [] => row.approved_fen() == 0,
            [one] => {
                let on = approved.map(civil_day);
                let is_cause = [APPROVAL, OPENING].contains(&one.cause.as_str()) && one.cause_seq.is_none();
                row.approved_fen() != 0 && one.posting() == expected && one.seq == 1 && is_cause && Some(one.day) == on
            }
            _ => false,
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
