//! Lists over contracts: the register as organisations see it, and tasks by responsibility.
//!
//! Each list walks an index of one organisation and is paged by key. `tests/plans` explains every query at 100,000
//! contracts on both engines.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::domain::codes::Role;
use crate::schema::{breaches, contract_access, contract_pairs, contracts, evaluations, milestones, tasks};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
pub use crate::storage::contracts::filter::{Filter, HavingBetween};
use crate::storage::contracts::filter::{breached, deliverables, evaluated, narrowed, service_pattern, unpaid};
use crate::storage::contracts::list_sources::{FEW, Source, choose_source};
use crate::storage::contracts::projections::TaskRow;
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::statements::{lengthened, load_listed, on_engine, read_rows};

/// A contract with the day of its first task.
pub type ListRow = (Contract, NaiveDate);

/// Position of a contract in a list.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Day of the contract's first task, by which a list with `due_before` is sorted.
    pub due_on: NaiveDate,
    pub id: ContractId,
}

/// Contracts whose tasks are read in one query.
const WINDOW: i64 = 50;

/// Number of contracts up to which a list is counted.
pub const COUNTED: usize = 1000;
/// Windows that are read to count a list.
const COUNTED_WINDOWS: usize = 10;

/// Adds the filters by year and first task, the order, and the start after a place, on these columns of one table.
macro_rules! part {
    ($query:expr, $columns:expr, $filter:expr, $after:expr, $limit:expr) => {{
        let (year_column, due, id_column) = $columns;
        let mut query = $query;
        if let Some(year) = $filter.year {
            query = query.filter(year_column.eq(year));
        }
        match ($filter.due_before, $after) {
            (None, after) => {
                let before = after.map_or(i64::MAX, |place: Place| place.id.0);
                query = query.filter(id_column.lt(before)).order(id_column.desc());
            }
            (Some(day), after) => {
                if let Some(Place { due_on, id }) = after {
                    query = query.filter(due.ge(due_on)).filter(due.gt(due_on).or(id_column.gt(id.0)));
                }
                query = query.filter(due.lt(day)).order((due, id_column));
            }
        }
        query.limit($limit)
    }};
}

/// Restricts a query over contracts to those that organisations may see, in the filtered state.
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

/// Loads the columns of the listed contracts, walking the rows chosen by `source`; `$seen` if those are the access
/// rows.
macro_rules! listed {
    ($connection:expr, $organisations:expr, ($source:expr, $filter:expr), ($after:expr, $limit:expr), $columns:expr, $seen:expr) => {{
        let own = (contracts::year, contracts::next_task_on, contracts::id);
        match $source {
            Source::Seen => $seen,
            Source::Filed => {
                let query = part!(contracts::table.select($columns).into_boxed(), own, $filter, $after, $limit);
                Ok(narrowed!(seen!(query, $organisations, $filter), $filter).load($connection)?)
            }
            Source::Found(pair) => {
                let by_pair = (contracts::year, contracts::next_task_on, contract_pairs::contract_id);
                let query = contract_pairs::table
                    .inner_join(contracts::table)
                    .filter(contract_pairs::pair.eq(pair))
                    .select($columns)
                    .into_boxed();
                let query = part!(query, by_pair, $filter, $after, $limit);
                Ok(narrowed!(seen!(query, $organisations, $filter), $filter).load($connection)?)
            }
            Source::Few(ids) if ids.is_empty() => Ok(Vec::new()),
            Source::Few(ids) => {
                let query = contracts::table.filter(contracts::id.eq_any(ids)).select($columns).into_boxed();
                let query = part!(query, own, $filter, $after, $limit);
                Ok(narrowed!(seen!(query, $organisations, $filter), $filter).load($connection)?)
            }
        }
    }};
}

/// Returns a page of the contracts that organisations may see, after a place: newest first or, with `due_before`, by
/// the day of their first task.
pub fn contracts(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let columns = (Contract::as_select(), contracts::next_task_on);
    let (source, filter) = choose_source(connection, organisations, filter)?;
    listed!(connection, organisations, (source, &filter), (after, limit), columns, {
        seen_by_each(connection, organisations, &filter, after, limit)
    })
}

/// Returns the newest contracts of an amount in fen that organisations may see, out of the newest of that amount.
pub fn of_amount(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    amount_fen: i64,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let newest: Vec<i64> = contracts::table
        .filter(contracts::amount_fen.eq(amount_fen))
        .order(contracts::id.desc())
        .limit(FEW)
        .select(contracts::id)
        .load(connection)?;
    let filter = Filter { only: Some(newest), ..Filter::default() };
    contracts(connection, organisations, &filter, None, limit)
}

/// A number of contracts, counted up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub number: usize,
    /// True if there are more, or if too many rows would have to be read to know.
    pub is_least: bool,
}

/// Counts the contracts that a list shows, up to [`COUNTED`].
pub fn count(connection: &mut AnyConnection, organisations: &[OrganisationId], filter: &Filter) -> Result<Counted> {
    let limit = i64::try_from(COUNTED).map_or(i64::MAX, |most| most + 1);
    let (source, filter) = choose_source(connection, organisations, filter)?;
    let found: Result<Vec<i64>> =
        listed!(connection, organisations, (source, &filter), (None, limit), contracts::id, {
            return count_seen(connection, organisations, &filter);
        });
    let number = found?.len();
    Ok(Counted { number: number.min(COUNTED), is_least: number > COUNTED })
}

/// Counts in windows, like [`seen_by_each`], and gives up after a few.
fn count_seen(connection: &mut AnyConnection, organisations: &[OrganisationId], filter: &Filter) -> Result<Counted> {
    let (mut number, mut after) = (0, None);
    for _ in 0..COUNTED_WINDOWS {
        let window = load_window(connection, organisations, filter, after, FEW)?;
        after = window.last().copied();
        number += if filter.reads_contracts() { count_passing(connection, filter, &window)? } else { window.len() };
        if number > COUNTED {
            return Ok(Counted { number: COUNTED, is_least: true });
        }
        if !is_full(&window, FEW) {
            return Ok(Counted { number, is_least: false });
        }
    }
    Ok(Counted { number, is_least: true })
}

/// Counts the contracts of a window that pass the filter. Their regions are compared here, because with a condition on
/// regions a planner may read a whole region instead of the window.
fn count_passing(connection: &mut AnyConnection, filter: &Filter, window: &[Place]) -> Result<usize> {
    let ids = window.iter().map(|place| place.id.0).collect::<Vec<_>>();
    // No index holds both columns, so the rows are found by their keys.
    let columns = (contracts::region_id, contracts::year);
    let query = contracts::table.filter(contracts::id.eq_any(ids)).select(columns).into_boxed();
    let of_any_region = Filter { regions: None, ..filter.clone() };
    let found: Vec<(i64, i32)> = narrowed!(query, of_any_region).load(connection)?;
    let wanted = filter.regions.as_ref();
    Ok(found.iter().filter(|(region, _)| wanted.is_none_or(|wanted| wanted.contains(region))).count())
}

/// Reads a page in windows: first the next contracts by index, then those of them that pass the filter. In one combined
/// query the planner could not know that contracts of one year are adjacent.
fn seen_by_each(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
    mut after: Option<Place>,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut found: Vec<ListRow> = Vec::new();
    let mut size = limit;
    loop {
        let window = load_window(connection, organisations, filter, after, size)?;
        let Some(last) = window.last() else { break };
        after = Some(*last);
        let ids = window.iter().map(|place| place.id.0).collect::<Vec<_>>();
        let mut rows: Vec<ListRow> = on_engine!(&mut *connection, own => {
            let columns = (Contract::as_select(), contracts::next_task_on);
            let query = contracts::table.filter(contracts::id.eq_any(ids)).select(columns).into_boxed();
            narrowed!(query, filter).load(own)
        })?;
        rows.sort_by_key(|(contract, _)| window.iter().position(|place| place.id == contract.id));
        found.extend(rows);
        if found.len() >= wanted || !is_full(&window, size) {
            break;
        }
        size = FEW;
    }
    found.truncate(wanted);
    Ok(found)
}

/// Returns the next distinct contracts after a place by state, year and first task, using each organisation's own
/// index. A person has few seats, so there are few organisations.
fn load_window(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
    after: Option<Place>,
    size: i64,
) -> Result<Vec<Place>> {
    let columns = (contract_access::year, contract_access::next_task_on, contract_access::contract_id);
    let mut found: Vec<(NaiveDate, i64)> = Vec::new();
    for organisation in organisations {
        let window: Vec<(NaiveDate, i64)> = on_engine!(&mut *connection, own => {
            let mut query = contract_access::table
                .filter(contract_access::organisation_id.eq(organisation.0))
                .select((contract_access::next_task_on, contract_access::contract_id))
                .into_boxed();
            if let Some(state) = filter.state {
                query = query.filter(contract_access::state.eq(state.as_str()));
            }
            part!(query, columns, filter, after, size).load(own)
        })?;
        found.extend(window);
    }
    match filter.due_before {
        None => found.sort_unstable_by_key(|(_, id)| Reverse(*id)),
        Some(_) => found.sort_unstable(),
    }
    found.dedup();
    found.truncate(usize::try_from(size).unwrap_or(0));
    Ok(found.into_iter().map(|(due_on, id)| Place { due_on, id: ContractId(id) }).collect())
}

fn is_full(window: &[Place], size: i64) -> bool {
    i64::try_from(window.len()).is_ok_and(|length| length >= size)
}

/// A task with its contract.
#[derive(Debug, Clone, Queryable)]
pub struct WorkRow {
    pub task: TaskRow,
    pub contract: ContractId,
}

/// Returns the tasks of a person with these seats, most urgent first: reads the tasks of each seat by index, and keeps
/// the most urgent of all. Of two days, only the tasks due from the first until the second.
pub fn work(
    connection: &mut AnyConnection,
    seats: &[(OrganisationId, Role)],
    days: Option<(NaiveDate, NaiveDate)>,
    limit: i64,
) -> Result<Vec<WorkRow>> {
    let mut seats = seats.to_vec();
    seats.sort_unstable();
    seats.dedup();
    let mut found: Vec<(i64, WorkRow)> = Vec::new();
    for (organisation, role) in seats {
        let waiting = tasks::table
            .filter(tasks::organisation_id.eq(organisation.0))
            .filter(tasks::role.eq(role.as_str()))
            .order((tasks::due_on, tasks::id))
            .limit(limit)
            .select((tasks::id, (TaskRow::as_select(), tasks::contract_id)));
        let rows: Vec<(i64, WorkRow)> = match days {
            None => waiting.load(connection)?,
            Some((from, until)) => waiting.filter(tasks::due_on.between(from, until)).load(connection)?,
        };
        found.extend(rows);
    }
    found.sort_by_key(|(id, row)| (row.task.due_on, *id));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// A task with its contract's identifiers, title and parties.
#[derive(Debug, Clone, Queryable)]
pub struct WorkOfContract {
    pub work: WorkRow,
    /// Random identifier of the contract.
    pub public_id: String,
    pub number: String,
    pub title: String,
    pub purchaser_id: OrganisationId,
    pub contractor_id: OrganisationId,
}

/// Returns the tasks of [`work`] with their contracts.
pub fn work_with_contracts(
    connection: &mut AnyConnection,
    seats: &[(OrganisationId, Role)],
    days: Option<(NaiveDate, NaiveDate)>,
    limit: i64,
) -> Result<Vec<WorkOfContract>> {
    let found = work(connection, seats, days, limit)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids = lengthened(found.iter().map(|row| row.contract.0));
    type Row = (ContractId, String, String, String, OrganisationId, OrganisationId);
    let of: Vec<Row> = load_listed!(
        connection,
        ids,
        contracts::table.filter(contracts::id.eq_any(&ids)).select((
            contracts::id,
            contracts::public_id,
            contracts::number,
            contracts::title,
            contracts::purchaser_id,
            contracts::contractor_id,
        ))
    )?;
    let of: BTreeMap<ContractId, Row> = of.into_iter().map(|row| (row.0, row)).collect();
    let joined = |work: WorkRow| {
        let (_, public_id, number, title, purchaser_id, contractor_id) = of.get(&work.contract)?.clone();
        Some(WorkOfContract { work, public_id, number, title, purchaser_id, contractor_id })
    };
    Ok(found.into_iter().filter_map(joined).collect())
}

/// Returns the tasks on a contract, most urgent first.
pub fn work_of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<WorkRow>> {
    let query = tasks::table.filter(tasks::contract_id.eq(contract.0)).order((tasks::due_on, tasks::id));
    Ok(read_rows!(connection, query.select((TaskRow::as_select(), tasks::contract_id)))?)
}

/// Returns the tasks of other people on the contracts that these organisations may see, most urgent first, without
/// those of the given seats. Walks contracts by their first task until no further contract can have a more urgent task.
pub fn work_of_others(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    seats: &[(OrganisationId, Role)],
    limit: i64,
) -> Result<Vec<WorkRow>> {
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut found: Vec<WorkRow> = Vec::new();
    let with_tasks = Filter { due_before: Some(FOR_EVER), ..Filter::default() };
    let mut after = None;
    loop {
        let window = load_window(connection, organisations, &with_tasks, after, WINDOW)?;
        let Some(last) = window.last() else { break };
        after = Some(*last);
        let tasks: Vec<WorkRow> = tasks::table
            .filter(tasks::contract_id.eq_any(window.iter().map(|place| place.id.0)))
            .select((TaskRow::as_select(), tasks::contract_id))
            .load(connection)?;
        found.extend(tasks.into_iter().filter(|row| !seats.contains(&(row.task.organisation_id, row.task.role))));
        found.sort_by(|a, b| (a.task.due_on, a.contract, &a.task).cmp(&(b.task.due_on, b.contract, &b.task)));
        found.truncate(wanted);
        let no_other_is_sooner = found.last().is_some_and(|row| row.task.due_on <= last.due_on);
        if (found.len() == wanted && no_other_is_sooner) || !is_full(&window, WINDOW) {
            break;
        }
    }
    Ok(found)
}
