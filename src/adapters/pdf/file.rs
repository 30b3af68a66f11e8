//! The file itself (ISO 32000-1, 7.5): numbered objects, of which all but streams stand in compressed streams, and the
//! table of where each one is. Objects are written as text, in the order of their numbers.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha2::{Digest, Sha256};

use crate::adapters::pdf::PdfError;

/// Level of compression. The highest costs a third more CPU and makes a summary less than a hundredth smaller.
const LEVEL: u32 = 6;
/// Number of objects in one compressed stream.
const TOGETHER: usize = 200;
/// Free entry of the table.
const FREE: Entry = (0, 0, u16::MAX);

/// Number of an object; prints as a reference to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(usize);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 0 R", self.0)
    }
}

/// An object.
enum Body {
    /// A number without its object yet.
    Reserved,
    Plain(String),
    /// Entries of the dictionary, and the bytes as they are stored.
    Stream(String, Vec<u8>),
}

/// Kind of an object's place, and the place: `1` and its offset, or `2`, the number of its stream and its place there.
type Entry = (u8, u32, u16);

/// The objects of a file.
#[derive(Default)]
pub struct File(Vec<Body>);

impl File {
    /// Reserves a number, so that other objects can refer to its object before it is known.
    pub fn reserve(&mut self) -> Id {
        self.push(Body::Reserved)
    }

    /// Sets the object of a reserved number.
    pub fn set(&mut self, id: Id, object: String) {
        if let Some(body) = self.0.get_mut(id.0.saturating_sub(1)) {
            *body = Body::Plain(object);
        }
    }

    /// Adds an object.
    pub fn add(&mut self, object: String) -> Id {
        self.push(Body::Plain(object))
    }

    /// Adds a stream with these entries in its dictionary, and compresses it.
    pub fn add_stream(&mut self, entries: &str, content: &[u8]) -> Result<Id, PdfError> {
        Ok(self.add_compressed(entries, deflate(content)?))
    }

    /// Adds a stream that is compressed already.
    pub fn add_compressed(&mut self, entries: &str, content: Vec<u8>) -> Id {
        self.push(Body::Stream(format!("{entries}/Filter/FlateDecode"), content))
    }

    /// Adds a stream that stays readable.
    pub fn add_readable(&mut self, entries: &str, content: Vec<u8>) -> Id {
        self.push(Body::Stream(entries.to_owned(), content))
    }

    fn push(&mut self, body: Body) -> Id {
        self.0.push(body);
        Id(self.0.len())
    }

    /// Writes the file. Its id is a hash of everything in it: equal content has equal ids.
    ///
    /// # Errors
    /// `Write` for a file of more than 4 GiB.
    pub fn write(self, catalog: Id, info: Id) -> Result<Vec<u8>, PdfError> {
        let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut entries = vec![FREE];
        let mut plain = Vec::new();
        for (number, body) in (1..).zip(&self.0) {
            entries.push(FREE);
            match body {
                Body::Reserved => {}
                Body::Plain(object) => plain.push((number, object.as_str())),
                Body::Stream(dictionary, content) => {
                    put(&mut out, &mut entries, (number, dictionary.as_str()), content)?
                }
            }
        }
        for together in plain.chunks(TOGETHER) {
            let (mut places, mut texts) = (String::new(), String::new());
            let container = entries.len();
            for (index, (number, object)) in together.iter().enumerate() {
                let _ = write!(places, "{number} {} ", texts.len());
                texts.push_str(object);
                texts.push('\n');
                if let Some(entry) = entries.get_mut(*number) {
                    *entry = (2, narrow(container)?, index as u16);
                }
            }
            let (count, first) = (together.len(), places.len());
            let dictionary = format!("/Type/ObjStm/N {count}/First {first}/Filter/FlateDecode");
            entries.push(FREE);
            put(&mut out, &mut entries, (container, dictionary.as_str()), &deflate((places + &texts).as_bytes())?)?;
        }
        let (number, start) = (entries.len(), out.len());
        entries.push((1, narrow(start)?, 0));
        let table: Vec<u8> = entries
            .iter()
            .flat_map(|(kind, place, index)| {
                std::iter::once(*kind).chain(place.to_be_bytes()).chain(index.to_be_bytes())
            })
            .collect();
        let id = Sha256::digest(&out).iter().take(16).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02X}");
            text
        });
        let dictionary = format!(
            "/Type/XRef/Size {}/W[1 4 2]/Root {catalog}/Info {info}/ID[<{id}><{id}>]/Filter/FlateDecode",
            entries.len()
        );
        put(&mut out, &mut entries, (number, dictionary.as_str()), &deflate(&table)?)?;
        out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        Ok(out)
    }
}

/// Writes a stream with its number, and notes where it is.
fn put(
    out: &mut Vec<u8>,
    entries: &mut [Entry],
    (number, dictionary): (usize, &str),
    content: &[u8],
) -> Result<(), PdfError> {
    if let Some(entry) = entries.get_mut(number) {
        *entry = (1, narrow(out.len())?, 0);
    }
    let head = format!("{number} 0 obj\n<<{dictionary}/Length {}>>\nstream\n", content.len());
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(content);
    out.extend_from_slice(b"\nendstream\nendobj\n");
    Ok(())
}

fn narrow(place: usize) -> Result<u32, PdfError> {
    u32::try_from(place).map_err(|_| PdfError::Write("the file is too large".to_owned()))
}

/// Compresses bytes as a stream of a PDF.
pub fn deflate(content: &[u8]) -> Result<Vec<u8>, PdfError> {
    let failed = |error: std::io::Error| PdfError::Write(error.to_string());
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(content.len() / 2), Compression::new(LEVEL));
    encoder.write_all(content).map_err(failed)?;
    encoder.finish().map_err(failed)
}

/// Writes a text string: UTF-16 with a byte order mark.
pub fn utf16(text: &str) -> String {
    let mut hex = String::from("<FEFF");
    push_utf16(&mut hex, text);
    hex.push('>');
    hex
}

/// Appends the UTF-16 of a text in hexadecimal.
pub fn push_utf16(hex: &mut String, text: &str) {
    for unit in text.encode_utf16() {
        // Writing to a text does not fail.
        let _ = write!(hex, "{unit:04X}");
    }
}

/// Writes an ASCII string in brackets.
pub fn literal(text: &str) -> String {
    format!("({})", text.replace('\\', r"\\").replace('(', r"\(").replace(')', r"\)"))
}

/// Writes a name.
pub fn name(text: &str) -> String {
    text.bytes().fold(String::from("/"), |mut name, byte| {
        if byte.is_ascii_alphanumeric() || b"-+._".contains(&byte) {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "#{byte:02X}");
        }
        name
    })
}
