//! Ledgers as workbooks: the template, the import of contracts with their history, and the export of all contracts in
//! the format of the template.
//!
//! All rules for people who register contracts and record facts apply. On a page, an officer proposes the ledger of
//! their own bureau and the finance that funds it has the contracts imported (`proposals`); the commands on the machine
//! itself import and export those of all bureaus.

mod cells;
mod columns;
pub mod export;
mod exported_rows;
mod facts;
mod faults;
mod plan;
pub mod proposals;
mod reading;
mod registers;
mod sheets;
pub mod template;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::faults::CellFault;
use self::faults::CellFaults;
use self::plan::Planned;
use crate::adapters::workbooks::read_sheets;
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{Language, Role};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::imported::{self, EarlierContract, Prepared};
use crate::services::contracts::registration::ContractInput;
use crate::services::deliverables::refusals::refuse_file;
use crate::services::imports::registers::Registers;
use crate::storage::audit::hash_chains::digest_bytes;
use crate::storage::identity::people;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::locks::Scope;
use crate::storage::notifications::recipients;
use crate::storage::write::{Context, IdempotencyKey, Tx, write_in};

/// Name of the rule in the refusal of a whole import.
const RULE: &str = "import";
/// Last row of a sheet that is read.
const LAST_ROW: usize = 200_000;
/// Number of columns of a sheet that are read; no sheet has more.
const COLUMNS: usize = 60;

/// A workbook to import.
#[derive(Debug)]
pub struct LedgerFile<'a> {
    /// Name, which is recorded with each contract.
    pub name: &'a str,
    pub bytes: &'a [u8],
    /// Language of the faults.
    pub language: Language,
    /// Username of the person who is recorded as importing; `None` for the only administrator.
    pub by: Option<&'a str>,
    /// True to check everything and write nothing.
    pub is_dry_run: bool,
}

/// Progress of an import: contracts checked or written so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Checked(usize),
    Written(usize),
}

/// Result of an import. If there is a fault, or in a dry run, nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// Number of contracts.
    pub contracts: usize,
    /// Number of facts, payments among them.
    pub facts: usize,
    /// Number of rows of all sheets.
    pub rows: usize,
    /// True if everything was only checked.
    pub dry_run: bool,
    /// Faults in the order of sheets, rows and columns.
    pub faults: Vec<CellFault>,
}

/// A workbook whose rows were read.
struct ReadLedger {
    row_count: usize,
    planned: Vec<Planned>,
    /// Faults of the rows.
    faults: CellFaults,
    /// Name and digest of the file.
    source: serde_json::Value,
}

impl ReadLedger {
    /// Reads a workbook up to a row of each sheet.
    ///
    /// # Errors
    /// `Refused` or `Unsupported` for a file that cannot be read.
    fn new((name, bytes): (&str, &[u8]), language: Language, last_row: usize) -> Result<Self, Error> {
        let sheets =
            read_sheets(bytes, last_row, COLUMNS).map_err(|error| refuse_file(language, ("file", 0), name, error))?;
        let mut faults = CellFaults::new(language);
        let rows = reading::read_rows(sheets, &mut faults);
        let row_count = rows.iter().map(|(_, rows)| rows.len()).sum();
        let planned = plan::plan(rows, &mut faults);
        let source = serde_json::json!({ "file": name, "sha256": digest_bytes(bytes) });
        Ok(Self { row_count, planned, faults, source })
    }
}

/// Result of checking a ledger and possibly writing it.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
    report: ImportReport,
    /// Key of the funder of all contracts, of a ledger of one purchaser.
    funder: Option<i64>,
    /// Sum of the contracts' amounts in fen.
    amount_fen: i64,
}

/// The writes of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// Everything is checked, nothing written.
    Nothing,
    /// Contracts without faults are written.
    Contracts,
}

/// Checks a ledger, of any bureaus or of one purchaser, and writes it unless it has faults.
///
/// # Errors
/// Database errors. Faults of the rows are in the report.
fn carry_out(
    tx: &mut Tx<'_>,
    ledger: &ReadLedger,
    (purchaser, writes): (Option<OrganisationId>, Writes),
    seen: &dyn Fn(Progress),
) -> Result<Outcome, Error> {
    let mut faults = ledger.faults.clone();
    let registers = Registers::load(tx.connection, &ledger.planned)?;
    let funder = purchaser.and_then(|own| registers.check_parties(&ledger.planned, own, &mut faults));
    let prepared = prepare(tx, ledger, &registers, &mut faults, seen)?;
    let amounts = ledger.planned.iter().map(|one| one.input.terms.amount.fen());
    let mut report = ImportReport {
        contracts: prepared.len(),
        facts: prepared.iter().map(|(_, one)| one.fact_count()).sum(),
        rows: ledger.row_count,
        dry_run: writes == Writes::Nothing,
        faults: Vec::new(),
    };
    let amount_fen = amounts.fold(0_i64, i64::saturating_add);
    if !faults.is_empty() {
        report.faults = faults.into_sorted();
    } else if writes == Writes::Contracts {
        imported::insert(tx, prepared, &|written| seen(Progress::Written(written)))?;
    }
    Ok(Outcome { report, funder: funder.map(|id| id.0), amount_fen })
}

/// Imports a workbook: all of its contracts in one transaction, or none. For the command on the machine itself, whose
/// user already controls it, so no right is checked.
///
/// # Errors
/// `Refused` or `Unsupported` for a file that cannot be read or an unknown person; database errors. Faults of the rows
/// are in the report.
pub fn import(app: &App, file: &LedgerFile<'_>, seen: &dyn Fn(Progress)) -> Result<ImportReport, Error> {
    let ledger = ReadLedger::new((file.name, file.bytes), file.language, LAST_ROW)?;
    let person = find_person(app, file.by)?;
    let mut context = Context::of_person(person, app.clock.now(), app.ids.clone());
    if file.is_dry_run || !ledger.faults.is_empty() {
        let key = IdempotencyKey::new(String::new(), String::new());
        context.idempotency_key = Some(IdempotencyKey { is_rehearsal: true, ..key });
    }
    let outcome =
        write_in(&app.pool, Scope::Unshared, &context, |tx| carry_out(tx, &ledger, (None, Writes::Contracts), seen))?;
    Ok(ImportReport { dry_run: file.is_dry_run, ..outcome.report })
}

/// Finds the person who is recorded as importing.
fn find_person(app: &App, by: Option<&str>) -> Result<PersonId, Error> {
    let today = civil_day(app.clock.now());
    app.pool.read(|connection| {
        let refused = |key| Error::refused_at(RULE, "by", Message::new(key));
        let Some(name) = by else {
            let mut found = recipients::holders_of(connection, &[Role::Administrator], today)?;
            let only = found.pop().filter(|_| found.is_empty());
            return only.map(|person| person.person_id).ok_or_else(|| refused("import-by"));
        };
        let person = people::by_username(connection, name)?.filter(|person| !person.disabled);
        person.map(|person| person.id).ok_or_else(|| refused("import-by-unknown"))
    })
}

/// Checks all contracts against the registers, each other and the rules, and works out their rows.
fn prepare(
    tx: &mut Tx<'_>,
    ledger: &ReadLedger,
    registers: &Registers,
    faults: &mut CellFaults,
    seen: &dyn Fn(Progress),
) -> Result<Vec<(usize, Prepared)>, Error> {
    let planned = &ledger.planned;
    registers.check_numbers(planned, faults);
    let mut prepared = Vec::new();
    for (place, one) in planned.iter().enumerate() {
        seen(Progress::Checked(place + 1));
        let purchaser = registers.purchaser(one);
        let (appropriation, unknown) = match registers.find_appropriation(one) {
            Ok(found) => (found, None),
            Err(message) => (None, Some(message)),
        };
        // Without its purchaser, its appropriation cannot be found either.
        for message in unknown.iter().filter(|_| purchaser.is_some()) {
            faults.add(one.origins.find("appropriation"), message);
        }
        let mut source = ledger.source.clone();
        source["row"] = one.row.into();
        let earlier = EarlierContract {
            input: ContractInput { appropriation, ..one.input.clone() },
            state: one.state,
            published_on: one.published_on,
            facts: one.facts.clone(),
            source,
        };
        match imported::prepare(tx, &earlier, purchaser) {
            Ok(rows) => prepared.push((place, rows)),
            Err(Error::Refused { errors, .. }) => {
                let is_new = |fault: &FieldError| unknown.is_none() || fault.path != "appropriation";
                for fault in errors.into_iter().filter(is_new) {
                    faults.add(one.origins.find(&fault.path), &fault.message);
                }
            }
            Err(error) => return Err(error),
        }
    }
    for (place, message) in imported::budget_faults(tx, &prepared)? {
        if let Some(one) = planned.get(place) {
            faults.add(one.origins.find("appropriation"), &message);
        }
    }
    Ok(prepared)
}
