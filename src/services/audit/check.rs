//! `luyue check`: recomputes everything that is derived, verifies every hash chain and lists the differences. It writes
//! nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::adapters::secrets::Secret;
use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::services::audit::hash_chains::{self, ChainBreak, broken_facts};
use crate::services::audit::{chain_walk, consistency, row_differences, rows, seals, signed_rows, working_values};
use crate::services::contracts::projections::project;
use crate::services::contracts::record::ContractRecord;
use crate::services::ledger::check as ledger;
use crate::services::registry::calendar::{STREAM, event_body as imported};
use crate::services::registry::working_days::WorkingDays;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::events_of;
use crate::storage::audit::recorded_rows::{self, Object, ObjectKind};
use crate::storage::contracts::due::TO_BE_DERIVED;
use crate::storage::contracts::{self, Contract, access, facts, projections};
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::registry::calendar;

/// Contracts per read transaction.
const BATCH: i64 = 100;

/// A stored value that differs from what terms, facts and events imply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Place: number of a contract, name of a chain, identifier of an appropriation.
    pub at: String,
    /// Description of the difference.
    pub what: String,
}

/// Result of a check: the numbers of things checked and the differences found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Number of contracts checked.
    pub contracts: usize,
    /// Number of facts checked.
    pub facts: usize,
    /// Number of events checked.
    pub events: usize,
    /// Number of appropriations checked.
    pub appropriations: usize,
    /// Number of row records checked.
    pub row_records: usize,
    /// The latest seal as text, to be kept elsewhere and compared later; null before the first.
    pub seal: Option<String>,
    /// Differences found.
    pub differences: Vec<Difference>,
}

/// Progress of a check: a kind of thing, within a sentence, and the number of them checked so far.
pub type Progress = (&'static str, usize);

/// Checks the whole database; `progress` is called after each batch.
///
/// # Errors
/// Database errors. Differences are reported, not returned as errors.
pub fn check(app: &App, progress: impl FnMut(Progress)) -> Result<Report, Error> {
    check_with(app, &[], progress)
}

/// Checks the whole database and accepts seals that were made with one of the earlier secrets of the installation.
///
/// # Errors
/// As [`check`].
pub fn check_with(app: &App, earlier: &[Secret], mut progress: impl FnMut(Progress)) -> Result<Report, Error> {
    let mut report = Report::default();
    check_objects(app, ObjectKind::Contract, |objects, connection, unlike| {
        check_contracts(app, connection, objects, unlike, &mut report)?;
        progress(("contracts", report.contracts));
        Ok(())
    })?;
    for kind in ObjectKind::ALL.into_iter().filter(|kind| *kind != ObjectKind::Contract) {
        check_objects(app, kind, |objects, connection, mut unlike| {
            let mut wrong = working_values::wrong_values(connection, kind, objects)?;
            for (id, name) in objects {
                let found = unlike.remove(id).into_iter().chain(wrong.remove(id));
                report.differences.extend(found.map(|what| Difference { at: kind.stream(name), what }));
            }
            Ok(())
        })?;
    }
    let broken = chain_walk::follow_events(app, |more| {
        report.events += more;
        progress(("events", report.events));
    })?;
    report.differences.extend(broken);
    let broken = chain_walk::follow_row_records(app, |more| {
        report.row_records += more;
        progress(("row records", report.row_records));
    })?;
    report.differences.extend(broken);
    let orphans = app.pool.read(chain_walk::orphan_facts)?;
    report.differences.extend(orphans);
    app.pool.read(|connection| check_calendars(connection, &mut report))?;
    app.pool.read(|connection| check_appropriations(connection, &mut report))?;
    let changed = signed_rows::differences(app, earlier, |count| progress(("signed rows", count)))?;
    report.differences.extend(changed);
    report.differences.extend(working_values::held_back(app)?);
    report.differences.extend(seals::faults(app, earlier)?);
    report.seal = seals::latest_text(app)?;
    Ok(report)
}

/// Checks one contract: its rows, hash chains, standing and sealed heads. People, registers and seals are not checked.
///
/// # Errors
/// `NotFound` for an unknown number; database errors.
pub fn check_one(app: &App, number: &str) -> Result<Report, Error> {
    let mut report = Report::default();
    app.pool.read(|connection| {
        let contract = contracts::by_number(connection, number)?.ok_or(Error::NotFound)?;
        let objects = [(contract.id.0, contract.public_id.clone())];
        let unlike = rows::unlike_records(connection, ObjectKind::Contract, &objects)?;
        check_contracts(app, connection, &objects, unlike, &mut report)?;
        let chains = hash_chains::follow_chains(connection, &contract)?;
        report.events = chains.events;
        report.row_records = chains.row_records;
        report.differences.extend(chains.broken.into_iter().map(|what| Difference { at: number.to_owned(), what }));
        Ok(())
    })?;
    Ok(report)
}

/// Compares all objects of a kind with their records, in batches of one read transaction. `each` is called with every
/// batch and the descriptions of its differences.
fn check_objects(
    app: &App,
    kind: ObjectKind,
    mut each: impl FnMut(&[Object], &mut AnyConnection, BTreeMap<i64, String>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let last = app.pool.read(|connection| {
            let objects = recorded_rows::after(connection, kind, after, BATCH)?;
            let unlike = rows::unlike_records(connection, kind, &objects)?;
            each(&objects, connection, unlike)?;
            Ok(objects.last().map(|(id, _)| *id))
        })?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Checks the contracts of a batch; `unlike` describes the rows that differ from their records.
fn check_contracts(
    app: &App,
    connection: &mut AnyConnection,
    objects: &[Object],
    mut unlike: BTreeMap<i64, String>,
    report: &mut Report,
) -> Result<(), Error> {
    for (id, _) in objects {
        let id = ContractId(*id);
        let unlike = unlike.remove(&id.0);
        match check_contract(app, connection, id, unlike, report) {
            Ok(()) => {}
            Err(error @ (Error::Unavailable(_) | Error::Retry)) => return Err(error),
            // No version of this program writes such a row.
            Err(error) => {
                let at = format!("contract {}", id.0);
                report.differences.push(Difference { at, what: format!("unreadable: {error}") });
            }
        }
    }
    Ok(())
}

/// Checks one contract, with the description of its rows that differ from their record.
fn check_contract(
    app: &App,
    connection: &mut AnyConnection,
    id: ContractId,
    unlike: Option<String>,
    report: &mut Report,
) -> Result<(), Error> {
    let contract = contracts::by_id(connection, id)?;
    report.contracts += 1;
    let number = contract.number.clone();
    report.differences.extend(unlike.map(|what| Difference { at: number.clone(), what }));
    let mut differs = |what: String| report.differences.push(Difference { at: number.clone(), what });
    for what in consistency::broken_terms(connection, &contract)? {
        differs(what);
    }
    if let Some(what) = working_values::lacking_words(connection, &contract)? {
        differs(what);
    }
    let rows = facts::of_contract(connection, id)?;
    for found in broken_facts(&contract, &rows) {
        differs(match found {
            ChainBreak::FactsHead(seq) => {
                format!("the head of the chain of facts is {seq}, but there are {} facts", rows.len())
            }
            ChainBreak::Fact(seq) => format!("the chain of facts is broken at number {seq}"),
            other => format!("{other:?}"),
        });
    }
    let imports = calendar::load_all(connection)?;
    let made_by = contract.calendar_version.unwrap_or(-1);
    if made_by < 0 || made_by > imports.last().map_or(0, |row| row.version) {
        differs(format!("unknown version of the working calendar: {made_by}"));
    }
    let record = match ContractRecord::load(connection, contract) {
        // Until the job has refreshed the contract, its projection follows the calendar by which it was made.
        Ok(record) => record.with_days(WorkingDays::from_imports(&imports, made_by)?)?,
        Err(error) => {
            differs(format!("its terms or facts are unreadable: {error}"));
            return Ok(());
        }
    };
    for what in consistency::differences(connection, &record)? {
        differs(what);
    }
    for what in derived_differences(connection, &record, civil_day(app.clock.now()))? {
        differs(what);
    }
    let repeated = access::load_repeated(connection, id)?;
    let viewers = access::viewers(connection, &record.contract)?;
    let expected: Vec<_> = viewers.into_iter().map(|organisation| (organisation, repeated.clone())).collect();
    if access::of_contract(connection, id)? != expected {
        differs("the organisations that can see it".to_owned());
    }
    report.facts += rows.len();
    Ok(())
}

/// Describes where the projection and the ledger of a contract differ from what its terms and facts say.
fn derived_differences(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    today: NaiveDate,
) -> Result<Vec<String>, Error> {
    // Until the job has refreshed the contract, its projection is that of the day before its standing changed.
    let changes = record.contract.next_change;
    let as_of = if changes <= today { changes.pred_opt().unwrap_or(changes) } else { today };
    match project(connection, record, as_of) {
        // The projection was made by a version that knew fewer kinds of tasks.
        Ok(_) if changes == TO_BE_DERIVED => Ok(Vec::new()),
        Ok(expected) => {
            let mut found = projection_differences(connection, &record.contract, &expected)?;
            found.extend(ledger::contract_differences(connection, record, &expected.uses)?);
            Ok(found)
        }
        Err(error) => Ok(vec![format!("the standing cannot be computed: {error}")]),
    }
}

/// Compares the stored rows of a projection with the expected ones.
fn projection_differences(
    connection: &mut AnyConnection,
    contract: &Contract,
    expected: &crate::services::contracts::projections::Projection,
) -> Result<Vec<String>, Error> {
    let mut milestones = projections::milestones_of(connection, contract.id)?;
    for row in milestones.iter_mut().filter(|row| row.expected_on.is_none()) {
        // Before the job has run after an upgrade, there is nothing to compare.
        let computed = expected.milestones.iter().find(|computed| computed.code == row.code);
        (row.expected_on, row.expected_fen) =
            computed.map_or((None, None), |computed| (computed.expected_on, computed.expected_fen));
    }
    let tables = [
        row_differences::describe("tasks", &projections::tasks_of(connection, contract.id)?, &expected.tasks),
        row_differences::describe("milestones", &milestones, &expected.milestones),
        row_differences::describe("breaches", &projections::breaches_of(connection, contract.id)?, &expected.breaches),
    ];
    let mut differences: Vec<String> = tables.into_iter().flatten().collect();
    if contract.next_change != expected.next_change {
        differences.push(format!("the next change is {} instead of {}", contract.next_change, expected.next_change));
    }
    Ok(differences)
}

/// Compares each imported year of the working calendar with the event of its import.
fn check_calendars(connection: &mut AnyConnection, report: &mut Report) -> Result<(), Error> {
    let mut recorded: BTreeMap<String, _> = BTreeMap::new();
    for event in
        events_of(connection, STREAM)?.into_iter().filter(|event| event.action == EventAction::CalendarImport.as_str())
    {
        let mut body: serde_json::Value = serde_json::from_str(&event.body).unwrap_or_default();
        if let Some(body) = body.as_object_mut() {
            body.remove("kept");
        }
        recorded.insert(event.object, (body, event.actor_id.map(PersonId), event.at));
    }
    let mut differs = |version: &str| {
        let what = "the working calendar differs from what was imported".to_owned();
        report.differences.push(Difference { at: format!("calendar {version}"), what });
    };
    for row in calendar::load_all(connection)? {
        let version = row.version.to_string();
        let is_so = recorded.remove(&version).is_some_and(|(body, by, at)| {
            let same_import = (by, at) == (Some(row.imported_by), row.imported_at);
            same_import && imported(&row).is_ok_and(|row| row == body)
        });
        if !is_so {
            differs(&version);
        }
    }
    recorded.keys().for_each(|version| differs(version));
    Ok(())
}

/// Checks the postings of appropriations, and that contracts use no more than was approved.
fn check_appropriations(connection: &mut AnyConnection, report: &mut Report) -> Result<(), Error> {
    let difference = |(at, what)| Difference { at, what };
    match ledger::appropriation_differences(connection) {
        Ok((count, found)) => {
            report.appropriations = count;
            report.differences.extend(found.into_iter().map(difference));
        }
        // No version of this program writes such a row.
        Err(Error::Internal(what)) => report.differences.push(difference(("appropriations".to_owned(), what))),
        Err(error) => return Err(error),
    }
    Ok(())
}
