//! Outline (bookmarks) with levels: printpdf only supports a flat one, sorted by title.

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use crate::adapters::pdf::finish::utf16;
use crate::adapters::pdf::pages::{PAPER, Page};

struct Entry {
    level: u8,
    id: ObjectId,
    dictionary: Dictionary,
    parent: Option<usize>,
}

/// Adds the outline of the pages; returns `None` if there is no heading.
pub fn add_outline(pdf: &mut lopdf::Document, pages: &[Page], page_ids: &[ObjectId]) -> Option<ObjectId> {
    let mut entries: Vec<Entry> = Vec::new();
    for (page, page_id) in pages.iter().zip(page_ids) {
        for (bookmark, y) in &page.bookmarks {
            let parent = entries.iter().rposition(|entry| entry.level < bookmark.level);
            let top = Object::Real((PAPER.1 - y + 6.0).round());
            let dictionary = dictionary! {
                "Title" => utf16(&bookmark.name),
                "Dest" => vec![Object::Reference(*page_id), "XYZ".into(), Object::Null, top, Object::Null],
            };
            entries.push(Entry { level: bookmark.level, id: pdf.new_object_id(), dictionary, parent });
        }
    }
    if entries.is_empty() {
        return None;
    }
    let root = pdf.new_object_id();
    let children = |of: Option<usize>| -> Vec<usize> {
        entries.iter().enumerate().filter(|(_, entry)| entry.parent == of).map(|(at, _)| at).collect()
    };
    let id = |at: &usize| entries.get(*at).map_or(root, |entry| entry.id);
    let mut finished = Vec::new();
    for of in std::iter::once(None).chain((0..entries.len()).map(Some)) {
        let family = children(of);
        let (Some(first), Some(last)) = (family.first(), family.last()) else {
            continue;
        };
        let (parent, count) = match of {
            None => (root, family.len() as i64),
            // A negative count means collapsed.
            Some(at) => (id(&at), -(family.len() as i64)),
        };
        finished.push((parent, dictionary! { "First" => id(first), "Last" => id(last), "Count" => count }));
        for (place, at) in family.iter().enumerate() {
            let mut links = dictionary! { "Parent" => parent };
            if let Some(before) = place.checked_sub(1).and_then(|place| family.get(place)) {
                links.set("Prev", id(before));
            }
            if let Some(after) = family.get(place + 1) {
                links.set("Next", id(after));
            }
            finished.push((id(at), links));
        }
    }
    pdf.set_object(root, dictionary! { "Type" => "Outlines" });
    for entry in entries {
        pdf.set_object(entry.id, entry.dictionary);
    }
    for (id, links) in finished {
        if let Ok(dictionary) = pdf.get_object_mut(id).and_then(Object::as_dict_mut) {
            dictionary.extend(&links);
        }
    }
    Some(root)
}
