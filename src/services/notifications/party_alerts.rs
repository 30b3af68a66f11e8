//! Alerts between the parties of a contract: answers to objections, requests of the contractor for an extension or a
//! waiver, evaluations, and messages. Their content is decided by the services that send them.

use crate::domain::codes::{AlertKind, ChangeRequestState, ContractState, Role};
use crate::domain::evaluations::EvaluationState;
use crate::domain::subject::Subject;
use crate::domain::tasks::TaskKind;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::acting_organisation;
use crate::services::notifications::alerts::{self, Alert};
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts::projections;
use crate::storage::ids::PersonId;
use crate::storage::messages;
use crate::storage::notifications::recipients;
use crate::storage::objections::Objection;
use crate::storage::write::Tx;

/// Notifies contractor and officer that an objection was answered, with the reason.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_answer(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    objection: &Objection,
    reason: &str,
) -> Result<(), Error> {
    let args = vec![("state", objection.state.as_str().to_owned()), ("reason", reason.to_owned())];
    let alert = Alert::inform(
        AlertKind::ObjectionAnswered,
        Subject::Objection(objection.public_id.clone()),
        tx.context.today(),
        args,
    );
    alerts::enqueue(tx, record, &[alert])
}

/// Alerts the leader at once to decide on a request of the contractor that was just endorsed.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn ask_for_decision(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    request: &str,
) -> Result<(), Error> {
    let tasks = projections::tasks_of(tx.connection, record.contract.id)?;
    let task = tasks.iter().find(|task| task.kind == TaskKind::Decide.as_str() && task.subject == request);
    let alert = task.and_then(|task| Alert::of_task(task, TaskKind::Decide, &record.days, tx.context.today()));
    alerts::enqueue(tx, record, alert.as_slice())
}

/// Notifies the people concerned that a change request was granted or refused, with the reason.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_decision(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    request: &ChangeRequest,
    (state, reason): (ChangeRequestState, &str),
) -> Result<(), Error> {
    let (decided, of_finance): (AlertKind, &[Role]) = match state {
        ChangeRequestState::Granted => (AlertKind::ChangeGranted, &[Role::Contractor, Role::Officer, Role::Cashier]),
        ChangeRequestState::Refused => (AlertKind::ChangeRefused, &[Role::Officer, Role::Cashier]),
        // Nothing was decided.
        ChangeRequestState::Applied | ChangeRequestState::Requested | ChangeRequestState::AtFinance => return Ok(()),
    };
    let kind = if request.is_of_contractor() { AlertKind::ApplicationDecided } else { decided };
    let args = vec![("state", state.as_str().to_owned()), ("reason", reason.to_owned())];
    let mut alert = Alert::inform(kind, Subject::ChangeRequest(request.public_id.clone()), tx.context.today(), args);
    if request.state == ChangeRequestState::AtFinance {
        alert.to = of_finance;
    }
    alerts::enqueue(tx, record, &[alert])
}

/// Notifies contractor and officer that an evaluation became final or was withdrawn, with the note or reason.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_evaluation(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    evaluation: &str,
    (state, reason): (EvaluationState, &str),
) -> Result<(), Error> {
    let args = vec![("state", state.as_str().to_owned()), ("reason", reason.to_owned())];
    let alert =
        Alert::inform(AlertKind::EvaluationEnded, Subject::Evaluation(evaluation.to_owned()), tx.context.today(), args);
    alerts::enqueue(tx, record, &[alert])
}

/// Notifies these roles of a message, to which the email links without repeating it. Those who have not read the
/// messages before it have an email already and get no further one. Returns the people who act in the roles, except the
/// sender.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_message(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    message: &str,
    (to, args): (&'static [Role], Vec<(&'static str, String)>),
) -> Result<Vec<PersonId>, Error> {
    let (sender, today) = (tx.person()?, tx.context.today());
    let mut organisations: Vec<_> = to.iter().map(|role| acting_organisation(&record.contract, *role)).collect();
    organisations.sort_unstable();
    organisations.dedup();
    let holders = recipients::recipients(tx.connection, &organisations, to, today)?;
    let acts =
        |role: Role, organisation| to.contains(&role) && acting_organisation(&record.contract, role) == organisation;
    let mut people: Vec<PersonId> = holders
        .iter()
        .filter(|holder| acts(holder.role, holder.organisation))
        .map(|holder| holder.person.person_id)
        .filter(|person| *person != sender)
        .collect();
    people.sort_unstable();
    people.dedup();
    let mut except = messages::who_have_unread(tx.connection, record.contract.id, &people)?;
    except.push(sender);
    let subject = Subject::Message(message.to_owned());
    let alert = Alert { to, except, ..Alert::inform(AlertKind::MessageReceived, subject, today, args) };
    alerts::enqueue(tx, record, &[alert])?;
    Ok(people)
}

/// Notifies the people concerned that a contract was funded, returned, came into force or ended.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_state(tx: &mut Tx<'_>, record: &ContractRecord, reason: &str) -> Result<(), Error> {
    let state = record.contract.state;
    let kind = match state {
        ContractState::Funded => AlertKind::ContractFunded,
        ContractState::Draft => AlertKind::ContractReturned,
        ContractState::Active | ContractState::Completed | ContractState::Terminated | ContractState::Closed => {
            AlertKind::ContractState
        }
        // The officer takes these steps.
        ContractState::Submitted | ContractState::Withdrawn => return Ok(()),
    };
    let subject = Subject::ContractState { state, version: record.contract.version };
    let args = vec![("state", state.as_str().to_owned()), ("reason", reason.to_owned())];
    alerts::enqueue(tx, record, &[Alert::inform(kind, subject, tx.context.today(), args)])
}
