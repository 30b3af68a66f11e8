//! Reading JSON into terms, facts and cases, saying by path what is malformed. It must not judge what is well formed.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::domain::invalid::Invalid;
use crate::domain::shape::{FOREIGN, LACKS, NULL, Object};

/// Reads one JSON object.
///
/// # Errors
/// What is malformed first: the path of what is wrong, or of the object that lacks a key.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Invalid> {
    // Keeping the path costs as much as reading, so it is kept only once something is known to be wrong.
    match serde_json::from_slice(json) {
        Ok(Object(value)) => Ok(value),
        Err(_) => read_with_path(json),
    }
}

fn read_with_path<T: DeserializeOwned>(json: &[u8]) -> Result<T, Invalid> {
    // What is no JSON has no paths.
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(json) {
        return Err(Invalid::at("", "malformed-json").with("detail", error));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let mut track = serde_path_to_error::Track::new();
    let result = Object::<T>::deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track));
    match result {
        Ok(Object(value)) => Ok(value),
        Err(error) => Err(malformed(&track.path(), &error)),
    }
}

/// What serde_json found wrong at a path, for bodies that hold terms or facts among other things.
pub fn malformed(path: &Path, error: &serde_json::Error) -> Invalid {
    let mut segments: Vec<&Segment> = path.iter().collect();
    let message = error.to_string();
    // serde_json adds where in the text it stopped.
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if error.is_syntax() || error.is_eof() {
        return Invalid::at("", "malformed-json").with("detail", error);
    }
    if message == NULL {
        let key = segments.pop().map(|segment| segment.to_string()).unwrap_or_default();
        return Invalid::at(write(&segments), "malformed-missing-key").with("key", key);
    }
    if let Some(lacking) = message.strip_prefix(LACKS) {
        let (object, key) = lacking.rsplit_once('.').unwrap_or(("", lacking));
        return Invalid::at(join(&write(&segments), object), "malformed-missing-key").with("key", key);
    }
    if let Some(key) = message.strip_prefix(FOREIGN) {
        return Invalid::at(join(&write(&segments), key), "malformed-unknown-key");
    }
    let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
    match message {
        m if m.starts_with("missing field") => {
            Invalid::at(write(&segments), "malformed-missing-key").with("key", quoted())
        }
        m if m.starts_with("unknown field") => Invalid::at(write(&segments), "malformed-unknown-key"),
        m if m.starts_with("duplicate field") => {
            Invalid::at(write(&segments), "malformed-duplicate-key").with("key", quoted())
        }
        m => Invalid::at(write(&segments), code(m).unwrap_or(WRONG_TYPE)),
    }
}

/// The code of a value that is neither the type nor the word that is asked for.
pub const WRONG_TYPE: &str = "malformed-type";

/// The code that a value's own reading gave as its error, if it was that.
pub fn code(message: &str) -> Option<&'static str> {
    CODES.iter().find(|code| **code == message).copied()
}

/// The codes that a value's own reading gives as its error.
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

fn join(object: &str, within: &str) -> String {
    if object.is_empty() || within.is_empty() { format!("{object}{within}") } else { format!("{object}.{within}") }
}

fn write(segments: &[&Segment]) -> String {
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
