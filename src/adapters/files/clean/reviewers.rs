//! Names of people in the parts of OOXML documents: authors of comments and changes, and people who shared or saved the
//! document. Word, Excel and PowerPoint write the names into attributes and elements of different parts, which are
//! recognised by their content, because parts may have any name. Programs show the replacement: `Author`.

use memchr::memmem;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

/// Texts of which at least one occurs in every part that names a person.
const TRACES: &[&[u8]] =
    &[b"author", b"Author", b"initials", b"userName", b"userInfo", b"displayName", b"presenceInfo", b"absPath"];
/// Attributes that name a person: the element (empty for any element), the attribute, and its replacement.
const NAMES: &[(&[u8], &[u8], &str)] = &[
    (b"", b"author", NO_ONE),
    (b"", b"initials", "A"),
    (b"", b"userName", NO_ONE),
    (b"cmAuthor", b"name", NO_ONE),
    (b"author", b"name", NO_ONE),
    (b"author", b"userId", NO_ONE),
    (b"author", b"providerId", NO_PROVIDER),
    (b"person", b"displayName", NO_ONE),
    (b"person", b"userId", NO_ONE),
    (b"person", b"providerId", NO_PROVIDER),
    (b"presenceInfo", b"userId", NO_ONE),
    (b"presenceInfo", b"providerId", NO_PROVIDER),
    (b"userInfo", b"name", NO_ONE),
    // The folder of the last save, which often has the name of an account.
    (b"absPath", b"url", ""),
];
/// Name that Office itself writes where personal data is removed.
const NO_ONE: &str = "Author";
/// Provider that Office writes for names without an account.
const NO_PROVIDER: &str = "None";
/// Element with the name of the author of cell comments, and its parent element.
const COMMENTER: &[u8] = b"author";
const COMMENTERS: &[u8] = b"authors";

/// Returns whether a part begins like XML.
pub(super) fn starts_as_xml(part: &[u8]) -> bool {
    part.strip_prefix(b"\xef\xbb\xbf").unwrap_or(part).trim_ascii_start().starts_with(b"<")
}

/// Returns whether XML may name a person.
pub(super) fn may_name_people(part: &[u8]) -> bool {
    TRACES.iter().any(|trace| memmem::find(part, trace).is_some())
}

/// Replaces the names of people in a part; `None` if the part has none, or is XML that cannot be read: Office refuses
/// such a part.
pub(super) fn without_people(part: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::from_reader(part);
    let mut writer = Writer::new(Vec::new());
    let (mut buffer, mut around, mut is_changed) = (Vec::new(), Vec::<Vec<u8>>::new(), false);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).ok()?;
        let is_name = around.last().is_some_and(|name| name == COMMENTER)
            && around.iter().rev().nth(1).is_some_and(|name| name == COMMENTERS);
        let written = match event {
            Event::Eof => return is_changed.then(|| writer.into_inner()),
            Event::Start(tag) => {
                around.push(tag.local_name().as_ref().to_vec());
                let changed = without_names(&tag)?;
                is_changed |= changed.is_some();
                Event::Start(changed.unwrap_or(tag))
            }
            Event::Empty(tag) => {
                let changed = without_names(&tag)?;
                is_changed |= changed.is_some();
                Event::Empty(changed.unwrap_or(tag))
            }
            Event::End(tag) => {
                around.pop();
                Event::End(tag)
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if is_name => {
                is_changed = true;
                Event::Text(BytesText::from_escaped(""))
            }
            other => other,
        };
        writer.write_event(written).ok()?;
    }
}

/// Returns an element with the names in its attributes replaced; the inner `None` if the element has none.
fn without_names<'a>(tag: &BytesStart<'a>) -> Option<Option<BytesStart<'a>>> {
    let element = tag.local_name();
    let instead = |attribute: &Attribute<'_>| {
        let name = attribute.key.local_name();
        let of = |known: &&(&[u8], &[u8], &str)| {
            (known.0.is_empty() || known.0 == element.as_ref()) && known.1 == name.as_ref()
        };
        let text = NAMES.iter().find(of)?.2;
        (!attribute.value.is_empty() && attribute.value.as_ref() != text.as_bytes()).then_some(text)
    };
    let attributes = tag.attributes().with_checks(false).collect::<Result<Vec<_>, _>>().ok()?;
    if attributes.iter().all(|attribute| instead(attribute).is_none()) {
        return Some(None);
    }
    let mut changed = BytesStart::new(String::from_utf8(tag.name().as_ref().to_vec()).ok()?);
    for attribute in attributes {
        let text = instead(&attribute);
        match text {
            Some(text) => changed.push_attribute((attribute.key.as_ref(), text.as_bytes())),
            None => changed.push_attribute(attribute),
        }
    }
    Some(Some(changed))
}
