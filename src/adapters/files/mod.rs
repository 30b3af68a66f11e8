//! Uploaded files: accepted types, display names and the store. Knows no owners and never renders a file; doubtful
//! files are rejected with a code whose message is in the locales (`files.ftl`).
//!
//! The life of a file: [`FileStore::begin`] → [`Staged::write`] for each chunk → [`Staged::inspect`], which also has it
//! scanned for viruses where a scanner is set → [`Staged::clean_copy`], a copy without personal data →
//! [`Staged::finish`]; later [`FileStore::open`] or [`FileStore::read`], which check the digest again.

mod antivirus;
mod clean;
mod compound;
mod contents;
mod e_invoice;
mod error;
mod flags;
mod heif;
mod images;
mod inspect;
mod kinds;
mod names;
mod ofd;
mod office;
mod ole;
mod package;
mod pdf;
mod pdf_lock;
mod relationships;
mod scan;
mod store;
mod table;
mod xml;

pub use antivirus::Scanner;
pub use clean::write_clean_copy;
pub use contents::{Content, Remedy};
pub use e_invoice::{EInvoice, may_be_e_invoice, read_e_invoice};
pub use error::FileError;
pub use flags::FileFlag;
pub use inspect::{Inspected, inspect};
pub use kinds::{FILE_KINDS, FileKind, MIB, kind_of};
pub use names::{MAX_NAME_BYTES, content_disposition, display_name, distinct_names};
pub use store::{FileKey, FileStore, HASH_ALGORITHM, Opened, Staged, Stored};
pub use table::text_of_table;
