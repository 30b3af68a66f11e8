//! The email queue as administrators see it: which emails wait, were sent or were given up, with the mail server's
//! answers.
//!
//! An email that was given up can be requeued. The content of emails is never shown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::AlertKind;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::audit::event_action::EventAction;
use crate::storage::locks::Scope;
use crate::storage::notifications::email_queue as rows;
use crate::storage::notifications::signed_emails;
use crate::storage::write::{Event, Tx, write_in};

pub use crate::domain::alerts::PostState;
pub use crate::storage::notifications::email_queue::EmailState;

/// Hash chain of the queue's events. Its name is part of their hashes and older than the word email.
const STREAM: &str = "letters";

/// Actions on an email by name, each with the right that it needs.
pub const EMAIL_ACTIONS: &[(&str, Action)] =
    &[("retry", Action::ManageEmails), ("repost", Action::ManageEmails), ("settle", Action::SettleUndelivered)];

/// Details of an action on an email.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailActionInput {
    /// Means by which the recipient was informed instead; required to settle.
    #[serde(default)]
    pub reason: Option<String>,
}

/// An email in the queue, without its content.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EmailView {
    /// Random identifier.
    pub id: String,
    /// Kind of alert, such as `due-7`.
    pub kind: AlertKind,
    /// State in the queue: `queued`, `sent`, `dead` (given up) or `withdrawn`.
    pub state: EmailState,
    /// Username of the recipient.
    pub to: String,
    /// Email address of the recipient.
    pub address: String,
    /// Number of attempts started.
    pub attempts: i32,
    /// Time of the next attempt, while queued.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Latest answer of the mail server.
    pub answer: String,
    /// Time of queueing.
    pub created_at: DateTime<Utc>,
    /// Time when a mail server accepted it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Identifier of the contract that the email is about.
    pub contract: Option<String>,
    /// Number of the contract.
    pub number: Option<String>,
    /// State of its post to the bureau's gateway; absent before the first attempt and without a gateway.
    pub gateway: Option<PostState>,
    /// Latest answer of the gateway.
    pub gateway_answer: Option<String>,
}

/// An email with its new state.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EmailSummary {
    /// Random identifier.
    pub id: String,
    /// State in the queue.
    pub state: EmailState,
}

/// Lists emails, oldest first, in all states or in one.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown state or cursor.
pub fn list(app: &App, caller: &Caller, state: Option<&str>, page: &Page) -> Result<Paged<EmailView>, Error> {
    caller.may(Action::ManageEmails)?;
    let unknown = || Error::malformed("state", Message::new("unknown-filter"));
    let state = state.map(|text| EmailState::parse(text).ok_or_else(unknown)).transpose()?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|email| email.id.0)))?;
        let found = rows::list(connection, state, after, page.rows())?;
        Ok(page.cut(found, |email| &email.public_id).map(|email| EmailView {
            next_try_at: (email.state == EmailState::Queued).then(|| email.next_try_at.and_utc()),
            id: email.public_id,
            kind: email.kind,
            state: email.state,
            to: email.to,
            address: email.address,
            attempts: email.attempts,
            answer: email.answer,
            created_at: email.created_at.and_utc(),
            sent_at: email.sent_at.map(|at| at.and_utc()),
            contract: email.contract,
            number: email.number,
            gateway: email.post_state.as_deref().and_then(PostState::parse),
            gateway_answer: email.post_answer,
        }))
    })
}

/// Returns the answer with which the mail server refuses every email of this installation; `None` for callers other
/// than administrators, and if no email waits because of such an answer.
///
/// # Errors
/// Database errors.
pub fn refusal(app: &App, caller: &Caller) -> Result<Option<String>, Error> {
    if caller.may(Action::ManageEmails).is_err() {
        return Ok(None);
    }
    let answer = app.pool.read(rows::refusal)?;
    Ok(answer.map(|answer| answer.trim_start_matches(rows::REFUSED).to_owned()))
}

/// Requeues an email that was given up.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` for an email that was not given up, or was changed in the database.
pub fn requeue_email(app: &App, caller: &Caller, id: &str) -> Result<EmailSummary, Error> {
    let seat = caller.seat(Action::ManageEmails)?;
    write_in(&app.pool, Scope::EmailQueue, &caller.context(app, seat), |tx| {
        let email = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if email.state != EmailState::Dead {
            return Err(Error::Conflict(Message::new("email-not-given-up").with("state", email.state.as_str())));
        }
        if !signed_emails::find_changed(tx.connection, tx.key, &[email.id.0])?.is_empty() {
            return Err(Error::conflict("email-changed"));
        }
        rows::requeue(tx, email.id)?;
        record_requeue(tx, id, serde_json::json!({ "attempts": email.attempts, "answer": email.answer }))?;
        Ok(EmailSummary { id: id.to_owned(), state: EmailState::Queued })
    })
}

/// Records in the queue's chain that an email was requeued.
///
/// # Errors
/// Database errors.
pub(super) fn record_requeue(tx: &mut Tx<'_>, id: &str, body: serde_json::Value) -> Result<(), Error> {
    tx.event(&Event { stream: STREAM, action: EventAction::EmailRequeue, object: id, body })
}

/// Records in the queue's chain that an email came back.
///
/// # Errors
/// Database errors.
pub(super) fn record_bounce(tx: &mut Tx<'_>, id: &str, body: serde_json::Value) -> Result<(), Error> {
    tx.event(&Event { stream: STREAM, action: EventAction::EmailBounce, object: id, body })
}
