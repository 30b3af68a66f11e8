//! File names for display and for headers. A name is never used as a path: the store has keys of its own (ASVS 5.3.2).

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Maximum length of a name in bytes of UTF-8: the limit of common file systems.
pub const MAX_NAME_BYTES: usize = 255;
/// Maximum length of an ending in bytes, including its dot. A longer one is part of the name.
const MAX_ENDING_BYTES: usize = 16;
/// Name in place of one that cleaning leaves empty.
const NAMELESS: &str = "file";

/// Characters to encode: all but the `attr-char` of RFC 8187.
const HEADER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Device names on Windows, under which no file can be saved.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Cleans a name sent by a browser for display: removes the path, control characters and marks that reverse the writing
/// direction (`gpj.exe` shown as `exe.jpg`), shortens the name, and makes it valid on every system.
pub fn display_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = visible(last).map(|c| if "<>:\"|?*".contains(c) { '_' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let joined = words.join(" ");
    let trimmed = joined.trim_matches(['.', ' ']);
    // `.pdf` is not a name but does give the type.
    let named = match trimmed {
        "" => NAMELESS.to_owned(),
        rest if joined.starts_with('.') && !rest.contains('.') => format!("{NAMELESS}.{rest}"),
        rest => rest.to_owned(),
    };
    shorten(&if is_device(&named) { format!("_{named}") } else { named })
}

/// Builds a `Content-Disposition` header that saves the file under this name (RFC 6266, RFC 8187): an ASCII fallback
/// and the name itself, Chinese included.
pub fn content_disposition(name: &str) -> String {
    let name = display_name(name);
    let ascii: String = name
        .chars()
        .map(|c| match c {
            '%' | '\\' | '"' | ';' => '_',
            c if c.is_ascii() => c,
            _ => '_',
        })
        .collect();
    let encoded = utf8_percent_encode(&name, HEADER);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// Matches controls, direction marks, joiners, line separators, noncharacters and tags.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device)
            .is_some_and(|n| n.chars().count() == 1 && n.chars().all(|c| "0123456789¹²³".contains(c)))
    });
    numbered || DEVICES.contains(&stem.as_str())
}

/// Returns the characters of a text that have a form of their own.
pub(super) fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !is_invisible(*c))
}

/// Numbers every name that equals an earlier one on a file system that ignores case: `a.pdf`, `A (2).pdf`.
pub fn distinct_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    names
        .map(|name| {
            let numbered = (1_u32..).map(|no| if no == 1 { name.to_owned() } else { append_number(name, no) });
            let free = numbered.into_iter().find(|candidate| taken.insert(candidate.to_lowercase()));
            // The range is longer than any list of names.
            free.unwrap_or_else(|| name.to_owned())
        })
        .collect()
}

fn append_number(name: &str, no: u32) -> String {
    let (stem, ending) = split_ending(name);
    let suffix = format!(" ({no}){ending}");
    format!("{}{suffix}", truncate_bytes(stem, MAX_NAME_BYTES - suffix.len()))
}

/// Shortens the stem and keeps the ending.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let (stem, ending) = split_ending(name);
    format!("{}{ending}", truncate_bytes(stem, MAX_NAME_BYTES - ending.len()))
}

/// Splits a name into its stem and its ending with the dot; the ending may be empty.
fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= MAX_ENDING_BYTES => name.split_at(at),
        _ => (name, ""),
    }
}

/// Cuts a text between two characters, to at most `bytes`.
fn truncate_bytes(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().trim_end_matches(['.', ' '])
}
