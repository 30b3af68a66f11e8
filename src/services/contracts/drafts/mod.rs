//! Drafts: a registration entered step by step, saved as typed, checked after each step, tried, and finally registered.
//!
//! A draft belongs to the purchasing bureau and is invisible to other organisations. It is not a contract yet.

pub mod amending;
mod catalogue;
mod change;
pub mod choices;
pub mod clauses;
pub mod columns;
pub mod copying;
pub mod fields;
pub mod generate;
pub mod paste;
mod reading;
mod registered;
pub mod removed;
pub mod rewriting;
pub mod steps;
pub mod sums;
pub mod templates;
pub mod trial;
mod twins;
pub mod undo;
mod warnings;
mod writing;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::facts::Facts;
use crate::domain::policy::Action;
use crate::domain::standing::{Trails, standing};
use crate::error::{Error, FieldError};
use crate::services::contracts::drafts::amending::Amended;
pub use crate::services::contracts::drafts::change::{Change, merge_step};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::generate::Plan;
use crate::services::contracts::drafts::reading::{Reading, field_of};
use crate::services::contracts::drafts::rewriting::Moved;
use crate::services::contracts::drafts::steps::{Step, steps_of};
use crate::services::contracts::drafts::trial::Trial;
use crate::services::contracts::list::ContractName;
use crate::services::contracts::new_contract;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration::{self, ContractSummary};
use crate::services::documents::ContractSnapshot;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::drafts::{self as rows, Draft, DraftOf, NewDraft};
use crate::storage::identity::names::Names;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::locks::Scope;
use crate::storage::registry::organisations;
use crate::storage::write::{Event, Tx, write, write_in};

/// Identifier and version of a draft after a write.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DraftSummary {
    /// Random identifier, used in addresses.
    pub id: String,
    /// Version, raised by every save.
    pub version: i64,
}

/// A draft in a list.
#[derive(Debug)]
pub struct DraftItem {
    /// Random identifier, used in addresses.
    pub id: String,
    /// Contract number as typed.
    pub number: String,
    /// Title as typed.
    pub title: String,
    /// Name of the person who saved last.
    pub changed_by: String,
    /// Time of the save.
    pub changed_at: DateTime<Utc>,
}

/// A draft with its faults and warnings.
#[derive(Debug)]
pub struct DraftView {
    /// Random identifier, used in addresses.
    pub id: String,
    /// Version, raised by every save.
    pub version: i64,
    /// Name of the person who saved last.
    pub saved_by: String,
    /// True if the caller saved last.
    pub is_saved_by_caller: bool,
    /// True if the draft rewrites a registered draft contract.
    pub rewrites: bool,
    /// The amended contract; `None` for a registration.
    pub amends: Option<Amended>,
    /// Set once the draft can no longer be saved to its contract.
    pub moved: Option<Moved>,
    /// Fields as typed.
    pub fields: Fields,
    /// Faults that block registering, each at its field.
    pub faults: Vec<FieldError>,
    /// Faults that signing or funding would refuse, each at its field.
    pub warnings: Vec<FieldError>,
    /// Contracts of the same parties and period with the same title, ignoring differences of spelling.
    pub twins: Vec<ContractName>,
    /// Snapshot for the texts shared with documents; `None` while the terms have faults.
    pub summary: Option<ContractSnapshot>,
}

impl DraftView {
    /// Returns the steps of the draft.
    pub fn steps(&self) -> &'static [Step] {
        steps_of(self.amends.is_some())
    }

    /// Finds a step of the draft by name.
    ///
    /// # Errors
    /// `NotFound` if the draft has no such step.
    pub fn step(&self, name: &str) -> Result<&'static Step, Error> {
        self.steps().iter().find(|step| step.name == name).ok_or(Error::NotFound)
    }

    /// Returns whether a field of a step was filled in; the purchaser, which is prefilled, does not count.
    pub fn is_begun(&self, step: &Step) -> bool {
        self.fields.all().any(|(name, _)| step.owns(name) && name != "purchaser")
    }

    /// Returns the faults of a step.
    pub fn faults_of(&self, step: &Step) -> impl Iterator<Item = &FieldError> {
        self.faults.iter().filter(|fault| step.owns(&fault.path))
    }

    /// Returns the warnings of a step.
    pub fn warnings_of(&self, step: &Step) -> impl Iterator<Item = &FieldError> {
        self.warnings.iter().filter(|warning| step.owns(&warning.path))
    }
}

/// Creates an empty draft.
///
/// # Errors
/// `Forbidden` for a caller who may not register contracts.
pub fn create(app: &App, caller: &Caller) -> Result<DraftSummary, Error> {
    let seat = caller.seat(Action::CreateContract)?;
    let public_id = app.ids.uuid();
    let organisation = organisations::by_ids(&mut *app.pool.get()?, &[seat.organisation])?;
    let mut fields = Fields::default();
    fields.set("purchaser", organisation.first().map(|own| own.code.clone()).unwrap_or_default());
    begin(app, caller, seat, &public_id, DraftOf::New, &fields)
}

/// Opens the draft that rewrites a draft contract: the existing one, or a new one filled with the contract.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see; `Conflict` for a contract past its draft state.
pub fn of_contract(app: &App, caller: &Caller, contract: &str) -> Result<DraftSummary, Error> {
    caller.may(Action::EditContract)?;
    let found = app.pool.read(|connection| {
        let (contract, seat) = caller.contract(connection, contract, Action::EditContract)?;
        in_state(&contract, Action::EditContract)?;
        let named = DraftOf::Rewritten(contract.id, contract.version);
        let earlier = rows::of_contract(connection, named)?;
        let record = ContractRecord::load(connection, contract)?;
        Ok((seat, earlier, named, registration::build_view(connection, &record, caller.today())?))
    })?;
    let (seat, earlier, named, view) = found;
    match earlier {
        Some(draft) if draft.contract_version == named.version() => Ok(summary(&draft)),
        _ => begin(app, caller, &seat, &app.ids.uuid(), named, &writing::fields_of(&view)),
    }
}

/// Opens the existing draft of its kind, or creates one with these fields.
fn begin(
    app: &App,
    caller: &Caller,
    seat: &Seat,
    public_id: &str,
    of: DraftOf,
    fields: &Fields,
) -> Result<DraftSummary, Error> {
    let fields = json(fields)?;
    let scope = match of {
        DraftOf::New => Scope::Unshared,
        DraftOf::Rewritten(id, _) | DraftOf::Amended(id, _) => Scope::Contract(id),
    };
    write_in(&app.pool, scope, &caller.context(app, seat), |tx| {
        if let Some(earlier) = rows::of_contract(tx.connection, of)? {
            if of.version() == earlier.contract_version {
                return Ok(summary(&earlier));
            }
            // Edits of an older version would undo later changes, so the draft is filled again.
            rows::delete(tx.connection, earlier.id)?;
            let body = registered::discard_body(earlier.organisation_id, true);
            event(tx, &earlier.public_id, EventAction::DraftDiscard, body)?;
        }
        let by = tx.person()?;
        let (organisation, at) = (seat.organisation, tx.context.now);
        rows::insert(tx.connection, &NewDraft { public_id, organisation, of, fields: &fields, by, at })?;
        event(tx, public_id, EventAction::DraftCreate, serde_json::json!({}))?;
        Ok(DraftSummary { id: public_id.to_owned(), version: 1 })
    })
}

/// Lists the drafts of the caller's bureau, newest first.
///
/// # Errors
/// `Forbidden` for a caller who may not register contracts, `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<DraftItem>, Error> {
    let own = bureaus(caller)?;
    app.pool.read(|connection| {
        let before = page.after_item(|id| Ok(rows::of_organisations(connection, id, &own)?.map(|draft| draft.id)))?;
        let found = page.cut(rows::list(connection, &own, before, page.rows())?, |draft| &draft.public_id);
        let names = Names::load(connection, found.items.iter().map(|draft| Some(draft.changed_by.0)))?;
        found.try_map(|draft| {
            let fields: Fields = stored(&draft.fields)?;
            Ok(DraftItem {
                number: fields.value("number").to_owned(),
                title: fields.value("title").to_owned(),
                changed_by: names.of(draft.changed_by),
                changed_at: draft.changed_at.and_utc(),
                id: draft.public_id,
            })
        })
    })
}

/// Returns number and title, as typed, of the drafts among `ids` that belong to the caller's bureau; empty for a caller
/// who may not register contracts.
///
/// # Errors
/// Database errors.
pub fn names(app: &App, caller: &Caller, ids: &[&str]) -> Result<Vec<ContractName>, Error> {
    let Some(own) = bureaus(caller).ok().filter(|_| !ids.is_empty()) else { return Ok(Vec::new()) };
    let found = app.pool.read(|connection| rows::fields_of(connection, ids, &own))?;
    let name = |(id, fields): (String, String)| {
        let fields: Fields = stored(&fields)?;
        let (number, title) = (fields.value("number").to_owned(), fields.value("title").to_owned());
        Ok(ContractName { id, number, title })
    };
    found.into_iter().map(name).collect()
}

/// Returns a draft.
///
/// # Errors
/// `NotFound`, also for a draft of another bureau.
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<DraftView, Error> {
    app.pool.read(|connection| {
        let draft = load(connection, caller, id)?;
        let fields: Fields = stored(&draft.fields)?;
        let amends = amending::load(connection, &draft, caller.today())?;
        let Reading { terms, mut faults, .. } = amending::read_fields(&fields, amends.as_ref());
        if let Some(fault) = twins::number_fault(connection, &draft, &fields)? {
            faults.insert(0, fault);
        }
        let days = WorkingDays::load(connection)?;
        let mut warnings =
            warnings::of_terms(connection, (&draft, &fields), terms.as_ref(), (caller.today(), &days.calendar))?;
        if let Some(amended) = &amends {
            let on = (caller.today(), &*days.calendar);
            warnings.extend(warnings::of_extensions(amended, (&fields, terms.as_ref()), on));
        }
        let twins = twins::find_twins(connection, &draft, &fields)?;
        let saved_by = Names::load(connection, [Some(draft.changed_by.0)])?;
        Ok(DraftView {
            saved_by: saved_by.of(draft.changed_by),
            is_saved_by_caller: draft.changed_by == caller.person,
            twins,
            warnings,
            moved: rewriting::moved(connection, &draft, amends.as_ref())?,
            summary: terms.and_then(|(terms, details)| {
                let facts = Facts::default();
                let standing = standing(&terms, &facts, &days.calendar, terms.starts_on, Trails::Off).ok()?;
                let title = (fields.value("number"), fields.value("title"));
                Some(trial::summary(terms, details, title, standing, (days.announced_until(), caller.today())))
            }),
            id: draft.public_id,
            version: draft.version,
            rewrites: draft.contract_id.is_some(),
            amends,
            fields,
            faults,
        })
    })
}

/// Saves a step's fields, valid or not, and then applies a change to its rows.
///
/// # Errors
/// `NotFound`, also for a draft of another bureau; `VersionMismatch` if the draft was saved in between; `Refused` for
/// an overlong field, or if rows cannot be generated or pasted.
pub fn save(
    app: &App,
    caller: &Caller,
    (id, version): (&str, i64),
    step: &Step,
    typed: &Fields,
    change: &Change,
) -> Result<DraftSummary, Error> {
    typed.check_lengths()?;
    let draft = app.pool.read(|connection| load(connection, caller, id))?;
    let seat = seat_of(caller, &draft)?;
    write_in(&app.pool, Scope::Draft(draft.id), &caller.context(app, seat), |tx| {
        let draft = load(tx.connection, caller, id)?;
        if draft.version != version {
            return Err(Error::VersionMismatch);
        }
        let mut fields: Fields = stored(&draft.fields)?;
        let before = fields.clone();
        change.apply(&mut fields, step, typed, caller.language)?;
        catalogue::fill_services(tx.connection, &before, &mut fields)?;
        let (by, at) = (tx.person()?, tx.context.now);
        if !rows::save(tx.connection, &draft, &json(&fields)?, by, at)? {
            return Err(Error::VersionMismatch);
        }
        event(tx, id, EventAction::DraftSave, serde_json::json!({ "step": step.name }))?;
        Ok(DraftSummary { id: draft.public_id, version: draft.version + 1 })
    })
}

/// Plans the rows that a step's generator would add to a draft. Stores nothing.
///
/// # Errors
/// `NotFound`, also for a draft of another bureau; `Refused` at the parameters from which nothing can be generated.
pub fn plan(app: &App, caller: &Caller, id: &str, step: &Step, typed: &Fields) -> Result<Plan, Error> {
    let draft = app.pool.read(|connection| load(connection, caller, id))?;
    generate::plan(step.name, &stored(&draft.fields)?, typed, caller.language)
}

/// Deletes a draft.
///
/// # Errors
/// `NotFound`, also for a draft of another bureau.
pub fn discard(app: &App, caller: &Caller, id: &str) -> Result<DraftSummary, Error> {
    let draft = app.pool.read(|connection| load(connection, caller, id))?;
    let seat = seat_of(caller, &draft)?;
    write_in(&app.pool, Scope::Draft(draft.id), &caller.context(app, seat), |tx| {
        let draft = load(tx.connection, caller, id)?;
        rows::delete(tx.connection, draft.id)?;
        event(tx, id, EventAction::DraftDiscard, registered::discard_body(draft.organisation_id, false))?;
        Ok(summary(&draft))
    })
}

/// Registers a draft, or rewrites the draft contract from which it was made, and deletes the draft.
///
/// # Errors
/// `NotFound`, also for a draft of another bureau; `Refused` with every fault, each at its field; `VersionMismatch` if
/// the draft or the contract changed since.
pub fn register(app: &App, caller: &Caller, id: &str, version: i64) -> Result<ContractSummary, Error> {
    let draft = app.pool.read(|connection| load(connection, caller, id))?;
    if draft.amends_id.is_some() {
        return Err(Error::NotFound);
    }
    let input = input_of(&draft)?;
    let seat = match draft.contract_id {
        None => registration::find_officer_seat(app, caller, &input)?,
        Some(_) => seat_of(caller, &draft)?.clone(),
    };
    let public_id = app.ids.uuid();
    let done = write(&app.pool, &caller.context(app, &seat), |tx| {
        let draft = load(tx.connection, caller, id)?;
        if draft.version != version {
            return Err(Error::VersionMismatch);
        }
        let input = input_of(&draft)?;
        let done = match draft.contract_id {
            None => new_contract::register(tx, &public_id, &seat, &input)?,
            Some(contract) => {
                let contract = crate::storage::contracts::by_id(tx.connection, ContractId(contract))?;
                registration::rewrite(tx, caller, &contract.public_id, draft.contract_version, &input)?
            }
        };
        rows::delete(tx.connection, draft.id)?;
        event(tx, id, EventAction::DraftRegister, serde_json::json!({ "contract": done.id }))?;
        Ok(done)
    });
    done.map_err(at_fields)
}

/// Computes the outcome of a draft's terms under assumptions, by default the best case. Stores nothing.
///
/// # Errors
/// `NotFound`, also for a draft of another bureau; `Refused` while its terms have faults.
pub fn attempt(app: &App, caller: &Caller, id: &str, supposed: Option<Fields>) -> Result<Trial, Error> {
    let (draft, days) =
        app.pool.read(|connection| Ok((load(connection, caller, id)?, WorkingDays::load(connection)?)))?;
    let fields: Fields = stored(&draft.fields)?;
    let amends = app.pool.read(|connection| amending::load(connection, &draft, caller.today()))?;
    let Reading { terms, faults, .. } = amending::read_fields(&fields, amends.as_ref());
    let Some(terms) = terms else {
        return Err(Error::Refused { rule: "draft".to_owned(), errors: faults });
    };
    let supposed = supposed.unwrap_or_else(|| trial::proposed(&terms.0));
    let title = (fields.value("number"), fields.value("title"));
    Ok(trial::attempt(terms, title, (&days, caller.today()), supposed))
}

fn input_of(draft: &Draft) -> Result<registration::ContractInput, Error> {
    let Reading { input, faults, .. } = reading::read_draft(&stored(&draft.fields)?, None);
    input.ok_or(Error::Refused { rule: "draft".to_owned(), errors: faults })
}

/// Moves the paths of a refused registration to the fields of the draft.
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
    let found = rows::of_organisations(connection, id, &bureaus(caller)?)?;
    found.map_or_else(|| Err(registered::of_draft(connection, caller, id)?), Ok)
}

/// Returns the seat in which the caller edits a draft.
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

fn event(tx: &mut Tx<'_>, id: &str, action: EventAction, body: serde_json::Value) -> Result<(), Error> {
    tx.event(&Event { stream: &registered::stream_of(id), action, object: id, body })
}
