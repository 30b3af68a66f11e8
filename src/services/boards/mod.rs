//! Boards: counts and sums over the contracts that the reader's lists show, by county, service or contractor. They are
//! grouped queries over projections, so figures are those of the last change or of the last run of the jobs.

pub mod counties;
pub mod finance;
pub mod justice;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::domain::boards::Grouping;
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::domain::shape::YEARS;
use crate::error::{Error, Message};
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::reports::{Names, add, this_year};
use crate::storage::AnyConnection;
use crate::storage::boards::{self as rows, Group};
use crate::storage::contracts::access::Sight;
use crate::storage::ids::{OrganisationId, RegionId};
use crate::storage::registry::organisations;

/// Rows, year and region of a board.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct BoardQuery {
    /// Kind of a row: `county` (the default), `service` or `contractor`.
    #[param(value_type = Option<String>)]
    pub by: Option<Grouping>,
    /// Year of the breaches and evaluations; by default this year.
    pub year: Option<i32>,
    /// Only contracts of the region with this code or of regions below it.
    pub region: Option<String>,
}

impl BoardQuery {
    /// Returns the kind of a row.
    pub fn grouping(&self) -> Grouping {
        self.by.unwrap_or(Grouping::County)
    }

    /// Returns the year of the query, or this year.
    ///
    /// # Errors
    /// `Malformed` for a year that no contract can have.
    fn year(&self, caller: &Caller) -> Result<i32, Error> {
        let year = self.year.unwrap_or_else(|| this_year(caller));
        if YEARS.contains(&year) { Ok(year) } else { Err(Error::malformed("year", Message::new("register-year"))) }
    }
}

/// The contracts that a board is about.
struct Scope {
    sight: Sight,
    /// Only contracts of these regions.
    regions: Option<Vec<i64>>,
}

impl Scope {
    /// Finds the contracts of a query that one of these organisations may see.
    fn load(
        connection: &mut AnyConnection,
        seeing: impl Iterator<Item = OrganisationId>,
        query: &BoardQuery,
    ) -> Result<Self, Error> {
        let mut seeing: Vec<OrganisationId> = seeing.collect();
        seeing.sort_unstable();
        seeing.dedup();
        let regions = match &query.region {
            Some(code) => Some(organisations::regions_under(connection, code)?),
            None => None,
        };
        Ok(Self { sight: Sight::load(connection, &seeing)?, regions })
    }
}

/// Returns the number and the amount of the contracts put in force that start in a year, of those that the caller may see.
///
/// # Errors
/// `Forbidden`.
pub fn begun(app: &App, caller: &Caller, year: i32) -> Result<(i64, Sum), Error> {
    let seats = caller.may(Action::ReadBoards)?;
    app.pool.read(|connection| {
        let scope = Scope::load(connection, seats.iter().map(|seat| seat.organisation), &BoardQuery::default())?;
        let (mut number, mut sum) = (0, Sum::ZERO);
        for (purchaser, funder, count, fen) in rows::begun(connection, year)? {
            if scope.sight.has(purchaser, funder) {
                number += count;
                add(&mut sum, fen);
            }
        }
        Ok((number, sum))
    })
}

/// Figures by group, added up from counted groups.
struct Sums<'a, F> {
    by: Grouping,
    scope: &'a Scope,
    /// Known answers to `Sight::has`.
    seen: HashMap<(OrganisationId, OrganisationId), bool>,
    groups: BTreeMap<String, F>,
    total: F,
}

impl<'a, F: Default> Sums<'a, F> {
    fn new(by: Grouping, scope: &'a Scope) -> Self {
        Self { by, scope, seen: HashMap::new(), groups: BTreeMap::new(), total: F::default() }
    }

    /// Adds a counted group to the total and to its rows: a contract with several services counts in the row of each, and
    /// one without any in a row of its own.
    fn add(&mut self, (purchaser, funder, region, key): &Group, apply: impl Fn(&mut F)) {
        let sight = &self.scope.sight;
        let is_seen = *self.seen.entry((*purchaser, *funder)).or_insert_with(|| sight.has(*purchaser, *funder));
        if !is_seen || self.scope.regions.as_ref().is_some_and(|regions| !regions.contains(region)) {
            return;
        }
        apply(&mut self.total);
        match self.by {
            Grouping::Service if !key.is_empty() => {
                for service in key.split('\n').filter(|service| !service.is_empty()) {
                    apply(self.groups.entry(service.to_owned()).or_default());
                }
            }
            _ => apply(self.groups.entry(key.clone()).or_default()),
        }
    }

    /// Returns the groups with their codes and names, in the order of their codes, and the total.
    fn named(self, connection: &mut AnyConnection) -> Result<(Vec<(Party, F)>, F), Error> {
        let keys = self.groups.keys().filter_map(|key| key.parse::<i64>().ok());
        let parties: BTreeMap<String, Party> = match self.by {
            Grouping::County => {
                let regions = organisations::regions_by_ids(connection, &keys.map(RegionId).collect::<Vec<_>>())?;
                let party = |region: organisations::Region| Party { code: region.code, name: region.name };
                regions.into_iter().map(|region| (region.id.0.to_string(), party(region))).collect()
            }
            Grouping::Contractor => {
                let ids: Vec<OrganisationId> = keys.map(OrganisationId).collect();
                let names = Names::load(connection, ids.iter().copied())?;
                ids.into_iter().map(|id| (id.0.to_string(), names.party(id))).collect()
            }
            Grouping::Service => BTreeMap::new(),
        };
        let named =
            |key: String| parties.get(&key).cloned().unwrap_or_else(|| Party { code: key.clone(), name: key.clone() });
        let mut rows: Vec<(Party, F)> = self.groups.into_iter().map(|(key, figures)| (named(key), figures)).collect();
        rows.sort_by(|(one, _), (other, _)| one.code.cmp(&other.code));
        Ok((rows, self.total))
    }
}
