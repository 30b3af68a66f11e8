//! Characters that no embedded font has. Each is printed as a numbered mark, with a footnote at the end of the document
//! that names its code point; no character can stop a document.

use std::collections::BTreeSet;

use crate::adapters::pdf::document::{Block, Document};
use crate::adapters::pdf::faces::Faces;

/// Mark in place of a missing character, the "geta" of printers; its number follows.
pub const MARK: char = '〓';

/// Replaces the missing characters of a document by marks and appends their footnotes, in the order of code points.
pub fn mark_missing_characters(document: &mut Document, faces: &Faces) {
    let is_missing = |c: &char| *c != '\n' && !faces.has(*c);
    let spans = document.texts_mut().into_iter().flat_map(|text| &mut text.spans);
    let missing: Vec<char> = spans
        .flat_map(|span| span.text.chars().collect::<Vec<_>>())
        .filter(is_missing)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if missing.is_empty() {
        return;
    }
    for span in document.texts_mut().into_iter().flat_map(|text| &mut text.spans) {
        if span.text.chars().any(|c| is_missing(&c)) {
            span.text = span.text.chars().map(|c| mark_of(&missing, c)).collect();
        }
    }
    document.blocks.push(Block::Space(8.0));
    for (number, c) in missing.iter().enumerate() {
        for note in &document.missing {
            let mut note = note.clone();
            for span in &mut note.spans {
                span.text = span
                    .text
                    .replace("{mark}", &numbered(number))
                    .replace("{code}", &format!("U+{:04X}", u32::from(*c)));
            }
            document.blocks.push(Block::Paragraph(note));
        }
    }
}

fn mark_of(missing: &[char], c: char) -> String {
    missing.binary_search(&c).map_or_else(|_| c.to_string(), numbered)
}

fn numbered(place: usize) -> String {
    format!("{MARK}[{}]", place + 1)
}
