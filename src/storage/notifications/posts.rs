//! Posts of emails to the bureau's gateway: which have not been posted, which are due again, and their outcomes. A post
//! is leased by moving its next attempt, so that no other worker takes it meanwhile.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::alerts::PostState;
use crate::domain::codes::{AlertKind, Language};
use crate::schema::{contracts, emails, people};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::EmailId;
use crate::storage::notifications::email_queue::EmailState;

/// An email to be posted.
#[derive(Debug, Clone, Queryable)]
pub struct Post {
    /// Primary key.
    pub id: EmailId,
    /// Random identifier.
    pub public_id: String,
    /// Kind of alert.
    #[diesel(deserialize_as = String)]
    pub kind: AlertKind,
    /// State of the email.
    #[diesel(deserialize_as = String)]
    pub state: EmailState,
    /// Subject of the alert.
    pub subject_key: String,
    /// Name of the recipient.
    pub name: String,
    /// Email address of the recipient.
    pub address: String,
    /// Language of the text.
    #[diesel(deserialize_as = String)]
    pub language: Language,
    /// Subject line.
    pub subject: String,
    /// Body as plain text.
    pub body: String,
    /// Number of attempts started, including this one.
    pub attempts: Option<i32>,
    /// Time of queueing, in UTC.
    pub created_at: NaiveDateTime,
    /// Random identifier of the contract that the email is about.
    pub contract: Option<String>,
    /// Number of that contract.
    pub number: Option<String>,
}

/// Marks all emails as not to be posted if none was posted before: a gateway gets what happens from its first day on.
pub fn begin(connection: &mut AnyConnection) -> Result<()> {
    let posted: Option<i64> =
        emails::table.filter(emails::post_state.is_not_null()).select(emails::id).first(connection).optional()?;
    if posted.is_none() {
        diesel::update(emails::table).set(emails::post_state.eq(PostState::Skipped.as_str())).execute(connection)?;
    }
    Ok(())
}

/// Returns emails that have not been posted, oldest first.
pub fn unposted(connection: &mut AnyConnection, limit: i64) -> Result<Vec<i64>> {
    Ok(emails::table
        .filter(emails::post_state.is_null())
        .order((emails::created_at, emails::id))
        .limit(limit)
        .select(emails::id)
        .load(connection)?)
}

/// Returns posts that are due for another attempt.
pub fn due(connection: &mut AnyConnection, now: NaiveDateTime, limit: i64) -> Result<Vec<i64>> {
    Ok(emails::table
        .filter(emails::post_next_at.is_not_null())
        .filter(emails::post_next_at.le(now))
        .order((emails::post_next_at, emails::id))
        .limit(limit)
        .select(emails::id)
        .load(connection)?)
}

/// Leases posts until a time and counts an attempt for each. Must run in a write transaction.
pub fn lease(connection: &mut AnyConnection, (new, again): (&[i64], &[i64]), until: NaiveDateTime) -> Result<()> {
    let queued = (emails::post_state.eq(PostState::Queued.as_str()), emails::post_next_at.eq(until));
    if !new.is_empty() {
        diesel::update(emails::table.filter(emails::id.eq_any(new)))
            .set((queued, emails::post_attempts.eq(1)))
            .execute(connection)?;
    }
    if !again.is_empty() {
        diesel::update(emails::table.filter(emails::id.eq_any(again)))
            .set((emails::post_next_at.eq(until), emails::post_attempts.eq(emails::post_attempts + 1)))
            .execute(connection)?;
    }
    Ok(())
}

/// Loads posts by the keys of their emails.
pub fn by_ids(connection: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Post>> {
    Ok(emails::table
        .inner_join(people::table)
        .left_join(contracts::table.on(contracts::id.eq(emails::contract_id)))
        .filter(emails::id.eq_any(ids))
        .order(emails::id)
        .select((
            emails::id,
            emails::public_id,
            emails::kind,
            emails::state,
            emails::subject_key,
            people::name,
            emails::address,
            emails::language,
            emails::subject,
            emails::body,
            emails::post_attempts,
            emails::created_at,
            contracts::public_id.nullable(),
            contracts::number.nullable(),
        ))
        .load(connection)?)
}

/// Records the outcome of an attempt, with the time of the next one. What another worker has posted stays so.
pub fn settle(
    connection: &mut AnyConnection,
    id: EmailId,
    (state, next, answer): (PostState, Option<NaiveDateTime>, &str),
) -> Result<()> {
    let unsent = emails::post_state.is_null().or(emails::post_state.ne(PostState::Sent.as_str()));
    diesel::update(emails::table.find(id.0).filter(unsent))
        .set((emails::post_state.eq(state.as_str()), emails::post_next_at.eq(next), emails::post_answer.eq(answer)))
        .execute(connection)?;
    Ok(())
}

/// Requeues a post that was given up, with the attempts of a new one; returns false if it was not given up.
pub fn requeue(connection: &mut AnyConnection, id: EmailId, now: NaiveDateTime) -> Result<bool> {
    let dead = emails::table.find(id.0).filter(emails::post_state.eq(PostState::Dead.as_str()));
    let requeued = diesel::update(dead)
        .set((
            emails::post_state.eq(PostState::Queued.as_str()),
            emails::post_attempts.eq(0),
            emails::post_next_at.eq(now),
            emails::post_answer.eq(""),
        ))
        .execute(connection)?;
    Ok(requeued > 0)
}
