//! Touched objects: those whose rows a write transaction may have changed, and what it knows of them without reading.
//!
//! Its knowledge holds until the table is changed again (`written_tables`); rows of which nothing is known are read
//! when they are recorded (`row_records`).

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::schema::{chains, contracts, row_heads, row_records, tasks};
use crate::storage::Result;
use crate::storage::audit::recorded_rows::{ObjectKind, RowDigests};
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::projections::TaskRow;
use crate::storage::statements::on_engine;
use crate::storage::written_tables::{self, Written};

/// Head of a chain of row records.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) seq: i64,
    pub(super) hash: String,
    /// Body of the record that it names, if that is there.
    pub(super) body: Option<String>,
}

/// Head of a chain of events: number and hash of its last event.
type EventHead = (i64, String);
/// Number, hash and body of an object's last row record, if it has one.
type LastRecord = (Option<i64>, Option<String>, Option<String>);

/// Digest of an object's rows in a table, as it was at a place among the transaction's changes.
#[derive(Debug)]
struct KnownRows {
    digest: String,
    place: usize,
    /// Set for rows that were inserted: they are all rows if the last record has none in the table.
    are_inserted: bool,
}

/// Objects whose rows a transaction may have changed.
#[derive(Debug, Default)]
pub struct Touched {
    pub(super) ids: BTreeMap<ObjectKind, BTreeSet<i64>>,
    pub(super) names: BTreeMap<ObjectKind, BTreeSet<String>>,
    /// Objects of which both are known.
    pub(super) known: BTreeMap<ObjectKind, BTreeMap<String, i64>>,
    /// Digests of objects that the transaction added, by their chains.
    pub(super) new: BTreeMap<String, RowDigests>,
    /// Digests of the only tables that the transaction changed of an object.
    pub(super) tables: BTreeMap<(ObjectKind, String), RowDigests>,
    /// Last records of objects, as they were read with the head of their events.
    pub(super) heads: BTreeMap<String, Head>,
    /// Heads of the events of objects, after what the transaction appended.
    events: BTreeMap<String, EventHead>,
    /// Tasks of contracts by their chains, each with the place at which they were read.
    tasks: BTreeMap<String, (Vec<TaskRow>, usize)>,
    /// Digests of rows that the transaction knows, by chain and table.
    rows: BTreeMap<String, BTreeMap<String, KnownRows>>,
}

impl Touched {
    /// Adds an object by the key of its row.
    pub fn add_id(&mut self, kind: ObjectKind, id: i64) {
        self.ids.entry(kind).or_default().insert(id);
    }

    /// Adds an object by the key of its row and its name.
    pub fn add_object(&mut self, kind: ObjectKind, id: i64, name: &str) {
        self.known.entry(kind).or_default().insert(name.to_owned(), id);
    }

    /// Adds an object by its name; its row may be gone.
    pub fn add_name(&mut self, kind: ObjectKind, name: &str) {
        self.names.entry(kind).or_default().insert(name.to_owned());
    }

    /// Adds an object of which only these tables were changed, with the digests of their rows.
    pub fn add_tables(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.tables.entry((kind, name.to_owned())).or_default().extend(digests);
    }

    /// Adds an object that the transaction added, with the digests of its rows, so that they need not be read.
    pub fn add_new(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.new.insert(kind.stream(name), digests);
    }

    /// Remembers the digests of all rows of an object in some tables, as the transaction has just written or read them.
    pub fn know_rows(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.know(kind.stream(name), digests, false);
    }

    /// Remembers the digests of rows that the transaction has just inserted for an object. They are those of all its
    /// rows where it had none in the table and each table was changed by one statement only.
    pub fn know_inserted(&mut self, kind: ObjectKind, name: &str, mut digests: RowDigests) {
        digests.retain(|table, _| written_tables::is_changed_once(table));
        self.know(kind.stream(name), digests, true);
    }

    fn know(&mut self, stream: String, digests: RowDigests, are_inserted: bool) {
        let place = written_tables::place();
        let known = digests.into_iter().map(|(table, digest)| (table, KnownRows { digest, place, are_inserted }));
        self.rows.entry(stream).or_default().extend(known);
    }

    /// Returns the digest of an object's rows in a table if the transaction knows it, given the digests of the object's
    /// last record.
    pub(super) fn digest(&self, (stream, table): (&str, &str), written: &Written, last: &RowDigests) -> Option<&str> {
        let known = self.rows.get(stream)?.get(table)?;
        let is_stale = written.is_changed_after(table, known.place) || known.are_inserted && last.contains_key(table);
        (!is_stale).then_some(known.digest.as_str())
    }

    /// Returns the head of an object's chain of events. The first time, it is loaded together with the object's last
    /// record, and for a contract with its tasks, which most acts replace.
    ///
    /// # Errors
    /// Those of the database.
    pub fn event_head(&mut self, connection: &mut AnyConnection, stream: &str) -> Result<Option<EventHead>> {
        if let Some(head) = self.events.get(stream) {
            return Ok(Some(head.clone()));
        }
        let found = match ObjectKind::of_stream(stream) {
            Some((ObjectKind::Contract, name)) => self.load_with_tasks(connection, stream, name)?,
            _ => load_heads(connection, stream)?,
        };
        let Some((event, (seq, hash, body))) = found else { return Ok(None) };
        if let (Some(seq), Some(hash)) = (seq, hash) {
            self.heads.insert(stream.to_owned(), Head { seq, hash, body });
        }
        self.events.insert(stream.to_owned(), event.clone());
        Ok(Some(event))
    }

    /// Remembers the head of an object's chain of events after one was appended.
    pub fn set_event_head(&mut self, stream: &str, head: EventHead) {
        self.events.insert(stream.to_owned(), head);
    }

    /// Takes the tasks of a contract as they were loaded with the head of its events; `None` if they were not, or have
    /// changed since.
    pub fn take_tasks(&mut self, public_id: &str) -> Option<Vec<TaskRow>> {
        let (tasks, place) = self.tasks.remove(&ObjectKind::Contract.stream(public_id))?;
        written_tables::are_unchanged_after(&["tasks"], place).then_some(tasks)
    }

    fn load_with_tasks(
        &mut self,
        connection: &mut AnyConnection,
        stream: &str,
        public_id: &str,
    ) -> Result<Option<(EventHead, LastRecord)>> {
        let named = row_records::stream.eq(row_heads::stream).and(row_records::seq.eq(row_heads::seq));
        let joined = chains::table
            .left_join(row_heads::table.on(row_heads::stream.eq(chains::stream)))
            .left_join(row_records::table.on(named))
            .left_join(contracts::table.on(contracts::public_id.eq(public_id.to_owned())))
            .left_join(tasks::table.on(tasks::contract_id.eq(contracts::id)))
            .filter(chains::stream.eq(stream))
            .order((tasks::kind, tasks::subject, tasks::role));
        let heads = || {
            let record = (row_heads::seq.nullable(), row_heads::hash.nullable(), row_records::body.nullable());
            ((chains::seq, chains::hash), record)
        };
        let found: Vec<((EventHead, LastRecord), Option<TaskRow>)> =
            on_engine!(connection, own => joined.select((heads(), Option::<TaskRow>::as_select())).load(own))?;
        let mut heads = None;
        let mut known = Vec::new();
        for (both, task) in found {
            heads = heads.or(Some(both));
            known.extend(task);
        }
        if heads.is_some() {
            self.tasks.insert(stream.to_owned(), (known, written_tables::place()));
        }
        Ok(heads)
    }
}

/// Loads the head of a chain of events and the last row record of its object.
fn load_heads(connection: &mut AnyConnection, stream: &str) -> Result<Option<(EventHead, LastRecord)>> {
    let named = row_records::stream.eq(row_heads::stream).and(row_records::seq.eq(row_heads::seq));
    Ok(chains::table
        .left_join(row_heads::table.on(row_heads::stream.eq(chains::stream)))
        .left_join(row_records::table.on(named))
        .filter(chains::stream.eq(stream))
        .select((
            (chains::seq, chains::hash),
            (row_heads::seq.nullable(), row_heads::hash.nullable(), row_records::body.nullable()),
        ))
        .first(connection)
        .optional()?)
}
