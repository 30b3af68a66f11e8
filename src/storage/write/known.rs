//! Known rows: what a write transaction has read or written itself and so need not read again.
//!
//! All of it is valid until one of its tables is written (`written_tables`), except the heads of event chains, which
//! each event moves on.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::domain::ledger::Balances;
use crate::schema::{contracts, hash_chains, row_heads, row_records, tasks};
use crate::storage::Result;
use crate::storage::audit::recorded_rows::{ObjectKind, RowDigests};
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::projections::TaskRow;
use crate::storage::ids::AppropriationId;
use crate::storage::statements::{read_first, read_rows};
use crate::storage::written_tables::{self, Written};

/// Head of a chain of row records.
#[derive(Debug, Clone)]
pub(in crate::storage) struct Head {
    pub(in crate::storage) seq: i64,
    pub(in crate::storage) hash: String,
    /// Body of the record that the head names, if that record is there.
    pub(in crate::storage) body: Option<String>,
}

/// Head of a chain of events: number and hash of its last event.
type EventHead = (i64, String);
/// Number, hash and body of an object's last row record, if it has one.
type LastRecord = (Option<i64>, Option<String>, Option<String>);

/// A value read from tables, with the place among the transaction's changes at which it was read.
#[derive(Debug)]
struct Read<T> {
    value: T,
    tables: &'static [&'static str],
    place: usize,
}

impl<T> Read<T> {
    fn new(value: T, tables: &'static [&'static str]) -> Self {
        Self { value, tables, place: written_tables::place() }
    }

    /// Returns true if none of the tables was written since.
    fn is_valid(&self) -> bool {
        written_tables::are_unchanged_after(self.tables, self.place)
    }
}

/// Digest of an object's rows in one table.
#[derive(Debug)]
struct KnownRows {
    digest: String,
    /// Place among the transaction's changes at which the rows were read or written.
    place: usize,
    /// Set for rows that were inserted: they are all rows if the last record has none in the table.
    are_inserted: bool,
}

/// Everything that a transaction need not read again. Objects are named by their chains.
#[derive(Debug, Default)]
pub(in crate::storage) struct Known {
    /// Last records of objects, as they were read with the heads of their events.
    pub(in crate::storage) heads: BTreeMap<String, Head>,
    /// Heads of the events of objects, after what the transaction appended.
    events: BTreeMap<String, EventHead>,
    tasks: BTreeMap<String, Read<Vec<TaskRow>>>,
    /// Digests of rows by chain and table.
    rows: BTreeMap<String, BTreeMap<String, KnownRows>>,
    /// Balances of an appropriation whose lock is held.
    budget: Option<Read<(AppropriationId, Balances)>>,
}

impl Known {
    /// Adds the digests of all rows of an object in some tables, as they were just written or read.
    pub(super) fn add_rows(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.add_digests(kind.stream(name), digests, false);
    }

    /// Adds the digests of rows that were just inserted for an object. They are those of all its rows where it had none
    /// in the table and each table was changed by one statement only.
    pub(super) fn add_inserted(&mut self, kind: ObjectKind, name: &str, mut digests: RowDigests) {
        digests.retain(|table, _| written_tables::is_changed_once(table));
        self.add_digests(kind.stream(name), digests, true);
    }

    fn add_digests(&mut self, stream: String, digests: RowDigests, are_inserted: bool) {
        let place = written_tables::place();
        let known = digests.into_iter().map(|(table, digest)| (table, KnownRows { digest, place, are_inserted }));
        self.rows.entry(stream).or_default().extend(known);
    }

    /// Returns the digest of an object's rows in a table, given all that the transaction wrote and the digests of the
    /// object's last record; `None` if the rows must be read.
    pub(in crate::storage) fn digest(
        &self,
        (stream, table): (&str, &str),
        written: &Written,
        last: &RowDigests,
    ) -> Option<&str> {
        let known = self.rows.get(stream)?.get(table)?;
        let is_stale = written.is_changed_after(table, known.place) || known.are_inserted && last.contains_key(table);
        (!is_stale).then_some(known.digest.as_str())
    }

    /// Sets the balances of an appropriation that was locked before they were read.
    pub(super) fn set_budget(&mut self, appropriation: AppropriationId, balances: Balances) {
        self.budget = Some(Read::new((appropriation, balances), &["appropriations", "ledger_balances"]));
    }

    /// Returns the balances of an appropriation; `None` if they must be read.
    pub(super) fn budget(&self, appropriation: AppropriationId) -> Option<Balances> {
        let (known, balances) = self.budget.as_ref().filter(|read| read.is_valid())?.value;
        (known == appropriation).then_some(balances)
    }

    /// Returns the head of an object's chain of events. The first time, it is loaded together with the object's last
    /// record, and for a contract with its tasks, which most acts replace.
    ///
    /// # Errors
    /// Database errors.
    pub(super) fn event_head(&mut self, connection: &mut AnyConnection, stream: &str) -> Result<Option<EventHead>> {
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

    /// Sets the head of an object's chain of events after an event was appended.
    pub(super) fn set_event_head(&mut self, stream: &str, head: EventHead) {
        self.events.insert(stream.to_owned(), head);
    }

    /// Takes the tasks of a contract as they were loaded with the head of its events; `None` if they must be read.
    pub(super) fn take_tasks(&mut self, public_id: &str) -> Option<Vec<TaskRow>> {
        let read = self.tasks.remove(&ObjectKind::Contract.stream(public_id))?;
        read.is_valid().then_some(read.value)
    }

    /// Loads the heads of a contract's chains, and keeps its tasks.
    fn load_with_tasks(
        &mut self,
        connection: &mut AnyConnection,
        stream: &str,
        public_id: &str,
    ) -> Result<Option<(EventHead, LastRecord)>> {
        let named = row_records::stream.eq(row_heads::stream).and(row_records::seq.eq(row_heads::seq));
        let joined = hash_chains::table
            .left_join(row_heads::table.on(row_heads::stream.eq(hash_chains::stream)))
            .left_join(row_records::table.on(named))
            .left_join(contracts::table.on(contracts::public_id.eq(public_id.to_owned())))
            .left_join(tasks::table.on(tasks::contract_id.eq(contracts::id)))
            .filter(hash_chains::stream.eq(stream))
            .order((tasks::kind, tasks::subject, tasks::role));
        let columns = {
            let record = (row_heads::seq.nullable(), row_heads::hash.nullable(), row_records::body.nullable());
            ((hash_chains::seq, hash_chains::hash), record)
        };
        let found: Vec<((EventHead, LastRecord), Option<TaskRow>)> =
            read_rows!(connection, joined.select((columns, Option::<TaskRow>::as_select())))?;
        let mut heads = None;
        let mut known = Vec::new();
        for (both, task) in found {
            heads = heads.or(Some(both));
            known.extend(task);
        }
        if heads.is_some() {
            self.tasks.insert(stream.to_owned(), Read::new(known, &["tasks"]));
        }
        Ok(heads)
    }
}

/// Loads the head of a chain of events and the last row record of its object.
fn load_heads(connection: &mut AnyConnection, stream: &str) -> Result<Option<(EventHead, LastRecord)>> {
    let named = row_records::stream.eq(row_heads::stream).and(row_records::seq.eq(row_heads::seq));
    let found = hash_chains::table
        .left_join(row_heads::table.on(row_heads::stream.eq(hash_chains::stream)))
        .left_join(row_records::table.on(named))
        .filter(hash_chains::stream.eq(stream))
        .select((
            (hash_chains::seq, hash_chains::hash),
            (row_heads::seq.nullable(), row_heads::hash.nullable(), row_records::body.nullable()),
        ));
    Ok(read_first!(connection, found).optional()?)
}
