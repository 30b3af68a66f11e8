//! Contracts: registered by an officer, rewritten while a draft, read by whoever may see them.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ContractState, Function, Regime};
use crate::domain::credit_code::CreditCode;
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::{Standing, Trails, check_terms};
use crate::domain::terms::Terms;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::append;
use crate::services::contracts::record::{Ledger, refusal};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::{self as rows, Contract, Head, TermsRow, access, search};
use crate::storage::identity::people::Seat;
use crate::storage::registry::appropriations;
use crate::storage::registry::organisations::{self, Organisation};
use crate::storage::write::{Event, Tx, write};

/// Most characters of a title, a number or another line of words.
const LINE: usize = 200;

/// What an officer registers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractInput {
    /// Number by which people know it.
    pub number: String,
    /// Title.
    pub title: String,
    /// Code of the bureau that buys.
    pub purchaser: String,
    /// Code of the bureau that funds.
    pub funder: String,
    /// Credit code of the contractor.
    pub contractor: String,
    /// The law that it falls under.
    pub regime: Regime,
    /// How the contractor was chosen.
    pub method: String,
    /// 采购计划编号.
    #[serde(default)]
    pub plan_no: Option<String>,
    /// Day of the award notice.
    #[serde(default, deserialize_with = "optional_date")]
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    #[serde(default, deserialize_with = "optional_date")]
    pub signed_on: Option<NaiveDate>,
    /// Identifier of the appropriation; needed to fund.
    #[serde(default)]
    pub appropriation: Option<String>,
    /// The words.
    #[serde(default)]
    pub details: Details,
    /// The terms, as docs/standing.md has them.
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// What registering or an action answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ContractSummary {
    /// Identifier.
    pub id: String,
    /// Number.
    pub number: String,
    /// Where it stands now.
    pub state: ContractState,
    /// Its version: the ETag.
    pub version: i64,
}

/// A party of a contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Party {
    /// Code, or credit code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// A contract in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContractView {
    /// Identifier.
    pub id: String,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub state: ContractState,
    /// Its version: the ETag.
    pub version: i64,
    /// Who buys.
    pub purchaser: Party,
    /// Who funds.
    pub funder: Party,
    /// Who delivers.
    pub contractor: Party,
    /// The law that it falls under.
    pub regime: Regime,
    /// How the contractor was chosen.
    pub method: String,
    /// 采购计划编号.
    pub plan_no: String,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    /// Identifier of the appropriation.
    pub appropriation: Option<String>,
    /// The words.
    pub details: Details,
    /// The terms.
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// Registers a contract as a draft.
///
/// # Errors
/// `Forbidden`, or `Refused` where terms or parties do not fit.
pub fn create(app: &App, caller: &Caller, input: &ContractInput) -> Result<ContractSummary, Error> {
    caller.may(Action::CreateContract)?;
    let public_id = app.ids.uuid();
    let seat = officer_of(app, caller, input)?;
    write(&app.pool, &caller.context(app, &seat), |tx| register(tx, &public_id, &seat, input))
}

/// Registers a contract in a transaction that is open.
///
/// # Errors
/// As `create`.
pub(crate) fn register(
    tx: &mut Tx<'_>,
    public_id: &str,
    seat: &Seat,
    input: &ContractInput,
) -> Result<ContractSummary, Error> {
    let head = head(tx.connection, input, seat)?;
    let by = tx.person()?;
    let id = rows::insert(tx.connection, public_id, &head, by, tx.context.now)?;
    let contract = rows::by_id(tx.connection, id)?;
    access::replace(tx.connection, &contract)?;
    let terms = save_terms(tx, &contract, input)?;
    let contract = rows::by_id(tx.connection, id)?;
    let mut ledger = Ledger::load(tx.connection, contract)?;
    event(
        tx,
        &ledger.contract,
        EventAction::ContractCreate,
        serde_json::json!({ "number": input.number, "terms": terms }),
    )?;
    append::changed(tx, &mut ledger)?;
    Ok(state(&ledger.contract))
}

/// Rewrites a draft, if it is still in the version that the caller saw.
///
/// # Errors
/// `Changed` for another version; as `create`.
pub fn update(
    app: &App,
    caller: &Caller,
    id: &str,
    expected: i64,
    input: &ContractInput,
) -> Result<ContractSummary, Error> {
    caller.may(Action::EditContract)?;
    let (_, seat) = app.pool.read(|connection| caller.contract(connection, id, Action::EditContract))?;
    write(&app.pool, &caller.context(app, &seat), |tx| rewrite(tx, caller, id, expected, input))
}

/// Rewrites a draft in a transaction that is open.
///
/// # Errors
/// As `update`.
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
        return Err(Error::Changed);
    }
    let head = head(tx.connection, input, &seat)?;
    rows::update_head(tx.connection, contract.id, &head)?;
    let terms = save_terms(tx, &contract, input)?;
    let contract = rows::by_id(tx.connection, contract.id)?;
    access::replace(tx.connection, &contract)?;
    let body = serde_json::json!({ "terms_version": contract.terms_version, "terms": terms });
    event(tx, &contract, EventAction::ContractEdit, body)?;
    let mut ledger = Ledger::load(tx.connection, contract)?;
    append::changed(tx, &mut ledger)?;
    Ok(state(&ledger.contract))
}

/// A contract in full.
///
/// # Errors
/// `NotFound` for one that the caller may not know of.
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<ContractView, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        view(connection, ledger)
    })
}

/// The standing of a contract on a day, today if none is named.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of.
pub fn standing(app: &App, caller: &Caller, id: &str, as_of: Option<NaiveDate>) -> Result<Standing, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        Ledger::load(connection, contract)?.standing(as_of.unwrap_or_else(|| caller.today()), Trails::On)
    })
}

/// What an action answers of a contract.
pub fn state(contract: &Contract) -> ContractSummary {
    ContractSummary {
        id: contract.public_id.clone(),
        number: contract.number.clone(),
        state: contract.state,
        version: contract.version,
    }
}

/// Notes in the contract's chain what was done.
///
/// # Errors
/// The database's.
pub fn event(
    tx: &mut Tx<'_>,
    contract: &Contract,
    action: impl Into<EventAction>,
    body: serde_json::Value,
) -> Result<(), Error> {
    let stream = format!("contract:{}", contract.public_id);
    tx.event(&Event { stream: &stream, action: action.into(), object: &contract.public_id, body })
}

/// A contract in full, of what is loaded.
///
/// # Errors
/// The database's.
pub(crate) fn view(connection: &mut AnyConnection, ledger: Ledger) -> Result<ContractView, Error> {
    let Ledger { contract, terms, details, .. } = ledger;
    let ids = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
    let organisations = organisations::by_ids(connection, &ids)?;
    let party = |id| {
        let found = organisations.iter().find(|organisation| organisation.id == id);
        found.map_or_else(
            || Party { code: String::new(), name: String::new() },
            |organisation| Party { code: organisation.code.clone(), name: organisation.name.clone() },
        )
    };
    let appropriation = match contract.appropriation_id {
        Some(id) => appropriations::by_id(connection, id)?.map(|found| found.public_id),
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

/// The caller's seat as an officer of the bureau that buys.
pub(crate) fn officer_of(app: &App, caller: &Caller, input: &ContractInput) -> Result<Seat, Error> {
    let purchaser = organisations::by_code(&mut *app.pool.get()?, &input.purchaser)?;
    let seats = caller.may(Action::CreateContract)?;
    seats
        .into_iter()
        .find(|seat| purchaser.as_ref().is_some_and(|p| p.id == seat.organisation))
        .cloned()
        .ok_or_else(|| Error::forbidden("not-the-purchaser"))
}

/// Checks what was entered and finds the rows that it names.
fn head(connection: &mut AnyConnection, input: &ContractInput, seat: &Seat) -> Result<Head, Error> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut wrong =
        |path: &str, key: &'static str| errors.push(FieldError { path: path.to_owned(), message: Message::new(key) });
    for (path, text) in [("number", &input.number), ("title", &input.title), ("method", &input.method)] {
        if text.trim().is_empty() || text.chars().count() > LINE || text.chars().any(char::is_control) {
            wrong(path, "line-length");
        }
    }
    let purchaser = organisations::by_code(connection, &input.purchaser)?;
    let funder = organisations::by_code(connection, &input.funder)?.filter(|o| o.function == Function::Finance);
    let contractor = match CreditCode::parse(&input.contractor) {
        Ok(code) => organisations::contractor_by_credit_code(connection, code.as_str())?,
        Err(_) => None,
    };
    let appropriation = match &input.appropriation {
        Some(id) => appropriations::by_public_id(connection, id)?,
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
    check_terms(&input.terms).map_err(refusal)?;
    match (purchaser, funder, contractor, region) {
        (Some(purchaser), Some(funder), Some(contractor), Some(region_id)) if errors.is_empty() => Ok(Head {
            number: input.number.trim().to_owned(),
            title: input.title.trim().to_owned(),
            purchaser_id: purchaser.id,
            funder_id: funder.id,
            contractor_id: contractor.organisation_id,
            region_id,
            appropriation_id: appropriation.map(|a| a.id.0),
            regime: input.regime.as_str(),
            method: input.method.trim().to_owned(),
            plan_no: input.plan_no.clone().unwrap_or_default(),
            award_on: input.award_on,
            signed_on: input.signed_on,
            amount_fen: input.terms.amount.fen(),
            year: input.terms.starts_on.year(),
            starts_on: input.terms.starts_on,
            ends_on: input.terms.ends_on,
        }),
        _ => Err(Error::Refused { rule: "register".to_owned(), errors }),
    }
}

/// Keeps the terms as their next immutable version, and the words by which the contract is found; gives the hash of the
/// version, which the contract's chain of events is to name.
fn save_terms(tx: &mut Tx<'_>, contract: &Contract, input: &ContractInput) -> Result<String, Error> {
    let json = |value: serde_json::Result<String>| value.map_err(|error| Error::Internal(error.to_string()));
    let terms = json(serde_json::to_string(&input.terms))?;
    let details = json(serde_json::to_string(&input.details))?;
    let row = TermsRow {
        version: contract.terms_version + 1,
        effective_on: input.terms.starts_on,
        hash: hash_chains::digest(&[&terms, &details]),
        terms,
        details,
    };
    let by = tx.person()?;
    rows::insert_terms(tx.connection, contract.id, &row, by, tx.context.now)?;
    let contractor = organisations::by_ids(tx.connection, &[contract.contractor_id])?;
    let name = contractor.first().map_or("", |contractor| contractor.name.as_str());
    let text = search::text_of(&input.number, &input.title, name);
    search::replace(tx.connection, contract.id, &text)?;
    Ok(row.hash)
}
