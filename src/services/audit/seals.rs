//! Daily seals: a signature over the heads of all hash chains.
//!
//! Seals reveal a chain that was truncated or rewritten by someone with access to the database but not to the secret.
//! Each seal also signs the one before it, and leaves the machine in an email to the supervisors (and in a file, if one
//! is set), so that deleted and replaced seals are detected too.

use std::path::PathBuf;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime};

use crate::adapters::mail::saved_text;
use crate::adapters::seal_file;
use crate::adapters::secrets::{Key, Secret};
use crate::app::App;
use crate::clock::{at_hour, civil_day};
use crate::domain::codes::{AlertKind, Role};
use crate::error::Error;
use crate::services::audit::check::Difference;
use crate::services::audit::seal_text::{SealText, message};
use crate::services::contracts::due_changes::system_context;
use crate::services::notifications::account_notices;
use crate::storage::AnyConnection;
use crate::storage::audit::seals::{self, Seal};
use crate::storage::locks::Scope;
use crate::storage::notifications::recipients;
use crate::storage::write::{Tx, write_in};

/// Purpose of the derived signing key.
const KEY: &str = "seals";
/// Refusal of a text without a seal.
const NO_SEAL: &str = "the file holds no seal: save the email of a seal as a file (.eml or text), or copy its text, from \
                       \"luyue-seal\" to the value after \"key\"";
/// Maximum number of lost heads reported per kind of chain.
const LIMIT: i64 = 100;

/// Seals today, unless today or a later day is sealed already, and sends the seal to the supervisors; returns the
/// number of seals made. Then appends the latest seal to the file in the settings, if it is missing there.
///
/// # Errors
/// Database errors; `Unavailable` if the file cannot be written.
pub fn seal_day(app: &App) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    let is_sealed = |latest: Option<&Seal>| latest.is_some_and(|seal| seal.day >= today);
    if is_sealed(app.pool.read(seals::latest)?.as_ref()) {
        save_to_file(app)?;
        return Ok(0);
    }
    let key = app.secret.derive(KEY);
    let made = write_in(&app.pool, Scope::Seals, &system_context(app), |tx| {
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
        send(tx, &SealText::new(&seal, &before))?;
        Ok(1)
    })?;
    save_to_file(app)?;
    Ok(made)
}

/// Queues an email with a seal to every supervisor.
fn send(tx: &mut Tx<'_>, seal: &SealText) -> Result<(), Error> {
    let supervisors = recipients::holders_of(tx.connection, &[Role::Supervisor], seal.day)?;
    let values = [("seal", seal.write()), ("on", seal.day.to_string())];
    account_notices::enqueue_to(tx, supervisors, AlertKind::SealMade, &seal.day.to_string(), &values)
}

/// Appends the latest seal to the file in the settings, if it is missing there.
fn save_to_file(app: &App) -> Result<(), Error> {
    let Some(path) = &app.settings.seal_file else { return Ok(()) };
    let Some(text) = latest_text(app)? else { return Ok(()) };
    seal_file::append_once(path, &text)
        .map_err(|error| Error::Unavailable(format!("cannot append to the seal file {}: {error}", path.display())))
}

/// Returns the latest seal as text; `None` before the first.
///
/// # Errors
/// Database errors.
pub(super) fn latest_text(app: &App) -> Result<Option<String>, Error> {
    let mut newest = app.pool.read(|connection| seals::newest(connection, 2))?.into_iter();
    let Some(seal) = newest.next() else { return Ok(None) };
    let before = newest.next().map_or_else(String::new, |seal| seal.signature);
    Ok(Some(SealText::new(&seal, &before).write()))
}

/// Loads the latest seal, and whether its signature is valid with this installation's key. The sealed heads are
/// compared in [`faults`].
///
/// # Errors
/// Database errors.
pub(crate) fn latest(app: &App) -> Result<Option<(Seal, bool)>, Error> {
    let key = app.secret.derive(KEY);
    let mut newest = app.pool.read(|connection| seals::newest(connection, 2))?.into_iter();
    let Some(seal) = newest.next() else { return Ok(None) };
    let before = newest.next().map_or_else(String::new, |seal| seal.signature);
    let holds = SealText::new(&seal, &before).is_signed_with(&key);
    Ok(Some((seal, holds)))
}

/// Finds the faults of the seals: invalid signatures, unknown keys, days with records but without a seal, and sealed
/// records that are gone. Signatures except the latest may also be by an `earlier` secret.
///
/// # Errors
/// Database errors.
pub fn faults(app: &App, earlier: &[Secret]) -> Result<Vec<Difference>, Error> {
    let key = app.secret.derive(KEY);
    let mut keys: Vec<Key> = earlier.iter().map(|secret| secret.derive(KEY)).collect();
    keys.push(key.clone());
    let today = civil_day(app.clock.now());
    app.pool.read(|connection| {
        let all = seals::all(connection)?;
        let mut faults = wrong_signatures(&all, &keys);
        faults.extend(unsealed_days(connection, &all, today)?);
        if let Some(latest) = all.last() {
            if latest.key_id != key.id && keys.iter().any(|earlier| earlier.id == latest.key_id) {
                faults.push(fault(latest.day, format!("signed with an earlier key, {}", latest.key_id)));
            }
            if seals::digest(connection)? != latest.digest {
                faults.push(fault(latest.day, "the sealed heads differ from the signed ones".to_owned()));
            }
        }
        for (at, seq) in seals::lost_heads(connection, LIMIT)? {
            faults.push(Difference { at, what: format!("sealed record {seq} was changed or removed") });
        }
        Ok(faults)
    })
}

fn fault(day: NaiveDate, what: String) -> Difference {
    Difference { at: format!("seal {day}"), what }
}

/// Lists the seals whose signature is not valid, and the spans of seals that were signed with an unknown key.
fn wrong_signatures(all: &[Seal], keys: &[Key]) -> Vec<Difference> {
    let mut faults = Vec::new();
    let mut before = String::new();
    for seal in all {
        match keys.iter().find(|key| key.id == seal.key_id) {
            Some(key) if SealText::new(seal, &before).is_signed_with(key) => {}
            Some(_) => faults.push(fault(seal.day, "invalid signature".to_owned())),
            None => {}
        }
        before.clone_from(&seal.signature);
    }
    let unknown = |seal: &&Seal| !keys.iter().any(|key| key.id == seal.key_id);
    for span in all.chunk_by(|a, b| a.key_id == b.key_id) {
        if let (Some(first), Some(last)) = (span.first().filter(unknown), span.last()) {
            let what = format!(
                "signed with another key, {}, up to {}: the signatures cannot be checked",
                first.key_id, last.day
            );
            faults.push(fault(first.day, what));
        }
    }
    faults
}

/// Lists the spans of days before today on which something was recorded and no seal was made. Days before the first
/// seal count only if there is no seal at all.
fn unsealed_days(connection: &mut AnyConnection, all: &[Seal], today: NaiveDate) -> Result<Vec<Difference>, Error> {
    let morning = |day: NaiveDate| at_hour(day, 0);
    let next = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
    let days: Vec<NaiveDate> = all.iter().map(|seal| seal.day).collect();
    let mut spans: Vec<(NaiveDateTime, NaiveDate)> =
        days.windows(2).filter_map(|pair| Some((morning(next(*pair.first()?)), *pair.last()?))).collect();
    spans.push((days.last().map_or(DateTime::UNIX_EPOCH.naive_utc(), |last| morning(next(*last))), today));
    let mut faults = Vec::new();
    for (from, until) in spans {
        if from >= morning(until) {
            continue;
        }
        if let Some(first) = seals::first_record(connection, from, morning(until))? {
            faults.push(fault(civil_day(first), format!("missing, although records were made before {until}")));
        }
    }
    Ok(faults)
}

/// Loads former secrets of the installation, each from its key file.
///
/// # Errors
/// `Internal` for a file that cannot be read or contains no acceptable secret.
pub fn load_secrets(paths: &[PathBuf]) -> Result<Vec<Secret>, Error> {
    let load = |path: &PathBuf| {
        Secret::load(path).map_err(|error| Error::Internal(format!("invalid earlier secret: {error}")))
    };
    paths.iter().map(load).collect()
}

/// Compares seals that left the machine with those in the database. The file is a saved email of any mail program, or
/// any text that contains seals.
///
/// # Errors
/// `Internal` for a file without a seal; database errors.
pub fn compare(app: &App, earlier: &[Secret], file: &[u8]) -> Result<Vec<Difference>, Error> {
    let outside = SealText::read_all(&saved_text(file));
    if outside.is_empty() {
        return Err(Error::Internal(NO_SEAL.to_owned()));
    }
    let mut keys: Vec<Key> = earlier.iter().map(|secret| secret.derive(KEY)).collect();
    keys.push(app.secret.derive(KEY));
    let stored = app.pool.read(seals::all)?;
    let mut faults = Vec::new();
    for seal in outside {
        if !keys.iter().any(|key| seal.is_signed_with(key)) {
            faults.push(fault(seal.day, "the given seal was not signed by this installation".to_owned()));
            continue;
        }
        match stored.iter().find(|row| row.day == seal.day) {
            None => faults.push(fault(seal.day, "given, but missing in the database".to_owned())),
            Some(row) if (&row.digest, &row.signature) != (&seal.digest, &seal.signature) => {
                faults.push(fault(seal.day, "the database has another seal than the given one".to_owned()));
            }
            Some(_) => {}
        }
    }
    Ok(faults)
}
