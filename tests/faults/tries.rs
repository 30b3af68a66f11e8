//! Tries each fault on each operation, on both engines, and compares every row of every table before and after.

use std::sync::Arc;

use diesel::prelude::*;
use luyue::adapters::mail::{MailOptions, Mailer};
use luyue::domain::alerts::is_about_task;
use luyue::domain::codes::{AlertKind, ContractState};
use luyue::jobs;
use luyue::schema::{emails, tasks};
use luyue::storage::contracts;
use luyue::storage::write::{Context, write};

use crate::faults::operations::{Call, OPERATIONS, Operation};
use crate::faults::{Cell, FAULTS, TABLE};
use crate::openapi::document::DOCUMENT;
use crate::payments::setup::NUMBER;
use crate::support::app::{Reply, TestApp};
use crate::support::digest::Dump;
use crate::support::outage;

/// Cells of an operation's row.
fn cells(operation: &Operation) -> &'static [Cell; FAULTS.len()] {
    let row = TABLE.iter().find(|(name, _)| *name == operation.name);
    &row.unwrap_or_else(|| panic!("{} has no row", operation.name)).1
}

/// Faults tried on one operation, and the failures found.
struct Trial<'a> {
    test: &'a TestApp,
    operation: &'a Operation,
    call: Call,
    wrong: Vec<String>,
}

impl Trial<'_> {
    fn cell(&self, fault: &str) -> Cell {
        cells(self.operation)[FAULTS.iter().position(|known| *known == fault).expect("a fault of the table")]
    }

    /// Tries a fault that must leave every row unchanged; does nothing if the table marks it as not applicable.
    fn unchanged(&mut self, fault: &str, attempt: impl FnOnce(&Self) -> Reply) {
        let cell = self.cell(fault);
        if let Cell::Not(_) = cell {
            return;
        }
        let before = Dump::of(&self.test.app.pool);
        let reply = attempt(self);
        let changes = before.changes(&Dump::of(&self.test.app.pool));
        let answer = (reply.status, reply.json["type"].as_str().unwrap_or_default(), &reply.json["rule"]);
        let good = match cell {
            Cell::Says(status, kind) => answer.0 == status && answer.1 == format!("/problems/{kind}"),
            Cell::Refused(rule) => answer.0 == 422 && answer.2 == rule,
            _ => false,
        };
        if !good {
            let told = String::from_utf8_lossy(&reply.bytes).into_owned();
            self.wrong.push(format!("{} × {fault}: {answer:?} instead of {cell:?}: {told}", self.operation.name));
        }
        if reply.status == 503 && reply.header("retry-after").parse::<u32>().is_err() {
            self.wrong.push(format!("{} × {fault}: it is not said when to try again", self.operation.name));
        }
        let address = format!("/api/v1/{}", self.call.path);
        let documented = DOCUMENT.operation_at(self.call.method, &address).expect("the operation is documented");
        self.wrong.extend(DOCUMENT.check_answer(documented, &reply).err());
        if !changes.is_empty() {
            self.wrong.push(format!("{} × {fault}: {}", self.operation.name, changes.join("; ")));
        }
        if cell_needs_words(cell) && reply.json["title"].as_str().is_none_or(str::is_empty) {
            self.wrong.push(format!("{} × {fault}: it is not said what happened", self.operation.name));
        }
    }

    fn ask(&self, call: &Call) -> Reply {
        call.send(self.test.by(self.operation.who))
    }

    fn keyed(&self, key: &str) -> Reply {
        self.call.send(self.test.by(self.operation.who).with("Idempotency-Key", key))
    }
}

fn cell_needs_words(cell: Cell) -> bool {
    matches!(cell, Cell::Says(..) | Cell::Refused(_))
}

/// Replaces the identifier in the path by another one.
fn elsewhere(call: &Call) -> Call {
    let mut call = call.clone();
    let parts: Vec<String> = call
        .path
        .split('/')
        .map(|part| if part.len() == 36 { "7d444840-9dc0-4a1a-8f5e-0123456789ab".to_owned() } else { part.to_owned() })
        .collect();
    call.path = parts.join("/");
    call
}

fn state(test: &TestApp) -> Option<ContractState> {
    let connection = &mut test.app.pool.get().expect("a connection");
    contracts::by_number(connection, NUMBER).expect("contracts can be read").map(|contract| contract.state)
}

fn set_state(test: &TestApp, state: ContractState) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let id = contracts::by_number(tx.connection, NUMBER)?.expect("the contract is there").id;
        contracts::set_state(tx.connection, id, state)
    })
    .expect("the state is set");
}

/// Returns the kind, subject and state of each email that does not wait in the queue, except those that asked for a
/// task and were withdrawn because it is done.
fn lost(test: &TestApp) -> Vec<(String, String, String)> {
    let mut connection = test.app.pool.get().expect("a connection");
    let open: Vec<(String, String)> =
        tasks::table.select((tasks::kind, tasks::subject)).load(&mut *connection).expect("the tasks");
    let open: Vec<String> = open.into_iter().map(|(kind, about)| format!("{kind}/{about}")).collect();
    let columns = (emails::kind, emails::subject_key, emails::state);
    let all: Vec<(String, String, String)> = emails::table.select(columns).load(&mut *connection).expect("the emails");
    let is_done = |kind: &str, key: &String| AlertKind::parse(kind).is_some_and(is_about_task) && !open.contains(key);
    let is_kept = |(kind, key, state): &(String, String, String)| match state.as_str() {
        "queued" => true,
        "withdrawn" => is_done(kind, key),
        _ => false,
    };
    all.into_iter().filter(|email| !is_kept(email)).collect()
}

/// Tries the faults that change nothing, then the operation itself, then the faults after it.
fn every_fault_but_the_race(test: &TestApp, operation: &Operation) -> Vec<String> {
    let call = (operation.prepare)(test);
    let mut trial = Trial { test, operation, call, wrong: Vec::new() };
    trial.unchanged("malformed", |t| t.call.send_broken(t.test.by(t.operation.who)));
    if let Some((place, value)) = operation.unreadable {
        trial.unchanged("no number or day", |t| t.ask(&t.call.with(place, value)));
    }
    if let Some((place, value)) = operation.out_of_bounds {
        trial.unchanged("out of bounds", |t| t.ask(&t.call.with(place, value)));
    }
    trial.unchanged("of another", |t| match t.operation.stranger {
        Some(stranger) => t.call.send(t.test.by(stranger)),
        None => t.ask(&elsewhere(&t.call)),
    });
    if let (Some(state), Cell::Says(..)) = (state(test), trial.cell("wrong state")) {
        set_state(test, ContractState::Closed);
        trial.unchanged("wrong state", |t| t.ask(&t.call));
        set_state(test, state);
    }
    let full = outage::Full::now(test, operation.who);
    trial.unchanged("disk full", |t| t.keyed("~~"));
    drop(full);
    trial.unchanged("database gone", |t| match outage::sqlite_path(t.test) {
        Some(_) => {
            let by = t.test.by(t.operation.who);
            let _locked = outage::Locked::now(t.test);
            t.call.send(by)
        }
        None => outage::cut_at_the_last_row(t.test, || t.keyed("cut")),
    });
    let before = Dump::of(&test.app.pool);
    let done = trial.keyed("again");
    if done.status >= 300 {
        trial.wrong.push(format!("{}: {}", operation.name, String::from_utf8_lossy(&done.bytes)));
        return trial.wrong;
    }
    let after = Dump::of(&test.app.pool);
    assert!(!before.changes(&after).is_empty(), "{} has no effect", operation.name);
    let again = trial.keyed("again");
    let changes = after.changes(&Dump::of(&test.app.pool));
    if (again.status, &again.json) != (done.status, &done.json) || !changes.is_empty() {
        trial.wrong.push(format!("{} × same request again: {} {changes:?}", operation.name, again.status));
    }
    trial.unchanged("twice", |t| t.ask(&t.call));
    // The mail server is down: the operation stands, and the emails stay queued. Those that asked for the operation are
    // withdrawn.
    let mut app = test.app.clone();
    app.mailer = Arc::new(Mailer::smtp("smtps://u:p@127.0.0.1:1", &MailOptions::default()).expect("a good setting"));
    jobs::mail_step(&app).expect("the step ends");
    let lost = lost(test);
    if !lost.is_empty() {
        trial.wrong.push(format!("{} × mail server gone: these emails do not wait: {lost:?}", operation.name));
    }
    trial.wrong
}

/// Sends four requests at once: one takes effect, with the same result as if it were sent on its own.
fn race(test: &TestApp, operation: &Operation) -> Vec<String> {
    let Cell::Once(told) = cells(operation)[FAULTS.iter().position(|f| *f == "race").expect("a column")] else {
        return Vec::new();
    };
    let call = (operation.prepare)(test);
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4).map(|_| scope.spawn(|| call.send(test.by(operation.who)))).collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    let (won, lost): (Vec<&Reply>, Vec<&Reply>) = replies.iter().partition(|reply| reply.status < 300);
    let mut wrong = Vec::new();
    if won.len() != 1 {
        wrong.push(format!("{} × race: {} had their effect", operation.name, won.len()));
    }
    for reply in lost {
        let kind = reply.json["type"].as_str().unwrap_or_default().trim_start_matches("/problems/");
        if !told.contains(&kind) {
            wrong.push(format!("{} × race: {} {kind}", operation.name, reply.status));
        }
    }
    wrong
}

fn try_all(places: std::ops::Range<usize>, app: fn() -> TestApp) {
    let mut wrong = Vec::new();
    for operation in OPERATIONS.iter().skip(places.start).take(places.len()) {
        wrong.extend(every_fault_but_the_race(&app(), operation));
        wrong.extend(race(&app(), operation));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

macro_rules! thirds {
    ($($name:ident $places:expr;)+) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::try_all($places, crate::support::app::TestApp::sqlite);
            }

            mod whole_run {
                #[test]
                fn postgres() {
                    super::super::try_all($places, crate::support::app::TestApp::postgres);
                }
            }
        }
    )+

        /// Operations that the tests above cover.
        const PLACES: &[std::ops::Range<usize>] = &[$($places),+];
    };
}

thirds! {
    registering 0..5;
    delivering 5..10;
    paying 10..14;
    asking 14..18;
    observing 18..21;
    budgeting 21..23;
}

#[test]
fn every_operation_has_a_row_and_every_cell_that_is_told_of_is_tried() {
    let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(names, TABLE.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let covered: Vec<usize> = PLACES.iter().flat_map(Clone::clone).collect();
    assert_eq!(covered, (0..OPERATIONS.len()).collect::<Vec<_>>(), "each operation is tried once");
    for operation in OPERATIONS {
        let cells = cells(operation);
        let can = |column: usize| !matches!(cells[column], Cell::Not(_));
        assert_eq!(can(1), operation.unreadable.is_some(), "{}: {}", operation.name, FAULTS[1]);
        assert_eq!(can(2), operation.out_of_bounds.is_some(), "{}: {}", operation.name, FAULTS[2]);
        let reasons = cells.iter().filter_map(|cell| if let Cell::Not(why) = cell { Some(why) } else { None });
        assert!(reasons.into_iter().all(|why| !why.is_empty()), "{}", operation.name);
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_told_of_and_the_program_goes_on_when_it_is_back() {
    let test = TestApp::postgres();
    let call = (OPERATIONS[0].prepare)(&test);
    let before = Dump::of(&test.app.pool);
    let by = test.by("justice");
    outage::unreachable(&test);
    let reply = call.send(by);
    assert_eq!((reply.status, reply.header("retry-after")), (503, "5"));
    assert_eq!(test.nobody().get("/healthz").status, 200, "the process lives");
    outage::back(&test);
    assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new());
    call.send(test.by("justice")).expect_status(201);
}
