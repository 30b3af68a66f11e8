//! The person and the contract that a filter of the audit log names, in whole or in part.

use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::text_input::key;
use crate::error::Error;
use crate::services::audit::log::LogScope;
use crate::services::contracts::list::{self, ContractQuery};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Named, Page, SUGGESTION_ROWS, Suggestions};
use crate::storage::audit::log as rows;
use crate::storage::identity::people;

/// Finds the person with a username or, if no other person has it, with a full name. Otherwise administrators get the
/// people whose names begin with the text, each with username and name; a supervisor may not list people.
///
/// # Errors
/// `Forbidden` for a caller who may not read the log.
pub fn find_person(app: &App, caller: &Caller, named: &str) -> Result<Named<(String, String)>, Error> {
    let scope = LogScope::of(caller)?;
    app.pool.read(|connection| {
        if let Some(found) = people::by_username(connection, named)? {
            return Ok(Named::Exact((found.username, found.name)));
        }
        let found = people::beginning_with(connection, named, SUGGESTION_ROWS)?;
        let mut whole = found.iter().filter(|person| key(&person.name) == key(named));
        if let (Some(only), None) = (whole.next(), whole.next()) {
            return Ok(Named::Exact((only.username.clone(), only.name.clone())));
        }
        let found = if matches!(scope, LogScope::All) { found } else { Vec::new() };
        let similar = Suggestions::collect([Ok(found)], |person| person.id)?;
        Ok(Named::Similar(similar.map(|person| (person.username, person.name))))
    })
}

/// Finds the contract with a number; otherwise the contracts that a search for the text finds among those that the
/// caller may see, each with number and title.
///
/// # Errors
/// `Forbidden` for a caller who may not read the log.
pub fn find_contract(app: &App, caller: &Caller, named: &str) -> Result<Named<(String, String)>, Error> {
    let scope = LogScope::of(caller)?;
    let exact = app.pool.read(|connection| rows::by_number(connection, named, scope.organisations()))?;
    if let Some(found) = exact {
        return Ok(Named::Exact((found.number, found.title)));
    }
    if caller.may(Action::ReadContract).is_err() {
        return Ok(Named::Similar(Suggestions::default()));
    }
    let query = ContractQuery { q: Some(named.to_owned()), ..ContractQuery::default() };
    let found = list::contracts(app, caller, &query, &Page { limit: SUGGESTION_ROWS, after: None })?.items;
    let mut whole = found.iter().filter(|contract| key(&contract.title) == key(named));
    if let (Some(only), None) = (whole.next(), whole.next()) {
        return Ok(Named::Exact((only.number.clone(), only.title.clone())));
    }
    let similar = Suggestions::collect([Ok(found)], |contract| contract.number.clone())?;
    Ok(Named::Similar(similar.map(|contract| (contract.number, contract.title))))
}
