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
use crate::storage::unique::or_again;
use crate::storage::write::Context;

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

/// Finds the stored answer to the same request of the same person. A key that has expired is deleted.
pub(super) fn find_answer<T: DeserializeOwned>(connection: &mut AnyConnection, context: &Context) -> Result<Option<T>> {
    let (Some(request), Some(person)) = (&context.idempotency_key, context.actor) else {
        return Ok(None);
    };
    let found: Option<(String, String, NaiveDateTime)> = idempotency::table
        .find((person, &request.key))
        .select((idempotency::request_hash, idempotency::answer, idempotency::created_at))
        .first(connection)
        .optional()?;
    let Some((hash, answer, created_at)) = found else {
        return Ok(None);
    };
    if created_at < context.now - chrono::TimeDelta::days(1) {
        diesel::delete(idempotency::table.find((person, &request.key))).execute(connection)?;
        return Ok(None);
    }
    if hash != request.hash {
        return Err(Error::refused("idempotency-key", Message::new("idempotency-key-reused")));
    }
    serde_json::from_str(&answer).map(Some).map_err(|error| Error::Internal(error.to_string()))
}

/// Stores the answer to a request that has an idempotency key.
pub(super) fn store_answer<T: Serialize>(connection: &mut AnyConnection, context: &Context, result: &T) -> Result<()> {
    let (Some(request), Some(person)) = (&context.idempotency_key, context.actor) else {
        return Ok(());
    };
    let answer = serde_json::to_string(result).map_err(|error| Error::Internal(error.to_string()))?;
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::person_id.eq(person),
            idempotency::request_key.eq(&request.key),
            idempotency::request_hash.eq(&request.hash),
            idempotency::answer.eq(answer),
            idempotency::created_at.eq(context.now),
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
