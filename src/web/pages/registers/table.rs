//! Every register, in the order of the overview page, and the fields that several of them have.

use crate::app::App;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::{self, OrganisationFilter};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::Register;
use crate::web::pages::registers::{
    accounts, appropriations, contractors, delegations, emails, organisations as bureaus, people, regions, services,
};
use crate::web::pages::shell::Shell;

/// The registers.
pub const REGISTERS: &[Register] = &[
    appropriations::REGISTER,
    contractors::REGISTER,
    accounts::REGISTER,
    delegations::REGISTER,
    services::REGISTER,
    bureaus::REGISTER,
    regions::REGISTER,
    people::REGISTER,
    emails::REGISTER,
];

/// Builds a field for a line of words.
pub fn line(page: &Shell, name: &str) -> Field {
    Field::named(page, name, FieldKind::Line)
}

/// Returns the organisations as choices: code and name.
pub fn organisation_options(app: &App, caller: &Caller) -> Result<Vec<(String, String)>, Error> {
    let all = Page { limit: MAX_PAGE_SIZE, after: None };
    let found = organisations::list(app, caller, &OrganisationFilter::default(), &all)?.items;
    Ok(found.into_iter().map(|organisation| (organisation.code, organisation.name)).collect())
}

/// Returns the regions as choices, after an empty one.
pub fn region_options(app: &App, caller: &Caller) -> Result<Vec<(String, String)>, Error> {
    let all = Page { limit: MAX_PAGE_SIZE, after: None };
    let found = organisations::list_regions(app, caller, &all)?.items;
    let regions = found.into_iter().map(|region| (region.code, region.name));
    Ok([(String::new(), "–".to_owned())].into_iter().chain(regions).collect())
}

/// Reads the reason of an action on a row; the service says whether it needs one.
pub fn read_reason(form: &Form) -> Option<String> {
    FormReader::new(form).optional_text("reason")
}
