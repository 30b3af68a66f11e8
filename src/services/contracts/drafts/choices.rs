//! Choices offered while a contract is drafted: bureaus, contractors, appropriations and services.
//!
//! Registers are searched rather than listed, because they can be of any length. The current choice of a field is
//! loaded separately, so that it is shown even if the search does not find it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::app::App;
use crate::domain::codes::Function;
use crate::error::Error;
use crate::services::contracts::drafts::fields::Fields;
use crate::services::identity::caller::Caller;
use crate::services::registry::appropriations::{self, AppropriationView, FundingSearch};
use crate::services::registry::catalogue::{self, ServiceView};
use crate::services::registry::{contractors, organisations};
use crate::services::shared::paging::Suggestions;
use crate::storage::registry::organisations as rows;

/// Prefix of the names of fields that contain a search text; the name of the searched field follows.
pub const SEARCH: &str = "find.";

/// Fields whose value is chosen from a searched register.
pub const SEARCHED: &[&str] = &["funder", "contractor", "appropriation"];

/// Maximum number of service fields for which the catalogue is searched at once.
const MAX_SERVICE_SEARCHES: usize = 10;

/// An organisation to choose: its code and name.
pub type Named = (String, String);

/// The current choice of a field, and the results of a search.
#[derive(Debug)]
pub struct Offer<T> {
    /// Current choice; `None` if the field is empty or holds an unknown code.
    pub current: Option<T>,
    /// Search text.
    pub query: String,
    /// Results of the search, best first.
    pub found: Suggestions<T>,
}

impl<T> Default for Offer<T> {
    fn default() -> Self {
        Self { current: None, query: String::new(), found: Suggestions::default() }
    }
}

/// Choices for the fields of a draft.
#[derive(Debug, Default)]
pub struct Choices {
    /// Bureaus for which the caller drafts contracts.
    pub purchasers: Vec<Named>,
    /// Finance bureaus.
    pub funders: Offer<Named>,
    /// Contractors, by credit code.
    pub contractors: Offer<Named>,
    /// Approved appropriations of the purchaser with a free amount.
    pub appropriations: Offer<AppropriationView>,
    /// Services that can be bought, for fields without a search of their own.
    pub services: Vec<ServiceView>,
    /// Services found for single fields, by the name of the field.
    pub services_of: BTreeMap<String, Vec<ServiceView>>,
}

/// Loads the current choices of a draft, without searching for others.
///
/// # Errors
/// `Forbidden` for a caller who may not draft contracts.
pub fn current_choices(app: &App, caller: &Caller, fields: &Fields) -> Result<Choices, Error> {
    let own = crate::services::contracts::drafts::bureaus(caller)?;
    let bureaus = app.pool.read(|connection| rows::by_ids(connection, &own))?;
    let funder = organisations::find(app, caller, fields.value("funder"))?;
    let contractor = match contractors::show(app, caller, fields.value("contractor")) {
        Ok((_, found)) => Some((found.credit_code, found.name)),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(Choices {
        purchasers: bureaus.into_iter().map(|bureau| (bureau.code, bureau.name)).collect(),
        funders: Offer { current: funder.map(|bureau| (bureau.code, bureau.name)), ..Offer::default() },
        contractors: Offer { current: contractor, ..Offer::default() },
        appropriations: Offer {
            current: appropriations::find(app, caller, fields.value("appropriation"))?,
            ..Offer::default()
        },
        ..Choices::default()
    })
}

/// Loads the choices of one step: the current ones, and the results of the searches. `searches` contains each search
/// text under [`SEARCH`] and the name of the searched field.
///
/// # Errors
/// `Forbidden` for a caller who may not draft contracts.
pub fn choices(
    app: &App,
    caller: &Caller,
    (step, fields): (&str, &Fields),
    searches: &Fields,
) -> Result<Choices, Error> {
    let mut choices = current_choices(app, caller, fields)?;
    match step {
        "parties" => suggest_parties(app, caller, fields, searches, &mut choices)?,
        "items" => suggest_services(app, caller, fields, &mut choices)?,
        _ => {}
    }
    Ok(choices)
}

/// Searches funders, contractors and appropriations for the fields of the parties.
fn suggest_parties(
    app: &App,
    caller: &Caller,
    fields: &Fields,
    searches: &Fields,
    choices: &mut Choices,
) -> Result<(), Error> {
    let query = |field: &str| searches.value(&format!("{SEARCH}{field}")).to_owned();
    let purchaser = fields.value("purchaser");
    choices.funders.query = query("funder");
    choices.funders.found =
        organisations::suggest(app, caller, Some(Function::Finance), &choices.funders.query, purchaser)?
            .map(|bureau| (bureau.code, bureau.name));
    choices.contractors.query = query("contractor");
    choices.contractors.found =
        contractors::suggest(app, caller, &choices.contractors.query)?.map(|found| (found.credit_code, found.name));
    choices.appropriations.query = query("appropriation");
    let own = crate::services::contracts::drafts::bureaus(caller)?;
    let own = app.pool.read(|connection| rows::by_ids(connection, &own))?;
    // Until a purchaser is chosen, appropriations of every bureau for which the caller drafts are offered.
    let is_chosen = own.iter().any(|bureau| bureau.code == purchaser);
    let bureaus: Vec<_> =
        own.iter().filter(|bureau| !is_chosen || bureau.code == purchaser).map(|bureau| bureau.id).collect();
    let starts_on: Option<NaiveDate> = fields.value("starts_on").parse().ok();
    let mut years = vec![caller.today().year()];
    years.extend(starts_on.map(|day| day.year()).filter(|year| *year != caller.today().year()));
    let search = FundingSearch { bureaus: &bureaus, years: &years, q: &choices.appropriations.query };
    choices.appropriations.found = appropriations::suggest(app, caller, &search)?;
    Ok(())
}

/// Suggests services for each row whose text is not yet the name of a service; for other rows the first services.
fn suggest_services(app: &App, caller: &Caller, fields: &Fields, choices: &mut Choices) -> Result<(), Error> {
    choices.services = catalogue::suggest(app, caller, "")?.items;
    let typed: Vec<&str> = (0..fields.rows("items")).map(|row| fields.of("items", row, "service")).collect();
    let mut distinct: Vec<&str> = typed.iter().copied().filter(|text| !text.is_empty()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let known = catalogue::known_names(app, caller, &distinct)?;
    let unknown = distinct.into_iter().filter(|text| known.iter().all(|name| name != text));
    for text in unknown.take(MAX_SERVICE_SEARCHES) {
        let found = catalogue::suggest(app, caller, text)?.items;
        for row in typed.iter().enumerate().filter(|(_, typed)| **typed == text).map(|(row, _)| row) {
            choices.services_of.insert(format!("items.{row}.service"), found.clone());
        }
    }
    Ok(())
}
