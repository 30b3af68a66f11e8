//! A column of a list filled at once: a value for every row from one on, or the value of that row for those below.

use crate::domain::text_input::clean_field;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::paste;
use crate::services::shared::typed_values::parse_whole;

/// Prefix of the names of fields that say what is filled; the name of the list follows, and a dot.
pub const FILL_FIELD: &str = "fill.";
/// The milestones that pay for the deliverables, as a list with one column.
pub const PAYS: &str = "pays";
/// The column of that list.
pub const MILESTONE: &str = "milestone";

/// A column to fill, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilledColumn {
    /// The list, or [`PAYS`].
    pub list: String,
    /// Field of the column.
    pub column: String,
    /// The value; empty to take that of the first row.
    pub value: String,
    /// Number of the first row, beginning with 1; empty for all rows.
    pub from: String,
    /// True if rows with a value keep it.
    pub keeps: bool,
}

/// Returns the list whose rows are filled.
pub(super) fn list_of(list: &str) -> &str {
    if list == PAYS { "deliverables" } else { list }
}

/// Returns the columns of a list that can be filled, each with the message key of its label.
pub fn columns(list: &str) -> Vec<(&'static str, &'static str)> {
    if list == PAYS { vec![(MILESTONE, "draft-step-milestones")] } else { paste::columns_beside_code(list) }
}

/// Fills a column of a draft.
///
/// # Errors
/// `Refused` at the fields `fill.LIST.…` that cannot be read; `NotFound` for a list without columns.
pub(super) fn fill(fields: &mut Fields, filled: &FilledColumn) -> Result<(), Error> {
    let refuse = |field: &str, message: Message| {
        let path = format!("{FILL_FIELD}{}.{field}", filled.list);
        Error::Refused { rule: "fill".to_owned(), errors: vec![FieldError { path, message }] }
    };
    let known = columns(&filled.list);
    if known.is_empty() {
        return Err(Error::NotFound);
    }
    let (column, _) = known
        .into_iter()
        .find(|(column, _)| *column == filled.column)
        .ok_or_else(|| refuse("column", Message::new("draft-empty")))?;
    let list = list_of(&filled.list);
    let rows = fields.rows(list);
    let first = match filled.from.as_str() {
        "" => 1,
        typed => parse_whole(typed).ok().and_then(|row| usize::try_from(row.get()).ok()).unwrap_or_default(),
    };
    if !(1..=rows).contains(&first) {
        return Err(refuse("from", Message::new("draft-fill-row").with("rows", rows)));
    }
    let value = match filled.value.as_str() {
        "" => fields.of(list, first - 1, column).to_owned(),
        typed => read_value(fields, list, column, typed).map_err(|message| refuse("value", message))?,
    };
    if value.is_empty() {
        return Err(refuse("value", Message::new("draft-fill-nothing")));
    }
    for row in first - 1..rows {
        if !filled.keeps || fields.of(list, row, column).is_empty() {
            fields.set(format!("{list}.{row}.{column}"), &value);
        }
    }
    Ok(())
}

/// Reads a value for a column, as that of a pasted cell.
fn read_value(fields: &Fields, list: &str, column: &str, typed: &str) -> Result<String, Message> {
    if column == MILESTONE {
        let known = fields.row_of("milestones", typed);
        return known.map(|_| typed.to_owned()).ok_or_else(|| Message::new("draft-empty"));
    }
    paste::read_cell(fields, (list, column), &clean_field(column, typed))
}
