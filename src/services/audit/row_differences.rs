//! Comparison of the stored rows of a projection with recomputed ones: names the rows and columns that differ. The
//! correct rows are computed elsewhere.

use std::collections::BTreeMap;

use crate::storage::contracts::projections::{BreachRow, MilestoneRow, TaskRow};

/// Maximum number of rows of one table that are named; further ones are only counted.
const MOST: usize = 5;

/// A row in words: the values that identify it, and its columns with their values.
pub struct NamedRow {
    key: String,
    columns: Vec<(&'static str, String)>,
}

impl From<&TaskRow> for NamedRow {
    fn from(row: &TaskRow) -> Self {
        Self {
            key: format!("{} {} of organisation {}", row.kind, row.subject, row.organisation_id.0),
            columns: vec![("role", row.role.to_string()), ("due_on", row.due_on.to_string())],
        }
    }
}

impl From<&MilestoneRow> for NamedRow {
    fn from(row: &MilestoneRow) -> Self {
        Self {
            key: row.code.clone(),
            columns: vec![
                ("place", row.place.to_string()),
                ("satisfied_on", row.satisfied_on.to_string()),
                ("gross_fen", row.gross_fen.to_string()),
                ("deductions_fen", row.deductions_fen.to_string()),
                ("payable_fen", row.payable_fen.to_string()),
                ("due_on", row.due_on.to_string()),
                ("paid_fen", row.paid_fen.to_string()),
                ("expected_on", row.expected_on.map(|day| day.to_string()).unwrap_or_default()),
                ("expected_fen", row.expected_fen.map(|fen| fen.to_string()).unwrap_or_default()),
            ],
        }
    }
}

impl From<&BreachRow> for NamedRow {
    fn from(row: &BreachRow) -> Self {
        Self {
            key: format!("{} {}", row.clause, row.subject),
            columns: vec![
                ("since", row.since.to_string()),
                ("amount_fen", row.amount_fen.to_string()),
                ("charged_fen", row.charged_fen.to_string()),
                ("waived", row.waived.to_string()),
                ("accruing", row.accruing.to_string()),
                ("settled_in", row.settled_in.clone()),
            ],
        }
    }
}

/// Describes the differences between the stored rows of a table and the computed ones; `None` if they are equal.
pub fn describe<'a, T>(table: &str, stored: &'a [T], computed: &'a [T]) -> Option<String>
where
    NamedRow: From<&'a T>,
{
    let (stored, computed) = (by_key(stored), by_key(computed));
    let missing = computed.keys().filter(|key| !stored.contains_key(*key)).map(|key| format!("row {key} is missing"));
    let unlike = stored.iter().filter_map(|(key, columns)| match computed.get(key) {
        None => Some(format!("row {key} should not be there")),
        Some(right) => unlike_columns(columns, right).map(|what| format!("row {key}: {what}")),
    });
    let found: Vec<String> = missing.chain(unlike).collect();
    let named = found.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join("; ");
    match found.len() {
        0 => None,
        count if count <= MOST => Some(format!("{table}: {named}")),
        count => Some(format!("{table}: {named}; and {} more", count - MOST)),
    }
}

/// Groups rows by their identifying values; repeated ones get a number.
fn by_key<'a, T>(rows: &'a [T]) -> BTreeMap<String, Vec<(&'static str, String)>>
where
    NamedRow: From<&'a T>,
{
    let mut found: BTreeMap<String, Vec<(&'static str, String)>> = BTreeMap::new();
    for NamedRow { key, columns } in rows.iter().map(NamedRow::from) {
        let again = (2..).map(|number| format!("{key} ({number})"));
        let free = std::iter::once(key.clone()).chain(again).find(|key| !found.contains_key(key));
        found.insert(free.unwrap_or(key), columns);
    }
    found
}

/// Describes the columns that differ between two rows; `None` if they are equal.
fn unlike_columns(stored: &[(&'static str, String)], right: &[(&'static str, String)]) -> Option<String> {
    let unlike = stored.iter().zip(right).filter(|(stored, right)| stored != right);
    let said: Vec<String> =
        unlike.map(|((column, is), (_, should))| format!("{column} is {is} instead of {should}")).collect();
    (!said.is_empty()).then(|| said.join(", "))
}
