//! The caller's tasks as their page shows them: filtered by contract, unit and topic, and in groups that say what to do
//! first, or those of a month by day. The counts are of all matching tasks; of these the most urgent are shown.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::alerts::Topic;
use crate::domain::facts::Month;
use crate::domain::money::Money;
use crate::domain::payments::remaining_fen;
use crate::domain::policy::Action;
use crate::domain::tasks::TaskKind;
pub use crate::domain::tasks::WorkGroup;
use crate::domain::text_input::key;
use crate::error::Error;
use crate::services::contracts::registration::Party;
use crate::services::coordination::{self, MatterView};
use crate::services::identity::caller::Caller;
use crate::services::messages::{UnreadMessages, unread_of_caller};
use crate::services::notifications::returned::Returns;
use crate::services::notifications::tasks::{self, OTHERS, OWN, Task};
use crate::services::notifications::undelivered::{self, UndeliveredEmail};
use crate::services::registry::waiting_proposals::{self, WaitingProposal};
use crate::storage::AnyConnection;
use crate::storage::contracts::list::{self as rows, WorkOfContract, WorkRow};
use crate::storage::contracts::projections;
use crate::storage::contracts::search::query_words;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;

/// Tasks that are read, filtered and counted.
pub(super) const READ: i64 = 1000;

/// Filters of the tasks; absent filters do not narrow the list.
#[derive(Debug, Default, Clone)]
pub struct WorkQuery {
    /// Search words, each of which the contract's number or title contains.
    pub q: Option<String>,
    /// Only contracts of the organisation with this code, as purchaser or contractor.
    pub unit: Option<String>,
    pub topic: Option<Topic>,
    /// Month whose tasks are shown by day, in place of the groups.
    pub month: Option<Month>,
}

impl WorkQuery {
    /// Returns whether any filter is set.
    pub fn is_set(&self) -> bool {
        self.q.is_some() || self.unit.is_some() || self.topic.is_some()
    }
}

/// The tasks of a group or of a day.
#[derive(Debug)]
pub struct GroupedTasks<K> {
    pub group: K,
    /// Number of all matching tasks of the group.
    pub count: usize,
    /// The most urgent tasks of the group.
    pub items: Vec<Task>,
}

/// The caller's tasks, and what else waits for them.
#[derive(Debug, Default)]
pub struct Work {
    /// The groups that are not empty, the most urgent first.
    pub groups: Vec<GroupedTasks<WorkGroup>>,
    /// The days of the month that have tasks.
    pub days: Vec<GroupedTasks<NaiveDate>>,
    /// Number of matching tasks due before the month, if it is that of today.
    pub earlier: usize,
    /// Number of matching tasks.
    pub count: usize,
    /// True if there are more tasks than were read.
    pub is_least: bool,
    /// Other parties of the contracts with tasks, by name.
    pub units: Vec<Party>,
    /// Topics of the tasks.
    pub topics: Vec<Topic>,
    /// Emails that were given up, whose recipients the caller must inform by other means.
    pub undelivered: Vec<UndeliveredEmail>,
    /// Contracts with messages that the caller has not opened yet.
    pub messages: Vec<UnreadMessages>,
    /// Demand notices and decisions that wait for the caller's organisation.
    pub matters: Vec<MatterView>,
    /// Proposals of the registers on which the caller can decide.
    pub proposals: Vec<WaitingProposal>,
    /// Tasks of other people, most urgent first, one more than a page shows if there are more.
    pub others: Vec<Task>,
}

/// The filters, with what they are compared with.
struct Wanted {
    words: Vec<String>,
    /// Key of the unit; that of no organisation if its code is unknown.
    unit: Option<OrganisationId>,
    topic: Option<Topic>,
}

impl Wanted {
    fn read(connection: &mut AnyConnection, caller: &Caller, query: &WorkQuery) -> Result<Self, Error> {
        let mut unit = None;
        if let Some(code) = &query.unit {
            let found = organisations::remembered_by_code(connection, &caller.registers, code)?;
            unit = Some(found.map_or(OrganisationId(0), |found| found.id));
        }
        Ok(Self { words: query.q.as_deref().map(query_words).unwrap_or_default(), unit, topic: query.topic })
    }

    fn matches(&self, kind: &str, contract: [&str; 2], parties: [OrganisationId; 2]) -> bool {
        let [number, title] = contract.map(key);
        self.words.iter().all(|word| number.contains(word) || title.contains(word))
            && self.unit.is_none_or(|unit| parties.contains(&unit))
            && self.topic.is_none_or(|topic| TaskKind::parse(kind).map(TaskKind::topic) == Some(topic))
    }
}

/// Loads the page of the caller's tasks.
///
/// # Errors
/// Database errors.
pub fn load(app: &App, caller: &Caller, query: &WorkQuery) -> Result<Work, Error> {
    caller.may(Action::ListTasks)?;
    app.pool.read(|connection| {
        let wanted = Wanted::read(connection, caller, query)?;
        let days = query.month.as_ref().map(|month| days_of(month, caller.today()));
        let mut found = rows::work_with_contracts(connection, &tasks::seat_keys(caller), days, READ)?;
        let is_least = i64::try_from(found.len()).is_ok_and(|count| count >= READ);
        let units = other_parties(connection, caller, &found)?;
        let kinds = found.iter().filter_map(|one| TaskKind::parse(&one.work.task.kind));
        let mut topics: Vec<Topic> = kinds.map(TaskKind::topic).collect();
        topics.sort_unstable();
        topics.dedup();
        found.retain(|one| {
            wanted.matches(&one.work.task.kind, [&one.number, &one.title], [one.purchaser_id, one.contractor_id])
        });
        let all = found.len();
        let is_shown =
            |one: &WorkOfContract| query.month.as_ref().is_none_or(|m| one.work.task.due_on >= m.first_day());
        found.retain(is_shown);
        let count = found.len();
        let of_today = |due_on, is_returned| WorkGroup::of(due_on, is_returned, caller.today());
        let (groups, days) = match days {
            None => (group(connection, caller, found, of_today)?, Vec::new()),
            Some(_) => (Vec::new(), group(connection, caller, found, |due_on, _| due_on)?),
        };
        Ok(Work {
            count,
            groups,
            days,
            earlier: all - count,
            others: load_others(connection, caller, query, &wanted)?,
            undelivered: undelivered::of_caller(connection, caller)?,
            messages: unread_of_caller(connection, caller)?,
            matters: coordination::waiting(connection, caller)?,
            proposals: waiting_proposals::of_caller(connection, caller)?,
            is_least,
            units,
            topics,
        })
    })
}

/// Returns the first and the last due day of the tasks that are read for a month. Those that are overdue are counted
/// beside the month of today.
fn days_of(month: &Month, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = if *month == Month::of(today) { NaiveDate::default() } else { month.first_day() };
    (from, month.last_day())
}

/// Lists the shown tasks in the order of their groups or days, each with its group, for a file.
///
/// # Errors
/// As [`load`].
pub fn list(app: &App, caller: &Caller, query: &WorkQuery) -> Result<Vec<(WorkGroup, Task)>, Error> {
    let Work { groups, days, .. } = load(app, caller, query)?;
    let shown = groups.into_iter().flat_map(|of| of.items).chain(days.into_iter().flat_map(|of| of.items));
    Ok(shown.map(|task| (WorkGroup::of(task.due_on, task.returned.is_some(), caller.today()), task)).collect())
}

/// Returns the parties of the tasks' contracts other than the caller's own organisations, by name.
fn other_parties(
    connection: &mut AnyConnection,
    caller: &Caller,
    found: &[WorkOfContract],
) -> Result<Vec<Party>, Error> {
    let own = caller.organisations();
    let mut ids: Vec<OrganisationId> = found.iter().flat_map(|one| [one.purchaser_id, one.contractor_id]).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| !own.contains(id));
    let named = organisations::remembered(connection, &caller.registers, &ids)?;
    let mut units: Vec<Party> =
        named.into_iter().map(|party| Party { code: party.code.clone(), name: party.name.clone() }).collect();
    units.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
    Ok(units)
}

/// Sorts tasks into groups by due day and whether they were returned, and adds the names to the most urgent of all groups.
fn group<K: Ord + Copy>(
    connection: &mut AnyConnection,
    caller: &Caller,
    found: Vec<WorkOfContract>,
    key: impl Fn(NaiveDate, bool) -> K,
) -> Result<Vec<GroupedTasks<K>>, Error> {
    let contracts: BTreeMap<_, _> = found.iter().map(|one| (one.work.contract, one.public_id.clone())).collect();
    let public_ids = contracts.iter().map(|(id, public_id)| (*id, public_id.as_str())).collect();
    let work: Vec<WorkRow> = found.into_iter().map(|one| one.work).collect();
    let returns = Returns::load(connection, &work, &public_ids)?;
    let mut groups: BTreeMap<K, Vec<WorkRow>> = BTreeMap::new();
    for row in work {
        groups.entry(key(row.task.due_on, returns.of(&row).is_some())).or_default().push(row);
    }
    let counts: Vec<(K, usize)> = groups.iter().map(|(group, rows)| (*group, rows.len())).collect();
    let most = usize::try_from(OWN).unwrap_or_default();
    let shown = groups.into_values().flatten().take(most).collect();
    let mut named = tasks::with_returns(connection, caller, shown, returns)?;
    add_owed(connection, &contracts, &mut named)?;
    let mut items: BTreeMap<K, Vec<Task>> = BTreeMap::new();
    for task in named {
        items.entry(key(task.due_on, task.returned.is_some())).or_default().push(task);
    }
    let grouped = |(group, count)| GroupedTasks { group, count, items: items.remove(&group).unwrap_or_default() };
    Ok(counts.into_iter().map(grouped).collect())
}

/// Adds what is payable and not paid to the tasks by which a milestone is invoiced or its payment is requested.
fn add_owed(
    connection: &mut AnyConnection,
    contracts: &BTreeMap<ContractId, String>,
    tasks: &mut [Task],
) -> Result<(), Error> {
    let is_about_money =
        |task: &Task| matches!(TaskKind::parse(&task.kind), Some(TaskKind::Invoice | TaskKind::RequestPayment));
    let with_money: BTreeSet<String> =
        tasks.iter().filter(|task| is_about_money(task)).map(|task| task.contract.clone()).collect();
    let named = contracts.iter().filter(|(_, public_id)| with_money.contains(*public_id));
    let ids: Vec<ContractId> = named.map(|(id, _)| *id).collect();
    let mut owed: BTreeMap<(&str, String), i64> = BTreeMap::new();
    for (contract, milestone) in projections::milestones_of_contracts(connection, &ids)? {
        let fen = remaining_fen(milestone.payable_fen, milestone.paid_fen, 0);
        if let Some(public_id) = contracts.get(&contract).filter(|_| fen > 0) {
            owed.insert((public_id.as_str(), milestone.code), fen);
        }
    }
    for task in tasks.iter_mut().filter(|task| is_about_money(task)) {
        let fen = owed.get(&(task.contract.as_str(), task.subject.clone()));
        task.owed = fen.and_then(|fen| Money::from_fen(*fen));
    }
    Ok(())
}

/// Loads tasks of other people; of these so many are read that a filter leaves enough in any usual case.
fn load_others(
    connection: &mut AnyConnection,
    caller: &Caller,
    query: &WorkQuery,
    wanted: &Wanted,
) -> Result<Vec<Task>, Error> {
    let organisations = caller.organisations();
    if organisations.is_empty() {
        return Ok(Vec::new());
    }
    let most = OTHERS.saturating_add(1);
    let limit = if query.is_set() { OWN } else { i64::try_from(most).unwrap_or(OWN) };
    let mut others = tasks::load_others(connection, caller, &organisations, limit)?;
    others.retain(|task| wanted.matches(&task.kind, [&task.number, &task.title], task.parties));
    others.truncate(most);
    Ok(others)
}
