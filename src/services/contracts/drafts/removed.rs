//! Removed rows of a draft: they stay in the draft, outside of its lists, until they are restored or the draft is
//! deleted.
//!
//! A removed row is kept in fields with the prefix `removed.N.`; the newest has the highest number. At most twenty rows
//! are kept.

use crate::services::contracts::drafts::fields::Fields;

/// List of the removed rows.
const REMOVED: &str = "removed";
/// Maximum number of removed rows of a draft.
const MAX_REMOVED: usize = 20;

/// A removed row that can be restored.
#[derive(Debug, PartialEq, Eq)]
pub struct RemovedRow {
    /// Number among the removed rows.
    pub number: usize,
    /// List from which it was removed, such as `items` or `deliverables.0.indicators`.
    pub list: String,
    /// Name of the row, or its code if it has no name.
    pub title: String,
    /// Names of the rows that still name it.
    pub users: Vec<String>,
}

/// Removes a row of a list and keeps it, unless it is empty.
pub fn remove(fields: &mut Fields, list: &str, row: usize) {
    let start = format!("{list}.{row}.");
    let held: Vec<(String, String)> = fields
        .all()
        .filter_map(|(name, value)| Some((name.strip_prefix(&start)?.to_owned(), value.to_owned())))
        .collect();
    if !held.is_empty() {
        if fields.rows(REMOVED) >= MAX_REMOVED {
            fields.remove(REMOVED, 0);
        }
        let at = format!("{REMOVED}.{}", fields.rows(REMOVED));
        fields.set(format!("{at}.list"), list);
        fields.set(format!("{at}.row"), row);
        fields.set(format!("{at}.parent"), parent_code(fields, list));
        held.into_iter().for_each(|(name, value)| fields.set(format!("{at}.fields.{name}"), value));
    }
    fields.remove(list, row);
}

/// Lists the removed rows that can be restored, newest first.
pub fn removed_rows(fields: &Fields) -> Vec<RemovedRow> {
    let numbers = (0..fields.rows(REMOVED)).rev();
    numbers
        .filter_map(|number| {
            let list = list_of(fields, number).filter(|list| !is_back(fields, number, list))?;
            let users = users(fields, &list, held(fields, number, "code"));
            Some(RemovedRow { number, title: title(fields, number).to_owned(), users, list })
        })
        .collect()
}

/// Returns the name of a row that is not in its list: that of the removed row with its code, or the code.
pub fn title_of<'a>(fields: &'a Fields, list: &str, code: &'a str) -> &'a str {
    let mut numbers = (0..fields.rows(REMOVED)).rev();
    let is_it = |number: &usize| fields.of(REMOVED, *number, "list") == list && held(fields, *number, "code") == code;
    numbers.find(is_it).map_or(code, |number| title(fields, number))
}

fn held<'a>(fields: &'a Fields, number: usize, field: &str) -> &'a str {
    fields.of(REMOVED, number, &format!("fields.{field}"))
}

fn title(fields: &Fields, number: usize) -> &str {
    let name = held(fields, number, "name");
    if name.is_empty() { held(fields, number, "code") } else { name }
}

/// Returns the names of the rows that name the row of a list with a code.
fn users(fields: &Fields, list: &str, code: &str) -> Vec<String> {
    let named = fields.references().into_iter().filter(|one| one.list == list && one.code == code);
    let user = |field: &str| {
        let (list, row) = field.split_once('.')?;
        let row = row.split('.').next()?.parse().ok()?;
        Some(fields.title(list, row).to_owned())
    };
    named.filter_map(|reference| user(&reference.field)).collect()
}

/// Returns the fields of a removed row.
fn fields_of(fields: &Fields, number: usize) -> Vec<(String, String)> {
    let start = format!("{REMOVED}.{number}.fields.");
    fields.all().filter_map(|(name, value)| Some((name.strip_prefix(&start)?.to_owned(), value.to_owned()))).collect()
}

/// Returns whether a removed row is in its list as it was, because an older page was saved after it was removed.
fn is_back(fields: &Fields, number: usize, list: &str) -> bool {
    let held = fields_of(fields, number);
    (0..fields.rows(list)).any(|row| held.iter().all(|(name, value)| fields.of(list, row, name) == value.as_str()))
}

/// Restores a removed row to its position. Does nothing if the list it belongs to is gone, or if the row is back.
pub fn restore(fields: &mut Fields, number: usize) {
    let Some(list) = list_of(fields, number).filter(|list| !is_back(fields, number, list)) else { return };
    let held = fields_of(fields, number);
    let last = fields.rows(&list);
    let row = fields.of(REMOVED, number, "row").parse().map_or(last, |row: usize| row.min(last));
    fields.make_room(&list, row);
    held.into_iter().for_each(|(name, value)| fields.set(format!("{list}.{row}.{name}"), value));
    fields.remove(REMOVED, number);
}

/// Returns the list to which a removed row now belongs; the row that contains the list may have moved.
fn list_of(fields: &Fields, number: usize) -> Option<String> {
    let list = fields.of(REMOVED, number, "list");
    let Some((outer, row, inner)) = parts(list) else { return Some(list.to_owned()).filter(|list| !list.is_empty()) };
    let code = fields.of(REMOVED, number, "parent");
    let row = if fields.of(outer, row, "code") == code { row } else { fields.row_of(outer, code)? };
    fields.is_row(outer, row).then(|| format!("{outer}.{row}.{inner}"))
}

/// Splits the name of a list within a row into the outer list, the row and the inner list.
fn parts(list: &str) -> Option<(&str, usize, &str)> {
    let (outer, rest) = list.split_once('.')?;
    let (row, inner) = rest.split_once('.')?;
    Some((outer, row.parse().ok()?, inner))
}

/// Returns the code of the row that contains a list; empty for a list of the draft itself.
fn parent_code(fields: &Fields, list: &str) -> String {
    parts(list).map_or_else(String::new, |(outer, row, _)| fields.of(outer, row, "code").to_owned())
}
