//! Projections of terms and facts: duties, milestones and breaches of a contract, rewritten with every change of it.
//!
//! They hold thresholds as days, never "overdue" or an accruing amount, so that nothing is rewritten because a day passed.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::Role;
use crate::schema::{breaches, duties, milestones};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::{ContractId, OrganisationId};

/// What somebody in a role of an organisation must do by a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = duties)]
pub struct Duty {
    /// Its kind (`domain::tasks`).
    pub kind: String,
    /// The deliverable, milestone, payment … that it is about.
    pub subject: String,
    /// Whose duty.
    pub organisation_id: OrganisationId,
    /// In which role.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// By when.
    pub due_on: NaiveDate,
    /// The next day on which it is to be recalled by mail.
    pub alert_on: NaiveDate,
    /// Since when it is theirs.
    pub since: NaiveDate,
}

/// A milestone's figures as of the last change, in fen.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = milestones)]
pub struct MilestoneRow {
    /// Code.
    pub code: String,
    /// Place in the terms.
    pub place: i32,
    /// Satisfied on this day; the last day of all if not.
    pub satisfied_on: NaiveDate,
    /// Gross.
    pub gross_fen: i64,
    /// Deductions.
    pub deductions_fen: i64,
    /// Payable.
    pub payable_fen: i64,
    /// Due on this day; the last day of all if it has none.
    pub due_on: NaiveDate,
    /// Paid.
    pub paid_fen: i64,
}

/// A breach as of the last change; an accruing amount is left at 0 until it stands.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = breaches)]
pub struct BreachRow {
    /// Clause.
    pub clause: String,
    /// Subject.
    pub subject: String,
    /// Since this day.
    pub since: NaiveDate,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Charged in fen.
    pub charged_fen: i64,
    /// Waived.
    pub waived: bool,
    /// Still growing.
    pub accruing: bool,
    /// The milestone that it is settled in; empty if none yet.
    pub settled_in: String,
    /// When the program found it.
    pub found_at: NaiveDateTime,
}

/// The duties of a contract.
pub fn duties_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Duty>> {
    Ok(duties::table
        .filter(duties::contract_id.eq(contract.0))
        .order((duties::kind, duties::subject, duties::role))
        .select(Duty::as_select())
        .load(connection)?)
}

/// The milestones of a contract.
pub fn milestones_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<MilestoneRow>> {
    Ok(milestones::table
        .filter(milestones::contract_id.eq(contract.0))
        .order(milestones::place)
        .select(MilestoneRow::as_select())
        .load(connection)?)
}

/// The breaches of a contract.
pub fn breaches_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<BreachRow>> {
    Ok(breaches::table
        .filter(breaches::contract_id.eq(contract.0))
        .order((breaches::clause, breaches::subject))
        .select(BreachRow::as_select())
        .load(connection)?)
}

/// Replaces the duties of a contract.
pub fn replace_duties(connection: &mut AnyConnection, contract: ContractId, rows: &[Duty]) -> Result<()> {
    diesel::delete(duties::table.filter(duties::contract_id.eq(contract.0))).execute(connection)?;
    insert_duties(connection, &rows.iter().map(|duty| (contract, duty)).collect::<Vec<_>>())
}

/// Adds duties of contracts.
pub fn insert_duties(connection: &mut AnyConnection, rows: &[(ContractId, &Duty)]) -> Result<()> {
    insert_rows!(connection, duties::table, rows, |(contract, duty)| {
        (
            duties::contract_id.eq(contract.0),
            duties::kind.eq(&duty.kind),
            duties::subject.eq(&duty.subject),
            duties::organisation_id.eq(duty.organisation_id.0),
            duties::role.eq(duty.role.as_str()),
            duties::due_on.eq(duty.due_on),
            duties::alert_on.eq(duty.alert_on),
            duties::since.eq(duty.since),
        )
    });
    Ok(())
}

/// Replaces the milestones of a contract.
pub fn replace_milestones(connection: &mut AnyConnection, contract: ContractId, rows: &[MilestoneRow]) -> Result<()> {
    diesel::delete(milestones::table.filter(milestones::contract_id.eq(contract.0))).execute(connection)?;
    insert_milestones(connection, &rows.iter().map(|row| (contract, row)).collect::<Vec<_>>())
}

/// Adds milestones of contracts.
pub fn insert_milestones(connection: &mut AnyConnection, rows: &[(ContractId, &MilestoneRow)]) -> Result<()> {
    insert_rows!(connection, milestones::table, rows, |(contract, row)| {
        (
            milestones::contract_id.eq(contract.0),
            milestones::code.eq(&row.code),
            milestones::place.eq(row.place),
            milestones::satisfied_on.eq(row.satisfied_on),
            milestones::gross_fen.eq(row.gross_fen),
            milestones::deductions_fen.eq(row.deductions_fen),
            milestones::payable_fen.eq(row.payable_fen),
            milestones::due_on.eq(row.due_on),
            milestones::paid_fen.eq(row.paid_fen),
        )
    });
    Ok(())
}

/// Replaces the breaches of a contract.
pub fn replace_breaches(connection: &mut AnyConnection, contract: ContractId, rows: &[BreachRow]) -> Result<()> {
    diesel::delete(breaches::table.filter(breaches::contract_id.eq(contract.0))).execute(connection)?;
    insert_breaches(connection, &rows.iter().map(|row| (contract, row)).collect::<Vec<_>>())
}

/// Adds breaches of contracts.
pub fn insert_breaches(connection: &mut AnyConnection, rows: &[(ContractId, &BreachRow)]) -> Result<()> {
    insert_rows!(connection, breaches::table, rows, |(contract, row)| {
        (
            breaches::contract_id.eq(contract.0),
            breaches::clause.eq(&row.clause),
            breaches::subject.eq(&row.subject),
            breaches::since.eq(row.since),
            breaches::amount_fen.eq(row.amount_fen),
            breaches::charged_fen.eq(row.charged_fen),
            breaches::waived.eq(row.waived),
            breaches::accruing.eq(row.accruing),
            breaches::settled_in.eq(&row.settled_in),
            breaches::found_at.eq(row.found_at),
        )
    });
    Ok(())
}
