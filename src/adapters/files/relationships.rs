//! Relationships of an OOXML package (ECMA-376 part 2): the parts that a part refers to, and the addresses outside of
//! the package.

use percent_encoding::percent_decode_str;

use crate::adapters::files::error::FileError;
use crate::adapters::files::xml;

/// Maximum size of a part with relationships, in bytes.
pub(super) const RELATIONSHIPS_BYTES: u64 = 4 * 1024 * 1024;

/// Namespaces of relationship types: transitional and strict.
const NAMESPACES: &[&str] = &[
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
];
/// End of the type of the relationship to the main part.
const MAIN: &str = "officeDocument";

/// A relationship of a part.
pub(super) struct Relationship {
    /// Type, as an address.
    pub kind: String,
    pub target: String,
    /// True if the target is outside of the package.
    pub is_external: bool,
}

impl Relationship {
    /// Returns whether an external target is on another computer.
    pub(super) fn is_remote(&self) -> bool {
        let target = self.target.trim().to_ascii_lowercase().replace('\\', "/");
        if let Some(path) = target.strip_prefix("file:") {
            // file://server/share and file:////server/share are shares; file:///C:/ is a disk.
            let slashes = path.len() - path.trim_start_matches('/').len();
            return slashes == 2 || slashes > 3;
        }
        target.starts_with("//") || target.split_once("://").is_some()
    }
}

/// Reads the relationships of a part.
///
/// # Errors
/// `Damaged` for text that is not well-formed XML.
pub(super) fn relationships(text: &[u8]) -> Result<Vec<Relationship>, FileError> {
    let mut found = Vec::new();
    xml::each_element(text, |name, tag| {
        if name == b"Relationship" {
            let value = |key: &str| xml::attribute(tag, key).unwrap_or_default();
            let is_external = value("TargetMode").eq_ignore_ascii_case("External");
            found.push(Relationship { kind: value("Type"), target: value("Target"), is_external });
        }
    })?;
    Ok(found)
}

/// Returns the name of the single main part that the package's relationships name.
///
/// # Errors
/// `MainParts` for none or several, `Path` for a part outside of the package.
pub(super) fn main_part(all: &[Relationship]) -> Result<String, FileError> {
    let is_main = |kind: &str| NAMESPACES.iter().any(|namespace| kind.strip_prefix(namespace) == Some(MAIN));
    let mains: Vec<&Relationship> = all.iter().filter(|relationship| is_main(&relationship.kind)).collect();
    match mains.as_slice() {
        [main] if main.is_external => Err(FileError::Path { part: main.target.clone() }),
        [main] => resolve(&main.target).ok_or_else(|| FileError::Path { part: main.target.clone() }),
        [] => Err(FileError::MainParts { part: "_rels/.rels".to_owned() }),
        several => {
            let targets: Vec<&str> = several.iter().map(|main| main.target.as_str()).collect();
            Err(FileError::MainParts { part: targets.join(" + ") })
        }
    }
}

/// Resolves a target against the root of the package; `None` if the path leaves the package.
pub(super) fn resolve(target: &str) -> Option<String> {
    let target = percent_decode_str(target).decode_utf8().ok()?;
    if target.contains([':', '\\', '\0']) {
        return None;
    }
    let mut steps = Vec::new();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            name => steps.push(name),
        }
    }
    Some(steps.join("/"))
}
