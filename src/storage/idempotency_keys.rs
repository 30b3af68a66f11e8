//! Request keys whose day is over.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::idempotency;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;

/// Whether there is a request key from before `before`.
pub fn any(connection: &mut AnyConnection, before: NaiveDateTime) -> Result<bool> {
    let first: Option<NaiveDateTime> = idempotency::table
        .filter(idempotency::created_at.lt(before))
        .order(idempotency::created_at)
        .select(idempotency::created_at)
        .first(connection)
        .optional()?;
    Ok(first.is_some())
}

/// Removes request keys from before `before`, about `limit` of them, the oldest first; gives how many.
pub fn forget(connection: &mut AnyConnection, before: NaiveDateTime, limit: i64) -> Result<usize> {
    let oldest: Vec<NaiveDateTime> = idempotency::table
        .filter(idempotency::created_at.lt(before))
        .order(idempotency::created_at)
        .limit(limit)
        .select(idempotency::created_at)
        .load(connection)?;
    let Some(last) = oldest.last() else { return Ok(0) };
    Ok(diesel::delete(idempotency::table.filter(idempotency::created_at.le(*last))).execute(connection)?)
}
