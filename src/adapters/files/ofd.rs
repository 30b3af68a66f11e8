//! Checks of OFD documents (GB/T 33190), the format of electronic invoices and official documents: an archive with
//! `OFD.xml` at its root. No browser shows OFD.

use std::io::{Read, Seek};

use crate::adapters::files::contents::Content;
use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::package::{self, Format, MAX_UNPACKED, Part};

/// Name of the part that readers open first.
const MAIN: &str = "ofd.xml";

#[derive(Default)]
struct Ofd {
    has_main: bool,
    is_signed: bool,
}

impl Format for Ofd {
    fn is_xml(&self, lower: &str) -> bool {
        lower.ends_with(".xml")
    }

    fn may_embed(&self, _: &str) -> bool {
        false
    }

    fn embedded(&mut self, part: &Part<'_>, _: Vec<u8>, _: u64) -> Result<u64, FileError> {
        Err(FileError::Nested { part: part.name.to_owned() })
    }

    fn inspect(&mut self, part: &Part<'_>, _: &[u8], _: bool) {
        self.has_main |= part.lower == MAIN;
        self.is_signed |= part.lower.ends_with("signatures.xml") || part.lower.ends_with("signedvalue.dat");
    }
}

/// Checks an OFD document.
pub(super) fn check(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<FileFlag>, FileError> {
    let mut format = Ofd::default();
    package::walk(&mut package::open_archive(body, length)?, MAX_UNPACKED, &mut format)?;
    if !format.has_main {
        return Err(FileError::Mismatch { found: Content::Zip, ending: String::new() });
    }
    Ok(format.is_signed.then_some(FileFlag::Signed).into_iter().collect())
}
