//! Task lists: the caller's own tasks, and those of other people on the contracts that the caller may see.
//!
//! A task is a step with a due day that a role of an organisation must take (a row of `tasks`). Tasks are only read
//! here; they are derived in `contracts::projections`.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, PaymentKind, Role};
use crate::domain::details::Details;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::subject::Target;
use crate::domain::tasks::TaskKind;
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::services::messages::{UnreadMessages, unread_of_caller};
use crate::services::notifications::change_request_subject::ChangeRequestSubject;
use crate::services::notifications::returned::Returns;
use crate::services::notifications::undelivered::{self, UndeliveredEmail};
use crate::services::objections::subject;
use crate::services::payments::stored_money;
use crate::services::registry::working_days::WorkingDays;
use crate::storage::contracts::list::{self as rows, WorkRow};
use crate::storage::contracts::projections::TaskRow;
use crate::storage::contracts::{Contract, due};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;
use crate::storage::{AnyConnection, change_requests, objections, payments};
use crate::text::names;

/// Maximum number of tasks in the caller's own list.
pub const OWN: i64 = 200;
/// Number of other people's tasks on a page; one more is loaded to see if there are more.
pub const OTHERS: usize = 20;

/// A step that a role of an organisation must take by a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Task {
    /// Kind of task, such as `inspect`.
    pub kind: String,
    /// Deliverable, milestone, payment request, change request or objection; empty for the contract as a whole.
    pub subject: String,
    /// Name of the deliverable or milestone; for a payment request, of its milestone or the interest on that; for a
    /// change request or objection, of the deliverable, milestone or breach's subject.
    pub name: String,
    /// Amount of the payment request, in yuan.
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
    /// Kind of the change request to be endorsed or decided.
    pub change_request: Option<ChangeRequestKind>,
    /// Name of the breached clause, for a waiver.
    pub clause: Option<String>,
    /// Number of additional days, for an extension.
    pub days: Option<i64>,
    /// Number of the fact, for a reversal.
    pub seq: Option<i64>,
    /// Identifier of the contract.
    pub contract: String,
    /// Number of the contract.
    pub number: String,
    /// Title of the contract.
    pub title: String,
    /// Role that must act.
    pub role: Role,
    /// True if the caller holds the role or deputises for its holder.
    pub own: bool,
    /// Name of the organisation that must act.
    pub organisation: String,
    /// Due day.
    pub due_on: NaiveDate,
    /// True while the holidays of the due day's year have not been announced, so that the day may still move.
    pub provisional: bool,
    /// Days left until the due day; negative when overdue.
    pub days_left: i64,
    /// Day since which the task has been open.
    pub since: NaiveDate,
    /// Reason why the contract, the last submission, the last payment request or the recorded payment was returned, if
    /// the task is to correct it.
    pub returned: Option<String>,
    /// Name of the person who returned it.
    pub returned_by: Option<String>,
}

/// A list of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskList {
    /// Tasks, most urgent first.
    pub items: Vec<Task>,
    /// Always null: the list has a single page.
    pub next: Option<String>,
    /// Emails that were given up, whose recipients the caller must inform by other means.
    pub undelivered: Vec<UndeliveredEmail>,
    /// Contracts with messages that the caller has not opened yet.
    pub messages: Vec<UnreadMessages>,
}

/// Counts the caller's tasks, up to the length of the list.
///
/// # Errors
/// Database errors.
pub fn count(app: &App, caller: &Caller) -> Result<usize, Error> {
    caller.may(Action::ListTasks)?;
    app.pool.read(|connection| {
        let waiting = rows::work(connection, &seat_keys(caller), OWN)?.len();
        Ok(waiting + undelivered::of_caller(connection, caller)?.len())
    })
}

/// Lists the caller's tasks, most urgent first.
///
/// # Errors
/// Database errors.
pub fn list_own_tasks(app: &App, caller: &Caller) -> Result<TaskList, Error> {
    caller.may(Action::ListTasks)?;
    app.pool.read(|connection| {
        let found = rows::work(connection, &seat_keys(caller), OWN)?;
        Ok(TaskList {
            undelivered: undelivered::of_caller(connection, caller)?,
            messages: unread_of_caller(connection, caller)?,
            ..build_task_list(connection, caller, found)?
        })
    })
}

/// Lists the tasks of other people on the contracts that the caller may see, most urgent first.
///
/// # Errors
/// Database errors.
pub fn list_tasks_of_others(app: &App, caller: &Caller) -> Result<TaskList, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let found = rows::work_of_others(connection, &caller.organisations(), &seat_keys(caller), OTHERS as i64 + 1)?;
        build_task_list(connection, caller, found)
    })
}

/// Lists all tasks of one contract that the caller may see, most urgent first.
///
/// # Errors
/// Database errors.
pub(crate) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: ContractId,
) -> Result<Vec<Task>, Error> {
    let found = rows::work_of_contract(connection, contract)?;
    Ok(build_task_list(connection, caller, found)?.items)
}

fn seat_keys(caller: &Caller) -> Vec<(OrganisationId, Role)> {
    caller.seats.iter().map(|seat| (seat.organisation, seat.role)).collect()
}

/// Adds the names that people use for the tasks' subjects, with one query for each kind of name.
fn build_task_list(connection: &mut AnyConnection, caller: &Caller, found: Vec<WorkRow>) -> Result<TaskList, Error> {
    let names = Names::load(connection, &found, caller.today())?;
    let own = seat_keys(caller);
    let items = found
        .into_iter()
        .filter_map(|row| {
            let own = own.contains(&(row.task.organisation_id, row.task.role));
            names.task(row, own, caller)
        })
        .collect();
    Ok(TaskList { items, next: None, undelivered: Vec::new(), messages: Vec::new() })
}

/// Milestone, amount and kind of each payment request, by its public identifier.
type PaymentNames = BTreeMap<String, (String, Money, PaymentKind)>;

/// A contract of the list, with the parts of its terms and details that its tasks refer to.
struct ContractNames {
    contract: Contract,
    /// Terms; `None` if no task needs them.
    terms: Option<Terms>,
    details: Details,
}

impl ContractNames {
    /// Parses the details if a task is about a part of the contract, and the terms if it may be about a clause or a
    /// part without a written name. Most tasks need neither, or only the details; the terms take longest to parse.
    fn parse<'a>(
        contract: Contract,
        (terms, details): (&str, &str),
        tasks: impl Iterator<Item = &'a TaskRow>,
        payments: &PaymentNames,
    ) -> Result<Self, Error> {
        let targets = tasks.filter_map(|task| Some(TaskKind::parse(&task.kind)?.target(task.subject.as_str())));
        let parts: Vec<Target<&str>> = targets
            .filter(|target| {
                use Target::{Amendment, Contract, Evaluation, Guarantee, Publication, Recovery};
                let is_document = matches!(target, Contract | Amendment(_) | Publication(_));
                !is_document && !matches!(target, Guarantee(_) | Recovery(_) | Evaluation(_))
            })
            .collect();
        if parts.is_empty() {
            return Ok(Self { contract, terms: None, details: Details::default() });
        }
        let details: Details = stored(details)?;
        let is_named = |part: &Target<&str>| match *part {
            Target::Deliverable(code) => details.deliverable(code) != code,
            Target::Milestone(code) => details.milestone(code) != code,
            Target::PaymentRequest(id) => {
                payments.get(id).is_some_and(|(code, ..)| details.milestone(code) != code.as_str())
            }
            Target::ChangeRequest(_) | Target::Objection(_) => false,
            Target::Contract
            | Target::Amendment(_)
            | Target::Publication(_)
            | Target::Guarantee(_)
            | Target::Recovery(_)
            | Target::Evaluation(_) => true,
        };
        if parts.iter().all(is_named) {
            return Ok(Self { contract, terms: None, details });
        }
        let terms: Terms = stored(terms)?;
        let details = names::complete(details, &terms);
        Ok(Self { contract, terms: Some(terms), details })
    }
}

/// Names that the tasks of a list refer to.
struct Names {
    contracts: BTreeMap<ContractId, ContractNames>,
    payments: PaymentNames,
    /// Kind and fact of each change request.
    change_requests: BTreeMap<String, (ChangeRequestKind, Value)>,
    /// Codes of the thing that each objection is about.
    objections: BTreeMap<String, Value>,
    organisations: BTreeMap<OrganisationId, String>,
    returns: Returns,
    days: Arc<WorkingDays>,
}

impl Names {
    fn load(connection: &mut AnyConnection, found: &[WorkRow], today: NaiveDate) -> Result<Self, Error> {
        let mut ids: Vec<ContractId> = found.iter().map(|row| row.contract).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut holders: Vec<OrganisationId> = found.iter().map(|row| row.task.organisation_id).collect();
        holders.sort_unstable();
        holders.dedup();
        let (mut payment_ids, mut change_request_ids, mut objection_ids) = (Vec::new(), Vec::new(), Vec::new());
        for task in found.iter().map(|row| &row.task) {
            match TaskKind::parse(&task.kind).map(|kind| kind.target(task.subject.as_str())) {
                Some(Target::PaymentRequest(id)) => payment_ids.push(id),
                Some(Target::ChangeRequest(id)) => change_request_ids.push(id),
                Some(Target::Objection(id)) => objection_ids.push(id),
                Some(
                    Target::Deliverable(_)
                    | Target::Milestone(_)
                    | Target::Amendment(_)
                    | Target::Publication(_)
                    | Target::Guarantee(_)
                    | Target::Recovery(_)
                    | Target::Evaluation(_)
                    | Target::Contract,
                )
                | None => {}
            }
        }
        let payments: PaymentNames = payments::by_public_ids(connection, &payment_ids)?
            .into_iter()
            .map(|payment| {
                let amount = stored_money(payment.amount_fen)?;
                Ok((payment.public_id, (payment.milestone, amount, payment.kind)))
            })
            .collect::<Result<_, Error>>()?;
        let mut contracts = BTreeMap::new();
        for (contract, terms, details) in due::contracts_with_words(connection, &ids, today)? {
            let id = contract.id;
            let tasks = found.iter().filter(|row| row.contract == id).map(|row| &row.task);
            contracts.insert(id, ContractNames::parse(contract, (&terms, &details), tasks, &payments)?);
        }
        let change_requests = change_requests::by_public_ids(connection, &change_request_ids)?
            .into_iter()
            .map(|request| Ok((request.public_id, (request.kind, stored(&request.body)?))))
            .collect::<Result<_, Error>>()?;
        let objections = objections::by_public_ids(connection, &objection_ids)?
            .into_iter()
            .map(|objection| Ok((objection.public_id.clone(), subject::of(&objection)?.codes())))
            .collect::<Result<_, Error>>()?;
        let organisations = organisations::by_ids(connection, &holders)?;
        let public_ids = contracts.iter().map(|(id, names)| (*id, names.contract.public_id.as_str())).collect();
        let returns = Returns::load(connection, found, &public_ids)?;
        Ok(Self {
            returns,
            days: WorkingDays::load(connection)?,
            contracts,
            payments,
            change_requests,
            objections,
            organisations: organisations.into_iter().map(|holder| (holder.id, holder.name)).collect(),
        })
    }

    fn task(&self, row: WorkRow, own: bool, caller: &Caller) -> Option<Task> {
        let ContractNames { contract, terms, details } = self.contracts.get(&row.contract)?;
        let returned = self.returns.of(&row);
        let task = row.task;
        let payment = self.payments.get(&task.subject);
        let code = payment.map_or(task.subject.as_str(), |(milestone, ..)| milestone.as_str());
        let kind = payment.map_or(PaymentKind::Principal, |(.., kind)| *kind);
        let request = self.change_requests.get(&task.subject);
        let codes = request.map(|(_, fact)| fact).or_else(|| self.objections.get(&task.subject));
        let thing = codes.map(|codes| ChangeRequestSubject::new(codes, details));
        let clause = thing.as_ref().and_then(|thing| thing.clause.as_deref());
        let clause =
            clause.zip(terms.as_ref()).map(|(code, terms)| words::clause_of(code, terms, details, caller.language));
        let name = match (&thing, details.deliverable(code)) {
            (Some(thing), _) => thing.name.as_str(),
            (None, found) if found != code => found,
            (None, _) => details.milestone(code),
        };
        // A month or an incident has no name, so the clause's name precedes it.
        let is_unnamed = request.is_none() && codes.is_some_and(|codes| codes["subject"] == name);
        let name = match clause.as_deref().filter(|_| is_unnamed) {
            Some(clause) => format!("{clause} · {name}"),
            None => name.to_owned(),
        };
        Some(Task {
            name: words::payment(&name, kind, caller.language),
            clause,
            days: thing.as_ref().and_then(|thing| thing.days),
            seq: thing.as_ref().and_then(|thing| thing.seq),
            amount: payment.map(|(_, amount, _)| *amount),
            change_request: request.map(|(kind, _)| *kind),
            contract: contract.public_id.clone(),
            number: contract.number.clone(),
            title: contract.title.clone(),
            role: task.role,
            own,
            organisation: self.organisations.get(&task.organisation_id).cloned().unwrap_or_default(),
            due_on: task.due_on,
            provisional: self.days.is_provisional(task.due_on),
            days_left: (task.due_on - caller.today()).num_days(),
            since: task.since,
            returned: returned.map(|returned| returned.reason.clone()),
            returned_by: returned.map(|returned| returned.by.clone()),
            kind: task.kind,
            subject: task.subject,
        })
    }
}
