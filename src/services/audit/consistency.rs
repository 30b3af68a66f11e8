//! What a contract's own row, its versions of terms, its payments and its money must be, told by its events, terms and
//! steps: the part of `check` that follows no chain. It writes nothing.

use crate::domain::codes::{ContractState, PaymentState};
use crate::domain::payments::{CHAIN, PaymentStep};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::record::Ledger;
use crate::storage::audit::hash_chains::{digest, events_of};
use crate::storage::contracts::{self, Contract, TermsRow, projections};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::registry::appropriations;
use crate::storage::{AnyConnection, payments};

/// Where an action that is an event leaves the contract.
const LEADS_TO: &[(Action, ContractState)] = &[
    (Action::SubmitContract, ContractState::Submitted),
    (Action::FundContract, ContractState::Funded),
    (Action::ReturnSubmitted, ContractState::Draft),
    (Action::ReturnFunded, ContractState::Draft),
    (Action::WithdrawContract, ContractState::Withdrawn),
    (Action::ActivateContract, ContractState::Active),
    (Action::CompleteContract, ContractState::Completed),
    (Action::ConsentToTermination, ContractState::Terminated),
    (Action::CloseContract, ContractState::Closed),
];

/// Which versions of the terms are not there, or not as they were agreed.
///
/// # Errors
/// The database's.
pub fn broken_terms(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<String>, Error> {
    let mut broken: Vec<String> = Vec::new();
    let versions = contracts::all_terms(connection, contract.id)?;
    broken.extend(own_hashes(&versions).map(|version| format!("the hash of the terms, version {version}")));
    if !versions.iter().map(|row| row.version).eq(1..=contract.terms_version) {
        broken.push("the versions of the terms".to_owned());
    }
    let others = other_versions(connection, contract, &versions)?;
    broken.extend(
        others.into_iter().map(|version| format!("the terms, version {version}, are not those that were recorded")),
    );
    Ok(broken)
}

/// The versions of the terms that are not there, or not as they were agreed and recorded; each once.
///
/// # Errors
/// The database's.
pub fn broken_versions(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<i64>, Error> {
    let versions = contracts::all_terms(connection, contract.id)?;
    let mut broken: Vec<i64> = own_hashes(&versions).collect();
    broken.extend((1..=contract.terms_version).filter(|version| !versions.iter().any(|row| row.version == *version)));
    broken.extend(versions.iter().map(|row| row.version).filter(|version| *version > contract.terms_version));
    broken.extend(other_versions(connection, contract, &versions)?);
    broken.sort_unstable();
    broken.dedup();
    Ok(broken)
}

/// The versions whose hash is not that of what stands there.
fn own_hashes(versions: &[TermsRow]) -> impl Iterator<Item = i64> {
    versions.iter().filter(|row| row.hash != digest(&[&row.terms, &row.details])).map(|row| row.version)
}

/// The versions that are not those that the contract's events recorded.
fn other_versions(
    connection: &mut AnyConnection,
    contract: &Contract,
    versions: &[TermsRow],
) -> Result<Vec<i64>, Error> {
    let recorded = recorded_terms(connection, contract)?;
    let differs =
        |(event, version): &(&String, i64)| versions.iter().any(|row| row.version == *version && row.hash != **event);
    Ok(recorded.iter().zip(1..).filter(differs).map(|(_, version)| version).collect())
}

/// The hashes of the versions of the terms, as the contract's events name them.
fn recorded_terms(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<String>, Error> {
    let events = events_of(connection, &format!("contract:{}", contract.public_id))?;
    let bodies = events.iter().filter_map(|event| serde_json::from_str::<serde_json::Value>(&event.body).ok());
    Ok(bodies.filter_map(|body| body["terms"].as_str().map(str::to_owned)).collect())
}

/// What of the contract's row, its payments and its commitments is not as it follows.
///
/// # Errors
/// The database's.
pub fn differences(connection: &mut AnyConnection, ledger: &Ledger) -> Result<Vec<String>, Error> {
    let contract = &ledger.contract;
    let mut differences = Vec::new();
    let state = state_by_events(connection, ledger)?;
    if state != contract.state {
        differences.push(format!("the state: {} instead of {state}", contract.state));
    }
    let terms = &ledger.terms;
    let row = (contract.amount_fen, contract.starts_on, contract.ends_on);
    if row != (terms.amount.fen(), terms.starts_on, terms.ends_on) {
        differences.push("the amount or the days of the contract's row".to_owned());
    }
    let committed = appropriations::committed_to(connection, contract.id, contract.appropriation_id)?;
    let needed = if is_funded(state) { contract.amount_fen } else { 0 };
    if committed != needed {
        differences.push(format!("{committed} fen are committed to it instead of {needed}"));
    }
    let first = projections::duties_of(connection, contract.id)?.iter().map(|duty| duty.due_on).min();
    if contracts::next_duty_on(connection, contract.id)? != first.unwrap_or(FOR_EVER) {
        differences.push("the day of its first duty".to_owned());
    }
    for payment in payments::of_contract(connection, contract.id)? {
        let steps = payments::load_steps(connection, payment.id)?;
        let by_steps = steps.last().and_then(|step| PaymentStep::parse(&step.action)).and_then(leads_to);
        if by_steps != Some(payment.state) || !steps.iter().zip(1..).all(|(step, no)| step.seq == no) {
            differences.push(format!("the state of the payment {}", payment.public_id));
        }
    }
    Ok(differences)
}

/// The state in which its events leave a contract; one whose end was undone runs again.
fn state_by_events(connection: &mut AnyConnection, ledger: &Ledger) -> Result<ContractState, Error> {
    let stream = format!("contract:{}", ledger.contract.public_id);
    let last = events_of(connection, &stream)?
        .iter()
        .rev()
        .find_map(|event| LEADS_TO.iter().find(|(action, _)| action.right().name == event.action))
        .map_or(ContractState::Draft, |(_, state)| *state);
    let undone = last == ContractState::Terminated && ledger.facts.end.is_none();
    Ok(if undone { ContractState::Active } else { last })
}

fn is_funded(state: ContractState) -> bool {
    !matches!(state, ContractState::Draft | ContractState::Submitted | ContractState::Withdrawn)
}

fn leads_to(step: PaymentStep) -> Option<PaymentState> {
    match step {
        PaymentStep::Request => Some(PaymentState::Requested),
        PaymentStep::Return | PaymentStep::Reverse => Some(PaymentState::Returned),
        step => CHAIN.iter().find(|link| link.step == step).map(|link| link.to),
    }
}
