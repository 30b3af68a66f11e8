//! Messages between the parties of a contract: about the contract, a deliverable, a milestone or a payment request.
//!
//! A message decides nothing and changes no task. It is recorded in the contract's audit log, with its text and the
//! digests of its files, and is never changed. The other parties see the message as unread until they open it; they
//! are notified by one email until then, however many follow.

mod view;

use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::messages::{Topic, recipients};
use crate::domain::policy::Action;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::acts;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::deliverables::attachments::{self, MAX_FILES};
use crate::services::deliverables::files::{self, FileSummary, ListsFiles, StoredFile};
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{UploadForm, UploadLimits};
use crate::services::identity::caller::Caller;
pub use crate::services::messages::view::{MessageView, UnreadMessages, list};
pub(super) use crate::services::messages::view::{unread_of_caller, unread_of_contract};
use crate::services::notifications::party_alerts;
use crate::services::shared::inputs;
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::people::Seat;
use crate::storage::ids::PersonId;
use crate::storage::locks::Scope;
use crate::storage::messages::{self as rows, Message as SentMessage, NewMessage};
use crate::storage::payments;
use crate::storage::registry::organisations;
use crate::storage::write::{Tx, write_in};

/// Number of a contract's newest messages with which a new one is compared.
const LATEST: i64 = 60;
/// Maximum number of messages of one person on a contract within [`WITHIN`], among the newest.
const MOST: usize = 30;
/// Time for which a person's messages are counted.
const WITHIN: TimeDelta = TimeDelta::hours(1);

/// A message to the other parties of a contract.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageInput {
    /// Subject of the message: `deliverable/CODE`, `milestone/CODE` or `payment/ID`; absent for the contract.
    #[serde(default)]
    pub about: Option<String>,
    /// Text of at most 2,000 characters; required.
    #[serde(default)]
    pub text: String,
    /// True to send the same message again within a few minutes.
    #[serde(default)]
    pub another: bool,
}

/// The receipt for a message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessageReceipt {
    /// Random identifier of the message.
    pub id: String,
    /// Files stored with the message.
    pub files: Vec<FileSummary>,
}

impl ListsFiles for MessageReceipt {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
}

/// The form of a message with files.
pub static MESSAGE_LIMITS: UploadLimits =
    UploadLimits { texts: &["about", "text", "another"], file: "files", files: MAX_FILES, endings: &[] };

/// Sends a message without files.
///
/// # Errors
/// `Forbidden` for callers who are not parties; `NotFound`; `Conflict` before signing and once the contract is closed;
/// `Refused` for a subject that the contract does not have, or an empty or overlong text; `Duplicate` for a message
/// that the sender has just sent; `TooMany` for the 31st of a person on the contract within an hour.
pub fn send(app: &App, caller: &Caller, contract: &str, input: &MessageInput) -> Result<MessageReceipt, Error> {
    acts::write_contract(app, caller, contract, Action::SendMessage, |tx, record, seat| {
        insert_message(app, tx, (record, seat), input, &[])
    })
}

/// Grants permission to send a message with files, before the body is read. `key` identifies the form.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `TooLarge` if the quota is used up.
pub fn permit_message(app: &App, caller: Caller, contract: &str, key: &str) -> Result<UploadPermit, Error> {
    attachments::permit(app, caller, (contract, key), (&[Action::SendMessage], FileUse::Message))
}

/// Sends a message with the files of a form.
///
/// # Errors
/// As [`send`]; no file is kept in that case.
pub async fn send_with_files(app: &App, permit: UploadPermit, form: UploadForm) -> Result<MessageReceipt, Error> {
    let about = form.text("about").map(str::to_owned);
    let text = form.text("text").unwrap_or_default().to_owned();
    let input = MessageInput { about, text, another: form.text("another").is_some() };
    let (cloned, contract) = (app.clone(), permit.contract.clone());
    files::store_files(app, permit, form, move |tx, caller, files| {
        let (record, seat, _) = acts::begin(tx, caller, &contract, &[Action::SendMessage])?;
        insert_message(&cloned, tx, (&record, &seat), &input, files)
    })
    .await
}

/// Returns every fault that the form shows by itself.
pub fn faults_of_message(form: &UploadForm) -> Vec<FieldError> {
    form.missing_fault("text", "message-text-missing").into_iter().collect()
}

fn insert_message(
    app: &App,
    tx: &mut Tx<'_>,
    (record, seat): (&ContractRecord, &Seat),
    input: &MessageInput,
    files: &[StoredFile],
) -> Result<MessageReceipt, Error> {
    let text = required_text(&input.text)?;
    let topic = find_topic(tx, record, input.about.as_deref().unwrap_or_default().trim())?;
    let (id, by, about) = (tx.context.ids.uuid(), tx.person()?, topic.to_string());
    let contract_id = record.contract.id;
    let latest = rows::newest_of_contract(tx.connection, contract_id, i64::MAX, LATEST)?;
    refuse_flood(&latest, by, tx.context.now)?;
    if !input.another {
        repeats::refuse_repeated_message(tx, &record.contract, &latest, (&about, text))?;
    }
    let new = NewMessage { public_id: &id, contract_id, organisation_id: seat.organisation, about: &about, text };
    let key = rows::insert(tx.connection, tx.context, &new, by)?;
    let files = attachments::attach(app, tx, (&record.contract, seat), (FileUse::Message, &id), files)?;
    let mut body = serde_json::json!({ "message": id, "about": about, "text": text });
    attachments::list_in(&mut body, &files);
    append_event(tx, &record.contract, Action::SendMessage, body)?;
    let sender = organisations::by_ids(tx.connection, &[seat.organisation])?;
    let sender = sender.into_iter().next().map(|organisation| organisation.name).unwrap_or_default();
    let to = recipients(seat.role, &topic);
    let told = party_alerts::tell_message(tx, record, &id, (to, vec![("sender", sender)]))?;
    rows::mark_unread(tx.connection, (contract_id, key), &told)?;
    // An answer shows that its sender has read what came before.
    rows::mark_read(tx.connection, by, contract_id)?;
    Ok(MessageReceipt { id, files })
}

/// Refuses a message of a person who has sent [`MOST`] of these within [`WITHIN`].
fn refuse_flood(latest: &[SentMessage], by: PersonId, now: NaiveDateTime) -> Result<(), Error> {
    let own = latest.iter().filter(|message| message.sent_by == by && now - message.sent_at < WITHIN);
    let Some(first) = own.take(MOST).nth(MOST - 1) else { return Ok(()) };
    let wait = (first.sent_at + WITHIN - now).num_seconds();
    Err(Error::TooMany(u64::try_from(wait).unwrap_or_default().max(1)))
}

fn required_text(given: &str) -> Result<&str, Error> {
    let text = inputs::text("text", given)?;
    if text.is_empty() {
        return Err(Error::refused_at("text", "text", Message::new("message-text-missing")));
    }
    Ok(text)
}

/// Finds the part of the contract that a message is about.
fn find_topic(tx: &mut Tx<'_>, record: &ContractRecord, about: &str) -> Result<Topic, Error> {
    let unknown = || Error::refused_at("about", "about", Message::new("message-about-unknown"));
    let topic = Topic::parse(about).ok_or_else(unknown)?;
    let terms = record.terms_on(tx.context.today());
    let is_there = match &topic {
        Topic::Contract => true,
        Topic::Deliverable(code) => terms.deliverables.iter().any(|one| one.code.as_str() == code),
        Topic::Milestone(code) => terms.milestones.iter().any(|one| one.code.as_str() == code),
        Topic::Payment(id) => payments::one_of_contract(tx.connection, record.contract.id, id)?.is_some(),
    };
    if is_there { Ok(topic) } else { Err(unknown()) }
}

/// Messages of a contract that were marked as read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessagesRead {
    /// Number of messages that the caller had not opened before.
    pub read: usize,
}

/// Marks all messages of a contract as read by the caller.
///
/// # Errors
/// `Forbidden` for callers who may not read the messages; `NotFound`, also for a contract that the caller may not see.
pub fn mark_read(app: &App, caller: &Caller, contract: &str) -> Result<MessagesRead, Error> {
    caller.may(Action::ReadMessages)?;
    let (found, seat) = app.pool.read(|connection| caller.contract(connection, contract, Action::ReadMessages))?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, &seat), |tx| {
        let read = rows::unread_of_contract(tx.connection, caller.person, found.id)?.len();
        rows::mark_read(tx.connection, caller.person, found.id)?;
        Ok(MessagesRead { read })
    })
}

/// Marks the messages that were shown to the caller as read. One that has come meanwhile, or that stands on another
/// page, stays unread.
///
/// # Errors
/// As [`mark_read`].
pub fn mark_shown(app: &App, caller: &Caller, contract: &str, shown: &[MessageView]) -> Result<(), Error> {
    caller.may(Action::ReadMessages)?;
    if !shown.iter().any(|message| message.unread) {
        return Ok(());
    }
    let (found, seat) = app.pool.read(|connection| caller.contract(connection, contract, Action::ReadMessages))?;
    let ids: Vec<&str> = shown.iter().map(|message| message.id.as_str()).collect();
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, &seat), |tx| {
        rows::mark_shown(tx.connection, caller.person, found.id, &ids)
    })
}
