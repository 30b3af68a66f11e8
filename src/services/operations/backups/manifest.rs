//! The manifest of a backup: an entry of the archive that lists all other entries with their sizes and digests.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::adapters::files::FileKey;
use crate::storage::transfer::{Table, TableDigest};

/// Version of the archive's layout.
pub const FORMAT: u32 = 1;
/// Entry of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// Entry of the manifest's signature, in hexadecimal.
pub const SIGNATURE: &str = "manifest.signature";
/// Purpose of the derived key that signs manifests.
pub const PURPOSE: &str = "backup";

/// A table with the digest of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTable {
    #[serde(flatten)]
    pub table: Table,
    #[serde(flatten)]
    pub digest: TableDigest,
}

impl StoredTable {
    /// Returns the name of the table's entry.
    pub fn entry(&self) -> String {
        table_entry(&self.table.name)
    }
}

/// Returns the name of a table's entry.
pub fn table_entry(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

/// A file of the file store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Key in the file store.
    pub key: String,
    pub bytes: u64,
    /// Digest in lower-case hexadecimal.
    pub sha256: String,
}

impl StoredFile {
    /// Returns the name of the file's entry.
    pub fn entry(&self) -> String {
        format!("files/{}", self.key)
    }
}

/// The manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// Version of the program that made the backup.
    pub program: String,
    /// Time of the snapshot, in UTC.
    pub made_at: NaiveDateTime,
    /// Identifier of the key that signs the manifest.
    pub key_id: String,
    /// Versions of the migrations in the database.
    pub migrations: Vec<String>,
    /// Tables, in an order in which each follows the tables that its rows refer to.
    pub tables: Vec<StoredTable>,
    pub files: Vec<StoredFile>,
}

impl Manifest {
    /// Returns the number of all rows.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.digest.rows).sum()
    }

    /// Returns a fault of the manifest itself: a name that must not be used in a statement or a path, or a repeated
    /// one.
    pub fn fault(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        for table in &self.tables {
            if !table.table.has_plain_names() || !seen.insert(table.entry()) {
                return Some(format!("its list names the table {:?}", table.table.name));
            }
        }
        for file in &self.files {
            if FileKey::parse(&file.key).is_none() || !seen.insert(file.entry()) {
                return Some(format!("its list names the file {:?}", file.key));
            }
        }
        None
    }

    /// Returns the first difference between the names of an archive's entries and those in the manifest.
    pub fn unexpected(&self, names: &[String]) -> Option<String> {
        let tables = self.tables.iter().map(StoredTable::entry);
        let mut missing: BTreeSet<String> = tables.chain(self.files.iter().map(StoredFile::entry)).collect();
        missing.extend([MANIFEST.to_owned(), SIGNATURE.to_owned()]);
        for name in names {
            if !missing.remove(name) {
                return Some(format!("it holds {name:?}, which its list does not name"));
            }
        }
        missing.first().map(|name| format!("{name} is missing"))
    }
}
