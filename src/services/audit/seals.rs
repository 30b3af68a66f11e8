//! Seals: once a day the heads of all chains are signed together, so that what was recorded cannot be cut off or written anew
//! by somebody who has the database and not the secret.

use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::services::contracts::due_changes::context;
use crate::storage::audit::hash_chains::digest;
use crate::storage::audit::seals::{self, Seal};
use crate::storage::write::write;

/// The purpose of the key that signs.
const KEY: &str = "seals";
/// Most lost heads that are told of.
const LIMIT: i64 = 100;

/// Seals the day, unless it or a later one is sealed; gives how many seals were made.
///
/// # Errors
/// The database's.
pub fn seal_day(app: &App) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    let is_sealed = |latest: Option<&Seal>| latest.is_some_and(|seal| seal.day >= today);
    if is_sealed(app.pool.read(seals::latest)?.as_ref()) {
        return Ok(0);
    }
    let key = app.secret.derive(KEY);
    write(&app.pool, &context(app), |tx| {
        let before = seals::latest(tx.connection)?;
        if is_sealed(before.as_ref()) {
            return Ok(0);
        }
        seals::take_heads(tx.connection)?;
        let digest = seals::digest(tx.connection)?;
        let before = before.map_or_else(String::new, |seal| seal.signature);
        let signature = key.sign(message(today, &digest, &before).as_bytes());
        let seal = Seal { day: today, digest, signature, key_id: key.id.clone(), made_at: tx.context.now };
        seals::insert(tx.connection, &seal)?;
        Ok(1)
    })
}

/// The latest seal, and whether its signature is this installation's. The heads that it was made of are `faults`' to compare.
///
/// # Errors
/// The database's.
pub(crate) fn latest(app: &App) -> Result<Option<(Seal, bool)>, Error> {
    let key = app.secret.derive(KEY);
    let mut newest = app.pool.read(|connection| seals::newest(connection, 2))?.into_iter();
    let Some(seal) = newest.next() else { return Ok(None) };
    let before = newest.next().map_or_else(String::new, |seal| seal.signature);
    let holds =
        seal.key_id == key.id && key.signed(message(seal.day, &seal.digest, &before).as_bytes(), &seal.signature);
    Ok(Some((seal, holds)))
}

/// What is wrong with the seals: where, and what. Nothing where nothing is. Seals of an earlier secret cannot be checked; the
/// latest must be of this one.
///
/// # Errors
/// The database's.
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
                faults.push((format!("seal {}", seal.day), "its signature does not hold".to_owned()));
            }
            before.clone_from(&seal.signature);
        }
        if let Some(latest) = all.last() {
            if latest.key_id != key.id {
                faults
                    .push((format!("seal {}", latest.day), format!("was signed with another key, {}", latest.key_id)));
            }
            if seals::digest(connection)? != latest.digest {
                faults.push((format!("seal {}", latest.day), "the sealed heads are not those signed".to_owned()));
            }
        }
        for (chain, seq) in seals::lost_heads(connection, LIMIT)? {
            faults.push((chain, format!("record {seq}, which was sealed, is not there as it was")));
        }
        Ok(faults)
    })
}

fn message(day: chrono::NaiveDate, heads: &str, before: &str) -> String {
    digest(&[&day.to_string(), heads, before])
}
