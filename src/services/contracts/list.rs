//! The list of contracts that the caller may see, filtered and paged.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::boards::Having;
use crate::domain::codes::{ContractState, FileFormat};
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::shape::{YEARS, optional_date};
use crate::domain::text_input::clean;
use crate::error::{Error, Message};
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};
use crate::storage::AnyConnection;
pub use crate::storage::contracts::list::Counted;
use crate::storage::contracts::list::{self as rows, Filter, HavingBetween, ListRow, Place};
use crate::storage::contracts::{self, search, titles};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;

/// Filters and page of a list of contracts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ContractQuery {
    /// Only contracts in this state.
    pub state: Option<String>,
    /// Search words in number, title, contractor (name or credit code) or milestones, all of which must occur; or the
    /// whole number of a contract, an invoice or a voucher, which comes first.
    pub q: Option<String>,
    /// Only contracts of the contractor with this credit code.
    pub contractor: Option<String>,
    /// Only contracts of the purchaser with this code.
    pub purchaser: Option<String>,
    /// Only contracts of the region with this code or of regions below it.
    pub region: Option<String>,
    /// With `region`: true leaves out the regions below it.
    pub alone: Option<bool>,
    /// Only contracts with this catalogue service.
    pub service: Option<String>,
    /// Only contracts that have `overdue-deliverable`, `due-deliverable` (within 30 days), `overdue-payment`, `breach`
    /// (not waived) or `evaluation` (final).
    #[param(value_type = Option<String>)]
    pub having: Option<Having>,
    /// Year of the breach or evaluation of `having`; by default this year.
    pub having_year: Option<i32>,
    /// Only contracts on which a task of either side is due before this day; the most urgent come first.
    #[serde(default, deserialize_with = "optional_date")]
    pub duty_before: Option<NaiveDate>,
    /// Only contracts that start in this year.
    pub year: Option<i32>,
    /// Maximum number of items, 1 to 200; by default 50.
    pub limit: Option<i64>,
    /// Cursor: `next` of the previous page.
    pub cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    pub format: Option<FileFormat>,
}

/// Number and title of a contract or of a draft.
#[derive(Debug, Clone)]
pub struct ContractName {
    /// Random identifier, used in addresses.
    pub id: String,
    pub number: String,
    pub title: String,
}

/// Returns the names of the contracts among `ids` that the caller may see; empty for a caller who may see no contract.
///
/// # Errors
/// Database errors.
pub fn names(app: &App, caller: &Caller, ids: &[&str]) -> Result<Vec<ContractName>, Error> {
    if caller.may(Action::ReadContract).is_err() || ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = app.pool.read(|connection| titles::titles_of(connection, ids, &caller.organisations()))?;
    Ok(found.into_iter().map(|(id, number, title)| ContractName { id, number, title }).collect())
}

/// A contract in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractItem {
    /// Random identifier, used in addresses.
    pub id: String,
    pub number: String,
    pub title: String,
    pub state: ContractState,
    /// Contract amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// First day of the term.
    pub starts_on: NaiveDate,
    /// Last day of the term.
    pub ends_on: NaiveDate,
    pub purchaser: Party,
    pub contractor: Party,
    /// First day on which a task of either side is due.
    pub next_task_on: Option<NaiveDate>,
    /// True if that day is in a year whose holidays have not been announced, so that it may still move.
    pub provisional: bool,
}

/// Lists a page of the contracts that the caller may see, newest first; with `duty_before`, by the day of their first
/// task.
///
/// # Errors
/// `Malformed` for an invalid filter or cursor.
pub fn contracts(app: &App, caller: &Caller, query: &ContractQuery, page: &Page) -> Result<Paged<ContractItem>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let Some((filter, numbered)) = read_filter(connection, caller, query)? else {
            return Ok(Paged { items: Vec::new(), next: None });
        };
        let seeing = caller.organisations();
        let after = place(page, |id| Ok(contracts::seen_by(connection, id, &seeing)?.map(|contract| contract.id)))?;
        let found = numbered_first(connection, &seeing, (&filter, &numbered), after, page.rows())?;
        let mut found = page.cut(found, |(contract, _)| &contract.public_id);
        if let (Some(_), Some((_, due_on))) = (filter.due_before, found.items.last()) {
            // The cursor holds the day, so that completing the last task of a page does not move the start of the next
            // one.
            found.next = found.next.map(|id| format!("{due_on}{DAY_ENDS}{id}"));
        }
        let Paged { items, next } = found;
        Ok(Paged { items: describe(connection, caller, items)?, next })
    })
}

/// Finds the newest contracts of an amount that the caller may see.
///
/// # Errors
/// `Forbidden` for a caller who may not read contracts; database errors.
pub(in crate::services) fn of_amount(
    connection: &mut AnyConnection,
    caller: &Caller,
    amount: Money,
    limit: i64,
) -> Result<Vec<ContractItem>, Error> {
    caller.may(Action::ReadContract)?;
    let found = rows::of_amount(connection, &caller.organisations(), amount.fen(), limit)?;
    describe(connection, caller, found)
}

/// Adds the names of the parties, from memory.
fn describe(connection: &mut AnyConnection, caller: &Caller, found: Vec<ListRow>) -> Result<Vec<ContractItem>, Error> {
    let mut ids: Vec<OrganisationId> = found.iter().flat_map(|(c, _)| [c.purchaser_id, c.contractor_id]).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = organisations::remembered(connection, &caller.registers, &ids)?;
    let days = WorkingDays::remembered(connection, &caller.registers)?;
    let party = |id| {
        let known = names.iter().find(|organisation| organisation.id == id);
        known.map_or_else(
            || Party { code: String::new(), name: String::new() },
            |organisation| Party { code: organisation.code.clone(), name: organisation.name.clone() },
        )
    };
    let item = |(contract, next_task_on): ListRow| ContractItem {
        purchaser: party(contract.purchaser_id),
        contractor: party(contract.contractor_id),
        id: contract.public_id,
        number: contract.number,
        title: contract.title,
        state: contract.state,
        amount: Money::from_fen(contract.amount_fen).unwrap_or(Money::ZERO),
        starts_on: contract.starts_on,
        ends_on: contract.ends_on,
        next_task_on: (next_task_on != FOR_EVER).then_some(next_task_on),
        provisional: next_task_on != FOR_EVER && days.is_provisional(next_task_on),
    };
    Ok(found.into_iter().map(item).collect())
}

/// Counts the contracts of a list, up to 1,000.
///
/// # Errors
/// `Malformed` for an invalid filter.
pub fn count(app: &App, caller: &Caller, query: &ContractQuery) -> Result<Counted, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let Some((filter, numbered)) = read_filter(connection, caller, query)? else {
            return Ok(Counted { number: 0, is_least: false });
        };
        let seeing = caller.organisations();
        let found = rows::count(connection, &seeing, &filter)?;
        let ahead = if numbered.is_empty() {
            0
        } else {
            rows::count(connection, &seeing, &only_numbered(&filter, &numbered))?.number
        };
        Ok(Counted { number: found.number + ahead, ..found })
    })
}

/// Reads the filters of a list, and finds the contracts that have a whole number of the query; `None` for a query
/// without letters and digits, which finds nothing.
fn read_filter(
    connection: &mut AnyConnection,
    caller: &Caller,
    query: &ContractQuery,
) -> Result<Option<(Filter, Vec<ContractId>)>, Error> {
    let unknown = || Error::malformed("state", Message::new("unknown-filter"));
    let state = query.state.as_deref().map(|word| ContractState::parse(word).ok_or_else(unknown)).transpose()?;
    for (name, year) in [("year", query.year), ("having_year", query.having_year)] {
        if year.is_some_and(|year| !YEARS.contains(&year)) {
            return Err(Error::malformed(name, Message::new("register-year")));
        }
    }
    let organisation = |connection: &mut _, code: &Option<String>| match code {
        Some(code) => Ok(Some(organisations::by_code(connection, code)?.map_or(OrganisationId(0), |o| o.id))),
        None => Ok::<_, Error>(None),
    };
    let q = query.q.as_deref().map(clean).unwrap_or_default();
    if !q.is_empty() && search::query_pairs(&q).is_empty() {
        return Ok(None);
    }
    let numbered = if q.is_empty() { Vec::new() } else { search::numbered(connection, &q)? };
    let filter = Filter {
        state,
        pairs: search::query_pairs(&q),
        only: None,
        without: numbered.iter().map(|id| id.0).collect(),
        contractor: organisation(connection, &query.contractor)?,
        purchaser: organisation(connection, &query.purchaser)?,
        regions: match &query.region {
            Some(code) if query.alone == Some(true) => {
                Some(organisations::region(connection, code)?.into_iter().map(|(id, _)| id.0).collect())
            }
            Some(code) => Some(organisations::regions_under(connection, code)?),
            None => None,
        },
        service: query.service.clone(),
        having: query.having.map(|having| between(having, query.having_year, caller.today())),
        due_before: query.duty_before,
        year: query.year,
        ..Filter::default()
    };
    Ok(Some((filter, numbered)))
}

/// Returns the days between which contracts have a thing.
fn between(having: Having, year: Option<i32>, today: NaiveDate) -> HavingBetween {
    let (first, last) = having.days(year.unwrap_or_else(|| today.year()), today);
    match having {
        Having::OverdueDeliverable | Having::DueDeliverable => HavingBetween::Deliverable(first, last),
        Having::OverduePayment => HavingBetween::Payment(first, last),
        Having::Breach => HavingBetween::Breach(first, last),
        Having::Evaluation => HavingBetween::Evaluation(first, last),
    }
}

/// Narrows a filter to the contracts that have a whole number of the query.
fn only_numbered(filter: &Filter, numbered: &[ContractId]) -> Filter {
    let only = numbered.iter().map(|id| id.0).collect();
    Filter { only: Some(only), pairs: Vec::new(), without: Vec::new(), ..filter.clone() }
}

/// Returns a page of contracts: first those that have a whole number of the query, then the others that match it.
fn numbered_first(
    connection: &mut AnyConnection,
    seeing: &[OrganisationId],
    (filter, numbered): (&Filter, &[ContractId]),
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<ListRow>, Error> {
    let position = |id: ContractId| numbered.iter().position(|known| *known == id);
    let passed = after.map(|place| position(place.id).map_or(numbered.len(), |at| at + 1)).unwrap_or_default();
    let only = only_numbered(filter, numbered.get(passed..).unwrap_or_default());
    let mut found = rows::contracts(connection, seeing, &only, None, MAX_PAGE_SIZE)?;
    found.sort_by_key(|(contract, _)| position(contract.id));
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let left = limit - i64::try_from(found.len()).unwrap_or_default();
    if left > 0 {
        let after = after.filter(|place| position(place.id).is_none());
        found.extend(rows::contracts(connection, seeing, filter, after, left)?);
    }
    Ok(found)
}

/// Separator of the day and the identifier in a cursor.
const DAY_ENDS: char = '/';

/// Resolves a cursor into the place after which the page begins.
fn place(page: &Page, find: impl FnOnce(&str) -> Result<Option<ContractId>, Error>) -> Result<Option<Place>, Error> {
    let Some(cursor) = &page.after else { return Ok(None) };
    let unknown = || Error::malformed("cursor", Message::new("cursor-unknown"));
    let (due_on, id) = match cursor.split_once(DAY_ENDS) {
        Some((day, id)) => (day.parse().map_err(|_| unknown())?, id),
        None => (FOR_EVER, cursor.as_str()),
    };
    Ok(Some(Place { due_on, id: find(id)?.ok_or_else(unknown)? }))
}
