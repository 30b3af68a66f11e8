//! Approval chains as data: from a day on, the payment requests of a finance bureau pass other steps, or other roles
//! take them, and contracts pass steps of the purchaser before finance sees them (`contracts::sign_offs`). A finance
//! reviewer proposes a chain and an approver of the same bureau approves it (`settings`). In the same way an officer
//! and a leader of a purchaser agree on steps of its own for its contracts; they take none away from those of finance.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::approval_chains::{
    ChainAct, ChainFault, ChainStep, ChainSubject, MOST_COUNTERSIGNERS, PaymentChain, faults,
};
use crate::domain::codes::{Function, ProposalState, Role};
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::proposals::ProposedRegister;
use crate::domain::shape::date;
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::Caller;
use crate::services::payments::settings::{self, SettingRegister};
use crate::services::payments::stored_money;
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::Seat;
use crate::storage::payments::PaymentRequest;
use crate::storage::payments::approval_chains::{self as rows, ApprovalChains, ChainRow, NewApprovalChain};
use crate::storage::write::Tx;

/// The register.
const REGISTER: SettingRegister<ChainRow> = SettingRegister {
    register: ProposedRegister::ApprovalChains,
    list: Action::ListChains,
    propose: Action::ProposeChain,
    refuse: EventAction::ChainRefuse,
    seats: own_seats,
    find: rows::setting,
    page: rows::list,
    decide: rows::decide,
};

/// A step of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChainStepInput {
    pub step: ChainAct,
    /// Role that takes it; its organisation is the purchaser for officer, leader and accountant, and the finance bureau
    /// for reviewer, approver and cashier.
    pub role: Role,
    /// Smallest amount in yuan for which the step is taken; 0 by default, and always for `pay` and the first `approve`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub amount: Money,
    /// Number of people who take the step, one after the other; 1 by default, up to 5 for `countersign`.
    #[serde(default = "one")]
    pub people: u32,
}

const fn one() -> u32 {
    1
}

/// A chain to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChainInput {
    pub subject: ChainSubject,
    /// Steps in order, each act once; `approve` can come again for another role, which then approves as well. The newest
    /// chain of the organisation replaces those before it.
    pub steps: Vec<ChainStepInput>,
    /// First day of the payment requests or submissions that pass it; after the day of its approval.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
    /// Number of the document that sets the chain.
    pub document_no: String,
}

/// A chain of a finance bureau, or of a purchaser for its contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChainView {
    /// Public identifier.
    pub id: String,
    /// Name of the finance bureau or purchaser that has the chain.
    pub funder: String,
    pub subject: ChainSubject,
    /// Steps in order.
    pub steps: Vec<ChainStepInput>,
    /// First day of the payment requests or submissions that pass it.
    pub from_on: NaiveDate,
    /// Number of the document that sets the chain.
    pub document_no: String,
    /// State of the proposal; the chain applies once approved.
    pub state: ProposalState,
}

/// Returns the steps that a payment request passes, by the chain on the day of the request.
pub(in crate::services) fn of_payment(
    chains: &ApprovalChains,
    contract: &Contract,
    payment: &PaymentRequest,
) -> PaymentChain {
    PaymentChain::of(chains.of(contract.funder_id), payment.amount_fen, civil_day(payment.requested_at))
}

impl ContractRecord {
    /// Returns the steps that a payment request of the contract passes.
    pub fn payment_chain(&self, payment: &PaymentRequest) -> PaymentChain {
        of_payment(&self.chains, &self.contract, payment)
    }
}

/// Returns the caller's seats with the right to an action on chains: those of finance in a finance bureau, and any other
/// elsewhere.
fn own_seats(caller: &Caller, action: Action) -> Result<Vec<&Seat>, Error> {
    let mut seats = caller.may(action)?;
    seats.retain(|seat| seat.role.is_finance() == (seat.function == Function::Finance));
    if seats.is_empty() { Err(Error::forbidden("finance-bureau-only")) } else { Ok(seats) }
}

/// Returns the seat in which the caller proposes a chain of a subject: of finance if they have one.
fn proposing_seat(caller: &Caller, subject: ChainSubject) -> Result<Option<&Seat>, Error> {
    let seats = own_seats(caller, REGISTER.propose)?;
    let of_finance = seats.iter().find(|seat| seat.role.is_finance());
    let own = seats.first().filter(|_| subject == ChainSubject::Contract);
    Ok(of_finance.or(own).copied())
}

/// Returns the subjects of which the caller can propose a chain.
///
/// # Errors
/// `Forbidden`.
pub fn subjects(caller: &Caller) -> Result<Vec<ChainSubject>, Error> {
    let is_open = |subject| Ok(proposing_seat(caller, subject)?.is_some().then_some(subject));
    Ok(ChainSubject::ALL
        .iter()
        .copied()
        .map(is_open)
        .collect::<Result<Vec<_>, Error>>()?
        .into_iter()
        .flatten()
        .collect())
}

/// Lists the chains of the caller's finance bureaus and purchasers.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<ChainView>, Error> {
    settings::list(app, caller, (&REGISTER, page), |setting, chain, funder| {
        let step = |step: ChainStep| {
            Ok(ChainStepInput {
                step: step.act,
                role: step.role,
                amount: stored_money(step.amount_fen)?,
                people: step.people,
            })
        };
        Ok(ChainView {
            steps: chain.steps()?.into_iter().map(step).collect::<Result<_, Error>>()?,
            id: setting.public_id,
            funder,
            subject: chain.subject,
            from_on: setting.from_on,
            document_no: chain.document_no,
            state: setting.state,
        })
    })
}

/// Proposes a chain of the caller's finance bureau, or of their purchaser for its contracts.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, steps that make no chain, a chain on payments of a purchaser, or a day
/// that has come; `Duplicate` while the same chain waits for its approval.
pub fn propose(app: &App, caller: &Caller, input: &ChainInput) -> Result<ProposalSummary, Error> {
    let seat = proposing_seat(caller, input.subject)?;
    let input = &ChainInput { document_no: identifier(&input.document_no), ..input.clone() };
    check(input)?;
    let finance_alone = || Error::refused_at("register", "subject", Message::new("chain-of-purchaser"));
    let seat = seat.ok_or_else(finance_alone)?;
    let steps = serde_json::to_string(&steps_of(input)).map_err(|error| Error::Internal(error.to_string()))?;
    settings::propose(app, (caller, seat), &REGISTER, (input, input.from_on), |tx, funder, public_id| {
        let new = NewApprovalChain {
            public_id,
            funder,
            subject: input.subject,
            steps: &steps,
            from_on: input.from_on,
            document_no: input.document_no.trim(),
        };
        refuse_repeated(tx, &new)?;
        rows::insert(tx.connection, tx.context, &new, tx.person()?)
    })
}

/// Refuses a chain while the same one waits for its approval: the form was sent again.
fn refuse_repeated(tx: &mut Tx<'_>, new: &NewApprovalChain<'_>) -> Result<(), Error> {
    let is_same = |chain: &ChainRow| {
        (chain.subject, chain.steps.as_str(), chain.from_on) == (new.subject, new.steps, new.from_on)
            && key(&chain.document_no) == key(new.document_no)
    };
    match rows::waiting(tx.connection, new.funder)?.into_iter().find(is_same) {
        Some(first) => {
            let address = proposals::address(REGISTER.register.as_str(), &first.public_id);
            Err(proposals::repeated(address, Message::new("proposal-waiting")))
        }
        None => Ok(()),
    }
}

fn steps_of(input: &ChainInput) -> Vec<ChainStep> {
    let step = |step: &ChainStepInput| ChainStep {
        act: step.step,
        role: step.role,
        amount_fen: step.amount.fen(),
        people: step.people,
    };
    input.steps.iter().map(step).collect()
}

/// Checks the form of a chain's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &ChainInput) -> Result<(), Error> {
    let mut found = Faults::new("register");
    for (place, fault) in faults(input.subject, &steps_of(input)) {
        let at = |field: &str| format!("steps[{place}].{field}");
        match fault {
            ChainFault::Subject => found.add(at("step"), Message::new("chain-subject")),
            ChainFault::People => {
                found.add(at("people"), Message::new("chain-people").with("most", MOST_COUNTERSIGNERS))
            }
            ChainFault::Order => found.add(at("step"), Message::new("chain-order")),
            ChainFault::Role => found.add(at("role"), Message::new("chain-role")),
            ChainFault::Amount => found.add(at("amount"), Message::new("chain-amount")),
            ChainFault::Lacking(act) => found.add("steps", Message::new("chain-lacks").with("step", act)),
        }
    }
    found.line("document_no", &input.document_no);
    found.finish()
}

/// Approves or refuses a chain of one of the caller's organisations. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound` for a chain of another organisation; `Duplicate` if already decided; `Refused` once its day has
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
