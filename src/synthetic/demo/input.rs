//! Inputs of services, written as JSON by the demonstration itself.

use crate::error::Error;

/// Wraps a failure that the demonstration's own data cannot cause.
pub(super) fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("the demonstration: {error}"))
}

/// Builds a service's input from JSON.
///
/// # Errors
/// `Internal` for JSON that does not fit.
pub(super) fn from<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(internal)
}
