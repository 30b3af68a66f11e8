//! Seals: the heads of all hash chains at the time of signing, so that a chain that was truncated or rewritten since is
//! found.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Text;
use sha2::{Digest, Sha256};

use crate::schema::{contracts, events, facts, hash_chains, row_heads, row_records, sealed_heads, seals};
use crate::storage::Result;
use crate::storage::audit::hash_chains::hex;
use crate::storage::backend::AnyConnection;

/// Kind of a sealed head: a chain of events.
pub const EVENTS: &str = "events";
/// Kind of a sealed head: the facts of a contract, named by its random identifier.
pub const FACTS: &str = "facts";
/// Kind of a sealed head: a chain of row records.
pub const ROWS: &str = "rows";
/// Heads per page.
const PAGE: i64 = 1000;
/// Number of sealed heads whose records are looked for at once; few enough for PostgreSQL to find each by its key.
const LOOKED_FOR: i64 = 100;

/// Seal of a day.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = seals)]
pub struct Seal {
    /// Sealed day.
    pub day: NaiveDate,
    /// SHA-256 over all heads, in hexadecimal.
    pub digest: String,
    /// Signature over day, digest and the preceding seal's signature.
    pub signature: String,
    /// Identifier of the signing key.
    pub key_id: String,
    /// Time of sealing, in UTC.
    pub made_at: NaiveDateTime,
}

/// Loads all seals, oldest first.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<Seal>> {
    Ok(seals::table.order(seals::day).load(connection)?)
}

/// Loads the latest seal.
pub fn latest(connection: &mut AnyConnection) -> Result<Option<Seal>> {
    Ok(seals::table.order(seals::day.desc()).first(connection).optional()?)
}

/// Loads the latest seals, newest first.
pub fn newest(connection: &mut AnyConnection, limit: i64) -> Result<Vec<Seal>> {
    Ok(seals::table.order(seals::day.desc()).limit(limit).load(connection)?)
}

/// Loads the head of one chain as of the latest seal: number and hash.
pub fn head_of(connection: &mut AnyConnection, kind: &str, stream: &str) -> Result<Option<(i64, String)>> {
    Ok(sealed_heads::table
        .find((kind, stream))
        .select((sealed_heads::seq, sealed_heads::hash))
        .first(connection)
        .optional()?)
}

/// Inserts a seal.
pub fn insert(connection: &mut AnyConnection, seal: &Seal) -> Result<()> {
    diesel::insert_into(seals::table).values(seal).execute(connection)?;
    Ok(())
}

/// Inserts the rows of a query into the sealed heads, which the derived multi-connection does not support.
macro_rules! copy_heads {
    ($connection:expr, $rows:expr) => {
        match $connection {
            AnyConnection::Sqlite(c) => diesel::insert_into(sealed_heads::table)
                .values($rows)
                .into_columns((sealed_heads::kind, sealed_heads::stream, sealed_heads::seq, sealed_heads::hash))
                .execute(c),
            AnyConnection::Postgres(c) => diesel::insert_into(sealed_heads::table)
                .values($rows)
                .into_columns((sealed_heads::kind, sealed_heads::stream, sealed_heads::seq, sealed_heads::hash))
                .execute(c),
        }
    };
}

/// Replaces the sealed heads by the current heads of all chains. A sealed head whose record is gone stays, so that the
/// loss keeps being reported.
pub fn replace_heads(connection: &mut AnyConnection) -> Result<()> {
    let event = events::table
        .filter(events::stream.eq(sealed_heads::stream))
        .filter(events::seq.eq(sealed_heads::seq))
        .filter(events::hash.eq(sealed_heads::hash));
    let of_events = sealed_heads::table.filter(sealed_heads::kind.eq(EVENTS)).filter(exists(event));
    diesel::delete(of_events).execute(connection)?;
    let record = row_records::table
        .filter(row_records::stream.eq(sealed_heads::stream))
        .filter(row_records::seq.eq(sealed_heads::seq))
        .filter(row_records::hash.eq(sealed_heads::hash));
    let of_rows = sealed_heads::table.filter(sealed_heads::kind.eq(ROWS)).filter(exists(record));
    diesel::delete(of_rows).execute(connection)?;
    let fact = facts::table
        .inner_join(contracts::table.on(contracts::id.eq(facts::contract_id)))
        .filter(contracts::public_id.eq(sealed_heads::stream))
        .filter(facts::seq.eq(sealed_heads::seq))
        .filter(facts::hash.eq(sealed_heads::hash));
    let of_facts = sealed_heads::table.filter(sealed_heads::kind.eq(FACTS)).filter(exists(fact));
    diesel::delete(of_facts).execute(connection)?;
    let lost = |kind: &'static str| sealed_heads::table.filter(sealed_heads::kind.eq(kind));
    let kept = exists(lost(EVENTS).filter(sealed_heads::stream.eq(hash_chains::stream)));
    let heads = hash_chains::table.filter(not(kept));
    copy_heads!(
        connection,
        heads.select((EVENTS.into_sql::<Text>(), hash_chains::stream, hash_chains::seq, hash_chains::hash))
    )?;
    let kept = exists(lost(ROWS).filter(sealed_heads::stream.eq(row_heads::stream)));
    let heads = row_heads::table.filter(not(kept));
    copy_heads!(
        connection,
        heads.select((ROWS.into_sql::<Text>(), row_heads::stream, row_heads::seq, row_heads::hash))
    )?;
    let kept = exists(lost(FACTS).filter(sealed_heads::stream.eq(contracts::public_id)));
    let heads = contracts::table.filter(contracts::fact_seq.gt(0)).filter(not(kept));
    copy_heads!(
        connection,
        heads.select((FACTS.into_sql::<Text>(), contracts::public_id, contracts::fact_seq, contracts::fact_hash))
    )?;
    Ok(())
}

/// Returns the time of the earliest record after a time and before another, in UTC; `None` if there is none.
pub fn first_record(
    connection: &mut AnyConnection,
    after: NaiveDateTime,
    before: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    let event: Option<NaiveDateTime> = events::table
        .filter(events::at.ge(after))
        .filter(events::at.lt(before))
        .order(events::at)
        .select(events::at)
        .first(connection)
        .optional()?;
    let fact: Option<NaiveDateTime> = facts::table
        .filter(facts::recorded_at.ge(after))
        .filter(facts::recorded_at.lt(before))
        .order(facts::recorded_at)
        .select(facts::recorded_at)
        .first(connection)
        .optional()?;
    Ok(event.into_iter().chain(fact).min())
}

/// Computes the SHA-256 over the sealed heads, ordered by kind and chain, each part preceded by its length.
pub fn digest(connection: &mut AnyConnection) -> Result<String> {
    let mut hasher = Sha256::new();
    let mut after = (String::new(), String::new());
    loop {
        let (kind, stream) = &after;
        let page: Vec<(String, String, i64, String)> = sealed_heads::table
            .filter(sealed_heads::kind.ge(kind))
            .filter(sealed_heads::kind.gt(kind).or(sealed_heads::stream.gt(stream)))
            .order((sealed_heads::kind, sealed_heads::stream))
            .limit(PAGE)
            .load(connection)?;
        let Some((kind, stream, _, _)) = page.last() else { return Ok(hex(&hasher.finalize())) };
        after = (kind.clone(), stream.clone());
        for (kind, stream, seq, hash) in &page {
            for part in [kind, stream, &seq.to_string(), hash] {
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part.as_bytes());
            }
        }
    }
}

/// Loads chains whose sealed record is gone or changed: name and number, at most `limit` of each kind. Reads the sealed
/// heads in pages, so that no statement takes longer as the register grows.
pub fn lost_heads(connection: &mut AnyConnection, limit: i64) -> Result<Vec<(String, i64)>> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut lost = Vec::new();
    for (kind, prefix) in [(EVENTS, ""), (FACTS, "facts:"), (ROWS, "rows of ")] {
        let mut found: Vec<(String, i64)> = Vec::new();
        let mut after = String::new();
        while found.len() < most {
            let page: Vec<String> = sealed_heads::table
                .filter(sealed_heads::kind.eq(kind))
                .filter(sealed_heads::stream.gt(&after))
                .order(sealed_heads::stream)
                .limit(LOOKED_FOR)
                .select(sealed_heads::stream)
                .load(connection)?;
            let Some(last) = page.last() else { break };
            found.extend(lost_between(connection, kind, (&after, last))?);
            after.clone_from(last);
        }
        lost.extend(found.into_iter().take(most).map(|(stream, seq)| (format!("{prefix}{stream}"), seq)));
    }
    Ok(lost)
}

/// Loads the lost heads of a kind after a chain, up to and including another.
fn lost_between(
    connection: &mut AnyConnection,
    kind: &'static str,
    (after, until): (&str, &str),
) -> Result<Vec<(String, i64)>> {
    let sealed = sealed_heads::table
        .filter(sealed_heads::kind.eq(kind))
        .filter(sealed_heads::stream.gt(after))
        .filter(sealed_heads::stream.le(until))
        .order(sealed_heads::stream)
        .select((sealed_heads::stream, sealed_heads::seq));
    let event = events::table
        .filter(events::stream.eq(sealed_heads::stream))
        .filter(events::seq.eq(sealed_heads::seq))
        .filter(events::hash.eq(sealed_heads::hash));
    let record = row_records::table
        .filter(row_records::stream.eq(sealed_heads::stream))
        .filter(row_records::seq.eq(sealed_heads::seq))
        .filter(row_records::hash.eq(sealed_heads::hash));
    Ok(match kind {
        EVENTS => sealed.filter(not(exists(event))).load(connection)?,
        FACTS => return lost_facts(connection, (after, until)),
        _ => sealed.filter(not(exists(record))).load(connection)?,
    })
}

/// Loads the lost heads of chains of facts after a chain, up to and including another. A fact refers to its contract by
/// key, so for one statement over both tables PostgreSQL would read both in full.
fn lost_facts(connection: &mut AnyConnection, (after, until): (&str, &str)) -> Result<Vec<(String, i64)>> {
    let sealed: Vec<(String, i64, String)> = sealed_heads::table
        .filter(sealed_heads::kind.eq(FACTS))
        .filter(sealed_heads::stream.gt(after))
        .filter(sealed_heads::stream.le(until))
        .order(sealed_heads::stream)
        .select((sealed_heads::stream, sealed_heads::seq, sealed_heads::hash))
        .load(connection)?;
    let streams: Vec<String> = sealed.iter().map(|(stream, ..)| stream.clone()).collect();
    let of_chains: Vec<(i64, String)> = contracts::table
        .filter(contracts::public_id.eq_any(&streams))
        .select((contracts::id, contracts::public_id))
        .load(connection)?;
    let ids: Vec<i64> = of_chains.iter().map(|(id, _)| *id).collect();
    let numbers: Vec<i64> = sealed.iter().map(|(_, seq, _)| *seq).collect();
    let found: Vec<(i64, i64, String)> = facts::table
        .filter(facts::contract_id.eq_any(&ids))
        .filter(facts::seq.eq_any(&numbers))
        .select((facts::contract_id, facts::seq, facts::hash))
        .load(connection)?;
    let is_lost = |(stream, seq, hash): &(String, i64, String)| {
        let id = of_chains.iter().find(|(_, own)| own == stream).map(|(id, _)| *id);
        !found.iter().any(|(contract, number, own)| Some(*contract) == id && number == seq && own == hash)
    };
    Ok(sealed.into_iter().filter(is_lost).map(|(stream, seq, _)| (stream, seq)).collect())
}
