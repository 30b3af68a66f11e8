//! Unique codes and names: checked first, then inserted.
//!
//! Acts on different contracts run concurrently on PostgreSQL and may choose the same value: the loser's insert fails,
//! and its retry finds the winner's row, or the stored answer of the same request.

use crate::error::{Error, Message, is_duplicate};
use crate::storage::Result;

/// Refuses the input at `path` when another row already has the value.
pub(super) fn refuse_if(taken: bool, path: &'static str, key: &'static str) -> Result<()> {
    if taken {
        return Err(Error::refused_at("register", path, Message::new(key)));
    }
    Ok(())
}

/// Turns a unique violation into `Error::Retry`: another transaction inserted first, so this one is retried.
pub(super) fn or_again(error: diesel::result::Error) -> Error {
    if is_duplicate(&error) { Error::Retry } else { error.into() }
}
