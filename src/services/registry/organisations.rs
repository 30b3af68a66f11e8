//! Regions and the bureaus in them: listed for everybody, added by an administrator.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::Function;
use crate::domain::policy::Action;
pub use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::access;
use crate::storage::registry::organisations::{self as rows, Filter, Organisation};
use crate::storage::write::{Event, Tx, write};

/// The chain of everything that is registered: regions, bureaus, contractors, accounts, services.
pub const STREAM: &str = "register";

/// A region that is to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegionInput {
    /// Code (GB/T 2260, GB/T 10114).
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of the region that it lies in.
    #[serde(default)]
    pub parent: Option<String>,
}

/// A region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegionView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of the region that it lies in.
    pub parent: Option<String>,
}

/// A bureau that is to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationInput {
    /// Code by which people name it.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it does; contractors are added as such.
    pub function: Function,
    /// Code of its region; only one of the function `other` may have none.
    #[serde(default)]
    pub region: Option<String>,
}

/// A bureau.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganisationView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it does.
    pub function: Function,
    /// Code of its region.
    pub region: Option<String>,
}

/// A page of regions, each after the one that it lies in.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn regions(app: &App, caller: &Caller, page: &Page) -> Result<Paged<RegionView>, Error> {
    caller.may(Action::ListOrganisations)?;
    app.pool.read(|connection| {
        let after = match &page.after {
            None => String::new(),
            Some(code) => {
                let unknown = || Error::malformed("cursor", Message::new("cursor-unknown"));
                rows::region(connection, code)?.ok_or_else(unknown)?.1
            }
        };
        let found = rows::list_regions(connection, &after, page.rows())?;
        Ok(page.cut(found, |region| &region.code).map(|region| RegionView {
            parent: region.path.trim_end_matches('/').rsplit('/').nth(1).map(str::to_owned),
            code: region.code,
            name: region.name,
        }))
    })
}

/// Adds a region.
///
/// # Errors
/// `Forbidden`; `Refused` for a code that is taken or no code, an unknown parent.
pub fn add_region(app: &App, caller: &Caller, input: &RegionInput) -> Result<RegionView, Error> {
    let seat = caller.seat(Action::ManageOrganisations)?;
    check_region(input)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let parent = match &input.parent {
            None => None,
            Some(code) => Some(known_region(tx.connection, "parent", code)?),
        };
        let under = parent.as_ref().map(|(id, path)| (*id, path.as_str()));
        rows::insert_region(tx.connection, &input.code, input.name.trim(), under)?;
        tx.event(&Event { stream: STREAM, action: EventAction::RegionAdd, object: &input.code, body: body(input)? })?;
        Ok(RegionView { code: input.code.clone(), name: input.name.trim().to_owned(), parent: input.parent.clone() })
    })
}

/// Whether a region's input is well formed.
///
/// # Errors
/// `Refused` with everything that is wrong.
pub fn check_region(input: &RegionInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if input.code.is_empty() || input.code.len() > 12 || !input.code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        faults.add("code", Message::new("register-region-code"));
    }
    faults.line("name", &input.name);
    faults.none()
}

/// A page of bureaus, of one function or of one region.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(
    app: &App,
    caller: &Caller,
    function: Option<Function>,
    region: Option<&str>,
    page: &Page,
) -> Result<Paged<OrganisationView>, Error> {
    caller.may(Action::ListOrganisations)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| rows::key_of(connection, id))?;
        let filter = Filter { function: function.map(Function::as_str), region };
        let found = rows::list(connection, &filter, after, page.rows())?;
        Ok(page.cut(found, |organisation| &organisation.public_id).map(view))
    })
}

/// Adds a bureau. Contracts that it may see from its region and function are opened to it at once.
///
/// # Errors
/// `Forbidden`; `Refused` for a code that is taken or no code, an unknown region.
pub fn add(app: &App, caller: &Caller, input: &OrganisationInput) -> Result<OrganisationView, Error> {
    let seat = caller.seat(Action::ManageOrganisations)?;
    check(input)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, seat), |tx| insert(tx, &public_id, input))
}

/// Whether a bureau's input is well formed.
///
/// # Errors
/// `Refused` with everything that is wrong.
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
    faults.none()
}

/// Writes a bureau that `check` found well formed.
///
/// # Errors
/// `Refused` for a code that is taken or an unknown region.
pub fn insert(tx: &mut Tx<'_>, public_id: &str, input: &OrganisationInput) -> Result<OrganisationView, Error> {
    let region = match &input.region {
        None => None,
        Some(code) => Some(known_region(tx.connection, "region", code)?.0),
    };
    let name = input.name.trim();
    let id = rows::insert(tx.connection, public_id, &input.code, name, input.function, region)?;
    access::replace_for_organisation(tx.connection, id)?;
    tx.event(&Event { stream: STREAM, action: EventAction::OrganisationAdd, object: public_id, body: body(input)? })?;
    Ok(OrganisationView {
        code: input.code.clone(),
        name: name.to_owned(),
        function: input.function,
        region: input.region.clone(),
    })
}

/// What an event says of an input.
///
/// # Errors
/// `Internal`.
pub fn body<T: Serialize>(input: &T) -> Result<serde_json::Value, Error> {
    serde_json::to_value(input).map_err(|error| Error::Internal(error.to_string()))
}

fn known_region(
    connection: &mut AnyConnection,
    path: &str,
    code: &str,
) -> Result<(crate::storage::ids::RegionId, String), Error> {
    let unknown = || Error::refused_at("register", path, Message::new("register-unknown-region"));
    rows::region(connection, code)?.ok_or_else(unknown)
}

fn view(organisation: Organisation) -> OrganisationView {
    OrganisationView {
        code: organisation.code,
        name: organisation.name,
        function: organisation.function,
        region: organisation.region,
    }
}
