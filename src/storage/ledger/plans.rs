//! Purchase plans: rows of the amounts that appropriations reserve. `services::ledger::plans` decides.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::ledger::PlanState;
use crate::schema::{appropriations, purchase_plans};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{AppropriationId, ContractId, OrganisationId, PersonId, PurchasePlanId};
use crate::storage::register_rows::reader_by_public_id;
use crate::storage::unique::or_again;
use crate::storage::write::Context;

/// A purchase plan.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = purchase_plans)]
pub struct PurchasePlan {
    pub id: PurchasePlanId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub appropriation_id: AppropriationId,
    /// Number of the procurement plan (采购计划编号).
    pub number: String,
    pub title: String,
    pub amount_fen: i64,
    /// Part that is still reserved, in fen.
    pub reserved_fen: i64,
    #[diesel(deserialize_as = String)]
    pub state: PlanState,
    /// Time of the plan, in UTC.
    pub planned_at: NaiveDateTime,
}

reader_by_public_id!(purchase_plans, PurchasePlan);

/// A purchase plan to insert.
#[derive(Debug)]
pub struct NewPlan<'a> {
    pub public_id: &'a str,
    pub appropriation: AppropriationId,
    /// Number, and its unique folded spelling.
    pub number: (&'a str, &'a str),
    pub title: &'a str,
    pub amount_fen: i64,
}

/// Inserts an open purchase plan, made by the acting person.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewPlan<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(purchase_plans::table)
        .values((
            purchase_plans::public_id.eq(new.public_id),
            purchase_plans::appropriation_id.eq(new.appropriation.0),
            purchase_plans::number.eq(new.number.0),
            purchase_plans::number_key.eq(new.number.1),
            purchase_plans::title.eq(new.title),
            purchase_plans::amount_fen.eq(new.amount_fen),
            purchase_plans::reserved_fen.eq(new.amount_fen),
            purchase_plans::state.eq(PlanState::Open.as_str()),
            purchase_plans::planned_by.eq(by),
            purchase_plans::planned_for.eq(context.on_behalf_of.map(|id| id.0)),
            purchase_plans::planned_at.eq(context.now),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

/// Finds a purchase plan by the folded spelling of its number.
pub fn by_number(connection: &mut AnyConnection, number_key: &str) -> Result<Option<PurchasePlan>> {
    Ok(purchase_plans::table
        .filter(purchase_plans::number_key.eq(number_key))
        .select(PurchasePlan::as_select())
        .first(connection)
        .optional()?)
}

/// Finds the open purchase plan of an appropriation by the folded spelling of its number.
pub fn open_by_number(
    connection: &mut AnyConnection,
    appropriation: AppropriationId,
    number_key: &str,
) -> Result<Option<PurchasePlan>> {
    Ok(purchase_plans::table
        .filter(purchase_plans::number_key.eq(number_key))
        .filter(purchase_plans::appropriation_id.eq(appropriation.0))
        .filter(purchase_plans::state.eq(PlanState::Open.as_str()))
        .select(PurchasePlan::as_select())
        .first(connection)
        .optional()?)
}

/// Finds the purchase plan of a funded contract, if a part of the plan is still reserved.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Option<PurchasePlan>> {
    Ok(purchase_plans::table
        .filter(purchase_plans::contract_id.eq(contract.0))
        .filter(purchase_plans::reserved_fen.gt(0))
        .select(PurchasePlan::as_select())
        .first(connection)
        .optional()?)
}

/// Lists purchase plans of the appropriations of bureaus, after a key.
pub fn list(
    connection: &mut AnyConnection,
    bureaus: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<PurchasePlan>> {
    Ok(purchase_plans::table
        .inner_join(appropriations::table)
        .filter(appropriations::bureau_id.eq_any(bureaus.iter().map(|id| id.0)))
        .filter(purchase_plans::id.gt(after))
        .order(purchase_plans::id)
        .limit(limit)
        .select(PurchasePlan::as_select())
        .load(connection)?)
}

/// Stores the amount still reserved for a plan, its state, and the contract that uses the plan.
pub fn update(
    connection: &mut AnyConnection,
    plan: PurchasePlanId,
    (reserved_fen, state, contract): (i64, PlanState, Option<ContractId>),
) -> Result<()> {
    diesel::update(purchase_plans::table.find(plan.0))
        .set((
            purchase_plans::reserved_fen.eq(reserved_fen),
            purchase_plans::state.eq(state.as_str()),
            contract.map(|contract| purchase_plans::contract_id.eq(Some(contract.0))),
        ))
        .execute(connection)?;
    Ok(())
}

/// Moves the reserved amounts of an appropriation's plans to the appropriation of the next year.
pub fn hand_over(connection: &mut AnyConnection, (from, to): (AppropriationId, AppropriationId)) -> Result<()> {
    diesel::update(purchase_plans::table.filter(purchase_plans::appropriation_id.eq(from.0)))
        .filter(purchase_plans::reserved_fen.gt(0))
        .set(purchase_plans::appropriation_id.eq(to.0))
        .execute(connection)?;
    Ok(())
}

/// Returns the reserved amount, in fen, of every appropriation with one.
pub fn reserved(connection: &mut AnyConnection) -> Result<Vec<(AppropriationId, i64)>> {
    Ok(purchase_plans::table
        .filter(purchase_plans::reserved_fen.gt(0))
        .select((purchase_plans::appropriation_id, purchase_plans::reserved_fen))
        .load(connection)?)
}
