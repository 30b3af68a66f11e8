//! Emails as notices in the program: a person's own, newest first, read or unread. Those that ask for a task are counted
//! with the tasks.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::AlertKind;
use crate::schema::{contracts, emails, people};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, EmailId, PersonId};
use crate::storage::notifications::email_queue::EmailState;

/// An email as its recipient reads it in the program.
#[derive(Debug, Clone, Queryable)]
pub struct NoticeRow {
    /// Primary key.
    pub id: EmailId,
    /// Random identifier.
    pub public_id: String,
    /// Kind of alert.
    #[diesel(deserialize_as = String)]
    pub kind: AlertKind,
    /// Subject of the alert.
    pub subject_key: String,
    /// Day that the alert is about.
    pub due_on: NaiveDate,
    /// Subject line.
    pub subject: String,
    /// Text, with an empty line between paragraphs.
    pub body: String,
    /// Time of queueing, in UTC.
    pub created_at: NaiveDateTime,
    /// Time when the recipient read it in the program, in UTC.
    pub read_at: Option<NaiveDateTime>,
    /// Key of the contract that it is about; 0 for an account.
    pub contract_id: ContractId,
    /// Random identifier of the contract that it is about.
    pub contract: Option<String>,
    /// Number of that contract.
    pub number: Option<String>,
    /// Title of that contract.
    pub title: Option<String>,
}

/// Loads a part of a person's notices, all or only unread ones, before a key, newest first.
pub fn newest_of_person(
    connection: &mut AnyConnection,
    person: PersonId,
    is_unread: bool,
    before: i64,
    limit: i64,
) -> Result<Vec<NoticeRow>> {
    let mut query = emails::table
        .left_join(contracts::table.on(contracts::id.eq(emails::contract_id)))
        .filter(emails::person_id.eq(person))
        .filter(emails::state.ne(EmailState::Withdrawn.as_str()))
        .filter(emails::id.lt(before))
        .order(emails::id.desc())
        .limit(limit)
        .select((
            emails::id,
            emails::public_id,
            emails::kind,
            emails::subject_key,
            emails::due_on,
            emails::subject,
            emails::body,
            emails::created_at,
            emails::read_at,
            emails::contract_id,
            contracts::public_id.nullable(),
            contracts::number.nullable(),
            contracts::title.nullable(),
        ))
        .into_boxed();
    if is_unread {
        query = query.filter(emails::read_at.is_null());
    }
    Ok(query.load(connection)?)
}

/// An email about a contract, without its content.
#[derive(Debug, Clone, Queryable)]
pub struct SentRow {
    /// Random identifier.
    pub public_id: String,
    /// Kind of alert.
    #[diesel(deserialize_as = String)]
    pub kind: AlertKind,
    /// State in the queue.
    #[diesel(deserialize_as = String)]
    pub state: EmailState,
    /// Name of the recipient.
    pub to: String,
    /// Latest answer of the mail server.
    pub answer: String,
    /// Time of queueing, in UTC.
    pub created_at: NaiveDateTime,
    /// Time when a mail server accepted it, in UTC.
    pub sent_at: Option<NaiveDateTime>,
    /// Time when the recipient read it in the program, in UTC.
    pub read_at: Option<NaiveDateTime>,
}

/// Loads a part of the emails about a contract before a key, newest first.
pub fn newest_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    before: i64,
    limit: i64,
) -> Result<Vec<SentRow>> {
    Ok(emails::table
        .inner_join(people::table)
        .filter(emails::contract_id.eq(contract.0))
        .filter(emails::id.lt(before))
        .order(emails::id.desc())
        .limit(limit)
        .select((
            emails::public_id,
            emails::kind,
            emails::state,
            people::name,
            emails::answer,
            emails::created_at,
            emails::sent_at,
            emails::read_at,
        ))
        .load(connection)?)
}

/// Returns the key of a person's notice.
pub fn key_of(connection: &mut AnyConnection, person: PersonId, public_id: &str) -> Result<Option<i64>> {
    Ok(emails::table
        .filter(emails::public_id.eq(public_id))
        .filter(emails::person_id.eq(person))
        .select(emails::id)
        .first(connection)
        .optional()?)
}

/// Marks a person's notices as read: these, or all. Returns how many were unread.
pub fn mark_read(
    connection: &mut AnyConnection,
    person: PersonId,
    ids: Option<&[String]>,
    now: NaiveDateTime,
) -> Result<usize> {
    let unread = || emails::table.filter(emails::person_id.eq(person)).filter(emails::read_at.is_null());
    let read = emails::read_at.eq(now);
    Ok(match ids {
        Some(ids) => diesel::update(unread().filter(emails::public_id.eq_any(ids))).set(read).execute(connection)?,
        None => diesel::update(unread()).set(read).execute(connection)?,
    })
}

/// Number of a person's unread notices that ask for no task, as an expression to be added to a statement that is sent
/// anyway. The kinds left out are those of `AlertKind::calls_for_task`.
macro_rules! unread_notices {
    () => {
        $crate::schema::emails::table
            .filter($crate::schema::emails::person_id.eq($crate::schema::people::id))
            .filter($crate::schema::emails::read_at.is_null())
            .filter($crate::schema::emails::state.ne($crate::storage::notifications::email_queue::WITHDRAWN))
            .filter($crate::schema::emails::kind.not_like("due-%"))
            .filter($crate::schema::emails::kind.not_like("%-waiting"))
            .filter($crate::schema::emails::kind.ne("overdue"))
            .filter($crate::schema::emails::kind.ne("deliverable-submitted"))
            .filter($crate::schema::emails::kind.ne("deliverable-returned"))
            .count()
            .single_value()
    };
}
pub(in crate::storage) use unread_notices;
