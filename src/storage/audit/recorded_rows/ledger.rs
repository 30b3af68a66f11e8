//! Recorded rows of the ledger: balances and postings of contracts, and the posted amounts of appropriations.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::{ledger_balances, ledger_postings};
use crate::storage::Result;
use crate::storage::audit::collected_rows::Collected;
use crate::storage::backend::AnyConnection;

recorded_rows! {
    BalanceRow of ledger_balances {
        contract_id: i64, appropriation_id: i64, last_seq: i64, as_of: Option<NaiveDate>, unassigned_fen: i64,
        reserved_fen: i64, committed_fen: i64, earned_fen: i64, held_fen: i64, deducted_fen: i64, payable_fen: i64,
        paid_fen: i64, interest_fen: i64, recovered_fen: i64, released_fen: i64,
    }
    PostingRow of ledger_postings {
        id: i64, appropriation_id: i64, contract_id: Option<i64>, seq: i64, day: NaiveDate, debit: String,
        credit: String, amount_fen: i64, cause: String, cause_seq: Option<i64>,
    }
}

/// Adds the balances and postings of contracts.
pub(super) fn of_contracts(connection: &mut AnyConnection, ids: &[i64], collected: &mut Collected) -> Result<()> {
    let kept: Vec<(i64, BalanceRow)> = ledger_balances::table
        .filter(ledger_balances::contract_id.eq_any(ids))
        .select((ledger_balances::contract_id, BalanceRow::as_select()))
        .load(connection)?;
    collected.add("ledger_balances", kept)?;
    let posted: Vec<(i64, PostingRow)> = ledger_postings::table
        .filter(ledger_postings::contract_id.eq_any(ids))
        .select((ledger_postings::contract_id.assume_not_null(), PostingRow::as_select()))
        .load(connection)?;
    collected.add("ledger_postings", posted)
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
