//! Imports of ledgers by two people: an officer has the ledger of their own bureau checked and proposes it, and an
//! approver of the finance that funds all its contracts has them imported, all or none. One person alone could otherwise
//! put contracts in force, commit a budget and record payments.
//!
//! The workbook is kept with its digest from the proposal on, and everything is checked again when it is imported.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::files::{display_name, inspect};
use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::RECALL;
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::deliverables::refusals::refuse_file;
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::imports::{ImportReport, Outcome, ReadLedger, Writes, carry_out, template};
use crate::services::records::import::{MAX_BYTES, TableFile};
use crate::services::records::template::TemplateFile;
use crate::services::registry::organisations::event_body;
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary, parse_decision};
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{digest, digest_bytes};
use crate::storage::identity::people::Seat;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::imports::{self as rows, LedgerImport, NewLedgerImport};
use crate::storage::locks::Scope;
use crate::storage::registry::organisations;
use crate::storage::write::{Tx, write, write_in};
use crate::text::message;

/// Name of the register.
const REGISTER: &str = "ledger-imports";
/// Last row of a sheet that is read. A larger ledger is imported on the machine itself.
pub const LAST_ROW: usize = 10_000;
/// Faults that a check lists; it counts all of them.
pub const MOST_FAULTS: usize = 100;
/// Ending of the files that are read.
const ENDING: &str = "xlsx";

/// Result of checking a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LedgerCheck {
    /// Number of faults, of which `report` has the first 100. Without any, the ledger can be proposed.
    pub fault_count: usize,
    /// Sum of the contracts' amounts in yuan.
    pub amount: String,
    /// Digest of the file, in hexadecimal.
    pub sha256: String,
    /// Numbers and faults of the ledger.
    pub report: ImportReport,
}

/// A ledger that was proposed for import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LedgerImportView {
    /// Public identifier.
    pub id: String,
    /// Name of the file.
    pub name: String,
    /// Digest of the file, in hexadecimal.
    pub sha256: String,
    /// Name of the purchaser.
    pub purchaser: String,
    /// Name of the finance bureau that decides.
    pub funder: String,
    /// Number of contracts.
    pub contracts: i64,
    /// Number of facts, payments among them.
    pub facts: i64,
    /// Sum of the contracts' amounts in yuan.
    #[schema(value_type = String)]
    pub amount: Sum,
    /// State of the proposal; the contracts are imported once approved.
    pub state: ProposalState,
    /// Time of the proposal in UTC.
    pub proposed_at: DateTime<Utc>,
    /// True if the caller can decide.
    #[serde(skip)]
    pub is_decidable: bool,
    /// True if the caller can recall it.
    #[serde(skip)]
    pub is_recallable: bool,
    /// True if the workbook is still kept.
    #[serde(skip)]
    pub has_workbook: bool,
}

/// Permits a caller to send a ledger, before the file is read.
///
/// # Errors
/// `Forbidden`.
pub fn permit(_: &App, caller: Caller) -> Result<Caller, Error> {
    caller.may(Action::ProposeLedgerImport)?;
    Ok(caller)
}

/// Builds the template, in the caller's language.
///
/// # Errors
/// `Forbidden`; as [`template::make`].
pub fn make_template(app: &App, caller: &Caller) -> Result<TemplateFile, Error> {
    caller.may(Action::ProposeLedgerImport)?;
    let name = format!("{}.{ENDING}", message(caller.language, "ledger-import-template-name", &[]));
    Ok(TemplateFile { name, bytes: template::make(app, caller.language)? })
}

/// Reads an uploaded ledger.
fn read_ledger(caller: &Caller, file: &TableFile) -> Result<ReadLedger, Error> {
    let name = name_of(file);
    let refused = |error| refuse_file(caller.language, ("file", 0), &name, error);
    let found = inspect(&name, &mut std::io::Cursor::new(&file.bytes), MAX_BYTES as u64).map_err(refused)?;
    if found.kind.extension != ENDING {
        let message = Message::new("upload-ending").with("file", &name).with("endings", ENDING);
        return Err(Error::Unsupported(message));
    }
    ReadLedger::new((&name, &file.bytes), caller.language, LAST_ROW)
}

fn name_of(file: &TableFile) -> String {
    if file.name.is_empty() { format!("ledger.{ENDING}") } else { display_name(&file.name) }
}

/// Checks a ledger of the caller's bureau as if it were imported, and writes nothing.
///
/// # Errors
/// `Forbidden`; `Refused` or `Unsupported` for a file that cannot be read; database errors. Faults of the rows are in
/// the result.
pub fn check(app: &App, caller: &Caller, file: &TableFile) -> Result<LedgerCheck, Error> {
    let seat = caller.seat(Action::ProposeLedgerImport)?.clone();
    let ledger = read_ledger(caller, file)?;
    let context = caller.rehearsing().context(app, &seat);
    let Outcome { mut report, amount_fen, .. } = write_in(&app.pool, Scope::Unshared, &context, |tx| {
        carry_out(tx, &ledger, (Some(seat.organisation), Writes::Contracts), &|_| ())
    })?;
    report.dry_run = true;
    let fault_count = report.faults.len();
    report.faults.truncate(MOST_FAULTS);
    let amount = Sum::from_fen(amount_fen.into()).to_string();
    Ok(LedgerCheck { fault_count, amount, sha256: digest_bytes(&file.bytes), report })
}

/// Proposes a ledger of the caller's bureau, with the digest of the file that was checked, if it was.
///
/// # Errors
/// `Forbidden`; `NotFound` for another file than the one that was checked; `Refused` or `Unsupported` for a file that
/// cannot be read; `Conflict` for a ledger with faults; `Duplicate` while another ledger of the bureau waits.
pub fn propose(app: &App, caller: &Caller, file: &TableFile, checked: Option<&str>) -> Result<ProposalSummary, Error> {
    let seat = caller.seat(Action::ProposeLedgerImport)?.clone();
    if checked.is_some_and(|checked| checked != digest_bytes(&file.bytes)) {
        return Err(Error::NotFound);
    }
    let ledger = read_ledger(caller, file)?;
    let (name, content) = (name_of(file), STANDARD.encode(&file.bytes));
    let (public_id, sha256) = (app.ids.uuid(), digest_bytes(&file.bytes));
    let mut context = caller.context(app, &seat);
    if let Some(key) = context.idempotency_key.as_mut().filter(|key| key.hash.is_empty()) {
        // The same key with another file is refused.
        key.hash = digest(&["propose ledger", &sha256]);
    }
    write(&app.pool, &context, |tx| {
        verify_same_seat(tx, caller, &seat)?;
        if let Some(waiting) = rows::waiting(tx.connection, seat.organisation)? {
            return Err(proposals::repeated(proposals::address(REGISTER, &waiting), Message::new("proposal-waiting")));
        }
        let outcome = carry_out(tx, &ledger, (Some(seat.organisation), Writes::Nothing), &|_| ())?;
        refuse_faults(&outcome.report)?;
        let funder = outcome.funder.map(OrganisationId).ok_or(Error::NotFound)?;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let counts = (count(outcome.report.contracts), count(outcome.report.facts), outcome.amount_fen);
        let file = (name.as_str(), sha256.as_str(), content.as_str());
        let new = NewLedgerImport { public_id: &public_id, organisation: seat.organisation, funder, file, counts };
        rows::propose(tx.connection, tx.context, &new, tx.person()?)?;
        let body = serde_json::json!({ "file": name, "sha256": sha256, "contracts": counts.0 });
        let action = Action::ProposeLedgerImport.into();
        proposals::record(tx, (action, &public_id), seat.organisation, body)?;
        Ok(ProposalSummary { id: public_id.clone(), state: ProposalState::Proposed })
    })
}

/// Refuses a ledger with faults, naming the first.
fn refuse_faults(report: &ImportReport) -> Result<(), Error> {
    let Some(first) = report.faults.first() else { return Ok(()) };
    let place = [&first.sheet, &first.cell].map(String::as_str).join(" ");
    let message = Message::new("ledger-import-faulty").with("count", report.faults.len());
    Err(Error::Conflict(message.with("place", place.trim()).with("fault", &first.message)))
}

/// Lists the ledgers that the caller's bureaus proposed or fund.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<LedgerImportView>, Error> {
    let seats = caller.may(Action::ListLedgerImports)?;
    let own: Vec<OrganisationId> = seats.iter().map(|seat| seat.organisation).collect();
    app.pool.read(|connection| {
        let after = page.after_key(|id| {
            let row = rows::by_public_id(connection, id)?;
            Ok(row.filter(|row| is_seen(&own, row)).map(|row| row.id.0))
        })?;
        let found = rows::list(connection, &own, after, page.rows())?;
        let ids: Vec<OrganisationId> = found.iter().flat_map(|row| [row.organisation_id, row.funder_id]).collect();
        let bureaus = organisations::by_ids(connection, &ids)?;
        let name = |id: OrganisationId| {
            bureaus.iter().find(|bureau| bureau.id == id).map(|bureau| bureau.name.clone()).unwrap_or_default()
        };
        let view = |row: LedgerImport| {
            let is_open = row.state == ProposalState::Proposed;
            LedgerImportView {
                is_decidable: is_open && seat_at(caller, Action::ApproveLedgerImport, row.funder_id).is_ok(),
                is_recallable: is_open && is_own(caller, &row),
                has_workbook: matches!(row.state, ProposalState::Proposed | ProposalState::Approved),
                purchaser: name(row.organisation_id),
                funder: name(row.funder_id),
                id: row.public_id,
                name: row.name,
                sha256: row.sha256,
                contracts: row.contracts,
                facts: row.facts,
                amount: Sum::from_fen(row.amount_fen.into()),
                state: row.state,
                proposed_at: row.proposed_at.and_utc(),
            }
        };
        Ok(page.cut(found, |row| &row.public_id).map(view))
    })
}

fn is_seen(own: &[OrganisationId], row: &LedgerImport) -> bool {
    own.contains(&row.organisation_id) || own.contains(&row.funder_id)
}

/// Returns whether the caller proposed a ledger, in person or for its proposer.
fn is_own(caller: &Caller, row: &LedgerImport) -> bool {
    let holder = row.proposed_for.map_or(row.proposed_by, PersonId);
    let seat = seat_at(caller, Action::ProposeLedgerImport, row.organisation_id);
    seat.is_ok() && (row.proposed_by == caller.person || holder == caller.person)
}

/// Returns the caller's seat with a right at a bureau.
///
/// # Errors
/// `Forbidden` without the right; `NotFound` at another bureau.
fn seat_at(caller: &Caller, action: Action, bureau: OrganisationId) -> Result<Seat, Error> {
    caller.may(action)?.into_iter().find(|seat| seat.organisation == bureau).cloned().ok_or(Error::NotFound)
}

/// Loads the workbook of a ledger, while it is kept.
///
/// # Errors
/// `Forbidden`; `NotFound` for a ledger of other bureaus, or one that was refused or recalled.
pub fn workbook(app: &App, caller: &Caller, id: &str) -> Result<TemplateFile, Error> {
    let seats = caller.may(Action::ListLedgerImports)?;
    let own: Vec<OrganisationId> = seats.iter().map(|seat| seat.organisation).collect();
    app.pool.read(|connection| {
        let row = rows::by_public_id(connection, id)?.filter(|row| is_seen(&own, row)).ok_or(Error::NotFound)?;
        let bytes = kept_bytes(connection, &row)?.ok_or(Error::NotFound)?;
        Ok(TemplateFile { bytes, name: row.name })
    })
}

/// Loads the workbook of a ledger and compares it with its digest; `None` once it is gone.
fn kept_bytes(connection: &mut AnyConnection, row: &LedgerImport) -> Result<Option<Vec<u8>>, Error> {
    let Some(content) = rows::content(connection, row.id)? else { return Ok(None) };
    let bytes = STANDARD.decode(content).ok().filter(|bytes| digest_bytes(bytes) == row.sha256);
    let changed = || Error::Internal(format!("the workbook of the ledger import {} has changed", row.public_id));
    bytes.map(Some).ok_or_else(changed)
}

/// Approves or refuses a ledger, or recalls it, by the name of the act. Approving imports its contracts. The proposer
/// may do neither of the first two, and only the proposer the last.
///
/// # Errors
/// `Forbidden`; `NotFound` for a ledger of other bureaus; `Duplicate` if already decided; `Conflict` for a ledger that
/// has faults by now.
pub fn decide_or_recall(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    let action = if name == RECALL { Action::ProposeLedgerImport } else { Action::ApproveLedgerImport };
    caller.may(action)?;
    let state = if name == RECALL { ProposalState::Recalled } else { parse_decision(name, input)? };
    let row = app.pool.read(|connection| rows::by_public_id(connection, id)?.ok_or(Error::NotFound))?;
    let bureau = if name == RECALL { row.organisation_id } else { row.funder_id };
    let seat = seat_at(caller, action, bureau)?;
    // Read before the transaction, which it would make last longer.
    let is_imported = state == ProposalState::Approved && row.state == ProposalState::Proposed;
    let bytes = if is_imported { app.pool.read(|connection| kept_bytes(connection, &row))? } else { None };
    let ledger = bytes.map(|bytes| ReadLedger::new((&row.name, &bytes), caller.language, LAST_ROW)).transpose()?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let row = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        let by = decider(tx, (caller, &seat), &row, state)?;
        rows::decide(tx.connection, row.id, (state, by, tx.context.now))?;
        let event = match state {
            ProposalState::Approved => Action::ApproveLedgerImport.into(),
            ProposalState::Recalled => EventAction::LedgerImportRecall,
            ProposalState::Refused | ProposalState::Proposed => EventAction::LedgerImportRefuse,
        };
        proposals::record(tx, (event, id), row.organisation_id, event_body(input)?)?;
        if state == ProposalState::Approved {
            let ledger = ledger.as_ref().ok_or_else(|| Error::conflict("lost-race"))?;
            let outcome = carry_out(tx, ledger, (Some(row.organisation_id), Writes::Contracts), &|_| ())?;
            refuse_faults(&outcome.report)?;
            if outcome.funder != Some(row.funder_id.0) {
                return Err(Error::conflict("lost-race"));
            }
        } else {
            rows::drop_content(tx.connection, row.id)?;
        }
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

/// Returns the person who decides on a ledger, or recalls it.
fn decider(
    tx: &Tx<'_>,
    (caller, seat): (&Caller, &Seat),
    row: &LedgerImport,
    state: ProposalState,
) -> Result<PersonId, Error> {
    let address = proposals::address(REGISTER, &row.public_id);
    if state != ProposalState::Recalled {
        let proposed = (row.proposed_by, row.proposed_for.map(PersonId));
        return proposals::decider(tx, (caller, seat), address, (proposed, row.state));
    }
    verify_same_seat(tx, caller, seat)?;
    if !is_own(caller, row) {
        return Err(Error::forbidden("recall-by-other"));
    }
    if row.state != ProposalState::Proposed {
        let message = Message::new("decided-before").with("state", row.state.as_str());
        return Err(proposals::repeated(address, message));
    }
    tx.person()
}
