//! Budget changes: rows, and the postings with which they change appropriations. `services::ledger::changes` decides.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::max;
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::domain::ledger::{BudgetChangeKind, Posting};
use crate::schema::{appropriations, budget_changes, ledger_postings};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{AppropriationId, BudgetChangeId, OrganisationId, PersonId};
use crate::storage::ledger::{NewPosting, insert_postings};
use crate::storage::register_rows::{decision_writer, reader_by_public_id};
use crate::storage::write::Context;

/// A budget change.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = budget_changes)]
pub struct BudgetChange {
    pub id: BudgetChangeId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    #[diesel(deserialize_as = String)]
    pub kind: BudgetChangeKind,
    /// Appropriation that gives.
    pub from_id: AppropriationId,
    /// Appropriation that receives; `None` before a carry-over is approved.
    pub to_id: Option<i64>,
    /// Amount in fen; `None` before a carry-over is approved.
    pub amount_fen: Option<i64>,
    pub document_no: String,
    pub reason: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Person represented, if a deputy made the proposal.
    pub proposed_for: Option<i64>,
    /// Time of the proposal, in UTC.
    pub proposed_at: NaiveDateTime,
    /// Time of the decision, in UTC.
    pub decided_at: Option<NaiveDateTime>,
    /// Approver who first listed it.
    pub opened_by: Option<i64>,
    /// Time of the opening, in UTC.
    pub opened_at: Option<NaiveDateTime>,
}

impl BudgetChange {
    /// Returns the key of the appropriation that receives.
    pub fn to(&self) -> Option<AppropriationId> {
        self.to_id.map(AppropriationId)
    }
}

reader_by_public_id!(budget_changes, BudgetChange);
decision_writer!(budget_changes, BudgetChangeId);

/// A budget change to insert, proposed by the acting person.
#[derive(Debug)]
pub struct NewBudgetChange<'a> {
    pub public_id: &'a str,
    pub kind: BudgetChangeKind,
    pub from: AppropriationId,
    pub to: Option<AppropriationId>,
    pub amount_fen: Option<i64>,
    pub document_no: &'a str,
    pub reason: &'a str,
}

/// Inserts a proposed budget change.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    new: &NewBudgetChange<'_>,
    by: PersonId,
) -> Result<()> {
    diesel::insert_into(budget_changes::table)
        .values((
            budget_changes::public_id.eq(new.public_id),
            budget_changes::kind.eq(new.kind.as_str()),
            budget_changes::from_id.eq(new.from.0),
            budget_changes::to_id.eq(new.to.map(|id| id.0)),
            budget_changes::amount_fen.eq(new.amount_fen),
            budget_changes::document_no.eq(new.document_no),
            budget_changes::reason.eq(new.reason),
            budget_changes::state.eq(ProposalState::Proposed.as_str()),
            budget_changes::proposed_by.eq(by),
            budget_changes::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            budget_changes::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Lists budget changes of the appropriations of bureaus that give, after a key.
pub fn list(
    connection: &mut AnyConnection,
    bureaus: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<BudgetChange>> {
    Ok(budget_changes::table
        .inner_join(appropriations::table)
        .filter(appropriations::bureau_id.eq_any(bureaus.iter().map(|id| id.0)))
        .filter(budget_changes::id.gt(after))
        .order(budget_changes::id)
        .limit(limit)
        .select(BudgetChange::as_select())
        .load(connection)?)
}

/// Returns the budget changes of an appropriation that gives, which wait for their approval.
pub fn waiting_from(connection: &mut AnyConnection, from: AppropriationId) -> Result<Vec<BudgetChange>> {
    Ok(budget_changes::table
        .filter(budget_changes::from_id.eq(from.0))
        .filter(budget_changes::state.eq(ProposalState::Proposed.as_str()))
        .select(BudgetChange::as_select())
        .load(connection)?)
}

/// Returns those of budget changes that wait and that no approver has opened.
pub fn unopened(connection: &mut AnyConnection, ids: &[BudgetChangeId]) -> Result<Vec<BudgetChange>> {
    Ok(budget_changes::table
        .filter(budget_changes::id.eq_any(ids.iter().map(|id| id.0)))
        .filter(budget_changes::state.eq(ProposalState::Proposed.as_str()))
        .filter(budget_changes::opened_at.is_null())
        .order(budget_changes::id)
        .select(BudgetChange::as_select())
        .load(connection)?)
}

/// Records the first opening of a budget change.
pub fn record_opening(
    connection: &mut AnyConnection,
    context: &Context,
    id: BudgetChangeId,
    by: PersonId,
) -> Result<()> {
    diesel::update(budget_changes::table.find(id.0))
        .set((budget_changes::opened_by.eq(Some(by.0)), budget_changes::opened_at.eq(Some(context.now))))
        .execute(connection)?;
    Ok(())
}

/// Returns the newest carry-over of an appropriation that was approved.
pub fn carry_over_of(connection: &mut AnyConnection, from: AppropriationId) -> Result<Option<BudgetChange>> {
    Ok(budget_changes::table
        .filter(budget_changes::from_id.eq(from.0))
        .filter(budget_changes::kind.eq(BudgetChangeKind::CarryOver.as_str()))
        .filter(budget_changes::state.eq(ProposalState::Approved.as_str()))
        .order(budget_changes::id.desc())
        .select(BudgetChange::as_select())
        .first(connection)
        .optional()?)
}

/// Returns every approved budget change.
pub fn approved(connection: &mut AnyConnection) -> Result<Vec<BudgetChange>> {
    Ok(budget_changes::table
        .filter(budget_changes::state.eq(ProposalState::Approved.as_str()))
        .order(budget_changes::id)
        .select(BudgetChange::as_select())
        .load(connection)?)
}

/// Appends postings of an appropriation's own amount, with the act that caused them.
pub fn post(
    connection: &mut AnyConnection,
    appropriation: AppropriationId,
    (day, cause): (NaiveDate, &(String, i64)),
    postings: &[Posting],
) -> Result<()> {
    let last: Option<i64> = ledger_postings::table
        .filter(ledger_postings::appropriation_id.eq(appropriation.0))
        .filter(ledger_postings::contract_id.is_null())
        .select(max(ledger_postings::seq))
        .first(connection)?;
    let numbered = (last.unwrap_or(0) + 1..).zip(postings).map(|(seq, posting)| NewPosting {
        appropriation,
        contract: None,
        seq,
        day,
        posting: *posting,
        cause: &cause.0,
        cause_seq: Some(cause.1),
    });
    insert_postings(connection, &numbered.collect::<Vec<_>>())
}
