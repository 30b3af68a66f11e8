//! The ledger: postings, which are only appended, and the balances of each contract after its last posting. The
//! balances of an appropriation are the sums of its contracts' balances and its own amount.
//!
//! `services::ledger` decides what is posted; the opening of an earlier database is in `opening`.

pub mod carry_over;
pub mod changes;
mod opening;
pub mod plans;
pub mod yearly_shares;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;

use crate::domain::ledger::{Balances, LedgerAccount, Posting, given};
use crate::schema::{appropriations, contracts, ledger_balances, ledger_postings};
use crate::storage::Result;
use crate::storage::audit::recorded_rows::{self, RowDigests};
use crate::storage::backend::{AnyConnection, ROWS_AT_ONCE, insert_rows};
use crate::storage::ids::{AppropriationId, ContractId};
use crate::storage::statements::{change_kept, few_rows, insert_few, lengthened, load_listed, on_engine, read_rows};

pub(in crate::storage) use opening::open_earlier;
pub use opening::opened;

/// Cause of a ledger's first postings: the amounts of an earlier version, or of a synthetic register.
pub const OPENING: &str = "opening";
/// Cause of postings that follow from the day alone.
pub const DAY: &str = "day";
/// Cause of the posting of an approved appropriation: its event.
pub const APPROVAL: &str = "appropriation.approve";
/// Prefix of a cause that is a fact; the kind of fact follows.
pub const FACT: &str = "fact.";

/// Balances in fen as stored in a row: every account but `appropriated` and `outside`, which follow from others, in the
/// order of the accounts.
type Fen = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// The accounts of a row.
const ACCOUNTS: [LedgerAccount; 11] = [
    LedgerAccount::Unassigned,
    LedgerAccount::Reserved,
    LedgerAccount::Committed,
    LedgerAccount::Earned,
    LedgerAccount::Held,
    LedgerAccount::Deducted,
    LedgerAccount::Payable,
    LedgerAccount::Paid,
    LedgerAccount::Interest,
    LedgerAccount::Recovered,
    LedgerAccount::Released,
];

fn balances((a, b, c, d, e, f, g, h, i, j, k): Fen) -> Balances {
    let mut balances = Balances::default();
    for (account, fen) in ACCOUNTS.into_iter().zip([a, b, c, d, e, f, g, h, i, j, k]) {
        balances.set(account, fen);
    }
    balances.set_outside(balances.of(LedgerAccount::Interest), balances.of(LedgerAccount::Recovered));
    balances
}

/// The balances of a contract in an appropriation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceRow {
    pub contract: ContractId,
    pub appropriation: AppropriationId,
    /// Number of the contract's last posting in this appropriation.
    pub last_seq: i64,
    /// Day of the last posting; `None` while only the commitments of an earlier version were posted.
    pub as_of: Option<NaiveDate>,
    pub balances: Balances,
    /// First year of the share that they belong to; `None` for what the contract's own appropriation bears.
    pub from_year: Option<i32>,
}

/// A posting to insert.
#[derive(Debug, Clone)]
pub struct NewPosting<'a> {
    pub appropriation: AppropriationId,
    /// Contract that uses the money; `None` for the amount of an appropriation.
    pub contract: Option<ContractId>,
    /// Number within the contract, or among the amounts of the appropriation, from 1.
    pub seq: i64,
    pub day: NaiveDate,
    pub posting: Posting,
    /// Stored name of the event or fact, [`DAY`] or [`OPENING`].
    pub cause: &'a str,
    /// Number of the event or fact in the chain of the contract, or of the appropriation for a budget change.
    pub cause_seq: Option<i64>,
}

/// A stored posting.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = ledger_postings)]
pub struct PostingRow {
    pub id: i64,
    pub appropriation_id: AppropriationId,
    /// Number within the contract, from 1.
    pub seq: i64,
    pub day: NaiveDate,
    #[diesel(deserialize_as = String)]
    pub debit: LedgerAccount,
    #[diesel(deserialize_as = String)]
    pub credit: LedgerAccount,
    /// Amount in fen, above 0.
    pub amount_fen: i64,
    pub cause: String,
    pub cause_seq: Option<i64>,
}

impl PostingRow {
    /// Returns accounts and amount.
    pub const fn posting(&self) -> Posting {
        Posting { debit: self.debit, credit: self.credit, fen: self.amount_fen }
    }
}

/// A posting with public identifier and document number of its appropriation, and public identifier and number of its
/// contract.
pub type NamedPosting = (PostingRow, (String, String), (Option<String>, Option<String>));

/// The columns of the accounts, in the order of [`ACCOUNTS`].
macro_rules! fen_columns {
    () => {
        (
            ledger_balances::unassigned_fen,
            ledger_balances::reserved_fen,
            ledger_balances::committed_fen,
            ledger_balances::earned_fen,
            ledger_balances::held_fen,
            ledger_balances::deducted_fen,
            ledger_balances::payable_fen,
            ledger_balances::paid_fen,
            ledger_balances::interest_fen,
            ledger_balances::recovered_fen,
            ledger_balances::released_fen,
        )
    };
}

/// Values of the accounts, by column, after any others.
macro_rules! fen_values {
    ($balances:expr $(, $first:expr)*) => {{
        let balances: &Balances = $balances;
        (
            $($first,)*
            ledger_balances::unassigned_fen.eq(balances.of(LedgerAccount::Unassigned)),
            ledger_balances::reserved_fen.eq(balances.of(LedgerAccount::Reserved)),
            ledger_balances::committed_fen.eq(balances.of(LedgerAccount::Committed)),
            ledger_balances::earned_fen.eq(balances.of(LedgerAccount::Earned)),
            ledger_balances::held_fen.eq(balances.of(LedgerAccount::Held)),
            ledger_balances::deducted_fen.eq(balances.of(LedgerAccount::Deducted)),
            ledger_balances::payable_fen.eq(balances.of(LedgerAccount::Payable)),
            ledger_balances::paid_fen.eq(balances.of(LedgerAccount::Paid)),
            ledger_balances::interest_fen.eq(balances.of(LedgerAccount::Interest)),
            ledger_balances::recovered_fen.eq(balances.of(LedgerAccount::Recovered)),
            ledger_balances::released_fen.eq(balances.of(LedgerAccount::Released)),
        )
    }};
}

/// Rows of balances by contract and appropriation.
macro_rules! balance_rows {
    ($filter:expr, $connection:expr) => {{
        type Found = (ContractId, AppropriationId, i64, Option<NaiveDate>, Fen, Option<i32>);
        let rows = ledger_balances::table
            .filter($filter)
            .order((ledger_balances::contract_id, ledger_balances::appropriation_id))
            .select((
                ledger_balances::contract_id,
                ledger_balances::appropriation_id,
                ledger_balances::last_seq,
                ledger_balances::as_of,
                fen_columns!(),
                ledger_balances::from_year,
            ));
        let found: Vec<Found> = read_rows!($connection, rows)?;
        let row = |(contract, appropriation, last_seq, as_of, fen, from_year)| BalanceRow {
            contract,
            appropriation,
            last_seq,
            as_of,
            balances: balances(fen),
            from_year,
        };
        Ok(found.into_iter().map(row).collect())
    }};
}

/// Returns the balances of a contract, one row for each appropriation that ever funded it.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<BalanceRow>> {
    balance_rows!(ledger_balances::contract_id.eq(contract.0), connection)
}

/// Returns the balances of several contracts.
pub fn of_contracts(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<Vec<BalanceRow>> {
    if contracts.is_empty() {
        return Ok(Vec::new());
    }
    balance_rows!(ledger_balances::contract_id.eq_any(contracts.iter().map(|id| id.0)), connection)
}

/// A sum over the contracts of an appropriation.
macro_rules! sum {
    ($column:literal) => {
        sql::<BigInt>(concat!("CAST(SUM(ledger_balances.", $column, ") AS BIGINT)"))
    };
}

/// Sums the balances of all contracts of each of these appropriations. Appropriations without contracts are left out.
pub fn sums(connection: &mut AnyConnection, ids: &[AppropriationId]) -> Result<Vec<(AppropriationId, Balances)>> {
    let ids = lengthened(ids.iter().map(|id| id.0));
    let summed = ledger_balances::table
        .filter(ledger_balances::appropriation_id.eq_any(&ids))
        .group_by(ledger_balances::appropriation_id)
        .select((
            ledger_balances::appropriation_id,
            (
                sum!("unassigned_fen"),
                sum!("reserved_fen"),
                sum!("committed_fen"),
                sum!("earned_fen"),
                sum!("held_fen"),
                sum!("deducted_fen"),
                sum!("payable_fen"),
                sum!("paid_fen"),
                sum!("interest_fen"),
                sum!("recovered_fen"),
                sum!("released_fen"),
            ),
        ));
    let found: Vec<(AppropriationId, Fen)> = load_listed!(connection, ids, summed)?;
    Ok(found.into_iter().map(|(id, fen)| (id, balances(fen))).collect())
}

/// Values of a contract's balances, by column.
macro_rules! balance_values {
    ($row:expr) => {{
        let row: &BalanceRow = $row;
        fen_values!(
            &row.balances,
            ledger_balances::contract_id.eq(row.contract.0),
            ledger_balances::appropriation_id.eq(row.appropriation.0),
            ledger_balances::last_seq.eq(row.last_seq),
            ledger_balances::as_of.eq(row.as_of),
            ledger_balances::from_year.eq(row.from_year)
        )
    }};
}

/// Inserts balances of contracts that had none in these appropriations.
pub fn insert_balances(connection: &mut AnyConnection, rows: &[BalanceRow]) -> Result<()> {
    insert_few!(connection, ledger_balances::table, rows, |row| balance_values!(row));
    Ok(())
}

/// Replaces the balances of a contract in an appropriation.
pub fn update_balances(connection: &mut AnyConnection, row: &BalanceRow) -> Result<()> {
    let update = diesel::update(ledger_balances::table.find((row.contract.0, row.appropriation.0))).set((
        ledger_balances::last_seq.eq(row.last_seq),
        ledger_balances::as_of.eq(row.as_of),
        fen_values!(&row.balances),
    ));
    change_kept!(connection, update)?;
    Ok(())
}

/// Sets every column of the accounts to the value of the row that was to be inserted.
macro_rules! fen_excluded {
    ($($column:ident)*) => {
        ($(ledger_balances::$column.eq(excluded(ledger_balances::$column)),)*)
    };
}

/// Inserts or replaces balances of contracts in appropriations, many in one statement.
pub fn put_balances(connection: &mut AnyConnection, rows: &[BalanceRow]) -> Result<()> {
    for part in rows.chunks(ROWS_AT_ONCE) {
        let values: Vec<_> = part.iter().map(|row| balance_values!(row)).collect();
        let put = diesel::insert_into(ledger_balances::table)
            .values(&values)
            .on_conflict((ledger_balances::contract_id, ledger_balances::appropriation_id))
            .do_update()
            .set((
                ledger_balances::last_seq.eq(excluded(ledger_balances::last_seq)),
                ledger_balances::as_of.eq(excluded(ledger_balances::as_of)),
                fen_excluded![unassigned_fen reserved_fen committed_fen earned_fen held_fen deducted_fen payable_fen
                    paid_fen interest_fen recovered_fen released_fen],
            ));
        on_engine!(connection, own => put.execute(own))?;
    }
    Ok(())
}

/// Values of a posting, by column.
macro_rules! posting_values {
    ($row:expr) => {{
        let row: &NewPosting<'_> = $row;
        (
            ledger_postings::appropriation_id.eq(row.appropriation.0),
            ledger_postings::contract_id.eq(row.contract.map(|id| id.0)),
            ledger_postings::seq.eq(row.seq),
            ledger_postings::day.eq(row.day),
            ledger_postings::debit.eq(row.posting.debit.as_str()),
            ledger_postings::credit.eq(row.posting.credit.as_str()),
            ledger_postings::amount_fen.eq(row.posting.fen),
            ledger_postings::cause.eq(row.cause),
            ledger_postings::cause_seq.eq(row.cause_seq),
        )
    }};
}

/// Appends postings.
pub fn insert_postings(connection: &mut AnyConnection, rows: &[NewPosting<'_>]) -> Result<()> {
    insert_rows!(connection, ledger_postings::table, rows, |row| posting_values!(row));
    Ok(())
}

/// Appends the postings of an act on a contract, and returns the digests of these postings.
pub fn append_postings(connection: &mut AnyConnection, rows: &[NewPosting<'_>]) -> Result<RowDigests> {
    // Each moves an amount between two of the accounts, so there are few of them.
    let Some(values) = few_rows!(ledger_postings::table, rows, |row| posting_values!(row)) else {
        return Ok(RowDigests::new());
    };
    let insert = diesel::insert_into(ledger_postings::table)
        .values(values)
        .returning((ledger_postings::seq, ledger_postings::id));
    let inserted: Vec<(i64, i64)> = on_engine!(connection, own => insert.get_results(own))?;
    // The engines do not promise the order of the keys.
    let keys: BTreeMap<i64, i64> = inserted.into_iter().collect();
    let keyed = rows.iter().filter_map(|row| Some((*keys.get(&row.seq)?, row)));
    recorded_rows::digests_of_postings(&keyed.collect::<Vec<_>>())
}

/// Posts the amount of an approved appropriation.
pub fn post_appropriation(
    connection: &mut AnyConnection,
    (appropriation, amount_fen): (AppropriationId, i64),
    day: NaiveDate,
    cause: &str,
) -> Result<()> {
    let posting = given(amount_fen);
    let row = NewPosting { appropriation, contract: None, seq: 1, day, posting, cause, cause_seq: None };
    insert_postings(connection, &[row])
}

/// Returns all postings of a contract, in order.
pub fn postings_of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<PostingRow>> {
    Ok(ledger_postings::table
        .filter(ledger_postings::contract_id.eq(contract.0))
        .order(ledger_postings::seq)
        .select(PostingRow::as_select())
        .load(connection)?)
}

/// Returns the postings of the amounts of appropriations, in order.
pub fn postings_of_amounts(connection: &mut AnyConnection, ids: &[AppropriationId]) -> Result<Vec<PostingRow>> {
    Ok(ledger_postings::table
        .filter(ledger_postings::appropriation_id.eq_any(ids.iter().map(|id| id.0)))
        .filter(ledger_postings::contract_id.is_null())
        .order((ledger_postings::appropriation_id, ledger_postings::id))
        .select(PostingRow::as_select())
        .load(connection)?)
}

/// A query for postings with their names.
macro_rules! named {
    () => {
        ledger_postings::table.inner_join(appropriations::table).left_join(contracts::table).select((
            PostingRow::as_select(),
            (appropriations::public_id, appropriations::document_no),
            (contracts::public_id.nullable(), contracts::number.nullable()),
        ))
    };
}

/// Lists the postings of a contract after a number.
pub fn page_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    after: i64,
    limit: i64,
) -> Result<Vec<NamedPosting>> {
    Ok(named!()
        .filter(ledger_postings::contract_id.eq(contract.0))
        .filter(ledger_postings::seq.gt(after))
        .order(ledger_postings::seq)
        .limit(limit)
        .load(connection)?)
}

/// Lists the postings of appropriations, by appropriation and oldest first, after one.
pub fn page(
    connection: &mut AnyConnection,
    ids: &[AppropriationId],
    after: Option<(AppropriationId, i64)>,
    limit: i64,
) -> Result<Vec<NamedPosting>> {
    let (first, last) = after.unwrap_or((AppropriationId(0), 0));
    let left = ids.iter().filter(|id| **id >= first).map(|id| id.0);
    Ok(named!()
        .filter(ledger_postings::appropriation_id.eq_any(left))
        .filter(ledger_postings::appropriation_id.gt(first.0).or(ledger_postings::id.gt(last)))
        .order((ledger_postings::appropriation_id, ledger_postings::id))
        .limit(limit)
        .load(connection)?)
}

/// Finds a posting by its number and the public identifier of its contract, or of its appropriation if it belongs to no
/// contract.
pub fn find(connection: &mut AnyConnection, public_id: &str, seq: i64) -> Result<Option<PostingRow>> {
    let of_contract = named!()
        .filter(contracts::public_id.eq(public_id))
        .filter(ledger_postings::seq.eq(seq))
        .first::<NamedPosting>(connection)
        .optional()?;
    if let Some((found, ..)) = of_contract {
        return Ok(Some(found));
    }
    let found = named!()
        .filter(appropriations::public_id.eq(public_id))
        .filter(ledger_postings::contract_id.is_null())
        .filter(ledger_postings::seq.eq(seq))
        .first::<NamedPosting>(connection)
        .optional()?;
    Ok(found.map(|(found, ..)| found))
}
