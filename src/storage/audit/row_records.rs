//! Row records: the digests of an object's rows as they stood after each change, in a hash chain of the object's own.
//!
//! Every write transaction ends with a record of each object that it touched and whose rows now differ from the last
//! record (`write::Tx::touch`). So `luyue check` finds every row that was changed, added or deleted in another way.
//! Rows from before there were records were recorded as they stood when the tables of the records were made.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::error::Error;
use crate::schema::{row_heads, row_records};
use crate::storage::Result;
use crate::storage::audit::hash_chains::{FIRST, digest, time};
use crate::storage::audit::recorded_rows::{self, Object, ObjectKind, RowDigests};
use crate::storage::audit::touched::{Head, Touched};
use crate::storage::backend::{AnyConnection, begin_write, commit, roll_back};
use crate::storage::statements::{Kept, insert_few, on_engine};
use crate::storage::written_tables::Written;

/// Objects read at once.
const BATCH: usize = 200;
/// Maximum number of chains without a record to name.
const MOST_EMPTY: i64 = 100;
/// Chain whose only record says that every earlier object has been recorded.
const ADOPTED: &str = "all";
/// Body of the record of an object without rows.
const NO_ROWS: &str = "{}";

/// A stored row record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = row_records)]
pub struct RowRecord {
    /// Name of its chain: kind and name of the object.
    pub stream: String,
    /// Number in the chain, from 1.
    pub seq: i64,
    /// Time of the change, in UTC; the beginning of 1970 for rows from before there were records.
    pub at: NaiveDateTime,
    /// Digests of the object's rows by table, as JSON.
    pub body: String,
    /// Hash of the preceding record.
    pub prev_hash: String,
    /// Hash of this record.
    pub hash: String,
}

impl RowRecord {
    /// Builds the record that follows the last one of a chain, which is given by its number and hash.
    fn after(stream: String, (last, prev): (i64, &str), at: NaiveDateTime, body: String) -> Self {
        let hash = hash(prev, &stream, last + 1, at, &body);
        Self { stream, seq: last + 1, at, body, prev_hash: prev.to_owned(), hash }
    }

    /// Returns whether the record has this number, this predecessor and a correct hash of its own.
    pub fn follows(&self, seq: i64, prev: &str) -> bool {
        let own = hash(prev, &self.stream, self.seq, self.at, &self.body);
        self.seq == seq && self.prev_hash == prev && self.hash == own
    }

    /// Parses the digests by table; empty for a body that cannot be parsed.
    pub fn digests(&self) -> RowDigests {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Computes the SHA-256 over every field of a record.
fn hash(prev: &str, stream: &str, seq: i64, at: NaiveDateTime, body: &str) -> String {
    digest(&[prev, stream, &seq.to_string(), &time(at), body])
}

/// Records the objects that a transaction touched and whose rows differ from their last record. Only the tables that
/// the transaction wrote are read, and of these only rows that it does not know.
///
/// # Errors
/// Those of the database.
pub(in crate::storage) fn record(
    connection: &mut AnyConnection,
    at: NaiveDateTime,
    touched: &Touched,
    written: &Written,
) -> Result<()> {
    let mut partly: Vec<&(ObjectKind, String)> = touched.tables.keys().collect();
    for kind in ObjectKind::ALL {
        let known = touched.known.get(&kind).into_iter().flatten();
        let mut objects: BTreeMap<String, Option<i64>> = known.map(|(name, id)| (name.clone(), Some(*id))).collect();
        if let Some(names) = touched.names.get(&kind) {
            let is_unknown =
                |name: &&String| !objects.contains_key(*name) && !touched.tables.contains_key(&(kind, (*name).clone()));
            let names: Vec<String> = names.iter().filter(is_unknown).cloned().collect();
            objects.extend(names.iter().map(|name| (name.clone(), None)));
            for part in names.chunks(BATCH) {
                objects.extend(named(recorded_rows::by_names(connection, kind, part)?));
            }
        }
        if let Some(ids) = touched.ids.get(&kind) {
            let known: BTreeSet<i64> = objects.values().flatten().copied().collect();
            let ids: Vec<i64> = ids.difference(&known).copied().collect();
            for part in ids.chunks(BATCH) {
                objects.extend(named(recorded_rows::by_ids(connection, kind, part)?));
            }
        }
        partly.retain(|(of, name)| *of != kind || !objects.contains_key(name));
        let objects: Vec<(String, Option<i64>)> = objects.into_iter().collect();
        for part in objects.chunks(BATCH) {
            record_part(connection, at, (kind, part), Some((written, touched)))?;
        }
    }
    for object in partly {
        if let Some(digests) = touched.tables.get(object) {
            let head = touched.heads.get(&object.0.stream(&object.1));
            record_tables(connection, at, (object.0, &object.1, head), digests)?;
        }
    }
    record_new(connection, at, &touched.new)
}

/// Records tables whose rows the program itself added in an upgrade.
///
/// # Errors
/// Those of the database.
pub(in crate::storage) fn record_added(
    connection: &mut AnyConnection,
    at: NaiveDateTime,
    (kind, name): (ObjectKind, &str),
    added: &RowDigests,
) -> Result<()> {
    record_tables(connection, at, (kind, name, None), added)
}

/// Records an object of which only some tables were changed: the digests of all others stay those of its last record,
/// so that a row changed in another way is still told.
fn record_tables(
    connection: &mut AnyConnection,
    at: NaiveDateTime,
    (kind, name, head): (ObjectKind, &str, Option<&Head>),
    changed: &RowDigests,
) -> Result<()> {
    let stream = kind.stream(name);
    let head = match head {
        Some(head) => Some(head.clone()),
        None => heads_of(connection, std::slice::from_ref(&stream))?.remove(&stream),
    };
    let (Some(head), Some(last)) = (&head, head.as_ref().and_then(|head| head.body.as_ref())) else {
        let objects = recorded_rows::by_names(connection, kind, &[name.to_owned()])?;
        return record_part(connection, at, (kind, &named(objects).collect::<Vec<_>>()), None);
    };
    let internal = |error: serde_json::Error| Error::Internal(error.to_string());
    let mut digests: RowDigests = serde_json::from_str(last).map_err(internal)?;
    digests.extend(changed.clone());
    let body = serde_json::to_string(&digests).map_err(internal)?;
    if body == *last {
        return Ok(());
    }
    let row = RowRecord::after(stream, (head.seq, &head.hash), at, body);
    insert_records(connection, std::slice::from_ref(&row))?;
    move_head(connection, &row)
}

fn move_head(connection: &mut AnyConnection, row: &RowRecord) -> Result<()> {
    let moved = diesel::update(row_heads::table.find(&row.stream))
        .set((row_heads::seq.eq(row.seq), row_heads::hash.eq(&row.hash)));
    on_engine!(connection, own => Kept(moved).execute(own))?;
    Ok(())
}

/// Records objects that the transaction added and of which nothing has been recorded.
fn record_new(connection: &mut AnyConnection, at: NaiveDateTime, new: &BTreeMap<String, RowDigests>) -> Result<()> {
    let body = |digests| serde_json::to_string(digests).map_err(|error| Error::Internal(error.to_string()));
    let first: Vec<RowRecord> = new
        .iter()
        .map(|(stream, digests)| Ok(RowRecord::after(stream.clone(), (0, FIRST), at, body(digests)?)))
        .collect::<Result<_>>()?;
    insert_records(connection, &first)?;
    insert_heads(connection, &first)
}

fn named(objects: Vec<Object>) -> impl Iterator<Item = (String, Option<i64>)> {
    objects.into_iter().map(|(id, name)| (name, Some(id)))
}

/// Records objects whose rows differ from their last record. `change` has the tables that were written and what the
/// transaction knows. Tables that were not written keep the digests of the last record, so that a row changed in
/// another way is still told. Without it, and for an object without a record, all tables are read.
fn record_part(
    connection: &mut AnyConnection,
    at: NaiveDateTime,
    (kind, objects): (ObjectKind, &[(String, Option<i64>)]),
    change: Option<(&Written, &Touched)>,
) -> Result<()> {
    let internal = |error: serde_json::Error| Error::Internal(error.to_string());
    let streams: Vec<String> = objects.iter().map(|(name, _)| kind.stream(name)).collect();
    let mut heads = change.map(|(_, touched)| touched.heads.clone()).unwrap_or_default();
    let unknown: Vec<String> = streams.iter().filter(|stream| !heads.contains_key(*stream)).cloned().collect();
    if !unknown.is_empty() {
        heads.extend(heads_of(connection, &unknown)?);
    }
    let mut last: BTreeMap<&String, RowDigests> = BTreeMap::new();
    for stream in streams.iter().filter(|_| change.is_some()) {
        if let Some(body) = heads.get(stream).and_then(|head| head.body.as_deref()) {
            last.insert(stream, serde_json::from_str(body).map_err(internal)?);
        }
    }
    let change = change.filter(|_| streams.iter().all(|stream| last.contains_key(stream)));
    // The digest of an object's rows in a written table, where the transaction knows it.
    let known = |stream: &String, table: &String| {
        let ((written, touched), last) = (change?, last.get(stream)?);
        touched.digest((stream.as_str(), table.as_str()), written, last)
    };
    let unread: Option<BTreeSet<String>> = change.map(|(written, _)| {
        let is_unknown = |table: &&String| !streams.iter().all(|stream| known(stream, table).is_some());
        written.names().filter(is_unknown).cloned().collect()
    });
    let ids: Vec<i64> = objects.iter().filter_map(|(_, id)| *id).collect();
    let mut digests = recorded_rows::digests(connection, kind, &ids, unread.as_ref())?;
    let (mut first, mut next) = (Vec::new(), Vec::new());
    for ((_, id), stream) in objects.iter().zip(&streams) {
        let mut rows = id.and_then(|id| digests.remove(&id)).unwrap_or_default();
        if let (Some(_), Some((written, _)), Some(unread)) = (id, change, &unread) {
            let kept = last.get(stream).into_iter().flatten().filter(|(table, _)| !written.contains(table));
            rows.extend(kept.map(|(table, digest)| (table.clone(), digest.clone())));
            let read = written.names().filter(|table| !unread.contains(*table));
            rows.extend(read.filter_map(|table| Some((table.clone(), known(stream, table)?.to_owned()))));
        }
        let body = serde_json::to_string(&rows).map_err(internal)?;
        match heads.get(stream) {
            Some(head) if head.body.as_ref() == Some(&body) => {}
            Some(head) => next.push(RowRecord::after(stream.clone(), (head.seq, &head.hash), at, body)),
            None if body == NO_ROWS => {}
            None => first.push(RowRecord::after(stream.clone(), (0, FIRST), at, body)),
        }
    }
    insert_records(connection, &first)?;
    insert_records(connection, &next)?;
    insert_heads(connection, &first)?;
    next.iter().try_for_each(|row| move_head(connection, row))
}

fn insert_records(connection: &mut AnyConnection, rows: &[RowRecord]) -> Result<()> {
    insert_few!(connection, row_records::table, rows, |row| {
        (
            row_records::stream.eq(&row.stream),
            row_records::seq.eq(row.seq),
            row_records::at.eq(row.at),
            row_records::body.eq(&row.body),
            row_records::prev_hash.eq(&row.prev_hash),
            row_records::hash.eq(&row.hash),
        )
    });
    Ok(())
}

fn insert_heads(connection: &mut AnyConnection, rows: &[RowRecord]) -> Result<()> {
    insert_few!(connection, row_heads::table, rows, |row| {
        (row_heads::stream.eq(&row.stream), row_heads::seq.eq(row.seq), row_heads::hash.eq(&row.hash))
    });
    Ok(())
}

fn heads_of(connection: &mut AnyConnection, streams: &[String]) -> Result<BTreeMap<String, Head>> {
    let named = row_records::stream.eq(row_heads::stream).and(row_records::seq.eq(row_heads::seq));
    let rows: Vec<(String, i64, String, Option<String>)> = row_heads::table
        .left_join(row_records::table.on(named))
        .filter(row_heads::stream.eq_any(streams))
        .select((row_heads::stream, row_heads::seq, row_heads::hash, row_records::body.nullable()))
        .load(connection)?;
    Ok(rows.into_iter().map(|(stream, seq, hash, body)| (stream, Head { seq, hash, body })).collect())
}

/// Loads the last records of chains, as their heads name them.
pub fn last_records(connection: &mut AnyConnection, streams: &[String]) -> Result<BTreeMap<String, RowRecord>> {
    let named = row_records::stream.eq(row_heads::stream).and(row_records::seq.eq(row_heads::seq));
    let rows: Vec<RowRecord> = row_heads::table
        .inner_join(row_records::table.on(named))
        .filter(row_heads::stream.eq_any(streams))
        .select(RowRecord::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| (row.stream.clone(), row)).collect())
}

/// Loads a page of all records, ordered by chain and number, after a given record.
pub fn records_after(connection: &mut AnyConnection, after: (&str, i64), limit: i64) -> Result<Vec<RowRecord>> {
    Ok(row_records::table
        // The redundant first condition lets both engines seek into the index.
        .filter(row_records::stream.ge(after.0))
        .filter(row_records::stream.gt(after.0).or(row_records::seq.gt(after.1)))
        .order((row_records::stream, row_records::seq))
        .limit(limit)
        .select(RowRecord::as_select())
        .load(connection)?)
}

/// Loads the records of one chain in order.
pub fn records_of(connection: &mut AnyConnection, stream: &str) -> Result<Vec<RowRecord>> {
    let query = row_records::table.filter(row_records::stream.eq(stream)).order(row_records::seq);
    Ok(query.select(RowRecord::as_select()).load(connection)?)
}

/// Loads the heads of these chains: name, number and hash of the last record.
pub fn heads(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<(String, i64, String)>> {
    Ok(row_heads::table.filter(row_heads::stream.eq_any(streams)).load(connection)?)
}

/// Loads the names of the first chains that have a head but no record.
pub fn empty_chains(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let record = row_records::table.filter(row_records::stream.eq(row_heads::stream));
    Ok(row_heads::table
        .filter(not(exists(record)))
        .order(row_heads::stream)
        .limit(MOST_EMPTY)
        .select(row_heads::stream)
        .load(connection)?)
}

/// Records, after an upgrade, the objects that were written before there were records. Works in batches of one
/// transaction each and continues after an interruption.
///
/// # Errors
/// Those of the database.
pub(in crate::storage) fn adopt(connection: &mut AnyConnection) -> Result<()> {
    if !heads(connection, &[ADOPTED.to_owned()])?.is_empty() {
        return Ok(());
    }
    for kind in ObjectKind::ALL {
        let mut after = 0;
        while let Some(last) = in_transaction(connection, |connection| adopt_batch(connection, kind, after))? {
            after = last;
        }
    }
    in_transaction(connection, |connection| {
        let row =
            RowRecord::after(ADOPTED.to_owned(), (0, FIRST), DateTime::UNIX_EPOCH.naive_utc(), NO_ROWS.to_owned());
        insert_records(connection, std::slice::from_ref(&row))?;
        insert_heads(connection, std::slice::from_ref(&row))
    })
}

/// Deletes the record that every earlier object has been recorded, which [`adopt`] writes into a new database.
///
/// # Errors
/// Those of the database.
pub(in crate::storage) fn forget_adoption(connection: &mut AnyConnection) -> Result<()> {
    diesel::delete(row_records::table.filter(row_records::stream.eq(ADOPTED))).execute(connection)?;
    diesel::delete(row_heads::table.find(ADOPTED)).execute(connection)?;
    Ok(())
}

/// Records the next objects of a kind that have no record; returns the key of the last one read.
fn adopt_batch(connection: &mut AnyConnection, kind: ObjectKind, after: i64) -> Result<Option<i64>> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let objects = recorded_rows::after(connection, kind, after, limit)?;
    let last = objects.last().map(|(id, _)| *id);
    let streams: Vec<String> = objects.iter().map(|(_, name)| kind.stream(name)).collect();
    let known = heads_of(connection, &streams)?;
    let missing: Vec<(String, Option<i64>)> = named(objects)
        .zip(streams)
        .filter(|(_, stream)| !known.contains_key(stream))
        .map(|(object, _)| object)
        .collect();
    record_part(connection, DateTime::UNIX_EPOCH.naive_utc(), (kind, &missing), None)?;
    Ok(last)
}

pub(in crate::storage) fn in_transaction<T>(
    connection: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> Result<T>,
) -> Result<T> {
    begin_write(connection)?;
    let done = work(connection);
    if done.is_ok() {
        commit(connection)?
    } else {
        roll_back(connection)?
    }
    done
}
