//! Payments: asked for within what is payable, confirmed, reviewed, approved and paid by four people, or sent back.
//!
//! The last step records the fact; what is payable is read from standing alone, anew at every step.

pub mod checks;
pub mod view;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{FactKind, PaymentState};
use crate::domain::facts;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::Code;
use crate::domain::payments::{self as chain, Actor, ApprovalStep, PAYMENT_ACTIONS, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::{MilestoneStanding, Trails};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::append::{self, record};
use crate::services::contracts::record::Ledger;
use crate::services::contracts::registration::event;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::notifications::alerts::{self, Alert};
pub use crate::services::payments::view::{PaymentView, list, show};
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::contracts::facts::NewFact;
use crate::storage::contracts::{self, Contract};
use crate::storage::identity::people::Seat;
use crate::storage::payments::{self as rows, Payment};
use crate::storage::registry::organisations;
use crate::storage::write::{Tx, write};

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestInput {
    /// In yuan; what is payable and not yet asked for, if it is not named.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
}

/// What a step may bring.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepInput {
    /// Why; needed to return.
    #[serde(default)]
    pub reason: Option<String>,
    /// Number of the bank's voucher; needed to pay.
    #[serde(default)]
    pub voucher: Option<String>,
    /// The bank's day; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// What asking for a payment, and each step of it, answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PaymentSummary {
    /// Identifier.
    pub id: String,
    /// The milestone's code.
    pub milestone: String,
    /// In yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Where it stands now.
    pub state: PaymentState,
    /// The contract's version: the ETag.
    pub version: i64,
}

/// Asks for a payment of a milestone.
///
/// # Errors
/// `NotFound` for a contract or milestone that the caller may not know of; `Refused` where the milestone is not satisfied,
/// the contractor has no approved account, or nothing, or less, is left of what is payable.
pub fn request(
    app: &App,
    caller: &Caller,
    contract: &str,
    milestone: &str,
    input: &RequestInput,
) -> Result<PaymentSummary, Error> {
    caller.may(Action::RequestPayment)?;
    let (_, seat) = app.pool.read(|connection| caller.contract(connection, contract, Action::RequestPayment))?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (contract, seat) = caller.contract(tx.connection, contract, Action::RequestPayment)?;
        same_seat(tx, caller, &seat)?;
        in_state(&contract, Action::RequestPayment)?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        let standing = milestone_of(tx, &ledger, milestone)?;
        if standing.satisfied_on.is_none() {
            return Err(not_satisfied(tx, &ledger, milestone)?);
        }
        let account = payee_account(tx, &ledger)?;
        let open = open_fen(tx.connection, &ledger, milestone, None)?;
        let left = chain::remaining_fen(standing.payable.fen(), standing.paid.fen(), open);
        let amount = input.amount.map_or(left, Money::fen);
        if amount == 0 || amount > left {
            return Err(not_within(&standing, open, left));
        }
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let at = tx.context.now;
        let key = rows::insert(tx.connection, &id, ledger.contract.id, milestone, amount, &account, at)?;
        let step = (1, PaymentStep::Request.as_str(), by, "");
        rows::take_step(tx.connection, tx.context, key, step, PaymentState::Requested)?;
        let payment = rows::by_public_id(tx.connection, &id)?.ok_or(Error::NotFound)?;
        note(tx, &ledger, &payment, Action::RequestPayment, "")?;
        append::changed(tx, &mut ledger)?;
        summary(&ledger, &payment, PaymentState::Requested)
    })
}

/// Takes the named step of a payment: confirm, review, approve, pay, return.
///
/// # Errors
/// `NotFound` for an unknown step or payment; `Forbidden` by role, or for whoever acted before (self-approval); `Conflict`
/// where another step is next; `Refused` where the amount is no longer within what is payable, or a rule of facts says so.
pub fn act(app: &App, caller: &Caller, id: &str, name: &str, input: &StepInput) -> Result<PaymentSummary, Error> {
    let (_, action) = PAYMENT_ACTIONS.iter().find(|(known, _)| *known == name).ok_or(Error::NotFound)?;
    caller.may(*action)?;
    let (_, _, seat) = app.pool.read(|connection| find(caller, connection, id, *action))?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (payment, contract, seat) = find(caller, tx.connection, id, *action)?;
        same_seat(tx, caller, &seat)?;
        in_state(&contract, *action)?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        let link =
            chain::next_step(payment.state).filter(|link| *action == Action::ReturnPayment || link.action == *action);
        let link =
            link.ok_or_else(|| Error::Conflict(Message::new("payment-wrong-state").with("state", payment.state)))?;
        let state = if *action == Action::ReturnPayment {
            send_back(tx, &mut ledger, &payment, input)?
        } else {
            go_on(tx, &mut ledger, &payment, link, input)?
        };
        summary(&ledger, &payment, state)
    })
}

/// Marks the payment whose fact was undone: its row goes back to `returned`, by a step of its own, and what it paid is
/// payable again. For `asks`, which undoes facts.
///
/// # Errors
/// The database's.
pub fn reverse(tx: &mut Tx<'_>, ledger: &Ledger, payment: &str, reason: &str) -> Result<(), Error> {
    let Some(payment) = rows::by_public_id(tx.connection, payment)? else {
        return Ok(());
    };
    take(tx, &payment, PaymentStep::Reverse, reason, PaymentState::Returned)?;
    let today = tx.context.today();
    alerts::enqueue(tx, ledger, &[Alert::payment_returned(ledger, &payment, reason, today)])
}

/// The payment, its contract, and the seat in which the caller may do the action to it: for a return, the seat of whoever
/// would take the next step.
pub(super) fn find(
    caller: &Caller,
    connection: &mut AnyConnection,
    id: &str,
    action: Action,
) -> Result<(Payment, Contract, Seat), Error> {
    let payment = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
    let public_id = contracts::by_id(connection, payment.contract_id)?.public_id;
    let (contract, seat) = caller.contract(connection, &public_id, action)?;
    match chain::next_step(payment.state) {
        Some(link) if action == Action::ReturnPayment => {
            let (contract, seat) = caller.contract(connection, &public_id, link.action)?;
            Ok((payment, contract, seat))
        }
        _ => Ok((payment, contract, seat)),
    }
}

/// The one for whom the caller acts is the one on whose account the transaction was opened: between the two looks a seat
/// may have been lost.
pub(super) fn same_seat(tx: &Tx<'_>, caller: &Caller, seat: &Seat) -> Result<(), Error> {
    let on_behalf_of = (seat.holder != caller.person).then_some(seat.holder);
    if on_behalf_of == tx.context.on_behalf_of { Ok(()) } else { Err(Error::conflict("lost-race")) }
}

fn go_on(
    tx: &mut Tx<'_>,
    ledger: &mut Ledger,
    payment: &Payment,
    link: &ApprovalStep,
    input: &StepInput,
) -> Result<PaymentState, Error> {
    nobody_twice(tx, payment)?;
    let standing = milestone_of(tx, ledger, &payment.milestone)?;
    let others = open_fen(tx.connection, ledger, &payment.milestone, Some(payment))?;
    let left = chain::remaining_fen(standing.payable.fen(), standing.paid.fen(), others);
    if payment.amount_fen > left {
        return Err(not_within(&standing, others, left));
    }
    if link.kind == PaymentStep::Pay {
        return pay(tx, ledger, payment, input);
    }
    let words = inputs::text("reason", input.reason.as_deref().unwrap_or_default())?;
    take(tx, payment, link.kind, words, link.to)?;
    note(tx, ledger, payment, link.action, words)?;
    append::changed(tx, ledger)?;
    Ok(link.to)
}

fn pay(tx: &mut Tx<'_>, ledger: &mut Ledger, payment: &Payment, input: &StepInput) -> Result<PaymentState, Error> {
    let voucher = inputs::line("voucher", input.voucher.as_deref())?;
    let on = append::day(tx, input.on);
    rows::set_paid(tx.connection, payment.id, voucher, on)?;
    take(tx, payment, PaymentStep::Pay, voucher, PaymentState::Paid)?;
    let milestone = Code::new(payment.milestone.as_str()).map_err(|_| Error::NotFound)?;
    let body = to_value(&facts::Payment { milestone, on, amount: money(payment.amount_fen)? })?;
    let words = serde_json::json!({ "payment": payment.public_id, "voucher": voucher });
    record(tx, ledger, &NewFact { kind: FactKind::Payment, on, body, words })?;
    alerts::enqueue(tx, ledger, &[Alert::payment_paid(ledger, payment, voucher, on)])?;
    Ok(PaymentState::Paid)
}

/// Sends a payment back, for a reason that the law lets stand. Whoever asked for it may also do that: it approves nothing.
fn send_back(
    tx: &mut Tx<'_>,
    ledger: &mut Ledger,
    payment: &Payment,
    input: &StepInput,
) -> Result<PaymentState, Error> {
    let reason = inputs::reason(input.reason.as_deref())?;
    if let Some(ground) = chain::unlawful_excuse(reason) {
        return Err(Error::refused_at("no-excuse", "reason", Message::new("payment-no-excuse").with("ground", ground)));
    }
    take(tx, payment, PaymentStep::Return, reason, PaymentState::Returned)?;
    note(tx, ledger, payment, Action::ReturnPayment, reason)?;
    append::changed(tx, ledger)?;
    let today = tx.context.today();
    alerts::enqueue(tx, ledger, &[Alert::payment_returned(ledger, payment, reason, today)])?;
    Ok(PaymentState::Returned)
}

fn take(tx: &mut Tx<'_>, payment: &Payment, step: PaymentStep, words: &str, to: PaymentState) -> Result<(), Error> {
    let last = rows::steps(tx.connection, payment.id)?.last().map_or(0, |step| step.seq);
    let by = tx.person()?;
    rows::take_step(tx.connection, tx.context, payment.id, (last + 1, step.as_str(), by, words), to)
}

/// Nobody takes two of a payment's steps, for themselves or as a deputy.
fn nobody_twice(tx: &mut Tx<'_>, payment: &Payment) -> Result<(), Error> {
    let before: Vec<_> = rows::steps(tx.connection, payment.id)?
        .into_iter()
        .map(|step| Actor { person: step.person_id.0, on_behalf_of: step.for_id })
        .collect();
    let next = Actor { person: tx.person()?.0, on_behalf_of: tx.context.on_behalf_of.map(|person| person.0) };
    if chain::may_follow(&before, &next) { Ok(()) } else { Err(Error::forbidden("self-approval")) }
}

/// A milestone as it stands today.
fn milestone_of(tx: &Tx<'_>, ledger: &Ledger, code: &str) -> Result<MilestoneStanding, Error> {
    let standing = ledger.standing(tx.context.today(), Trails::Off)?;
    standing.milestones.into_iter().find(|milestone| milestone.code.as_str() == code).ok_or(Error::NotFound)
}

/// What a milestone still waits for: each deliverable that is not accepted, its day, its score.
fn not_satisfied(tx: &Tx<'_>, ledger: &Ledger, code: &str) -> Result<Error, Error> {
    let today = tx.context.today();
    let agreed = ledger.terms.milestones.iter().find(|one| one.code.as_str() == code).ok_or(Error::NotFound)?;
    let stands = ledger.standing(today, Trails::Off)?.deliverables;
    let wanting = |key| Message::new(key).with("milestone", ledger.details.milestone(code));
    let given = |code: &Code| stands.iter().any(|one| one.code == *code && one.accepted.is_some());
    let open = agreed.requires.iter().filter(|code| !given(code));
    let mut messages: Vec<Message> = open
        .map(|code| wanting("payment-needs-deliverable").with("deliverable", ledger.details.deliverable(code.as_str())))
        .collect();
    messages
        .extend(agreed.not_before.filter(|day| *day > today).map(|day| wanting("payment-needs-day").with("day", day)));
    let is_scored = ledger.facts.scores.iter().any(|score| score.milestone == agreed.code);
    messages.extend((agreed.requires_score && !is_scored).then(|| wanting("payment-needs-score")));
    if messages.is_empty() {
        messages.push(wanting("payment-not-satisfied"));
    }
    let errors = messages.into_iter().map(|message| FieldError { path: String::new(), message });
    Ok(Error::Refused { rule: "milestone-satisfied".to_owned(), errors: errors.collect() })
}

/// What other payments of a milestone ask for that are on their way, in fen.
pub(super) fn open_fen(
    connection: &mut AnyConnection,
    ledger: &Ledger,
    milestone: &str,
    except: Option<&Payment>,
) -> Result<i64, Error> {
    let others = rows::of_contract(connection, ledger.contract.id)?;
    let open = others.iter().filter(|other| {
        other.milestone == milestone && chain::is_open(other.state) && except.is_none_or(|own| own.id != other.id)
    });
    Ok(open.map(|other| other.amount_fen).fold(0, i64::saturating_add))
}

/// The contractor's account as it is now approved, in the JSON that is kept with the payment.
fn payee_account(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<String, Error> {
    let contractor = organisations::contractor(tx.connection, ledger.contract.contractor_id)?.ok_or(Error::NotFound)?;
    if contractor.account.number.is_empty() {
        return Err(Error::refused("payee-account", Message::new("payment-account-missing")));
    }
    Ok(to_value(&contractor.account)?.to_string())
}

fn not_within(standing: &MilestoneStanding, open_fen: i64, left_fen: i64) -> Error {
    let yuan = |fen| Money::from_fen(fen).map_or(Sum::ZERO, Sum::from);
    let message = Message::new("payment-not-within-payable")
        .with("payable", standing.payable)
        .with("paid", standing.paid)
        .with("open", yuan(open_fen))
        .with("left", yuan(left_fen));
    Error::refused_at("within-payable", "amount", message)
}

/// Notes a step that is no fact in the contract's chain.
fn note(tx: &mut Tx<'_>, ledger: &Ledger, payment: &Payment, action: Action, words: &str) -> Result<(), Error> {
    let body = serde_json::json!({
        "payment": payment.public_id,
        "milestone": payment.milestone,
        "amount": money(payment.amount_fen)?,
        "reason": words,
    });
    event(tx, &ledger.contract, action, body)
}

pub(super) fn money(fen: i64) -> Result<Money, Error> {
    Money::from_fen(fen).ok_or_else(|| Error::Internal("a stored amount is out of bounds".to_owned()))
}

fn summary(ledger: &Ledger, payment: &Payment, state: PaymentState) -> Result<PaymentSummary, Error> {
    Ok(PaymentSummary {
        id: payment.public_id.clone(),
        milestone: payment.milestone.clone(),
        amount: money(payment.amount_fen)?,
        state,
        version: ledger.contract.version,
    })
}
