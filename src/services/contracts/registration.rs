//! Registration of contracts: an officer registers a contract as a draft, rewrites it while it is a draft, and reads it
//! in full.
//!
//! All faults of an input are collected before it is refused. What follows the draft is in `transitions`.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ContractState, Function, Regime};
use crate::domain::credit_code::CreditCode;
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::check_terms;
use crate::domain::terms::Terms;
use crate::domain::text_input::{clean, identifier, key};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::clause_bounds::clause_faults;
use crate::services::contracts::indicators::target_faults;
use crate::services::contracts::input_checks::{due_faults, resolve_head, text_faults};
use crate::services::contracts::openings;
use crate::services::contracts::record::{ContractRecord, refusal};
use crate::services::contracts::{append, new_contract};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::search::SearchTexts;
use crate::storage::contracts::{self as rows, Contract, Head, TermsRow, access, search};
use crate::storage::identity::people::Seat;
use crate::storage::ids::{AppropriationId, OrganisationId, RegionId};
use crate::storage::locks::Scope;
use crate::storage::registry::appropriations;
use crate::storage::registry::organisations::{self, Contractor, Organisation};
use crate::storage::registry::version::RegisterVersion;
use crate::storage::write::{Event, Tx, write_in};

/// A contract as an officer enters it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractInput {
    /// Contract number, unique.
    pub number: String,
    pub title: String,
    /// Code of the purchasing bureau.
    pub purchaser: String,
    /// Code of the finance bureau that funds the contract.
    pub funder: String,
    /// The contractor's unified social credit code.
    pub contractor: String,
    /// Procurement regime, which decides the applicable law.
    pub regime: Regime,
    /// Procurement method, as the award notice words it.
    pub method: String,
    /// Number of the procurement plan (采购计划编号).
    #[serde(default)]
    pub plan_no: Option<String>,
    /// Day of the award notice.
    #[serde(default, deserialize_with = "optional_date")]
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    #[serde(default, deserialize_with = "optional_date")]
    pub signed_on: Option<NaiveDate>,
    /// Identifier of the appropriation; required before funding.
    #[serde(default)]
    pub appropriation: Option<String>,
    /// Names and texts of the terms' details. Every item, deliverable, milestone, clause and indicator needs a name.
    #[serde(default)]
    pub details: Details,
    /// Terms in the format of docs/standing.md.
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// The state of a contract after it was registered or acted on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ContractSummary {
    /// Random identifier, used in addresses.
    pub id: String,
    pub number: String,
    pub state: ContractState,
    /// Version for `If-Match`, also sent as the ETag.
    pub version: i64,
}

/// A party of a contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Party {
    /// Code of a bureau, or credit code of a contractor.
    pub code: String,
    pub name: String,
}

/// A contract in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContractView {
    /// Random identifier, used in addresses.
    pub id: String,
    pub number: String,
    pub title: String,
    pub state: ContractState,
    /// Version for `If-Match`, also sent as the ETag.
    pub version: i64,
    pub purchaser: Party,
    /// The finance bureau.
    pub funder: Party,
    pub contractor: Party,
    /// Procurement regime, which decides the applicable law.
    pub regime: Regime,
    /// Procurement method, as the award notice words it.
    pub method: String,
    /// Number of the procurement plan (采购计划编号).
    pub plan_no: String,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    /// Identifier of the appropriation.
    pub appropriation: Option<String>,
    /// Names and texts of the terms' details.
    pub details: Details,
    /// Terms in force today.
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// The terms of a contract in force on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TermsInForce {
    /// Day for which the terms are shown.
    pub on: NaiveDate,
    /// First day on which these terms are in force; of the signed terms, the first day of the contract's term.
    pub effective_on: NaiveDate,
    /// Names and texts of the terms' details.
    pub details: Details,
    /// Terms in the format of docs/standing.md.
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// Registers a contract as a draft.
///
/// # Errors
/// `Forbidden`; `Refused` with every fault of the parties, texts and terms.
pub fn create(app: &App, caller: &Caller, input: &ContractInput) -> Result<ContractSummary, Error> {
    caller.may(Action::CreateContract)?;
    let public_id = app.ids.uuid();
    let seat = find_officer_seat(app, caller, input)?;
    write_in(&app.pool, Scope::Unshared, &caller.context(app, &seat), |tx| {
        new_contract::register(tx, &public_id, &seat, input)
    })
}

/// Rewrites a draft, provided that its version is still `expected`.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see; `Conflict` past the draft state; `VersionMismatch` if
/// the version is another; otherwise as [`create`].
pub fn update(
    app: &App,
    caller: &Caller,
    id: &str,
    expected: i64,
    input: &ContractInput,
) -> Result<ContractSummary, Error> {
    caller.may(Action::EditContract)?;
    let (found, seat) = app.pool.read(|connection| caller.contract(connection, id, Action::EditContract))?;
    write_in(&app.pool, Scope::Contract(found.id), &caller.context(app, &seat), |tx| {
        rewrite(tx, caller, id, expected, input)
    })
}

/// Rewrites a draft within an open transaction.
///
/// # Errors
/// As [`update`].
pub(crate) fn rewrite(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: &str,
    expected: i64,
    input: &ContractInput,
) -> Result<ContractSummary, Error> {
    let (contract, seat) = caller.contract(tx.connection, id, Action::EditContract)?;
    in_state(&contract, Action::EditContract)?;
    if contract.version != expected {
        return Err(Error::VersionMismatch);
    }
    let (head, ..) = resolve_head(tx.connection, input, &seat, Some(contract.id))?;
    rows::update_head(tx.connection, contract.id, &head)?;
    // It is found by what it is called now.
    let Head { number, title, contractor_id, .. } = head;
    let terms = save_terms(tx, &Contract { number, title, contractor_id, ..contract.clone() }, input)?;
    let contract = rows::by_id(tx.connection, contract.id)?;
    access::replace(tx.connection, &contract)?;
    let body = serde_json::json!({ "terms_version": contract.terms_version, "terms": terms });
    append_event(tx, &contract, EventAction::ContractEdit, body)?;
    let mut record = ContractRecord::load(tx.connection, contract)?;
    append::save_change(tx, &mut record)?;
    Ok(summarise_state(&record.contract))
}

/// Returns a contract in full.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see.
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<ContractView, Error> {
    caller.may(Action::ReadContract)?;
    let (view, contract) = app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        Ok::<_, Error>((build_view(connection, &record, caller.today())?, record.contract))
    })?;
    openings::open_contract(app, caller, &contract)?;
    Ok(view)
}

/// Returns the terms of a contract in force on a day, by default today.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see.
pub fn terms_in_force(app: &App, caller: &Caller, id: &str, on: Option<NaiveDate>) -> Result<TermsInForce, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        let on = on.unwrap_or_else(|| caller.today());
        let (terms, details) = (record.terms_on(on).clone(), record.details_on(on).clone());
        Ok(TermsInForce { on, effective_on: record.in_force_since(on), details, terms })
    })
}

/// Summarises a contract's state.
pub fn summarise_state(contract: &Contract) -> ContractSummary {
    ContractSummary {
        id: contract.public_id.clone(),
        number: contract.number.clone(),
        state: contract.state,
        version: contract.version,
    }
}

/// Appends an event to the contract's hash chain.
///
/// # Errors
/// Database errors.
pub fn append_event(
    tx: &mut Tx<'_>,
    contract: &Contract,
    action: impl Into<EventAction>,
    body: serde_json::Value,
) -> Result<(), Error> {
    let stream = format!("contract:{}", contract.public_id);
    tx.event(&Event { stream: &stream, action: action.into(), object: &contract.public_id, body })
}

/// Builds the full view of a loaded contract, with the terms in force on `today`.
///
/// # Errors
/// Database errors.
pub(crate) fn build_view(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    today: NaiveDate,
) -> Result<ContractView, Error> {
    let (terms, details) = (record.terms_on(today).clone(), record.details_on(today).clone());
    let contract = record.contract.clone();
    let ids = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
    let organisations = organisations::remembered(connection, &record.registers, &ids)?;
    let party = |id| {
        let found = organisations.iter().find(|organisation| organisation.id == id);
        found.map_or_else(
            || Party { code: String::new(), name: String::new() },
            |organisation| Party { code: organisation.code.clone(), name: organisation.name.clone() },
        )
    };
    let appropriation = match contract.appropriation_id {
        Some(id) => appropriations::remembered_public_id(connection, &record.registers, id)?,
        None => None,
    };
    Ok(ContractView {
        purchaser: party(contract.purchaser_id),
        funder: party(contract.funder_id),
        contractor: party(contract.contractor_id),
        id: contract.public_id,
        number: contract.number,
        title: contract.title,
        state: contract.state,
        version: contract.version,
        regime: contract.regime,
        method: contract.method,
        plan_no: contract.plan_no,
        award_on: contract.award_on,
        signed_on: contract.signed_on,
        published_on: contract.published_on,
        appropriation,
        details,
        terms,
    })
}

/// Finds the seat in which the caller is an officer of the purchaser.
pub(crate) fn find_officer_seat(app: &App, caller: &Caller, input: &ContractInput) -> Result<Seat, Error> {
    let seats = caller.may(Action::CreateContract)?;
    let purchaser = match organisations::known_by_code(&caller.registers, &input.purchaser) {
        Some(known) => Some(known),
        None => organisations::remembered_by_code(&mut *app.pool.get()?, &caller.registers, &input.purchaser)?,
    };
    seats
        .into_iter()
        .find(|seat| purchaser.as_ref().is_some_and(|p| p.id == seat.organisation))
        .cloned()
        .ok_or_else(|| Error::forbidden("not-the-purchaser"))
}

/// Returns the head of a contract between a purchaser, a funder and a contractor.
fn head_of(
    input: &ContractInput,
    (purchaser_id, funder_id, contractor_id): (OrganisationId, OrganisationId, OrganisationId),
    region_id: RegionId,
    appropriation: Option<AppropriationId>,
) -> Head {
    Head {
        number_key: key(&input.number),
        number: identifier(&input.number),
        title: clean(&input.title).into_owned(),
        purchaser_id,
        funder_id,
        contractor_id,
        region_id,
        appropriation_id: appropriation.map(|id| id.0),
        regime: input.regime.as_str(),
        method: clean(&input.method).into_owned(),
        plan_no: identifier(input.plan_no.as_deref().unwrap_or_default()),
        award_on: input.award_on,
        signed_on: input.signed_on,
        amount_fen: input.terms.amount.fen(),
        year: input.terms.starts_on.year(),
        starts_on: input.terms.starts_on,
        ends_on: input.terms.ends_on,
        services: input.details.listed_services(),
    }
}

/// Checks an input, except that its number is free, and resolves the rows that it names, at a version of the registers.
/// Returns the head and the contractor.
pub(super) fn read_head(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    input: &ContractInput,
    seat: &Seat,
) -> Result<(Head, Contractor), Error> {
    let mut errors: Vec<FieldError> = text_faults(input)?;
    errors.extend(due_faults(&input.terms, &input.details));
    errors.extend(target_faults(&input.terms, &input.details));
    errors.extend(clause_faults(&input.terms, &input.details, None));
    let mut wrong =
        |path: &str, key: &'static str| errors.push(FieldError { path: path.to_owned(), message: Message::new(key) });
    let purchaser = organisations::remembered_by_code(connection, version, &input.purchaser)?;
    let funder = organisations::remembered_by_code(connection, version, &input.funder)?
        .filter(|o| o.function == Function::Finance);
    let contractor = match CreditCode::parse(&input.contractor) {
        Ok(code) => organisations::remembered_contractor(connection, version, code.as_str())?,
        Err(_) => None,
    };
    let appropriation = match &input.appropriation {
        Some(id) => appropriations::remembered_key(connection, version, id)?,
        None => None,
    };
    if input.appropriation.is_some() && appropriation.is_none() {
        wrong("appropriation", "unknown-appropriation");
    }
    if funder.is_none() {
        wrong("funder", "unknown-funder");
    }
    if contractor.is_none() {
        wrong("contractor", "unknown-contractor");
    }
    let region = purchaser.as_ref().filter(|p| p.id == seat.organisation).and_then(|p: &Organisation| p.region_id);
    if region.is_none() {
        wrong("purchaser", "unknown-purchaser");
    }
    // The first broken rule of the terms is reported with the other errors; if it is the only one, the refusal carries
    // its rule.
    let mut rule = "register".to_owned();
    if let Err(invalid) = check_terms(&input.terms) {
        let Error::Refused { rule: broken, errors: in_terms } = refusal(invalid) else {
            return Err(Error::Internal("validating terms failed with something other than a refusal".to_owned()));
        };
        if errors.is_empty() {
            rule = broken;
        }
        errors.extend(in_terms);
    }
    match (purchaser, funder, contractor, region) {
        (Some(purchaser), Some(funder), Some(contractor), Some(region_id)) if errors.is_empty() => {
            let parties = (purchaser.id, funder.id, contractor.organisation_id);
            let head = head_of(input, parties, region_id, appropriation);
            Ok((head, contractor))
        }
        _ => Err(Error::Refused { rule, errors }),
    }
}

/// Builds the row of an input's terms with a version number.
pub(super) fn terms_row(input: &ContractInput, version: i64) -> Result<TermsRow, Error> {
    let json = |value: serde_json::Result<String>| value.map_err(|error| Error::Internal(error.to_string()));
    let terms = json(serde_json::to_string(&input.terms))?;
    let details = json(serde_json::to_string(&input.details))?;
    let hash = hash_chains::digest(&[&terms, &details]);
    Ok(TermsRow { version, effective_on: input.terms.starts_on, hash, terms, details })
}

/// Returns the texts by which a contract is found.
pub(super) fn search_texts<'a>(
    contract: &'a Contract,
    contractor: Option<&'a Contractor>,
    input: &'a ContractInput,
) -> SearchTexts<'a> {
    let milestones = input.details.milestones.values().map(|milestone| milestone.name.as_str());
    SearchTexts {
        number: &contract.number,
        title: &contract.title,
        contractor: contractor.map_or("", |contractor| contractor.name.as_str()),
        credit_code: contractor.map_or("", |contractor| contractor.credit_code.as_str()),
        milestones: milestones.collect(),
        deliverables: input.details.deliverable_texts(),
        recorded: Vec::new(),
    }
}

/// Stores the terms as the draft's next immutable version and refreshes the search words. Returns the version's hash,
/// for the event that records it.
fn save_terms(tx: &mut Tx<'_>, contract: &Contract, input: &ContractInput) -> Result<String, Error> {
    let row = terms_row(input, contract.terms_version + 1)?;
    let by = tx.person()?;
    rows::insert_terms(tx.connection, contract.id, &row, by, tx.context.now)?;
    let contractor = organisations::contractor(tx.connection, contract.contractor_id)?;
    search::replace(tx.connection, contract.id, &search_texts(contract, contractor.as_ref(), input))?;
    Ok(row.hash)
}
