//! OOXML documents without personal data: the properties that name people are emptied, the names of those who commented
//! or changed are replaced (`reviewers`), pictures lose their location and device, and an embedded document is treated
//! like the one around it. All other parts are copied as they are.

use std::collections::HashSet;
use std::io::{Cursor, Read, Seek, Write};

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::adapters::files::clean::{Piece, pictures, reviewers, write_pieces};
use crate::adapters::files::error::FileError;
use crate::adapters::files::office::PACKAGE_RELATIONSHIPS;
use crate::adapters::files::package::{broken, read_part};
use crate::adapters::files::relationships::{RELATIONSHIPS_BYTES, relationships, resolve};

/// Ends of the types of relationships to parts with properties.
const PROPERTIES: &[&str] = &["/core-properties", "/extended-properties"];
/// Properties that name people and their organisation.
const PERSONAL: &[&[u8]] = &[b"creator", b"lastModifiedBy", b"Company", b"Manager"];
/// Folder of a document's signatures.
const SIGNATURES: &str = "_xmlsignatures/";
/// Maximum size of a part that is changed, in bytes.
const MAX_PART: u64 = 64 * 1024 * 1024;

/// Writes the copy of an inspected document; returns false if there is nothing to remove.
pub(super) fn write(body: &mut (impl Read + Seek), copy: &mut (impl Write + Seek)) -> Result<bool, FileError> {
    write_level(body, copy, false)
}

fn write_level(
    body: &mut (impl Read + Seek),
    copy: &mut (impl Write + Seek),
    is_inner: bool,
) -> Result<bool, FileError> {
    body.rewind()?;
    let mut archive = ZipArchive::new(body).map_err(broken)?;
    let properties = property_parts(&mut archive)?;
    let is_signed = archive.file_names().flatten().any(|name| name.to_lowercase().starts_with(SIGNATURES));
    let mut writer = ZipWriter::new(copy);
    let mut is_changed = false;
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).and_then(Result::ok).map(std::borrow::Cow::into_owned);
        let name = name.unwrap_or_default();
        let entry = archive.by_index(index).map_err(broken)?;
        let is_property = properties.contains(&name.to_lowercase());
        if let Some(content) = clean_part(entry, is_property, (is_inner, is_signed))? {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            writer.start_file(&name, options).map_err(broken)?;
            writer.write_all(&content)?;
            is_changed = true;
        } else {
            writer.raw_copy_file(archive.by_index_raw(index).map_err(broken)?).map_err(broken)?;
        }
    }
    writer.finish().map_err(broken)?;
    Ok(is_changed)
}

/// Returns the names of the parts with properties, in lower case, as the package's relationships name them.
fn property_parts<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<HashSet<String>, FileError> {
    let text = read_part(archive, PACKAGE_RELATIONSHIPS, RELATIONSHIPS_BYTES)?.unwrap_or_default();
    let all = relationships(&text)?.into_iter();
    let named = all.filter(|relationship| PROPERTIES.iter().any(|end| relationship.kind.ends_with(end)));
    Ok(named.filter_map(|relationship| Some(resolve(&relationship.target)?.to_lowercase())).collect())
}

/// Returns the content of a part without personal data; `None` if the part has none.
fn clean_part(
    mut entry: impl Read,
    is_property: bool,
    (is_inner, is_signed): (bool, bool),
) -> Result<Option<Vec<u8>>, FileError> {
    let mut content = Vec::new();
    (&mut entry).take(8).read_to_end(&mut content).map_err(|error| broken(error.into()))?;
    let is_picture = content.starts_with(b"\xff\xd8\xff") || content.starts_with(b"\x89PNG\r\n\x1a\n");
    let is_document = !is_inner && content.starts_with(b"PK\x03\x04");
    // A signature covers the text, so a signed document keeps the names in it.
    let is_text = !is_signed && reviewers::starts_as_xml(&content);
    if !is_property && !is_picture && !is_document && !is_text {
        return Ok(None);
    }
    entry.take(MAX_PART).read_to_end(&mut content).map_err(|error| broken(error.into()))?;
    if content.len() as u64 >= MAX_PART {
        return if is_text && !is_property { Ok(None) } else { Err(FileError::Bomb) };
    }
    if is_text && !is_property {
        return Ok(reviewers::may_name_people(&content).then(|| reviewers::without_people(&content)).flatten());
    }
    if is_property {
        return Ok(without_names(&content));
    }
    let length = content.len() as u64;
    let is_png = content.starts_with(b"\x89");
    let mut body = Cursor::new(content);
    if is_document {
        let mut copy = Cursor::new(Vec::new());
        return Ok(write_level(&mut body, &mut copy, true)?.then(|| copy.into_inner()));
    }
    let pieces = if is_png { pictures::png(&mut body, length) } else { pictures::jpeg(&mut body, length) };
    // A picture that cannot be read shows no location either: programs refuse it.
    let pieces = pieces.unwrap_or_else(|_| vec![Piece::Kept(0, length)]);
    let mut copy = Vec::new();
    Ok(write_pieces(&pieces, &mut body, length, &mut copy)?.then_some(copy))
}

/// Empties the properties that name people; `None` if all are empty already. Unreadable properties are dropped as a
/// whole.
fn without_names(text: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::from_reader(text);
    let mut writer = Writer::new(Vec::new());
    let (mut buffer, mut is_personal, mut is_changed) = (Vec::new(), false, false);
    loop {
        buffer.clear();
        let written = match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return is_changed.then(|| writer.into_inner()),
            Ok(Event::Start(tag)) => {
                is_personal = PERSONAL.contains(&tag.local_name().as_ref());
                writer.write_event(Event::Start(tag))
            }
            Ok(Event::End(tag)) => {
                is_personal = false;
                writer.write_event(Event::End(tag))
            }
            Ok(Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)) if is_personal => {
                is_changed = true;
                writer.write_event(Event::Text(BytesText::from_escaped("")))
            }
            Ok(event) => writer.write_event(event),
            Err(_) => return Some(Vec::new()),
        };
        if written.is_err() {
            return Some(Vec::new());
        }
    }
}
