//! Recording of the queries that the program sends, with their bound values. They are taken from diesel's
//! instrumentation, so the queries explained are exactly those that were sent.

use std::sync::Mutex;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

/// The recorded queries, or `None` while recording is off.
static SEEN: Mutex<Option<Vec<Query>>> = Mutex::new(None);

/// A query as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// The SQL text with placeholders.
    pub sql: String,
    /// The values in Rust's debug format: `[1, "a", [2, 3]]`.
    pub binds: String,
}

struct Watch;

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        let mut seen = SEEN.lock().expect("no test panics while it holds this");
        if let Some(seen) = seen.as_mut() {
            let text = query.to_string();
            let (sql, binds) = text.rsplit_once(" -- binds: ").unwrap_or((&text, "[]"));
            if sql.starts_with("SELECT") {
                seen.push(Query { sql: sql.to_owned(), binds: binds.to_owned() });
            }
        }
    }
}

/// Records the queries of every connection that this process opens from now on; each test has its own process.
pub fn watch() {
    set_default_instrumentation(|| Some(Box::new(Watch))).expect("nobody else listens");
}

/// Returns the distinct queries sent while `work` runs.
pub fn during(work: impl FnOnce()) -> Vec<Query> {
    *SEEN.lock().expect("as above") = Some(Vec::new());
    work();
    let mut queries = SEEN.lock().expect("as above").take().unwrap_or_default();
    queries.sort_unstable();
    queries.dedup();
    queries
}
