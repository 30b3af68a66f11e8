//! The approval steps of a payment request: confirm, review, approve and pay, each by a different person, or return
//! it to the contractor. Paying records the fact. Undoing that fact (a granted reversal) marks the request as
//! returned.

use crate::app::App;
use crate::domain::codes::{FactKind, PaymentState};
use crate::domain::facts;
use crate::domain::numbers::Code;
use crate::domain::payments::{self as approvals, Actor, ApprovalStep, PAYMENT_ACTIONS, PaymentStep};
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::append::{self, append_fact};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::{Caller, in_state, verify_same_seat};
use crate::services::notifications::alerts::{self, Alert};
use crate::services::payments::{
    PaymentRequestSummary, PaymentStepInput, earlier_actors, exceeds_payable, find_payment_request, log_step,
    milestone_standing, open_requests_fen, record_step, stored_money,
};
use crate::services::shared::inputs;
use crate::storage::contracts::facts::NewFact;
use crate::storage::payments::{self as rows, PaymentRequest};
use crate::storage::write::{Tx, write};

/// Takes the named step of a payment request: `confirm`, `review`, `approve`, `pay` or `return`.
///
/// # Errors
/// `NotFound` for an unknown step or payment request; `Forbidden` by role, or for somebody who took an earlier step
/// (self-approval); `Conflict` where another step is next; `Refused` where the amount is no longer within what is
/// payable, or a rule of standing forbids the fact.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &PaymentStepInput,
) -> Result<PaymentRequestSummary, Error> {
    let (_, action) = PAYMENT_ACTIONS.iter().find(|(known, _)| *known == name).ok_or(Error::NotFound)?;
    caller.may(*action)?;
    let (_, _, seat) = app.pool.read(|connection| find_payment_request(caller, connection, id, *action))?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (payment, contract, seat) = find_payment_request(caller, tx.connection, id, *action)?;
        verify_same_seat(tx, caller, &seat)?;
        in_state(&contract, *action)?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        let next = approvals::next_step(payment.state)
            .filter(|next| *action == Action::ReturnPayment || next.action == *action)
            .ok_or_else(|| Error::Conflict(Message::new("payment-wrong-state").with("state", payment.state)))?;
        let state = if *action == Action::ReturnPayment {
            return_request(tx, &mut record, &payment, input)?
        } else {
            approve(tx, &mut record, &payment, next, input)?
        };
        PaymentRequestSummary::new(&record, &payment, state)
    })
}

/// Marks the payment request whose fact was undone as returned, by a step of its own; the milestone's amount becomes
/// payable again. Only `change_requests`, which undoes facts, calls this.
///
/// # Errors
/// The database's.
pub fn reverse_payment(tx: &mut Tx<'_>, record: &ContractRecord, payment: &str, reason: &str) -> Result<(), Error> {
    let Some(payment) = rows::by_public_id(tx.connection, payment)? else {
        return Ok(());
    };
    record_step(tx, payment.id, PaymentStep::Reverse, reason, PaymentState::Returned)?;
    let today = tx.context.today();
    alerts::enqueue(tx, record, &[Alert::payment_returned(record, &payment, reason, today)])
}

fn approve(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    payment: &PaymentRequest,
    next: &ApprovalStep,
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    reject_repeated_actor(tx, payment)?;
    let standing = milestone_standing(tx, record, &payment.milestone)?;
    let others = open_requests_fen(tx.connection, record, &payment.milestone, Some(payment.id))?;
    let left = approvals::remaining_fen(standing.payable.fen(), standing.paid.fen(), others);
    if payment.amount_fen > left {
        return Err(exceeds_payable(&standing, others, left));
    }
    if next.kind == PaymentStep::Pay {
        return pay(tx, record, payment, input);
    }
    let reason = inputs::text("reason", input.reason.as_deref().unwrap_or_default())?;
    record_step(tx, payment.id, next.kind, reason, next.to)?;
    log_step(tx, record, payment, next.action, reason)?;
    append::save_change(tx, record)?;
    Ok(next.to)
}

fn pay(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    payment: &PaymentRequest,
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    let voucher = inputs::line("voucher", input.voucher.as_deref())?;
    let on = append::effective_day(tx, input.on);
    rows::record_voucher(tx.connection, payment.id, voucher, on)?;
    record_step(tx, payment.id, PaymentStep::Pay, voucher, PaymentState::Paid)?;
    let milestone = Code::new(payment.milestone.as_str()).map_err(|_| Error::NotFound)?;
    let body = to_value(&facts::Payment { milestone, on, amount: stored_money(payment.amount_fen)? })?;
    let words = serde_json::json!({ "payment": payment.public_id, "voucher": voucher });
    append_fact(tx, record, &NewFact { kind: FactKind::Payment, on, body, words })?;
    alerts::enqueue(tx, record, &[Alert::payment_paid(record, payment, voucher, on)])?;
    Ok(PaymentState::Paid)
}

/// Returns a payment request, for a reason on which the law lets a payment wait. The requester may do this as well,
/// because a return approves nothing.
fn return_request(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    payment: &PaymentRequest,
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    let reason = inputs::reason(input.reason.as_deref())?;
    if let Some(ground) = approvals::unlawful_excuse(reason) {
        return Err(Error::refused_at("no-excuse", "reason", Message::new("payment-no-excuse").with("ground", ground)));
    }
    record_step(tx, payment.id, PaymentStep::Return, reason, PaymentState::Returned)?;
    log_step(tx, record, payment, Action::ReturnPayment, reason)?;
    append::save_change(tx, record)?;
    let today = tx.context.today();
    alerts::enqueue(tx, record, &[Alert::payment_returned(record, payment, reason, today)])?;
    Ok(PaymentState::Returned)
}

/// Rejects somebody who took an earlier step of the payment request, in person or through a deputy.
fn reject_repeated_actor(tx: &mut Tx<'_>, payment: &PaymentRequest) -> Result<(), Error> {
    let before = earlier_actors(tx.connection, payment.id)?;
    let next = Actor { person: tx.person()?.0, on_behalf_of: tx.context.on_behalf_of.map(|person| person.0) };
    if approvals::may_follow(&before, &next) { Ok(()) } else { Err(Error::forbidden("self-approval")) }
}
