//! The register of contracts as the caller sees it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::codes::ContractState;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::error::{Error, Message};
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::contracts::list::{self as rows, Filter, Place};
use crate::storage::contracts::{self, search};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;

/// What a list of contracts is narrowed to, and which part of it is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ContractQuery {
    /// Only in this state.
    pub state: Option<String>,
    /// Words of number, title or contractor: two characters find.
    pub q: Option<String>,
    /// Credit code of the contractor.
    pub contractor: Option<String>,
    /// Code of the purchaser.
    pub purchaser: Option<String>,
    /// Code of a region: those under it count.
    pub region: Option<String>,
    /// A duty of either side is due before this day: the most urgent come first.
    #[serde(default, deserialize_with = "optional_date")]
    pub duty_before: Option<NaiveDate>,
    /// The year in which it starts.
    pub year: Option<i32>,
    /// Most items, 1 to 200; 50 if it is not named.
    pub limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    pub cursor: Option<String>,
}

/// A contract in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractItem {
    /// Identifier.
    pub id: String,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub state: ContractState,
    /// Amount.
    #[schema(value_type = String)]
    pub amount: Money,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Who buys.
    pub purchaser: Party,
    /// Who delivers.
    pub contractor: Party,
    /// The first day on which a duty of either side is due.
    pub next_duty_on: Option<NaiveDate>,
}

/// A page of the contracts that the caller may see, newest first; by the day of their first duty where duties before a day
/// are asked for.
///
/// # Errors
/// `Malformed` for a filter or a cursor that is not understood.
pub fn contracts(app: &App, caller: &Caller, query: &ContractQuery, page: &Page) -> Result<Paged<ContractItem>, Error> {
    caller.may(Action::ReadContract)?;
    let state = match &query.state {
        Some(word) => {
            Some(ContractState::parse(word).ok_or_else(|| Error::malformed("state", Message::new("unknown-filter")))?)
        }
        None => None,
    };
    let nothing = || Ok(Paged { items: Vec::new(), next: None });
    app.pool.read(|connection| {
        let organisation = |connection: &mut _, code: &Option<String>| match code {
            Some(code) => Ok(Some(organisations::by_code(connection, code)?.map_or(OrganisationId(0), |o| o.id))),
            None => Ok::<_, Error>(None),
        };
        let pairs = query.q.as_deref().map(search::query_pairs).unwrap_or_default();
        if query.q.as_deref().is_some_and(|q| !q.trim().is_empty()) && pairs.is_empty() {
            return nothing();
        }
        let filter = Filter {
            state,
            pairs,
            contractor: organisation(connection, &query.contractor)?,
            purchaser: organisation(connection, &query.purchaser)?,
            regions: match &query.region {
                Some(code) => Some(organisations::regions_under(connection, code)?),
                None => None,
            },
            duty_before: query.duty_before,
            year: query.year,
        };
        let seeing = caller.organisations();
        let after = place(page, |id| Ok(contracts::seen_by(connection, id, &seeing)?.map(|contract| contract.id)))?;
        let found = rows::contracts(connection, &seeing, &filter, after, page.rows())?;
        let mut found = page.cut(found, |(contract, _)| &contract.public_id);
        if let (Some(_), Some((_, due_on))) = (filter.duty_before, found.items.last()) {
            // With the day: whoever does the last duty of a page before the next is read loses no place.
            found.next = found.next.map(|id| format!("{due_on}{DAY_ENDS}{id}"));
        }
        let mut ids: Vec<OrganisationId> =
            found.items.iter().flat_map(|(c, _)| [c.purchaser_id, c.contractor_id]).collect();
        ids.sort_unstable();
        ids.dedup();
        let names = organisations::by_ids(connection, &ids)?;
        let party = |id| {
            let known = names.iter().find(|organisation| organisation.id == id);
            known.map_or_else(
                || Party { code: String::new(), name: String::new() },
                |organisation| Party { code: organisation.code.clone(), name: organisation.name.clone() },
            )
        };
        Ok(found.map(|(contract, next_duty_on)| ContractItem {
            purchaser: party(contract.purchaser_id),
            contractor: party(contract.contractor_id),
            id: contract.public_id,
            number: contract.number,
            title: contract.title,
            state: contract.state,
            amount: Money::from_fen(contract.amount_fen).unwrap_or(Money::ZERO),
            starts_on: contract.starts_on,
            ends_on: contract.ends_on,
            next_duty_on: (next_duty_on != FOR_EVER).then_some(next_duty_on),
        }))
    })
}

/// Between the day and the identifier of a place.
const DAY_ENDS: char = '/';

/// The place after which a page begins.
fn place(page: &Page, find: impl FnOnce(&str) -> Result<Option<ContractId>, Error>) -> Result<Option<Place>, Error> {
    let Some(cursor) = &page.after else { return Ok(None) };
    let unknown = || Error::malformed("cursor", Message::new("cursor-unknown"));
    let (due_on, id) = match cursor.split_once(DAY_ENDS) {
        Some((day, id)) => (day.parse().map_err(|_| unknown())?, id),
        None => (FOR_EVER, cursor.as_str()),
    };
    Ok(Some(Place { due_on, id: find(id)?.ok_or_else(unknown)? }))
}
