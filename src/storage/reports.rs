//! Grouped sums for the reports of finance: of expected payments, payments and appropriations. Each is one query over
//! an index; the service puts the days of the groups into months, ages and bands. Payments are those of principal,
//! which have no kind (`PaymentKind::stored`); late interest is left out.

use chrono::NaiveDate;
use diesel::dsl::{count_star, exists, min, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::domain::codes::{PaymentState, ProposalState};
use crate::schema::{appropriations, contract_access, contractors, contracts, milestones, payments};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{AppropriationId, ContractId, OrganisationId};

/// The contracts that a report is about.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Only contracts that one of these organisations may see.
    pub organisations: Vec<OrganisationId>,
    /// Only contracts of this purchaser.
    pub purchaser: Option<OrganisationId>,
}

/// Restricts a query over contracts to those that a report covers.
macro_rules! narrowed {
    ($query:expr, $seen:expr) => {{
        let about: &Seen = $seen;
        let seen = contract_access::table
            .filter(
                contract_access::organisation_id.eq_any(about.organisations.iter().map(|id| id.0).collect::<Vec<_>>()),
            )
            .filter(contract_access::contract_id.eq(contracts::id));
        let mut query = $query.filter(exists(seen));
        if let Some(purchaser) = about.purchaser {
            query = query.filter(contracts::purchaser_id.eq(purchaser.0));
        }
        query
    }};
}

/// Payments expected on one day and due on one day: expected day, due day (`FOR_EVER` for a milestone that is not due
/// yet), amount in fen, number.
pub type ExpectedDay = (Option<NaiveDate>, NaiveDate, i64, i64);

/// Sums the expected payments up to and including a day, by expected day and due day.
pub fn expected_by_day(connection: &mut AnyConnection, seen: &Seen, until: NaiveDate) -> Result<Vec<ExpectedDay>> {
    let query = milestones::table
        .inner_join(contracts::table)
        .filter(milestones::expected_on.le(until))
        .group_by((milestones::expected_on, milestones::due_on))
        .select((milestones::expected_on, milestones::due_on, expected_fen(), count_star()))
        .into_boxed();
    Ok(narrowed!(query, seen).load(connection)?)
}

/// Sums the amounts due and not paid, by purchaser and due day: purchaser, due day, amount in fen, number.
pub fn due_by_purchaser(
    connection: &mut AnyConnection,
    seen: &Seen,
) -> Result<Vec<(OrganisationId, NaiveDate, i64, i64)>> {
    let query = milestones::table
        .inner_join(contracts::table)
        .filter(milestones::expected_on.lt(FOR_EVER))
        .filter(milestones::expected_on.eq(milestones::due_on.nullable()))
        .group_by((contracts::purchaser_id, milestones::due_on))
        .select((contracts::purchaser_id, milestones::due_on, expected_fen(), count_star()))
        .into_boxed();
    Ok(narrowed!(query, seen).load(connection)?)
}

/// Payments of one purchaser that were made on one day and became payable on one day: purchaser, day on which the
/// milestones were satisfied, day of the payments, amount in fen, number.
pub type PaidRow = (OrganisationId, NaiveDate, Option<NaiveDate>, i64, i64);

/// Sums the payments made between two days, both included, without those of late interest.
pub fn paid_by_days(
    connection: &mut AnyConnection,
    seen: &Seen,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<PaidRow>> {
    let query = payments::table
        .inner_join(contracts::table)
        .inner_join(
            milestones::table
                .on(milestones::contract_id.eq(payments::contract_id).and(milestones::code.eq(payments::milestone))),
        )
        .filter(payments::paid_on.ge(first))
        .filter(payments::paid_on.le(last))
        .filter(payments::state.eq(PaymentState::Paid.as_str()))
        .filter(payments::kind.is_null())
        .group_by((contracts::purchaser_id, milestones::satisfied_on, payments::paid_on))
        .select((contracts::purchaser_id, milestones::satisfied_on, payments::paid_on, paid_fen(), count_star()))
        .into_boxed();
    Ok(narrowed!(query, seen).load(connection)?)
}

/// A contract with an amount that was due by a day.
#[derive(Debug, Clone, Queryable)]
pub struct OwedRow {
    pub contract: ContractId,
    pub public_id: String,
    pub number: String,
    pub title: String,
    pub purchaser_id: OrganisationId,
    pub contractor_id: OrganisationId,
    /// The earliest of the due days.
    pub due_on: Option<NaiveDate>,
    /// Amount in fen.
    pub fen: i64,
}

macro_rules! of_each_contract {
    () => {
        (
            contracts::id,
            contracts::public_id,
            contracts::number,
            contracts::title,
            contracts::purchaser_id,
            contracts::contractor_id,
        )
    };
}

/// Sums by contract the amounts that were due to small and medium enterprises by a day and are not paid now.
pub fn owed_since(connection: &mut AnyConnection, seen: &Seen, day: NaiveDate) -> Result<Vec<OwedRow>> {
    let query = milestones::table
        .inner_join(contracts::table)
        .inner_join(contractors::table.on(contractors::organisation_id.eq(contracts::contractor_id)))
        .filter(milestones::expected_on.le(day))
        .filter(milestones::expected_on.eq(milestones::due_on.nullable()))
        .filter(contractors::sme.eq(true))
        .group_by(of_each_contract!())
        .select((
            contracts::id,
            contracts::public_id,
            contracts::number,
            contracts::title,
            contracts::purchaser_id,
            contracts::contractor_id,
            min(milestones::due_on),
            expected_fen(),
        ))
        .into_boxed();
    Ok(narrowed!(query, seen).load(connection)?)
}

/// Sums by contract the amounts that were due to small and medium enterprises by a day and were paid after it, without
/// late interest.
pub fn paid_since(connection: &mut AnyConnection, seen: &Seen, day: NaiveDate) -> Result<Vec<OwedRow>> {
    let query = payments::table
        .inner_join(contracts::table)
        .inner_join(
            milestones::table
                .on(milestones::contract_id.eq(payments::contract_id).and(milestones::code.eq(payments::milestone))),
        )
        .inner_join(contractors::table.on(contractors::organisation_id.eq(contracts::contractor_id)))
        .filter(payments::paid_on.gt(day))
        .filter(payments::state.eq(PaymentState::Paid.as_str()))
        .filter(payments::kind.is_null())
        .filter(milestones::due_on.le(day))
        .filter(contractors::sme.eq(true))
        .group_by(of_each_contract!())
        .select((
            contracts::id,
            contracts::public_id,
            contracts::number,
            contracts::title,
            contracts::purchaser_id,
            contracts::contractor_id,
            min(milestones::due_on),
            paid_fen(),
        ))
        .into_boxed();
    Ok(narrowed!(query, seen).load(connection)?)
}

/// An approved appropriation of a year.
#[derive(Debug, Clone, Queryable)]
pub struct Budget {
    pub id: AppropriationId,
    pub bureau_id: OrganisationId,
    /// Functional budget line, 功能科目.
    pub line: String,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Part that purchase plans reserve, in fen.
    pub reserved_fen: Option<i64>,
}

/// Lists the approved appropriations of a year of these bureaus.
pub fn budgets(connection: &mut AnyConnection, year: i32, bureaus: &[OrganisationId]) -> Result<Vec<Budget>> {
    Ok(appropriations::table
        .filter(appropriations::bureau_id.eq_any(bureaus.iter().map(|id| id.0)))
        .filter(appropriations::year.eq(year))
        .filter(appropriations::state.eq(ProposalState::Approved.as_str()))
        .select((
            appropriations::id,
            appropriations::bureau_id,
            appropriations::line,
            appropriations::amount_fen,
            appropriations::reserved_fen,
        ))
        .load(connection)?)
}

/// Payments from one appropriation that were made on one day: appropriation, day (`None` for those of earlier years that
/// were reversed, which are below zero), amount in fen.
pub type SpentRow = (Option<AppropriationId>, Option<NaiveDate>, i64);

/// Sums the payments from each of these appropriations without late interest, which the commitments do not cover.
/// Payments before a carry-over count for the earlier appropriation, even if they were reversed since: a year that has
/// ended stays as it was, and the appropriation that funds the contract on the day of the reversal pays less.
pub fn spent(connection: &mut AnyConnection, budgets: &[AppropriationId]) -> Result<Vec<SpentRow>> {
    let mut found = spent_by_contracts(connection, budgets)?;
    found.extend(spent_before(connection, budgets)?);
    found.extend(reversed_since(connection, budgets)?.into_iter().map(|(id, fen)| (id, None, -fen)));
    Ok(found)
}

/// Sums payments whose contracts were carried over since, by the appropriation that bore them.
fn spent_before(connection: &mut AnyConnection, budgets: &[AppropriationId]) -> Result<Vec<SpentRow>> {
    Ok(payments::table
        .filter(payments::borne_by.eq_any(budgets.iter().map(|id| id.0)))
        .group_by((payments::borne_by, payments::paid_on))
        .select((payments::borne_by, payments::paid_on, paid_fen()))
        .load(connection)?)
}

/// Sums payments of earlier years that were reversed, by the appropriation that funded the contract then.
fn reversed_since(
    connection: &mut AnyConnection,
    budgets: &[AppropriationId],
) -> Result<Vec<(Option<AppropriationId>, i64)>> {
    Ok(payments::table
        .filter(payments::reversed_in.eq_any(budgets.iter().map(|id| id.0)))
        .group_by(payments::reversed_in)
        .select((payments::reversed_in, paid_fen()))
        .load(connection)?)
}

/// Sums the payments of contracts by the appropriation that funds them. With a filter by state, SQLite would start with
/// all payments ever made instead of these contracts.
fn spent_by_contracts(connection: &mut AnyConnection, budgets: &[AppropriationId]) -> Result<Vec<SpentRow>> {
    type Found = (Option<AppropriationId>, String, Option<NaiveDate>, i64);
    let found: Vec<Found> = contracts::table
        .inner_join(payments::table)
        .filter(contracts::appropriation_id.eq_any(budgets.iter().map(|id| id.0)))
        .filter(payments::kind.is_null())
        .filter(payments::borne_by.is_null())
        .group_by((contracts::appropriation_id, payments::state, payments::paid_on))
        .select((contracts::appropriation_id, payments::state, payments::paid_on, paid_fen()))
        .load(connection)?;
    let paid = found.into_iter().filter(|(_, state, ..)| state == PaymentState::Paid.as_str());
    // One without a day was not paid.
    Ok(paid.filter(|(_, _, on, _)| on.is_some()).map(|(id, _, on, fen)| (id, on, fen)).collect())
}

fn expected_fen() -> diesel::expression::SqlLiteral<BigInt> {
    sql("CAST(COALESCE(SUM(milestones.expected_fen), 0) AS BIGINT)")
}

fn paid_fen() -> diesel::expression::SqlLiteral<BigInt> {
    sql("CAST(COALESCE(SUM(payments.amount_fen), 0) AS BIGINT)")
}
