//! Touched objects: those whose rows a write transaction may have changed, so that they are recorded at its end
//! (`row_records`).

use std::collections::{BTreeMap, BTreeSet};

use crate::storage::audit::recorded_rows::{ObjectKind, RowDigests};

/// The way in which a transaction touched an object whose name is known.
#[derive(Debug)]
pub(in crate::storage) enum Touch {
    /// An event names the object: the tables that the transaction wrote are read. Its row may be gone.
    Named,
    /// Rows of the object with this key changed: the tables that the transaction wrote are read.
    Whole(i64),
    /// Only these tables of the object changed, and have these digests now; nothing is read.
    Tables(RowDigests),
    /// The transaction added the object with these digests; nothing is read.
    Added(RowDigests),
}

impl Touch {
    /// Combines two touches of one object, so that everything that either of them would read is read.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Whole(id), _) | (_, Self::Whole(id)) => Self::Whole(id),
            (Self::Tables(mut digests), Self::Tables(others)) => {
                digests.extend(others);
                Self::Tables(digests)
            }
            (Self::Tables(digests), Self::Named) | (Self::Named, Self::Tables(digests)) => Self::Tables(digests),
            (Self::Added(_), Self::Added(digests)) => Self::Added(digests),
            // The object has changed since its digests were given.
            (Self::Named, _) | (_, Self::Named) | (Self::Added(_), _) | (_, Self::Added(_)) => Self::Named,
        }
    }
}

/// Objects whose rows a transaction may have changed.
#[derive(Debug, Default)]
pub(in crate::storage) struct Touched {
    /// Keys of objects whose names are not known.
    pub(super) ids: BTreeMap<ObjectKind, BTreeSet<i64>>,
    /// Objects by name.
    pub(super) named: BTreeMap<ObjectKind, BTreeMap<String, Touch>>,
}

impl Touched {
    /// Adds an object by the key of its row.
    pub(in crate::storage) fn add_id(&mut self, kind: ObjectKind, id: i64) {
        self.ids.entry(kind).or_default().insert(id);
    }

    /// Adds an object by its name.
    pub(in crate::storage) fn add(&mut self, kind: ObjectKind, name: &str, touch: Touch) {
        let objects = self.named.entry(kind).or_default();
        let touch = match objects.remove(name) {
            Some(earlier) => earlier.and(touch),
            None => touch,
        };
        objects.insert(name.to_owned(), touch);
    }
}
