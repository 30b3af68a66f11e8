//! The checks that the next approver reads on a payment request: the amount left, the budget committed, and every
//! condition that could stand in the way. The checks decide nothing: the step itself verifies them again in its own
//! transaction.

use std::collections::BTreeSet;

use crate::domain::codes::PaymentKind;
use crate::domain::money::Money;
use crate::domain::payments::{self as approvals, Actor, ApprovalStep};
use crate::domain::policy::Action;
use crate::domain::standing::{MilestoneStanding, Standing};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::invoice_rules::{self, Elsewhere};
use crate::services::identity::caller::Caller;
use crate::services::payments::limit::Limit;
use crate::services::payments::{earlier_actors, open_requests, stored_money, sum_of};
use crate::storage::AnyConnection;
use crate::storage::payments::{self as rows, PaymentRequest};
use crate::storage::registry::{appropriations, organisations};

/// The figures and checks of a payment request.
#[derive(Debug)]
pub struct PaymentRequestChecks {
    /// Amount of the milestone, or of its interest, that can still be requested once this request is paid.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Suffix of the message key.
    pub name: &'static str,
    /// True if the condition is met.
    pub holds: bool,
    /// True if the step is refused where the condition fails; otherwise the approver decides.
    pub is_needed: bool,
    /// Values of the message.
    pub values: Vec<(&'static str, String)>,
    /// Amounts of the message, in yuan.
    pub amounts: Vec<(&'static str, Money)>,
    /// Identifier and number of each contract to look at.
    pub contracts: Vec<(String, String)>,
}

impl Check {
    fn needed(name: &'static str, holds: bool) -> Self {
        Self { name, holds, is_needed: true, values: Vec::new(), amounts: Vec::new(), contracts: Vec::new() }
    }

    fn advised(name: &'static str, holds: bool) -> Self {
        Self { is_needed: false, ..Self::needed(name, holds) }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Builds the check that nothing raises a question about an invoice; `None` where nothing does.
    fn question(name: &'static str, found: &[Elsewhere]) -> Option<Self> {
        let first = found.first()?;
        let contracts: BTreeSet<(String, String)> = found.iter().filter_map(|one| one.contract.clone()).collect();
        let hidden = if found.iter().any(|one| one.contract.is_none()) { "some" } else { "none" };
        let check = Self::advised(name, false).with("number", &first.number).with("hidden", hidden);
        Some(Self { contracts: contracts.into_iter().collect(), ..check })
    }
}

/// Checks a payment request of a contract against the contract's standing today; `None` if the contract has no payment
/// request with this identifier.
///
/// # Errors
/// Database errors.
pub(crate) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, standing): (&ContractRecord, &Standing),
    id: &str,
) -> Result<Option<PaymentRequestChecks>, Error> {
    let contract = &record.contract;
    let Some(payment) = rows::one_of_contract(connection, contract.id, id)? else { return Ok(None) };
    let milestone = standing.milestones.iter().find(|milestone| milestone.code.as_str() == payment.milestone);
    let milestone = milestone.ok_or(Error::NotFound)?;
    let open = open_requests(connection, record, &payment.milestone, payment.kind)?;
    let others = sum_of(open.iter().filter(|other| other.id != payment.id));
    let left = Limit::of(record, milestone, payment.kind, others)?.left_fen();
    let committed = appropriations::committed_to(connection, contract.id, contract.appropriation_id)?;
    let budget = match contract.appropriation_id {
        Some(id) => appropriations::by_id(connection, id)?,
        None => None,
    };
    let is_current = is_account_current(connection, record, &payment)?;
    let mut checks = match payment.kind {
        PaymentKind::Principal => {
            // What is paid, this request and the others that are open must all be covered.
            let to_cover = milestone.paid.fen().saturating_add(others).saturating_add(payment.amount_fen);
            let paid_in_all = standing.totals.paid.fen();
            let is_budgeted = i128::from(committed) >= paid_in_all.saturating_add(payment.amount_fen.into());
            let mut checks = vec![
                Check::advised("satisfied", milestone.satisfied_on.is_some()),
                Check::needed("within", payment.amount_fen <= left),
            ];
            let (invoice, questions) = invoice_checks(connection, caller, (record, milestone), to_cover)?;
            checks.extend([invoice, Check::advised("account", is_current), Check::advised("budget", is_budgeted)]);
            checks.extend(questions);
            checks
        }
        // Interest needs no invoice, and the contract's budget is not meant for it.
        PaymentKind::Interest => {
            vec![Check::needed("interest", payment.amount_fen <= left), Check::advised("account", is_current)]
        }
    };
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

/// Checks that the milestone's invoices cover an amount in fen, and returns the questions that they raise.
fn invoice_checks(
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, milestone): (&ContractRecord, &MilestoneStanding),
    to_cover_fen: i64,
) -> Result<(Check, Vec<Check>), Error> {
    let invoices = invoice_rules::review(connection, caller, record, milestone.code.as_str())?;
    let amounts = vec![("invoiced", stored_money(invoices.valid_fen.max(0))?), ("asked", stored_money(to_cover_fen)?)];
    let covers = Check { amounts, ..Check::advised("invoice", invoices.valid_fen >= to_cover_fen) };
    let questions = [Check::question("number", &invoices.same_numbers), Check::question("file", &invoices.same_files)];
    Ok((covers, questions.into_iter().flatten().collect()))
}

/// Returns whether the contractor's approved account is still the one stored with the payment request.
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
    let before = earlier_actors(connection, payment.id, next)?;
    let actor =
        Actor { person: caller.person.0, on_behalf_of: (seat.holder != caller.person).then_some(seat.holder.0) };
    Ok(Some(Check::needed("hands", approvals::may_follow(&before, &actor))))
}
