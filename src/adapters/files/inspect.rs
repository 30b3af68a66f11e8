//! Inspection of an uploaded file: its name, its first bytes and its structure must agree (ASVS 5.2.2). Reads the body
//! in blocks, so memory stays small whatever the size, and never unpacks to disk.

use std::io::{Read, Seek, SeekFrom};

use crate::adapters::files::contents::{Content, recognise};
use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::kinds::{FileKind, Shape, ending_of, kind_of};
use crate::adapters::files::{heif, images, ofd, office, ole, pdf, table, xml};

/// Result of an inspection: the file has the type that its name claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    pub kind: &'static FileKind,
    /// Notes in order, each once.
    pub flags: Vec<FileFlag>,
}

/// Inspects a file of at most `limit` bytes, sent under `name`.
///
/// # Errors
/// See [`FileError`]; doubtful files are rejected.
pub fn inspect(name: &str, body: &mut (impl Read + Seek), limit: u64) -> Result<Inspected, FileError> {
    let length = body.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Err(FileError::Empty);
    }
    if length > limit {
        return Err(FileError::TooLarge { limit });
    }
    let found = recognise(body, length)?;
    let ending = ending_of(name);
    let Some(kind) = kind_of(name) else { return Err(FileError::TypeRefused { found, ending }) };
    if found == Content::LockedOffice && matches!(kind.shape, Shape::Office(_) | Shape::Ole(_) | Shape::Wps) {
        return Err(FileError::Encrypted);
    }
    if !is_content_of(kind.shape, found) {
        return Err(FileError::Mismatch { found, ending });
    }
    body.rewind()?;
    let mut flags = check_content(kind.shape, found, body, length).map_err(|error| match error {
        FileError::Mismatch { found, .. } => FileError::Mismatch { found, ending },
        other => other,
    })?;
    flags.sort_unstable();
    flags.dedup();
    Ok(Inspected { kind, flags })
}

/// Returns whether content may be of a type. A broken archive or compound file passes: its own check reports the
/// damage.
fn is_content_of(shape: Shape, found: Content) -> bool {
    use Content as C;
    match shape {
        Shape::Pdf => found == C::Pdf,
        Shape::Png => found == C::Png,
        Shape::Jpeg => found == C::Jpeg,
        Shape::Heif => found == C::Heif,
        Shape::Office(_) => matches!(found, C::Docx | C::Xlsx | C::Pptx | C::MacroOffice | C::Zip),
        Shape::Ole(_) => matches!(found, C::Doc | C::Xls | C::Ppt | C::Ole),
        Shape::Wps => {
            matches!(found, C::Doc | C::Xls | C::Ppt | C::Ole | C::Docx | C::Xlsx | C::Pptx | C::MacroOffice)
        }
        Shape::Ofd => matches!(found, C::Ofd | C::Zip),
        Shape::Xml => found == C::Xml,
        Shape::Table => found == C::Text,
    }
}

fn check_content(
    shape: Shape,
    found: Content,
    body: &mut (impl Read + Seek),
    length: u64,
) -> Result<Vec<FileFlag>, FileError> {
    let none = |()| Vec::new();
    let unseen = |()| vec![FileFlag::NoPreview];
    match shape {
        Shape::Pdf => pdf::check(body, length),
        Shape::Png => images::check_png(body, length).map(none),
        Shape::Jpeg => images::check_jpeg(body, length).map(none),
        Shape::Heif => heif::check(body, length).map(unseen),
        Shape::Office(content_type) => office::check(body, length, &[content_type]),
        Shape::Ole(streams) => ole::check(body, length, streams),
        Shape::Wps => {
            let is_compound = matches!(found, Content::Doc | Content::Xls | Content::Ppt | Content::Ole);
            let checked = if is_compound {
                ole::check_wps(body, length)
            } else {
                office::check(body, length, office::MAIN_TYPES)
            };
            checked.map(|flags| [flags, vec![FileFlag::NoPreview]].concat())
        }
        Shape::Ofd => ofd::check(body, length).map(|flags| [flags, vec![FileFlag::NoPreview]].concat()),
        Shape::Xml => xml::check(body).map(unseen),
        Shape::Table => table::check(body),
    }
}
