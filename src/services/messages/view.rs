//! Messages as lists and pages show them, and the number of messages that a person has not opened.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::deliverables::attachments::Attachments;
use crate::services::deliverables::files::FileView;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::names::Names;
use crate::storage::messages::{self as rows, Message, UnreadCount};
use crate::storage::registry::organisations;

/// A message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageView {
    /// Random identifier of the message.
    pub id: String,
    /// Subject of the message, `deliverable/CODE`, `milestone/CODE` or `payment/ID`; null for the contract.
    pub about: Option<String>,
    pub text: String,
    /// Files sent with the message.
    pub files: Vec<FileView>,
    /// Name of the sender's organisation.
    pub organisation: String,
    /// Name of the sender.
    pub sent_by: String,
    /// Name of the person represented, if the sender is a deputy.
    pub on_behalf_of: Option<String>,
    /// Time of sending, in UTC.
    pub sent_at: DateTime<Utc>,
    /// True until the caller opens the message, if the caller was notified of it.
    pub unread: bool,
}

/// Unread messages of one contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnreadMessages {
    /// Identifier of the contract.
    pub contract: String,
    /// Number of the contract.
    pub number: String,
    /// Title of the contract.
    pub title: String,
    /// Number of messages that the caller has not opened yet.
    pub count: usize,
}

impl From<UnreadCount> for UnreadMessages {
    fn from(row: UnreadCount) -> Self {
        Self { contract: row.contract, number: row.number, title: row.title, count: row.count }
    }
}

/// Lists the messages of a contract, newest first.
///
/// # Errors
/// `Forbidden` for callers who are not parties and do not audit; `NotFound` for a contract that the caller may not see;
/// `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<MessageView>, Error> {
    caller.may(Action::ReadMessages)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadMessages)?;
        let before = page.after_item(|id| {
            let message = rows::one_of_contract(connection, contract.id, id)?;
            Ok(message.map(|message| message.id.0))
        })?;
        let found = rows::newest_of_contract(connection, contract.id, before.unwrap_or(i64::MAX), page.rows())?;
        let cut = page.cut(found, |message| &message.public_id);
        Ok(Paged { items: views(connection, caller, &contract, cut.items)?, next: cut.next })
    })
}

fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &Contract,
    messages: Vec<Message>,
) -> Result<Vec<MessageView>, Error> {
    let names = Names::load(connection, messages.iter().flat_map(|one| [Some(one.sent_by.0), one.sent_for]))?;
    let parties =
        organisations::by_ids(connection, &[contract.purchaser_id, contract.funder_id, contract.contractor_id])?;
    let party = |id| parties.iter().find(|party| party.id == id).map(|party| party.name.clone());
    let ids: Vec<&str> = messages.iter().map(|one| one.public_id.as_str()).collect();
    let files = Attachments::load(connection, contract.id, &[FileUse::Message], &ids)?;
    let unread = rows::unread_of_contract(connection, caller.person, contract.id)?;
    let view = |message: Message| MessageView {
        files: files.of(FileUse::Message, &message.public_id),
        organisation: party(message.organisation_id).unwrap_or_default(),
        sent_by: names.of(message.sent_by),
        on_behalf_of: names.find(message.sent_for),
        sent_at: message.sent_at.and_utc(),
        unread: unread.contains(&message.id),
        id: message.public_id,
        about: Some(message.about).filter(|about| !about.is_empty()),
        text: message.text,
    };
    Ok(messages.into_iter().map(view).collect())
}

/// Counts the messages of a contract that the caller has not opened yet.
pub(in crate::services) fn unread_of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &Contract,
) -> Result<usize, Error> {
    Ok(rows::unread_of_contract(connection, caller.person, contract.id)?.len())
}

/// Counts the messages that the caller has not opened yet, by contract, for the list of tasks.
pub(in crate::services) fn unread_of_caller(
    connection: &mut AnyConnection,
    caller: &Caller,
) -> Result<Vec<UnreadMessages>, Error> {
    let counts = rows::unread_by_contract(connection, caller.person, &caller.organisations(), MAX_PAGE_SIZE)?;
    Ok(counts.into_iter().map(UnreadMessages::from).collect())
}
