//! Why a file was refused or could not be had. It says what is wrong, never what is in the file.

use std::io;

use thiserror::Error;

/// Why a file was refused or could not be had.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("files of this type are not accepted")]
    TypeRefused,
    #[error("the content is not what the name's ending says")]
    Mismatch,
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    #[error("the file hides another one")]
    Hidden,
    #[error("the file has macros")]
    Macros,
    #[error("the file is an encrypted document")]
    Encrypted,
    #[error("the document has too many parts, or unpacks to too much")]
    Bomb,
    #[error("a part of the document has a path that leads out of it")]
    Path,
    #[error("a part of the document is an archive or a program")]
    Nested,
    #[error("a part of the document declares XML entities or a document type")]
    XmlEntities,
    #[error("there is no such file in the store")]
    Missing,
    #[error("what the store holds is not what was put there")]
    Changed,
    #[error("files cannot be stored or read now: {0}")]
    Store(String),
}

impl FileError {
    /// The key of the words for it (`{ $limit }` in MiB where it is [`FileError::TooLarge`]).
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

    /// Whether the file itself is at fault (the answer is 4xx), not the store.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Missing | Self::Changed | Self::Store(_))
    }
}

/// Reading the staged file failed, which is our fault; its end came too soon, which is the file's.
impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too soon"),
            _ => Self::Store(error.to_string()),
        }
    }
}
