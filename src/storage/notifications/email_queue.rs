//! The email queue. An email is first a row and is later sent by a job.
//!
//! An email keeps its Message-ID permanently. A unique index allows one row for each kind, contract, subject, recipient
//! and day, so that no one gets the same email twice. Emails are sent in `services::notifications::delivery`.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::{AlertKind, UnknownCode};
use crate::schema::{contracts, emails, people};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, EmailId, PersonId};
use crate::storage::notifications::recipients::Recipient;
use crate::storage::notifications::signed_emails::{self, SignedEmail, TABLE, sign_again};
use crate::storage::notifications::{bounces, undelivered};
use crate::storage::statements::{KEPT_ROWS, Unless, few_rows, on_engine};
use crate::storage::write::Tx;

/// Beginning of the answer of an email that waits because the mail server refuses this installation.
pub const REFUSED: &str = "refused: ";

/// Contract key of an email that is not about a contract.
pub const NO_CONTRACT: ContractId = ContractId(0);

/// State of an email in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EmailState {
    /// Waits for its first or next attempt.
    Queued,
    /// Accepted by a mail server.
    Sent,
    /// Given up; not tried again unless it is requeued.
    Dead,
    /// Not sent, because the task was done or its day moved first.
    Withdrawn,
    /// Not sent, because the recipient chose to read such notices only in the program.
    Kept,
}

/// Stored text of emails that are not shown as notices.
pub(in crate::storage) const WITHDRAWN: &str = EmailState::Withdrawn.as_str();

impl EmailState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sent, Self::Dead, Self::Withdrawn, Self::Kept];

    /// Returns the stored text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Withdrawn => "withdrawn",
            Self::Kept => "kept",
        }
    }

    /// Parses the stored text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl TryFrom<String> for EmailState {
    type Error = UnknownCode;

    fn try_from(word: String) -> std::result::Result<Self, UnknownCode> {
        Self::parse(&word).ok_or(UnknownCode { list: "EmailState", word })
    }
}

/// An email to be queued.
#[derive(Debug, Clone)]
pub struct NewEmail {
    /// Random identifier.
    pub public_id: String,
    /// Message-ID header.
    pub message_id: String,
    /// Kind of alert.
    pub kind: AlertKind,
    /// Contract that the email is about, or `NO_CONTRACT`.
    pub contract_id: ContractId,
    /// Subject of the alert, part of the unique key.
    pub subject_key: String,
    /// Day that the alert is about, part of the unique key.
    pub due_on: NaiveDate,
    /// Person who receives the message.
    pub to: Recipient,
    /// Subject line.
    pub subject: String,
    /// Body as plain text.
    pub body: String,
    /// Body as HTML.
    pub html: String,
}

/// Outcome of an attempt to send an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A mail server accepted it.
    Sent,
    /// To be retried from this time on (UTC).
    Later(NaiveDateTime),
    /// Given up.
    Dead,
    /// Not to be sent any more.
    Withdrawn,
    /// Only to be shown in the program.
    Kept,
}

/// An email in the queue as an administrator sees it, without its content.
#[derive(Debug, Clone, Queryable)]
pub struct EmailRow {
    /// Primary key.
    pub id: EmailId,
    /// Random identifier.
    pub public_id: String,
    /// Kind of alert.
    #[diesel(deserialize_as = String)]
    pub kind: AlertKind,
    /// State in the queue.
    #[diesel(deserialize_as = String)]
    pub state: EmailState,
    /// Username of the recipient.
    pub to: String,
    /// Email address of the recipient.
    pub address: String,
    /// Number of attempts started.
    pub attempts: i32,
    /// Time of the next attempt while queued, in UTC.
    pub next_try_at: NaiveDateTime,
    /// Latest answer of the mail server.
    pub answer: String,
    /// Time of queueing, in UTC.
    pub created_at: NaiveDateTime,
    /// Time when a mail server accepted it, in UTC.
    pub sent_at: Option<NaiveDateTime>,
    /// Random identifier of the contract that the email is about.
    pub contract: Option<String>,
    /// Number of that contract.
    pub number: Option<String>,
    /// State of its post to the bureau's gateway.
    pub post_state: Option<String>,
    /// Latest answer of the gateway.
    pub post_answer: Option<String>,
}

macro_rules! email_row {
    () => {
        (
            emails::id,
            emails::public_id,
            emails::kind,
            emails::state,
            people::username,
            emails::address,
            emails::attempts,
            emails::next_try_at,
            emails::answer,
            emails::created_at,
            emails::sent_at,
            contracts::public_id.nullable(),
            contracts::number.nullable(),
            emails::post_state,
            emails::post_answer,
        )
    };
}

/// Loads a page of emails after a key, oldest first, in all states or in one.
pub fn list(
    connection: &mut AnyConnection,
    state: Option<EmailState>,
    after: i64,
    limit: i64,
) -> Result<Vec<EmailRow>> {
    let mut query = emails::table
        .inner_join(people::table)
        .left_join(contracts::table.on(contracts::id.eq(emails::contract_id)))
        .filter(emails::id.gt(after))
        .order(emails::id)
        .limit(limit)
        .select(email_row!())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(emails::state.eq(state.as_str()));
    }
    Ok(query.load(connection)?)
}

/// Loads an email by its random identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<EmailRow>> {
    Ok(emails::table
        .inner_join(people::table)
        .left_join(contracts::table.on(contracts::id.eq(emails::contract_id)))
        .filter(emails::public_id.eq(public_id))
        .select(email_row!())
        .first(connection)
        .optional()?)
}

/// Requeues an email that was given up, with the attempts of a new one, to the recipient's present address.
pub fn requeue(tx: &mut Tx<'_>, id: EmailId) -> Result<()> {
    let (connection, now) = (&mut *tx.connection, tx.context.now);
    let (person, address): (PersonId, String) = emails::table
        .inner_join(people::table)
        .filter(emails::id.eq(id.0))
        .select((people::id, people::email))
        .first(connection)?;
    let signature = sign_again(connection, tx.key, id, |email| {
        email.state = EmailState::Queued.as_str().to_owned();
        email.address.clone_from(&address);
    })?;
    diesel::update(emails::table.find(id.0).filter(emails::state.eq(EmailState::Dead.as_str())))
        .set((
            emails::state.eq(EmailState::Queued.as_str()),
            emails::address.eq(address),
            emails::attempts.eq(0),
            emails::answer.eq(""),
            emails::next_try_at.eq(now),
            emails::leased_until.eq(now),
            emails::signature.eq(signature),
        ))
        .execute(connection)?;
    undelivered::clear(connection, id)?;
    bounces::clear_address(connection, person)
}

/// Counts the emails by state; states without any are absent.
pub fn count_by_state(connection: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
    Ok(emails::table.group_by(emails::state).select((emails::state, diesel::dsl::count_star())).load(connection)?)
}

/// Queues emails, except those that are in the queue already, in any state.
pub fn insert(tx: &mut Tx<'_>, new: &[NewEmail]) -> Result<()> {
    let (at, key) = (tx.context.now, tx.key);
    let rows: Vec<_> = new
        .iter()
        .map(|email| {
            (
                emails::public_id.eq(&email.public_id),
                emails::message_id.eq(&email.message_id),
                emails::kind.eq(email.kind.as_str()),
                emails::contract_id.eq(email.contract_id.0),
                emails::subject_key.eq(&email.subject_key),
                emails::person_id.eq(email.to.person_id),
                emails::due_on.eq(email.due_on),
                emails::address.eq(&email.to.email),
                emails::language.eq(email.to.language.as_str()),
                emails::subject.eq(&email.subject),
                emails::body.eq(&email.body),
                emails::html.eq(&email.html),
                emails::state.eq(EmailState::Queued.as_str()),
                emails::attempts.eq(0),
                emails::next_try_at.eq(at),
                emails::leased_until.eq(at),
                emails::answer.eq(""),
                emails::created_at.eq(at),
                emails::signature.eq(key.sign(TABLE, &SignedEmail::queued(email, at))),
            )
        })
        .collect();
    let insert = diesel::insert_into(emails::table);
    let inserted = if rows.len() > KEPT_ROWS {
        let unique = (emails::kind, emails::contract_id, emails::subject_key, emails::person_id, emails::due_on);
        on_engine!(tx.connection, own => insert.values(&rows).on_conflict(unique).do_nothing().execute(own))?
    } else if let Some(few) = few_rows!(emails::table, rows, |row| row) {
        // Most acts tell a few people, by a statement that the connection keeps prepared.
        let columns = "kind, contract_id, subject_key, person_id, due_on";
        let unless = Unless { insert: insert.values(few), columns };
        on_engine!(tx.connection, own => unless.execute(own))?
    } else {
        0
    };
    let mut ids: Vec<String> = new.iter().map(|email| email.public_id.clone()).collect();
    if inserted < ids.len() {
        // Some were in the queue already, under identifiers of their own.
        let missing = signed_emails::missing(tx.connection, &ids)?;
        ids.retain(|id| !missing.contains(id));
    }
    tx.emails.extend(ids);
    Ok(())
}

/// Returns an answer with which the mail server refuses this installation, if emails wait for that.
pub fn refusal(connection: &mut AnyConnection) -> Result<Option<String>> {
    Ok(emails::table
        .filter(emails::state.eq(EmailState::Queued.as_str()))
        .filter(emails::answer.like(format!("{REFUSED}%")))
        .select(emails::answer)
        .first(connection)
        .optional()?)
}

/// Records the outcome of an attempt and ends the lease. An email that another worker has sent meanwhile stays sent.
pub fn settle(tx: &mut Tx<'_>, id: EmailId, outcome: &Outcome, answer: &str) -> Result<()> {
    let (connection, now) = (&mut *tx.connection, tx.context.now);
    let (state, next, sent_at) = match outcome {
        Outcome::Sent => (EmailState::Sent, now, Some(now)),
        Outcome::Later(at) => (EmailState::Queued, *at, None),
        Outcome::Dead => (EmailState::Dead, now, None),
        Outcome::Withdrawn => (EmailState::Withdrawn, now, None),
        Outcome::Kept => (EmailState::Kept, now, None),
    };
    let signature = sign_again(connection, tx.key, id, |email| {
        email.state = state.as_str().to_owned();
        email.sent_at = sent_at;
    })?;
    let changed = diesel::update(emails::table.find(id.0).filter(emails::state.ne(EmailState::Sent.as_str())))
        .set((
            emails::state.eq(state.as_str()),
            emails::next_try_at.eq(next),
            emails::leased_until.eq(now),
            emails::sent_at.eq(sent_at),
            emails::answer.eq(answer),
            emails::signature.eq(signature),
        ))
        .execute(connection)?;
    if changed > 0 && *outcome == Outcome::Dead {
        undelivered::record(connection, id)?;
    }
    Ok(())
}
