//! Rows of service records as they are sent: by a form, as a list by a program, or in a table with headings. The origin
//! decides how the place of a fault is named.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::workbooks::column_name;
use crate::domain::codes::Language;
use crate::domain::service_records::MAX_ROWS;
use crate::domain::shape::Date;
use crate::domain::text_input::{clean_field, identifier};
use crate::error::{Error, FieldError, Message};
use crate::services::shared::heading_units;
use crate::services::shared::number_spelling::NumberKind;
use crate::services::shared::typed_tables::{Cells, Columns, find_headings, unknown_headings};
use crate::services::shared::typed_values::{parse_date, parse_whole};
use crate::text::message;

/// Field and label of each column, in the order for a table without headings.
pub const COLUMNS: Columns<'static> = &[
    ("on", "record-on"),
    ("service", "record-service"),
    ("deliverable", "record-deliverable"),
    ("place", "record-place"),
    ("worker", "record-worker"),
    ("subject", "record-subject"),
    ("group_size", "record-group_size"),
    ("minutes", "record-minutes"),
    ("note", "record-note"),
];
/// Number of rows above the headings of a table, for a title.
const TITLES: usize = 10;
/// Last row of a table that is read.
pub const LAST_ROW: usize = MAX_ROWS + TITLES;

/// A service record to enter.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordInput {
    /// Day of the service, as 2026-09-30.
    pub on: String,
    /// Code of the contract's service item, or its name.
    pub service: String,
    /// Code or name of the deliverable for which the record counts.
    #[serde(default)]
    pub deliverable: String,
    /// Place, with the name of its township.
    pub place: String,
    /// Worker who provided the service.
    pub worker: String,
    /// Pseudonymous code of the person served; required unless a group was served.
    #[serde(default)]
    pub subject: String,
    /// People served together, 1 to 500; 1 by default.
    #[serde(default)]
    pub group_size: Option<i64>,
    /// Duration in minutes, 1 to 1,440.
    pub minutes: i64,
    #[serde(default)]
    pub note: String,
}

/// A list of records to enter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordsInput {
    /// At most 10,000 rows; all are entered or none.
    pub rows: Vec<RecordInput>,
}

/// A row whose numbers and day have been read.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Day of the service; `None` if it cannot be read, which is then among the faults.
    pub on: Option<NaiveDate>,
    pub service: String,
    pub deliverable: String,
    pub place: String,
    pub worker: String,
    pub subject: String,
    pub group_size: Option<i64>,
    pub minutes: Option<i64>,
    pub note: String,
    /// Faults of the fields that cannot be read.
    pub faults: Vec<(&'static str, Message)>,
}

/// Kind of origin, which decides how the place of a fault is named.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// A form with one record: the field.
    Form,
    /// A list by a program: `rows[3].minutes`.
    List,
    /// A table: `H4`, with row and column in words. Has the number of each row, and the position of each column.
    Table { numbers: Vec<usize>, places: Vec<Option<usize>> },
}

/// Rows and their origin.
#[derive(Debug, Clone)]
pub struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) origin: Origin,
}

impl From<RecordInput> for Row {
    fn from(input: RecordInput) -> Self {
        let (on, faults) = match input.on.parse::<Date>() {
            Ok(Date(on)) => (Some(on), Vec::new()),
            Err(()) => (None, vec![("on", Message::new("malformed-date"))]),
        };
        Self {
            on,
            service: input.service,
            deliverable: input.deliverable,
            place: input.place,
            worker: input.worker,
            subject: identifier(&input.subject),
            group_size: Some(input.group_size.unwrap_or(1)),
            minutes: Some(input.minutes),
            note: input.note,
            faults,
        }
    }
}

impl Rows {
    /// Builds the rows from the record of a form.
    pub fn of_form(input: RecordInput) -> Self {
        Self { rows: vec![input.into()], origin: Origin::Form }
    }

    /// Builds the rows from the list of a program.
    pub fn of_list(input: RecordsInput) -> Self {
        Self { rows: input.rows.into_iter().map(Row::from).collect(), origin: Origin::List }
    }

    /// Reads a table. If it has no row of headings and `are_ordered` is true, its columns are those of [`COLUMNS`].
    ///
    /// # Errors
    /// `Refused` for a table without headings, unless `are_ordered`, with headings of which most name no column, or with a
    /// unit in a heading that is not converted.
    pub fn of_table(mut cells: Vec<Cells>, are_ordered: bool) -> Result<Self, Error> {
        let titles = cells.iter().take(TITLES).cloned().collect::<Vec<_>>();
        let headings = find_headings(COLUMNS, &titles);
        if let (None, Some(fault)) = (&headings, unknown_headings(COLUMNS, &titles)) {
            return Err(Error::refused_at("record-headings", "file", fault));
        }
        let (places, skipped) = match headings {
            Some(found) => found,
            None if are_ordered => ((0..COLUMNS.len()).map(Some).collect(), 0),
            None => return Err(Error::refused_at("record-headings", "file", Message::new("record-headings"))),
        };
        let counts = |field: &str| ["group_size", "minutes"].contains(&field);
        let kind_of = |column: usize| COLUMNS.get(column).filter(|(field, _)| counts(field)).map(|_| NumberKind::Whole);
        if let Some(fault) = heading_units::convert(&mut cells, &places, skipped, kind_of).into_iter().next() {
            return Err(Error::refused_at("record-headings", "file", fault));
        }
        let mut columns = vec![None; COLUMNS.len()];
        for (cell, column) in places.iter().enumerate().filter_map(|(cell, column)| Some((cell, (*column)?))) {
            if let Some(place) = columns.get_mut(column) {
                *place = place.or(Some(cell));
            }
        }
        let filled = cells.into_iter().skip(skipped).filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let (numbers, rows) = filled.map(|(number, cells)| (number, read_cells(&cells, &columns))).unzip();
        Ok(Self { rows, origin: Origin::Table { numbers, places: columns } })
    }

    /// Builds the fault of a row, counted from 0, in the form for its origin.
    pub(super) fn fault(&self, row: usize, field: &str, reason: Message, language: Language) -> FieldError {
        match &self.origin {
            Origin::Form => FieldError { path: field.to_owned(), message: reason },
            Origin::List => FieldError { path: format!("rows[{row}].{field}"), message: reason },
            Origin::Table { numbers, places } => {
                let number = numbers.get(row).copied().unwrap_or_default();
                let column = COLUMNS.iter().position(|(known, _)| *known == field).unwrap_or_default();
                let label = COLUMNS.get(column).map_or("", |(_, label)| *label);
                let at = column_name(places.get(column).copied().flatten().unwrap_or(column));
                let named = Message::new("record-cell").with("row", number);
                let named = named.with("column", message(language, label, &[]));
                FieldError { path: format!("{at}{number}"), message: named.with("reason", reason.text(language)) }
            }
        }
    }

    /// Returns the number of a row, counted from 0, in the form for its origin.
    pub(super) fn number(&self, row: usize) -> usize {
        match &self.origin {
            Origin::Form | Origin::List => row + 1,
            Origin::Table { numbers, .. } => numbers.get(row).copied().unwrap_or_default(),
        }
    }
}

fn read_cells(cells: &[String], columns: &[Option<usize>]) -> Row {
    let cell = |field: &str| {
        let column = COLUMNS.iter().position(|(known, _)| *known == field)?;
        cells.get((*columns.get(column)?)?).map(|cell| clean_field(field, cell).into_owned())
    };
    let text = |field: &str| cell(field).unwrap_or_default();
    let mut row = Row {
        service: text("service"),
        deliverable: text("deliverable"),
        place: text("place"),
        worker: text("worker"),
        subject: identifier(&text("subject")),
        note: text("note"),
        ..Row::default()
    };
    let on = text("on");
    match parse_date(&on) {
        _ if on.is_empty() => row.faults.push(("on", Message::new("draft-empty"))),
        Ok(day) => row.on = Some(day),
        Err(fault) => row.faults.push(("on", fault)),
    }
    let mut number = |field: &'static str, blank: Option<i64>| {
        let typed = text(field);
        if typed.is_empty() {
            if blank.is_none() {
                row.faults.push((field, Message::new("draft-empty")));
            }
            return blank;
        }
        match parse_whole(&typed) {
            Ok(whole) => Some(i64::try_from(whole.get()).unwrap_or(i64::MAX)),
            Err(fault) => {
                row.faults.push((field, fault));
                None
            }
        }
    };
    let (group_size, minutes) = (number("group_size", Some(1)), number("minutes", None));
    (row.group_size, row.minutes) = (group_size, minutes);
    row
}
