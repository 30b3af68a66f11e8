//! The list of published contracts as a file for spreadsheets.

use chrono::NaiveDate;

use crate::domain::codes::{FileFormat, Language};
use crate::error::Error;
use crate::services::publications::open::PublicContract;
use crate::services::shared::tables::{Cell, Table, TableFile, write_file};
use crate::text::message;

/// Maximum number of contracts in one spreadsheet; the rest follows with a cursor.
pub const MOST_ROWS: usize = 2_000;

/// Columns, each by the key of its title.
const COLUMNS: [&str; 18] = [
    "public-column-number",
    "public-column-title",
    "public-column-state",
    "public-column-purchaser",
    "public-column-contractor",
    "public-column-credit-code",
    "public-column-region",
    "public-column-method",
    "public-column-amount",
    "public-column-signed",
    "public-column-starts",
    "public-column-ends",
    "public-column-agreed",
    "public-column-accepted",
    "public-column-paid",
    "public-column-score",
    "public-column-notice",
    "public-column-notice-on",
];

/// Writes contracts as a file with titles in a language.
///
/// # Errors
/// Those of [`write_file`].
pub fn write(
    contracts: &[PublicContract],
    format: FileFormat,
    language: Language,
    today: NaiveDate,
) -> Result<TableFile, Error> {
    let table = Table {
        title: message(language, "public-title", &[]),
        columns: COLUMNS.iter().map(|key| message(language, key, &[])).collect(),
        rows: contracts.iter().map(|contract| row(contract, language)).collect(),
        total: Vec::new(),
    };
    write_file(&table, format, today)
}

fn row(contract: &PublicContract, language: Language) -> Vec<Cell> {
    let count = |count: usize| Cell::Number(i64::try_from(count).unwrap_or(i64::MAX));
    vec![
        contract.number.clone().into(),
        contract.title.clone().into(),
        message(language, &format!("document-state-{}", contract.state), &[]).into(),
        contract.purchaser.name.clone().into(),
        contract.contractor.name.clone().into(),
        contract.contractor.code.clone().into(),
        contract.region.name.clone().into(),
        contract.method.clone().into(),
        Cell::Amount(contract.amount.into()),
        contract.signed_on.into(),
        contract.starts_on.into(),
        contract.ends_on.into(),
        count(contract.deliverables.len()),
        count(contract.accepted),
        Cell::Amount(contract.paid),
        contract.score.clone().into(),
        contract.notice.url.clone().into(),
        contract.notice.on.into(),
    ]
}
