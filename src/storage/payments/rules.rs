//! Rules on how many people approve a payment request. `services::payments::rules` decides.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::domain::payments::ApprovalRule;
use crate::schema::approval_rules;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::register_rows::setting_rows;
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::write::Context;

/// A stored rule.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = approval_rules)]
pub struct RuleRow {
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// The finance bureau whose payments it is about.
    pub funder_id: OrganisationId,
    /// Smallest amount to which it applies.
    pub amount_fen: i64,
    /// Number of people who approve such an amount.
    pub approvers: i64,
    /// First day of the payment requests to which it applies.
    pub from_on: NaiveDate,
    pub document_no: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
}

setting_rows!(approval_rules, RuleRow);

/// A rule to insert, proposed by the acting person.
#[derive(Debug)]
pub struct NewRule<'a> {
    pub public_id: &'a str,
    pub funder: OrganisationId,
    pub amount_fen: i64,
    pub approvers: i64,
    pub from_on: NaiveDate,
    pub document_no: &'a str,
}

/// Inserts a proposed rule.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewRule<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(approval_rules::table)
        .values((
            approval_rules::public_id.eq(new.public_id),
            approval_rules::funder_id.eq(new.funder.0),
            approval_rules::amount_fen.eq(new.amount_fen),
            approval_rules::approvers.eq(new.approvers),
            approval_rules::from_on.eq(new.from_on),
            approval_rules::document_no.eq(new.document_no),
            approval_rules::state.eq(ProposalState::Proposed.as_str()),
            approval_rules::proposed_by.eq(by),
            approval_rules::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            approval_rules::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the rules of a finance bureau for an amount in fen, oldest first.
pub fn of_amount(connection: &mut AnyConnection, funder: OrganisationId, amount_fen: i64) -> Result<Vec<RuleRow>> {
    Ok(approval_rules::table
        .filter(approval_rules::funder_id.eq(funder.0))
        .filter(approval_rules::amount_fen.eq(amount_fen))
        .order(approval_rules::id)
        .select(RuleRow::as_select())
        .load(connection)?)
}

/// Returns the approved rules of a finance bureau, from memory where the registers have not changed since.
pub fn remembered(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    funder: OrganisationId,
) -> Result<Vec<ApprovalRule>> {
    static RULES: Memory<OrganisationId, Vec<ApprovalRule>> = Memory::new();
    RULES.get_or_load(version, funder, || {
        let found: Vec<RuleRow> = approval_rules::table
            .filter(approval_rules::funder_id.eq(funder.0))
            .filter(approval_rules::state.eq(ProposalState::Approved.as_str()))
            .order(approval_rules::id)
            .select(RuleRow::as_select())
            .load(connection)?;
        let rule = |row: RuleRow| ApprovalRule {
            from_on: row.from_on,
            amount_fen: row.amount_fen,
            approvers: usize::try_from(row.approvers).unwrap_or(1),
        };
        Ok(found.into_iter().map(rule).collect())
    })
}
