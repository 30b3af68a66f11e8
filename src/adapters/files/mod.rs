//! Files that people hand in: what is accepted, under which name it is shown, where it is kept. Nothing here knows
//! whose file it is or renders it; a file is refused in doubt, with a code whose words are in the locales
//! (`files.ftl`).
//!
//! The way of a file: [`FileStore::begin`] → [`Staged::write`] for each chunk → [`Staged::inspect`] →
//! [`Staged::finish`]; later [`FileStore::open`] or [`FileStore::read`], which check the digest again.

mod error;
mod images;
mod inspect;
mod kinds;
mod names;
mod office;
mod ole;
mod pdf;
mod scan;
mod store;
mod table;

pub use error::FileError;
pub use inspect::{FileFlag, Inspected, inspect};
pub use kinds::{FILE_KINDS, FileKind, MAX_FILE_BYTES, MIB, kind_of};
pub use names::{content_disposition, display_name};
pub use store::{FileKey, FileStore, HASH_ALGORITHM, Opened, Staged, Stored};
pub use table::text_of_table;
