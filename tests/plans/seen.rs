//! The queries that the program sends while something is done, with the values that they bind: taken from diesel itself, so
//! that what is explained is what is asked.

use std::sync::Mutex;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

/// What was sent, while somebody listens.
static SEEN: Mutex<Option<Vec<Query>>> = Mutex::new(None);

/// A query as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// With places for values.
    pub sql: String,
    /// The values, as Rust shows them: `[1, "a", [2, 3]]`.
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

/// Listens on every connection that is opened from now on in this process, which is one test's.
pub fn watch() {
    set_default_instrumentation(|| Some(Box::new(Watch))).expect("nobody else listens");
}

/// What is read while `work` is done, each query once.
pub fn during(work: impl FnOnce()) -> Vec<Query> {
    *SEEN.lock().expect("as above") = Some(Vec::new());
    work();
    let mut queries = SEEN.lock().expect("as above").take().unwrap_or_default();
    queries.sort_unstable();
    queries.dedup();
    queries
}
