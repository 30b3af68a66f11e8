//! Leases of queued emails: which are due, and who is sending them. The leases of a worker that dies run out by
//! themselves.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::{AlertKind, Language};
use crate::schema::{contracts, emails, organisations, people};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, EmailId, PersonId};
use crate::storage::notifications::email_queue::EmailState;

/// A leased email with everything needed to send it.
#[derive(Debug, Clone, Queryable)]
pub struct LeasedEmail {
    /// Primary key.
    pub id: EmailId,
    /// Message-ID header, the same on every attempt.
    pub message_id: String,
    /// Kind of alert.
    #[diesel(deserialize_as = String)]
    pub kind: AlertKind,
    /// Key of the contract that the email is about, or `NO_CONTRACT`.
    pub contract_id: ContractId,
    /// Subject of the alert.
    pub subject_key: String,
    /// Day that the alert is about.
    pub due_on: NaiveDate,
    /// Key of the recipient.
    pub person_id: PersonId,
    /// Email address of the recipient.
    pub address: String,
    /// Name of the recipient.
    pub name: String,
    /// Language of the email.
    #[diesel(deserialize_as = String)]
    pub language: Language,
    /// Subject line.
    pub subject: String,
    /// Body as plain text.
    pub body: String,
    /// Body as HTML.
    pub html: String,
    /// Number of attempts started, including this one.
    pub attempts: i32,
    /// Time of queueing, in UTC.
    pub created_at: NaiveDateTime,
    /// Random identifier of the contract that the email is about.
    pub contract: Option<String>,
    /// Number of that contract.
    pub number: Option<String>,
    /// Name of the contract's purchaser.
    pub bureau: Option<String>,
}

impl LeasedEmail {
    /// Returns the random part of the Message-ID, which is the email's identifier.
    pub fn random_id(&self) -> String {
        self.message_id.trim_start_matches('<').split('@').next().unwrap_or_default().to_owned()
    }
}

/// Returns whether an email is due and not leased.
pub fn any_due(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<bool> {
    let first: Option<i64> = emails::table
        .filter(emails::state.eq(EmailState::Queued.as_str()))
        .filter(emails::next_try_at.le(now))
        .filter(emails::leased_until.le(now))
        .order((emails::next_try_at, emails::id))
        .select(emails::id)
        .first(connection)
        .optional()?;
    Ok(first.is_some())
}

/// Leases due emails until `until`, so that no other worker takes them, and counts an attempt for each. Must run in a
/// write transaction. The leases of a worker that dies run out by themselves.
pub fn lease(connection: &mut AnyConnection, now: NaiveDateTime, until: NaiveDateTime, limit: i64) -> Result<Vec<i64>> {
    let free: Vec<i64> = emails::table
        .filter(emails::state.eq(EmailState::Queued.as_str()))
        .filter(emails::next_try_at.le(now))
        .filter(emails::leased_until.le(now))
        .order((emails::next_try_at, emails::id))
        .limit(limit)
        .select(emails::id)
        .load(connection)?;
    lease_rows(connection, free, now, until)
}

/// Leases the other due emails of these kinds to the same people, as [`lease`].
pub fn lease_others_of(
    connection: &mut AnyConnection,
    people: &[PersonId],
    kinds: &[&str],
    (now, until): (NaiveDateTime, NaiveDateTime),
    limit: i64,
) -> Result<Vec<i64>> {
    let free: Vec<i64> = emails::table
        .filter(emails::person_id.eq_any(people.iter().map(|person| person.0)))
        .filter(emails::state.eq(EmailState::Queued.as_str()))
        .filter(emails::next_try_at.le(now))
        .filter(emails::leased_until.le(now))
        .filter(emails::kind.eq_any(kinds))
        .order((emails::next_try_at, emails::id))
        .limit(limit)
        .select(emails::id)
        .load(connection)?;
    lease_rows(connection, free, now, until)
}

fn lease_rows(
    connection: &mut AnyConnection,
    ids: Vec<i64>,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<Vec<i64>> {
    Ok(diesel::update(
        emails::table
            .filter(emails::id.eq_any(ids))
            .filter(emails::state.eq(EmailState::Queued.as_str()))
            .filter(emails::leased_until.le(now)),
    )
    .set((emails::leased_until.eq(until), emails::attempts.eq(emails::attempts + 1)))
    .returning(emails::id)
    .get_results(connection)?)
}

/// Returns the random identifiers of the queued emails that are tried again or leased beyond a time, or were tried more
/// often than so many times.
pub fn beyond(connection: &mut AnyConnection, until: NaiveDateTime, tries: i32) -> Result<Vec<String>> {
    let is_beyond = emails::next_try_at.gt(until).or(emails::leased_until.gt(until)).or(emails::attempts.gt(tries));
    let queued = emails::table.filter(emails::state.eq(EmailState::Queued.as_str())).filter(is_beyond);
    Ok(queued.order(emails::id).select(emails::public_id).load(connection)?)
}

/// Loads leased emails for sending.
pub fn by_ids(connection: &mut AnyConnection, ids: &[i64]) -> Result<Vec<LeasedEmail>> {
    Ok(emails::table
        .inner_join(people::table)
        .left_join(contracts::table.on(contracts::id.eq(emails::contract_id)))
        .left_join(organisations::table.on(organisations::id.eq(contracts::purchaser_id)))
        .filter(emails::id.eq_any(ids))
        .order(emails::id)
        .select((
            emails::id,
            emails::message_id,
            emails::kind,
            emails::contract_id,
            emails::subject_key,
            emails::due_on,
            emails::person_id,
            emails::address,
            people::name,
            emails::language,
            emails::subject,
            emails::body,
            emails::html,
            emails::attempts,
            emails::created_at,
            contracts::public_id.nullable(),
            contracts::number.nullable(),
            organisations::name.nullable(),
        ))
        .load(connection)?)
}

/// Ends the leases of emails that leave later, and does not count their attempt.
pub fn postpone(
    connection: &mut AnyConnection,
    ids: &[EmailId],
    (now, until): (NaiveDateTime, NaiveDateTime),
) -> Result<()> {
    diesel::update(emails::table.filter(emails::id.eq_any(ids.iter().map(|id| id.0))))
        .set((emails::next_try_at.eq(until), emails::leased_until.eq(now), emails::attempts.eq(emails::attempts - 1)))
        .execute(connection)?;
    Ok(())
}

/// Ends the leases of emails that were not tried, and does not count their attempt.
pub fn release(connection: &mut AnyConnection, ids: &[EmailId], now: NaiveDateTime) -> Result<()> {
    diesel::update(
        emails::table
            .filter(emails::id.eq_any(ids.iter().map(|id| id.0)))
            .filter(emails::state.eq(EmailState::Queued.as_str())),
    )
    .set((emails::leased_until.eq(now), emails::attempts.eq(emails::attempts - 1)))
    .execute(connection)?;
    Ok(())
}
