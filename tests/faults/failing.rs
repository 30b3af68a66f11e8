//! Calls of the system that fail, one by one, while the program writes to SQLite or stores a file: the client gets an
//! error and nothing has changed, or the act is done; sent again to the same program, it takes effect once.
//!
//! strace makes the calls fail. The suite tries two; `FAILING_EVERY=1 FAILING_MOST=1000 cargo test --test all failing --
//! --nocapture` makes every such call fail once within every operation, which takes a quarter of an hour.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::faults::killed::Served;
use crate::faults::operations::{OPERATIONS, Operation};
use crate::support::app::{TestApp, unsealed_differences};
use crate::support::by_hand::setting;
use crate::support::digest::Dump;
use crate::support::outage::sqlite_path;

/// Calls that fail, the error, and whether only those on the database and its log do: others also wake threads.
const FAULTS: &[(&str, &str, bool)] = &[
    ("pwrite64", "ENOSPC", true),
    ("fsync,fdatasync", "EIO", false),
    ("rename,renameat,renameat2,link,linkat", "ENOSPC", false),
    ("ftruncate,fallocate", "EIO", true),
];

/// Attempts within which an act succeeds: in each thread one call fails.
const TRIES: usize = 20;

/// Returns the beginning of a command that runs a program whose n-th call fails in each thread.
fn strace(log: &Path, (calls, error, _): (&str, &str, bool), number: u64) -> Command {
    let mut command = Command::new("strace");
    // With -D the program, not strace, is the child that the test ends.
    command.args(["-D", "-f", "-qq", "-e", "signal=none", "-e", &format!("trace={calls}"), "-e"]);
    command.arg(format!("inject={calls}:error={error}:when={number}")).arg("-o").arg(log);
    command
}

/// Returns whether this machine has strace and lets it trace.
fn can_trace() -> bool {
    let traced = strace(Path::new("/dev/null"), FAULTS[0], 1).arg("true").status();
    traced.is_ok_and(|status| status.success())
}

fn served(test: &TestApp, log: &Path, fault: (&str, &str, bool), number: u64) -> Served {
    let mut command = strace(log, fault, number);
    if fault.2 {
        let database = sqlite_path(test).expect("a file");
        command.args(["-P", &database, "-P", &format!("{database}-wal")]);
    }
    command.arg(env!("CARGO_BIN_EXE_luyue"));
    Served::started_by(test, test.now(), command)
}

/// Outcome of an operation of which one call failed.
struct Outcome {
    /// False where there is no such call any more.
    was_injected: bool,
    /// Attempts that were answered with an error.
    refused: usize,
}

/// Runs an operation while the n-th call fails.
fn run(operation: &Operation, fault: (&str, &str, bool), number: u64) -> Outcome {
    let what = format!("{}: {} {number}", operation.name, fault.0);
    let test = &TestApp::sqlite();
    let call = (operation.prepare)(test);
    let log: PathBuf = test.app.settings.data.join("strace.log");
    let served = served(test, &log, fault, number);
    let before = Dump::of(&test.app.pool);
    let mut refused = 0;
    let done = loop {
        let client = test.by(operation.who).at(&served.url).with("Idempotency-Key", "failing");
        let reply =
            call.try_send(client).unwrap_or_else(|error| panic!("{what}: the program does not answer: {error}"));
        if reply.status < 300 {
            break reply;
        }
        assert!(reply.status >= 500, "{what}: {} {}", reply.status, reply.json);
        let changes = before.changes(&Dump::of(&test.app.pool));
        assert_eq!(changes, Vec::<String>::new(), "{what}: an error, and yet a change");
        refused += 1;
        assert!(refused < TRIES, "{what}: {}", reply.json);
    };
    drop(served);
    let after = Dump::of(&test.app.pool);
    // The answer is on the disk: a program that starts later gives it again, without a second effect.
    let again = Served::start(test);
    let client = test.by(operation.who).at(&again.url).with("Idempotency-Key", "failing");
    assert_eq!(call.send(client).json, done.json, "{what}");
    drop(again);
    assert_eq!(after.changes(&Dump::of(&test.app.pool)), Vec::<String>::new(), "{what}: a second effect");
    assert_eq!(unsealed_differences(test), [], "{what}");
    let was_injected = std::fs::read_to_string(&log).expect("strace writes it").contains("(INJECTED)");
    Outcome { was_injected, refused }
}

#[test]
fn a_call_that_fails_loses_nothing_and_is_survived() {
    let (every, most, first) = (setting("FAILING_EVERY", 84), setting("FAILING_MOST", 2), setting("FAILING_FIRST", 0));
    if !can_trace() {
        println!("NOT RUN: strace cannot trace here");
        return;
    }
    let all = OPERATIONS.iter().flat_map(|operation| FAULTS.iter().map(move |fault| (operation, *fault)));
    let (mut tried, mut refused) = (0, 0);
    for ((operation, fault), _) in all.zip(0..).filter(|(_, place)| place % every == first) {
        for number in 1..=most {
            let outcome = run(operation, fault, number);
            if !outcome.was_injected {
                break;
            }
            tried += 1;
            refused += outcome.refused;
        }
    }
    println!(
        "FAILING_EVERY={every} FAILING_MOST={most}: {tried} calls failed, {refused} attempts answered with an error; each \
         act took effect once, without a restart"
    );
}
