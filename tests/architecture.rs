//! Architecture gates over the whole source: module dependencies, forbidden code, file length, parity of the two
//! languages and a reason for each dependency. Every gate is a function on text, with a test next to it that catches a
//! violation.

mod arrows;
mod days;
mod dependencies;
mod documentation;
mod english;
mod features;
mod forbidden;
mod glossary;
mod phrases;
pub mod rust;
mod shape;
mod typed_fields;
mod wildcards;
mod words;
mod words_used;

/// A violation of one of the gates.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// `path:line`, or only a path.
    at: String,
    what: String,
}

impl Fault {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { at: format!("{path}:{line}"), what: what.into() }
    }

    fn of_file(path: &str, what: impl Into<String>) -> Self {
        Self { at: path.to_owned(), what: what.into() }
    }
}

/// Fails with one line per violation unless there are none.
#[track_caller]
fn assert_none(faults: Vec<Fault>) {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.at, fault.what)).collect();
    assert!(lines.is_empty(), "{} faults\n{}", lines.len(), lines.join("\n"));
}
