//! Making a payment request for a milestone or for its late interest: the milestone must be satisfied, the contractor's
//! payee account approved, and the amount at most what is not yet paid, waived or requested.

use crate::app::App;
use crate::domain::codes::{PaymentKind, PaymentState};
use crate::domain::money::Money;
use crate::domain::numbers::Code;
use crate::domain::payments::PaymentStep;
use crate::domain::policy::Action;
use crate::domain::standing::Trails;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::repeats;
use crate::services::contracts::transitions::to_value;
use crate::services::contracts::{acts, append};
use crate::services::identity::caller::Caller;
use crate::services::payments::limit::Limit;
use crate::services::payments::{
    PaymentRequestInput, PaymentRequestSummary, log_step, milestone_standing, open_requests, record_step, sum_of,
};
use crate::storage::payments as rows;
use crate::storage::registry::organisations;
use crate::storage::write::Tx;

/// Requests payment of a milestone.
///
/// # Errors
/// `Forbidden`; `NotFound` for a contract or milestone that the caller may not see; `Conflict` in another state;
/// `Duplicate` for a repetition; `Refused` if the milestone is not satisfied, the contractor has no approved account,
/// or the amount is zero or exceeds what can be requested.
pub fn request_payment(
    app: &App,
    caller: &Caller,
    contract: &str,
    milestone: &str,
    input: &PaymentRequestInput,
) -> Result<PaymentRequestSummary, Error> {
    request(app, caller, (contract, milestone), (PaymentKind::Principal, Action::RequestPayment), input)
}

/// Requests payment of a milestone's late interest.
///
/// # Errors
/// `Forbidden`; `NotFound` for a contract or milestone that the caller may not see; `Conflict` in another state;
/// `Duplicate` for a repetition; `Refused` if the contractor has no approved account, or the amount is zero or exceeds
/// the interest that can be requested.
pub fn request_interest(
    app: &App,
    caller: &Caller,
    contract: &str,
    milestone: &str,
    input: &PaymentRequestInput,
) -> Result<PaymentRequestSummary, Error> {
    request(app, caller, (contract, milestone), (PaymentKind::Interest, Action::RequestInterest), input)
}

fn request(
    app: &App,
    caller: &Caller,
    (contract, milestone): (&str, &str),
    (kind, action): (PaymentKind, Action),
    input: &PaymentRequestInput,
) -> Result<PaymentRequestSummary, Error> {
    acts::write_contract(app, caller, contract, action, |tx, record, _| {
        let standing = milestone_standing(tx, record, milestone)?;
        if standing.satisfied_on.is_none() {
            return Err(not_satisfied(tx, record, milestone)?);
        }
        let account = payee_account(tx, record)?;
        let requests = open_requests(tx.connection, record, milestone, kind)?;
        let limit = Limit::of(record, &standing, kind, sum_of(&requests))?;
        let left = limit.left_fen();
        // A request for all that can be requested repeats an earlier one only if that left nothing.
        if !input.another && (input.amount.is_some() || left == 0) {
            repeats::refuse_repeated_payment(tx, &record.contract, &requests, input.amount.map(Money::fen))?;
        }
        if input.amount == Some(Money::ZERO) {
            return Err(Error::refused_at(limit.rule(), "amount", Message::new("malformed-positive-money")));
        }
        let amount = input.amount.map_or(left, Money::fen);
        if amount == 0 || amount > left {
            return Err(limit.exceeded());
        }
        let (id, at) = (tx.context.ids.uuid(), tx.context.now);
        let of = (milestone, kind);
        let key = rows::insert(tx.connection, &id, record.contract.id, of, amount, &account, at)?;
        record_step(tx, key, PaymentStep::Request, "", PaymentState::Requested)?;
        let payment = rows::one_of_contract(tx.connection, record.contract.id, &id)?.ok_or(Error::NotFound)?;
        log_step(tx, record, &payment, action, "")?;
        append::save_change(tx, record)?;
        PaymentRequestSummary::new(record, &payment, PaymentState::Requested)
    })
}

/// Builds the refusal that lists what the milestone still lacks: accepted deliverables, its earliest day, its score.
fn not_satisfied(tx: &Tx<'_>, record: &ContractRecord, code: &str) -> Result<Error, Error> {
    let today = tx.context.today();
    let milestone =
        record.terms_on(today).milestones.iter().find(|one| one.code.as_str() == code).ok_or(Error::NotFound)?;
    let deliverables = record.standing(today, Trails::Off)?.deliverables;
    let message = |key| Message::new(key).with("milestone", record.details_on(today).milestone(code));
    let is_accepted = |code: &Code| deliverables.iter().any(|one| one.code == *code && one.accepted.is_some());
    let missing = milestone.requires.iter().filter(|code| !is_accepted(code));
    let mut messages: Vec<Message> = missing
        .map(|code| {
            message("payment-needs-deliverable")
                .with("deliverable", record.details_on(today).deliverable(code.as_str()))
        })
        .collect();
    let too_early = milestone.not_before.filter(|day| *day > today);
    messages.extend(too_early.map(|day| message("payment-needs-day").with("day", day)));
    let is_scored = record.facts.scores.iter().any(|score| score.milestone == milestone.code);
    messages.extend((milestone.requires_score && !is_scored).then(|| message("payment-needs-score")));
    if messages.is_empty() {
        messages.push(message("payment-not-satisfied"));
    }
    let errors = messages.into_iter().map(|message| FieldError { path: String::new(), message });
    Ok(Error::Refused { rule: "milestone-satisfied".to_owned(), errors: errors.collect() })
}

/// Returns the contractor's approved account as JSON, in the form stored with the payment request.
fn payee_account(tx: &mut Tx<'_>, record: &ContractRecord) -> Result<String, Error> {
    let contractor = organisations::contractor(tx.connection, record.contract.contractor_id)?.ok_or(Error::NotFound)?;
    if contractor.account.number.is_empty() {
        return Err(Error::refused("payee-account", Message::new("payment-account-missing")));
    }
    Ok(to_value(&contractor.account)?.to_string())
}
