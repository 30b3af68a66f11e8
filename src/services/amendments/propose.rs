//! Proposing an amendment: new terms with their ground, reason and effective day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::amendments::{self as rules, AmendmentGround, AmendmentStepKind, Worded};
use crate::domain::codes::{AmendmentState, Language};
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::domain::standing::check_terms;
use crate::domain::statutes;
use crate::domain::terms::Terms;
use crate::error::{Error, Message};
use crate::services::amendments::{AmendmentSummary, check, record_step, view};
use crate::services::contracts::clause_bounds::clause_faults;
use crate::services::contracts::indicators::target_faults;
use crate::services::contracts::record::{ContractRecord, refusal, to_stored};
use crate::services::contracts::transitions::refuse;
use crate::services::contracts::{acts, append, repeats};
use crate::services::identity::caller::Caller;
use crate::services::registry::statute_settings;
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::amendments::{self as rows, NewAmendment};
use crate::storage::audit::hash_chains;
use crate::storage::registry::organisations;
use crate::storage::write::Tx;
use crate::text::names;

/// An amendment as an officer proposes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentInput {
    /// First day on which the terms are in force, not before the day of the last consent.
    #[serde(deserialize_with = "date")]
    pub effective_on: NaiveDate,
    /// The whole terms, in the format of docs/standing.md.
    #[schema(value_type = Object)]
    pub terms: Terms,
    /// Names and texts of the terms' details; by default those in force.
    #[serde(default)]
    pub details: Option<Details>,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
    /// Legal ground. It must fit what changes: a supplement, for example, raises the amount.
    pub ground: AmendmentGround,
}

/// Proposes an amendment of a contract.
///
/// # Errors
/// `Forbidden`; `NotFound` for a contract that the caller may not see; `Conflict` in a state without amendments, or for
/// a repetition; `Refused` if the ground does not fit, a statute forbids it, or the terms would not come into force.
pub fn propose(app: &App, caller: &Caller, contract: &str, input: &AmendmentInput) -> Result<AmendmentSummary, Error> {
    acts::write_contract(app, caller, contract, Action::ProposeAmendment, |tx, record, _| {
        propose_within(tx, caller.language, record, input)
    })
}

/// Proposes an amendment within an open transaction, without checking the right and the contract's state.
///
/// # Errors
/// As [`propose`], except for those two.
pub(in crate::services) fn propose_within(
    tx: &mut Tx<'_>,
    language: Language,
    record: &mut ContractRecord,
    input: &AmendmentInput,
) -> Result<AmendmentSummary, Error> {
    let reason = preview_within(tx.connection, record, input, tx.context.today())?;
    let (before, before_details) = record.newest_in_force();
    let details = input.details.as_ref().unwrap_or(before_details);
    let grows = rules::grows(before, &input.terms);
    let (terms, details) = (to_stored(&input.terms)?, to_stored(details)?);
    let base_version = record.newest_version();
    let hash = content_digest(input.ground, input.effective_on, (base_version, reason), (&terms, &details));
    let others = rows::of_contract(tx.connection, record.contract.id)?;
    if let Some(first) = others.iter().find(|other| rules::is_open(other.state) && other.hash == hash) {
        let page = format!("amendments/{}", first.public_id);
        return Err(repeats::duplicate_on_page(&record.contract, page, Message::new("amendment-repeated"), false));
    }
    let public_id = tx.context.ids.uuid();
    let state = AmendmentState::Proposed;
    let amendment = NewAmendment {
        public_id: &public_id,
        contract_id: record.contract.id,
        base_version,
        ground: input.ground.as_str(),
        effective_on: input.effective_on,
        reason,
        terms: &terms,
        details: &details,
        hash: &hash,
        grows,
        state: state.as_str(),
    };
    rows::insert(tx.connection, &amendment)?;
    let amendment = rows::one_of_contract(tx.connection, record.contract.id, &public_id)?.ok_or(Error::NotFound)?;
    let step = (AmendmentStepKind::Propose, Action::ProposeAmendment, reason);
    record_step(tx, &record.contract, &amendment, step, (state, None))?;
    append::save_change(tx, record)?;
    view::summary(tx.connection, record, &amendment, language)
}

/// Checks an amendment as its proposal does, except for the right and the contract's state, and returns its reason.
/// Writes nothing.
///
/// # Errors
/// As [`propose`], except for those two.
pub(in crate::services) fn preview_within<'a>(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    input: &'a AmendmentInput,
    today: NaiveDate,
) -> Result<&'a str, Error> {
    let reason = inputs::reason(Some(&input.reason))?;
    let (before, before_details) = record.newest_in_force();
    let details = input.details.clone().unwrap_or_else(|| before_details.clone());
    let named = names::complete(details, &input.terms);
    let new = (&input.terms, &named);
    check_input(connection, record, new)?;
    if let Some(key) = rules::ground_fault(input.ground, (before, before_details), new) {
        return Err(Error::refused_at("amendment-ground", "ground", Message::new(key)));
    }
    check(record, (input.effective_on, new), today)?;
    Ok(reason)
}

/// Checks the texts, the terms by themselves, and the statutes that apply at signing.
fn check_input(connection: &mut AnyConnection, record: &ContractRecord, new: Worded<'_>) -> Result<(), Error> {
    let mut faults = Faults::new("amendment");
    let json = |value: serde_json::Result<serde_json::Value>| value.map_err(|error| Error::Internal(error.to_string()));
    faults.hidden_within("terms", &json(serde_json::to_value(new.0))?);
    faults.hidden_within("details", &json(serde_json::to_value(new.1))?);
    let bounds = clause_faults(new.0, new.1, Some(record.newest_in_force().0));
    let outside = target_faults(new.0, new.1).into_iter().chain(bounds);
    outside.for_each(|fault| faults.add(fault.path, fault.message));
    faults.finish()?;
    check_terms(new.0).map_err(refusal)?;
    let contractor = organisations::contractor(connection, record.contract.contractor_id)?.ok_or(Error::NotFound)?;
    let signed_on = record.contract.signed_on.unwrap_or(new.0.starts_on);
    let parameters = statute_settings::parameters_for(connection, record)?;
    refuse(statutes::before_signing(new, contractor.sme, (signed_on, &parameters)))
}

/// Computes the digest of an amendment's content.
pub(super) fn content_digest(
    ground: AmendmentGround,
    effective_on: NaiveDate,
    (base_version, reason): (i64, &str),
    (terms, details): (&str, &str),
) -> String {
    let parts = [ground.as_str(), &effective_on.to_string(), &base_version.to_string(), reason, terms, details];
    hash_chains::digest(&parts)
}
