//! What holds of the source as a whole: which way the arrows run, what may stand where, how long a file is, that both
//! languages say the same, and that each dependency has its reason. Every gate is a function on text, with a test beside it
//! that shows it an offender.

mod arrows;
mod days;
mod dependencies;
mod documentation;
mod english;
mod forbidden;
mod glossary;
pub mod rust;
mod shape;
mod words;
mod words_used;

/// Something that must not stand where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// `path:line`, or a path alone.
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

/// Fails with every fault on a line of its own.
#[track_caller]
fn assert_none(faults: Vec<Fault>) {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.at, fault.what)).collect();
    assert!(lines.is_empty(), "{} faults\n{}", lines.len(), lines.join("\n"));
}
