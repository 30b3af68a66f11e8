//! A contract's way through its states: submit, fund, activate, complete, close; return, withdraw, terminate.
//!
//! One table says which action leads where; each action's own conditions stand in its function.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{AskKind, AskState, ContractState, FactKind, PaymentState, ProposalState};
use crate::domain::facts::End;
use crate::domain::money::Money;
use crate::domain::policy::{Action, CONTRACT_ACTIONS};
use crate::domain::shape::optional_date;
use crate::domain::standing::{MilestoneStanding, MilestoneState, Standing, Trails};
use crate::domain::statutes::{self, Breached};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::append::{self, changed};
use crate::services::contracts::record::Ledger;
use crate::services::contracts::registration::{ContractSummary, event, state};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::change_requests::{self, Ask};
use crate::storage::contracts::facts::NewFact;
use crate::storage::contracts::{self as rows, Contract};
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::registry::{appropriations, organisations};
use crate::storage::write::{Tx, write};
use crate::storage::{AnyConnection, payments};

/// What an action may bring.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionInput {
    /// Why; needed to return, withdraw, terminate and decline.
    pub reason: Option<String>,
    /// Day of signing, to activate.
    #[serde(default, deserialize_with = "optional_date")]
    pub signed_on: Option<NaiveDate>,
    /// The day from which it counts, to terminate and to publish.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// What an action does once it is allowed.
type Step = fn(&mut Tx<'_>, &mut Ledger, &ActionInput) -> Result<(), Error>;

/// What each action does beyond the right and the state that the table of rights asks for.
fn step_of(action: Action) -> Option<Step> {
    Some(match action {
        Action::SubmitContract => submit,
        Action::FundContract => fund,
        Action::ReturnSubmitted | Action::ReturnFunded => give_back,
        Action::ActivateContract => activate,
        Action::WithdrawContract => withdraw,
        Action::CompleteContract => complete,
        Action::TerminateContract => terminate,
        Action::ConsentToTermination => consent,
        Action::DeclineTermination => decline,
        Action::CloseContract => close,
        Action::RecordPublication => publish,
        _ => return None,
    })
}

/// Carries out an action on a contract.
///
/// # Errors
/// `NotFound` for an unknown action or contract, `Forbidden`, `Conflict` in another state, `Refused` by a rule.
pub fn act(app: &App, caller: &Caller, id: &str, name: &str, input: &ActionInput) -> Result<ContractSummary, Error> {
    let found = app.pool.read(|connection| choose(caller, connection, id, name))?;
    write(&app.pool, &caller.context(app, &found.1), |tx| {
        let (contract, _, action, step) = choose(caller, tx.connection, id, name)?;
        in_state(&contract, action)?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        step(tx, &mut ledger, input)?;
        let body = serde_json::json!({ "reason": input.reason, "signed_on": input.signed_on, "on": input.on });
        event(tx, &ledger.contract, action.right().name, body)?;
        changed(tx, &mut ledger)?;
        Ok(state(&ledger.contract))
    })
}

type Chosen = (Contract, crate::storage::identity::people::Seat, Action, Step);

/// The action of that name which the caller may do on the contract, best the one that its state allows.
fn choose(caller: &Caller, connection: &mut AnyConnection, id: &str, name: &str) -> Result<Chosen, Error> {
    let mut refused = None;
    let mut wrong_state = None;
    for (_, action) in CONTRACT_ACTIONS.iter().filter(|(known, _)| *known == name) {
        let step = step_of(*action).ok_or(Error::NotFound)?;
        match caller.contract(connection, id, *action) {
            Ok((contract, seat)) if in_state(&contract, *action).is_ok() => return Ok((contract, seat, *action, step)),
            Ok((contract, seat)) => wrong_state = Some((contract, seat, *action, step)),
            // Of two rights by one name, the one that the role has decides: what is not seen is not there.
            Err(error) if !matches!(refused, Some(Error::NotFound)) => refused = Some(error),
            Err(_) => {}
        }
    }
    wrong_state.ok_or_else(|| refused.unwrap_or(Error::NotFound))
}

fn enter(tx: &mut Tx<'_>, ledger: &mut Ledger, state: ContractState) -> Result<(), Error> {
    rows::set_state(tx.connection, ledger.contract.id, state)?;
    ledger.contract.state = state;
    Ok(())
}

fn reason(input: &ActionInput) -> Result<&str, Error> {
    input
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty())
        .ok_or_else(|| Error::refused_at("reason", "reason", Message::new("reason-missing")))
}

fn refuse(breached: Vec<Breached>) -> Result<(), Error> {
    let Some(first) = breached.first() else { return Ok(()) };
    let rule = first.rule.to_owned();
    let errors = breached
        .into_iter()
        .map(|b| FieldError { path: b.path, message: Message { key: b.code, args: b.args } })
        .collect();
    Err(Error::Refused { rule, errors })
}

fn submit(tx: &mut Tx<'_>, ledger: &mut Ledger, _: &ActionInput) -> Result<(), Error> {
    refuse(statutes::five_terms(&ledger.terms, &ledger.details))?;
    enter(tx, ledger, ContractState::Submitted)
}

/// Commits the contract's amount against its appropriation, which is never exceeded (支付条例 8, 预算法 13).
fn fund(tx: &mut Tx<'_>, ledger: &mut Ledger, _: &ActionInput) -> Result<(), Error> {
    let refused = |key| Error::refused_at("budget-first", "appropriation", Message::new(key));
    let id = ledger.contract.appropriation_id.ok_or_else(|| refused("appropriation-missing"))?;
    let appropriation = appropriations::by_id(tx.connection, id)?.ok_or_else(|| refused("appropriation-missing"))?;
    if appropriation.state != ProposalState::Approved {
        return Err(refused("appropriation-not-approved"));
    }
    if appropriation.bureau_id != ledger.contract.purchaser_id {
        return Err(refused("appropriation-of-another"));
    }
    let committed: i64 = appropriations::committed(tx.connection, &[id])?.into_iter().map(|(_, fen)| fen).sum();
    let free = appropriation.amount_fen - committed;
    let amount = ledger.contract.amount_fen;
    if amount > free {
        let yuan = |fen: i64| {
            crate::domain::money::Sum::from(crate::domain::money::Money::from_fen(fen).unwrap_or_default()).to_string()
        };
        let message = Message::new("budget-exceeded").with("amount", yuan(amount)).with("free", yuan(free.max(0)));
        return Err(Error::refused_at("budget-first", "appropriation", message));
    }
    appropriations::commit(tx.connection, id, ledger.contract.id, amount, tx.context.now)?;
    enter(tx, ledger, ContractState::Funded)
}

fn give_back(tx: &mut Tx<'_>, ledger: &mut Ledger, input: &ActionInput) -> Result<(), Error> {
    reason(input)?;
    appropriations::release(tx.connection, ledger.contract.id, tx.context.now)?;
    enter(tx, ledger, ContractState::Draft)
}

fn withdraw(tx: &mut Tx<'_>, ledger: &mut Ledger, input: &ActionInput) -> Result<(), Error> {
    reason(input)?;
    enter(tx, ledger, ContractState::Withdrawn)
}

fn activate(tx: &mut Tx<'_>, ledger: &mut Ledger, input: &ActionInput) -> Result<(), Error> {
    let refused = |key| Error::refused_at("signing", "signed_on", Message::new(key));
    let signed_on = input.signed_on.or(ledger.contract.signed_on).ok_or_else(|| refused("signing-day-missing"))?;
    if signed_on > tx.context.today() {
        return Err(Error::refused_at(
            "not-in-the-future",
            "signed_on",
            Message::new("day-in-the-future").with("today", tx.context.today()),
        ));
    }
    if ledger.contract.award_on.is_some_and(|award| signed_on < award) {
        return Err(refused("signed-before-award"));
    }
    let contractor = organisations::contractor(tx.connection, ledger.contract.contractor_id)?.ok_or(Error::NotFound)?;
    refuse(statutes::before_signing(&ledger.terms, &ledger.details, contractor.sme, signed_on))?;
    rows::set_signed_on(tx.connection, ledger.contract.id, signed_on)?;
    ledger.contract.signed_on = Some(signed_on);
    enter(tx, ledger, ContractState::Active)
}

/// A contract is complete when every milestone is paid, or nothing is left to pay and nothing open.
fn complete(tx: &mut Tx<'_>, ledger: &mut Ledger, _: &ActionInput) -> Result<(), Error> {
    let standing = ledger.standing(tx.context.today(), Trails::Off)?;
    let open = unpaid(&standing, "complete");
    if !open.is_empty() {
        return Err(Error::Refused { rule: "complete".to_owned(), errors: open });
    }
    nothing_open(tx, ledger)?;
    enter(tx, ledger, ContractState::Completed)
}

/// The milestones without whose payment an action is refused, each with what is open of it, or that it is not payable before
/// something else is done. None for an action that waits for no payment.
pub fn unpaid(standing: &Standing, action: &str) -> Vec<FieldError> {
    let is_open = |milestone: &&MilestoneStanding| match action {
        "complete" => milestone.state != MilestoneState::Paid,
        "close" => milestone.payable.fen() > milestone.paid.fen(),
        _ => false,
    };
    let fault = |milestone: &MilestoneStanding| {
        let open = milestone.payable.fen().saturating_sub(milestone.paid.fen());
        let message = match Money::from_fen(open).filter(|open| *open != Money::ZERO) {
            Some(open) => Message::new("milestone-not-paid").with("open", open),
            None => Message::new("milestone-not-reached").with("gross", milestone.gross),
        };
        FieldError { path: format!("milestones.{}", milestone.code), message }
    };
    standing.milestones.iter().filter(is_open).map(fault).collect()
}

/// The leader asks for a termination; it takes effect when finance consents.
fn terminate(tx: &mut Tx<'_>, ledger: &mut Ledger, input: &ActionInput) -> Result<(), Error> {
    let why = reason(input)?.to_owned();
    let on = append::day(tx, input.on);
    let body = to_value(&End { on })?;
    let by = tx.person()?;
    let id = tx.context.ids.uuid();
    let asked = change_requests::of_contract(tx.connection, ledger.contract.id)?;
    if asked.iter().any(|ask| ask.kind == AskKind::Termination && ask.state == AskState::Asked) {
        return Err(Error::conflict("termination-asked-already"));
    }
    change_requests::insert(
        tx.connection,
        tx.context,
        &id,
        ledger.contract.id,
        AskKind::Termination,
        (&body.to_string(), &why),
        by,
    )
}

/// Finance consents to a termination that the leader asked for: the contract ends.
fn consent(tx: &mut Tx<'_>, ledger: &mut Ledger, _: &ActionInput) -> Result<(), Error> {
    let (ask, by) = asked_end(tx, ledger)?;
    let end: End = crate::services::contracts::record::stored(&ask.body)?;
    change_requests::decide(tx.connection, ask.id, AskState::Granted, by, tx.context.now, "")?;
    enter(tx, ledger, ContractState::Terminated)?;
    let words = serde_json::json!({ "reason": ask.reason });
    append::record(tx, ledger, &NewFact { kind: FactKind::End, on: end.on, body: to_value(&end)?, words })
}

/// Finance does not consent to a termination that the leader asked for: the contract goes on.
fn decline(tx: &mut Tx<'_>, ledger: &mut Ledger, input: &ActionInput) -> Result<(), Error> {
    let why = reason(input)?.to_owned();
    let (ask, by) = asked_end(tx, ledger)?;
    change_requests::decide(tx.connection, ask.id, AskState::Refused, by, tx.context.now, &why)?;
    Ok(())
}

/// The termination that was asked for, and who decides on it: nobody who asked.
fn asked_end(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<(Ask, PersonId), Error> {
    let asked = change_requests::of_contract(tx.connection, ledger.contract.id)?;
    let ask = asked
        .into_iter()
        .find(|ask| ask.kind == AskKind::Termination && ask.state == AskState::Asked)
        .ok_or_else(|| Error::conflict("no-termination-asked"))?;
    let by = tx.person()?;
    let acted = [Some(by.0), tx.context.on_behalf_of.map(|p| p.0)];
    if [Some(ask.asked_by.0), ask.asked_for].iter().flatten().any(|asker| acted.contains(&Some(*asker))) {
        return Err(Error::forbidden("self-approval"));
    }
    Ok((ask, by))
}

/// A contract is closed when nothing is owed and nothing is on its way.
fn close(tx: &mut Tx<'_>, ledger: &mut Ledger, _: &ActionInput) -> Result<(), Error> {
    let standing = ledger.standing(tx.context.today(), Trails::Off)?;
    let owed = unpaid(&standing, "close");
    if !owed.is_empty() {
        return Err(Error::Refused { rule: "close".to_owned(), errors: owed });
    }
    nothing_open(tx, ledger)?;
    enter(tx, ledger, ContractState::Closed)
}

fn publish(tx: &mut Tx<'_>, ledger: &mut Ledger, input: &ActionInput) -> Result<(), Error> {
    if ledger.contract.published_on.is_some() {
        return Err(Error::conflict("published-already"));
    }
    let on = append::day(tx, input.on);
    if on > tx.context.today() {
        let message = Message::new("day-in-the-future").with("today", tx.context.today());
        return Err(Error::refused_at("not-in-the-future", "on", message));
    }
    if ledger.contract.signed_on.is_some_and(|signed| on < signed) {
        return Err(Error::refused_at("publish-2wd", "on", Message::new("published-before-signing")));
    }
    rows::set_published_on(tx.connection, ledger.contract.id, on)?;
    ledger.contract.published_on = Some(on);
    Ok(())
}

fn is_open(connection: &mut AnyConnection, contract: ContractId) -> Result<bool, Error> {
    let open = |state| !matches!(state, PaymentState::Paid | PaymentState::Returned);
    let paying = payments::of_contract(connection, contract)?.into_iter().any(|payment| open(payment.state));
    Ok(paying
        || change_requests::of_contract(connection, contract)?.into_iter().any(|ask| ask.state == AskState::Asked))
}

fn nothing_open(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<(), Error> {
    if is_open(tx.connection, ledger.contract.id)? { Err(Error::conflict("something-is-open")) } else { Ok(()) }
}

/// A fact in the JSON in which it is kept.
///
/// # Errors
/// `Internal`; no fact fails to be written.
pub fn to_value<T: serde::Serialize>(fact: &T) -> Result<serde_json::Value, Error> {
    serde_json::to_value(fact).map_err(|error| Error::Internal(error.to_string()))
}
