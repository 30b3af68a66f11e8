//! What is wrong with an input, and where: a path into the case, a code, and the values that its sentence names.
//! It must not hold words for people: `text::errors` puts the code into a language.

/// An input that cannot be taken: malformed, or breaking a validity rule of `docs/standing.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Where, as in `terms.items[0].quantity`; empty for the whole input.
    pub path: String,
    /// What: the key of a message in `locales/*/errors.ftl`.
    pub code: &'static str,
    /// The values that the message names.
    pub args: Vec<(&'static str, String)>,
}

impl Invalid {
    /// A broken rule at a path, its message naming no values.
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
