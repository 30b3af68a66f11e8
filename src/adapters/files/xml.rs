//! Reading XML: the attributes of elements in small parts, and the check of an electronic invoice. Document types and
//! entities are refused, never resolved (ASVS 1.5.1).

use std::io::{BufReader, Read, Seek};

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::adapters::files::contents::Content;
use crate::adapters::files::error::FileError;

/// Name of the whole file in messages about a part.
const WHOLE: &str = "XML";

/// Calls `visit` with each start tag of a small part, by its local name.
///
/// # Errors
/// `Damaged` for text that is not well-formed XML.
pub(super) fn each_element(text: &[u8], mut visit: impl FnMut(&[u8], &BytesStart<'_>)) -> Result<(), FileError> {
    let mut reader = Reader::from_reader(text);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) => visit(tag.local_name().as_ref(), &tag),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(FileError::Damaged("a part of the document is not well-formed XML")),
        }
    }
}

/// Returns the value of an attribute by its local name, with its entities resolved.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|found| found.key.local_name().as_ref() == name.as_bytes())?;
    let raw = std::str::from_utf8(&found.value).ok()?;
    quick_xml::escape::unescape(raw).ok().map(std::borrow::Cow::into_owned)
}

/// Checks an XML file: well-formed to its end, without a document type, instructions or markup that browsers run.
pub(super) fn check(body: &mut (impl Read + Seek)) -> Result<(), FileError> {
    let mut reader = Reader::from_reader(BufReader::new(body));
    let mut buffer = Vec::new();
    let (mut depth, mut roots) = (0_u64, 0_u64);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| match error {
            quick_xml::Error::Io(io) if io.raw_os_error().is_some() => FileError::Store(io.to_string()),
            _ => FileError::Damaged("the XML is not well-formed"),
        })?;
        match event {
            Event::Start(tag) => {
                roots += u64::from(depth == 0);
                depth += 1;
                refuse_markup(&tag)?;
            }
            Event::Empty(tag) => {
                roots += u64::from(depth == 0);
                refuse_markup(&tag)?;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(_) | Event::PI(_) => return Err(FileError::XmlEntities { part: WHOLE.to_owned() }),
            Event::Eof if depth == 0 && roots == 1 => return Ok(()),
            Event::Eof => return Err(FileError::Damaged("the XML is cut off")),
            _ => {}
        }
    }
}

/// Refuses elements and namespaces that browsers would run.
fn refuse_markup(tag: &BytesStart<'_>) -> Result<(), FileError> {
    let attributes = tag.attributes_raw().to_ascii_lowercase();
    let has = |mark: &[u8]| memmem::find(&attributes, mark).is_some();
    let found = if has(b"2000/svg") {
        Content::Svg
    } else if has(b"1999/xhtml") || has(b"1999/xsl") || tag.local_name().as_ref().eq_ignore_ascii_case(b"script") {
        Content::Html
    } else {
        return Ok(());
    };
    Err(FileError::Mismatch { found, ending: "xml".to_owned() })
}
