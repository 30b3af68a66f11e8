//! The checks that the next approver reads on a payment request: the amount left, the committed budget, and every
//! condition that could prevent the step. They decide nothing: the step verifies the conditions again in its own
//! transaction.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};

use crate::clock::civil_day;
use crate::domain::codes::{PaymentKind, PaymentState};
use crate::domain::money::Money;
use crate::domain::payments::{self as approvals, Actor, ApprovalStep, PaymentStep};
use crate::domain::standing::{MilestoneStanding, Standing};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::files::FileSummary;
use crate::services::deliverables::invoice_rules::{self, Elsewhere, MilestoneInvoices};
use crate::services::identity::caller::Caller;
use crate::services::ledger;
use crate::services::ledger::yearly_shares;
use crate::services::payments::limit::Limit;
use crate::services::payments::rules;
use crate::services::payments::{barred_by, is_open_for, stored_money, sum_of};
use crate::storage::AnyConnection;
use crate::storage::ids::{ContractId, OrganisationId, PaymentId};
use crate::storage::ledger::{self as balances, BalanceRow};
use crate::storage::payments::{self as rows, PaymentRequest, StepRow};
use crate::storage::registry::organisations::{self, Contractor};
use crate::storage::registry::{appropriations, payee_accounts};

/// Time for which a changed account is pointed out.
const LATELY: TimeDelta = TimeDelta::days(30);

/// The figures and checks of a payment request.
#[derive(Debug)]
pub struct PaymentRequestChecks {
    /// Amount of the milestone, or of its interest, that can still be requested once this request is paid.
    pub left: Money,
    /// Number of the budget document, and the amount that the contract uses of the appropriation.
    pub budget: Option<(String, Money)>,
    /// Next step; `None` once the request is paid or returned.
    pub next: Option<ApprovalStep>,
    /// True if the caller has the role whose turn it is.
    pub is_own_turn: bool,
    /// The payment request.
    pub request: PaymentRequest,
    /// The checks before the next step, in reading order.
    pub checks: Vec<Check>,
    /// First day on which the payment can be dated; `None` unless the cashier is to record it.
    pub first_day: Option<NaiveDate>,
}

/// One condition of the next step. Its text is the message `payment-check-NAME`, or `payment-check-NAME-not` if the
/// condition is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Suffix of the message key.
    pub name: &'static str,
    /// True if the condition is met.
    pub holds: bool,
    /// True if the step is refused unless the condition is met; otherwise the approver decides.
    pub is_needed: bool,
    /// Values of the message.
    pub values: Vec<(&'static str, String)>,
    /// Amounts of the message, in yuan.
    pub amounts: Vec<(&'static str, Money)>,
    /// Identifier and number of each contract that the approver should look at.
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

    /// Builds the check that nothing about an invoice needs attention, which fails; `None` if nothing does.
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
    let source = CheckSource::load(connection, caller, &[(record, &payment)])?;
    let left = source.left_fen((record, standing), &payment)?;
    let share = yearly_shares::bearer_of(connection, record, (&payment.milestone, caller.today()))?;
    let budget = match share.or(contract.appropriation_id) {
        Some(id) => appropriations::by_id(connection, id)?,
        None => None,
    };
    let next = record.payment_chain(&payment).next(payment.state);
    Ok(Some(PaymentRequestChecks {
        is_own_turn: next.is_some_and(|next| caller.seat_as(contract, next.action, next.role).is_ok()),
        left: stored_money(left.saturating_sub(payment.amount_fen).max(0))?,
        budget: budget
            .map(|found| {
                let used = ledger::used_with(&source.balances, contract, found.id);
                Ok::<_, Error>((found.document_no, stored_money(used)?))
            })
            .transpose()?,
        next,
        checks: source.checks(caller, (record, standing), &payment)?,
        first_day: source.first_day(standing_of(standing, &payment)?, &payment),
        request: payment,
    }))
}

/// The rows that the checks of payment requests read, besides the records of their contracts.
pub(super) struct CheckSource {
    /// All payment requests of the contracts.
    requests: Vec<PaymentRequest>,
    /// Steps taken on the payment requests to be checked.
    steps: Vec<(PaymentId, StepRow)>,
    /// Number of people who approve each payment request.
    needed: Vec<(PaymentId, usize)>,
    /// Balances of the contracts in the ledger.
    balances: Vec<BalanceRow>,
    contractors: Vec<Contractor>,
    /// Days on which accounts of the contractors were approved lately, the newest first.
    changed_on: Vec<(OrganisationId, NaiveDate)>,
    /// Invoices of the milestone of each payment request of principal.
    invoices: Vec<(PaymentId, MilestoneInvoices)>,
}

impl CheckSource {
    /// Loads the rows for the checks of these payment requests. The number of queries does not depend on their number.
    ///
    /// # Errors
    /// Database errors.
    pub(super) fn load(
        connection: &mut AnyConnection,
        caller: &Caller,
        asked: &[(&ContractRecord, &PaymentRequest)],
    ) -> Result<Self, Error> {
        let contracts: BTreeSet<ContractId> = asked.iter().map(|(record, _)| record.contract.id).collect();
        let contracts: Vec<ContractId> = contracts.into_iter().collect();
        let sellers: BTreeSet<OrganisationId> = asked.iter().map(|(record, _)| record.contract.contractor_id).collect();
        let sellers: Vec<OrganisationId> = sellers.into_iter().collect();
        let keys: Vec<PaymentId> = asked.iter().map(|(_, payment)| payment.id).collect();
        // Interest needs no invoice.
        let invoiced = asked.iter().filter(|(_, payment)| payment.kind == PaymentKind::Principal);
        let (of, milestones): (Vec<PaymentId>, Vec<(&ContractRecord, &str)>) =
            invoiced.map(|&(record, payment)| (payment.id, (record, payment.milestone.as_str()))).unzip();
        let needed =
            asked.iter().map(|(record, payment)| Ok((payment.id, rules::needed(connection, record, payment)?)));
        let needed = needed.collect::<Result<Vec<_>, Error>>()?;
        Ok(Self {
            needed,
            requests: rows::of_contracts(connection, &contracts)?,
            steps: rows::load_steps_for(connection, &keys)?,
            balances: balances::of_contracts(connection, &contracts)?,
            contractors: organisations::contractors_by_ids(connection, &sellers)?,
            changed_on: changed_lately(connection, caller, &sellers)?,
            invoices: of.into_iter().zip(invoice_rules::review(connection, caller, &milestones)?).collect(),
        })
    }

    /// Returns the sum of the other open requests of the same kind for the milestone, in fen.
    fn others_fen(&self, record: &ContractRecord, payment: &PaymentRequest) -> i64 {
        sum_of(self.requests.iter().filter(|other| {
            other.contract_id == record.contract.id
                && other.id != payment.id
                && is_open_for(other, &payment.milestone, payment.kind)
        }))
    }

    /// Returns the rest of the request's limit, in fen.
    fn left_fen(
        &self,
        (record, standing): (&ContractRecord, &Standing),
        payment: &PaymentRequest,
    ) -> Result<i64, Error> {
        let milestone = standing_of(standing, payment)?;
        Ok(Limit::of(record, milestone, payment.kind, self.others_fen(record, payment))?.left_fen())
    }

    /// Checks a payment request against the contract's standing today.
    ///
    /// # Errors
    /// `Internal` for a stored row that cannot be read.
    pub(super) fn checks(
        &self,
        caller: &Caller,
        (record, standing): (&ContractRecord, &Standing),
        payment: &PaymentRequest,
    ) -> Result<Vec<Check>, Error> {
        let milestone = standing_of(standing, payment)?;
        let is_within = payment.amount_fen <= self.left_fen((record, standing), payment)?;
        let contractor = record.contract.contractor_id;
        let next = record.payment_chain(payment).next(payment.state);
        let holds = is_account_current(self.contractors.iter().find(|one| one.organisation_id == contractor), payment);
        let account = Check {
            is_needed: next.is_some_and(|next| needs_current_account(next.kind)),
            ..Check::needed("account", holds)
        };
        let changed = self.changed_on.iter().find(|(of, _)| *of == contractor);
        let changed = changed.map(|(_, on)| Check::advised("account-changed", false).with("on", on));
        let mut checks = match payment.kind {
            PaymentKind::Principal => {
                // The limit must cover what is paid, this request and the other open ones.
                let to_cover = milestone.paid.fen().saturating_add(self.others_fen(record, payment));
                let (invoice, questions) = self.invoice_checks(payment, to_cover.saturating_add(payment.amount_fen))?;
                let used_fen = i128::from(ledger::used_of(&self.balances, &record.contract));
                let paid_in_all = standing.totals.paid.fen().saturating_add(payment.amount_fen.into());
                let mut checks = vec![
                    Check::advised("satisfied", milestone.satisfied_on.is_some()),
                    Check::needed("within", is_within),
                    invoice,
                    account,
                    Check::advised("budget", used_fen >= paid_in_all),
                ];
                checks.extend(questions);
                checks
            }
            // Interest needs no invoice, and is not paid from the contract's budget.
            PaymentKind::Interest => vec![Check::needed("interest", is_within), account],
        };
        checks.extend(changed);
        if next.is_some_and(|next| next.kind == PaymentStep::Approve) {
            checks.extend(self.approval_check(payment));
        }
        let first = self.first_day(milestone, payment);
        checks.extend(first.map(|first| Check::needed("day", first <= caller.today()).with("first", first)));
        checks.extend(next.and_then(|next| self.separation_check(caller, record, payment, &next)));
        Ok(checks)
    }

    /// Returns the first day on which a payment can be dated: not before its approval, and after the day on which its
    /// milestone was satisfied. `None` unless the cashier is to record it, and for interest.
    fn first_day(&self, milestone: &MilestoneStanding, payment: &PaymentRequest) -> Option<NaiveDate> {
        let is_next = payment.state == PaymentState::Approved;
        let satisfied_on = milestone.satisfied_on.filter(|_| is_next && payment.kind == PaymentKind::Principal)?;
        let own = self.steps.iter().filter(|(of, _)| *of == payment.id).map(|(_, step)| step);
        satisfied_on.succ_opt().max(approved_on(own))
    }

    /// Returns the check that states the next of several approvals; `None` if one approval is enough.
    fn approval_check(&self, payment: &PaymentRequest) -> Option<Check> {
        let needed = self.needed.iter().find(|(of, _)| *of == payment.id).map_or(1, |(_, needed)| *needed);
        let own = self.steps.iter().filter(|(of, _)| *of == payment.id);
        let approved = own.filter(|(_, step)| step.action == PaymentStep::Approve.as_str()).count();
        let check =
            || Check::advised("approvals", true).with("next", approved.saturating_add(1)).with("needed", needed);
        (needed > 1).then(check)
    }

    /// Checks that the milestone's invoices cover an amount in fen; also returns the checks of what needs attention.
    fn invoice_checks(&self, payment: &PaymentRequest, to_cover_fen: i64) -> Result<(Check, Vec<Check>), Error> {
        let invoices = self.invoices.iter().find(|(of, _)| *of == payment.id);
        let (_, invoices) = invoices.ok_or_else(|| Error::Internal("invoices were not loaded".to_owned()))?;
        let amounts =
            vec![("invoiced", stored_money(invoices.valid_fen.max(0))?), ("asked", stored_money(to_cover_fen)?)];
        let covers = Check { amounts, ..Check::advised("invoice", invoices.valid_fen >= to_cover_fen) };
        let questions =
            [Check::question("number", &invoices.same_numbers), Check::question("file", &invoices.same_files)];
        Ok((covers, questions.into_iter().flatten().collect()))
    }

    /// Returns the files of the invoices of a payment request's milestone; none for interest.
    pub(super) fn invoice_files(&self, payment: &PaymentRequest) -> Vec<FileSummary> {
        let invoices = self.invoices.iter().find(|(of, _)| *of == payment.id);
        invoices.map(|(_, invoices)| invoices.files.clone()).unwrap_or_default()
    }

    /// Checks that the caller took no earlier step. `None` for a caller who may not take the next step.
    fn separation_check(
        &self,
        caller: &Caller,
        record: &ContractRecord,
        payment: &PaymentRequest,
        next: &ApprovalStep,
    ) -> Option<Check> {
        let seat = caller.seat_as(&record.contract, next.action, next.role).ok()?;
        let taken = self.steps.iter().filter(|(of, _)| *of == payment.id).map(|(_, step)| step.clone());
        let before = barred_by(taken.collect(), payment.state);
        let actor =
            Actor { person: caller.person.0, on_behalf_of: (seat.holder != caller.person).then_some(seat.holder.0) };
        Some(Check::needed("hands", approvals::may_follow(&before, &actor)))
    }
}

/// Returns whether the contractor's approved account is still the one stored with the payment request.
pub(super) fn is_account_current(contractor: Option<&Contractor>, payment: &PaymentRequest) -> bool {
    let current = contractor.and_then(|contractor| serde_json::to_value(&contractor.account).ok());
    current.is_some() && current == serde_json::from_str(&payment.account).ok()
}

/// Returns whether a step is refused once the account has changed. What the bank has paid is recorded in any case.
pub(super) const fn needs_current_account(step: PaymentStep) -> bool {
    matches!(step, PaymentStep::Confirm | PaymentStep::Review | PaymentStep::Approve)
}

/// Lists the days on which accounts of contractors were approved within [`LATELY`], the newest first.
fn changed_lately(
    connection: &mut AnyConnection,
    caller: &Caller,
    contractors: &[OrganisationId],
) -> Result<Vec<(OrganisationId, NaiveDate)>, Error> {
    let found = payee_accounts::approved_after(connection, contractors, caller.now - LATELY)?;
    Ok(found.into_iter().filter_map(|(of, at)| Some((of, civil_day(at?)))).collect())
}

/// Returns the day of the last approval among the steps of a payment request, before which it cannot be paid.
pub(super) fn approved_on<'a>(mut steps: impl DoubleEndedIterator<Item = &'a StepRow>) -> Option<NaiveDate> {
    steps.rfind(|step| step.action == PaymentStep::Approve.as_str()).map(|step| civil_day(step.at))
}

/// Returns the standing of a payment request's milestone.
fn standing_of<'a>(standing: &'a Standing, payment: &PaymentRequest) -> Result<&'a MilestoneStanding, Error> {
    let milestone = standing.milestones.iter().find(|milestone| milestone.code.as_str() == payment.milestone);
    milestone.ok_or(Error::NotFound)
}
