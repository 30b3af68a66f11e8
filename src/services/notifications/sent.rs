//! Emails about a contract as its purchaser's officers see them: to whom they went, whether they were sent, and when
//! their recipients marked them as read. Their content is never shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::AlertKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::notifications::email_queue::EmailState;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::notifications::email_queue;
use crate::storage::notifications::notices::{self as rows, SentRow};

/// An email about a contract, without its content.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContractEmail {
    /// Random identifier.
    pub id: String,
    /// Kind of alert, such as `breach-found`.
    pub kind: AlertKind,
    /// State in the queue: `queued`, `sent`, `dead` (given up), `withdrawn` or `kept` (only in the program).
    pub state: EmailState,
    /// Name of the recipient.
    pub to: String,
    /// Latest answer of the mail server.
    pub answer: String,
    /// Time of queueing, in UTC.
    pub created_at: DateTime<Utc>,
    /// Time when a mail server accepted it, in UTC.
    pub sent_at: Option<DateTime<Utc>>,
    /// Time when the recipient marked it as read in the program, in UTC.
    pub read_at: Option<DateTime<Utc>>,
}

impl From<SentRow> for ContractEmail {
    fn from(row: SentRow) -> Self {
        Self {
            id: row.public_id,
            kind: row.kind,
            state: row.state,
            to: row.to,
            answer: row.answer,
            created_at: row.created_at.and_utc(),
            sent_at: row.sent_at.map(|at| at.and_utc()),
            read_at: row.read_at.map(|at| at.and_utc()),
        }
    }
}

/// Lists the emails about a contract, newest first.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<ContractEmail>, Error> {
    caller.may(Action::ReadUndelivered)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadUndelivered)?;
        let before = page.after_key(|id| Ok(email_queue::by_public_id(connection, id)?.map(|email| email.id.0)))?;
        let before = if before == 0 { i64::MAX } else { before };
        let found = rows::newest_of_contract(connection, contract.id, before, page.rows())?;
        Ok(page.cut(found, |row| &row.public_id).map(ContractEmail::from))
    })
}
