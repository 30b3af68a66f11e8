//! One-year loan prime rates, each from a day on. `services::registry::loan_rates` decides.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::schema::loan_rates;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{LoanRateId, OrganisationId, PersonId};
use crate::storage::register_rows::{decision_writer, reader_by_public_id};
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::write::Context;

/// A stored rate.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = loan_rates)]
pub struct LoanRateRow {
    pub id: LoanRateId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Organisation of the proposer.
    pub organisation_id: OrganisationId,
    /// First day on which it holds.
    pub from_on: NaiveDate,
    /// Hundredths of a percent a year.
    pub hundredths: i64,
    /// Title of the announcement.
    pub source: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed it.
    pub proposed_for: Option<i64>,
}

reader_by_public_id!(loan_rates, LoanRateRow);
decision_writer!(loan_rates, LoanRateId);

/// A rate to insert, proposed by the acting person.
#[derive(Debug)]
pub struct NewLoanRate<'a> {
    pub public_id: &'a str,
    pub organisation: OrganisationId,
    pub from_on: NaiveDate,
    pub hundredths: i64,
    pub source: &'a str,
}

/// Inserts a proposed rate.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewLoanRate<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(loan_rates::table)
        .values((
            loan_rates::public_id.eq(new.public_id),
            loan_rates::organisation_id.eq(new.organisation.0),
            loan_rates::from_on.eq(new.from_on),
            loan_rates::hundredths.eq(new.hundredths),
            loan_rates::source.eq(new.source),
            loan_rates::state.eq(ProposalState::Proposed.as_str()),
            loan_rates::proposed_by.eq(by),
            loan_rates::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            loan_rates::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the random identifier of a rate of a day that waits for its approval.
pub fn waiting(connection: &mut AnyConnection, (from_on, hundredths): (NaiveDate, i64)) -> Result<Option<String>> {
    Ok(loan_rates::table
        .filter(loan_rates::state.eq(ProposalState::Proposed.as_str()))
        .filter(loan_rates::from_on.eq(from_on))
        .filter(loan_rates::hundredths.eq(hundredths))
        .order(loan_rates::id)
        .select(loan_rates::public_id)
        .first(connection)
        .optional()?)
}

/// Lists rates, after a key.
pub fn list(connection: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<LoanRateRow>> {
    Ok(loan_rates::table
        .filter(loan_rates::id.gt(after))
        .order(loan_rates::id)
        .limit(limit)
        .select(LoanRateRow::as_select())
        .load(connection)?)
}

/// Loads days and rates that were approved, in the order of their approval; there are one or two a year.
pub fn approved(connection: &mut AnyConnection) -> Result<Vec<(NaiveDate, i64)>> {
    Ok(loan_rates::table
        .filter(loan_rates::state.eq(ProposalState::Approved.as_str()))
        .order((loan_rates::decided_at, loan_rates::id))
        .select((loan_rates::from_on, loan_rates::hundredths))
        .load(connection)?)
}

/// Returns what [`approved`] loads, from memory where the registers have not changed since.
pub fn remembered(connection: &mut AnyConnection, version: &RegisterVersion) -> Result<Vec<(NaiveDate, i64)>> {
    static RATES: Memory<(), Vec<(NaiveDate, i64)>> = Memory::new();
    RATES.get_or_load(version, (), || approved(connection))
}
