//! Notices in the program: a person's own emails as a list, and the ways in which they choose to be notified. An email
//! with a link for a password shows only its subject line.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::alerts::Topic;
use crate::domain::codes::AlertKind;
use crate::domain::notice_choices::{Choices, DIGEST_HOURS, Way};
use crate::domain::policy::Action;
use crate::domain::subject::Subject;
use crate::domain::tasks::TaskKind;
use crate::error::{Error, Message};
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::services::identity::people::record_event;
use crate::services::notifications::links;
use crate::services::registry::waiting_proposals;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::due::{self, DueTask};
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::locks::Scope;
use crate::storage::notifications::choices::{self, ChoicesRow};
use crate::storage::notifications::notices::{self as rows, NoticeRow};
use crate::storage::write::write_in;

/// Maximum number of notices marked as read at once by their identifiers.
const MOST: usize = 200;

/// A notice to the caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeView {
    /// Random identifier.
    pub id: String,
    /// Kind of alert, such as `due-7`.
    pub kind: AlertKind,
    /// One line that says what happened.
    pub subject: String,
    /// Text, with an empty line between paragraphs; empty for a link to set a password.
    pub text: String,
    /// Address of the page or form that it leads to, within the program.
    pub address: Option<String>,
    /// Identifier of the contract that it is about.
    pub contract: Option<String>,
    /// Number of the contract.
    pub number: Option<String>,
    /// Title of the contract.
    pub title: Option<String>,
    /// For a notice that asks for a task: true while the task is open. Such notices count with the tasks, not as unread.
    pub open: Option<bool>,
    /// Time of the event, in UTC.
    pub created_at: DateTime<Utc>,
    /// Time when the caller marked it as read, in UTC.
    pub read_at: Option<DateTime<Utc>>,
}

impl NoticeView {
    /// Returns the first paragraph of the text.
    pub fn opening(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    /// Returns whether the caller has still to read it: what it asks for is not done otherwise.
    pub fn is_unread(&self) -> bool {
        self.read_at.is_none() && self.open != Some(false)
    }

    fn of(row: NoticeRow, open: Option<bool>) -> Self {
        let has_link = matches!(row.kind, AlertKind::PasswordLink | AlertKind::PasswordForgotten);
        let address = match &row.contract {
            _ if has_link => None,
            Some(contract) => Some(links::of_email(contract, row.kind, &row.subject_key)),
            None => Some(links::of_email("", row.kind, &row.subject_key)),
        };
        Self {
            id: row.public_id,
            kind: row.kind,
            subject: row.subject,
            text: if has_link { String::new() } else { row.body },
            address,
            contract: row.contract,
            number: row.number,
            title: row.title,
            open,
            created_at: row.created_at.and_utc(),
            read_at: row.read_at.map(|at| at.and_utc()),
        }
    }
}

/// Notices to mark as read.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadInput {
    /// Identifiers of at most 200 notices; absent for all.
    #[serde(default)]
    pub ids: Option<Vec<String>>,
}

/// The number of notices that were marked as read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NoticesRead {
    pub read: usize,
}

/// The ways in which a person is notified.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeChoices {
    /// Way for each topic; absent topics send emails at once. Emails about breaches and accounts, and those that ask for
    /// a task whose day the law sets, are always sent at once.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, Way>)]
    pub ways: BTreeMap<Topic, Way>,
    /// Hour at which the daily list leaves, 7 to 20, in Shanghai.
    #[schema(minimum = 7, maximum = 20)]
    pub digest_hour: u32,
    /// True for no emails from 21:00 to 7:00, except those that are always sent at once.
    pub quiet: bool,
}

/// Lists the caller's notices, newest first, all or only unread ones.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, is_unread: bool, page: &Page) -> Result<Paged<NoticeView>, Error> {
    caller.may(Action::OwnSession)?;
    app.pool.read(|connection| {
        let before = page.after_item(|id| rows::key_of(connection, caller.person, id))?;
        let before = before.unwrap_or(i64::MAX);
        let found = rows::newest_of_person(connection, caller.person, is_unread, before, page.rows())?;
        let found = page.cut(found, |row| &row.public_id);
        let asking = found.items.iter().filter(|row| row.kind.calls_for_task());
        let mut contracts: Vec<ContractId> = asking.map(|row| row.contract_id).collect();
        contracts.sort_unstable();
        contracts.dedup();
        let tasks = if contracts.is_empty() { Vec::new() } else { due::tasks_of_contracts(connection, &contracts)? };
        let is_proposed = found.items.iter().any(|row| row.kind == AlertKind::ProposalWaiting);
        let proposals = if is_proposed { waiting_proposals::of_caller(connection, caller)? } else { Vec::new() };
        Ok(found.map(|row| {
            let waits = || {
                tasks.iter().any(|task| calls_for(&row, task))
                    || proposals.iter().any(|proposal| proposal.subject_key() == row.subject_key)
            };
            let open = row.kind.calls_for_task().then(waits);
            NoticeView::of(row, open)
        }))
    })
}

/// Returns whether a notice asks for a task.
fn calls_for(notice: &NoticeRow, task: &DueTask) -> bool {
    if notice.contract_id != task.contract {
        return false;
    }
    let wanted = match notice.kind {
        AlertKind::DeliverableSubmitted => {
            Subject::parse_decided(&notice.subject_key).map(|of| (TaskKind::Inspect, of))
        }
        AlertKind::DeliverableReturned => Subject::parse_decided(&notice.subject_key).map(|of| (TaskKind::Deliver, of)),
        _ => Subject::parse_task(&notice.subject_key),
    };
    wanted.is_some_and(|(kind, about)| task.task.kind == kind.as_str() && task.task.subject == about)
}

/// Marks notices of the caller as read: these, or all. Others' notices and those read before are passed over.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; `Malformed` for too many identifiers.
pub fn mark_read(app: &App, caller: &Caller, input: &ReadInput) -> Result<NoticesRead, Error> {
    let seat = caller.seat(Action::OwnSession)?;
    if input.ids.as_ref().is_some_and(|ids| ids.len() > MOST) {
        return Err(Error::malformed("ids", Message::new("notices-too-many").with("most", MOST)));
    }
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        let read = rows::mark_read(tx.connection, caller.person, input.ids.as_deref(), tx.context.now)?;
        Ok(NoticesRead { read })
    })
}

/// Returns the ways in which the caller is notified.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn show_choices(app: &App, caller: &Caller) -> Result<NoticeChoices, Error> {
    caller.may(Action::OwnSession)?;
    app.pool.read(|connection| {
        let chosen = choices_of(connection, &[caller.person])?.remove(&caller.person).unwrap_or_default();
        Ok(NoticeChoices { ways: chosen.ways, digest_hour: chosen.digest_hour, quiet: chosen.is_quiet })
    })
}

/// Saves the ways in which the caller is notified.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; `Refused` for another way than at once of a topic that is always sent
/// at once, and for an hour outside 7 to 20.
pub fn choose(app: &App, caller: &Caller, input: &NoticeChoices) -> Result<NoticeChoices, Error> {
    let seat = caller.seat(Action::OwnSession)?;
    let bound = input.ways.iter().find(|(topic, way)| !topic.is_optional() && **way != Way::AtOnce);
    if let Some((topic, _)) = bound {
        let path = format!("ways.{topic}");
        return Err(Error::refused_at("notices", &path, Message::new("notices-bound")));
    }
    if !DIGEST_HOURS.contains(&input.digest_hour) {
        return Err(Error::refused_at("notices", "digest_hour", Message::new("notices-hour")));
    }
    let ways: BTreeMap<Topic, Way> =
        input.ways.iter().filter(|(_, way)| **way != Way::AtOnce).map(|(topic, way)| (*topic, *way)).collect();
    let chosen = NoticeChoices { ways, ..input.clone() };
    let body = serde_json::to_value(&chosen).map_err(|error| Error::Internal(error.to_string()))?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        let hour = i32::try_from(chosen.digest_hour).unwrap_or_default();
        choices::save(tx.connection, caller.person, (&body["ways"].to_string(), hour, chosen.quiet))?;
        record_event(tx, &caller.public_id, EventAction::NoticesChoose, body.clone())?;
        Ok(chosen.clone())
    })
}

/// Loads the choices of several people; those who made none are absent.
///
/// # Errors
/// Database errors; `Internal` for a row that this program did not write.
pub(super) fn choices_of(
    connection: &mut AnyConnection,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, Choices>, Error> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let chosen = |row: ChoicesRow| -> Result<_, Error> {
        let digest_hour = u32::try_from(row.digest_hour).unwrap_or_default();
        Ok((row.person_id, Choices { ways: stored(&row.ways)?, digest_hour, is_quiet: row.is_quiet }))
    };
    choices::of_people(connection, people)?.into_iter().map(chosen).collect()
}
