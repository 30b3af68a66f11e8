//! The steps after the proposal: consent, approve, fund, withdraw, refuse. The last consent records the new terms.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::amendments::{AmendmentStep, AmendmentStepKind};
use crate::domain::codes::{AmendmentState, Language};
use crate::domain::payments::Actor;
use crate::domain::terms::Terms;
use crate::error::{Error, Message};
use crate::services::amendments::{AmendmentSummary, check, record_step, view};
use crate::services::contracts::record::{ContractRecord, stored, stored_details};
use crate::services::contracts::{acts, append, funding, repeats};
use crate::services::identity::caller::{Caller, reject_earlier_actors};
use crate::services::notifications::alerts::{self, Alert};
use crate::services::shared::inputs;
use crate::storage::amendments::{self as rows, Amendment, AmendmentStepRow};
use crate::storage::audit::hash_chains;
use crate::storage::contracts::{self, TermsRow, projections, search};
use crate::storage::registry::appropriations;
use crate::storage::write::Tx;

/// Input of a step.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentStepInput {
    /// Reason for the step; required to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Takes the named step of an amendment: `consent`, `approve`, `fund`, `withdraw` or `refuse`.
///
/// # Errors
/// `NotFound` for an unknown step or amendment; `Forbidden` by role, or for a person who took an earlier step;
/// `Duplicate` if another step is next; `Conflict` if the terms have been amended since the proposal; `Refused` if the
/// terms would no longer come into force, the appropriation does not cover the increase, or a refusal has no reason.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &AmendmentStepInput,
) -> Result<AmendmentSummary, Error> {
    let step = AmendmentStep::find(name).ok_or(Error::NotFound)?;
    acts::write_about(app, caller, step.action, (id, rows::with_contract), |tx, record, _, amendment| {
        if !step.from.contains(&amendment.state) {
            let page = format!("amendments/{}", amendment.public_id);
            let message = Message::new("amendment-wrong-state").with("state", amendment.state);
            return Err(repeats::duplicate_on_page(&record.contract, page, message, false));
        }
        let state = if step.waits_for.is_some() {
            consent(tx, record, &amendment, step, input)?
        } else {
            end(tx, record, &amendment, step, input)?
        };
        finish(tx, record, Amendment { state, ..amendment }, caller.language)
    })
}

/// Saves the contract after a step, notifies the parties if the amendment ended, and returns its summary.
fn finish(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    amendment: Amendment,
    language: Language,
) -> Result<AmendmentSummary, Error> {
    append::save_change(tx, record)?;
    if !crate::domain::amendments::is_open(amendment.state) {
        let today = tx.context.today();
        alerts::enqueue(tx, record, &[Alert::amendment_ended(&amendment, today)])?;
    }
    view::summary(tx.connection, record, &amendment, language)
}

/// Consents to an amendment; the last consent records the new terms.
fn consent(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    amendment: &Amendment,
    step: &AmendmentStep,
    input: &AmendmentStepInput,
) -> Result<AmendmentState, Error> {
    let taken = rows::load_steps(tx.connection, &[amendment.id])?;
    let before: Vec<Actor<i64>> = taken.iter().map(|(_, taken)| actor_of(taken)).collect();
    reject_earlier_actors(tx, &before)?;
    if record.newest_version() != amendment.base_version {
        return Err(Error::conflict("amendment-outdated"));
    }
    let terms: Terms = stored(&amendment.terms)?;
    let details = stored_details(&amendment.terms, &amendment.details)?;
    check(record, (amendment.effective_on, (&terms, &details)), tx.context.today())?;
    let note = inputs::optional_reason(input.reason.as_deref())?.to_owned();
    let state = step.leads_to(amendment.grows);
    let version = if state == AmendmentState::Agreed { Some(record_terms(tx, record, amendment)?) } else { None };
    record_step(tx, &record.contract, amendment, (step.kind, step.action, &note), (state, version.as_deref()))?;
    Ok(state)
}

/// Withdraws or refuses an amendment.
fn end(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    amendment: &Amendment,
    step: &AmendmentStep,
    input: &AmendmentStepInput,
) -> Result<AmendmentState, Error> {
    let note = match step.kind {
        AmendmentStepKind::Refuse => inputs::reason(input.reason.as_deref())?,
        _ => inputs::optional_reason(input.reason.as_deref())?,
    };
    let state = step.leads_to(amendment.grows);
    record_step(tx, &record.contract, amendment, (step.kind, step.action, note), (state, None))?;
    Ok(state)
}

/// Records the terms of an amendment as a version and commits the increase. Returns the version's hash.
fn record_terms(tx: &mut Tx<'_>, record: &mut ContractRecord, amendment: &Amendment) -> Result<String, Error> {
    let contract = record.contract.clone();
    let row = TermsRow {
        version: amendment.base_version + 1,
        effective_on: amendment.effective_on,
        hash: hash_chains::digest(&[&amendment.terms, &amendment.details]),
        terms: amendment.terms.clone(),
        details: amendment.details.clone(),
    };
    let by = tx.person()?;
    contracts::insert_versions(tx.connection, &[(contract.id, &row, by, tx.context.now)])?;
    *record = ContractRecord::load(tx.connection, contract)?;
    let committed = appropriations::committed_to(tx.connection, record.contract.id, record.contract.appropriation_id)?;
    let added = record.largest_amount_fen().saturating_sub(committed);
    if added > 0 {
        funding::commit(tx, record, added)?;
    }
    let details = stored_details(&row.terms, &row.details)?;
    projections::set_services(tx.connection, record.contract.id, &details.listed_services())?;
    let milestones = details.milestones.values().map(|milestone| milestone.name.as_str()).collect();
    search::add_names(tx.connection, record.contract.id, (milestones, details.deliverable_texts()))?;
    Ok(row.hash)
}

/// Returns the people behind a step.
pub(in crate::services) fn actor_of(step: &AmendmentStepRow) -> Actor<i64> {
    Actor { person: step.person_id.0, on_behalf_of: step.for_id }
}
