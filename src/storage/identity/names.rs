//! Names of people, for views of their acts. They are read by key in one statement; who may see them is decided
//! elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::schema::people;
use crate::storage::ids::PersonId;
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::statements::{lengthened, load_listed};
use crate::storage::{AnyConnection, Result};

/// Names by the key of the person.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<i64, String>);

impl Names {
    /// Loads the names of people; without people, nothing is queried.
    pub fn load(connection: &mut AnyConnection, people: impl IntoIterator<Item = Option<i64>>) -> Result<Self> {
        let ids: BTreeSet<i64> = people.into_iter().flatten().collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let ids = lengthened(ids);
        let found: Vec<(i64, String)> = load_listed!(
            connection,
            ids,
            people::table.filter(people::id.eq_any(&ids)).select((people::id, people::name))
        )?;
        Ok(Self(found.into_iter().collect()))
    }

    /// Returns the names of people, from memory if the registers have not changed since.
    pub fn remembered(
        connection: &mut AnyConnection,
        version: &RegisterVersion,
        people: impl IntoIterator<Item = Option<i64>>,
    ) -> Result<Self> {
        static NAMES: Memory<i64, String> = Memory::new();
        let ids: BTreeSet<i64> = people.into_iter().flatten().collect();
        let (mut known, mut missing) = (BTreeMap::new(), Vec::new());
        for id in ids {
            match NAMES.get(version, &id) {
                Some(name) => {
                    known.insert(id, name);
                }
                None => missing.push(Some(id)),
            }
        }
        for (id, name) in Self::load(connection, missing)?.0 {
            NAMES.put(version, id, name.clone());
            known.insert(id, name);
        }
        Ok(Self(known))
    }

    /// Returns the name of a person; empty for a person who was not loaded.
    pub fn of(&self, person: PersonId) -> String {
        self.find(Some(person.0)).unwrap_or_default()
    }

    /// Returns the name of a person; `None` without a person.
    pub fn find(&self, person: Option<i64>) -> Option<String> {
        self.0.get(&person?).cloned()
    }
}
