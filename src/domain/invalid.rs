//! A fault in an input: the path at which it occurs, a code, and the values that the message names. The code is the key
//! of a message; `text::invalid` puts it into a language.

/// An input that is malformed or breaks a validity rule of `docs/standing.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Path of the value, as in `terms.items[0].quantity`; empty for the whole input.
    pub path: String,
    /// Key of a message in `locales/*/errors.ftl`.
    pub code: &'static str,
    /// Values that the message names.
    pub args: Vec<(&'static str, String)>,
}

impl Invalid {
    /// Creates a fault at a path, with a message that names no values.
    pub fn at(path: impl Into<String>, code: &'static str) -> Self {
        Self { path: path.into(), code, args: Vec::new() }
    }

    /// Adds a value that the message names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}
