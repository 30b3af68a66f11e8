//! Emails that did not reach their recipient, for the officers of the contract's purchaser: those that were given up,
//! and those whose attempts have failed so far.
//!
//! An email that was given up stays in the officers' lists until one of them records that the recipient was informed by
//! other means, or an administrator requeues it. The content of emails is never shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::AlertKind;
use crate::domain::policy::{Action, role_may};
use crate::error::{Error, Message};
use crate::services::contracts::acts;
use crate::services::contracts::registration::append_event;
use crate::services::identity::caller::Caller;
use crate::services::notifications::email_queue::{EmailState, EmailSummary};
use crate::services::shared::inputs;
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::contracts::{self, Contract};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::notifications::email_queue::{self as queue, EmailRow};
use crate::storage::notifications::undelivered::{self as rows, UndeliveredRow};

/// Maximum number of emails in a person's list of tasks.
const OWN: i64 = 50;

/// An email about a contract that was not delivered, without its content.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UndeliveredEmail {
    /// Random identifier.
    pub id: String,
    /// Kind of alert, such as `due-7`.
    pub kind: AlertKind,
    /// State in the queue: `queued` while further attempts follow, `dead` once it is given up.
    pub state: EmailState,
    /// Name of the recipient.
    pub to: String,
    /// Email address to which it was sent.
    pub address: String,
    /// Number of attempts started.
    pub attempts: i32,
    /// Time of the next attempt, while queued.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Latest answer of the mail server.
    pub answer: String,
    /// Time of queueing.
    pub created_at: DateTime<Utc>,
    /// Identifier of the contract.
    pub contract: String,
    /// Number of the contract.
    pub number: String,
    /// Title of the contract.
    pub title: String,
}

impl From<UndeliveredRow> for UndeliveredEmail {
    fn from(row: UndeliveredRow) -> Self {
        Self {
            next_try_at: (row.state == EmailState::Queued).then(|| row.next_try_at.and_utc()),
            id: row.public_id,
            kind: row.kind,
            state: row.state,
            to: row.to,
            address: row.address,
            attempts: row.attempts,
            answer: row.answer,
            created_at: row.created_at.and_utc(),
            contract: row.contract,
            number: row.number,
            title: row.title,
        }
    }
}

impl UndeliveredEmail {
    /// Returns whether the email was given up, so that its recipient must be informed by other means.
    pub fn is_given_up(&self) -> bool {
        self.state == EmailState::Dead
    }
}

/// Lists the undelivered emails about a contract, oldest first.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<UndeliveredEmail>, Error> {
    caller.may(Action::ReadUndelivered)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadUndelivered)?;
        let after = page.after_key(|id| Ok(queue::by_public_id(connection, id)?.map(|email| email.id.0)))?;
        let found = rows::page_of_contract(connection, contract.id, after, page.rows())?;
        Ok(page.cut(found, |row| &row.public_id).map(UndeliveredEmail::from))
    })
}

/// Loads the undelivered emails about a contract for its page.
pub(crate) fn of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
) -> Result<Vec<UndeliveredEmail>, Error> {
    let found = rows::page_of_contract(connection, contract, 0, MAX_PAGE_SIZE)?;
    Ok(found.into_iter().map(UndeliveredEmail::from).collect())
}

/// Loads the emails that were given up and whose recipients the caller must inform by other means.
pub(crate) fn of_caller(connection: &mut AnyConnection, caller: &Caller) -> Result<Vec<UndeliveredEmail>, Error> {
    let seats = caller.seats.iter().filter(|seat| role_may(seat.role, Action::SettleUndelivered));
    let purchasers: Vec<OrganisationId> = seats.map(|seat| seat.organisation).collect();
    if purchasers.is_empty() {
        return Ok(Vec::new());
    }
    let found = rows::of_purchasers(connection, &purchasers, OWN)?;
    Ok(found.into_iter().map(UndeliveredEmail::from).collect())
}

/// Records that the recipient of an email that was given up was informed by other means, which `reason` names.
///
/// # Errors
/// `NotFound` for an email that is not about a contract, or about one that the caller may not see; `Forbidden`;
/// `Refused` without a reason; `Conflict` for an email that was not given up, or was settled before.
pub fn settle(app: &App, caller: &Caller, id: &str, reason: Option<&str>) -> Result<EmailSummary, Error> {
    acts::write_about(app, caller, Action::SettleUndelivered, (id, email_with_contract), |tx, record, _, email| {
        if email.state != EmailState::Dead {
            return Err(Error::Conflict(Message::new("email-not-given-up").with("state", email.state.as_str())));
        }
        let reason = inputs::reason(reason)?;
        if !rows::clear(tx.connection, email.id)? {
            return Err(Error::conflict("email-settled"));
        }
        let body = serde_json::json!({ "letter": id, "kind": email.kind, "to": email.to, "reason": reason });
        append_event(tx, &record.contract, Action::SettleUndelivered, body)?;
        Ok(EmailSummary { id: id.to_owned(), state: EmailState::Dead })
    })
}

/// Loads an email and the contract that it is about, if one of the organisations may see that contract.
fn email_with_contract(
    connection: &mut AnyConnection,
    id: &str,
    organisations: &[OrganisationId],
) -> Result<Option<(EmailRow, Contract)>, Error> {
    let Some(email) = queue::by_public_id(connection, id)? else { return Ok(None) };
    let Some(contract) = &email.contract else { return Ok(None) };
    Ok(contracts::seen_by(connection, contract, organisations)?.map(|contract| (email, contract)))
}
