//! Expired idempotency keys. Keys in use are read and written in `write`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::idempotency;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;

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
