//! Rules on approvals as data: from a day on, a number of people approve the payment requests of a finance bureau that
//! reach an amount. A finance reviewer proposes a rule, and it takes effect once an approver of the same bureau has
//! approved it and its day has come, so that no request that was made before is approved by another rule.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::ProposalState;
use crate::domain::money::Money;
use crate::domain::payments::{MOST_APPROVERS, approvers_needed};
use crate::domain::policy::Action;
use crate::domain::proposals::ProposedRegister;
use crate::domain::shape::date;
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::Caller;
use crate::services::payments::settings::{self, SettingRegister};
use crate::services::payments::stored_money;
use crate::services::registry::appropriation_authority::finance_seats;
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::payments::PaymentRequest;
use crate::storage::payments::rules::{self as rows, NewRule, RuleRow};
use crate::storage::write::Tx;

/// The register.
const REGISTER: SettingRegister<RuleRow> = SettingRegister {
    register: ProposedRegister::ApprovalRules,
    list: Action::ListApprovalRules,
    propose: Action::ProposeApprovalRule,
    refuse: EventAction::ApprovalRuleRefuse,
    seats: finance_seats,
    find: rows::setting,
    page: rows::list,
    decide: rows::decide,
};

/// A rule to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRuleInput {
    /// Smallest amount to which it applies, in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Number of people who approve such an amount, 1 to 3. The newest rule replaces those before it.
    pub approvers: u32,
    /// First day of the payment requests to which it applies; after the day of its approval.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
    /// Number of the document that sets the rule.
    pub document_no: String,
}

/// A rule on approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApprovalRuleView {
    /// Public identifier.
    pub id: String,
    /// Name of the finance bureau whose payments it is about.
    pub funder: String,
    /// Smallest amount to which it applies, in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Number of people who approve such an amount.
    pub approvers: i64,
    /// First day of the payment requests to which it applies.
    pub from_on: NaiveDate,
    /// Number of the document that sets the rule.
    pub document_no: String,
    /// State of the proposal; the rule applies once approved.
    pub state: ProposalState,
}

/// Returns the number of people who approve a payment request, by the rules on the day of the request; at least one of
/// each role that approves by its chain.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn needed(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    payment: &PaymentRequest,
) -> Result<usize, Error> {
    let rules = rows::remembered(connection, &record.registers, record.contract.funder_id)?;
    let by_rules = approvers_needed(&rules, payment.amount_fen, civil_day(payment.requested_at));
    Ok(by_rules.max(record.payment_chain(payment).approvals()))
}

/// Lists the rules of the caller's finance bureaus.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<ApprovalRuleView>, Error> {
    settings::list(app, caller, (&REGISTER, page), |setting, rule, funder| {
        Ok(ApprovalRuleView {
            id: setting.public_id,
            funder,
            amount: stored_money(rule.amount_fen)?,
            approvers: rule.approvers,
            from_on: setting.from_on,
            document_no: rule.document_no,
            state: setting.state,
        })
    })
}

/// Proposes a rule for the payments of the caller's finance bureau.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, or a day that has come; `Duplicate` while the same rule waits for its
/// approval or is the newest for its amount.
pub fn propose(app: &App, caller: &Caller, input: &ApprovalRuleInput) -> Result<ProposalSummary, Error> {
    let seats = finance_seats(caller, REGISTER.propose)?;
    let seat = seats.first().copied().ok_or(Error::NotFound)?;
    let input = &ApprovalRuleInput { document_no: identifier(&input.document_no), ..input.clone() };
    check(input)?;
    settings::propose(app, (caller, seat), &REGISTER, (input, input.from_on), |tx, funder, public_id| {
        let new = NewRule {
            public_id,
            funder,
            amount_fen: input.amount.fen(),
            approvers: input.approvers.into(),
            from_on: input.from_on,
            document_no: input.document_no.trim(),
        };
        refuse_repeated(tx, &new)?;
        rows::insert(tx.connection, tx.context, &new, tx.person()?)
    })
}

/// Refuses a rule while the same one waits for its approval, or is in force as the newest for its amount: the form was
/// sent again.
fn refuse_repeated(tx: &mut Tx<'_>, new: &NewRule<'_>) -> Result<(), Error> {
    let known = rows::of_amount(tx.connection, new.funder, new.amount_fen)?;
    let is_same = |rule: &&RuleRow| {
        rule.approvers == new.approvers && rule.from_on == new.from_on && key(&rule.document_no) == key(new.document_no)
    };
    let in_force = known.iter().rev().find(|rule| rule.state == ProposalState::Approved).filter(is_same);
    let waiting = known.iter().filter(|rule| rule.state == ProposalState::Proposed).find(is_same);
    let (first, message) = match (waiting, in_force) {
        (Some(waiting), _) => (waiting, "proposal-waiting"),
        (None, Some(in_force)) => (in_force, "approval-rule-known"),
        (None, None) => return Ok(()),
    };
    Err(proposals::repeated(proposals::address(REGISTER.register.as_str(), &first.public_id), Message::new(message)))
}

/// Checks the form of a rule's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &ApprovalRuleInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if input.amount == Money::ZERO {
        faults.add("amount", Message::new("malformed-positive-money"));
    }
    if input.approvers == 0 || input.approvers > MOST_APPROVERS {
        faults.add("approvers", Message::new("approval-rule-approvers").with("most", MOST_APPROVERS));
    }
    faults.line("document_no", &input.document_no);
    faults.finish()
}

/// Approves or refuses a rule of the caller's finance bureau. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound` for a rule of another bureau; `Duplicate` if already decided; `Refused` once its day has
/// come.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    settings::decide(app, caller, &REGISTER, (id, name), input)
}
