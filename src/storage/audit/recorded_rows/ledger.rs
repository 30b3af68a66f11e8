//! Recorded rows of the ledger: balances and postings of contracts, and the posted amounts of appropriations.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;

use crate::domain::ledger::LedgerAccount;
use crate::schema::{ledger_balances, ledger_postings, yearly_shares};
use crate::storage::Result;
use crate::storage::audit::collected_rows::Collected;
use crate::storage::audit::recorded_rows::RowDigests;
use crate::storage::backend::AnyConnection;
use crate::storage::ledger as stored;

recorded_rows! {
    BalanceRow of ledger_balances {
        contract_id: i64, appropriation_id: i64, last_seq: i64, as_of: Option<NaiveDate>, unassigned_fen: i64,
        reserved_fen: i64, committed_fen: i64, earned_fen: i64, held_fen: i64, deducted_fen: i64, payable_fen: i64,
        paid_fen: i64, interest_fen: i64, recovered_fen: i64, released_fen: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        from_year: Option<i32>,
    }
    YearlyShareRow of yearly_shares {
        id: i64, public_id: String, contract_id: i64, from_year: i32, appropriation_id: i64, assigned_by: i64,
        assigned_for: Option<i64>, assigned_at: NaiveDateTime,
    }
    PostingRow of ledger_postings {
        id: i64, appropriation_id: i64, contract_id: Option<i64>, seq: i64, day: NaiveDate, debit: String,
        credit: String, amount_fen: i64, cause: String, cause_seq: Option<i64>,
    }
}

/// Adds the balances and postings of contracts, from the tables that were written.
pub(super) fn of_contracts(
    connection: &mut AnyConnection,
    ids: &[i64],
    asked: impl Fn(&str) -> bool,
    collected: &mut Collected,
) -> Result<()> {
    collect!(connection, collected, ids, asked, BalanceRow of ledger_balances by contract_id,
        YearlyShareRow of yearly_shares by contract_id);
    if asked("ledger_postings") {
        let posted: Vec<(i64, PostingRow)> = ledger_postings::table
            .filter(ledger_postings::contract_id.eq_any(ids))
            .select((ledger_postings::contract_id.assume_not_null(), PostingRow::as_select()))
            .load(connection)?;
        collected.add("ledger_postings", posted)?;
    }
    Ok(())
}

/// Adds the posted amounts of appropriations.
pub(super) fn of_appropriations(connection: &mut AnyConnection, ids: &[i64], collected: &mut Collected) -> Result<()> {
    let posted: Vec<(i64, PostingRow)> = ledger_postings::table
        .filter(ledger_postings::appropriation_id.eq_any(ids))
        .filter(ledger_postings::contract_id.is_null())
        .select((ledger_postings::appropriation_id, PostingRow::as_select()))
        .load(connection)?;
    collected.add("ledger_postings", posted)
}

/// Computes the digests of all balances of a contract.
pub fn digests_of_balances(rows: &[stored::BalanceRow]) -> Result<RowDigests> {
    let row = |row: &stored::BalanceRow| BalanceRow {
        contract_id: row.contract.0,
        appropriation_id: row.appropriation.0,
        last_seq: row.last_seq,
        as_of: row.as_of,
        unassigned_fen: row.balances.of(LedgerAccount::Unassigned),
        reserved_fen: row.balances.of(LedgerAccount::Reserved),
        committed_fen: row.balances.of(LedgerAccount::Committed),
        earned_fen: row.balances.of(LedgerAccount::Earned),
        held_fen: row.balances.of(LedgerAccount::Held),
        deducted_fen: row.balances.of(LedgerAccount::Deducted),
        payable_fen: row.balances.of(LedgerAccount::Payable),
        paid_fen: row.balances.of(LedgerAccount::Paid),
        interest_fen: row.balances.of(LedgerAccount::Interest),
        recovered_fen: row.balances.of(LedgerAccount::Recovered),
        released_fen: row.balances.of(LedgerAccount::Released),
        from_year: row.from_year,
    };
    let mut collected = Collected::default();
    collected.add("ledger_balances", rows.iter().map(|kept| (kept.contract.0, row(kept))).collect())?;
    Ok(collected.only_object())
}

/// Computes the digests of postings of a contract that were inserted, given with their keys.
pub(in crate::storage) fn digests_of_postings(rows: &[(i64, &stored::NewPosting<'_>)]) -> Result<RowDigests> {
    let row = |(id, row): &(i64, &stored::NewPosting<'_>)| {
        let contract = row.contract.map(|id| id.0);
        let posting = PostingRow {
            id: *id,
            appropriation_id: row.appropriation.0,
            contract_id: contract,
            seq: row.seq,
            day: row.day,
            debit: row.posting.debit.as_str().to_owned(),
            credit: row.posting.credit.as_str().to_owned(),
            amount_fen: row.posting.fen,
            cause: row.cause.to_owned(),
            cause_seq: row.cause_seq,
        };
        (contract.unwrap_or_default(), posting)
    };
    let mut collected = Collected::default();
    collected.add("ledger_postings", rows.iter().map(row).collect())?;
    Ok(collected.only_object())
}
