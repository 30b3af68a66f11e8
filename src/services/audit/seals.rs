//! Daily seals: a signature over the heads of all hash chains.
//!
//! They reveal a chain that was truncated or rewritten by someone with access to the database but not to the secret.

use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::services::contracts::due_changes::system_context;
use crate::storage::audit::hash_chains::digest;
use crate::storage::audit::seals::{self, Seal};
use crate::storage::locks::Scope;
use crate::storage::write::write_in;

/// Purpose of the derived signing key.
const KEY: &str = "seals";
/// Most lost heads reported per kind of chain.
const LIMIT: i64 = 100;

/// Seals today unless it or a later day is sealed already; returns the number of seals made.
///
/// # Errors
/// Those of the database.
pub fn seal_day(app: &App) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    let is_sealed = |latest: Option<&Seal>| latest.is_some_and(|seal| seal.day >= today);
    if is_sealed(app.pool.read(seals::latest)?.as_ref()) {
        return Ok(0);
    }
    let key = app.secret.derive(KEY);
    write_in(&app.pool, Scope::Seals, &system_context(app), |tx| {
        let before = seals::latest(tx.connection)?;
        if is_sealed(before.as_ref()) {
            return Ok(0);
        }
        seals::replace_heads(tx.connection)?;
        let digest = seals::digest(tx.connection)?;
        let before = before.map_or_else(String::new, |seal| seal.signature);
        let signature = key.sign(message(today, &digest, &before).as_bytes());
        let seal = Seal { day: today, digest, signature, key_id: key.id.clone(), made_at: tx.context.now };
        seals::insert(tx.connection, &seal)?;
        Ok(1)
    })
}

/// Loads the latest seal and tells whether its signature is valid with this installation's key. Comparing the sealed
/// heads is up to `faults`.
///
/// # Errors
/// Those of the database.
pub(crate) fn latest(app: &App) -> Result<Option<(Seal, bool)>, Error> {
    let key = app.secret.derive(KEY);
    let mut newest = app.pool.read(|connection| seals::newest(connection, 2))?.into_iter();
    let Some(seal) = newest.next() else { return Ok(None) };
    let before = newest.next().map_or_else(String::new, |seal| seal.signature);
    let holds =
        seal.key_id == key.id && key.signed(message(seal.day, &seal.digest, &before).as_bytes(), &seal.signature);
    Ok(Some((seal, holds)))
}

/// Finds the faults of the seals, each with its place and description. Signatures made with an earlier secret cannot be
/// checked; the latest seal must be signed with the current one.
///
/// # Errors
/// Those of the database.
pub fn faults(app: &App) -> Result<Vec<(String, String)>, Error> {
    let key = app.secret.derive(KEY);
    app.pool.read(|connection| {
        let mut faults = Vec::new();
        let mut before = String::new();
        let all = seals::all(connection)?;
        for seal in &all {
            if seal.key_id == key.id
                && !key.signed(message(seal.day, &seal.digest, &before).as_bytes(), &seal.signature)
            {
                faults.push((format!("seal {}", seal.day), "invalid signature".to_owned()));
            }
            before.clone_from(&seal.signature);
        }
        if let Some(latest) = all.last() {
            if latest.key_id != key.id {
                faults.push((format!("seal {}", latest.day), format!("signed with another key, {}", latest.key_id)));
            }
            if seals::digest(connection)? != latest.digest {
                faults
                    .push((format!("seal {}", latest.day), "the sealed heads differ from the signed ones".to_owned()));
            }
        }
        for (chain, seq) in seals::lost_heads(connection, LIMIT)? {
            faults.push((chain, format!("sealed record {seq} was changed or removed")));
        }
        Ok(faults)
    })
}

fn message(day: chrono::NaiveDate, heads: &str, before: &str) -> String {
    digest(&[&day.to_string(), heads, before])
}
