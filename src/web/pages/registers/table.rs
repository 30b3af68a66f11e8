//! Every register, in the order of the overview page, and the fields shared by several registers.

use crate::app::App;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::OrganisationView;
use crate::services::registry::{contractors, organisations};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::Named;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, suggested_names};
use crate::web::pages::forms::named::not_named;
use crate::web::pages::registers::register::{Filters, Register};
use crate::web::pages::registers::{
    accounts, appropriations, approval_chains, approval_rules, budget_changes, calendar_imports,
    contractors as sellers, delegations, emails, ledger_imports, loan_rates, matters, organisations as bureaus,
    own_organisation, people, purchase_plans, regions, services, statute_settings, suspensions, work_stations, workers,
    yearly_shares,
};
use crate::web::pages::shell::Shell;

/// The registers.
pub const REGISTERS: &[Register] = &[
    appropriations::REGISTER,
    purchase_plans::REGISTER,
    budget_changes::REGISTER,
    yearly_shares::REGISTER,
    suspensions::REGISTER,
    workers::REGISTER,
    matters::DEMANDS,
    matters::MEETINGS,
    matters::DECISIONS,
    work_stations::STATIONS,
    work_stations::FUNDS,
    work_stations::GROUPS,
    ledger_imports::REGISTER,
    approval_rules::REGISTER,
    approval_chains::REGISTER,
    loan_rates::REGISTER,
    calendar_imports::REGISTER,
    statute_settings::REGISTER,
    sellers::REGISTER,
    own_organisation::REGISTER,
    accounts::REGISTER,
    delegations::REGISTER,
    services::REGISTER,
    bureaus::REGISTER,
    regions::REGISTER,
    people::REGISTER,
    emails::REGISTER,
];

/// Registers with filters.
pub const FILTERED: &[(&str, Filters)] = &[("workers", workers::FILTERS)];

/// Returns the name of a code, looked up in pairs of code and name; empty without a code.
pub fn named(names: &[(String, String)], code: Option<String>) -> String {
    let code = code.unwrap_or_default();
    let name = names.iter().find(|(known, _)| *known == code).map(|(_, name)| name.clone());
    name.unwrap_or(code)
}

/// Builds a field for a line of words.
pub fn line(page: &Shell, name: &str) -> Field {
    Field::named(page, name, FieldKind::Line)
}

/// Builds a field for a bureau, entered by code or name, with suggestions for the typed text. Bureaus near the one with
/// the code `near` come first.
pub fn bureau_field(
    app: &App,
    caller: &Caller,
    page: &Shell,
    (name, near): (&str, &str),
    typed: &Form,
) -> Result<Field, Error> {
    let found = organisations::suggest(app, caller, None, typed.value(name), near)?.items;
    Ok(named_field(page, name, found.into_iter().map(|bureau| (bureau.code, bureau.name)).collect()))
}

/// Builds a field for a bureau or a contractor, entered by code or name, with suggestions for the typed text.
pub fn party_field(app: &App, caller: &Caller, page: &Shell, name: &str, typed: &Form) -> Result<Field, Error> {
    let bureaus = organisations::suggest(app, caller, None, typed.value(name), "")?.items;
    let bureaus = bureaus.into_iter().map(|bureau| (bureau.code, bureau.name));
    let contractors = contractors::suggest(app, caller, typed.value(name))?.items;
    let contractors = contractors.into_iter().map(|contractor| (contractor.credit_code, contractor.name));
    Ok(named_field(page, name, bureaus.chain(contractors).collect()))
}

/// Builds a field for a region, entered by code or name, with suggestions for the typed text.
pub fn region_field(app: &App, caller: &Caller, page: &Shell, name: &str, typed: &Form) -> Result<Field, Error> {
    let found = organisations::suggest_regions(app, caller, typed.value(name))?.items;
    Ok(named_field(page, name, found.into_iter().map(|region| (region.code, region.name)).collect()))
}

fn named_field(page: &Shell, name: &str, found: Vec<(String, String)>) -> Field {
    let field = Field::named(page, name, FieldKind::Suggested).options(suggested_names(found));
    field.live().hint(page.say("field-named-hint"))
}

/// Reads a bureau entered by code or name, and returns its code.
pub fn read_bureau(app: &App, caller: &Caller, reader: &mut FormReader<'_, Form>, name: &str) -> Result<String, Error> {
    read_named(reader, name, |named| {
        Ok(organisations::find_named(app, caller, named)?.map(|bureau| (bureau.code, bureau.name)))
    })
}

/// Reads a bureau or contractor entered by code or name, and returns its code.
pub fn read_party(app: &App, caller: &Caller, reader: &mut FormReader<'_, Form>, name: &str) -> Result<String, Error> {
    let bureau = |bureau: OrganisationView| (bureau.code, bureau.name);
    read_named(reader, name, |named| match organisations::find_named(app, caller, named)?.map(bureau) {
        Named::Exact(found) => Ok(Named::Exact(found)),
        Named::Similar(mut bureaus) => {
            let found = contractors::find_named(app, caller, named)?;
            Ok(match found.map(|contractor| (contractor.credit_code, contractor.name)) {
                Named::Exact(found) => Named::Exact(found),
                Named::Similar(contractors) => {
                    bureaus.items.extend(contractors.items);
                    Named::Similar(bureaus)
                }
            })
        }
    })
}

/// Reads a region entered by code or name, and returns its code; `None` for an empty field.
pub fn read_region(
    app: &App,
    caller: &Caller,
    reader: &mut FormReader<'_, Form>,
    name: &str,
) -> Result<Option<String>, Error> {
    if reader.optional_text(name).is_none() {
        return Ok(None);
    }
    read_named(reader, name, |named| {
        Ok(organisations::find_named_region(app, caller, named)?.map(|region| (region.code, region.name)))
    })
    .map(Some)
}

fn read_named(
    reader: &mut FormReader<'_, Form>,
    name: &str,
    find: impl FnOnce(&str) -> Result<Named<(String, String)>, Error>,
) -> Result<String, Error> {
    let named = reader.required_text(name);
    if named.is_empty() {
        return Ok(named);
    }
    match find(&named)? {
        Named::Exact((code, _)) => Ok(code),
        Named::Similar(similar) => {
            reader.reject(name, not_named(&named, similar));
            Ok(String::new())
        }
    }
}

/// Reads the reason of an action on a row; the service decides if one is required.
pub fn read_reason(form: &Form) -> Option<String> {
    FormReader::new(form).optional_text("reason")
}
