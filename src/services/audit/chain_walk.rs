//! Verification of all hash chains of one kind: of events or of row records.
//!
//! The records are read page by page in the order of chain and number, each page in a read transaction of its own, so
//! memory does not grow with the register and writers are not held up.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::App;
use crate::error::Error;
use crate::services::audit::check::Difference;
use crate::services::audit::hash_chains::event_follows;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains::{self, EventRow, FIRST};
use crate::storage::audit::recorded_rows::{self, ObjectKind};
use crate::storage::audit::row_records::{self, RowRecord};
use crate::storage::contracts::facts;
use crate::storage::notifications::signed_emails;

/// Records per page.
const PAGE: i64 = 1000;
/// Emails looked up at once.
const EMAILS: usize = 500;
/// Maximum number of deleted emails to name.
const MOST: usize = 20;

/// Name, last number and last hash of a chain.
type End = (String, i64, String);

/// A kind of hash chain.
trait Chained: Sized {
    /// Name of the kind, within a sentence.
    const NAME: &'static str;

    /// Returns chain, number and hash of the record.
    fn place(&self) -> (&str, i64, &str);
    /// Returns whether the record has this number, this predecessor and a correct hash.
    fn follows(&self, seq: i64, prev: &str) -> bool;
    /// Loads the records after a place, ordered by chain and number.
    fn page(connection: &mut AnyConnection, after: (&str, i64)) -> Result<Vec<Self>, Error>;
    /// Loads the heads of chains.
    fn heads(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<End>, Error>;
    /// Loads the names of chains that have a head but no record.
    fn without_record(connection: &mut AnyConnection) -> Result<Vec<String>, Error>;
    /// Returns the emails that were queued with the record.
    fn emails(&self) -> Vec<String> {
        Vec::new()
    }
    /// Lists the chains whose object must still be there but is gone.
    fn orphans(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<String>, Error>;
}

impl Chained for EventRow {
    const NAME: &'static str = "events";

    fn place(&self) -> (&str, i64, &str) {
        (&self.stream, self.seq, &self.hash)
    }

    fn follows(&self, seq: i64, prev: &str) -> bool {
        event_follows(self, seq, prev)
    }

    fn page(connection: &mut AnyConnection, after: (&str, i64)) -> Result<Vec<Self>, Error> {
        hash_chains::events_after(connection, after, PAGE)
    }

    fn heads(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<End>, Error> {
        hash_chains::heads(connection, streams)
    }

    fn without_record(connection: &mut AnyConnection) -> Result<Vec<String>, Error> {
        hash_chains::empty_chains(connection)
    }

    fn orphans(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<String>, Error> {
        let mut gone = missing_objects(connection, streams)?;
        // A draft is deleted when it is discarded or registered.
        gone.retain(|stream| !matches!(ObjectKind::of_stream(stream), Some((ObjectKind::Draft, _))));
        Ok(gone)
    }
}

impl Chained for RowRecord {
    const NAME: &'static str = "row records";

    fn place(&self) -> (&str, i64, &str) {
        (&self.stream, self.seq, &self.hash)
    }

    fn follows(&self, seq: i64, prev: &str) -> bool {
        Self::follows(self, seq, prev)
    }

    fn page(connection: &mut AnyConnection, after: (&str, i64)) -> Result<Vec<Self>, Error> {
        row_records::records_after(connection, after, PAGE)
    }

    fn heads(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<End>, Error> {
        row_records::heads(connection, streams)
    }

    fn without_record(connection: &mut AnyConnection) -> Result<Vec<String>, Error> {
        row_records::empty_chains(connection)
    }

    fn emails(&self) -> Vec<String> {
        Self::emails(self)
    }

    fn orphans(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<String>, Error> {
        let gone = missing_objects(connection, streams)?;
        let last = row_records::last_records(connection, &gone)?;
        Ok(gone.into_iter().filter(|stream| last.get(stream).is_none_or(|row| !row.digests().is_empty())).collect())
    }
}

/// Lists the chains whose object is not in its table.
fn missing_objects(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<String>, Error> {
    let mut named: BTreeMap<ObjectKind, Vec<String>> = BTreeMap::new();
    for (kind, name) in streams.iter().filter_map(|stream| ObjectKind::of_stream(stream)) {
        named.entry(kind).or_default().push(name.to_owned());
    }
    let mut missing = Vec::new();
    for (kind, names) in named {
        let there: BTreeSet<String> =
            recorded_rows::by_names(connection, kind, &names)?.into_iter().map(|(_, name)| name).collect();
        missing.extend(names.iter().filter(|name| !there.contains(*name)).map(|name| kind.stream(name)));
    }
    Ok(missing)
}

/// Verifies the chains of events and calls `seen` with the number of events of each page.
///
/// # Errors
/// Database errors.
pub(super) fn follow_events(app: &App, seen: impl FnMut(usize)) -> Result<Vec<Difference>, Error> {
    follow::<EventRow>(app, seen)
}

/// Verifies the chains of row records and calls `seen` with the number of records of each page.
///
/// # Errors
/// Database errors.
pub(super) fn follow_row_records(app: &App, seen: impl FnMut(usize)) -> Result<Vec<Difference>, Error> {
    follow::<RowRecord>(app, seen)
}

/// Verifies all chains of a kind, page by page.
fn follow<C: Chained>(app: &App, mut seen: impl FnMut(usize)) -> Result<Vec<Difference>, Error> {
    let mut differences = Vec::new();
    let mut after = (String::new(), 0);
    let mut open: Option<End> = None;
    let mut deleted = Vec::new();
    loop {
        let page = app.pool.read(|connection| {
            let page = C::page(connection, (&after.0, after.1))?;
            let ended = follow_page(&page, &mut open, &mut differences);
            differences.extend(compare_ends::<C>(connection, &ended)?);
            deleted.extend(deleted_emails(connection, page.iter().flat_map(Chained::emails))?);
            Ok(page)
        })?;
        let Some((stream, seq, _)) = page.last().map(Chained::place) else { break };
        after = (stream.to_owned(), seq);
        seen(page.len());
    }
    let empty = app.pool.read(C::without_record)?;
    differences
        .extend(empty.into_iter().map(|at| Difference { at, what: format!("the head of the chain of {}", C::NAME) }));
    let more = deleted.len().saturating_sub(MOST);
    let what = "the row is gone, although the program queued it".to_owned();
    let named = deleted.into_iter().take(MOST);
    differences.extend(named.map(|id| Difference { at: format!("email {id}"), what: what.clone() }));
    if more > 0 {
        differences.push(Difference { at: "emails".to_owned(), what: format!("{more} more rows are gone") });
    }
    Ok(differences)
}

/// Returns those of the emails that records name which are no longer in the queue, in whatever state.
///
/// # Errors
/// Database errors.
pub(super) fn deleted_emails(
    connection: &mut AnyConnection,
    named: impl Iterator<Item = String>,
) -> Result<Vec<String>, Error> {
    let named: Vec<String> = named.collect();
    let mut deleted = Vec::new();
    for part in named.chunks(EMAILS) {
        deleted.extend(signed_emails::missing(connection, part)?);
    }
    Ok(deleted)
}

/// Verifies the records of a page. Returns the chains that ended on it; an empty page ends the last one.
fn follow_page<C: Chained>(page: &[C], open: &mut Option<End>, differences: &mut Vec<Difference>) -> Vec<End> {
    let mut ended = Vec::new();
    for record in page {
        let (stream, number, hash) = record.place();
        if open.as_ref().is_some_and(|(name, ..)| name != stream) {
            ended.extend(open.take());
        }
        let (last, prev) = open.as_ref().map_or((0, FIRST), |(_, last, prev)| (*last, prev.as_str()));
        if !record.follows(last + 1, prev) {
            let what = format!("the chain of {} is broken at number {number}", C::NAME);
            differences.push(Difference { at: stream.to_owned(), what });
        }
        *open = Some((stream.to_owned(), number, hash.to_owned()));
    }
    if page.is_empty() {
        ended.extend(open.take());
    }
    ended
}

/// Compares the ends of chains with their heads, and looks for their objects.
fn compare_ends<C: Chained>(connection: &mut AnyConnection, ended: &[End]) -> Result<Vec<Difference>, Error> {
    let streams: Vec<String> = ended.iter().map(|(stream, ..)| stream.clone()).collect();
    let heads: BTreeSet<End> = C::heads(connection, &streams)?.into_iter().collect();
    let mut differences: Vec<Difference> = ended
        .iter()
        .filter(|end| !heads.contains(*end))
        .map(|(at, ..)| Difference { at: at.clone(), what: format!("the head of the chain of {}", C::NAME) })
        .collect();
    let orphans = C::orphans(connection, &streams)?;
    differences.extend(
        orphans.into_iter().map(|at| Difference { at, what: format!("deleted, but its {} are there", C::NAME) }),
    );
    Ok(differences)
}

/// Lists the facts of contracts that are gone.
///
/// # Errors
/// Database errors.
pub(super) fn orphan_facts(connection: &mut AnyConnection) -> Result<Vec<Difference>, Error> {
    let gone = facts::without_contract(connection)?;
    let what = "deleted, but its facts are there";
    Ok(gone.into_iter().map(|id| Difference { at: format!("contract {}", id.0), what: what.to_owned() }).collect())
}
