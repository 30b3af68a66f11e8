//! The sheets of a ledger's workbook in one language: headings, notes, drop-downs and explanations.

use chrono::NaiveDate;

use crate::adapters::workbook_sheets::{FilledSheet, Sheets};
use crate::adapters::workbooks::{Takes, TemplateColumn};
use crate::domain::codes::Language;
use crate::services::imports::cells;
use crate::services::imports::columns::{Column, Kind, SHEETS, Sheet};
use crate::services::shared::tables::Cell;
use crate::text::message;

/// Width of columns with texts and of all others, in characters.
const WIDE: u32 = 24;
const NARROW: u32 = 14;
/// Lines of the explanations, before those of each sheet.
const EXPLAINED: [&str; 6] = [
    "import-explained-order",
    "import-explained-required",
    "import-explained-codes",
    "import-explained-lists",
    "import-explained-history",
    "import-explained-whole",
];

/// Builds a sheet with rows. `prepared` rows get drop-downs; `own` has the choices of columns that come from registers.
pub(super) fn filled(
    sheet: &Sheet,
    language: Language,
    (rows, prepared): (Vec<Vec<Cell>>, u32),
    own: &[(&str, Vec<String>)],
) -> FilledSheet {
    let column = |column: &Column| {
        let given = own.iter().find(|(field, _)| *field == column.field);
        let takes = match given {
            Some((_, values)) => Takes::OneOf(values.clone()),
            None => cells::takes(column.kind, language),
        };
        let mark = if column.is_required { "*" } else { "" };
        TemplateColumn {
            title: format!("{}{mark}", message(language, column.label, &[])),
            note: note_of(column).map(|key| message(language, key, &[])).unwrap_or_default(),
            width: if matches!(takes, Takes::Text | Takes::OneOf(_)) { WIDE } else { NARROW },
            takes,
        }
    };
    FilledSheet {
        name: message(language, sheet.title, &[]),
        columns: sheet.columns.iter().map(column).collect(),
        rows,
        prepared,
    }
}

/// Returns the key of the note at a column's heading, if it needs one.
fn note_of(column: &Column) -> Option<&'static str> {
    match column.field {
        "state" => Some("import-note-state"),
        "purchaser" | "funder" => Some("import-note-bureau"),
        "contractor" => Some("import-note-contractor"),
        "appropriation" => Some("import-note-appropriation"),
        "no" => Some("import-note-no"),
        _ => match column.kind {
            Kind::Code => Some("import-note-code"),
            Kind::Codes => Some("import-note-codes"),
            Kind::Percent => Some("import-note-percent"),
            Kind::Day => Some("import-note-day"),
            Kind::Month => Some("import-note-month"),
            Kind::Tiers => Some("import-note-tiers"),
            Kind::Measures => Some("import-note-measures"),
            _ => None,
        },
    }
}

/// Builds the workbook: explanations first, then the sheets, and the choices last.
pub(super) fn workbook(sheets: Vec<FilledSheet>, language: Language, made_on: NaiveDate) -> Sheets {
    let say = |key: &str| message(language, key, &[]);
    let of_sheets = SHEETS.iter().map(|sheet| format!("{}: {}", say(sheet.title), say(sheet.note)));
    let lines = EXPLAINED.iter().map(|key| say(key)).chain(of_sheets).collect();
    Sheets {
        explained: (say("import-sheet-explained"), lines),
        sheets,
        choices: say("import-sheet-choices"),
        refused: say("record-cell-refused"),
        made_on,
    }
}
