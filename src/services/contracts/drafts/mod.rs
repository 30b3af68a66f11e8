//! Registering a contract step by step: what was typed is kept as it is, checked while it grows, tried, and in the end registered.
//! A draft belongs to the bureau that buys; nobody else knows of it.

pub mod choices;
pub mod clauses;
pub mod fields;
mod generate;
mod reader;
mod reading;
pub mod steps;
pub mod trial;
mod writing;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::facts::Facts;
use crate::domain::policy::Action;
use crate::domain::standing::{Trails, standing};
use crate::domain::statutes;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::fields::Fields;
pub use crate::services::contracts::drafts::generate::Change;
pub use crate::services::contracts::drafts::reader::beside_a_field;
use crate::services::contracts::drafts::reading::{Reading, field_of};
use crate::services::contracts::drafts::steps::Step;
use crate::services::contracts::drafts::trial::Trial;
use crate::services::contracts::record::{Ledger, stored};
use crate::services::contracts::registration::{self, ContractSummary};
use crate::services::documents::SummaryInput;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::paging::MAX_PAGE_SIZE;
use crate::storage::AnyConnection;
use crate::storage::contracts::drafts::{self as rows, Draft, NewDraft};
use crate::storage::identity::people::{self, Seat};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;
use crate::storage::write::{Event, Tx, write};

/// Fields that say which of a kind it is: a row that holds nothing else was left empty.
const KINDS: &[&str] = &["kind", "severity", "base", "direction", "milestone"];

/// What a write answers of a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftSummary {
    /// Identifier.
    pub id: String,
    /// Its version.
    pub version: i64,
}

/// A draft in a list.
#[derive(Debug)]
pub struct DraftItem {
    /// Identifier.
    pub id: String,
    /// Number of the contract, as it was typed.
    pub number: String,
    /// Title, as it was typed.
    pub title: String,
    /// Who saved last.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}

/// A draft with what is wrong with it.
#[derive(Debug)]
pub struct DraftView {
    /// Identifier.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Whether it rewrites a contract that is registered already.
    pub rewrites: bool,
    /// What was typed.
    pub fields: Fields,
    /// What stands against registering it.
    pub faults: Vec<FieldError>,
    /// What the law will ask for before the contract is signed.
    pub warnings: Vec<FieldError>,
    /// Terms in the words of documents, where nothing is wrong with them.
    pub summary: Option<SummaryInput>,
}

impl DraftView {
    /// Whether anything was typed into a step: its purchaser is filled in before anybody has looked at it.
    pub fn is_begun(&self, step: &Step) -> bool {
        self.fields.all().any(|(name, _)| step.owns(name) && name != "purchaser")
    }

    /// What is wrong with a step.
    pub fn faults_of(&self, step: &Step) -> impl Iterator<Item = &FieldError> {
        self.faults.iter().filter(|fault| step.owns(&fault.path))
    }

    /// What the law asks of a step.
    pub fn warnings_of(&self, step: &Step) -> impl Iterator<Item = &FieldError> {
        self.warnings.iter().filter(|warning| step.owns(&warning.path))
    }
}

/// Begins a registration.
///
/// # Errors
/// `Forbidden` for who registers no contracts.
pub fn create(app: &App, caller: &Caller) -> Result<DraftSummary, Error> {
    let seat = caller.seat(Action::CreateContract)?;
    let public_id = app.ids.uuid();
    let organisation = organisations::by_ids(&mut *app.pool.get()?, &[seat.organisation])?;
    let mut fields = Fields::default();
    fields.set("purchaser", organisation.first().map(|own| own.code.clone()).unwrap_or_default());
    begin(app, caller, seat, &public_id, None, &fields)
}

/// The draft that rewrites a draft contract: the one that is there, or a new one with what the contract says.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of; `Conflict` for one that is no draft any longer.
pub fn of_contract(app: &App, caller: &Caller, contract: &str) -> Result<DraftSummary, Error> {
    caller.may(Action::EditContract)?;
    let found = app.pool.read(|connection| {
        let (contract, seat) = caller.contract(connection, contract, Action::EditContract)?;
        in_state(&contract, Action::EditContract)?;
        let earlier = rows::of_contract(connection, contract.id)?;
        let named = (contract.id, contract.version);
        let ledger = Ledger::load(connection, contract)?;
        Ok((seat, earlier, named, registration::view(connection, ledger)?))
    })?;
    let (seat, earlier, named, view) = found;
    match earlier {
        Some(draft) if draft.contract_version == named.1 => Ok(summary(&draft)),
        _ => begin(app, caller, &seat, &app.ids.uuid(), Some(named), &writing::fields_of(&view)),
    }
}

fn begin(
    app: &App,
    caller: &Caller,
    seat: &Seat,
    public_id: &str,
    contract: Option<(ContractId, i64)>,
    fields: &Fields,
) -> Result<DraftSummary, Error> {
    let fields = json(fields)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        if let Some(earlier) = contract.map(|(id, _)| rows::of_contract(tx.connection, id)).transpose()?.flatten() {
            if contract.is_some_and(|(_, version)| version == earlier.contract_version) {
                return Ok(summary(&earlier));
            }
            // What was typed on top of an older version would undo what was done since: it begins anew.
            rows::delete(tx.connection, earlier.id)?;
        }
        let by = tx.person()?;
        let (organisation, at) = (seat.organisation, tx.context.now);
        rows::insert(tx.connection, &NewDraft { public_id, organisation, contract, fields: &fields, by, at })?;
        event(tx, public_id, "draft.create", serde_json::json!({}))?;
        Ok(DraftSummary { id: public_id.to_owned(), version: 1 })
    })
}

/// The drafts of the caller's bureau, newest first.
///
/// # Errors
/// `Forbidden` for who registers no contracts.
pub fn list(app: &App, caller: &Caller) -> Result<Vec<DraftItem>, Error> {
    let own = bureaus(caller)?;
    app.pool.read(|connection| {
        let drafts = rows::list(connection, &own, MAX_PAGE_SIZE)?;
        let mut who: Vec<_> = drafts.iter().map(|draft| draft.changed_by).collect();
        who.sort_unstable();
        who.dedup();
        let names = people::names(connection, &who)?;
        drafts
            .into_iter()
            .map(|draft| {
                let fields: Fields = stored(&draft.fields)?;
                let by = names.iter().find(|(id, _)| *id == draft.changed_by);
                Ok(DraftItem {
                    number: fields.value("number").to_owned(),
                    title: fields.value("title").to_owned(),
                    changed_by: by.map(|(_, name)| name.clone()).unwrap_or_default(),
                    changed_at: draft.changed_at.and_utc(),
                    id: draft.public_id,
                })
            })
            .collect()
    })
}

/// A draft.
///
/// # Errors
/// `NotFound` for another bureau's.
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<DraftView, Error> {
    app.pool.read(|connection| {
        let draft = load(connection, caller, id)?;
        let fields: Fields = stored(&draft.fields)?;
        let Reading { terms, faults, .. } = reading::read(&fields);
        let calendar = WorkingDays::load(connection)?.calendar;
        let sme = match fields.value("contractor") {
            "" => false,
            code => organisations::contractor_by_credit_code(connection, code)?.is_some_and(|found| found.sme),
        };
        let signed_on = fields.value("signed_on").parse().unwrap_or_else(|_| caller.today());
        let warnings =
            terms.iter().flat_map(|(terms, details)| statutes::before_signing(terms, details, sme, signed_on));
        let warnings = warnings.map(|breached| FieldError {
            path: field_of(&breached.path),
            message: Message { key: breached.code, args: breached.args },
        });
        Ok(DraftView {
            warnings: warnings.collect(),
            summary: terms.and_then(|(terms, details)| {
                let facts = Facts::default();
                let standing = standing(&terms, &facts, &calendar, terms.starts_on, Trails::Off).ok()?;
                let title = (fields.value("number"), fields.value("title"));
                Some(trial::summary(terms, details, title, standing, caller.today()))
            }),
            id: draft.public_id,
            version: draft.version,
            rewrites: draft.contract_id.is_some(),
            fields,
            faults,
        })
    })
}

/// Keeps what was typed into a step, whether or not it is right, and then does what else was asked for.
///
/// # Errors
/// `Changed` where somebody saved in between; `Refused` where rows cannot be generated from what was given.
pub fn save(
    app: &App,
    caller: &Caller,
    (id, version): (&str, i64),
    step: &Step,
    typed: &Fields,
    change: &Change,
) -> Result<DraftSummary, Error> {
    let draft = app.pool.read(|connection| load(connection, caller, id))?;
    let seat = seat_of(caller, &draft)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let draft = load(tx.connection, caller, id)?;
        if draft.version != version {
            return Err(Error::Changed);
        }
        let mut fields: Fields = stored(&draft.fields)?;
        take(&mut fields, step, typed);
        change.apply(&mut fields, typed, caller.language)?;
        let (by, at) = (tx.person()?, tx.context.now);
        if !rows::save(tx.connection, &draft, &json(&fields)?, by, at)? {
            return Err(Error::Changed);
        }
        event(tx, id, "draft.save", serde_json::json!({ "step": step.name }))?;
        Ok(DraftSummary { id: draft.public_id, version: draft.version + 1 })
    })
}

/// Takes what was typed into a step in place of what it held; rows that were left empty are no rows.
pub fn take(fields: &mut Fields, step: &Step, typed: &Fields) {
    fields.replace(|name| step.owns(name), typed);
    let says_something = |list: &str, fields: &Fields, row: usize| {
        let start = format!("{list}.{row}.");
        fields.all().any(|(name, _)| {
            name.strip_prefix(&start)
                .is_some_and(|field| !field.rsplit('.').next().is_some_and(|last| KINDS.contains(&last)))
        })
    };
    for list in step.lists {
        for row in 0..fields.rows(list) {
            for within in ["indicators", "tiers"] {
                let list = format!("{list}.{row}.{within}");
                fields.keep(&list, |fields, row| says_something(&list, fields, row));
            }
        }
        fields.keep(list, |fields, row| says_something(list, fields, row));
    }
}

/// Ends a draft that is not wanted any longer.
///
/// # Errors
/// `NotFound` for another bureau's.
pub fn discard(app: &App, caller: &Caller, id: &str) -> Result<DraftSummary, Error> {
    let draft = app.pool.read(|connection| load(connection, caller, id))?;
    let seat = seat_of(caller, &draft)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let draft = load(tx.connection, caller, id)?;
        rows::delete(tx.connection, draft.id)?;
        event(tx, id, "draft.discard", serde_json::json!({}))?;
        Ok(summary(&draft))
    })
}

/// Registers what was typed, or rewrites the draft contract that it was made from. The draft ends with it.
///
/// # Errors
/// `Refused` with everything that is wrong, each at its field; `Changed` where draft or contract were changed since.
pub fn register(app: &App, caller: &Caller, id: &str, version: i64) -> Result<ContractSummary, Error> {
    let draft = app.pool.read(|connection| load(connection, caller, id))?;
    let input = input_of(&draft)?;
    let seat = match draft.contract_id {
        None => registration::officer_of(app, caller, &input)?,
        Some(_) => seat_of(caller, &draft)?.clone(),
    };
    let public_id = app.ids.uuid();
    let done = write(&app.pool, &caller.context(app, &seat), |tx| {
        let draft = load(tx.connection, caller, id)?;
        if draft.version != version {
            return Err(Error::Changed);
        }
        let input = input_of(&draft)?;
        let done = match draft.contract_id {
            None => registration::register(tx, &public_id, &seat, &input)?,
            Some(contract) => {
                let contract = crate::storage::contracts::by_id(tx.connection, ContractId(contract))?;
                registration::rewrite(tx, caller, &contract.public_id, draft.contract_version, &input)?
            }
        };
        rows::delete(tx.connection, draft.id)?;
        event(tx, id, "draft.register", serde_json::json!({ "contract": done.id }))?;
        Ok(done)
    });
    done.map_err(at_fields)
}

/// What the terms would give, if what is supposed happened; without anything supposed, if all went well. Nothing is stored.
///
/// # Errors
/// `NotFound` for another bureau's draft; `Refused` while something is wrong with its terms.
pub fn attempt(app: &App, caller: &Caller, id: &str, supposed: Option<Fields>) -> Result<Trial, Error> {
    let (draft, days) =
        app.pool.read(|connection| Ok((load(connection, caller, id)?, WorkingDays::load(connection)?)))?;
    let fields: Fields = stored(&draft.fields)?;
    let Reading { terms, faults, .. } = reading::read(&fields);
    let Some(terms) = terms else {
        return Err(Error::Refused { rule: "draft".to_owned(), errors: faults });
    };
    let supposed = supposed.unwrap_or_else(|| trial::proposed(&terms.0));
    let title = (fields.value("number"), fields.value("title"));
    Ok(trial::attempt(terms, title, (&days.calendar, caller.today()), supposed))
}

fn input_of(draft: &Draft) -> Result<registration::ContractInput, Error> {
    let Reading { input, faults, .. } = reading::read(&stored(&draft.fields)?);
    input.ok_or(Error::Refused { rule: "draft".to_owned(), errors: faults })
}

/// A refusal of what registering checks itself, at the fields of the draft.
fn at_fields(error: Error) -> Error {
    match error {
        Error::Refused { rule, errors } => {
            let errors = errors.into_iter().map(|error| FieldError { path: field_of(&error.path), ..error });
            Error::Refused { rule, errors: errors.collect() }
        }
        other => other,
    }
}

fn bureaus(caller: &Caller) -> Result<Vec<OrganisationId>, Error> {
    Ok(caller.may(Action::CreateContract)?.into_iter().map(|seat| seat.organisation).collect())
}

fn load(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<Draft, Error> {
    rows::of_organisations(connection, id, &bureaus(caller)?)?.ok_or(Error::NotFound)
}

/// The seat in which the caller writes a draft.
fn seat_of<'a>(caller: &'a Caller, draft: &Draft) -> Result<&'a Seat, Error> {
    let seats = caller.may(Action::CreateContract)?;
    seats.into_iter().find(|seat| seat.organisation == draft.organisation_id).ok_or(Error::NotFound)
}

fn summary(draft: &Draft) -> DraftSummary {
    DraftSummary { id: draft.public_id.clone(), version: draft.version }
}

fn json(fields: &Fields) -> Result<String, Error> {
    serde_json::to_string(fields).map_err(|error| Error::Internal(error.to_string()))
}

fn event(tx: &mut Tx<'_>, id: &str, action: &str, body: serde_json::Value) -> Result<(), Error> {
    let stream = format!("draft:{id}");
    tx.event(&Event { stream: &stream, action, object: id, body })
}
