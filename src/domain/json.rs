//! Parses JSON into terms, facts and cases, and reports the path of the first malformed value. Rules about well-formed
//! values belong to `standing`, not here.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::domain::invalid::Invalid;
use crate::domain::shape::{FOREIGN, LACKS, NULL, Object};

/// Parses one JSON object.
///
/// # Errors
/// The first malformed value, with its path; for a missing key, the path of the object that lacks it.
pub fn parse_object<T: DeserializeOwned>(json: &[u8]) -> Result<T, Invalid> {
    // Tracking the path doubles the cost of parsing, so it is done only after a first attempt has failed.
    match serde_json::from_slice(json) {
        Ok(Object(value)) => Ok(value),
        Err(_) => parse_with_path(json),
    }
}

/// Parses one JSON object again, with a record of the path.
fn parse_with_path<T: DeserializeOwned>(json: &[u8]) -> Result<T, Invalid> {
    // A text that is not JSON has no paths.
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(json) {
        return Err(Invalid::at("", "malformed-json").with("detail", error));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let mut track = serde_path_to_error::Track::new();
    let result = Object::<T>::deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track));
    match result {
        Ok(Object(value)) => Ok(value),
        Err(error) => Err(explain_error(&track.path(), &error)),
    }
}

/// Translates an error of serde_json and the path at which it occurred, for request bodies that contain terms or facts
/// among other things.
pub fn explain_error(path: &Path, error: &serde_json::Error) -> Invalid {
    let mut segments: Vec<&Segment> = path.iter().collect();
    let message = error.to_string();
    // serde_json appends the line and column.
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if error.is_syntax() || error.is_eof() {
        return Invalid::at("", "malformed-json").with("detail", error);
    }
    if message == NULL {
        let key = segments.pop().map(|segment| segment.to_string()).unwrap_or_default();
        return Invalid::at(format_path(&segments), "malformed-missing-key").with("key", key);
    }
    if let Some(lacking) = message.strip_prefix(LACKS) {
        let (object, key) = lacking.rsplit_once('.').unwrap_or(("", lacking));
        return Invalid::at(join(&format_path(&segments), object), "malformed-missing-key").with("key", key);
    }
    if let Some(key) = message.strip_prefix(FOREIGN) {
        return Invalid::at(join(&format_path(&segments), key), "malformed-unknown-key");
    }
    let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
    match message {
        m if m.starts_with("missing field") => {
            Invalid::at(format_path(&segments), "malformed-missing-key").with("key", quoted())
        }
        m if m.starts_with("unknown field") => Invalid::at(format_path(&segments), "malformed-unknown-key"),
        m if m.starts_with("duplicate field") => {
            Invalid::at(format_path(&segments), "malformed-duplicate-key").with("key", quoted())
        }
        m => Invalid::at(format_path(&segments), known_code(m).unwrap_or(WRONG_TYPE)),
    }
}

/// Error code of a value of the wrong type or an unknown word.
pub const WRONG_TYPE: &str = "malformed-type";

/// Returns the error code in the message of a value's own deserializer; `None` if the message is not a known code.
pub fn known_code(message: &str) -> Option<&'static str> {
    CODES.iter().find(|code| **code == message).copied()
}

/// Error codes that deserializers in `domain` use as their message.
const CODES: &[&str] = &[
    "malformed-money",
    "malformed-quantity",
    "malformed-rate",
    "malformed-score",
    "malformed-measured",
    "malformed-days",
    "malformed-whole",
    "malformed-code",
    "malformed-date",
    "malformed-month",
    "malformed-word",
    "malformed-list",
    "malformed-duplicate-key",
    "malformed-positive-money",
    "malformed-positive-quantity",
    "malformed-positive-target",
    "malformed-positive-whole",
];

/// Joins the path of an object and a path within it.
fn join(object: &str, within: &str) -> String {
    if object.is_empty() || within.is_empty() { format!("{object}{within}") } else { format!("{object}.{within}") }
}

/// Writes a path as `terms.items[0].quantity`.
fn format_path(segments: &[&Segment]) -> String {
    let mut path = String::new();
    for segment in segments {
        match segment {
            Segment::Seq { index } => path.push_str(&format!("[{index}]")),
            segment => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&segment.to_string());
            }
        }
    }
    path
}
