//! Rows pasted from a spreadsheet into the services, deliverables or milestones of a draft: tab-separated text as
//! spreadsheets put it on the clipboard, with quoted cells. Either all rows are accepted or none; problems name the row
//! and the column.
//!
//! The columns of a range are those of the form in the same order, or are given in any order by a row of headings. The
//! rows are appended to the list, or overwrite its cells from the one into which the range was pasted.

use crate::domain::codes::Language;
use crate::domain::shape::LIST_BOUND;
use crate::domain::text_input::{clean_field, key};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::shared::faults::LINE;
use crate::services::shared::heading_units;
use crate::services::shared::inputs::line_fault;
use crate::services::shared::number_spelling::NumberKind;
use crate::services::shared::typed_tables::{
    Cells, Places, find_headings, heading_key, is_known_heading, split_rows, sum_word, widest,
};
use crate::services::shared::typed_values::{parse_amount, parse_code, parse_date, parse_days, parse_quantity};
use crate::text::message;

/// Prefix of the names of fields that contain a pasted range; the name of the list follows.
pub const RANGE_FIELD: &str = "paste.";
/// Maximum number of problems that are named at once.
const MAX_PROBLEMS: usize = 20;

/// Headings of columns that are left out, in the form for comparison: running numbers, and products and sums of the other
/// columns.
const LEFT_OUT: &[&str] =
    &["序号", "行号", "项次", "no", "no.", "#", "小计", "合计", "合价", "总价", "subtotal", "total"];
/// Headings of products in a list of services, whose amounts are not stored.
const PRODUCTS: &[&str] = &["金额", "amount"];
/// Usual headings of a list of services that resemble no label of its columns, each with one that does.
const ALSO: &[(&str, &str)] = &[("服务内容", "服务内容名称"), ("服务项目", "服务项目名称")];

/// The reading of a cell: the text to store, or the reason why it is refused.
type ReadCell = fn(&str) -> Result<String, Message>;

/// A column of a list: its field, the message key of its label, and the reading of its cells.
struct Column {
    field: &'static str,
    label: &'static str,
    read: ReadCell,
}

impl Column {
    /// Returns the kind of the column's numbers; `None` for a column of texts or days.
    fn kind(&self) -> Option<NumberKind> {
        let holds_numbers = ["quantity", "unit_price", "amount", "payment_days"].contains(&self.field);
        holds_numbers.then(|| NumberKind::of_field(self.field))
    }
}

const fn column(field: &'static str, label: &'static str, read: ReadCell) -> Column {
    Column { field, label, read }
}

const ITEMS: &[Column] = &[
    column("code", "draft-field-code", read_code),
    column("name", "draft-field-name", read_line),
    column("service", "draft-field-service", read_line),
    column("unit", "draft-field-unit", read_line),
    column("quantity", "draft-field-quantity", read_quantity),
    column("unit_price", "draft-field-unit_price", read_unit_price),
    column("standard", "draft-field-standard", read_line),
];
const DELIVERABLES: &[Column] = &[
    column("code", "draft-field-code", read_code),
    column("name", "draft-field-name", read_line),
    column("item", "draft-field-item", read_line),
    column("quantity", "draft-field-quantity", read_quantity),
    column("due_on", "draft-field-due_on", read_date),
    column("place", "draft-field-place", read_line),
    column("evidence", "draft-field-evidence", read_line),
];
const MILESTONES: &[Column] = &[
    column("code", "draft-field-code", read_code),
    column("name", "draft-field-name", read_line),
    column("amount", "draft-field-milestone-amount", read_amount),
    column("not_before", "draft-field-not_before", read_date),
    column("payment_days", "draft-field-payment_days", read_days),
];

fn read_line(cell: &str) -> Result<String, Message> {
    line_fault(cell, LINE).map_or_else(|| Ok(cell.to_owned()), Err)
}

fn read_code(cell: &str) -> Result<String, Message> {
    parse_code(cell).map(|code| code.to_string())
}

fn read_quantity(cell: &str) -> Result<String, Message> {
    parse_quantity(cell).map(|quantity| quantity.to_string())
}

fn read_amount(cell: &str) -> Result<String, Message> {
    parse_amount(cell).map(|amount| amount.to_string())
}

/// Reads a price that may name its unit, as in `150元/次`.
fn read_unit_price(cell: &str) -> Result<String, Message> {
    let per_unit = cell
        .split_once('/')
        .filter(|(price, unit)| price.trim_end().ends_with('元') && !unit.contains(char::is_numeric));
    read_amount(per_unit.map_or(cell, |(price, _)| price))
}

fn read_date(cell: &str) -> Result<String, Message> {
    parse_date(cell).map(|day| day.to_string())
}

fn read_days(cell: &str) -> Result<String, Message> {
    parse_days(cell).map(|days| days.to_string())
}

/// Returns the columns of a list that accepts pasted rows, and the prefix of the codes assigned to rows without one.
fn columns_of(list: &str) -> Option<(&'static [Column], &'static str)> {
    match list {
        "items" => Some((ITEMS, "S")),
        "deliverables" => Some((DELIVERABLES, "D")),
        "milestones" => Some((MILESTONES, "P")),
        _ => None,
    }
}

/// Returns the labels of a list's columns in the order of a range without headings.
pub fn labels(list: &str, language: Language) -> Vec<String> {
    let columns = columns_of(list).map_or(&[][..], |(columns, _)| columns);
    columns.iter().map(|column| message(language, column.label, &[])).collect()
}

/// Returns the columns of a list besides the code, each with the message key of its label.
pub(super) fn columns_beside_code(list: &str) -> Vec<(&'static str, &'static str)> {
    let columns = columns_of(list).map_or(&[][..], |(columns, _)| columns);
    columns.iter().filter(|column| column.field != "code").map(|column| (column.field, column.label)).collect()
}

/// Reads a cell of a column of a list.
pub(super) fn read_cell(fields: &Fields, (list, field): (&str, &str), cell: &str) -> Result<String, Message> {
    let columns = columns_of(list).map_or(&[][..], |(columns, _)| columns);
    match columns.iter().find(|column| column.field == field) {
        Some(column) if column.field == "item" && list == "deliverables" => find_item(fields, cell),
        Some(column) => (column.read)(cell),
        None => Err(Message::new("draft-empty")),
    }
}

/// A range of cells to paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// The list.
    pub list: String,
    /// The text on the clipboard.
    pub text: String,
    /// Field into which the range was pasted, such as `items.2.quantity`; empty to append rows.
    pub at: String,
}

/// Pastes a range into a draft and returns the number of rows.
///
/// # Errors
/// `Refused` at the field `paste.LIST` with every problem; the draft is then unchanged.
pub fn paste(fields: &mut Fields, pasted: &Pasted, language: Language) -> Result<usize, Error> {
    let (columns, prefix) = columns_of(&pasted.list).ok_or(Error::NotFound)?;
    let mut range = Range { list: &pasted.list, columns, language, problems: Vec::new() };
    let mut rows = range.cells(&pasted.text);
    let (first_row, first_column) = range.start(fields, &pasted.at);
    let (places, skipped) = range.places(&rows, first_column);
    range.check_headings(&rows, &places, skipped);
    let kind_of = |column: usize| columns.get(column).and_then(Column::kind);
    heading_units::convert(&mut rows, &places, skipped, kind_of).into_iter().for_each(|fault| range.reject(fault));
    let mut outcome = fields.clone();
    let mut next = first_row;
    for (number, cells) in rows.iter().skip(skipped).filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())) {
        if next >= LIST_BOUND {
            range.reject(Message::new("draft-paste-many").with("most", LIST_BOUND));
            break;
        }
        if let Some(word) = sum_word(cells) {
            range.reject(Message::new("draft-paste-sum").with("row", number).with("word", word));
            continue;
        }
        let at = format!("{}.{next}", pasted.list);
        range.fill_row(&mut outcome, &at, (*number, cells), &places);
        next += 1;
    }
    if next == first_row && range.problems.is_empty() {
        range.reject(Message::new("draft-paste-none"));
    }
    for row in first_row..next {
        range.give_code(&mut outcome, row, prefix);
    }
    range.finish()?;
    *fields = outcome;
    Ok(next - first_row)
}

/// A range that is being read, and the problems found so far.
struct Range<'a> {
    list: &'a str,
    columns: &'static [Column],
    language: Language,
    problems: Vec<FieldError>,
}

impl Range<'_> {
    fn reject(&mut self, message: Message) {
        self.problems.push(FieldError { path: format!("{RANGE_FIELD}{}", self.list), message });
    }

    fn finish(mut self) -> Result<(), Error> {
        if self.problems.is_empty() {
            return Ok(());
        }
        let more = self.problems.len().saturating_sub(MAX_PROBLEMS);
        self.problems.truncate(MAX_PROBLEMS);
        if more > 0 {
            self.reject(Message::new("draft-paste-more").with("number", more));
        }
        Err(Error::Refused { rule: "paste".to_owned(), errors: self.problems })
    }

    /// Splits the text into rows of cells, each with its number in the range.
    fn cells(&mut self, text: &str) -> Vec<Cells> {
        let mut rows = Vec::new();
        for (number, cells) in split_rows(text, b'\t') {
            match cells {
                Some(cells) => rows.push((number, cells)),
                None => self.reject(Message::new("draft-paste-row").with("row", number)),
            }
        }
        rows
    }

    /// Returns the row and column of the list at which the range begins.
    fn start(&self, fields: &Fields, at: &str) -> (usize, usize) {
        let end = (fields.rows(self.list), 0);
        let cell = at.strip_prefix(self.list).and_then(|rest| rest.strip_prefix('.')?.split_once('.'));
        let Some((row, field)) = cell.and_then(|(row, field)| Some((row.parse::<usize>().ok()?, field))) else {
            return end;
        };
        let column = self.columns.iter().position(|column| column.field == field);
        column.map_or(end, |column| (row.min(end.0), column))
    }

    /// Returns the column of each cell, and the number of rows of headings.
    fn places(&self, rows: &[Cells], first_column: usize) -> (Places, usize) {
        let columns: Vec<_> = self.columns.iter().map(|column| (column.field, column.label)).collect();
        let in_order = || ((0..widest(rows)).map(|cell| Some(first_column + cell)).collect(), 0);
        let usual: Vec<Cells> = rows.iter().map(|(number, cells)| (*number, self.usual(cells))).collect();
        find_headings(&columns, &usual).unwrap_or_else(in_order)
    }

    /// Returns headings without those that are left out, and with those that resemble a label in place of others.
    fn usual(&self, headings: &[String]) -> Vec<String> {
        let usual = |heading: &String| if self.leaves_out(heading) { String::new() } else { self.resembling(heading) };
        headings.iter().map(usual).collect()
    }

    /// Returns a heading, or in place of a usual one that resembles no label the one that does.
    fn resembling(&self, heading: &str) -> String {
        let also = ALSO.iter().find(|(also, _)| self.list == "items" && *also == heading_key(heading));
        also.map_or(heading, |(_, like)| like).to_owned()
    }

    fn leaves_out(&self, heading: &str) -> bool {
        let key = heading_key(heading);
        LEFT_OUT.contains(&key.as_str()) || (self.list == "items" && PRODUCTS.contains(&key.as_str()))
    }

    /// Names every column under a heading that the list does not have, so that nothing in it is lost unseen.
    fn check_headings(&mut self, rows: &[Cells], places: &Places, skipped: usize) {
        let Some((_, headings)) = skipped.checked_sub(1).and_then(|row| rows.get(row)) else { return };
        let is_filled = |cell: usize| {
            rows.iter().skip(skipped).any(|(_, cells)| cells.get(cell).is_some_and(|text| !text.is_empty()))
        };
        let columns: Vec<_> = self.columns.iter().map(|column| (column.field, column.label)).collect();
        let unknown =
            (0..widest(rows)).filter(|cell| places.get(*cell).copied().flatten().is_none() && is_filled(*cell));
        for cell in unknown {
            let heading = headings.get(cell).map_or("", String::as_str);
            if self.leaves_out(heading) || is_known_heading(&columns, &self.resembling(heading)) {
                continue;
            }
            let named = labels(self.list, self.language).join(&message(self.language, "document-list", &[]));
            let told = Message::new("draft-paste-heading").with("place", cell + 1).with("heading", heading);
            self.reject(told.with("columns", named));
        }
    }

    /// Copies the cells of a row into the fields with the prefix `at`.
    fn fill_row(&mut self, outcome: &mut Fields, at: &str, (number, cells): (usize, &Vec<String>), places: &Places) {
        for (cell, place) in cells.iter().zip(places.iter().copied().chain(std::iter::repeat(None))) {
            if cell.is_empty() {
                continue;
            }
            let Some(column) = place.and_then(|place| self.columns.get(place)) else {
                // A column with a heading of its own is left out: a running number, or one that is named already.
                if place.is_some() {
                    let columns = self.columns.len();
                    self.reject(Message::new("draft-paste-wide").with("row", number).with("columns", columns));
                    return;
                }
                continue;
            };
            let cleaned = clean_field(column.field, cell);
            let read = match column.field {
                "item" => find_item(outcome, cell),
                _ => (column.read)(&cleaned),
            };
            match read {
                Ok(value) => outcome.set(format!("{at}.{}", column.field), value),
                Err(reason) => self.reject_cell(number, column, cell, &reason),
            }
        }
        let code = outcome.value(&format!("{at}.code")).to_owned();
        let known = outcome.row_of(self.list, &code).map(|row| format!("{}.{row}", self.list));
        if !code.is_empty() && known.is_some_and(|known| known != at) {
            self.reject(Message::new("draft-paste-code").with("row", number).with("code", code));
        }
    }

    fn reject_cell(&mut self, row: usize, column: &Column, cell: &str, reason: &Message) {
        let shown: String = cell.chars().take(40).collect();
        let named = Message::new("draft-paste-cell").with("row", row).with("cell", shown);
        let label = message(self.language, column.label, &[]);
        self.reject(named.with("column", label).with("reason", reason.text(self.language)));
    }

    /// Assigns the first free code to a row without one.
    fn give_code(&self, outcome: &mut Fields, row: usize, prefix: &str) {
        let name = format!("{}.{row}.code", self.list);
        if outcome.is_filled(&name) {
            return;
        }
        let free = (row + 1..).map(|number| format!("{prefix}{number}"));
        if let Some(code) = free.into_iter().find(|code| outcome.row_of(self.list, code).is_none()) {
            outcome.set(name, code);
        }
    }
}

/// Returns the code of the service that a cell names by code or name; another spelling is accepted if it fits only one.
fn find_item(fields: &Fields, cell: &str) -> Result<String, Message> {
    let rows = || 0..fields.rows("items");
    let named = |field: &str| rows().find(|row| fields.of("items", *row, field) == cell);
    let spelled = key(cell);
    let is_like = |row: &usize| ["code", "name"].iter().any(|field| key(fields.of("items", *row, field)) == spelled);
    let only = || {
        let mut like = rows().filter(|row| !spelled.is_empty() && is_like(row));
        like.next().filter(|_| like.next().is_none())
    };
    let row = named("code").or_else(|| named("name")).or_else(only).ok_or_else(|| Message::new("draft-paste-item"))?;
    Ok(fields.of("items", row, "code").to_owned())
}
