//! Errors of files and of the store. A message names the fault, never the content.

use std::io;

use thiserror::Error;

/// A reason to reject a file, or a failure of the store.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("files of this type are not accepted")]
    TypeRefused,
    #[error("the content does not match the file name extension")]
    Mismatch,
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    #[error("the file hides another file")]
    Hidden,
    #[error("the file has macros")]
    Macros,
    #[error("the file is an encrypted document")]
    Encrypted,
    #[error("the document has too many parts or unpacks to too many bytes")]
    Bomb,
    #[error("a part of the document has a path outside of it")]
    Path,
    #[error("a part of the document is an archive or a program")]
    Nested,
    #[error("a part of the document declares XML entities or a document type")]
    XmlEntities,
    #[error("there is no such file in the store")]
    Missing,
    #[error("the stored content differs from what was written")]
    Changed,
    #[error("the file store failed: {0}")]
    Store(String),
}

impl FileError {
    /// Returns the key of its message (`{ $limit }` in MiB for [`FileError::TooLarge`]).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::TooLarge { .. } => "file-too-large",
            Self::TypeRefused => "file-type-refused",
            Self::Mismatch => "file-mismatch",
            Self::Damaged(_) => "file-damaged",
            Self::Hidden => "file-hidden",
            Self::Macros => "file-macros",
            Self::Encrypted => "file-encrypted",
            Self::Bomb => "file-bomb",
            Self::Path => "file-path",
            Self::Nested => "file-nested",
            Self::XmlEntities => "file-xml-entities",
            Self::Missing => "file-missing",
            Self::Changed => "file-changed",
            Self::Store(_) => "file-store",
        }
    }

    /// Tests whether the file is at fault (the answer is 4xx), not the store.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Missing | Self::Changed | Self::Store(_))
    }
}

/// An unexpected end is the file's fault; any other failure to read the staged copy is ours.
impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too soon"),
            _ => Self::Store(error.to_string()),
        }
    }
}
