//! Uploaded files: accepted types, display names and the store. Does not know whose file it is and never renders one;
//! doubtful files are rejected with a code whose message is in the locales (`files.ftl`).
//!
//! The life of a file: [`FileStore::begin`] → [`Staged::write`] for each chunk → [`Staged::inspect`] →
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
