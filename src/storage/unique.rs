//! Codes and names that only one row may have: looked for first, then written.
//!
//! On PostgreSQL looking first is what makes a lost race a failure to be run again rather than a broken key (PostgreSQL
//! manual, 13.2.3); run again, the row of whoever was first is found, and so is the answer to the same request.

use crate::error::{Error, Message, is_duplicate};
use crate::storage::Result;

/// Refuses at a place of the input what another row has already.
pub(super) fn refuse_if(taken: bool, path: &'static str, key: &'static str) -> Result<()> {
    if taken {
        return Err(Error::refused_at("register", path, Message::new(key)));
    }
    Ok(())
}

/// A broken key in spite of having looked: somebody else was first, and the transaction is run again.
pub(super) fn or_again(error: diesel::result::Error) -> Error {
    if is_duplicate(&error) { Error::Retry } else { error.into() }
}
