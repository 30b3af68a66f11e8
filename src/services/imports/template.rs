//! The template of a ledger's workbook: all sheets without rows, with drop-downs and notes.

use crate::adapters::workbook_sheets::write_sheets;
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{Function, Language};
use crate::error::Error;
use crate::services::imports::columns::SHEETS;
use crate::services::imports::sheets::{filled, workbook};
use crate::storage::registry::organisations::{self, Filter};

/// Number of rows with drop-downs; rows below can be filled in as well.
const PREPARED_ROWS: u32 = 2_000;
/// Maximum number of bureaus in a drop-down.
const BUREAUS: i64 = 1_000;

/// Builds the template, with the codes of the bureaus in the database as drop-downs.
///
/// # Errors
/// Database errors; `Internal` if the workbook cannot be written.
pub fn make(app: &App, language: Language) -> Result<Vec<u8>, Error> {
    let all = Filter { function: None, region: None, patterns: &[] };
    let bureaus = app.pool.read(|connection| organisations::list(connection, &all, 0, BUREAUS))?;
    let codes = |is_funder: bool| {
        let found = bureaus.iter().filter(|bureau| (bureau.function == Function::Finance) == is_funder);
        found.filter(|bureau| bureau.region_id.is_some()).map(|bureau| bureau.code.clone()).collect::<Vec<_>>()
    };
    let own = [("purchaser", codes(false)), ("funder", codes(true))];
    let sheets = SHEETS.iter().map(|sheet| filled(sheet, language, (Vec::new(), PREPARED_ROWS), &own)).collect();
    write_sheets(&workbook(sheets, language, civil_day(app.clock.now())))
}
