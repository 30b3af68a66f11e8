//! Import of service records from a table: an uploaded xlsx or csv file, or cells pasted from a spreadsheet. Nothing is
//! entered while a cell has a fault.

use std::io::Cursor;

use crate::adapters::files::{FileError, display_name, inspect, kind_of, text_of_table};
use crate::adapters::workbooks::read_first_sheet;
use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::deliverables::refusals::refuse_file;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::records::rows::LAST_ROW;
use crate::services::records::{RecordsReceipt, Rows, record};
use crate::services::shared::typed_tables::{Cells, clean_cell, split_rows};
use crate::storage::audit::hash_chains;
use crate::storage::write::stored_answer;

/// Maximum size of an uploaded file with its form, in bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// Number of columns of a sheet that are read; a table of records has fewer.
const SHEET_COLUMNS: usize = 26;

/// Endings of the files that are read.
const ENDINGS: &[&str] = &["xlsx", "csv"];

/// An uploaded table.
#[derive(Debug)]
pub struct TableFile {
    /// Name under which it was uploaded; empty if the client gave none.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A table as a person sends it.
#[derive(Debug)]
pub enum SentTable {
    File(TableFile),
    /// Tab-separated cells pasted from a spreadsheet, with or without headings.
    Pasted(String),
}

impl SentTable {
    /// Reads the cells up to the row after `last_row`; also returns whether the columns may lack headings.
    ///
    /// # Errors
    /// `Unsupported` for another type of file; `Refused` for a damaged or unsafe file, for a sheet with more rows, and
    /// for a row that cannot be read.
    pub(in crate::services) fn cells(&self, language: Language, last_row: usize) -> Result<(Vec<Cells>, bool), Error> {
        match self {
            Self::File(file) => Ok((cells_of_file(language, file, last_row)?, false)),
            Self::Pasted(text) => Ok((read_rows(text, b'\t', last_row)?, true)),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::File(file) => &file.bytes,
            Self::Pasted(text) => text.as_bytes(),
        }
    }
}

/// Permits a caller to import records, before the file is read.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state of the contract.
pub fn permit(app: &App, caller: Caller, contract: &str) -> Result<Caller, Error> {
    let action = Action::RecordService;
    caller.may(action)?;
    let (found, seat) = app.pool.read(|connection| caller.contract(connection, contract, action))?;
    if let Err(wrong) = in_state(&found, action) {
        // A repeated request gets its earlier response, whatever the state is now.
        let earlier = stored_answer::<serde_json::Value>(&app.pool, &caller.context(app, &seat));
        if caller.idempotency_key.is_none() || matches!(earlier, Ok(None)) {
            return Err(wrong);
        }
    }
    Ok(caller)
}

/// Imports the records of a table.
///
/// # Errors
/// As [`record`]; `Unsupported` for another type of file, `Refused` for a file that is damaged, unsafe or without
/// headings.
pub fn import_table(app: &App, caller: Caller, contract: &str, table: &SentTable) -> Result<RecordsReceipt, Error> {
    let caller = with_hash(caller, contract, table.bytes());
    let (cells, are_ordered) = table.cells(caller.language, LAST_ROW)?;
    record(app, &caller, contract, &Rows::of_table(cells, are_ordered)?)
}

/// Sets the hash of the idempotency key from contract and content, so that the same key with other content is refused.
fn with_hash(mut caller: Caller, contract: &str, content: &[u8]) -> Caller {
    if let Some(key) = &mut caller.idempotency_key {
        key.hash = hash_chains::digest(&["import records", contract, &hash_chains::digest_bytes(content)]);
    }
    caller
}

fn cells_of_file(
    language: Language,
    TableFile { name, bytes }: &TableFile,
    last_row: usize,
) -> Result<Vec<Cells>, Error> {
    let name = match name.as_str() {
        "" if bytes.starts_with(b"PK") => "records.xlsx".to_owned(),
        "" => "records.csv".to_owned(),
        name => display_name(name),
    };
    let refused = |error: FileError| refuse_file(language, ("file", 0), &name, error);
    if kind_of(&name).is_some_and(|kind| !ENDINGS.contains(&kind.extension)) {
        let message = Message::new("upload-ending").with("file", &name).with("endings", ENDINGS.join(", "));
        return Err(Error::Unsupported(message));
    }
    let found = inspect(&name, &mut Cursor::new(bytes), MAX_BYTES as u64).map_err(refused)?;
    if found.kind.extension == "xlsx" {
        let rows = read_first_sheet(bytes, last_row, SHEET_COLUMNS).map_err(refused)?;
        let cells = |cells: Vec<String>| cells.iter().map(|cell| clean_cell(cell)).collect();
        return Ok(rows.into_iter().map(|(number, row)| (number, cells(row))).collect());
    }
    let text = text_of_table(bytes).ok_or_else(|| refused(FileError::Damaged("it is neither UTF-8 nor GB18030")))?;
    read_rows(&text, delimiter_of(&text), last_row)
}

fn read_rows(text: &str, delimiter: u8, last_row: usize) -> Result<Vec<Cells>, Error> {
    let mut rows = Vec::new();
    for (number, cells) in split_rows(text, delimiter).into_iter().take(last_row + 1) {
        let unreadable = || Error::refused_at("records", "file", Message::new("draft-paste-row").with("row", number));
        rows.push((number, cells.ok_or_else(unreadable)?));
    }
    Ok(rows)
}

/// Returns the most frequent separator of the first line, because Excel writes semicolons or tabs in some countries.
fn delimiter_of(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    // The last of equally frequent ones wins, so the comma comes last.
    b"\t;,".iter().copied().max_by_key(|delimiter| count(delimiter)).unwrap_or(b',')
}
