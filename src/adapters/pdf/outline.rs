//! Outline (bookmarks) with levels.

use std::fmt::Write as _;

use crate::adapters::pdf::file::{File, Id, utf16};
use crate::adapters::pdf::pages::{PAPER, Page};

struct Entry {
    level: u8,
    id: Id,
    /// Title and destination.
    text: String,
    parent: Option<usize>,
}

/// Adds the outline of the pages; returns `None` if there is no heading.
pub fn add_outline(file: &mut File, pages: &[Page], page_ids: &[Id]) -> Option<Id> {
    let mut entries: Vec<Entry> = Vec::new();
    for (page, page_id) in pages.iter().zip(page_ids) {
        for (bookmark, y) in &page.bookmarks {
            let parent = entries.iter().rposition(|entry| entry.level < bookmark.level);
            let top = (PAPER.1 - y + 6.0).round();
            let text = format!("/Title{}/Dest[{page_id}/XYZ null {top} null]", utf16(&bookmark.name));
            entries.push(Entry { level: bookmark.level, id: file.reserve(), text, parent });
        }
    }
    if entries.is_empty() {
        return None;
    }
    let root = file.reserve();
    let children = |of: Option<usize>| -> Vec<usize> {
        entries.iter().enumerate().filter(|(_, entry)| entry.parent == of).map(|(at, _)| at).collect()
    };
    let id = |at: &usize| entries.get(*at).map_or(root, |entry| entry.id);
    let mut texts: Vec<String> = entries.iter().map(|entry| entry.text.clone()).collect();
    let mut of_root = String::from("/Type/Outlines");
    for of in std::iter::once(None).chain((0..entries.len()).map(Some)) {
        let family = children(of);
        let (Some(first), Some(last)) = (family.first(), family.last()) else {
            continue;
        };
        // A negative count means collapsed.
        let sign = if of.is_none() { "" } else { "-" };
        let around = format!("/First {}/Last {}/Count {sign}{}", id(first), id(last), family.len());
        match of.and_then(|at| texts.get_mut(at)) {
            Some(text) => text.push_str(&around),
            None => of_root.push_str(&around),
        }
        let parent = of.map_or(root, |at| id(&at));
        for (place, at) in family.iter().enumerate() {
            let Some(text) = texts.get_mut(*at) else { continue };
            let _ = write!(text, "/Parent {parent}");
            if let Some(before) = place.checked_sub(1).and_then(|place| family.get(place)) {
                let _ = write!(text, "/Prev {}", id(before));
            }
            if let Some(after) = family.get(place + 1) {
                let _ = write!(text, "/Next {}", id(after));
            }
        }
    }
    file.set(root, format!("<<{of_root}>>"));
    for (entry, text) in entries.iter().zip(texts) {
        file.set(entry.id, format!("<<{text}>>"));
    }
    Some(root)
}
