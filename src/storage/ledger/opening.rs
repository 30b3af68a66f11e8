//! Opening of the ledger in a database of an earlier version: its approved appropriations and commitments become
//! postings, so that free amounts are correct from the start. What was earned and paid of a commitment is posted by the
//! first change of the contract, or by the job.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::clock::civil_day;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::{Balances, LedgerAccount, Posting, given};
use crate::schema::{appropriations, commitments, ledger_balances, ledger_postings};
use crate::storage::Result;
use crate::storage::audit::recorded_rows::{self, ObjectKind};
use crate::storage::audit::row_records;
use crate::storage::backend::{AnyConnection, begin_write, commit, roll_back};
use crate::storage::ids::{AppropriationId, ContractId};
use crate::storage::ledger::{self, BalanceRow, NewPosting, OPENING};
use crate::storage::locks::{Scope, lock};

/// Objects whose rows are recorded at once.
const BATCH: usize = 200;
/// Tables whose rows the opening adds.
const TABLES: [&str; 2] = ["ledger_balances", "ledger_postings"];

/// Posts the approved appropriations and the commitments of a database whose ledger is empty, in one transaction.
///
/// # Errors
/// Database errors.
pub(in crate::storage) fn open_earlier(connection: &mut AnyConnection) -> Result<()> {
    begin_write(connection)?;
    let done = post_earlier(connection);
    if done.is_ok() {
        commit(connection)?;
    } else {
        roll_back(connection)?;
    }
    done
}

fn post_earlier(connection: &mut AnyConnection) -> Result<()> {
    lock(connection, Scope::Everything)?;
    let posted: Option<i64> = ledger_postings::table.select(ledger_postings::id).first(connection).optional()?;
    let kept: Option<i64> = ledger_balances::table.select(ledger_balances::contract_id).first(connection).optional()?;
    if posted.is_some() || kept.is_some() {
        return Ok(());
    }
    let approved = open_appropriations(connection)?;
    let funded = open_commitments(connection)?;
    record(connection, ObjectKind::Appropriation, &approved)?;
    record(connection, ObjectKind::Contract, &funded)
}

fn open_appropriations(connection: &mut AnyConnection) -> Result<Vec<i64>> {
    type Found = (AppropriationId, i64, NaiveDateTime, Option<NaiveDateTime>);
    let found: Vec<Found> = appropriations::table
        .filter(appropriations::state.eq(ProposalState::Approved.as_str()))
        .order(appropriations::id)
        .select((
            appropriations::id,
            appropriations::amount_fen,
            appropriations::proposed_at,
            appropriations::approved_at,
        ))
        .load(connection)?;
    let posting = |(appropriation, fen, proposed_at, approved_at): &Found| NewPosting {
        appropriation: *appropriation,
        contract: None,
        seq: 1,
        day: civil_day(approved_at.unwrap_or(*proposed_at)),
        posting: given(*fen),
        cause: OPENING,
        cause_seq: None,
    };
    ledger::insert_postings(connection, &found.iter().map(posting).collect::<Vec<_>>())?;
    Ok(found.into_iter().map(|(id, ..)| id.0).collect())
}

/// Posts the commitments of contracts that were not released.
fn open_commitments(connection: &mut AnyConnection) -> Result<Vec<i64>> {
    let found: Vec<(ContractId, AppropriationId, i64, NaiveDateTime)> = commitments::table
        .filter(commitments::released_at.is_null())
        .order(commitments::id)
        .select((
            commitments::contract_id,
            commitments::appropriation_id,
            commitments::amount_fen,
            commitments::committed_at,
        ))
        .load(connection)?;
    let mut sums: BTreeMap<(ContractId, AppropriationId), (i64, NaiveDate)> = BTreeMap::new();
    for (contract, appropriation, fen, at) in found {
        let sum = sums.entry((contract, appropriation)).or_insert((0, civil_day(at)));
        *sum = (sum.0.saturating_add(fen), civil_day(at));
    }
    let (mut rows, mut postings): (Vec<BalanceRow>, Vec<NewPosting<'_>>) = (Vec::new(), Vec::new());
    for ((contract, appropriation), (fen, day)) in sums {
        let posting = Posting { debit: LedgerAccount::Committed, credit: LedgerAccount::Unassigned, fen };
        let seq = rows.last().filter(|row| row.contract == contract).map_or(1, |row| row.last_seq + 1);
        let mut balances = Balances::default();
        balances.post(&posting);
        rows.push(BalanceRow { contract, appropriation, last_seq: seq, as_of: None, balances, from_year: None });
        let contract = Some(contract);
        postings.push(NewPosting { appropriation, contract, seq, day, posting, cause: OPENING, cause_seq: None });
    }
    ledger::insert_balances(connection, &rows)?;
    ledger::insert_postings(connection, &postings)?;
    let mut contracts: Vec<i64> = rows.into_iter().map(|row| row.contract.0).collect();
    contracts.dedup();
    Ok(contracts)
}

/// Records the rows that the opening added. The digests of all other tables stay those of the last record.
fn record(connection: &mut AnyConnection, kind: ObjectKind, ids: &[i64]) -> Result<()> {
    let tables = TABLES.map(str::to_owned).into();
    for part in ids.chunks(BATCH) {
        let mut digests = recorded_rows::digests(connection, kind, part, Some(&tables))?;
        for (id, name) in recorded_rows::by_ids(connection, kind, part)? {
            let added = digests.remove(&id).unwrap_or_default();
            row_records::record_added(connection, DateTime::UNIX_EPOCH.naive_utc(), (kind, &name), &added)?;
        }
    }
    Ok(())
}

/// Returns contracts, after one, for which only the commitments of an earlier version were posted.
pub fn opened(connection: &mut AnyConnection, after: ContractId, limit: i64) -> Result<Vec<ContractId>> {
    Ok(ledger_balances::table
        .filter(ledger_balances::as_of.is_null())
        .filter(ledger_balances::contract_id.gt(after.0))
        .order(ledger_balances::contract_id)
        .limit(limit)
        .select(ledger_balances::contract_id)
        .load(connection)?)
}
