//! Errors of files and of the store. A message names the fault and, inside a document, the part that has it.

use std::io;

use thiserror::Error;

use crate::adapters::files::contents::{Content, Remedy};
use crate::adapters::files::kinds::MIB;
use crate::adapters::files::names::visible;

/// Maximum number of characters of a part's name in a message.
const PART_CHARACTERS: usize = 120;

/// A reason to reject a file, or a failure of the store.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("files ending in {ending:?} are not accepted; this is {found:?}")]
    TypeRefused { found: Content, ending: String },
    #[error("the file ends in {ending:?} but is {found:?}")]
    Mismatch { found: Content, ending: String },
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    #[error("another file is embedded in the file")]
    Hidden,
    #[error("the file has macros in {part}")]
    Macros { part: String },
    #[error("the file needs a password to open")]
    Encrypted,
    #[error("the virus scanner found {name}")]
    Infected { name: String },
    #[error("the document has too many parts or unpacks to too many bytes")]
    Bomb,
    #[error("the document refers to {part}, outside of it")]
    Path { part: String },
    #[error("the document has no main part, or more than one: {part}")]
    MainParts { part: String },
    #[error("the part {part} is an archive, a program or another file")]
    Nested { part: String },
    #[error("the part {part} declares XML entities or a document type")]
    XmlEntities { part: String },
    #[error("there is no such file in the store")]
    Missing,
    #[error("the stored content differs from what was written")]
    Changed,
    #[error("the file store failed: {0}")]
    Store(String),
}

impl FileError {
    /// Returns the message key of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::TooLarge { .. } => "file-too-large",
            Self::TypeRefused { ending, .. } if ending.is_empty() => "file-no-ending",
            Self::TypeRefused { .. } => "file-type-refused",
            Self::Mismatch { .. } => "file-mismatch",
            Self::Damaged(_) => "file-damaged",
            Self::Hidden => "file-hidden",
            Self::Macros { .. } => "file-macros",
            Self::Encrypted => "file-encrypted",
            Self::Infected { .. } => "file-infected",
            Self::Bomb => "file-bomb",
            Self::Path { .. } => "file-path",
            Self::MainParts { .. } => "file-main-parts",
            Self::Nested { .. } => "file-nested",
            Self::XmlEntities { .. } => "file-xml-entities",
            Self::Missing => "file-missing",
            Self::Changed => "file-changed",
            Self::Store(_) => "file-store",
        }
    }

    /// Returns the values in the message of the error: `limit` in MB, `ending`, or `part`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { limit } => vec![("limit", (limit / MIB).to_string())],
            Self::TypeRefused { ending, .. } | Self::Mismatch { ending, .. } => {
                vec![("ending", visible(ending).take(PART_CHARACTERS).collect())]
            }
            Self::Infected { name } => vec![("name", visible(name).take(PART_CHARACTERS).collect())],
            Self::Macros { part }
            | Self::Path { part }
            | Self::MainParts { part }
            | Self::Nested { part }
            | Self::XmlEntities { part } => vec![("part", visible(part).take(PART_CHARACTERS).collect())],
            _ => Vec::new(),
        }
    }

    /// Returns the true type of a file that was refused for its type; `None` for other errors.
    pub fn content(&self) -> Option<Content> {
        match self {
            Self::TypeRefused { found, .. } | Self::Mismatch { found, .. } => Some(*found),
            _ => None,
        }
    }

    /// Returns the remedy for a file that was refused for its type; `None` for other errors.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::TypeRefused { found, ending } | Self::Mismatch { found, ending } => Some(found.remedy(ending)),
            _ => None,
        }
    }

    /// Returns whether the file is at fault (the answer is 4xx), not the store.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Missing | Self::Changed | Self::Store(_))
    }

    /// Prefixes the name of the part with the name of the embedded document.
    pub(super) fn within(self, document: &str) -> Self {
        let inner = |part: String| format!("{document}/{part}");
        match self {
            Self::Macros { part } => Self::Macros { part: inner(part) },
            Self::Path { part } => Self::Path { part: inner(part) },
            Self::MainParts { part } => Self::MainParts { part: inner(part) },
            Self::Nested { part } => Self::Nested { part: inner(part) },
            Self::XmlEntities { part } => Self::XmlEntities { part: inner(part) },
            Self::Mismatch { .. } | Self::Hidden | Self::Encrypted => Self::Nested { part: document.to_owned() },
            other => other,
        }
    }
}

/// An unexpected end is a fault of the file; any other failure to read the staged copy is ours.
impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too soon"),
            _ => Self::Store(error.to_string()),
        }
    }
}
