//! Purchase plans: an officer plans a purchase, and its amount is reserved at once, so that no other commitment can use
//! the amount. The contract that names the number and appropriation of the plan is funded from the reserved amount; the
//! part that the contract does not need is released when it is signed. A plan can be cancelled; the amount still
//! reserved is then free again.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::{LedgerAccount, PlanState, Posting, moved_out};
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::ledger::key_seen;
use crate::services::ledger::own::{post, record, require_free};
use crate::services::payments::stored_money;
use crate::services::registry::appropriation_authority::bureaus_visible_from;
use crate::services::registry::organisations::event_body;
use crate::services::registry::proposals;
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{AppropriationId, ContractId};
use crate::storage::ledger::plans::{self as rows, NewPlan, PurchasePlan};
use crate::storage::registry::appropriations::{self, Appropriation};
use crate::storage::write::{Tx, write};

/// Name of the register in addresses.
const REGISTER: &str = "purchase-plans";

/// A purchase plan to enter.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurchasePlanInput {
    /// Number of the procurement plan (采购计划编号), which its contract states.
    pub number: String,
    pub title: String,
    /// Public identifier of the appropriation that reserves the amount.
    pub appropriation: String,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
}

/// A purchase plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PurchasePlanView {
    /// Public identifier.
    pub id: String,
    /// Number of the procurement plan, 采购计划编号.
    pub number: String,
    pub title: String,
    /// Public identifier of the appropriation that reserves the amount.
    pub appropriation: String,
    /// Number of its budget document, 指标文号.
    pub document_no: String,
    /// Name of the bureau that buys.
    pub bureau_name: String,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Part that is still reserved, in yuan.
    #[schema(value_type = String)]
    pub reserved: Money,
    pub state: PlanState,
    /// Time of the plan in UTC.
    pub planned_at: DateTime<Utc>,
}

/// Shapes a plan with its appropriation, which must be among the named ones.
fn view_of_plan(plan: PurchasePlan, named: &[Appropriation]) -> Result<PurchasePlanView, Error> {
    let of = named.iter().find(|row| row.id == plan.appropriation_id).ok_or(Error::NotFound)?;
    Ok(PurchasePlanView {
        id: plan.public_id,
        number: plan.number,
        title: plan.title,
        appropriation: of.public_id.clone(),
        document_no: of.document_no.clone(),
        bureau_name: of.bureau_name.clone(),
        amount: stored_money(plan.amount_fen)?,
        reserved: stored_money(plan.reserved_fen)?,
        state: plan.state,
        planned_at: plan.planned_at.and_utc(),
    })
}

/// Lists the purchase plans of the appropriations that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<PurchasePlanView>, Error> {
    let seats = caller.may(Action::ListPurchasePlans)?;
    app.pool.read(|connection| {
        let bureaus = bureaus_visible_from(connection, &seats)?;
        let after = page.after_key(|id| {
            let row = rows::by_public_id(connection, id)?.map(|plan| (plan.id.0, plan.appropriation_id));
            key_seen(connection, &bureaus, row)
        })?;
        let found = rows::list(connection, &bureaus, after, page.rows())?;
        let ids: Vec<AppropriationId> = found.iter().map(|plan| plan.appropriation_id).collect();
        let named = appropriations::by_ids(connection, &ids)?;
        page.cut(found, |plan| &plan.public_id).try_map(|plan| view_of_plan(plan, &named))
    })
}

/// Enters a purchase plan and reserves its amount.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, a known number, an appropriation of another bureau, one that is not
/// approved or has lapsed, or an amount above the free amount; `Duplicate` for the same plan again.
pub fn plan(app: &App, caller: &Caller, input: &PurchasePlanInput) -> Result<PurchasePlanView, Error> {
    caller.may(Action::PlanPurchase)?;
    let input = &PurchasePlanInput { number: identifier(&input.number), ..input.clone() };
    check(input)?;
    let find = |connection: &mut AnyConnection| {
        let unknown = || Error::refused_at("register", "appropriation", Message::new("unknown-appropriation"));
        let of = appropriations::by_public_id(connection, &input.appropriation)?.ok_or_else(unknown)?;
        let seat = seat_of(caller, &of)?.ok_or_else(unknown)?;
        Ok((of, seat))
    };
    let (_, seat) = app.pool.read(find)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (of, seat) = find(tx.connection)?;
        verify_same_seat(tx, caller, &seat)?;
        let refused = |message| Err(Error::refused_at("budget-first", "appropriation", message));
        if of.state != ProposalState::Approved {
            return refused(Message::new("appropriation-not-approved"));
        }
        if of.year < tx.context.today().year() {
            return refused(Message::new("appropriation-lapsed").with("year", of.year.to_string()));
        }
        let fen = input.amount.fen();
        refuse_known(tx, input, of.id)?;
        let before = require_free(tx.connection, &of, fen)?;
        let new = NewPlan {
            public_id: &public_id,
            appropriation: of.id,
            number: (input.number.trim(), &key(&input.number)),
            title: input.title.trim(),
            amount_fen: fen,
        };
        rows::insert(tx.connection, tx.context, &new, tx.person()?)?;
        record(tx, &of, (Action::PlanPurchase.into(), &public_id), event_body(input)?)?;
        post(tx, &of, &moved_out(&before, fen, LedgerAccount::Reserved).unwrap_or_default())?;
        stored(tx, &public_id, &of)
    })
}

/// Refuses a number that a plan has; the same plan of the same appropriation was sent again.
fn refuse_known(tx: &mut Tx<'_>, input: &PurchasePlanInput, appropriation: AppropriationId) -> Result<(), Error> {
    let Some(known) = rows::by_number(tx.connection, &key(&input.number))? else { return Ok(()) };
    let message = Message::new("purchase-plan-known");
    let is_same = known.appropriation_id == appropriation
        && known.amount_fen == input.amount.fen()
        && key(&known.title) == key(&input.title);
    if is_same {
        return Err(proposals::repeated(proposals::address(REGISTER, &known.public_id), message));
    }
    Err(Error::refused_at("register", "number", message))
}

fn stored(tx: &mut Tx<'_>, public_id: &str, of: &Appropriation) -> Result<PurchasePlanView, Error> {
    let plan = rows::by_public_id(tx.connection, public_id)?.ok_or(Error::NotFound)?;
    view_of_plan(plan, std::slice::from_ref(of))
}

/// Checks the form of a purchase plan's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &PurchasePlanInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("number", &input.number);
    faults.line("title", &input.title);
    if input.amount == Money::ZERO {
        faults.add("amount", Message::new("malformed-positive-money"));
    }
    faults.finish()
}

/// Cancels a purchase plan; the amount still reserved is released.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a plan of another bureau or an unknown act; `Duplicate` if no amount is reserved
/// any more.
pub fn cancel(app: &App, caller: &Caller, id: &str, name: &str) -> Result<PurchasePlanView, Error> {
    caller.may(Action::PlanPurchase)?;
    if name != "cancel" {
        return Err(Error::NotFound);
    }
    let find = |connection: &mut AnyConnection| {
        let plan = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
        let of = appropriations::by_id(connection, plan.appropriation_id)?.ok_or(Error::NotFound)?;
        let seat = seat_of(caller, &of)?.ok_or(Error::NotFound)?;
        Ok((plan, of, seat))
    };
    let (.., seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (plan, of, seat) = find(tx.connection)?;
        verify_same_seat(tx, caller, &seat)?;
        if plan.reserved_fen <= 0 {
            let message = Message::new("purchase-plan-none-reserved");
            return Err(proposals::repeated(proposals::address(REGISTER, id), message));
        }
        let state = if plan.state == PlanState::Open { PlanState::Cancelled } else { plan.state };
        record(tx, &of, (EventAction::PurchasePlanCancel, id), serde_json::json!({ "number": plan.number }))?;
        release(tx, (&plan, &of), state)?;
        stored(tx, id, &of)
    })
}

/// Finds the caller's seat as an officer of the bureau that owns an appropriation.
fn seat_of(caller: &Caller, of: &Appropriation) -> Result<Option<Seat>, Error> {
    let seats = caller.may(Action::PlanPurchase)?;
    Ok(seats.into_iter().find(|seat| seat.organisation == of.bureau_id).cloned())
}

/// Returns the amount, in fen, that a contract's plan reserves of its appropriation.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn reserved_for(
    connection: &mut AnyConnection,
    appropriation: AppropriationId,
    plan_no: &str,
) -> Result<i64, Error> {
    if plan_no.is_empty() {
        return Ok(0);
    }
    let plan = rows::open_by_number(connection, appropriation, &key(plan_no))?;
    Ok(plan.map_or(0, |plan| plan.reserved_fen))
}

/// Frees the reserved part of an amount in fen, so that the contract of the plan can commit it. The appropriation must
/// be locked; returns it as updated.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn draw(
    tx: &mut Tx<'_>,
    contract: &Contract,
    of: Appropriation,
    amount_fen: i64,
) -> Result<Appropriation, Error> {
    if contract.plan_no.is_empty() {
        return Ok(of);
    }
    let Some(plan) = rows::open_by_number(tx.connection, of.id, &key(&contract.plan_no))? else { return Ok(of) };
    let fen = plan.reserved_fen.min(amount_fen).max(0);
    let posting = Posting { debit: LedgerAccount::Unassigned, credit: LedgerAccount::Reserved, fen };
    let cause = tx.cause();
    record(tx, &of, (EventAction::PurchasePlanUse, &plan.public_id), about(contract, &plan))?;
    let after = post(tx, &of, std::slice::from_ref(&posting))?;
    restore(tx, cause);
    rows::update(tx.connection, plan.id, (plan.reserved_fen.saturating_sub(fen), PlanState::Used, Some(contract.id)))?;
    Ok(after)
}

/// Releases the part of the plan that its contract does not need, when the contract is signed.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn release_savings(tx: &mut Tx<'_>, contract: &Contract) -> Result<(), Error> {
    if contract.plan_no.is_empty() {
        return Ok(());
    }
    let Some(plan) = rows::of_contract(tx.connection, ContractId(contract.id.0))? else { return Ok(()) };
    let of = appropriations::lock_appropriation(tx.connection, plan.appropriation_id)?.ok_or(Error::NotFound)?;
    let cause = tx.cause();
    record(tx, &of, (EventAction::PurchasePlanSave, &plan.public_id), about(contract, &plan))?;
    release(tx, (&plan, &of), PlanState::Used)?;
    restore(tx, cause);
    Ok(())
}

fn about(contract: &Contract, plan: &PurchasePlan) -> serde_json::Value {
    serde_json::json!({ "number": plan.number, "contract": contract.public_id })
}

/// Restores the cause of later postings to the act recorded before the one in the appropriation's chain.
fn restore(tx: &mut Tx<'_>, cause: Option<(String, i64)>) {
    if let Some((name, seq)) = cause {
        tx.set_cause(name, seq);
    }
}

/// Releases the amount still reserved for a plan. The cause is the act that was just recorded.
fn release(tx: &mut Tx<'_>, (plan, of): (&PurchasePlan, &Appropriation), state: PlanState) -> Result<(), Error> {
    let posting = Posting { debit: LedgerAccount::Released, credit: LedgerAccount::Reserved, fen: plan.reserved_fen };
    post(tx, of, std::slice::from_ref(&posting))?;
    rows::update(tx.connection, plan.id, (0, state, None))
}
