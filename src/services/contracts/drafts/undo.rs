//! Undoing a pasted range: the rows of its list stay in the draft as they were before, until the next save.
//!
//! They are kept in fields with the prefix `before.`.

use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::steps::Step;

/// Prefix of all fields of this file.
const BEFORE: &str = "before.";
/// The list of the range.
const LIST: &str = "before.list";
/// The number of filled cells that the range replaced.
const REPLACED: &str = "before.replaced";
/// Prefix of the fields that the list had.
const HELD: &str = "before.fields.";

/// Keeps the rows of a list as they were before a range was pasted.
pub(super) fn remember(fields: &mut Fields, before: &Fields, list: &str) {
    let start = format!("{list}.");
    let held: Vec<_> = before.all().filter(|(name, _)| name.starts_with(&start)).collect();
    let replaced = held.iter().filter(|(name, value)| fields.value(name) != value.trim()).count();
    fields.set(LIST, list);
    fields.set(REPLACED, replaced);
    held.into_iter().for_each(|(name, value)| fields.set(format!("{HELD}{name}"), value));
}

/// Returns the list whose pasted range can be undone, and the number of filled cells that the range replaced.
pub fn undoable(fields: &Fields) -> Option<(&str, usize)> {
    let list = Some(fields.value(LIST)).filter(|list| !list.is_empty())?;
    Some((list, fields.value(REPLACED).parse().unwrap_or(0)))
}

/// Puts back the rows of the step's list as they were before the range was pasted. Does nothing without such rows.
pub(super) fn undo(fields: &mut Fields, step: &Step) {
    let Some(list) = undoable(fields).map(|(list, _)| list.to_owned()) else { return };
    if !step.lists.contains(&list.as_str()) {
        return;
    }
    let held: Vec<(String, String)> = fields
        .all()
        .filter_map(|(name, value)| Some((name.strip_prefix(HELD)?.to_owned(), value.to_owned())))
        .collect();
    drop_all(fields, &format!("{list}."));
    held.into_iter().for_each(|(name, value)| fields.set(name, value));
    forget(fields);
}

/// Drops what is kept.
pub(super) fn forget(fields: &mut Fields) {
    drop_all(fields, BEFORE);
}

fn drop_all(fields: &mut Fields, prefix: &str) {
    let names: Vec<String> =
        fields.all().map(|(name, _)| name.to_owned()).filter(|name| name.starts_with(prefix)).collect();
    names.into_iter().for_each(|name| fields.set(name, ""));
}
