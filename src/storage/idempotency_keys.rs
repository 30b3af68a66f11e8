//! Idempotency keys: the stored answers to requests that must take effect only once, and the keys that have expired.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Message};
use crate::schema::idempotency;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::identity::kept_forms;
use crate::storage::signatures::RowKey;
use crate::storage::unique::or_again;
use crate::storage::write::Context;

/// Table of the signatures.
pub const TABLE: &str = "idempotency";

/// The signed columns of a stored answer: all others.
#[derive(Debug, Clone, Serialize, Queryable, Selectable)]
#[diesel(table_name = idempotency)]
pub struct SignedAnswer {
    /// Key of the person who sent the request.
    pub person_id: i64,
    /// Key of the request.
    pub request_key: String,
    /// Hash of the request.
    pub request_hash: String,
    /// Answer as JSON.
    pub answer: String,
    /// Time of the request, in UTC.
    pub created_at: NaiveDateTime,
}

/// Returns whether any key was stored before `before`.
pub fn any_older(connection: &mut AnyConnection, before: NaiveDateTime) -> Result<bool> {
    let first: Option<NaiveDateTime> = idempotency::table
        .filter(idempotency::created_at.lt(before))
        .order(idempotency::created_at)
        .select(idempotency::created_at)
        .first(connection)
        .optional()?;
    Ok(first.is_some())
}

/// Deletes about `limit` of the keys stored before `before`, oldest first; returns the number deleted.
pub fn delete_older(connection: &mut AnyConnection, before: NaiveDateTime, limit: i64) -> Result<usize> {
    let oldest: Vec<NaiveDateTime> = idempotency::table
        .filter(idempotency::created_at.lt(before))
        .order(idempotency::created_at)
        .limit(limit)
        .select(idempotency::created_at)
        .load(connection)?;
    let Some(last) = oldest.last() else { return Ok(0) };
    Ok(diesel::delete(idempotency::table.filter(idempotency::created_at.le(*last))).execute(connection)?)
}

/// Loads answers after a key, in the order of their keys, with their signatures.
pub fn after(
    connection: &mut AnyConnection,
    (person, key): (i64, &str),
    limit: i64,
) -> Result<Vec<(SignedAnswer, Option<String>)>> {
    Ok(idempotency::table
        // The redundant first condition lets both engines seek into the index.
        .filter(idempotency::person_id.ge(person))
        .filter(idempotency::person_id.gt(person).or(idempotency::request_key.gt(key)))
        .order((idempotency::person_id, idempotency::request_key))
        .limit(limit)
        .select((SignedAnswer::as_select(), idempotency::signature))
        .load(connection)?)
}

/// Signs the next answers stored before rows were signed; returns the number signed.
pub(super) fn sign_earlier(connection: &mut AnyConnection, key: &RowKey, limit: i64) -> Result<usize> {
    let earlier: Vec<SignedAnswer> = idempotency::table
        .filter(idempotency::signature.is_null())
        .order((idempotency::person_id, idempotency::request_key))
        .limit(limit)
        .select(SignedAnswer::as_select())
        .load(connection)?;
    for row in &earlier {
        diesel::update(idempotency::table.find((row.person_id, &row.request_key)))
            .set(idempotency::signature.eq(key.sign(TABLE, row)))
            .execute(connection)?;
    }
    Ok(earlier.len())
}

/// Finds the stored answer to the same request of the same person. A key that has expired is deleted.
pub(super) fn find_answer<T: DeserializeOwned>(
    connection: &mut AnyConnection,
    key: &RowKey,
    context: &Context,
) -> Result<Option<T>> {
    let (Some(request), Some(person)) = (&context.idempotency_key, context.actor) else {
        return Ok(None);
    };
    let found: Option<(SignedAnswer, Option<String>)> = idempotency::table
        .find((person, &request.key))
        .select((SignedAnswer::as_select(), idempotency::signature))
        .first(connection)
        .optional()?;
    let Some((stored, signature)) = found else {
        return Ok(None);
    };
    if !key.signed(TABLE, &stored, signature.as_deref()) {
        return Err(Error::Internal(format!("the stored answer to {} was changed in the database", request.key)));
    }
    if stored.created_at < context.now - chrono::TimeDelta::days(1) {
        diesel::delete(idempotency::table.find((person, &request.key))).execute(connection)?;
        return Ok(None);
    }
    if stored.request_hash != request.hash {
        return Err(Error::refused("idempotency-key", Message::new("idempotency-key-reused")));
    }
    serde_json::from_str(&stored.answer).map(Some).map_err(|error| Error::Internal(error.to_string()))
}

/// Stores the answer to a request that has an idempotency key.
pub(super) fn store_answer<T: Serialize>(
    connection: &mut AnyConnection,
    key: &RowKey,
    context: &Context,
    result: &T,
) -> Result<()> {
    let (Some(request), Some(person)) = (&context.idempotency_key, context.actor) else {
        return Ok(());
    };
    let answer = serde_json::to_string(result).map_err(|error| Error::Internal(error.to_string()))?;
    let row = SignedAnswer {
        person_id: person.0,
        request_key: request.key.clone(),
        request_hash: request.hash.clone(),
        answer,
        created_at: context.now,
    };
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::person_id.eq(row.person_id),
            idempotency::request_key.eq(&row.request_key),
            idempotency::request_hash.eq(&row.request_hash),
            idempotency::answer.eq(&row.answer),
            idempotency::created_at.eq(row.created_at),
            idempotency::signature.eq(key.sign(TABLE, &row)),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

/// Deletes the kept form that a request has sent again.
pub(super) fn delete_sent_form(connection: &mut AnyConnection, context: &Context) -> Result<()> {
    let sent = context.idempotency_key.as_ref().and_then(|key| key.sent_form.as_ref());
    match (sent, context.actor) {
        (Some(sent), Some(person)) => kept_forms::delete_sent(connection, person, &sent.id, &sent.path),
        _ => Ok(()),
    }
}
