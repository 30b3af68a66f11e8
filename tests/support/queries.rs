//! The queries that the program sends while something is done, with the values that they bind. They are taken from
//! diesel itself, so that the tests check exactly what was sent.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

/// Queries recorded so far; nothing while no test records.
static RECORDED: Mutex<Option<Vec<Query>>> = Mutex::new(None);

/// Texts of the statements that connections have kept prepared.
static KEPT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Number of statements that change rows until one is interrupted; 0 for none.
static UNTIL_INTERRUPTED: AtomicUsize = AtomicUsize::new(0);

/// A query as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// SQL with placeholders.
    pub sql: String,
    /// The values, as Rust shows them: `[1, "a", [2, 3]]`.
    pub binds: String,
}

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::CacheQuery { sql, .. } = event {
            KEPT.lock().expect("as above").insert(sql.to_owned());
        }
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        if UNTIL_INTERRUPTED.load(Ordering::SeqCst) > 0 && changes_rows(&query.to_string()) {
            let left = UNTIL_INTERRUPTED.fetch_sub(1, Ordering::SeqCst);
            assert_ne!(left, 1, "interrupted on purpose");
        }
        let mut recorded = RECORDED.lock().expect("no test panics while it holds this");
        if let Some(recorded) = recorded.as_mut() {
            let text = query.to_string();
            let (sql, binds) = text.rsplit_once(" -- binds: ").unwrap_or((&text, "[]"));
            recorded.push(Query { sql: sql.to_owned(), binds: binds.to_owned() });
        }
    }
}

/// Listens on every connection that is opened from now on in this process, which is one test's.
pub fn listen() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).expect("nobody else listens");
}

/// Returns the queries that read, sent while `work` is done, in their order.
pub fn record(work: impl FnOnce()) -> Vec<Query> {
    let mut queries = record_all(work);
    queries.retain(|query| query.sql.starts_with("SELECT"));
    queries
}

/// Returns all statements sent while `work` is done, in their order, those that begin and end transactions included.
pub fn record_all(work: impl FnOnce()) -> Vec<Query> {
    *RECORDED.lock().expect("as above") = Some(Vec::new());
    work();
    RECORDED.lock().expect("as above").take().unwrap_or_default()
}

/// Returns whether a connection of this process has kept a statement prepared.
pub fn is_kept(query: &Query) -> bool {
    KEPT.lock().expect("as above").contains(&query.sql)
}

/// Returns whether a statement changes rows.
pub fn changes_rows(sql: &str) -> bool {
    ["INSERT", "UPDATE", "DELETE", "WITH first AS (INSERT"].iter().any(|verb| sql.starts_with(verb))
}

/// Interrupts the thread that sends the n-th statement that changes rows while `work` is done; n counts from 1.
pub fn interrupt_at<T>(number: usize, work: impl FnOnce() -> T) -> T {
    UNTIL_INTERRUPTED.store(number, Ordering::SeqCst);
    let done = work();
    UNTIL_INTERRUPTED.store(0, Ordering::SeqCst);
    done
}
