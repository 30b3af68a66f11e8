//! Digests of rows that a transaction wrote itself, computed from the written values without reading the rows again.

use chrono::Datelike;

use crate::domain::text_input::key;
use crate::storage::Result;
use crate::storage::audit::collected_rows::Collected;
use crate::storage::audit::recorded_rows::{CommitmentRow, ContractRow, PaymentRow, RowDigests, StepRow, TermsRow};
use crate::storage::contracts as contracts_rows;
use crate::storage::payments::{PaymentRequest, Requested};
use crate::storage::registry::appropriations::Commitment;

/// Computes the digests of a contract that was registered in this transaction from the rows that were written: its head
/// and one version of its terms, recorded by the same person at the same time.
pub fn digests_of_new_contract(
    row: &contracts_rows::ContractRow,
    terms: &contracts_rows::TermsRow,
) -> Result<RowDigests> {
    let contract = row.contract.clone();
    let head = ContractRow {
        id: contract.id.0,
        public_id: contract.public_id,
        number_key: Some(key(&contract.number)),
        number: contract.number,
        title: contract.title,
        purchaser_id: contract.purchaser_id.0,
        funder_id: contract.funder_id.0,
        contractor_id: contract.contractor_id.0,
        region_id: contract.region_id.0,
        appropriation_id: contract.appropriation_id.map(|id| id.0),
        regime: contract.regime.as_str().to_owned(),
        method: contract.method,
        plan_no: contract.plan_no,
        award_on: contract.award_on,
        signed_on: contract.signed_on,
        published_on: contract.published_on,
        state: contract.state.as_str().to_owned(),
        terms_version: contract.terms_version,
        amount_fen: contract.amount_fen,
        year: contract.starts_on.year(),
        starts_on: contract.starts_on,
        ends_on: contract.ends_on,
        created_by: row.created_by.0,
        created_at: row.created_at,
    };
    let terms = TermsRow {
        contract_id: contract.id.0,
        version: terms.version,
        effective_on: terms.effective_on,
        hash: terms.hash.clone(),
        recorded_by: row.created_by.0,
        recorded_at: row.created_at,
    };
    let mut collected = Collected::default();
    collected.add("contracts", vec![(contract.id.0, head)])?;
    collected.add("contract_terms", vec![(contract.id.0, terms)])?;
    Ok(collected.only_object())
}

/// Computes the digests of all payment requests of a contract and of their steps.
pub fn digests_of_payments(requests: &[Requested]) -> Result<RowDigests> {
    let mut collected = Collected::default();
    let of = |request: &PaymentRequest| request.contract_id.0;
    let rows = requests.iter().map(|taken| {
        let request = taken.request.clone();
        let row = PaymentRow {
            id: request.id.0,
            public_id: request.public_id,
            contract_id: request.contract_id.0,
            milestone: request.milestone,
            amount_fen: request.amount_fen,
            state: request.state.as_str().to_owned(),
            requested_at: request.requested_at,
            voucher: request.voucher,
            paid_on: request.paid_on,
            account: request.account,
            kind: request.kind.stored().map(str::to_owned),
            borne_by: request.borne_by,
            reversed_in: request.reversed_in,
        };
        (of(&taken.request), row)
    });
    collected.add("payments", rows.collect())?;
    let steps = requests.iter().flat_map(|taken| {
        taken.steps.iter().cloned().map(move |step| {
            let row = StepRow {
                payment_id: taken.request.id.0,
                seq: step.seq,
                action: step.action,
                person_id: step.person_id.0,
                for_id: step.for_id,
                at: step.at,
                note: step.note,
            };
            (of(&taken.request), row)
        })
    });
    collected.add("payment_steps", steps.collect())?;
    Ok(collected.only_object())
}

/// Computes the digests of a contract's only commitment, not released, from its key and the inserted values.
pub(in crate::storage) fn digests_of_commitment(id: i64, row: &Commitment) -> Result<RowDigests> {
    let stored = CommitmentRow {
        id,
        appropriation_id: row.appropriation.0,
        contract_id: row.contract.0,
        amount_fen: row.amount_fen,
        committed_at: row.at,
        released_at: None,
    };
    let mut collected = Collected::default();
    collected.add("commitments", vec![(row.contract.0, stored)])?;
    Ok(collected.only_object())
}

/// Computes the digests of a contract's head from the row that an update of it returned.
pub(in crate::storage) fn digests_of_head(row: ContractRow) -> Result<RowDigests> {
    let mut collected = Collected::default();
    collected.add("contracts", vec![(row.id, row)])?;
    Ok(collected.only_object())
}
