//! The version of the registers: a text that every transaction on registers, people, seats and delegations replaces,
//! and the memory of rows read under it.
//!
//! A process remembers rows of the registers together with the version that it read with them, and uses them only if a
//! later statement reads the same version. So all processes on a database agree, without statements of their own. A
//! version never comes back. Changes that bypass the program are noticed at the next change or start.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;

use crate::clock::Ids;
use crate::schema::register_version;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;

/// Key of the only row.
pub(in crate::storage) const ONLY: i64 = 1;
/// Stored text while a transaction changes the registers; nothing is remembered under it.
const CHANGING: &str = "";
/// Number of versions for which a process remembers rows: the last, and the one before it for requests that began
/// earlier.
const VERSIONS: usize = 2;
/// Maximum number of entries that a memory keeps for one version.
const ENTRIES: usize = 10_000;

/// Version of the registers as one statement saw it. By default there is no version: nothing is remembered under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterVersion(Option<Arc<str>>);

impl From<Option<String>> for RegisterVersion {
    fn from(stored: Option<String>) -> Self {
        Self(stored.filter(|text| text != CHANGING).map(Arc::from))
    }
}

/// The stored version as an expression, to be added to a statement that is sent anyway.
macro_rules! stored_version {
    () => {
        $crate::schema::register_version::table
            .find($crate::storage::registry::version::ONLY)
            .select($crate::schema::register_version::version)
            .single_value()
    };
}
pub(in crate::storage) use stored_version;

/// Loads the version.
///
/// # Errors
/// Database errors.
pub fn load(connection: &mut AnyConnection) -> Result<RegisterVersion> {
    let found: Option<String> =
        register_version::table.find(ONLY).select(register_version::version).first(connection).optional()?;
    Ok(found.into())
}

/// Marks the registers as changing, so that the transaction remembers nothing that it reads meanwhile.
pub(in crate::storage) fn begin_change(connection: &mut AnyConnection) -> Result<()> {
    replace(connection, CHANGING)?;
    Ok(())
}

/// Gives the registers a new version.
pub(in crate::storage) fn end_change(connection: &mut AnyConnection) -> Result<()> {
    // Random in tests too: databases of one process must not share a version.
    let version = Ids::Random.uuid();
    if replace(connection, &version)? == 0 {
        diesel::insert_into(register_version::table)
            .values((register_version::id.eq(ONLY), register_version::version.eq(version)))
            .execute(connection)?;
    }
    Ok(())
}

fn replace(connection: &mut AnyConnection, version: &str) -> QueryResult<usize> {
    diesel::update(register_version::table.find(ONLY)).set(register_version::version.eq(version)).execute(connection)
}

/// Memory of one kind of row in this process, by version and key. Values must depend only on the registers and the key.
pub struct Memory<K, V>(Mutex<Vec<(RegisterVersion, HashMap<K, V>)>>);

impl<K: Eq + Hash, V: Clone> Memory<K, V> {
    /// Creates an empty memory.
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Returns the remembered value for a key.
    pub fn get(&self, version: &RegisterVersion, key: &K) -> Option<V> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, _)| of == version)?.1.get(key).cloned()
    }

    /// Remembers a value, unless the registers are being changed.
    pub fn put(&self, version: &RegisterVersion, key: K, value: V) {
        if version.0.is_none() {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(of, _)| of == version).unwrap_or_else(|| {
            if kept.len() == VERSIONS {
                kept.remove(0);
            }
            kept.push((version.clone(), HashMap::new()));
            kept.len() - 1
        });
        let entries = &mut kept[place].1;
        if entries.len() >= ENTRIES {
            entries.clear();
        }
        entries.insert(key, value);
    }

    /// Returns the remembered value for a key, or loads and remembers it.
    ///
    /// # Errors
    /// Those of `load`.
    pub fn get_or_load(&self, version: &RegisterVersion, key: K, load: impl FnOnce() -> Result<V>) -> Result<V> {
        if let Some(known) = self.get(version, &key) {
            return Ok(known);
        }
        let value = load()?;
        self.put(version, key, value.clone());
        Ok(value)
    }

    /// Returns the remembered value for a key, or searches for it. A key that is not found is not remembered, since it
    /// may be any typed text.
    ///
    /// # Errors
    /// Those of `find`.
    pub fn get_or_find(
        &self,
        version: &RegisterVersion,
        key: K,
        find: impl FnOnce() -> Result<Option<V>>,
    ) -> Result<Option<V>> {
        if let Some(known) = self.get(version, &key) {
            return Ok(Some(known));
        }
        let found = find()?;
        if let Some(value) = &found {
            self.put(version, key, value.clone());
        }
        Ok(found)
    }
}

impl<K: Eq + Hash, V: Clone> Default for Memory<K, V> {
    fn default() -> Self {
        Self::new()
    }
}
