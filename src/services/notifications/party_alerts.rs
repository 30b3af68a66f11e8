//! Alerts between the parties of a contract: answers to objections, requests of the contractor for an extension or a
//! waiver, evaluations, and messages. What each says is decided by the services that send them.

use crate::domain::codes::{AlertKind, ChangeRequestState, Role};
use crate::domain::evaluations::EvaluationState;
use crate::domain::subject::Subject;
use crate::domain::tasks::TaskKind;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::acting_organisation;
use crate::services::notifications::alerts::{self, Alert};
use crate::storage::contracts::projections;
use crate::storage::ids::PersonId;
use crate::storage::notifications::recipients;
use crate::storage::objections::Objection;
use crate::storage::write::Tx;

/// Notifies contractor and officer that an objection was answered, with the reason.
///
/// # Errors
/// The database's.
pub(in crate::services) fn tell_answer(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    objection: &Objection,
    reason: &str,
) -> Result<(), Error> {
    let alert = Alert {
        kind: AlertKind::ObjectionAnswered,
        subject: Subject::Objection(objection.public_id.clone()),
        to: &[Role::Contractor, Role::Officer],
        day: tx.context.today(),
        args: vec![("state", objection.state.as_str().to_owned()), ("reason", reason.to_owned())],
    };
    alerts::enqueue(tx, record, &[alert])
}

/// Asks the leader at once to decide on a request of the contractor that was just endorsed.
///
/// # Errors
/// The database's.
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

/// Notifies contractor and officer that a request of the contractor was granted or refused, with the reason.
///
/// # Errors
/// The database's.
pub(in crate::services) fn tell_decision(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    request: &str,
    (state, reason): (ChangeRequestState, &str),
) -> Result<(), Error> {
    let alert = Alert {
        kind: AlertKind::ApplicationDecided,
        subject: Subject::ChangeRequest(request.to_owned()),
        to: &[Role::Contractor, Role::Officer],
        day: tx.context.today(),
        args: vec![("state", state.as_str().to_owned()), ("reason", reason.to_owned())],
    };
    alerts::enqueue(tx, record, &[alert])
}

/// Notifies contractor and officer that an evaluation became final or was withdrawn, with the note or reason.
///
/// # Errors
/// The database's.
pub(in crate::services) fn tell_evaluation(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    evaluation: &str,
    (state, reason): (EvaluationState, &str),
) -> Result<(), Error> {
    let alert = Alert {
        kind: AlertKind::EvaluationEnded,
        subject: Subject::Evaluation(evaluation.to_owned()),
        to: &[Role::Contractor, Role::Officer],
        day: tx.context.today(),
        args: vec![("state", state.as_str().to_owned()), ("reason", reason.to_owned())],
    };
    alerts::enqueue(tx, record, &[alert])
}

/// Notifies these roles of a message, which the email links to and does not repeat. Returns the people who act in them,
/// the sender excepted.
///
/// # Errors
/// The database's.
pub(in crate::services) fn tell_message(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    message: &str,
    (to, args): (&'static [Role], Vec<(&'static str, String)>),
) -> Result<Vec<PersonId>, Error> {
    let (sender, today) = (tx.person()?, tx.context.today());
    let alert =
        Alert { kind: AlertKind::MessageReceived, subject: Subject::Message(message.to_owned()), to, day: today, args };
    alerts::enqueue(tx, record, &[alert])?;
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
    Ok(people)
}
