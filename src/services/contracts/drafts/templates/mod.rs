//! Templates of contracts: the terms of a draft or contract under a name, without parties, numbers and appropriation,
//! with days counted from the first day of the service. A bureau has its own; those without a bureau are for all, kept by
//! administrators. The programme of the city's notice is built into the program.

mod counted;

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Language, Role};
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::domain::terms::Terms;
use crate::error::{Error, Message};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::{
    DraftSummary, event as draft_event, json, load as load_draft, reading, writing,
};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration;
use crate::services::identity::caller::Caller;
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::drafts::{self as draft_rows, DraftOf, NewDraft};
use crate::storage::contracts::templates::{self as rows, ContractTemplate, NewTemplate, SeenTemplates};
use crate::storage::identity::names::Names;
use crate::storage::identity::people::Seat;
use crate::storage::ids::OrganisationId;
use crate::storage::locks::Scope;
use crate::storage::registry::organisations;
use crate::storage::write::{Event, Tx, write, write_in};
use crate::text::message;

/// Identifier of the template that is built into the program: the programme of the city's notice.
pub const NOTICE: &str = "notice-2017-43";
/// Its fields.
static NOTICE_FIELDS: LazyLock<Fields> =
    LazyLock::new(|| serde_json::from_str(include_str!("notice-2017-43.json")).unwrap_or_default());

/// A template to save, from exactly one source.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateInput {
    pub name: String,
    /// Identifier of the contract whose newest terms are saved.
    #[serde(default)]
    pub contract: Option<String>,
    /// Identifier of the draft that is saved.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A draft to begin from a template.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginInput {
    /// First day of the service.
    #[serde(deserialize_with = "date")]
    pub starts_on: NaiveDate,
    /// Credit code of the contractor; can be left open.
    #[serde(default)]
    pub contractor: Option<String>,
}

/// A template in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateItem {
    /// Identifier, used in addresses.
    pub id: String,
    pub name: String,
    /// Name of the bureau that has the template; null for a template of all bureaus.
    pub bureau: Option<String>,
    /// Name of the person who saved it; null for the template that is built in.
    pub saved_by: Option<String>,
    /// Time at which it was saved, in UTC.
    pub saved_at: Option<DateTime<Utc>>,
    /// True if the caller may rename and retire it.
    pub may_manage: bool,
}

/// A template with the terms that a draft from it would have.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractTemplateView {
    pub template: TemplateItem,
    /// Title of the contract.
    pub title: String,
    /// First day of the service for which the terms are shown.
    pub starts_on: NaiveDate,
    /// Terms for this first day; null for a template of an incomplete draft.
    #[schema(value_type = Option<Object>)]
    pub terms: Option<Terms>,
    /// Names and texts of the details of the terms.
    #[schema(value_type = Option<Object>)]
    pub details: Option<Details>,
}

/// A template as stored or built in.
enum Found {
    BuiltIn,
    Stored(Box<ContractTemplate>),
}

impl Found {
    fn fields(&self) -> Result<Fields, Error> {
        match self {
            Self::BuiltIn => Ok(NOTICE_FIELDS.clone()),
            Self::Stored(template) => stored(&template.fields),
        }
    }
}

/// Returns what the caller sees besides the templates of all bureaus.
fn seen(caller: &Caller) -> Result<SeenTemplates, Error> {
    let seats = caller.may(Action::ListContractTemplates)?;
    if seats.iter().any(|seat| seat.role == Role::Administrator) {
        return Ok(SeenTemplates::All);
    }
    Ok(SeenTemplates::Of(seats.into_iter().map(|seat| seat.organisation).collect()))
}

fn find(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<Found, Error> {
    let seen = seen(caller)?;
    if id == NOTICE {
        return Ok(Found::BuiltIn);
    }
    let found = rows::find(connection, id, &seen)?.ok_or(Error::NotFound)?;
    Ok(Found::Stored(Box::new(found)))
}

/// Returns the seat in which the caller manages the templates of a bureau, or as an administrator those of all bureaus.
fn managing_seat(caller: &Caller, bureau: Option<i64>) -> Result<Option<Seat>, Error> {
    let seats = caller.may(Action::ManageContractTemplates)?;
    let manages = |seat: &&Seat| match bureau {
        None => seat.role == Role::Administrator,
        Some(bureau) => seat.role != Role::Administrator && seat.organisation == OrganisationId(bureau),
    };
    Ok(seats.into_iter().find(manages).cloned())
}

/// Returns whether the caller may offer a bureau's template to all bureaus.
pub fn may_offer(caller: &Caller) -> bool {
    matches!(managing_seat(caller, None), Ok(Some(_)))
}

fn built_in(language: Language) -> TemplateItem {
    TemplateItem {
        id: NOTICE.to_owned(),
        name: message(language, "contract-template-notice", &[]),
        bureau: None,
        saved_by: None,
        saved_at: None,
        may_manage: false,
    }
}

/// Describes templates, with the names of their bureaus and of those who saved them.
fn describe(
    connection: &mut AnyConnection,
    caller: &Caller,
    found: Vec<ContractTemplate>,
) -> Result<Vec<TemplateItem>, Error> {
    let bureaus: Vec<OrganisationId> =
        found.iter().filter_map(|template| template.organisation_id).map(OrganisationId).collect();
    let bureaus = organisations::by_ids(connection, &bureaus)?;
    let names = Names::load(connection, found.iter().map(|template| Some(template.saved_by.0)))?;
    let item = |template: ContractTemplate| {
        let of = template.organisation_id.map(OrganisationId);
        Ok(TemplateItem {
            may_manage: matches!(managing_seat(caller, template.organisation_id), Ok(Some(_))),
            bureau: of.and_then(|id| bureaus.iter().find(|bureau| bureau.id == id)).map(|bureau| bureau.name.clone()),
            saved_by: Some(names.of(template.saved_by)),
            saved_at: Some(template.saved_at.and_utc()),
            id: template.public_id,
            name: template.name,
        })
    };
    found.into_iter().map(item).collect()
}

/// Lists the templates that the caller sees: the one that is built in, then the others, newest first.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<TemplateItem>, Error> {
    let seen = seen(caller)?;
    app.pool.read(|connection| {
        let place = |id: &str| match id {
            NOTICE => Ok(Some(None)),
            _ => Ok(rows::find(connection, id, &seen)?.map(|template| Some(template.id))),
        };
        let after = page.after_item(place)?;
        let mut items: Vec<TemplateItem> = after.is_none().then(|| built_in(caller.language)).into_iter().collect();
        let found = rows::list(connection, &seen, after.flatten(), page.rows())?;
        items.extend(describe(connection, caller, found)?);
        Ok(page.cut(items, |item| &item.id))
    })
}

/// Shows a template with its terms for a first day, by default the first of the next month.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a template of another bureau or one that is retired; `Refused` for a first day that
/// would move other days out of range.
pub fn show(app: &App, caller: &Caller, id: &str, starts_on: Option<NaiveDate>) -> Result<ContractTemplateView, Error> {
    caller.may(Action::ListContractTemplates)?;
    app.pool.read(|connection| {
        let found = find(connection, caller, id)?;
        let starts_on = starts_on.unwrap_or_else(|| proposed_start(caller.today()));
        let fields = counted::fill(&found.fields()?, starts_on)?;
        let template = match found {
            Found::BuiltIn => built_in(caller.language),
            Found::Stored(template) => describe(connection, caller, vec![*template])?.pop().ok_or(Error::NotFound)?,
        };
        let (terms, details) = reading::read_draft(&fields, None).terms.unzip();
        Ok(ContractTemplateView { template, title: fields.value("title").to_owned(), starts_on, terms, details })
    })
}

/// Returns the first of the next month.
fn proposed_start(today: NaiveDate) -> NaiveDate {
    let first = today.checked_sub_days(Days::new(u64::from(today.day0())));
    first.and_then(|first| first.checked_add_months(Months::new(1))).unwrap_or(today)
}

/// Checks the form of a template's input.
///
/// # Errors
/// `Refused` with every fault: the name, or other than one source.
pub fn check(input: &TemplateInput) -> Result<(), Error> {
    let mut faults = Faults::new("template");
    faults.line("name", &input.name);
    if input.contract.is_some() == input.draft.is_some() {
        faults.add("", Message::new("contract-template-source"));
    }
    faults.finish()
}

/// Returns the title of the contract or draft that would be saved.
///
/// # Errors
/// As [`save`], but for the name.
pub fn source_title(app: &App, caller: &Caller, input: &TemplateInput) -> Result<String, Error> {
    caller.may(Action::SaveContractTemplate)?;
    check(&TemplateInput { name: "-".to_owned(), ..input.clone() })?;
    let (fields, _) = app.pool.read(|connection| source(connection, caller, input))?;
    Ok(counted::fill(&fields, caller.today())?.value("title").to_owned())
}

/// Saves the terms of a contract or draft as a template of the caller's bureau.
///
/// # Errors
/// `Forbidden`; `NotFound` for a source that the caller may not see; `Refused` as [`check`], and for a draft
/// without a first day.
pub fn save(app: &App, caller: &Caller, input: &TemplateInput) -> Result<TemplateItem, Error> {
    caller.may(Action::SaveContractTemplate)?;
    check(input)?;
    let (fields, seat) = app.pool.read(|connection| source(connection, caller, input))?;
    let from = input.contract.as_deref().or(input.draft.as_deref());
    let body = serde_json::json!({ "name": input.name.trim(), "from": from, "fields": fields });
    let of = Some(seat.organisation);
    insert(app, caller, &seat, (of, input.name.trim(), &fields), (Action::SaveContractTemplate.into(), body))
}

/// Inserts a template of a bureau, or of all of them, and records an event.
fn insert(
    app: &App,
    caller: &Caller,
    seat: &Seat,
    (organisation, name, fields): (Option<OrganisationId>, &str, &Fields),
    (action, body): (EventAction, serde_json::Value),
) -> Result<TemplateItem, Error> {
    let (public_id, text) = (app.ids.uuid(), json(fields)?);
    write_in(&app.pool, Scope::Unshared, &caller.context(app, seat), |tx| {
        let (by, at) = (tx.person()?, tx.context.now);
        let new = NewTemplate { public_id: &public_id, organisation, name, fields: &text, by, at };
        rows::insert(tx.connection, &new)?;
        record(tx, &public_id, action, body.clone())?;
        let template = rows::find(tx.connection, &public_id, &SeenTemplates::All)?.ok_or(Error::NotFound)?;
        describe(tx.connection, caller, vec![template])?.pop().ok_or(Error::NotFound)
    })
}

/// Loads the fields to save, and the seat in which they are saved.
fn source(connection: &mut AnyConnection, caller: &Caller, input: &TemplateInput) -> Result<(Fields, Seat), Error> {
    let seats = caller.may(Action::SaveContractTemplate)?;
    let own = |bureau: OrganisationId| {
        let exact = seats.iter().find(|seat| seat.organisation == bureau);
        exact.or_else(|| seats.first()).map(|seat| Seat::clone(seat)).ok_or(Error::NotFound)
    };
    if let Some(id) = &input.contract {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let seat = own(contract.purchaser_id)?;
        let record = ContractRecord::load(connection, contract)?;
        let view = registration::build_view(connection, &record, NaiveDate::MAX)?;
        return Ok((counted::count(&writing::fields_of(&view))?, seat));
    }
    let draft = load_draft(connection, caller, input.draft.as_deref().unwrap_or_default())?;
    Ok((counted::count(&stored(&draft.fields)?)?, own(draft.organisation_id)?))
}

/// Offers a template of a bureau to all bureaus, as a second template.
///
/// # Errors
/// `Forbidden`, also for a caller who is not an administrator; `NotFound` for a template that the caller may not see;
/// `Refused` for one that all bureaus have.
pub fn offer(app: &App, caller: &Caller, id: &str) -> Result<TemplateItem, Error> {
    caller.may(Action::ManageContractTemplates)?;
    let found = app.pool.read(|connection| find_stored(connection, caller, id))?;
    if found.organisation_id.is_none() {
        return Err(fixed("contract-template-for-all"));
    }
    let seat = managing_seat(caller, None)?.ok_or_else(|| Error::forbidden("contract-template-administrator"))?;
    let fields: Fields = stored(&found.fields)?;
    let body = serde_json::json!({ "name": found.name, "from": id, "fields": fields });
    insert(app, caller, &seat, (None, &found.name, &fields), (EventAction::ContractTemplateOffer, body))
}

/// Finds a template that is not built in.
fn find_stored(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<ContractTemplate, Error> {
    match find(connection, caller, id)? {
        Found::Stored(template) => Ok(*template),
        Found::BuiltIn => Err(fixed("contract-template-fixed")),
    }
}

fn fixed(key: &'static str) -> Error {
    Error::refused_at("template", "", Message::new(key))
}

/// Renames a template of the caller's bureau or, as an administrator, one of all bureaus.
///
/// # Errors
/// `Forbidden`; `NotFound` for a template that the caller may not see; `Refused` for a name, or for the one built in.
pub fn rename(app: &App, caller: &Caller, id: &str, name: &str) -> Result<TemplateItem, Error> {
    let change = |template: &ContractTemplate| {
        let mut faults = Faults::new("template");
        faults.line("name", name);
        faults.finish()?;
        let body = serde_json::json!({ "name": name.trim(), "before": template.name });
        Ok((Some(name.trim()), EventAction::ContractTemplateRename, body))
    };
    manage(app, caller, id, change)
}

/// Retires a template of the caller's bureau or, as an administrator, one of all bureaus. Contracts and drafts that began
/// with it stay as they are.
///
/// # Errors
/// `Forbidden`; `NotFound` for a template that the caller may not see; `Refused` for the one built in.
pub fn retire(app: &App, caller: &Caller, id: &str) -> Result<TemplateItem, Error> {
    let change = |template: &ContractTemplate| {
        let body = serde_json::json!({ "name": template.name });
        Ok((None, EventAction::ContractTemplateRetire, body))
    };
    manage(app, caller, id, change)
}

/// Changes a template: gives it a name, or retires it without one.
fn manage<'a>(
    app: &App,
    caller: &Caller,
    id: &str,
    change: impl Fn(&ContractTemplate) -> Result<(Option<&'a str>, EventAction, serde_json::Value), Error>,
) -> Result<TemplateItem, Error> {
    caller.may(Action::ManageContractTemplates)?;
    let find_managed = |connection: &mut AnyConnection| {
        let template = find_stored(connection, caller, id)?;
        let seat = managing_seat(caller, template.organisation_id)?;
        let seat = seat.ok_or_else(|| Error::forbidden("contract-template-administrator"))?;
        Ok((template, seat))
    };
    let (template, seat) = app.pool.read(find_managed)?;
    change(&template)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (template, _) = find_managed(tx.connection)?;
        let (name, action, body) = change(&template)?;
        match name {
            Some(name) => rows::rename(tx.connection, template.id, name)?,
            None => rows::retire(tx.connection, template.id)?,
        }
        record(tx, id, action, body)?;
        let renamed = ContractTemplate { name: name.unwrap_or(&template.name).to_owned(), ..template };
        describe(tx.connection, caller, vec![renamed])?.pop().ok_or(Error::NotFound)
    })
}

fn record(tx: &mut Tx<'_>, id: &str, action: EventAction, body: serde_json::Value) -> Result<(), Error> {
    tx.event(&Event { stream: &format!("contract-template:{id}"), action, object: id, body })
}

/// Begins a draft from a template.
///
/// # Errors
/// `Forbidden` for a caller who may not register contracts; `NotFound` as [`show`]; `Refused` for an unknown contractor
/// or a first day that would move other days out of range.
pub fn begin(app: &App, caller: &Caller, id: &str, input: &BeginInput) -> Result<DraftSummary, Error> {
    let seats = caller.may(Action::CreateContract)?;
    let (fields, seat) = app.pool.read(|connection| {
        let found = find(connection, caller, id)?;
        let of = if let Found::Stored(template) = &found { template.organisation_id } else { None };
        let own = seats.iter().find(|seat| Some(seat.organisation.0) == of);
        let seat = Seat::clone(own.or_else(|| seats.first()).ok_or(Error::NotFound)?);
        let mut fields = counted::fill(&found.fields()?, input.starts_on)?;
        if let Some(code) = input.contractor.as_deref().filter(|code| !code.is_empty()) {
            let contractor = organisations::contractor_by_credit_code(connection, code)?;
            let unknown = || Error::refused_at("template", "contractor", Message::new("unknown-contractor"));
            fields.set("contractor", contractor.ok_or_else(unknown)?.credit_code);
        }
        let purchaser = organisations::by_ids(connection, &[seat.organisation])?;
        fields.set("purchaser", purchaser.first().map(|own| own.code.clone()).unwrap_or_default());
        Ok((fields, seat))
    })?;
    let (public_id, fields) = (app.ids.uuid(), json(&fields)?);
    write_in(&app.pool, Scope::Unshared, &caller.context(app, &seat), |tx| {
        let (organisation, by, at) = (seat.organisation, tx.person()?, tx.context.now);
        let new = NewDraft { public_id: &public_id, organisation, of: DraftOf::New, fields: &fields, by, at };
        draft_rows::insert(tx.connection, &new)?;
        draft_event(tx, &public_id, EventAction::DraftCreate, serde_json::json!({ "template": id }))?;
        Ok(DraftSummary { id: public_id.clone(), version: 1 })
    })
}
