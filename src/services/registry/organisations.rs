//! Regions and the bureaus in them, readable by all signed-in people and extended by administrators.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::Function;
use crate::domain::policy::Action;
use crate::domain::text_input::{identifier, key};
pub use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals;
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Named, Page, Paged, SUGGESTION_ROWS, Suggestions};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::access;
use crate::storage::registry::organisations::{self as rows, Filter, Organisation, Region};
use crate::storage::registry::text_match::{containing_all, exactly, starting_with};
use crate::storage::write::{Event, Tx, write};

/// Audit stream of the registry: regions, bureaus, contractors, accounts and services.
pub const STREAM: &str = "register";

/// A region to add.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegionInput {
    /// Administrative division code (GB/T 2260, GB/T 10114).
    pub code: String,
    /// Name of the region.
    pub name: String,
    /// Code of the enclosing region.
    #[serde(default)]
    pub parent: Option<String>,
}

impl RegionInput {
    /// Returns the input with its code in its stored form.
    fn folded(&self) -> Self {
        Self { code: identifier(&self.code), ..self.clone() }
    }
}

/// A region of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegionView {
    /// Administrative division code.
    pub code: String,
    /// Name of the region.
    pub name: String,
    /// Code of the enclosing region.
    pub parent: Option<String>,
}

/// A bureau to add.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationInput {
    /// Unique code, by which people name the bureau.
    pub code: String,
    /// Name of the bureau.
    pub name: String,
    /// Function of the bureau; contractors are added through their own register.
    pub function: Function,
    /// Code of the bureau's region; optional only for the function `other`.
    #[serde(default)]
    pub region: Option<String>,
}

impl OrganisationInput {
    /// Returns the input with its identifiers in their stored form.
    pub(crate) fn folded(&self) -> Self {
        Self { code: identifier(&self.code), ..self.clone() }
    }
}

/// A bureau of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganisationView {
    /// Unique code.
    pub code: String,
    /// Name of the bureau.
    pub name: String,
    /// Function of the bureau.
    pub function: Function,
    /// Code of the bureau's region.
    pub region: Option<String>,
}

/// Lists regions, each after its enclosing region. Every word of `q` must be part of the name or of the code.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list_regions(app: &App, caller: &Caller, q: Option<&str>, page: &Page) -> Result<Paged<RegionView>, Error> {
    caller.may(Action::ListOrganisations)?;
    app.pool.read(|connection| {
        let after = match &page.after {
            None => String::new(),
            Some(code) => {
                let unknown = || Error::malformed("cursor", Message::new("cursor-unknown"));
                rows::region(connection, code)?.ok_or_else(unknown)?.1
            }
        };
        let patterns = containing_all(q.unwrap_or_default());
        let found = rows::list_regions(connection, &patterns, &after, page.rows())?;
        Ok(page.cut(found, |region| &region.code).map(region_view))
    })
}

/// Returns the names of regions by code.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn region_names(app: &App, caller: &Caller, codes: &[&str]) -> Result<Vec<(String, String)>, Error> {
    caller.may(Action::ListOrganisations)?;
    app.pool.read(|connection| rows::region_names(connection, codes))
}

/// Suggests regions by part of the name or code: names that start with the query come first.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn suggest_regions(app: &App, caller: &Caller, q: &str) -> Result<Suggestions<RegionView>, Error> {
    caller.may(Action::ListOrganisations)?;
    Ok(app.pool.read(|connection| regions_like(connection, q))?.map(region_view))
}

/// Finds the regions that [`suggest_regions`] suggests, for anyone.
pub(in crate::services) fn regions_like(connection: &mut AnyConnection, q: &str) -> Result<Suggestions<Region>, Error> {
    let (start, part) = ([starting_with(q.trim())], containing_all(q));
    let patterns = [start.as_slice(), &part].into_iter();
    let found = patterns.map(|patterns| rows::list_regions(connection, patterns, "", SUGGESTION_ROWS));
    Suggestions::collect(found, |region| region.id)
}

/// Finds the region that a person names by code or, if no other region has it, by full name; otherwise the regions
/// that [`suggest_regions`] suggests.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn find_named_region(app: &App, caller: &Caller, named: &str) -> Result<Named<RegionView>, Error> {
    caller.may(Action::ListOrganisations)?;
    Ok(app.pool.read(|connection| region_named(connection, named))?.map(region_view))
}

/// Finds the regions that [`find_named_region`] finds, for anyone.
pub(in crate::services) fn region_named(connection: &mut AnyConnection, named: &str) -> Result<Named<Region>, Error> {
    let (code, patterns) = (identifier(named), [exactly(named.trim())]);
    let mut found = rows::list_regions(connection, &patterns, "", SUGGESTION_ROWS)?;
    match found.iter().position(|region| region.code == code).or((found.len() == 1).then_some(0)) {
        Some(place) => Ok(Named::Exact(found.swap_remove(place))),
        None => Ok(Named::Similar(regions_like(connection, named)?)),
    }
}

/// Adds a region.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, a code already taken, or an unknown parent.
pub fn add_region(app: &App, caller: &Caller, input: &RegionInput) -> Result<RegionView, Error> {
    let seat = caller.seat(Action::ManageOrganisations)?;
    let input = &input.folded();
    check_region(input)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let parent = match &input.parent {
            None => None,
            Some(code) => Some(load_region(tx.connection, "parent", code)?),
        };
        let under = parent.as_ref().map(|(id, path)| (*id, path.as_str()));
        rows::insert_region(tx.connection, &input.code, input.name.trim(), under)?;
        tx.event(&Event {
            stream: STREAM,
            action: EventAction::RegionAdd,
            object: &input.code,
            body: event_body(input)?,
        })?;
        Ok(RegionView { code: input.code.clone(), name: input.name.trim().to_owned(), parent: input.parent.clone() })
    })
}

/// Checks the form of a region's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check_region(input: &RegionInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if input.code.is_empty() || input.code.len() > 12 || !input.code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        faults.add("code", Message::new("register-region-code"));
    }
    faults.line("name", &input.name);
    faults.finish()
}

/// Filter of a list of bureaus.
#[derive(Debug, Default)]
pub struct OrganisationFilter<'a> {
    /// Function of the bureau.
    pub function: Option<Function>,
    /// Code of the region.
    pub region: Option<&'a str>,
    /// Part of the name or of the code.
    pub q: Option<&'a str>,
}

/// Lists bureaus.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(
    app: &App,
    caller: &Caller,
    filter: &OrganisationFilter<'_>,
    page: &Page,
) -> Result<Paged<OrganisationView>, Error> {
    caller.may(Action::ListOrganisations)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| rows::key_of(connection, id))?;
        let patterns = containing_all(filter.q.unwrap_or_default());
        let filter =
            Filter { function: filter.function.map(Function::as_str), region: filter.region, patterns: &patterns };
        let found = rows::list(connection, &filter, after, page.rows())?;
        Ok(page.cut(found, |organisation| &organisation.public_id).map(view))
    })
}

/// Searches the bureaus of a function by name or code. First come those in the region of the bureau with the code
/// `near` and in the regions around it, then names that start with the query, then all that contain it.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn suggest(
    app: &App,
    caller: &Caller,
    function: Option<Function>,
    q: &str,
    near: &str,
) -> Result<Suggestions<OrganisationView>, Error> {
    caller.may(Action::ListOrganisations)?;
    let (start, part) = ([starting_with(q.trim())], containing_all(q));
    app.pool.read(|connection| {
        let path = match rows::by_code(connection, near)? {
            Some(bureau) => rows::path_of(connection, bureau.region_id)?,
            None => String::new(),
        };
        // The innermost region first.
        let regions = path.split('/').filter(|code| !code.is_empty()).rev();
        let searches =
            regions.map(|code| (Some(code), part.as_slice())).chain([(None, start.as_slice()), (None, &part)]);
        let found = searches.map(|(region, patterns)| {
            let filter = Filter { function: function.map(Function::as_str), region, patterns };
            rows::list(connection, &filter, 0, SUGGESTION_ROWS)
        });
        Ok(Suggestions::collect(found, |organisation| organisation.id)?.map(view))
    })
}

/// Finds a bureau by code.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn find(app: &App, caller: &Caller, code: &str) -> Result<Option<OrganisationView>, Error> {
    caller.may(Action::ListOrganisations)?;
    Ok(app.pool.read(|connection| rows::by_code(connection, code))?.map(view))
}

/// Finds the bureau that a person names by code or, if no other bureau has it, by full name; otherwise the bureaus
/// that [`suggest`] suggests.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn find_named(app: &App, caller: &Caller, named: &str) -> Result<Named<OrganisationView>, Error> {
    caller.may(Action::ListOrganisations)?;
    let (code, patterns) = (identifier(named), [exactly(named.trim())]);
    let filter = Filter { patterns: &patterns, ..Filter::default() };
    let mut found = app.pool.read(|connection| rows::list(connection, &filter, 0, SUGGESTION_ROWS))?;
    match found.iter().position(|bureau| bureau.code == code).or((found.len() == 1).then_some(0)) {
        Some(place) => Ok(Named::Exact(view(found.swap_remove(place)))),
        None => Ok(Named::Similar(suggest(app, caller, None, named, "")?)),
    }
}

/// Adds a bureau, which sees at once the contracts that its region and function give it access to.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, a code already taken, or an unknown region; `Duplicate` for a name that
/// another bureau has.
pub fn add(app: &App, caller: &Caller, input: &OrganisationInput) -> Result<OrganisationView, Error> {
    let seat = caller.seat(Action::ManageOrganisations)?;
    let input = &input.folded();
    check(input)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, seat), |tx| {
        let added = insert(tx, &public_id, input)?;
        let patterns = [exactly(&added.name)];
        let filter = Filter { patterns: &patterns, ..Filter::default() };
        let mut similar = rows::list(tx.connection, &filter, 0, SUGGESTION_ROWS)?.into_iter();
        let is_other = |bureau: &Organisation| bureau.code != added.code && key(&bureau.name) == key(&added.name);
        match similar.find(is_other) {
            Some(other) => Err(proposals::known_name("organisations", (other.name, other.code))),
            None => Ok(added),
        }
    })
}

/// Checks the form of a bureau's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &OrganisationInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.code("code", &input.code);
    faults.line("name", &input.name);
    if input.function == Function::Contractor {
        faults.add("function", Message::new("register-add-contractor"));
    }
    if input.region.is_none() && !matches!(input.function, Function::Other | Function::Contractor) {
        faults.add("region", Message::new("register-region-missing"));
    }
    faults.finish()
}

/// Inserts a bureau whose input passed [`check`].
///
/// # Errors
/// `Refused` for a code already taken or an unknown region.
pub fn insert(tx: &mut Tx<'_>, public_id: &str, input: &OrganisationInput) -> Result<OrganisationView, Error> {
    let region = match &input.region {
        None => None,
        Some(code) => Some(load_region(tx.connection, "region", code)?.0),
    };
    let name = input.name.trim();
    let id = rows::insert(tx.connection, public_id, &input.code, name, input.function, region)?;
    access::replace_for_organisation(tx.connection, id)?;
    tx.event(&Event {
        stream: STREAM,
        action: EventAction::OrganisationAdd,
        object: public_id,
        body: event_body(input)?,
    })?;
    Ok(OrganisationView {
        code: input.code.clone(),
        name: name.to_owned(),
        function: input.function,
        region: input.region.clone(),
    })
}

/// Serialises an input as the body of an audit event.
///
/// # Errors
/// `Internal` if the input cannot be serialised.
pub fn event_body<T: Serialize>(input: &T) -> Result<serde_json::Value, Error> {
    serde_json::to_value(input).map_err(|error| Error::Internal(error.to_string()))
}

fn load_region(
    connection: &mut AnyConnection,
    path: &str,
    code: &str,
) -> Result<(crate::storage::ids::RegionId, String), Error> {
    let unknown = || Error::refused_at("register", path, Message::new("register-unknown-region"));
    rows::region(connection, code)?.ok_or_else(unknown)
}

fn region_view(region: Region) -> RegionView {
    RegionView {
        parent: region.path.trim_end_matches('/').rsplit('/').nth(1).map(str::to_owned),
        code: region.code,
        name: region.name,
    }
}

fn view(organisation: Organisation) -> OrganisationView {
    OrganisationView {
        code: organisation.code,
        name: organisation.name,
        function: organisation.function,
        region: organisation.region,
    }
}
