//! Task lists: the caller's own tasks, and those of other people on the contracts that the caller may see.
//!
//! A task is a step with a due day that a role of an organisation must take (a row of `tasks`). Tasks are only read
//! here; they are derived in `contracts::projections`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, FactKind, PaymentKind, Role};
use crate::domain::details::Details;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::subject::Target;
use crate::domain::tasks::TaskKind;
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::services::messages::{UnreadMessages, unread_of_caller};
use crate::services::notifications::change_request_subject::{ChangeRequestSubject, facts_of, load_facts};
use crate::services::notifications::returned::Returns;
use crate::services::notifications::undelivered::{self, UndeliveredEmail};
use crate::services::notifications::work::READ;
use crate::services::objections::subject;
use crate::services::payments::stored_money;
use crate::services::registry::waiting_proposals::{self, WaitingProposal};
use crate::services::registry::working_days::WorkingDays;
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts::list::{self as rows, WorkRow};
use crate::storage::contracts::projections::{self, TaskRow};
use crate::storage::contracts::{Contract, due};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::objections::Objection;
use crate::storage::payments::PaymentRequest;
use crate::storage::registry::organisations;
use crate::storage::registry::version::{self, RegisterVersion};
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
    /// Id of the statute that sets the due day, if one does; none does for interest.
    pub statute: Option<String>,
    /// Name of the deliverable or milestone; for a payment request, of its milestone or the interest on that; for a
    /// change request or objection, of the deliverable, milestone or breach's subject.
    pub name: String,
    /// Amount of the payment request, or of the payment to be reversed, in yuan.
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
    /// Kind of the fact, for a reversal.
    #[schema(value_type = Option<String>)]
    pub reversed: Option<FactKind>,
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
    /// Amount of the milestone that is payable and not paid, for its invoice or payment request.
    #[serde(skip)]
    pub owed: Option<Money>,
    /// Purchaser and contractor of the contract.
    #[serde(skip)]
    pub parties: [OrganisationId; 2],
}

/// A list of tasks.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct TaskList {
    /// Tasks, most urgent first.
    pub items: Vec<Task>,
    /// Always null: the list has a single page.
    pub next: Option<String>,
    /// Emails that were given up, whose recipients the caller must inform by other means.
    pub undelivered: Vec<UndeliveredEmail>,
    /// Contracts with messages that the caller has not opened yet.
    pub messages: Vec<UnreadMessages>,
    /// Proposals of the registers on which the caller can decide.
    pub proposals: Vec<WaitingProposal>,
}

/// Counts the caller's tasks, up to the number that their page reads.
///
/// # Errors
/// Database errors.
pub fn count(app: &App, caller: &Caller) -> Result<usize, Error> {
    caller.may(Action::ListTasks)?;
    app.pool.read(|connection| {
        let waiting = projections::count_work(connection, &seat_keys(caller), READ)?;
        let proposals = waiting_proposals::of_caller(connection, caller)?;
        Ok(waiting + undelivered::of_caller(connection, caller)?.len() + proposals.len())
    })
}

/// Lists the caller's tasks, most urgent first.
///
/// # Errors
/// Database errors.
pub fn list_own_tasks(app: &App, caller: &Caller) -> Result<TaskList, Error> {
    caller.may(Action::ListTasks)?;
    app.pool.read(|connection| {
        let found = rows::work(connection, &seat_keys(caller), None, OWN)?;
        Ok(TaskList {
            undelivered: undelivered::of_caller(connection, caller)?,
            messages: unread_of_caller(connection, caller)?,
            proposals: waiting_proposals::of_caller(connection, caller)?,
            ..build_task_list(connection, caller, found)?
        })
    })
}

/// Loads the tasks of other people on the contracts that these organisations may see, most urgent first.
///
/// # Errors
/// Database errors.
pub(super) fn load_others(
    connection: &mut AnyConnection,
    caller: &Caller,
    organisations: &[OrganisationId],
    limit: i64,
) -> Result<Vec<Task>, Error> {
    let found = rows::work_of_others(connection, organisations, &seat_keys(caller), limit)?;
    Ok(build_task_list(connection, caller, found)?.items)
}

/// Payment requests, change requests and objections of one contract.
pub(in crate::services) type Parts<'a> = (&'a [PaymentRequest], &'a [ChangeRequest], &'a [Objection]);

/// Lists all tasks of one contract that the caller may see, most urgent first, given its loaded record and parts.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    record: &ContractRecord,
    parts: Parts<'_>,
) -> Result<Vec<Task>, Error> {
    let found = rows::work_of_contract(connection, record.contract.id)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let names = Names::of_record(connection, &found, (record, caller.today()), parts)?;
    Ok(list(&names, caller, found))
}

/// Returns the seats whose tasks are the caller's own.
pub(super) fn seat_keys(caller: &Caller) -> Vec<(OrganisationId, Role)> {
    caller.seats.iter().map(|seat| (seat.organisation, seat.role)).collect()
}

/// Adds the names that people use for the tasks' subjects, with one query for each kind of name.
fn build_task_list(connection: &mut AnyConnection, caller: &Caller, found: Vec<WorkRow>) -> Result<TaskList, Error> {
    let names = Names::load(connection, &found, caller.today(), None)?;
    let items = list(&names, caller, found);
    Ok(TaskList { items, ..TaskList::default() })
}

/// Adds names to tasks whose returns are loaded.
///
/// # Errors
/// Database errors.
pub(super) fn with_returns(
    connection: &mut AnyConnection,
    caller: &Caller,
    found: Vec<WorkRow>,
    returns: Returns,
) -> Result<Vec<Task>, Error> {
    let names = Names::load(connection, &found, caller.today(), Some(returns))?;
    Ok(list(&names, caller, found))
}

fn list(names: &Names<'_>, caller: &Caller, found: Vec<WorkRow>) -> Vec<Task> {
    let own = seat_keys(caller);
    let task = |row: WorkRow| {
        let own = own.contains(&(row.task.organisation_id, row.task.role));
        names.task(row, own, caller)
    };
    found.into_iter().filter_map(task).collect()
}

/// Milestone, amount and kind of each payment request, by its public identifier.
type PaymentNames = BTreeMap<String, (String, Money, PaymentKind)>;

/// A contract of the list, with the parts of its terms and details that its tasks refer to.
struct ContractNames<'a> {
    contract: Cow<'a, Contract>,
    /// Terms; `None` if no task needs them.
    terms: Option<Cow<'a, Terms>>,
    details: Cow<'a, Details>,
}

impl ContractNames<'_> {
    /// Parses the details if a task is about a part of the contract, and the terms if it may be about a clause or a
    /// part without a written name. Most tasks need neither, or only the details; the terms take longest to parse.
    fn parse<'t>(
        contract: Contract,
        (terms, details): (&str, &str),
        tasks: impl Iterator<Item = &'t TaskRow>,
        payments: &PaymentNames,
    ) -> Result<Self, Error> {
        let contract = Cow::Owned(contract);
        let targets = tasks.filter_map(|task| Some(TaskKind::parse(&task.kind)?.target(task.subject.as_str())));
        let parts: Vec<Target<&str>> = targets
            .filter(|target| {
                use Target::{Amendment, Contract, Evaluation, Guarantee, Publication, Recovery, Suspension};
                let is_document = matches!(target, Contract | Amendment(_) | Publication(_) | Suspension(_));
                !is_document && !matches!(target, Guarantee(_) | Recovery(_) | Evaluation(_))
            })
            .collect();
        if parts.is_empty() {
            return Ok(Self { contract, terms: None, details: Cow::Owned(Details::default()) });
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
            | Target::Suspension(_)
            | Target::Guarantee(_)
            | Target::Recovery(_)
            | Target::Evaluation(_) => true,
        };
        if parts.iter().all(is_named) {
            return Ok(Self { contract, terms: None, details: Cow::Owned(details) });
        }
        let terms: Terms = stored(terms)?;
        let details = names::complete(details, &terms);
        Ok(Self { contract, terms: Some(Cow::Owned(terms)), details: Cow::Owned(details) })
    }
}

/// Names that the tasks of a list refer to.
struct Names<'a> {
    contracts: BTreeMap<ContractId, ContractNames<'a>>,
    payments: PaymentNames,
    /// Kind and fact of each change request.
    change_requests: BTreeMap<String, (ChangeRequestKind, Value)>,
    /// Codes of the thing that each objection is about.
    objections: BTreeMap<String, Value>,
    organisations: BTreeMap<OrganisationId, String>,
    returns: Returns,
    days: Arc<WorkingDays>,
}

impl<'a> Names<'a> {
    fn load(
        connection: &mut AnyConnection,
        found: &[WorkRow],
        today: NaiveDate,
        returns: Option<Returns>,
    ) -> Result<Self, Error> {
        let ids: BTreeSet<ContractId> = found.iter().map(|row| row.contract).collect();
        let ids: Vec<ContractId> = ids.into_iter().collect();
        let holders: BTreeSet<OrganisationId> = found.iter().map(|row| row.task.organisation_id).collect();
        let holders: Vec<OrganisationId> = holders.into_iter().collect();
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
                    | Target::Suspension(_)
                    | Target::Guarantee(_)
                    | Target::Recovery(_)
                    | Target::Evaluation(_)
                    | Target::Contract,
                )
                | None => {}
            }
        }
        let payments = names_of_payments(&payments::by_public_ids(connection, &payment_ids)?)?;
        let mut contracts = BTreeMap::new();
        for (contract, terms, details) in due::contracts_with_words(connection, &ids, today)? {
            let id = contract.id;
            let tasks = found.iter().filter(|row| row.contract == id).map(|row| &row.task);
            contracts.insert(id, ContractNames::parse(contract, (&terms, &details), tasks, &payments)?);
        }
        let requests = change_requests::by_public_ids(connection, &change_request_ids)?;
        let change_requests = load_facts(connection, &requests)?;
        let objections = codes_of(&objections::by_public_ids(connection, &objection_ids)?)?;
        let registers = version::load(connection)?;
        let organisations = names_of_organisations(connection, &registers, &holders)?;
        let public_ids = contracts.iter().map(|(id, names)| (*id, names.contract.public_id.as_str())).collect();
        let returns = match returns {
            Some(returns) => returns,
            None => Returns::load(connection, found, &public_ids)?,
        };
        let days = WorkingDays::remembered(connection, &registers)?;
        Ok(Self { returns, days, contracts, payments, change_requests, objections, organisations })
    }

    /// Takes the names of one contract from its loaded record and parts.
    fn of_record(
        connection: &mut AnyConnection,
        found: &[WorkRow],
        (record, today): (&'a ContractRecord, NaiveDate),
        (payments, requests, objections): Parts<'_>,
    ) -> Result<Self, Error> {
        let holders: Vec<OrganisationId> = found.iter().map(|row| row.task.organisation_id).collect();
        let contract = &record.contract;
        let names = ContractNames {
            contract: Cow::Borrowed(contract),
            terms: Some(Cow::Borrowed(record.terms_on(today))),
            details: Cow::Borrowed(record.details_on(today)),
        };
        let public_ids = BTreeMap::from([(contract.id, contract.public_id.as_str())]);
        Ok(Self {
            returns: Returns::load(connection, found, &public_ids)?,
            days: Arc::clone(&record.days),
            contracts: BTreeMap::from([(contract.id, names)]),
            payments: names_of_payments(payments)?,
            change_requests: facts_of(requests, |_, seq| record.rows.iter().find(|row| row.seq == seq))?,
            objections: codes_of(objections)?,
            organisations: names_of_organisations(connection, &record.registers, &holders)?,
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
            clause.zip(terms.as_deref()).map(|(code, terms)| words::clause_of(code, terms, details, caller.language));
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
        let statute =
            TaskKind::parse(&task.kind).and_then(TaskKind::statute).filter(|_| kind == PaymentKind::Principal);
        Some(Task {
            statute: statute.map(str::to_owned),
            name: words::payment(&name, kind, caller.language),
            clause,
            days: thing.as_ref().and_then(|thing| thing.days),
            seq: thing.as_ref().and_then(|thing| thing.seq),
            reversed: thing.as_ref().and_then(|thing| thing.reversed),
            amount: payment.map(|(_, amount, _)| *amount).or_else(|| thing.as_ref()?.amount),
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
            owed: None,
            parties: [contract.purchaser_id, contract.contractor_id],
            kind: task.kind,
            subject: task.subject,
        })
    }
}

fn names_of_payments(payments: &[PaymentRequest]) -> Result<PaymentNames, Error> {
    let names = |payment: &PaymentRequest| {
        let amount = stored_money(payment.amount_fen)?;
        Ok((payment.public_id.clone(), (payment.milestone.clone(), amount, payment.kind)))
    };
    payments.iter().map(names).collect()
}

fn codes_of(objections: &[Objection]) -> Result<BTreeMap<String, Value>, Error> {
    let codes = |objection: &Objection| Ok((objection.public_id.clone(), subject::of(objection)?.codes()));
    objections.iter().map(codes).collect()
}

fn names_of_organisations(
    connection: &mut AnyConnection,
    registers: &RegisterVersion,
    ids: &[OrganisationId],
) -> Result<BTreeMap<OrganisationId, String>, Error> {
    let found = organisations::remembered(connection, registers, ids)?;
    Ok(found.into_iter().map(|organisation| (organisation.id, organisation.name)).collect())
}
