//! Payments: a payment request is made within the payable amount of a milestone, or within its late interest, passes
//! four approval steps by four different people, and ends in the fact of the payment; or it is returned.
//!
//! `request` opens a payment request, `approval` takes the steps within the `limit`, `batch` takes one step on many
//! requests, `treasury` matches the treasury's vouchers, `view` reads requests, `checks` prepares the next step,
//! `interest` waives interest and `desk` lists the requests of all contracts. Payable amounts and interest always come
//! from `domain::standing` and are computed again at every step.

mod approval;
pub mod approval_chains;
pub(in crate::services) mod approved;
pub mod batch;
pub mod checks;
pub mod day_effects;
pub mod desk;
pub mod interest;
mod limit;
mod request;
pub mod rules;
mod settings;
pub mod treasury;
pub mod view;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::civil_day;
use crate::domain::approval_chains::PaymentChain;
use crate::domain::codes::{PaymentKind, PaymentState};
use crate::domain::interest::pay_by;
use crate::domain::money::Money;
use crate::domain::payments::{self as approvals, Actor, ApprovalStep, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::{MilestoneStanding, Standing, Trails};
use crate::domain::terms::Terms;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::identity::caller::{Caller, in_state};
pub use crate::services::payments::approval::{reverse_payment, take_step};
pub use crate::services::payments::request::{request_interest, request_payment};
pub use crate::services::payments::view::{PaymentRequestView, list, load_payment_request};
use crate::services::registry::working_days::WorkingDays;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::Seat;
use crate::storage::ids::PaymentId;
use crate::storage::payments::approval_chains as stored_chains;
use crate::storage::payments::{self as rows, PaymentRequest, Requested, StepRow};
use crate::storage::write::Tx;

/// A payment request to be made.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequestInput {
    /// Amount in yuan. Defaults to everything that is payable, or has accrued as interest, and is not yet requested.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
    /// True to request another payment of the same amount as an open request.
    #[serde(default)]
    pub another: bool,
}

/// The details of an approval step.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentStepInput {
    /// Reason for the step; required to return a payment request.
    #[serde(default)]
    pub reason: Option<String>,
    /// Number of the bank voucher; required to pay.
    #[serde(default)]
    pub voucher: Option<String>,
    /// Day on which the bank paid, not before the approval. Defaults to today; a day before yesterday needs the
    /// approver's consent (`allow`).
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// A payment request after a step.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PaymentRequestSummary {
    /// Random identifier of the payment request.
    pub id: String,
    /// Code of the milestone.
    pub milestone: String,
    #[serde(default = "principal")]
    #[schema(required)]
    pub kind: PaymentKind,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// State after the step.
    pub state: PaymentState,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Returns the kind of payment in answers stored before there were several kinds.
fn principal() -> PaymentKind {
    PaymentKind::Principal
}

impl PaymentRequestSummary {
    fn new(record: &ContractRecord, payment: &PaymentRequest, state: PaymentState) -> Result<Self, Error> {
        Ok(Self {
            id: payment.public_id.clone(),
            milestone: payment.milestone.clone(),
            kind: payment.kind,
            amount: stored_money(payment.amount_fen)?,
            state,
            version: record.contract.version,
        })
    }
}

/// Converts an amount in fen, as stored, to money.
///
/// # Errors
/// `Internal` if the stored amount is out of bounds.
pub(crate) fn stored_money(fen: i64) -> Result<Money, Error> {
    Money::from_fen(fen).ok_or_else(|| Error::Internal("stored amount out of range".to_owned()))
}

/// Finds a payment request, its contract, and the seat in which the caller may act on it. Returning a request needs the
/// seat of the next approval step.
fn find_payment_request(
    caller: &Caller,
    connection: &mut AnyConnection,
    id: &str,
    action: Action,
) -> Result<(PaymentRequest, Contract, Seat), Error> {
    caller.may(action)?;
    let (payment, contract) = rows::with_contract(connection, id, &caller.organisations())?.ok_or(Error::NotFound)?;
    let chains = stored_chains::remembered(connection, &caller.registers)?;
    let chain = approval_chains::of_payment(&chains, &contract, &payment);
    let seat = seat_for(caller, &payment, (&contract, &chain), action)?;
    Ok((payment, contract, seat))
}

/// Returns the seat in which the caller may act on a payment request: for a step of its chain, that of the role whose
/// step it is.
fn seat_for(
    caller: &Caller,
    payment: &PaymentRequest,
    (contract, chain): (&Contract, &PaymentChain),
    action: Action,
) -> Result<Seat, Error> {
    let seat = match chain.role_of(action, payment.state) {
        Some(role) => caller.seat_as(contract, action, role),
        None => caller.seat_on(contract, action),
    }?;
    match chain.next(payment.state) {
        // A person of the chain can return the request; only another step has it, perhaps since a moment ago.
        Some(next) if action == Action::ReturnPayment => {
            caller.seat_as(contract, next.action, next.role).map_err(|_| Error::forbidden("payment-return-elsewhere"))
        }
        _ => Ok(seat),
    }
}

/// Returns the step that a payment request of a visible contract waits for, if the caller may take it.
///
/// # Errors
/// `Duplicate` once the request is paid or returned; `Conflict` in another state of the contract; `Forbidden` by role or
/// party.
fn step_open_to(
    caller: &Caller,
    payment: &PaymentRequest,
    (contract, chain): (&Contract, &PaymentChain),
) -> Result<ApprovalStep, Error> {
    let next = chain.next(payment.state).ok_or_else(|| wrong_state(contract, payment))?;
    caller.seat_as(contract, next.action, next.role)?;
    in_state(contract, next.action)?;
    Ok(next)
}

/// Builds the refusal of a step that the payment request does not wait for, leading to the request.
fn wrong_state(contract: &Contract, payment: &PaymentRequest) -> Error {
    let message = Message::new("payment-wrong-state").with("state", payment.state);
    let milestone = Some(payment.milestone.clone());
    repeats::duplicate(contract, milestone, format!("payment-{}", payment.public_id), message, false)
}

/// Returns the milestone's standing as of the transaction's day.
fn milestone_standing(tx: &Tx<'_>, record: &ContractRecord, code: &str) -> Result<MilestoneStanding, Error> {
    let standing = record.standing(tx.context.today(), Trails::Off)?;
    standing.milestones.into_iter().find(|milestone| milestone.code.as_str() == code).ok_or(Error::NotFound)
}

/// Loads the milestone's open payment requests of a kind, oldest first.
fn open_requests(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    milestone: &str,
    kind: PaymentKind,
) -> Result<Vec<PaymentRequest>, Error> {
    let mut requests = rows::of_contract(connection, record.contract.id)?;
    requests.retain(|request| is_open_for(request, milestone, kind));
    Ok(requests)
}

/// Returns true for an open payment request of a kind for a milestone.
fn is_open_for(request: &PaymentRequest, milestone: &str, kind: PaymentKind) -> bool {
    request.milestone == milestone && request.kind == kind && approvals::is_open(request.state)
}

/// Sums the amounts of payment requests, in fen.
fn sum_of<'a>(requests: impl IntoIterator<Item = &'a PaymentRequest>) -> i64 {
    requests.into_iter().map(|request| request.amount_fen).fold(0, i64::saturating_add)
}

/// Returns the last day to pay a request on time: that of the milestone, or for late interest that of the request
/// itself. `None` while the milestone has no due day.
fn pay_day(record: &ContractRecord, standing: &Standing, payment: &PaymentRequest) -> Option<NaiveDate> {
    match payment.kind {
        PaymentKind::Principal => {
            let milestone = standing.milestones.iter().find(|milestone| milestone.code.as_str() == payment.milestone);
            milestone.and_then(|milestone| milestone.due_on)
        }
        PaymentKind::Interest => interest_pay_day(&record.days, record.terms_on(standing.as_of), payment),
    }
}

/// Returns the last day to pay a request for late interest on time, by the terms in force.
fn interest_pay_day(days: &WorkingDays, terms: &Terms, payment: &PaymentRequest) -> Option<NaiveDate> {
    let agreed = terms.milestones.iter().find(|agreed| agreed.code.as_str() == payment.milestone)?;
    Some(pay_by(&days.calendar, civil_day(payment.requested_at), agreed.payment_days))
}

/// Returns the people who are barred by these steps of a payment request from the one that it waits for in a state: all
/// who took a step or, for the consent to an earlier day, those who recorded the payment.
pub(in crate::services) fn barred_by(mut steps: Vec<StepRow>, state: PaymentState) -> Vec<Actor<i64>> {
    if state == PaymentState::Backdated {
        steps.retain(|step| step.action == PaymentStep::Backdate.as_str());
    } else {
        // Consent to a day does not bar the approver, and a person whose day was refused may record the payment again.
        let of_days = [PaymentStep::Backdate, PaymentStep::Allow, PaymentStep::Disallow].map(PaymentStep::as_str);
        steps.retain(|step| !of_days.contains(&step.action.as_str()));
    }
    steps.into_iter().map(|step| Actor { person: step.person_id.0, on_behalf_of: step.for_id }).collect()
}

/// Stores the next step of one of a contract's requests, and its new state also in `requests`.
fn record_step_among(
    tx: &mut Tx<'_>,
    requests: &mut [Requested],
    payment: PaymentId,
    (step, note): (PaymentStep, &str),
    to: PaymentState,
) -> Result<(), Error> {
    let taken = requests.iter_mut().find(|taken| taken.request.id == payment).ok_or(Error::NotFound)?;
    let row = StepRow {
        seq: taken.steps.last().map_or(0, |step| step.seq) + 1,
        action: step.as_str().to_owned(),
        person_id: tx.person()?,
        for_id: tx.context.on_behalf_of.map(|person| person.0),
        at: tx.context.now,
        note: note.to_owned(),
    };
    let values = (row.seq, step.as_str(), row.person_id, note);
    rows::record_step(tx.connection, tx.context, payment, values, to)?;
    taken.request.state = to;
    taken.steps.push(row);
    Ok(())
}

/// Stores a step and the state after it.
fn record_step(
    tx: &mut Tx<'_>,
    payment: PaymentId,
    step: PaymentStep,
    note: &str,
    to: PaymentState,
) -> Result<(), Error> {
    let last = rows::load_steps(tx.connection, payment)?.last().map_or(0, |step| step.seq);
    let by = tx.person()?;
    rows::record_step(tx.connection, tx.context, payment, (last + 1, step.as_str(), by, note), to)
}

/// Appends a step that is not a fact to the contract's audit log.
fn log_step(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    payment: &PaymentRequest,
    action: impl Into<EventAction>,
    reason: &str,
) -> Result<(), Error> {
    let mut body = serde_json::json!({
        "payment": payment.public_id,
        "milestone": payment.milestone,
        "amount": stored_money(payment.amount_fen)?,
        "reason": reason,
        (approved::ACCOUNT): approved::account_digest(payment),
    });
    // Left out for principal, so that events about principal have the same form in all versions.
    if let (Some(kind), Some(body)) = (payment.kind.stored(), body.as_object_mut()) {
        body.insert(approved::KIND.to_owned(), kind.into());
    }
    append_event(tx, &record.contract, action, body)
}
