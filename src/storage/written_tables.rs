//! Written tables: the names of the tables that this thread's write transaction has changed so far.
//!
//! They are taken from the statements that diesel sends, so no change can be missed. Building a statement's text again takes
//! longer than sending it, so it is not built for those whose type says that they only read (`statements::Reading`). At its end the transaction reads
//! only these tables again to record the rows of the objects that it touched (`audit::row_records`). Rows that it has
//! read or written itself are not read again unless their table is written again (`write::known`). A write transaction
//! stays on the thread on which it began; no table has a trigger or a cascade.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent, get_default_instrumentation};

/// Maximum number of bytes at the beginning of a statement that contain its verb and table.
const BEGINNING: usize = 80;

thread_local! {
    /// Tables changed by the open transaction; `None` outside of one.
    static WRITTEN: RefCell<Option<Written>> = const { RefCell::new(None) };
    /// True while this thread sends a statement that changes nothing.
    static READS: Cell<bool> = const { Cell::new(false) };
    /// True while the text of a statement is built only to find its table.
    static LOOKS_FOR_TABLE: Cell<bool> = const { Cell::new(false) };
}

/// The tables that a transaction has changed, and when, counted in its changes.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Number of statements that changed a table.
    changes: usize,
    tables: BTreeMap<String, Changes>,
}

/// The statements that changed one table.
#[derive(Debug)]
struct Changes {
    count: usize,
    /// Place of the last one among the changes of all tables, from 1.
    last: usize,
}

impl Written {
    /// Returns whether a table was changed.
    pub(super) fn contains(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Returns the names of the changed tables.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.tables.keys()
    }

    /// Returns whether a table was changed after a place among the changes.
    pub(super) fn is_changed_after(&self, table: &str, place: usize) -> bool {
        self.tables.get(table).is_some_and(|changes| changes.last > place)
    }

    fn add(&mut self, table: &str) {
        self.changes += 1;
        match self.tables.get_mut(table) {
            Some(known) => *known = Changes { count: known.count + 1, last: self.changes },
            None => {
                self.tables.insert(table.to_owned(), Changes { count: 1, last: self.changes });
            }
        }
    }
}

/// Notes the tables of each statement that changes one, and passes all events on.
pub(super) struct Listener {
    next: Option<Box<dyn Instrumentation>>,
}

impl Listener {
    /// Creates a listener before the process's own one, if it has one.
    pub(super) fn new() -> Self {
        Self { next: get_default_instrumentation() }
    }
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = &event {
            note(*query);
        }
        if let Some(next) = &mut self.next {
            next.on_connection_event(event);
        }
    }
}

/// Forgets what was written on this thread, and notes what is written from now on.
pub(super) fn begin() {
    WRITTEN.set(Some(Written::default()));
}

/// Returns the place of the last change that the open transaction has made; 0 before the first.
pub(super) fn place() -> usize {
    WRITTEN.with_borrow(|written| written.as_ref().map_or(0, |written| written.changes))
}

/// Returns whether none of these tables was changed after a place among the changes of the open transaction.
pub(super) fn are_unchanged_after(tables: &[&str], place: usize) -> bool {
    let is_unchanged = |written: &Written| tables.iter().all(|table| !written.is_changed_after(table, place));
    WRITTEN.with_borrow(|written| written.as_ref().is_some_and(is_unchanged))
}

/// Returns whether the open transaction has changed a table by one statement only.
pub(super) fn is_changed_once(table: &str) -> bool {
    let changes = |written: &Written| written.tables.get(table).is_some_and(|changes| changes.count == 1);
    WRITTEN.with_borrow(|written| written.as_ref().is_some_and(changes))
}

/// Returns the tables written since `begin`, and stops noting.
pub(super) fn take_written() -> Written {
    WRITTEN.take().unwrap_or_default()
}

/// Sends a statement whose type says that it changes nothing.
pub(super) fn reading<T>(send: impl FnOnce() -> T) -> T {
    /// Ends the reading, also when sending panics.
    struct End;

    impl Drop for End {
        fn drop(&mut self) {
            READS.set(false);
        }
    }

    READS.set(true);
    let _end = End;
    send()
}

/// Returns whether the text of a statement is built only to find its table, so that its rows may be left out.
pub(super) fn looks_for_table() -> bool {
    LOOKS_FOR_TABLE.get()
}

fn note(query: &dyn DebugQuery) {
    if READS.get() {
        return;
    }
    WRITTEN.with_borrow_mut(|written| {
        let Some(written) = written else { return };
        let mut beginning = Beginning(String::with_capacity(BEGINNING));
        LOOKS_FOR_TABLE.set(true);
        // An error only says that the statement is longer than its beginning.
        let _ = write!(beginning, "{query}");
        LOOKS_FOR_TABLE.set(false);
        if let Some(table) = changed_table(&beginning.0) {
            written.add(table);
        }
    });
}

/// Returns the table that a statement changes; `None` for one that only reads.
fn changed_table(statement: &str) -> Option<&str> {
    let after = ["INSERT INTO ", "INSERT OR IGNORE INTO ", "UPDATE ", "DELETE FROM ", "COPY "]
        .iter()
        .find_map(|verb| statement.strip_prefix(verb))?;
    after.trim_start_matches(['"', '`']).split(['"', '`', ' ', '(']).next()
}

/// The first bytes of a text. Ends the formatting of a statement before its values, some of which are long.
struct Beginning(String);

impl Write for Beginning {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = BEGINNING.saturating_sub(self.0.len());
        let fits = part.floor_char_boundary(room.min(part.len()));
        self.0.push_str(&part[..fits]);
        if fits < part.len() { Err(fmt::Error) } else { Ok(()) }
    }
}
