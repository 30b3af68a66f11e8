//! Lists over contracts: the register as an organisation sees it, and the work that waits for somebody.
//!
//! Each is one query over an index of the organisation, paged by key.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::Result;
use super::backend::AnyConnection;
use super::contracts::Contract;
use super::ids::{ContractId, OrganisationId};
use super::projections::Duty;
use crate::domain::codes::{ContractState, Role};
use crate::schema::{contract_access, contract_pairs, contracts, duties};

/// What a list of contracts is narrowed to.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<ContractState>,
    /// Only those that have all these pairs of characters.
    pub pairs: Vec<String>,
    /// Only of this contractor.
    pub contractor: Option<OrganisationId>,
    /// Only of this purchaser.
    pub purchaser: Option<OrganisationId>,
    /// Only of these purchasers' regions.
    pub regions: Option<Vec<i64>>,
    /// Only with a duty of either side due before this day.
    pub duty_before: Option<NaiveDate>,
    /// Only those that start in this year.
    pub year: Option<i32>,
}

/// A contract in a list.
pub type ListRow = (Contract, NaiveDate);

/// The states of contracts on which something is to be done.
const OPEN: [ContractState; 6] = [
    ContractState::Draft,
    ContractState::Submitted,
    ContractState::Funded,
    ContractState::Active,
    ContractState::Completed,
    ContractState::Terminated,
];
/// Rows up to which a set is looked at whole; with more of them a page is full before many were passed over.
const FEW: i64 = 1000;

/// By which rows a list is read, so that it costs about what it shows, whatever it is narrowed to. An engine that guesses
/// cannot know that the contracts of a year lie together, or that words are rare.
enum Source {
    /// Those that each organisation sees.
    Seen,
    /// All of a contractor, a purchaser or a year.
    Filed,
    /// All that have a pair of characters.
    Found(String),
    /// These.
    Few(Vec<i64>),
}

/// Narrows a query over contracts by everything but the state, which is asked of where they are seen.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(contractor) = $filter.contractor {
            query = query.filter(contracts::contractor_id.eq(contractor.0));
        }
        if let Some(purchaser) = $filter.purchaser {
            query = query.filter(contracts::purchaser_id.eq(purchaser.0));
        }
        if let Some(regions) = &$filter.regions {
            query = query.filter(contracts::region_id.eq_any(regions.clone()));
        }
        if let Some(day) = $filter.duty_before {
            query = query.filter(contracts::next_duty_on.lt(day));
        }
        if let Some(year) = $filter.year {
            query = query.filter(contracts::year.eq(year));
        }
        for pair in &$filter.pairs {
            let having = diesel::alias!(contract_pairs as having);
            let has = having
                .filter(having.field(contract_pairs::pair).eq(pair.clone()))
                .filter(having.field(contract_pairs::contract_id).eq(contracts::id));
            query = query.filter(exists(has));
        }
        query
    }};
}

/// Narrows a query over contracts to those that organisations see, in the state that is asked for.
macro_rules! seen {
    ($query:expr, $organisations:expr, $filter:expr) => {{
        let seen = contract_access::table
            .filter(contract_access::organisation_id.eq_any($organisations.iter().map(|id| id.0).collect::<Vec<_>>()))
            .filter(contract_access::contract_id.eq(contracts::id));
        match $filter.state {
            Some(state) => $query.filter(exists(seen.filter(contract_access::state.eq(state.as_str())))),
            None => $query.filter(exists(seen)),
        }
    }};
}

/// A page of the contracts that organisations may see, newest first, before a key.
pub fn contracts(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
    before: Option<ContractId>,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let before = before.map_or(i64::MAX, |key| key.0);
    match source(connection, organisations, filter)? {
        Source::Seen => seen_by_each(connection, organisations, filter, before, limit),
        Source::Filed => {
            let query = contracts::table
                .filter(contracts::id.lt(before))
                .order(contracts::id.desc())
                .limit(limit)
                .select((Contract::as_select(), contracts::next_duty_on))
                .into_boxed();
            Ok(narrowed!(seen!(query, organisations, filter), filter).load(connection)?)
        }
        Source::Found(pair) => {
            let query = contract_pairs::table
                .inner_join(contracts::table)
                .filter(contract_pairs::pair.eq(pair))
                .filter(contract_pairs::contract_id.lt(before))
                .order(contract_pairs::contract_id.desc())
                .limit(limit)
                .select((Contract::as_select(), contracts::next_duty_on))
                .into_boxed();
            Ok(narrowed!(seen!(query, organisations, filter), filter).load(connection)?)
        }
        Source::Few(ids) => {
            let query = contracts::table
                .filter(contracts::id.eq_any(ids))
                .filter(contracts::id.lt(before))
                .order(contracts::id.desc())
                .limit(limit)
                .select((Contract::as_select(), contracts::next_duty_on))
                .into_boxed();
            Ok(narrowed!(seen!(query, organisations, filter), filter).load(connection)?)
        }
    }
}

/// The rows by which a list is read.
fn source(connection: &mut AnyConnection, organisations: &[OrganisationId], filter: &Filter) -> Result<Source> {
    if filter.contractor.is_some() || filter.purchaser.is_some() {
        return Ok(Source::Filed);
    }
    let mut rarest: Option<(&String, Vec<i64>)> = None;
    for pair in &filter.pairs {
        let ids = contract_pairs::table
            .filter(contract_pairs::pair.eq(pair))
            .limit(FEW)
            .select(contract_pairs::contract_id)
            .load(connection)?;
        if rarest.as_ref().is_none_or(|(_, least)| ids.len() < least.len()) {
            rarest = Some((pair, ids));
        }
    }
    if let Some((_, ids)) = rarest.as_ref().filter(|(_, ids)| are_few(ids)) {
        return Ok(Source::Few(ids.clone()));
    }
    if let Some(day) = filter.duty_before {
        let due = contracts::table.filter(contracts::next_duty_on.lt(day)).limit(FEW).select(contracts::id);
        let ids = due.load(connection)?;
        if are_few(&ids) {
            return Ok(Source::Few(ids));
        }
    }
    if let Some(regions) = &filter.regions {
        let of_regions = contracts::table.filter(contracts::region_id.eq_any(regions)).limit(FEW).select(contracts::id);
        let ids = of_regions.load(connection)?;
        if are_few(&ids) {
            return Ok(Source::Few(ids));
        }
    }
    if (rarest.is_some() || filter.year.is_some()) && !are_few(&some_seen(connection, organisations)?) {
        return Ok(rarest.map_or(Source::Filed, |(pair, _)| Source::Found(pair.clone())));
    }
    Ok(Source::Seen)
}

fn are_few(ids: &[i64]) -> bool {
    i64::try_from(ids.len()).is_ok_and(|count| count < FEW)
}

/// Contracts that organisations see: all, if they are few.
fn some_seen(connection: &mut AnyConnection, organisations: &[OrganisationId]) -> Result<Vec<i64>> {
    Ok(contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .limit(FEW)
        .select(contract_access::contract_id)
        .load(connection)?)
}

/// A page for each organisation by its own index, and of them the newest, each once: somebody has few seats.
fn seen_by_each(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
    before: i64,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let mut found: Vec<ListRow> = Vec::new();
    for organisation in organisations {
        let mut query = contract_access::table
            .inner_join(contracts::table)
            .filter(contract_access::organisation_id.eq(organisation.0))
            .filter(contract_access::contract_id.lt(before))
            .order(contract_access::contract_id.desc())
            .limit(limit)
            .select((Contract::as_select(), contracts::next_duty_on))
            .into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(contract_access::state.eq(state.as_str()));
        }
        found.extend(narrowed!(query, filter).load::<ListRow>(connection)?);
    }
    found.sort_by_key(|(contract, _)| std::cmp::Reverse(contract.id));
    found.dedup_by_key(|(contract, _)| contract.id);
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// A duty with the contract that it is of.
#[derive(Debug, Clone, Queryable)]
pub struct WorkRow {
    /// The duty.
    pub duty: Duty,
    /// Key of the contract.
    pub contract: ContractId,
}

/// What waits for somebody who has one of these seats, most urgent first: what waits for each seat by its own index, and of
/// all that the most urgent.
pub fn work(connection: &mut AnyConnection, seats: &[(OrganisationId, Role)], limit: i64) -> Result<Vec<WorkRow>> {
    let mut seats = seats.to_vec();
    seats.sort_unstable();
    seats.dedup();
    let mut found: Vec<(i64, WorkRow)> = Vec::new();
    for (organisation, role) in seats {
        let waiting = duties::table
            .filter(duties::organisation_id.eq(organisation.0))
            .filter(duties::role.eq(role.as_str()))
            .order((duties::due_on, duties::id))
            .limit(limit)
            .select((duties::id, (Duty::as_select(), duties::contract_id)));
        found.extend(waiting.load::<(i64, WorkRow)>(connection)?);
    }
    found.sort_by_key(|(id, row)| (row.duty.due_on, *id));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// What is to be done on a contract, most urgent first.
pub fn work_of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<WorkRow>> {
    Ok(duties::table
        .filter(duties::contract_id.eq(contract.0))
        .order((duties::due_on, duties::id))
        .select((Duty::as_select(), duties::contract_id))
        .load(connection)?)
}

/// What others must do on the contracts that these organisations may see, most urgent first: neither these seats' own.
pub fn work_of_others(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    seats: &[(OrganisationId, Role)],
    limit: i64,
) -> Result<Vec<WorkRow>> {
    let running: Vec<i64> = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::state.eq_any(OPEN.iter().map(|state| state.as_str())))
        .limit(FEW)
        .select(contract_access::contract_id)
        .load(connection)?;
    let mut query = duties::table
        .order((duties::due_on, duties::id))
        .limit(limit)
        .select((Duty::as_select(), duties::contract_id))
        .into_boxed();
    query = if are_few(&running) {
        query.filter(duties::contract_id.eq_any(running))
    } else {
        // Whoever sees a thousand contracts that run comes to some of them soon.
        let seen = contract_access::table
            .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0).collect::<Vec<_>>()))
            .filter(contract_access::contract_id.eq(duties::contract_id));
        query.filter(exists(seen))
    };
    for (organisation, role) in seats {
        query = query
            .filter(diesel::dsl::not(duties::organisation_id.eq(organisation.0).and(duties::role.eq(role.as_str()))));
    }
    Ok(query.load(connection)?)
}
