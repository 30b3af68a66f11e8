//! Undoing a pasted range: the rows of its list stay in the draft as they were before, until the next save. What was
//! typed after the range was pasted is kept.
//!
//! The rows as they were are kept in fields with the prefix `before.`.

use std::collections::BTreeSet;

use crate::services::contracts::drafts::fields::{Fields, KINDS};
use crate::services::contracts::drafts::removed;
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

/// Puts back the cells of the step's list that the pasted range filled and in which nothing was typed since; `shown`
/// are the fields as the page showed them after the range was pasted. A pasted row in which something was typed is kept
/// among the removed rows. Does nothing without a range.
pub(super) fn undo(fields: &mut Fields, shown: &Fields, step: &Step) {
    let Some(list) = undoable(fields).map(|(list, _)| list.to_owned()) else { return };
    let is_within = step.within.is_some_and(|(other, _)| other == list);
    if !is_within && !step.lists.contains(&list.as_str()) {
        return;
    }
    let mut held = Fields::default();
    fields.all().filter_map(|(name, value)| Some((name.strip_prefix(HELD)?, value))).for_each(|(name, value)| {
        held.set(name, value);
    });
    let (first, last) = (held.rows(&list), shown.rows(&list));
    for row in (first..last).rev() {
        if is_typed_in(fields, shown, &format!("{list}.{row}.")) {
            removed::remove(fields, &list, row);
        } else {
            fields.remove(&list, row);
        }
    }
    let start = format!("{list}.");
    let names = held.all().chain(shown.all()).map(|(name, _)| name.to_owned());
    let is_put_back =
        |name: &String| row_of(name, &start).is_some_and(|row| row < first) && is_as_shown(fields, shown, name);
    let put_back: BTreeSet<String> = names.filter(is_put_back).collect();
    put_back.into_iter().for_each(|name| fields.set(name.as_str(), held.untrimmed(&name)));
    forget(fields);
}

/// Returns whether something was typed in the row whose fields begin with `start`.
fn is_typed_in(fields: &Fields, shown: &Fields, start: &str) -> bool {
    let is_preselected = |name: &str| name.rsplit('.').next().is_some_and(|last| KINDS.contains(&last));
    let mut names = fields.all().chain(shown.all()).map(|(name, _)| name);
    names.any(|name| name.starts_with(start) && !is_preselected(name) && !is_as_shown(fields, shown, name))
}

/// Returns whether a field has the value that the page showed; several values are in any order.
fn is_as_shown(fields: &Fields, shown: &Fields, name: &str) -> bool {
    let values = |of: &Fields| of.several(name).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    values(fields) == values(shown)
}

/// Returns the number of the row to which a field belongs in the list whose fields begin with `start`.
fn row_of(name: &str, start: &str) -> Option<usize> {
    name.strip_prefix(start)?.split('.').next()?.parse().ok()
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
