//! The mail on its way, for whoever looks after it: which letters wait, were sent or given up, what the server said, and
//! another try for one that was given up. What is in a letter is its recipient's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::notifications::email_queue::{self as rows, DEAD, QUEUED, STATES};
use crate::storage::write::{Event, write};

/// A letter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LetterView {
    /// Identifier.
    pub id: String,
    /// What it tells of, as `due-7`.
    pub kind: String,
    /// `queued`, `sent`, `dead` (given up).
    pub state: String,
    /// User name of the recipient.
    pub to: String,
    /// Address of the recipient.
    pub address: String,
    /// How often sending was begun.
    pub attempts: i32,
    /// When it is tried next, while it waits.
    pub next_try_at: Option<DateTime<Utc>>,
    /// What the mail server answered last.
    pub answer: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When a server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// The contract that it is about, where it is about one.
    pub contract: Option<String>,
    /// Number of that contract.
    pub number: Option<String>,
}

/// What another try answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LetterSummary {
    /// Identifier.
    pub id: String,
    /// Where it stands now.
    pub state: String,
}

/// Letters in the order of writing; of one state, if one is named.
///
/// # Errors
/// `Forbidden`; `Malformed` for a state or a cursor that there is not.
pub fn list(app: &App, caller: &Caller, state: Option<&str>, page: &Page) -> Result<Paged<LetterView>, Error> {
    caller.may(Action::ManageEmails)?;
    if state.is_some_and(|state| !STATES.contains(&state)) {
        return Err(Error::malformed("state", Message::new("unknown-filter")));
    }
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|letter| letter.id.0)))?;
        let found = rows::list(connection, state, after, page.rows())?;
        Ok(page.cut(found, |letter| &letter.public_id).map(|letter| LetterView {
            next_try_at: (letter.state == QUEUED).then(|| letter.next_try_at.and_utc()),
            id: letter.public_id,
            kind: letter.kind,
            state: letter.state,
            to: letter.to,
            address: letter.address,
            attempts: letter.attempts,
            answer: letter.answer,
            created_at: letter.created_at.and_utc(),
            sent_at: letter.sent_at.map(|at| at.and_utc()),
            contract: letter.contract,
            number: letter.number,
        }))
    })
}

/// Does something to a letter: `retry` has one that was given up tried anew.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` for one that was not given up.
pub fn act(app: &App, caller: &Caller, id: &str, name: &str) -> Result<LetterSummary, Error> {
    let seat = caller.seat(Action::ManageEmails)?;
    if name != "retry" {
        return Err(Error::NotFound);
    }
    write(&app.pool, &caller.context(app, seat), |tx| {
        let letter = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if letter.state != DEAD {
            return Err(Error::Conflict(Message::new("letter-not-given-up").with("state", &letter.state)));
        }
        rows::requeue(tx.connection, letter.id, tx.context.now)?;
        let body = serde_json::json!({ "attempts": letter.attempts, "answer": letter.answer });
        tx.event(&Event { stream: "letters", action: "letters.retry", object: id, body })?;
        Ok(LetterSummary { id: id.to_owned(), state: QUEUED.to_owned() })
    })
}
