//! Encrypted PDFs. A PDF that opens without a password is only locked (for editing, copying or printing): its objects
//! are decrypted and searched for active content. A PDF that needs a password is refused.

use std::io::{Read, Seek, SeekFrom};

use lopdf::{Document, LoadOptions, Object};

use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::pdf::flag_of_name;

/// Maximum size of an unpacked object stream, in bytes.
const MAX_STREAM_BYTES: usize = 4 * 1024 * 1024;
/// Maximum nesting of arrays and dictionaries.
const MAX_DEPTH: usize = 64;

/// Opens the PDF between two offsets like a reader without a password; returns its flags, empty for a PDF that is not
/// encrypted.
///
/// # Errors
/// `Encrypted` if a password is needed, or readers do not support the encryption.
pub(super) fn check_encryption(
    body: &mut (impl Read + Seek),
    start: u64,
    end: u64,
) -> Result<Vec<FileFlag>, FileError> {
    let mut bytes = Vec::new();
    body.seek(SeekFrom::Start(start))?;
    body.take(end - start).read_to_end(&mut bytes)?;
    if !bytes.ends_with(b"%%EOF") {
        bytes.extend_from_slice(b"\n%%EOF");
    }
    bytes.push(b'\n');
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM_BYTES), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(&bytes, options).map_err(|_| FileError::Encrypted)?;
    if document.is_encrypted() {
        return Err(FileError::Encrypted);
    }
    if !document.was_encrypted() {
        return Ok(Vec::new());
    }
    let mut flags = vec![FileFlag::Locked];
    let mut is_whole = true;
    for object in document.objects.values() {
        is_whole &= collect_flags(object, 0, &mut flags);
    }
    if !is_whole {
        flags.push(FileFlag::Encrypted);
    }
    Ok(flags)
}

/// Collects the flags of the names in an object; returns false if the object is nested too deeply.
fn collect_flags(object: &Object, depth: usize, flags: &mut Vec<FileFlag>) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let mut in_dictionary = |dictionary: &lopdf::Dictionary| {
        dictionary.iter().fold(true, |whole, (key, value)| {
            flags.extend(flag_of_name(key));
            collect_flags(value, depth + 1, flags) && whole
        })
    };
    match object {
        Object::Name(name) => {
            flags.extend(flag_of_name(name));
            true
        }
        Object::Dictionary(dictionary) => in_dictionary(dictionary),
        Object::Stream(stream) => in_dictionary(&stream.dict),
        Object::Array(items) => {
            let mut whole = true;
            for item in items.iter() {
                whole &= collect_flags(item, depth + 1, flags);
            }
            whole
        }
        _ => true,
    }
}
