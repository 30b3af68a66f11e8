//! Checks of OOXML documents (docx, xlsx, pptx), read by their relationships: the main part is the one that the package
//! names, whatever its name. One level of embedded documents, such as the workbook behind a chart, is inspected by the
//! same rules. Active content, signatures and locks are flagged.

use std::io::{BufReader, Cursor, Read, Seek};

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use crate::adapters::files::contents::Content;
use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::package::{self, Format, MAX_UNPACKED, Part, broken};
use crate::adapters::files::relationships::{RELATIONSHIPS_BYTES, Relationship, main_part, relationships};
use crate::adapters::files::xml;

/// Content types of main parts.
pub(super) const MAIN_TYPES: &[&str] =
    &["wordprocessingml.document.main+xml", "spreadsheetml.sheet.main+xml", "presentationml.presentation.main+xml"];

const TYPES: &str = "[Content_Types].xml";
/// Name of the package's own relationships.
pub(super) const PACKAGE_RELATIONSHIPS: &str = "_rels/.rels";
/// Maximum size of the list of parts and their types, in bytes.
const MAX_TYPES: u64 = 1024 * 1024;
/// Maximum size of the field codes of a part that are searched, and of the part itself, in bytes.
const MAX_CODES: usize = 64 * 1024;
const MAX_FIELD_PART: u64 = 64 * 1024 * 1024;

/// Elements that lock a document for editing, with the attributes of which one must be set; an element listed without
/// attributes always locks. Programs also write such elements without a lock.
const LOCKS: &[(&[u8], &[&str])] = &[
    (b"documentProtection", &["enforcement"]),
    (b"sheetProtection", &["sheet"]),
    (b"workbookProtection", &["lockStructure", "lockWindows", "lockRevision"]),
    (b"modifyVerifier", &[]),
    (b"writeProtection", &[]),
];
/// Distance in bytes within which an element's attributes are looked for.
const ATTRIBUTES: usize = 400;

/// Checks a document of which the main part has one of `main_types`.
pub(super) fn check(
    body: &mut (impl Read + Seek),
    length: u64,
    main_types: &[&str],
) -> Result<Vec<FileFlag>, FileError> {
    Document::default().inspect(body, length, main_types, MAX_UNPACKED).map(|(flags, _)| flags)
}

/// Types of the parts: by extension, and of single parts, in lower case.
#[derive(Default)]
struct Types {
    defaults: Vec<(String, String)>,
    overrides: Vec<(String, String)>,
}

impl Types {
    fn parse(text: &[u8]) -> Result<Self, FileError> {
        let mut types = Self::default();
        xml::each_element(text, |name, tag| {
            let pair = |key: &str| {
                let content_type = xml::attribute(tag, "ContentType")?;
                Some((xml::attribute(tag, key)?.trim_start_matches('/').to_lowercase(), content_type.to_lowercase()))
            };
            match name {
                b"Default" => types.defaults.extend(pair("Extension")),
                b"Override" => types.overrides.extend(pair("PartName")),
                _ => {}
            }
        })?;
        Ok(types)
    }

    /// Returns the type of a part by its name in lower case.
    fn of(&self, lower: &str) -> &str {
        let by_name = self.overrides.iter().find(|(name, _)| name == lower);
        let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
        let found = by_name.or_else(|| self.defaults.iter().find(|(extension, _)| extension == ending));
        found.map_or("", |(_, content_type)| content_type)
    }

    /// Returns the part whose type declares macros; for a type by extension, the list of types itself.
    fn macros(&self) -> Option<&str> {
        let has = |content_type: &str| content_type.contains("macroenabled") || content_type.contains("vbaproject");
        let named = self.overrides.iter().find(|(_, content_type)| has(content_type)).map(|(name, _)| name.as_str());
        named.or_else(|| self.defaults.iter().any(|(_, content_type)| has(content_type)).then_some(TYPES))
    }
}

#[derive(Default)]
struct Document {
    types: Types,
    flags: Vec<FileFlag>,
    /// True for an embedded document.
    is_inner: bool,
    /// Names of the relationship parts in their original case.
    relationship_parts: Vec<String>,
    /// Names of the parts with fields.
    field_parts: Vec<String>,
}

impl Format for Document {
    fn is_xml(&self, lower: &str) -> bool {
        let by_ending = [".xml", ".rels", ".vml"].iter().any(|ending| lower.ends_with(ending));
        by_ending || self.types.of(lower).ends_with("xml")
    }

    fn may_embed(&self, lower: &str) -> bool {
        let is_document = [".xlsx", ".docx", ".pptx"].iter().any(|ending| lower.ends_with(ending));
        !self.is_inner && is_document
    }

    fn embedded(&mut self, _: &Part<'_>, content: Vec<u8>, room: u64) -> Result<u64, FileError> {
        let length = content.len() as u64;
        let inner = Self { is_inner: true, ..Self::default() };
        let (flags, unpacked) = inner.inspect(&mut Cursor::new(content), length, MAIN_TYPES, room)?;
        self.flags.extend(flags);
        Ok(unpacked)
    }

    fn inspect(&mut self, part: &Part<'_>, block: &[u8], is_first: bool) {
        if is_first {
            self.look_at_name(part, block);
        }
        if !part.is_xml {
            return;
        }
        if LOCKS.iter().any(|(name, attributes)| is_locked(block, name, attributes)) {
            self.flags.push(FileFlag::Locked);
        }
        if element(block, b"ddeLink").is_some() {
            self.flags.push(FileFlag::Dde);
        }
        let has_fields = element(block, b"instrText").is_some() || element(block, b"fldSimple").is_some();
        if has_fields && self.field_parts.last().is_none_or(|last| last != part.name) {
            self.field_parts.push(part.name.to_owned());
        }
    }
}

impl Document {
    /// Inspects the document, unpacking at most `room` bytes; returns its flags and its unpacked size.
    fn inspect(
        mut self,
        body: &mut (impl Read + Seek),
        length: u64,
        main_types: &[&str],
        room: u64,
    ) -> Result<(Vec<FileFlag>, u64), FileError> {
        let mut archive = package::open_archive(body, length)?;
        let no_document = || FileError::Mismatch { found: Content::Zip, ending: String::new() };
        let types = package::read_part(&mut archive, TYPES, MAX_TYPES)?.ok_or_else(no_document)?;
        self.types = Types::parse(&types)?;
        let unpacked = package::walk(&mut archive, room, &mut self)?;
        if let Some(part) = self.types.macros() {
            return Err(FileError::Macros { part: part.to_owned() });
        }
        self.check_main(&mut archive, main_types)?;
        self.check_relationships(&mut archive)?;
        for part in std::mem::take(&mut self.field_parts) {
            if has_dde_field(&mut archive, &part)? {
                self.flags.push(FileFlag::Dde);
            }
        }
        Ok((self.flags, unpacked))
    }

    fn look_at_name(&mut self, part: &Part<'_>, block: &[u8]) {
        if part.lower.ends_with(".rels") {
            self.relationship_parts.push(part.name.to_owned());
        }
        if part.lower.starts_with("_xmlsignatures/") && part.lower.ends_with(".xml") {
            self.flags.push(FileFlag::Signed);
        }
        if part.lower.contains("/activex/") {
            self.flags.push(FileFlag::Controls);
        } else if block.starts_with(b"\xd0\xcf\x11\xe0") {
            self.flags.push(FileFlag::OleObject);
        }
    }

    /// Checks that the package names one main part inside of it, and that it has the expected type.
    fn check_main<R: Read + Seek>(&self, archive: &mut ZipArchive<R>, main_types: &[&str]) -> Result<(), FileError> {
        let named = package::read_part(archive, PACKAGE_RELATIONSHIPS, RELATIONSHIPS_BYTES)?;
        let named = named.ok_or_else(|| FileError::MainParts { part: PACKAGE_RELATIONSHIPS.to_owned() })?;
        let main = main_part(&relationships(&named)?)?;
        if !archive.file_names().flatten().any(|name| name.eq_ignore_ascii_case(&main)) {
            return Err(FileError::MainParts { part: main });
        }
        let found = self.types.of(&main.to_lowercase());
        if main_types.iter().any(|expected| found.contains(expected)) {
            return Ok(());
        }
        let kinds =
            [("wordprocessing", Content::Docx), ("spreadsheet", Content::Xlsx), ("presentation", Content::Pptx)];
        let found = kinds.into_iter().find(|(mark, _)| found.contains(mark)).map_or(Content::Zip, |(_, kind)| kind);
        Err(FileError::Mismatch { found, ending: String::new() })
    }

    /// Flags external content that the parts load.
    fn check_relationships<R: Read + Seek>(&mut self, archive: &mut ZipArchive<R>) -> Result<(), FileError> {
        for part in std::mem::take(&mut self.relationship_parts) {
            let text = package::read_part(archive, &part, RELATIONSHIPS_BYTES)?.unwrap_or_default();
            let external = relationships(&text)?.into_iter().filter(|relationship| relationship.is_external);
            self.flags.extend(external.filter_map(|relationship| flag_of(&relationship)));
        }
        Ok(())
    }
}

/// Returns the flag of a relationship that leads out of the document. Hyperlinks are followed by people only.
fn flag_of(relationship: &Relationship) -> Option<FileFlag> {
    match relationship.kind.rsplit('/').next().unwrap_or_default() {
        "hyperlink" => None,
        // Word names the author's own template by its path on the author's disk, which no one else loads.
        "attachedTemplate" => relationship.is_remote().then_some(FileFlag::RemoteTemplate),
        _ => Some(FileFlag::ExternalContent),
    }
}

/// Finds an element by its local name; returns the offset after the name.
fn element(block: &[u8], name: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = block.get(from..).and_then(|rest| memmem::find(rest, name)).map(|offset| from + offset) {
        let after = at + name.len();
        let before = block.get(..at).unwrap_or_default();
        let prefix = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
        let opens = before.get(..before.len() - prefix).is_some_and(|rest| rest.ends_with(b"<"));
        let has_ended = block.get(after).is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        let has_prefix = prefix == 0 || before.ends_with(b":");
        if opens && has_ended && has_prefix {
            return Some(after);
        }
        from = after;
    }
    None
}

/// Returns whether an element locks: one of its attributes is set.
fn is_locked(block: &[u8], name: &[u8], attributes: &[&str]) -> bool {
    let Some(after) = element(block, name) else { return false };
    let rest = block.get(after..).unwrap_or_default();
    let tag = rest.split(|byte| *byte == b'>').next().unwrap_or_default();
    let tag = tag.get(..tag.len().min(ATTRIBUTES)).unwrap_or_default();
    let set = |attribute: &str, value: &str| memmem::find(tag, format!("{attribute}=\"{value}\"").as_bytes()).is_some();
    attributes.is_empty() || attributes.iter().any(|name| ["1", "true", "on"].iter().any(|value| set(name, value)))
}

/// Returns whether a field of a part is a DDE field. Word may spread a field's code over many elements.
fn has_dde_field<R: Read + Seek>(archive: &mut ZipArchive<R>, part: &str) -> Result<bool, FileError> {
    let entry = archive.by_name(part).map_err(broken)?;
    let mut reader = Reader::from_reader(BufReader::new(entry.take(MAX_FIELD_PART)));
    let (mut buffer, mut codes, mut in_code) = (Vec::new(), String::new(), false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                b"instrText" => in_code = true,
                b"fldChar" => codes.push(' '),
                b"fldSimple" => {
                    codes.push(' ');
                    codes.push_str(&xml::attribute(&tag, "instr").unwrap_or_default());
                    codes.push(' ');
                }
                _ => {}
            },
            Ok(Event::End(tag)) if tag.local_name().as_ref() == b"instrText" => in_code = false,
            Ok(Event::Text(text)) if in_code => codes.push_str(&String::from_utf8_lossy(&text)),
            // Word refuses a part that cannot be read, so it has no fields.
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
        if codes.len() > MAX_CODES {
            break;
        }
    }
    Ok(codes.split_whitespace().any(|word| word.eq_ignore_ascii_case("DDE") || word.eq_ignore_ascii_case("DDEAUTO")))
}
