//! The approval steps of a payment request: confirm, review, approve and pay, each by a different person, or return to
//! the contractor. Paying records the fact or, for a day before yesterday, first requires the approver's consent. When
//! a granted reversal undoes that fact, the request counts as returned.

use chrono::{Datelike, NaiveDate};

use crate::app::App;
use crate::domain::codes::{AlertKind, FactKind, PaymentKind, PaymentState};
use crate::domain::facts;
use crate::domain::interest::InterestRecord;
use crate::domain::numbers::Code;
use crate::domain::payments::{self as approvals, ApprovalStep, PAYMENT_ACTIONS, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::subject::Subject;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::append::{self, append_fact};
use crate::services::contracts::openings;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::repeats;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::{Caller, in_state, reject_earlier_actors};
use crate::services::identity::own_account;
use crate::services::ledger::yearly_shares;
use crate::services::notifications::alerts::{self, Alert};
use crate::services::payments::approved::require_as_approved;
use crate::services::payments::checks::{approved_on, is_account_current, needs_current_account};
use crate::services::payments::limit::Limit;
use crate::services::payments::rules;
use crate::services::payments::{
    PaymentRequestSummary, PaymentStepInput, approval_chains, barred_by, is_open_for, log_step, milestone_standing,
    record_step, record_step_among, seat_for, stored_money, sum_of, wrong_state,
};
use crate::services::shared::identifiers::fold_identifier;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::{ObjectKind, digests_of_payments};
use crate::storage::contracts::facts::NewFact;
use crate::storage::contracts::search;
use crate::storage::ids::ContractId;
use crate::storage::locks::ContractName;
use crate::storage::payments::approval_chains as stored_chains;
use crate::storage::payments::{self as rows, PaymentRequest, Requested, vouchers};
use crate::storage::registry::contractors;
use crate::storage::write::{Tx, write_named};

/// Rights that end a payment request, and need not be that of its next step.
const OUT_OF_TURN: [Action; 2] = [Action::ReturnPayment, Action::RecallPayment];

/// Takes the named step of a payment request: `confirm`, `review`, `approve`, `pay`, `allow`, `disallow`, `return` or
/// `recall`.
///
/// # Errors
/// `NotFound` for an unknown step or payment request; `Forbidden` by role, or for a person who took an earlier step
/// (self-approval); `Duplicate` if another step is next, or for a voucher number that the payer used this year;
/// `Conflict` if the amount or account to pay differs from what was approved; `Refused` if the password must be given
/// again, the bank's day is before the approval, the amount is no longer within its limit, or a rule of standing
/// forbids the fact.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &PaymentStepInput,
) -> Result<PaymentRequestSummary, Error> {
    take_step_if(app, caller, (id, name), input, |_, _, _| Ok(()))
}

/// Takes the named step of a payment request, unless a further check in the same transaction refuses it.
///
/// # Errors
/// Those of [`take_step`] and of the check.
pub(super) fn take_step_if(
    app: &App,
    caller: &Caller,
    (id, name): (&str, &str),
    input: &PaymentStepInput,
    check: impl Fn(&mut Tx<'_>, &ContractRecord, &PaymentRequest) -> Result<(), Error>,
) -> Result<PaymentRequestSummary, Error> {
    let (_, action) = PAYMENT_ACTIONS.iter().find(|(known, _)| *known == name).ok_or(Error::NotFound)?;
    let step = PaymentStep::parse(name).ok_or(Error::NotFound)?;
    caller.may(*action)?;
    let find = |connection: &mut AnyConnection, contract: ContractId| -> Result<_, Error> {
        let (contract, requests) =
            rows::contract_with_requests(connection, contract, &caller.organisations())?.ok_or(Error::NotFound)?;
        let payment = requests.iter().map(|taken| &taken.request).find(|request| request.public_id == id);
        let payment = payment.ok_or(Error::NotFound)?.clone();
        let chains = stored_chains::remembered(connection, &caller.registers)?;
        let chain = approval_chains::of_payment(&chains, &contract, &payment);
        let seat = seat_for(caller, &payment, (&contract, &chain), *action)?;
        if step.releases_money() {
            own_account::require_recent_proof(connection, app, caller, stored_money(payment.amount_fen)?)?;
        }
        Ok(((contract, requests, payment), caller.context(app, &seat)))
    };
    write_named(&app.pool, ContractName::Payment(id), find, |tx, (contract, requests, payment)| {
        in_state(&contract, *action)?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        let chain = record.payment_chain(&payment);
        let next = chain
            .next(payment.state)
            .filter(|next| OUT_OF_TURN.contains(action) || next.action == *action)
            .ok_or_else(|| wrong_state(&record.contract, &payment))?;
        check(tx, &record, &payment)?;
        let state = match step {
            PaymentStep::Return => return_request(tx, &mut record, &payment, input)?,
            PaymentStep::Recall => recall(tx, &mut record, (&payment, &requests), input)?,
            PaymentStep::Disallow => disallow(tx, &mut record, &payment, input)?,
            PaymentStep::Confirm
            | PaymentStep::Review
            | PaymentStep::Approve
            | PaymentStep::Pay
            | PaymentStep::Allow => take_approval_step(tx, caller, &mut record, (&payment, &next, requests), input)?,
            PaymentStep::Request | PaymentStep::Backdate | PaymentStep::Reverse | PaymentStep::Import => {
                return Err(Error::NotFound);
            }
        };
        PaymentRequestSummary::new(&record, &payment, state)
    })
}

/// Marks the payment request whose fact was undone as returned, by a step of its own; the milestone's amount is then
/// payable again. Only for `change_requests`, which undoes facts.
///
/// # Errors
/// Database errors.
pub fn reverse_payment(tx: &mut Tx<'_>, record: &ContractRecord, payment: &str, reason: &str) -> Result<(), Error> {
    let Some(payment) = rows::one_of_contract(tx.connection, record.contract.id, payment)? else { return Ok(()) };
    record_step(tx, payment.id, PaymentStep::Reverse, reason, PaymentState::Returned)?;
    vouchers::release(tx.connection, payment.id)?;
    let today = tx.context.today();
    if let Some(bearer) = payment.borne_by {
        let now = yearly_shares::bearer_of(tx.connection, record, (&payment.milestone, today))?;
        if now.map(|id| id.0) == Some(bearer) {
            rows::set_bearer(tx.connection, payment.id, None)?;
        } else {
            rows::mark_reversed(tx.connection, payment.id, now.or(record.contract.appropriation_id))?;
        }
    }
    alerts::enqueue(tx, record, &[Alert::payment_returned(&payment, reason, today)])
}

/// Takes the next step of the approval chain, by a person who took no earlier one, within the limit.
fn take_approval_step(
    tx: &mut Tx<'_>,
    caller: &Caller,
    record: &mut ContractRecord,
    (payment, next, mut requests): (&PaymentRequest, &ApprovalStep, Vec<Requested>),
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    let steps = requests.iter().find(|taken| taken.request.id == payment.id).ok_or(Error::NotFound)?.steps.clone();
    reject_earlier_actors(tx, &barred_by(steps, payment.state))?;
    let approved = steps_approved(&requests, payment);
    let to = approvals::state_after(payment.state, next, approved, rules::needed(tx.connection, record, payment)?);
    let standing = milestone_standing(tx, record, &payment.milestone)?;
    let limit = Limit::of(record, &standing, payment.kind, sum_of_others(&requests, payment))?;
    if payment.amount_fen > limit.left_fen() {
        return Err(limit.exceeded());
    }
    if needs_current_account(next.kind) {
        require_current_account(tx, record, payment)?;
    }
    match next.kind {
        PaymentStep::Confirm | PaymentStep::Review | PaymentStep::Approve => {
            let reason = inputs::optional_reason(input.reason.as_deref())?;
            record_step_among(tx, &mut requests, payment.id, (next.kind, reason), to)?;
            tx.touch_tables(ObjectKind::Contract, &record.contract.public_id, digests_of_payments(&requests)?);
            log_step(tx, record, payment, next.action, reason)?;
            let is_taken = to == next.to && to != PaymentState::PartlyApproved;
            let alert = advanced(payment, next.kind, tx.context.today()).filter(|_| is_taken);
            append::save_payment_step(tx, record, &requests, alert)?;
            Ok(to)
        }
        PaymentStep::Pay => pay(tx, caller, record, payment, input),
        PaymentStep::Allow => allow(tx, record, payment, input),
        PaymentStep::Request
        | PaymentStep::Backdate
        | PaymentStep::Disallow
        | PaymentStep::Recall
        | PaymentStep::Return
        | PaymentStep::Reverse
        | PaymentStep::Import => Err(Error::Internal(format!("{} is not a step of the approval chain", next.kind))),
    }
}

/// Refuses a step once the contractor's account is no longer that of the request, which is to be returned.
fn require_current_account(tx: &mut Tx<'_>, record: &ContractRecord, payment: &PaymentRequest) -> Result<(), Error> {
    let id = record.contract.contractor_id;
    let contractor = contractors::remembered(tx.connection, &record.registers, id)?;
    if is_account_current(contractor.as_ref(), payment) {
        return Ok(());
    }
    Err(Error::refused_at("payee-account", "account", Message::new("payment-check-account-not")))
}

/// Counts the people who have approved a payment request.
fn steps_approved(requests: &[Requested], payment: &PaymentRequest) -> usize {
    let own = requests.iter().filter(|taken| taken.request.id == payment.id);
    own.flat_map(|taken| &taken.steps).filter(|step| step.action == PaymentStep::Approve.as_str()).count()
}

/// Builds the alert to the contractor that a payment request went to finance or was approved.
fn advanced(payment: &PaymentRequest, step: PaymentStep, today: NaiveDate) -> Option<Alert> {
    let kind = match step {
        PaymentStep::Confirm => AlertKind::PaymentAtFinance,
        PaymentStep::Approve => AlertKind::PaymentApproved,
        PaymentStep::Request
        | PaymentStep::Review
        | PaymentStep::Pay
        | PaymentStep::Backdate
        | PaymentStep::Allow
        | PaymentStep::Disallow
        | PaymentStep::Recall
        | PaymentStep::Return
        | PaymentStep::Reverse
        | PaymentStep::Import => return None,
    };
    Some(Alert::inform(kind, Subject::PaymentRequest(payment.public_id.clone()), today, Vec::new()))
}

/// Returns the total of the milestone's open payment requests of the same kind other than this one, in fen.
fn sum_of_others(requests: &[Requested], payment: &PaymentRequest) -> i64 {
    let others = requests.iter().map(|taken| &taken.request);
    sum_of(others.filter(|other| other.id != payment.id && is_open_for(other, &payment.milestone, payment.kind)))
}

/// Records the payment; a payment of a day before yesterday then waits for the approver's consent.
fn pay(
    tx: &mut Tx<'_>,
    caller: &Caller,
    record: &mut ContractRecord,
    payment: &PaymentRequest,
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    require_as_approved(tx.connection, record, payment)?;
    let voucher = inputs::number("voucher", input.voucher.as_deref())?;
    let on = append::effective_day(tx, input.on);
    let steps = rows::load_steps(tx.connection, payment.id)?;
    let early = approved_on(steps.iter()).filter(|approved| on < *approved);
    let early = early.map(|approved| Message::new("payment-before-approval").with("approved", approved));
    match (reserve_voucher(tx, caller, record, payment, (&voucher, on)), early) {
        (reserved, None) => reserved?,
        (reserved, Some(early)) => {
            let mut errors = vec![FieldError { path: "on".to_owned(), message: early }];
            errors.extend(reserved.err().and_then(voucher_fault));
            return Err(Error::Refused { rule: "bank-day".to_owned(), errors });
        }
    }
    search::add_recorded(tx.connection, record.contract.id, &voucher)?;
    rows::set_voucher(tx.connection, payment.id, &voucher, Some(on))?;
    let payment = PaymentRequest { voucher: voucher.clone(), paid_on: Some(on), ..payment.clone() };
    let reason = inputs::optional_reason(input.reason.as_deref())?;
    if !approvals::needs_day_consent(on, tx.context.today()) {
        record_step(tx, payment.id, PaymentStep::Pay, &voucher, PaymentState::Paid)?;
        append_payment(tx, record, &payment, reason)?;
        return Ok(PaymentState::Paid);
    }
    append::check_fact(tx, record, &fact_of(&payment, reason)?)?;
    record_step(tx, payment.id, PaymentStep::Backdate, &voucher, PaymentState::Backdated)?;
    log_step(tx, record, &payment, EventAction::PaymentBackdate, reason)?;
    append::save_change(tx, record)?;
    Ok(PaymentState::Backdated)
}

/// Agrees to the earlier day of a recorded payment, which then counts.
fn allow(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    payment: &PaymentRequest,
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    require_as_approved(tx.connection, record, payment)?;
    let reason = inputs::optional_reason(input.reason.as_deref())?;
    record_step(tx, payment.id, PaymentStep::Allow, reason, PaymentState::Paid)?;
    append_payment(tx, record, payment, "")?;
    Ok(PaymentState::Paid)
}

/// Refuses the earlier day of a recorded payment; the cashier must record it again.
fn disallow(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    payment: &PaymentRequest,
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    let reason = inputs::reason(input.reason.as_deref())?;
    let recorders = barred_by(rows::load_steps(tx.connection, payment.id)?, payment.state);
    reject_earlier_actors(tx, &recorders)?;
    clear_voucher(tx, payment)?;
    record_step(tx, payment.id, PaymentStep::Disallow, reason, PaymentState::Approved)?;
    log_step(tx, record, payment, EventAction::PaymentDisallow, reason)?;
    append::save_change(tx, record)?;
    Ok(PaymentState::Approved)
}

/// Appends the fact of a payment whose voucher and day are recorded, and notifies the contractor.
fn append_payment(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    payment: &PaymentRequest,
    reason: &str,
) -> Result<(), Error> {
    let fact = fact_of(payment, reason)?;
    if payment.kind == PaymentKind::Principal {
        let share = yearly_shares::bearer_of(tx.connection, record, (&payment.milestone, tx.context.today()))?;
        if share.is_some() {
            rows::set_bearer(tx.connection, payment.id, share)?;
        }
    }
    append_fact(tx, record, &fact)?;
    alerts::enqueue(tx, record, &[Alert::payment_paid(payment, &payment.voucher, fact.on)])
}

fn fact_of(payment: &PaymentRequest, reason: &str) -> Result<NewFact, Error> {
    let milestone = Code::new(payment.milestone.as_str()).map_err(|_| Error::NotFound)?;
    let on = payment.paid_on.ok_or_else(|| Error::Internal("recorded payment has no day".to_owned()))?;
    let amount = stored_money(payment.amount_fen)?;
    let (kind, body) = match payment.kind {
        PaymentKind::Principal => (FactKind::Payment, to_value(&facts::Payment { milestone, on, amount })?),
        PaymentKind::Interest => (FactKind::Interest, to_value(&InterestRecord { milestone, on, amount })?),
    };
    let mut words = serde_json::json!({ "payment": payment.public_id, "voucher": payment.voucher });
    // Left out if there is none, so that payments without a reason have the same form in all versions.
    if let (false, Some(words)) = (reason.is_empty(), words.as_object_mut()) {
        words.insert("reason".to_owned(), reason.into());
    }
    Ok(NewFact { kind, on, body, words })
}

/// Reserves a voucher number for a payment. A payer's numbers are unique within a year.
fn reserve_voucher(
    tx: &mut Tx<'_>,
    caller: &Caller,
    record: &ContractRecord,
    payment: &PaymentRequest,
    (voucher, on): (&str, NaiveDate),
) -> Result<(), Error> {
    let (payer, year, key) = (record.contract.funder_id, on.year(), fold_identifier(voucher));
    if key.is_empty() {
        return Err(Error::refused_at("length", "voucher", Message::new("line-given").with("most", 100)));
    }
    let Some(held) = vouchers::holder(tx.connection, payer, year, &key)? else {
        return vouchers::insert(tx.connection, payment.id, (payer, year, &key));
    };
    let named = |contract: &str| {
        Message::new("voucher-known").with("voucher", voucher).with("year", year).with("contract", contract)
    };
    let general = Message::new("voucher-known-elsewhere").with("voucher", voucher).with("year", year);
    let of = (held.contract_id, held.milestone.as_str(), format!("payment-{}", held.public_id));
    Err(repeats::duplicate_elsewhere(tx.connection, &caller.organisations(), of, (named, general))?)
}

/// Returns the fault of a voucher, to be reported together with other faults; `None` for other errors.
fn voucher_fault(error: Error) -> Option<FieldError> {
    let at = |message| FieldError { path: "voucher".to_owned(), message };
    match error {
        Error::Duplicate(found) => Some(at(found.message)),
        Error::Refused { errors, .. } => errors.into_iter().next(),
        _ => None,
    }
}

fn clear_voucher(tx: &mut Tx<'_>, payment: &PaymentRequest) -> Result<(), Error> {
    vouchers::release(tx.connection, payment.id)?;
    rows::set_voucher(tx.connection, payment.id, "", None)
}

/// Returns a payment request, for a reason for which the law lets a payment wait. The requester may do this as well,
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
    if payment.state == PaymentState::Backdated {
        clear_voucher(tx, payment)?;
    }
    record_step(tx, payment.id, PaymentStep::Return, reason, PaymentState::Returned)?;
    log_step(tx, record, payment, Action::ReturnPayment, reason)?;
    append::save_change(tx, record)?;
    let today = tx.context.today();
    alerts::enqueue(tx, record, &[Alert::payment_returned(payment, reason, today)])?;
    Ok(PaymentState::Returned)
}

/// Recalls a payment request that the one whose turn it is has not opened. Only who made it may do this.
fn recall(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    (payment, requests): (&PaymentRequest, &[Requested]),
    input: &PaymentStepInput,
) -> Result<PaymentState, Error> {
    let reason = inputs::optional_reason(input.reason.as_deref())?;
    if payment.state != PaymentState::Requested {
        return Err(wrong_state(&record.contract, payment));
    }
    let steps = requests.iter().find(|of| of.request.id == payment.id).map_or(&[][..], |of| &of.steps);
    let submitted = openings::of_payment(tx.connection, &record.contract, (payment, steps))?.ok_or(Error::NotFound)?;
    openings::require_unopened(tx, &submitted)?;
    record_step(tx, payment.id, PaymentStep::Recall, reason, PaymentState::Returned)?;
    log_step(tx, record, payment, Action::RecallPayment, reason)?;
    append::save_change(tx, record)?;
    Ok(PaymentState::Returned)
}
