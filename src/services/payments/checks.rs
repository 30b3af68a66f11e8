//! The checks that the next approver reads on a payment request: the amount left, the budget committed, and every
//! condition that could stand in the way. The checks decide nothing: the step itself verifies them again in its own
//! transaction.

use crate::domain::money::Money;
use crate::domain::payments::{self as approvals, Actor, ApprovalStep};
use crate::domain::policy::Action;
use crate::domain::standing::{MilestoneStanding, Standing};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::invoices;
use crate::services::identity::caller::Caller;
use crate::services::payments::{earlier_actors, open_requests_fen, stored_money};
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains;
use crate::storage::payments::{self as rows, PaymentRequest};
use crate::storage::registry::{appropriations, organisations};

/// The figures and checks of a payment request.
#[derive(Debug)]
pub struct PaymentRequestChecks {
    /// Amount of the milestone that can still be requested once this request is paid.
    pub left: Money,
    /// Number of the budget document, and the amount of it committed to the contract.
    pub budget: Option<(String, Money)>,
    /// Right needed for the next step; `None` once the request is paid or returned.
    pub next: Option<Action>,
    /// The checks before the next step, in reading order.
    pub checks: Vec<Check>,
}

/// One condition of the next step. Its text is the message `payment-check-NAME`, or `payment-check-NAME-not` where it
/// fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Suffix of the message key.
    pub name: &'static str,
    /// True if the condition is met.
    pub holds: bool,
    /// True if the step is refused where the condition fails; otherwise the approver decides.
    pub is_needed: bool,
}

impl Check {
    fn needed(name: &'static str, holds: bool) -> Self {
        Self { name, holds, is_needed: true }
    }

    fn advised(name: &'static str, holds: bool) -> Self {
        Self { name, holds, is_needed: false }
    }
}

/// Checks a payment request of a contract against the contract's standing today; `None` if the contract has no payment
/// request with this identifier.
///
/// # Errors
/// Those of the database.
pub(crate) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, standing): (&ContractRecord, &Standing),
    id: &str,
) -> Result<Option<PaymentRequestChecks>, Error> {
    let contract = &record.contract;
    let Some(payment) = rows::by_public_id(connection, id)?.filter(|payment| payment.contract_id == contract.id) else {
        return Ok(None);
    };
    let milestone = standing.milestones.iter().find(|milestone| milestone.code.as_str() == payment.milestone);
    let milestone = milestone.ok_or(Error::NotFound)?;
    let others = open_requests_fen(connection, record, &payment.milestone, Some(payment.id))?;
    let left = approvals::remaining_fen(milestone.payable.fen(), milestone.paid.fen(), others);
    let committed = appropriations::committed_to(connection, contract.id, contract.appropriation_id)?;
    let budget = match contract.appropriation_id {
        Some(id) => appropriations::by_id(connection, id)?,
        None => None,
    };
    let invoiced = invoiced_fen(connection, record, &payment.milestone)?;
    let paid_in_all = standing.totals.paid.fen();
    let mut checks = vec![
        Check::advised("satisfied", milestone.satisfied_on.is_some()),
        Check::needed("within", payment.amount_fen <= left),
        Check::advised("invoice", invoiced >= fen_after_payment(milestone, &payment)),
        Check::advised("account", is_account_current(connection, record, &payment)?),
        Check::advised("budget", i128::from(committed) >= paid_in_all.saturating_add(payment.amount_fen.into())),
    ];
    let next = approvals::next_step(payment.state);
    if let Some(next) = next {
        checks.extend(separation_check(connection, caller, &contract.public_id, &payment, next)?);
    }
    Ok(Some(PaymentRequestChecks {
        left: stored_money(left.saturating_sub(payment.amount_fen).max(0))?,
        budget: budget.map(|found| Ok::<_, Error>((found.document_no, stored_money(committed)?))).transpose()?,
        next: next.map(|next| next.action),
        checks,
    }))
}

fn fen_after_payment(milestone: &MilestoneStanding, payment: &PaymentRequest) -> i64 {
    milestone.paid.fen().saturating_add(payment.amount_fen)
}

/// Returns the total of the milestone's invoices, in fen.
fn invoiced_fen(connection: &mut AnyConnection, record: &ContractRecord, milestone: &str) -> Result<i64, Error> {
    let events = hash_chains::events_of(connection, &format!("contract:{}", record.contract.public_id))?;
    let invoices = invoices::of_contract(record, &events)?;
    let of_milestone = invoices.iter().filter(|invoice| invoice.milestone == milestone);
    Ok(of_milestone.fold(0, |sum: i64, invoice| sum.saturating_add(invoice.amount_fen())))
}

/// True if the contractor's approved account is still the one stored with the payment request.
fn is_account_current(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    payment: &PaymentRequest,
) -> Result<bool, Error> {
    let contractor = organisations::contractor(connection, record.contract.contractor_id)?.ok_or(Error::NotFound)?;
    let current = serde_json::to_value(&contractor.account).ok();
    Ok(current == serde_json::from_str(&payment.account).ok())
}

/// Checks that the caller took no earlier step. `None` for a caller who may not take the next step.
fn separation_check(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &str,
    payment: &PaymentRequest,
    next: &ApprovalStep,
) -> Result<Option<Check>, Error> {
    let Ok((_, seat)) = caller.contract(connection, contract, next.action) else { return Ok(None) };
    let before = earlier_actors(connection, payment.id)?;
    let actor =
        Actor { person: caller.person.0, on_behalf_of: (seat.holder != caller.person).then_some(seat.holder.0) };
    Ok(Some(Check::needed("hands", approvals::may_follow(&before, &actor))))
}
