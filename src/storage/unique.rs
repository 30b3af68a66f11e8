//! Unique codes and names: check first, then insert.
//!
//! The check matters on PostgreSQL: under SERIALIZABLE, a transaction that read before it inserted fails with a
//! serialization error instead of a unique violation (PostgreSQL manual, 13.2.3). The retry then finds the winner's
//! row, or the stored answer of the same request.

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
