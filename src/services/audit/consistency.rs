//! Consistency of one contract: its row, terms versions, commitments and payments, compared with its events, terms and
//! payment steps.
//!
//! This is the part of `luyue check` that verifies no hash chain. It writes nothing.

use chrono::Datelike;

use crate::domain::codes::{ContractState, PaymentState};
use crate::domain::payments::{APPROVAL_CHAIN, PaymentStep};
use crate::error::Error;
use crate::services::amendments::recorded;
use crate::services::contracts::funding::is_funded;
use crate::services::contracts::imported::state_of_import;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::transitions::state_after;
use crate::services::deliverables::invoices;
use crate::services::payments::rules;
use crate::services::shared::identifiers::{fold_identifier, fold_number};
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains::{digest, events_of};
use crate::storage::contracts::{self, Contract, TermsRow, projections};
use crate::storage::deliverables::invoice_numbers::{self, InvoiceNumber};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::payments::{self, PaymentRequest, vouchers};
use crate::storage::registry::appropriations;

/// Lists the versions of the terms that are missing, have no event, or differ from the event that recorded them.
///
/// # Errors
/// Database errors.
pub fn broken_terms(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<String>, Error> {
    let versions = contracts::all_terms(connection, contract.id)?;
    let recorded = recorded_terms(connection, contract)?;
    let mut broken: Vec<String> =
        wrong_hashes(&versions).map(|version| format!("the hash of terms version {version}")).collect();
    if !versions.iter().map(|row| row.version).eq(recorded.version_numbers())
        || contract.terms_version != recorded.signed
    {
        broken.push("the versions of the terms".to_owned());
    }
    let others = recorded.unlike(&versions);
    broken.extend(others.map(|version| format!("terms version {version} is not the one that was recorded")));
    Ok(broken)
}

/// Lists the numbers of the versions of the terms that are missing, have no event, or differ from the event that
/// recorded them; each number once.
///
/// # Errors
/// Database errors.
pub fn broken_versions(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<i64>, Error> {
    let versions = contracts::all_terms(connection, contract.id)?;
    let recorded = recorded_terms(connection, contract)?;
    let mut broken: Vec<i64> = wrong_hashes(&versions).collect();
    broken.extend(recorded.version_numbers().filter(|version| !versions.iter().any(|row| row.version == *version)));
    broken
        .extend(versions.iter().map(|row| row.version).filter(|version| !recorded.version_numbers().contains(version)));
    broken.extend(recorded.unlike(&versions));
    if contract.terms_version != recorded.signed {
        broken.push(recorded.signed);
    }
    broken.sort_unstable();
    broken.dedup();
    Ok(broken)
}

/// Returns the numbers of the versions whose hash does not match their content.
fn wrong_hashes(versions: &[TermsRow]) -> impl Iterator<Item = i64> {
    versions.iter().filter(|row| row.hash != digest(&[&row.terms, &row.details])).map(|row| row.version)
}

/// Versions of the terms as a contract's events recorded them.
struct RecordedVersions {
    /// Hash of each version, from version 1.
    hashes: Vec<String>,
    /// Number of the last version recorded while the contract was a draft.
    signed: i64,
}

impl RecordedVersions {
    /// Returns the numbers of the recorded versions, from 1.
    fn version_numbers(&self) -> std::ops::RangeInclusive<i64> {
        1..=i64::try_from(self.hashes.len()).unwrap_or(i64::MAX)
    }

    /// Returns the numbers of the stored versions whose hash differs from the recorded one.
    fn unlike(&self, versions: &[TermsRow]) -> impl Iterator<Item = i64> {
        let differs =
            |(hash, version): &(&String, i64)| versions.iter().any(|row| row.version == *version && row.hash != **hash);
        self.hashes.iter().zip(1..).filter(differs).map(|(_, version)| version).collect::<Vec<_>>().into_iter()
    }
}

/// Reads the versions of the terms from a contract's events.
fn recorded_terms(connection: &mut AnyConnection, contract: &Contract) -> Result<RecordedVersions, Error> {
    let events = events_of(connection, &format!("contract:{}", contract.public_id))?;
    let mut recorded = RecordedVersions { hashes: Vec::new(), signed: 0 };
    for event in &events {
        let body: serde_json::Value = serde_json::from_str(&event.body).unwrap_or_default();
        let Some(hash) = body["terms"].as_str() else { continue };
        recorded.hashes.push(hash.to_owned());
        if matches!(event.action.as_str(), "contract.create" | "contract.edit") {
            recorded.signed += 1;
        }
    }
    Ok(recorded)
}

/// Describes the differences in the contract's row, payments and commitments.
///
/// # Errors
/// Database errors.
pub fn differences(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<String>, Error> {
    let contract = &record.contract;
    let mut differences = Vec::new();
    let state = state_by_events(connection, record)?;
    if state != contract.state {
        differences.push(format!("the state is {} instead of {state}", contract.state));
    }
    let terms = record.signed_terms();
    let row = (contract.amount_fen, contract.starts_on, contract.ends_on);
    if row != (terms.amount.fen(), terms.starts_on, terms.ends_on) {
        differences.push("the amount or the days in the contract's row".to_owned());
    }
    let committed = appropriations::committed_to(connection, contract.id, contract.appropriation_id)?;
    let needed = if is_funded(state) { record.largest_amount_fen() } else { 0 };
    if committed != needed {
        differences.push(format!("{committed} fen are committed instead of {needed} fen"));
    }
    let first = projections::tasks_of(connection, contract.id)?.iter().map(|task| task.due_on).min();
    let (next_task_on, services) = projections::derived_columns(connection, contract.id)?;
    if next_task_on != first.unwrap_or(FOR_EVER) {
        differences.push("the due day of its first task".to_owned());
    }
    if services != Some(record.newest_details().listed_services()) {
        differences.push("the services by which boards group it".to_owned());
    }
    differences.extend(recorded::differences(connection, contract)?);
    if has_other_numbers(connection, record)? {
        differences.push("the numbers of its invoices".to_owned());
    }
    for payment in payments::of_contract(connection, contract.id)? {
        let steps = payments::load_steps(connection, payment.id)?;
        let last = steps.last().and_then(|step| PaymentStep::parse(&step.action));
        let approved = steps.iter().filter(|step| step.action == PaymentStep::Approve.as_str()).count();
        let by_steps = if last == Some(PaymentStep::Approve) {
            // Until all have approved, the request stays in a state before the approval.
            let mut kinds = steps.iter().rev().filter_map(|step| PaymentStep::parse(&step.action));
            let before = kinds.find(|kind| *kind != PaymentStep::Approve).and_then(leads_to);
            let needed = rules::needed(connection, record, &payment)?;
            before.map(|before| record.payment_chain(&payment).approved(before, approved, needed))
        } else {
            last.and_then(leads_to)
        };
        if by_steps != Some(payment.state) || !steps.iter().zip(1..).all(|(step, no)| step.seq == no) {
            differences.push(format!("the state of payment request {}", payment.public_id));
        }
        if has_other_voucher(connection, contract, &payment)? {
            differences.push(format!("the voucher of payment request {}", payment.public_id));
        }
    }
    Ok(differences)
}

/// Returns true if the stored invoice numbers differ from those of the contract's invoices. Before repeated numbers
/// were refused, several invoices could share one; then one of them holds it.
fn has_other_numbers(connection: &mut AnyConnection, record: &ContractRecord) -> Result<bool, Error> {
    let events = events_of(connection, &format!("contract:{}", record.contract.public_id))?;
    let held = invoice_numbers::of_contract(connection, record.contract.id)?;
    let mut recorded = Vec::new();
    for invoice in invoices::of_contract(record, &events)?.into_iter().filter(|invoice| !invoice.number.is_empty()) {
        recorded.push(InvoiceNumber {
            number_key: fold_number(&invoice.number),
            colour: invoice.colour(),
            seller_id: record.contract.contractor_id,
            contract_id: record.contract.id,
            milestone: invoice.milestone,
            no: invoice.no,
        });
    }
    let missing: Vec<&InvoiceNumber> = recorded.iter().filter(|row| !held.contains(row)).collect();
    let keys: Vec<String> = missing.iter().map(|row| row.number_key.clone()).collect();
    let others = invoice_numbers::with_numbers(connection, &keys)?;
    let is_held = |row: &InvoiceNumber| {
        let identity = |row: &InvoiceNumber| (row.number_key.clone(), row.colour, row.seller_id);
        others.iter().any(|other| identity(other) == identity(row))
    };
    Ok(held.iter().any(|row| !recorded.contains(row)) || missing.into_iter().any(|row| !is_held(row)))
}

/// Returns true if the stored voucher number differs from that of the payment request. Of earlier payments that share a
/// number, one holds it.
fn has_other_voucher(
    connection: &mut AnyConnection,
    contract: &Contract,
    payment: &PaymentRequest,
) -> Result<bool, Error> {
    let held = vouchers::of_payment(connection, payment.id)?;
    let is_used = matches!(payment.state, PaymentState::Backdated | PaymentState::Paid);
    let Some(on) = payment.paid_on.filter(|_| is_used && !payment.voucher.is_empty()) else {
        return Ok(held.is_some());
    };
    let key = fold_identifier(&payment.voucher);
    match held {
        Some(held) => Ok(held != (contract.funder_id, on.year(), key)),
        None => Ok(vouchers::holder(connection, contract.funder_id, on.year(), &key)?.is_none()),
    }
}

/// Derives the contract's state from its events. A contract whose termination was reversed is active again.
fn state_by_events(connection: &mut AnyConnection, record: &ContractRecord) -> Result<ContractState, Error> {
    let stream = format!("contract:{}", record.contract.public_id);
    let last = events_of(connection, &stream)?
        .iter()
        .rev()
        .find_map(|event| state_of_import(event).or_else(|| state_after(&event.action)))
        .unwrap_or(ContractState::Draft);
    let undone = last == ContractState::Terminated && record.facts.end.is_none();
    Ok(if undone { ContractState::Active } else { last })
}

/// Returns the state of a payment request after a step.
fn leads_to(step: PaymentStep) -> Option<PaymentState> {
    match step {
        PaymentStep::Request => Some(PaymentState::Requested),
        PaymentStep::Recall | PaymentStep::Return | PaymentStep::Reverse => Some(PaymentState::Returned),
        PaymentStep::Backdate => Some(PaymentState::Backdated),
        PaymentStep::Disallow => Some(PaymentState::Approved),
        PaymentStep::Allow | PaymentStep::Import => Some(PaymentState::Paid),
        step => APPROVAL_CHAIN.iter().find(|next| next.kind == step).map(|next| next.to),
    }
}
