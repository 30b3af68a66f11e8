//! File type detection: the extension, the first bytes and the structure must agree (ASVS 5.2.2). Reads the body in
//! blocks, so memory stays small whatever the size, and never unpacks to disk.

use std::io::{Read, Seek, SeekFrom};

use crate::adapters::files::error::FileError;
use crate::adapters::files::kinds::{FileKind, Shape, kind_of};
use crate::adapters::files::{images, office, ole, pdf, table};

/// A warning about an accepted file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileFlag {
    /// PDF with scripts (`/JS`, `/JavaScript`).
    Scripts,
    /// PDF with an action on opening (`/OpenAction`, `/AA`).
    OpenAction,
    /// PDF that starts programs (`/Launch`).
    Launch,
    /// PDF with embedded files (`/EmbeddedFile`).
    EmbeddedFile,
    /// Encrypted PDF, whose content could not be inspected.
    Encrypted,
}

impl FileFlag {
    /// Returns the key of its message.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scripts => "file-flag-scripts",
            Self::OpenAction => "file-flag-open-action",
            Self::Launch => "file-flag-launch",
            Self::EmbeddedFile => "file-flag-embedded-file",
            Self::Encrypted => "file-flag-encrypted",
        }
    }
}

/// Result of an inspection: the file is of the type that its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    pub kind: &'static FileKind,
    /// Warnings in order, each once.
    pub flags: Vec<FileFlag>,
}

/// First bytes that identify a type; `None` marks types that are never accepted.
const MAGIC: &[(&[u8], Option<Magic>)] = &[
    (b"%PDF-", Some(Magic::Pdf)),
    (b"\x89PNG\r\n\x1a\n", Some(Magic::Png)),
    (b"\xff\xd8\xff", Some(Magic::Jpeg)),
    (b"PK\x03\x04", Some(Magic::Zip)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Some(Magic::Ole)),
    (b"PK", None),
    (b"MZ", None),
    (b"\x7fELF", None),
    (b"GIF8", None),
    (b"RIFF", None),
    (b"Rar!", None),
    (b"7z\xbc\xaf\x27\x1c", None),
    (b"\x1f\x8b", None),
    (b"{\\rtf", None),
    (b"#!", None),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Magic {
    Pdf,
    Png,
    Jpeg,
    Zip,
    Ole,
    Text,
}

/// Inspects a file sent under `name`.
///
/// # Errors
/// See [`FileError`]; doubtful files are rejected.
pub fn inspect(name: &str, body: &mut (impl Read + Seek)) -> Result<Inspected, FileError> {
    let kind = kind_of(name).ok_or(FileError::TypeRefused)?;
    let length = body.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Err(FileError::Empty);
    }
    if length > kind.max_bytes {
        return Err(FileError::TooLarge { limit: kind.max_bytes });
    }
    body.rewind()?;
    let mut first = Vec::with_capacity(16);
    body.by_ref().take(16).read_to_end(&mut first)?;
    let found = magic(&first).ok_or(FileError::TypeRefused)?;
    let expected = match kind.shape {
        Shape::Pdf => Magic::Pdf,
        Shape::Png => Magic::Png,
        Shape::Jpeg => Magic::Jpeg,
        Shape::Office { .. } => Magic::Zip,
        Shape::Ole(_) => Magic::Ole,
        Shape::Table => Magic::Text,
    };
    if found != expected {
        // A password-protected document is a compound file, whatever its extension.
        let locked = found == Magic::Ole && expected == Magic::Zip && ole::is_encrypted_package(body, length)?;
        return Err(if locked { FileError::Encrypted } else { FileError::Mismatch });
    }
    body.rewind()?;
    let mut flags = match kind.shape {
        Shape::Pdf => pdf::check(body, length)?,
        Shape::Png => images::check_png(body, length).map(|()| Vec::new())?,
        Shape::Jpeg => images::check_jpeg(body, length).map(|()| Vec::new())?,
        Shape::Office { main, content_type } => office::check(body, length, main, content_type).map(|()| Vec::new())?,
        Shape::Ole(streams) => ole::check(body, length, streams).map(|()| Vec::new())?,
        Shape::Table => table::check(body).map(|()| Vec::new())?,
    };
    flags.sort_unstable();
    flags.dedup();
    Ok(Inspected { kind, flags })
}

/// Identifies a type by its first bytes; `None` for types that are never accepted.
fn magic(first: &[u8]) -> Option<Magic> {
    MAGIC.iter().find(|(bytes, _)| first.starts_with(bytes)).map_or(Some(Magic::Text), |(_, magic)| *magic)
}
