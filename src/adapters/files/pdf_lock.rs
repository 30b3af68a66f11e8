//! Encrypted PDFs: one that opens without a password is only locked (for editing, copying or printing), and its
//! objects are decrypted and searched for active content; one that asks for a password is refused.

use std::io::{Read, Seek, SeekFrom};

use lopdf::{Document, LoadOptions, Object};

use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::pdf::flag_of_name;

/// Maximum size of an unpacked object stream, in bytes.
const MAX_STREAM_BYTES: usize = 4 * 1024 * 1024;
/// Maximum depth of arrays and dictionaries within each other.
const MAX_DEPTH: usize = 64;

/// Opens the PDF between two offsets as a reader without a password does; returns its flags, none where it is not
/// encrypted.
///
/// # Errors
/// `Encrypted` if a password is needed, or the encryption is not one that readers support.
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

/// Collects the flags of the names in an object; returns false where it is too deep to be searched.
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
