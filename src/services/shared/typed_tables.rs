//! Tables as people paste or upload them: rows of cells, usually under a row of headings that names the columns in
//! either language and in any order.

use crate::domain::codes::Language;
use crate::domain::text_input::{clean, is_hidden};
use crate::error::Message;
use crate::text::message;

/// Field, and key of the label, of each possible column.
pub type Columns<'a> = &'a [(&'static str, &'static str)];
/// A row: its number from 1, and its cells.
pub type Cells = (usize, Vec<String>);
/// Known column of each cell of a row.
pub type Places = Vec<Option<usize>>;

/// Names of a row with the sums of others, in the form for comparison.
const SUMS: &[&str] =
    &["合计", "小计", "总计", "共计", "总和", "累计", "本页合计", "本页小计", "total", "subtotal", "grandtotal", "sum"];

/// Returns the word by which a row holds the sums of others.
pub fn sum_word(cells: &[String]) -> Option<&str> {
    let is_sum = |cell: &&String| SUMS.contains(&heading_key(cell).trim_end_matches([':', '：']));
    cells.iter().find(is_sum).map(String::as_str)
}

/// Splits a text into rows of cells at a delimiter, with quoted cells; a row that cannot be read has `None`. Cells are
/// cleaned by [`clean_cell`].
pub fn split_rows(text: &str, delimiter: u8) -> Vec<(usize, Option<Vec<String>>)> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let read = |record: csv::StringRecord| record.iter().map(clean_cell).collect();
    reader.into_records().zip(1..).map(|(record, number)| (number, record.ok().map(read))).collect()
}

/// Cleans a cell by the common rule for text, with blanks in place of line breaks.
pub fn clean_cell(cell: &str) -> String {
    let cell = clean(cell);
    cell.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Finds the row of headings among the first rows; returns the column of each cell, and the number of rows up to it.
/// Titles above the headings, such as a merged cell, have a single filled cell.
pub fn find_headings(columns: Columns<'_>, rows: &[Cells]) -> Option<(Places, usize)> {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    let widest = widest(rows);
    for (skipped, (_, cells)) in rows.iter().enumerate() {
        let is_alone = filled(cells) == 1;
        let places = columns_of(columns, cells, is_alone);
        let known = places.iter().flatten().count();
        if known > 0 && known * 2 > filled(cells) {
            return Some((places, skipped + 1));
        }
        if filled(cells) > 1 || widest == 1 {
            break;
        }
    }
    None
}

/// Returns the message about headings that name no column, for rows of which [`find_headings`] takes none: the first one
/// with several cells is meant as headings if it names a column and has no figure, as every row of data has.
pub fn unknown_headings(columns: Columns<'_>, rows: &[Cells]) -> Option<Message> {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    let (_, cells) = rows.iter().find(|(_, cells)| filled(cells) > 1)?;
    let places = columns_of(columns, cells, false);
    let has_figure = cells.iter().any(|cell| cell.contains(char::is_numeric));
    if has_figure || places.iter().all(Option::is_none) {
        return None;
    }
    let unknown = cells.iter().zip(&places).filter(|(cell, place)| place.is_none() && !cell.is_empty());
    let unknown: Vec<&str> = unknown.map(|(cell, _)| cell.as_str()).collect();
    Some(Message::new("table-headings-unknown").with("names", unknown.join(", ")))
}

/// Returns the largest number of cells in a row.
pub fn widest(rows: &[Cells]) -> usize {
    rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default()
}

/// Finds the column of each heading: the column that it names or else the one that it resembles. No two headings get
/// the same column, and a heading that names it takes precedence.
fn columns_of(columns: Columns<'_>, headings: &[String], is_alone: bool) -> Places {
    let keys: Vec<String> = headings.iter().map(|heading| heading_key(heading)).collect();
    let mut places: Places = vec![None; keys.len()];
    let mut take = |find: fn(Columns<'_>, &str) -> Option<usize>| {
        for (cell, key) in keys.iter().enumerate() {
            let free = find(columns, key).filter(|column| !places.contains(&Some(*column)));
            if let Some(place) = places.get_mut(cell).filter(|place| place.is_none()) {
                *place = free;
            }
        }
    };
    take(column_named);
    if !is_alone {
        take(column_like);
    }
    places
}

/// Finds the column whose field, or whose label in either language, equals a heading.
fn column_named(columns: Columns<'_>, heading: &str) -> Option<usize> {
    let is_named =
        |(field, label): &(&str, &str)| *field == heading || labels(label).iter().any(|label| label == heading);
    columns.iter().position(is_named).filter(|_| !heading.is_empty())
}

/// Finds the only column whose label a heading resembles: 单位 is 计量单位.
fn column_like(columns: Columns<'_>, heading: &str) -> Option<usize> {
    if heading.chars().count() < 2 {
        return None;
    }
    let is_like = |label: &str| labels(label).iter().any(|label| label.contains(heading) || heading.contains(label));
    let mut like = columns.iter().enumerate().filter(|(_, (_, label))| is_like(label));
    like.next().filter(|_| like.next().is_none()).map(|(place, _)| place)
}

/// Returns whether a heading names or resembles any column, also one that another heading names better.
pub fn is_known_heading(columns: Columns<'_>, heading: &str) -> bool {
    let heading = heading_key(heading);
    let is_like = |label: &str| labels(label).iter().any(|label| label.contains(&heading) || heading.contains(label));
    let is_known = |(field, label): &(&str, &str)| *field == heading || is_like(label);
    !heading.is_empty() && columns.iter().any(is_known)
}

/// Returns a column's label in both languages, in the form for comparison.
fn labels(label: &str) -> [String; 2] {
    [Language::Zh, Language::En].map(|language| heading_key(&message(language, label, &[])))
}

/// Returns a heading in the form for comparison: without the unit in brackets, blanks, invisible characters and case.
pub fn heading_key(heading: &str) -> String {
    let without_unit = heading.split(['(', '（', '[', '［']).next().unwrap_or_default();
    let is_kept = |c: &char| !c.is_whitespace() && *c != '*' && !is_hidden(*c);
    without_unit.chars().filter(is_kept).flat_map(char::to_lowercase).collect()
}
