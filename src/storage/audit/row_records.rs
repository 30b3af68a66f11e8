//! Row records: the digests of an object's rows as they stood after each change, in a hash chain of the object's own.
//!
//! Every write transaction ends with a record of each object that it touched and whose rows now differ from the last
//! record (`write::Tx::touch`). So `luyue check` finds every row that was changed, added or deleted outside a write
//! transaction. One of these records also names the emails that the transaction queued; without any, the emails get a
//! chain of their own. Rows older than this table were recorded once, as they stood when it was created.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::error::Error;
use crate::schema::{row_heads, row_records};
use crate::storage::Result;
use crate::storage::audit::hash_chains::{FIRST, digest, time};
use crate::storage::audit::recorded_rows::{self, Object, ObjectKind, RowDigests};
use crate::storage::audit::row_chains::{begin_chains, continue_chains};
use crate::storage::audit::touched::{Touch, Touched};
use crate::storage::backend::{AnyConnection, begin_write, commit, roll_back};
use crate::storage::statements::{lengthened, load_listed};
use crate::storage::write::{Head, Known};
use crate::storage::written_tables::Written;

/// Objects read at once.
const BATCH: usize = 200;
/// Maximum number of chains without a record to name.
const MOST_EMPTY: i64 = 100;
/// Chain whose only record states that every earlier object has been recorded.
const ADOPTED: &str = "all";
/// Body of the record of an object without rows.
const NO_ROWS: &str = "{}";
/// Key of a body under which the emails stand that the transaction queued, among the tables of the digests.
const EMAILS: &str = "emails";

/// A stored row record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = row_records)]
pub struct RowRecord {
    /// Name of the record's chain: kind and name of the object.
    pub stream: String,
    /// Number in the chain, from 1.
    pub seq: i64,
    /// Time of the change, in UTC; the beginning of 1970 for rows older than the table of records.
    pub at: NaiveDateTime,
    /// Digests of the object's rows by table, and the identifiers of the emails that were queued with them, as JSON.
    pub body: String,
    /// Hash of the preceding record.
    pub prev_hash: String,
    /// Hash of this record.
    pub hash: String,
}

impl RowRecord {
    /// Builds the record that follows the last one of a chain, given the number and hash of that.
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
        digests_in(&self.body).unwrap_or_default()
    }

    /// Returns the identifiers of the emails that were queued with the change.
    pub fn emails(&self) -> Vec<String> {
        // Most records name none, and need not be parsed.
        if !self.body.contains(EMAILS) {
            return Vec::new();
        }
        let body: RowDigests = serde_json::from_str(&self.body).unwrap_or_default();
        body.get(EMAILS).map(|ids| ids.split(' ').map(str::to_owned).collect()).unwrap_or_default()
    }
}

fn internal(error: serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}

/// Parses the digests of a body, without the emails that are named among them.
fn digests_in(body: &str) -> Result<RowDigests> {
    let mut digests: RowDigests = serde_json::from_str(body).map_err(internal)?;
    digests.remove(EMAILS);
    Ok(digests)
}

/// Identifiers of the emails that a transaction queued, until one of its records names them.
struct Queued(Option<String>);

impl Queued {
    /// Returns the body of a record of these digests, which names the emails unless another one has.
    fn body(&mut self, digests: &RowDigests) -> Result<String> {
        let Some(ids) = self.0.take() else { return serde_json::to_string(digests).map_err(internal) };
        let mut named = digests.clone();
        named.insert(EMAILS.to_owned(), ids);
        serde_json::to_string(&named).map_err(internal)
    }
}

/// Computes the SHA-256 over every field of a record.
fn hash(prev: &str, stream: &str, seq: i64, at: NaiveDateTime, body: &str) -> String {
    digest(&[prev, stream, &seq.to_string(), &time(at), body])
}

/// Records the objects that a transaction touched and whose rows differ from their last record, and the emails that it
/// queued. Only the tables that the transaction wrote are read, and of these only rows that it does not know.
///
/// # Errors
/// Database errors.
pub(in crate::storage) fn record(
    connection: &mut AnyConnection,
    at: NaiveDateTime,
    (touched, known, emails): (&Touched, &Known, &[String]),
    written: &Written,
) -> Result<()> {
    let mut queued = Queued((!emails.is_empty()).then(|| emails.join(" ")));
    let mut new = BTreeMap::new();
    // Objects of which only some tables changed; recorded after the others unless these name them too.
    let mut partly: Vec<(ObjectKind, &String, &RowDigests)> = Vec::new();
    for kind in ObjectKind::ALL {
        let mut objects: BTreeMap<String, Option<i64>> = BTreeMap::new();
        for (name, touch) in touched.named.get(&kind).into_iter().flatten() {
            match touch {
                Touch::Named => {
                    objects.insert(name.clone(), None);
                }
                Touch::Whole(id) => {
                    objects.insert(name.clone(), Some(*id));
                }
                Touch::Tables(digests) => partly.push((kind, name, digests)),
                Touch::Added(digests) => {
                    new.insert(kind.stream(name), digests);
                }
            }
        }
        let names: Vec<String> = objects.iter().filter(|(_, id)| id.is_none()).map(|(name, _)| name.clone()).collect();
        for part in names.chunks(BATCH) {
            objects.extend(keyed(recorded_rows::by_names(connection, kind, part)?));
        }
        if let Some(ids) = touched.ids.get(&kind) {
            let found: BTreeSet<i64> = objects.values().flatten().copied().collect();
            let ids: Vec<i64> = ids.difference(&found).copied().collect();
            for part in ids.chunks(BATCH) {
                objects.extend(keyed(recorded_rows::by_ids(connection, kind, part)?));
            }
        }
        partly.retain(|(of, name, _)| *of != kind || !objects.contains_key(*name));
        let objects: Vec<(String, Option<i64>)> = objects.into_iter().collect();
        for part in objects.chunks(BATCH) {
            record_part(connection, (at, &mut queued), (kind, part), Some((written, known)))?;
        }
    }
    for (kind, name, digests) in partly {
        let head = known.heads.get(&kind.stream(name));
        record_tables(connection, (at, &mut queued), (kind, name, head), digests)?;
    }
    record_new(connection, (at, &mut queued), &new)?;
    match emails.first().filter(|_| queued.0.is_some()) {
        Some(first) => {
            let no_rows = RowDigests::new();
            record_new(connection, (at, &mut queued), &BTreeMap::from([(format!("emails:{first}"), &no_rows)]))
        }
        None => Ok(()),
    }
}

/// Records tables whose rows the program itself added in an upgrade.
///
/// # Errors
/// Database errors.
pub(in crate::storage) fn record_added(
    connection: &mut AnyConnection,
    at: NaiveDateTime,
    (kind, name): (ObjectKind, &str),
    added: &RowDigests,
) -> Result<()> {
    record_tables(connection, (at, &mut Queued(None)), (kind, name, None), added)
}

/// Records an object of which only some tables were changed. The digests of all other tables stay those of its last
/// record, so that rows changed outside a write transaction are still found.
fn record_tables(
    connection: &mut AnyConnection,
    (at, queued): (NaiveDateTime, &mut Queued),
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
        return record_part(connection, (at, queued), (kind, &keyed(objects).collect::<Vec<_>>()), None);
    };
    let last = digests_in(last)?;
    let mut digests = last.clone();
    digests.extend(changed.clone());
    if digests == last {
        return Ok(());
    }
    let row = RowRecord::after(stream, (head.seq, &head.hash), at, queued.body(&digests)?);
    continue_chains(connection, &[row])
}

/// Records objects that the transaction added and of which nothing has been recorded.
fn record_new(
    connection: &mut AnyConnection,
    (at, queued): (NaiveDateTime, &mut Queued),
    new: &BTreeMap<String, &RowDigests>,
) -> Result<()> {
    let first: Vec<RowRecord> = new
        .iter()
        .map(|(stream, digests)| Ok(RowRecord::after(stream.clone(), (0, FIRST), at, queued.body(digests)?)))
        .collect::<Result<_>>()?;
    begin_chains(connection, &first)
}

/// Returns the objects by name, each with its key.
fn keyed(objects: Vec<Object>) -> impl Iterator<Item = (String, Option<i64>)> {
    objects.into_iter().map(|(id, name)| (name, Some(id)))
}

/// Records objects whose rows differ from their last record. `change` has the written tables and the known rows. Tables
/// that were not written keep the digests of the last record, so that rows changed outside a write transaction are
/// still found. Without `change`, and for an object without a record, all tables are read.
fn record_part(
    connection: &mut AnyConnection,
    (at, queued): (NaiveDateTime, &mut Queued),
    (kind, objects): (ObjectKind, &[(String, Option<i64>)]),
    change: Option<(&Written, &Known)>,
) -> Result<()> {
    let streams: Vec<String> = objects.iter().map(|(name, _)| kind.stream(name)).collect();
    let mut heads = change.map(|(_, known)| known.heads.clone()).unwrap_or_default();
    let unknown: Vec<String> = streams.iter().filter(|stream| !heads.contains_key(*stream)).cloned().collect();
    if !unknown.is_empty() {
        heads.extend(heads_of(connection, &unknown)?);
    }
    let mut last: BTreeMap<&String, RowDigests> = BTreeMap::new();
    for stream in streams.iter().filter(|_| change.is_some()) {
        if let Some(body) = heads.get(stream).and_then(|head| head.body.as_deref()) {
            last.insert(stream, digests_in(body)?);
        }
    }
    let change = change.filter(|_| streams.iter().all(|stream| last.contains_key(stream)));
    // The digest of an object's rows in a written table, where the transaction knows it.
    let known_digest = |stream: &String, table: &String| {
        let ((written, known), last) = (change?, last.get(stream)?);
        known.digest((stream.as_str(), table.as_str()), written, last)
    };
    let unread: Option<BTreeSet<String>> = change.map(|(written, _)| {
        let is_unknown = |table: &&String| !streams.iter().all(|stream| known_digest(stream, table).is_some());
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
            rows.extend(read.filter_map(|table| Some((table.clone(), known_digest(stream, table)?.to_owned()))));
        }
        match heads.get(stream) {
            Some(head) if head.body.as_deref().is_some_and(|body| digests_in(body).is_ok_and(|last| last == rows)) => {}
            Some(head) => {
                next.push(RowRecord::after(stream.clone(), (head.seq, &head.hash), at, queued.body(&rows)?));
            }
            None if rows.is_empty() => {}
            None => first.push(RowRecord::after(stream.clone(), (0, FIRST), at, queued.body(&rows)?)),
        }
    }
    begin_chains(connection, &first)?;
    continue_chains(connection, &next)
}

fn heads_of(connection: &mut AnyConnection, streams: &[String]) -> Result<BTreeMap<String, Head>> {
    let named = row_records::stream.eq(row_heads::stream).and(row_records::seq.eq(row_heads::seq));
    let streams = lengthened(streams.iter().map(String::as_str));
    let rows: Vec<(String, i64, String, Option<String>)> =
        load_listed!(
            connection,
            streams,
            row_heads::table
                .left_join(row_records::table.on(named))
                .filter(row_heads::stream.eq_any(&streams))
                .select((row_heads::stream, row_heads::seq, row_heads::hash, row_records::body.nullable()))
        )?;
    Ok(rows.into_iter().map(|(stream, seq, hash, body)| (stream, Head { seq, hash, body })).collect())
}

/// Loads the last records of chains, by their heads.
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

/// Records, after an upgrade, the objects that are older than the table of records. Works in batches of one transaction
/// each and continues after an interruption.
///
/// # Errors
/// Database errors.
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
        begin_chains(connection, &[row])
    })
}

/// Deletes the record that every earlier object has been recorded, which [`adopt`] writes into a new database.
///
/// # Errors
/// Database errors.
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
    let missing: Vec<_> = keyed(objects).filter(|(name, _)| !known.contains_key(&kind.stream(name))).collect();
    record_part(connection, (DateTime::UNIX_EPOCH.naive_utc(), &mut Queued(None)), (kind, &missing), None)?;
    Ok(last)
}

/// Runs work in a write transaction of its own, which is rolled back on an error.
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
