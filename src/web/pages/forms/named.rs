//! Rows of a register that a person names in a field, by the code, the name or a part of either.

use crate::error::{Error, Message};
use crate::services::shared::paging::{Named, Suggestions};
use crate::web::pages::forms::FilterFaults;
use crate::web::pages::forms::field::suggested_names;

/// Filters that give only a part of a name, each with the whole name.
pub type Understood = Vec<(&'static str, String)>;

/// Value of a message that holds what a filter may mean, a line each: what to type for it, and its name.
const CHOICES: &str = "choices";

impl FilterFaults {
    /// Reads a filter that names a row, and returns the code of the row. The only row that a part of a name suggests is
    /// taken, and `understood` tells it; if there are several, the page lists them as choices.
    ///
    /// # Errors
    /// Errors of `find`.
    pub fn named(
        &mut self,
        (field, typed): (&'static str, &str),
        understood: &mut Understood,
        find: impl FnOnce(&str) -> Result<Named<(String, String)>, Error>,
    ) -> Result<Option<String>, Error> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let mut similar = match find(typed)? {
            Named::Exact((code, _)) => return Ok(Some(code)),
            Named::Similar(similar) => similar,
        };
        if similar.items.len() == 1
            && let Some((code, name)) = similar.items.pop()
        {
            understood.push((field, name));
            return Ok(Some(code));
        }
        let several = |similar: Suggestions<_>| {
            let key = if similar.has_more { "register-named-many" } else { "register-named-several" };
            let count = similar.items.len();
            let choices = suggested_names(similar.items).into_iter().map(|(value, words)| format!("{value}\t{words}"));
            Message::new(key).with("count", count).with(CHOICES, choices.collect::<Vec<_>>().join("\n"))
        };
        let message = if similar.items.is_empty() { Message::new("register-named-none") } else { several(similar) };
        self.collect(Err(Error::malformed(field, message.with("typed", typed))))
    }
}

/// Builds the message about a text that names no row of a form's field: the person has to choose one that is similar.
pub fn not_named(typed: &str, similar: Suggestions<(String, String)>) -> Message {
    let names: Vec<String> = similar.items.into_iter().map(|(code, name)| format!("{name} {code}")).collect();
    let key = if names.is_empty() { "register-named-none" } else { "register-named-similar" };
    Message::new(key).with("typed", typed).with("names", names.join(", "))
}

/// Returns the choices among the faults of filters: the address of the page with the filter replaced, and the name.
pub(super) fn choices(error: &Error, here: &str) -> Vec<(String, String)> {
    let Error::Malformed(faults) = error else { return Vec::new() };
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let mut found = Vec::new();
    for fault in faults {
        let Some((_, lines)) = fault.message.args.iter().find(|(name, _)| *name == CHOICES) else { continue };
        for (value, words) in lines.lines().filter_map(|line| line.split_once('\t')) {
            let kept =
                form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| *name != fault.path && name != "cursor");
            let mut address = form_urlencoded::Serializer::new(String::new());
            address.extend_pairs(kept).append_pair(&fault.path, value);
            found.push((format!("{path}?{}", address.finish()), format!("{value} {words}")));
        }
    }
    found
}
