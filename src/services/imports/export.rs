//! Export of all contracts of the database: the register as CSV; the register and the sheets of the template as a
//! workbook, which can be imported elsewhere; inputs and facts as JSON, contract by contract.
//!
//! This is a command on the machine itself, so it is not limited to the contracts that one organisation sees.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;

use crate::adapters::workbook_sheets::{FilledSheet, write_sheets};
use crate::adapters::workbooks::{Takes, TemplateColumn};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::case::Case;
use crate::domain::codes::{ContractState, FileFormat, Language};
use crate::domain::interest::InterestRecord;
use crate::domain::money::Sum;
use crate::domain::standing::{DeliverableState, MilestoneState, Trails};
use crate::domain::terms::Amendment;
use crate::error::Error;
use crate::services::contracts::projections::was_signed;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::ContractInput;
use crate::services::imports::cells;
use crate::services::imports::columns::{SHEETS, Sheet, SheetName};
use crate::services::imports::exported_rows::{Named, rows_of};
use crate::services::imports::sheets::{filled, workbook};
use crate::services::shared::tables::{Cell, Table, write_file};
use crate::storage::AnyConnection;
use crate::storage::audit::recorded_rows::{self, ObjectKind};
use crate::storage::contracts::batches;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::{appropriations, organisations};
use crate::text::message;

/// Contracts that are loaded together.
const BATCH: i64 = 200;
/// Headings of the register.
const REGISTER: [&str; 17] = [
    "report-number",
    "report-contract",
    "report-bureau",
    "draft-field-funder",
    "report-contractor",
    "contracts-column-state",
    "contracts-column-amount",
    "draft-field-signed_on",
    "download-starts",
    "download-ends",
    "import-deliverables",
    "import-delivered",
    "import-payable",
    "import-deducted",
    "import-paid",
    "import-overdue",
    "import-overdue-since",
];
/// Width of a column of the register, in characters.
const WIDTH: u32 = 18;

/// Format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    Csv,
    Xlsx,
    Json,
}

/// Writes all contracts and returns their number; calls `seen` with the number read so far.
///
/// # Errors
/// Database errors; `Internal` if the output cannot be written.
pub fn write(
    app: &App,
    (format, language): (ExportFormat, Language),
    out: &mut dyn Write,
    seen: &dyn Fn(usize),
) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    match format {
        ExportFormat::Json => write_json(app, out, seen),
        ExportFormat::Csv => {
            let mut rows = Vec::new();
            let count = for_each(app, seen, |record, named| {
                rows.push(register_row(app, record, named, language)?);
                Ok(())
            })?;
            let columns = REGISTER.iter().map(|key| message(language, key, &[])).collect();
            let title = message(language, "import-sheet-register", &[]);
            let table = Table { title, columns, rows, total: Vec::new() };
            write_bytes(out, &write_file(&table, FileFormat::Csv, today)?.bytes)?;
            Ok(count)
        }
        ExportFormat::Xlsx => {
            let mut register = Vec::new();
            let mut rows: BTreeMap<SheetName, Vec<Vec<Cell>>> = BTreeMap::new();
            let count = for_each(app, seen, |record, named| {
                register.push(register_row(app, record, named, language)?);
                for (sheet, values) in rows_of(record, named, today, language)? {
                    let columns = Sheet::of(sheet).columns;
                    let cell = |field: &str, kind| cells::write(kind, value_at(&values, field), language);
                    let cells = columns.iter().map(|column| cell(column.field, column.kind)).collect();
                    rows.entry(sheet).or_default().push(cells);
                }
                Ok(())
            })?;
            let of_template = SHEETS.iter().map(|sheet| {
                let rows = rows.remove(&sheet.name).unwrap_or_default();
                filled(sheet, language, (rows, 0), &[])
            });
            let mut sheets = vec![register_sheet(register, language)];
            sheets.extend(of_template);
            write_bytes(out, &write_sheets(&workbook(sheets, language, today))?)?;
            Ok(count)
        }
    }
}

fn write_bytes(out: &mut dyn Write, bytes: &[u8]) -> Result<(), Error> {
    out.write_all(bytes).map_err(|error| Error::Internal(format!("writing the export failed: {error}")))
}

/// Returns the value at a path of object keys; null if there is none.
fn value_at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |place, part| &place[part])
}

/// Runs `work` for each contract in the order of registration, all within one read transaction.
fn for_each(
    app: &App,
    seen: &dyn Fn(usize),
    mut work: impl FnMut(&ContractRecord, &Named) -> Result<(), Error>,
) -> Result<usize, Error> {
    app.pool.read(|connection| {
        let all = appropriations::all(connection)?;
        let appropriations = all.into_iter().map(|(row, _)| row).collect();
        let mut named = Named { appropriations, organisations: Vec::new() };
        let (mut count, mut after) = (0, 0);
        loop {
            let objects = recorded_rows::after(connection, ObjectKind::Contract, after, BATCH)?;
            let Some((last, _)) = objects.last() else { return Ok(count) };
            after = *last;
            let ids: Vec<i64> = objects.iter().map(|(id, _)| *id).collect();
            let found = batches::by_ids(connection, &ids)?;
            let records = ContractRecord::load_all(connection, found)?;
            named.organisations = parties(connection, &records)?;
            for record in &records {
                work(record, &named)?;
                count += 1;
            }
            seen(count);
        }
    })
}

fn parties(
    connection: &mut AnyConnection,
    records: &[ContractRecord],
) -> Result<Vec<organisations::Organisation>, Error> {
    let of = |record: &ContractRecord| {
        [record.contract.purchaser_id, record.contract.funder_id, record.contract.contractor_id]
    };
    let mut ids: Vec<OrganisationId> = records.iter().flat_map(of).collect();
    ids.sort_unstable();
    ids.dedup();
    organisations::by_ids(connection, &ids)
}

/// Returns the cells of the register for a contract, as of today. A contract that was never signed has no figures.
fn register_row(app: &App, record: &ContractRecord, named: &Named, language: Language) -> Result<Vec<Cell>, Error> {
    let contract = &record.contract;
    let today = civil_day(app.clock.now());
    let state = message(language, &format!("document-state-{}", contract.state), &[]);
    let mut cells = vec![
        contract.number.clone().into(),
        contract.title.clone().into(),
        named.name(contract.purchaser_id).into(),
        named.name(contract.funder_id).into(),
        named.name(contract.contractor_id).into(),
        state.into(),
        Cell::Amount(record.terms_on(today).amount.into()),
        contract.signed_on.into(),
        contract.starts_on.into(),
        record.terms_on(today).ends_on.into(),
    ];
    if !was_signed(contract.state) {
        cells.resize(REGISTER.len(), Cell::Empty);
        return Ok(cells);
    }
    let standing = record.standing(today, Trails::Off)?;
    let is_accepted = |state| matches!(state, DeliverableState::Accepted | DeliverableState::Partial);
    let accepted = standing.deliverables.iter().filter(|deliverable| is_accepted(deliverable.state)).count();
    let count = |number: usize| Cell::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let fen = |amounts: &mut dyn Iterator<Item = i64>| Cell::Amount(Sum::from_fen(amounts.map(i128::from).sum()));
    let overdue = || standing.milestones.iter().filter(|milestone| milestone.state == MilestoneState::Overdue);
    cells.extend([
        count(standing.deliverables.len()),
        count(accepted),
        Cell::Amount(standing.totals.payable),
        fen(&mut standing.milestones.iter().map(|milestone| milestone.deductions.fen())),
        Cell::Amount(standing.totals.paid),
        fen(&mut overdue().map(|milestone| milestone.payable.fen() - milestone.paid.fen())),
        overdue().filter_map(|milestone| milestone.due_on).min().into(),
    ]);
    Ok(cells)
}

fn register_sheet(rows: Vec<Vec<Cell>>, language: Language) -> FilledSheet {
    let column = |key: &&str| TemplateColumn {
        title: message(language, key, &[]),
        note: String::new(),
        width: WIDTH,
        takes: Takes::Figure,
    };
    let columns = REGISTER.iter().map(column).collect();
    FilledSheet { name: message(language, "import-sheet-register", &[]), columns, rows, prepared: 0 }
}

/// A contract in the export as JSON.
#[derive(Serialize)]
struct ExportedContract {
    id: String,
    state: ContractState,
    published_on: Option<NaiveDate>,
    /// The body with which the API would register the contract.
    input: ContractInput,
    /// Terms, amendments and facts as `luyue simulate` reads them.
    case: Case,
    /// Payments and waivers of late interest, which `case` does not contain.
    interest_paid: Vec<InterestRecord>,
    interest_waived: Vec<InterestRecord>,
}

fn write_json(app: &App, out: &mut dyn Write, seen: &dyn Fn(usize)) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    write_bytes(out, b"[")?;
    let mut begins = true;
    let count = for_each(app, seen, |record, named| {
        let joint: &[u8] = if std::mem::replace(&mut begins, false) { b"\n" } else { b",\n" };
        write_bytes(out, joint)?;
        let contract = &record.contract;
        let interest = record.interest()?;
        let agreement = record.agreement();
        let amendments = agreement.amendments.iter();
        let amendments =
            amendments.map(|(effective_on, terms)| Amendment { effective_on: *effective_on, terms: (*terms).clone() });
        let exported = ExportedContract {
            id: contract.public_id.clone(),
            state: contract.state,
            published_on: contract.published_on,
            input: ContractInput {
                number: contract.number.clone(),
                title: contract.title.clone(),
                purchaser: named.code(contract.purchaser_id),
                funder: named.code(contract.funder_id),
                contractor: named.code(contract.contractor_id),
                regime: contract.regime,
                method: contract.method.clone(),
                plan_no: Some(contract.plan_no.clone()).filter(|number| !number.is_empty()),
                award_on: contract.award_on,
                signed_on: contract.signed_on,
                appropriation: named.appropriation(record).map(|row| row.public_id.clone()),
                details: record.all_names_on(today),
                terms: record.signed_terms().clone(),
            },
            case: Case {
                terms: record.signed_terms().clone(),
                amendments: amendments.collect(),
                facts: record.facts.clone(),
                calendar: (record.days.version > 0).then(|| record.days.calendar.clone().into_owned()),
                as_of: today,
            },
            interest_paid: interest.paid,
            interest_waived: interest.waived,
        };
        let line = serde_json::to_string(&exported).map_err(|error| Error::Internal(error.to_string()))?;
        write_bytes(out, line.as_bytes())
    })?;
    write_bytes(out, b"\n]\n")?;
    Ok(count)
}
