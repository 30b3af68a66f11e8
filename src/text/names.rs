//! Names for the things of older contracts that have none: what they are and their position in the terms, in Chinese
//! like the names that people wrote, so that no one has to read a code.
//!
//! A clause without a name is called after its kind wherever it is shown, in the reader's language.

use std::collections::BTreeMap;

use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::terms::{Deliverable, Terms};
use crate::text::message;

/// Completes the names of these terms; names that people wrote stay as they are.
pub fn complete(mut details: Details, terms: &Terms) -> Details {
    let numbered = |key: &str, number: usize| chinese_message(key, &[("number", (number + 1).to_string())]);
    for (row, item) in terms.items.iter().enumerate() {
        let words = details.items.entry(item.code.to_string()).or_default();
        let service = words.service.clone();
        fill_if_blank(&mut words.name, || if service.is_empty() { numbered("name-item", row) } else { service });
    }
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    for deliverable in &terms.deliverables {
        let name = describe(deliverable, &details);
        let words = details.deliverables.entry(deliverable.code.to_string()).or_default();
        fill_if_blank(&mut words.name, || {
            let count = given.entry(name.clone()).or_default();
            *count += 1;
            if *count == 1 { name } else { format!("{name} {count}") }
        });
        for indicator in &deliverable.indicators {
            let number = details.indicators.len();
            let words = details.indicators.entry(indicator.code.to_string()).or_default();
            fill_if_blank(&mut words.name, || numbered("name-indicator", number));
        }
    }
    for (row, milestone) in terms.milestones.iter().enumerate() {
        let words = details.milestones.entry(milestone.code.to_string()).or_default();
        fill_if_blank(&mut words.name, || numbered("name-milestone", row));
    }
    details
}

/// Describes a deliverable by its service and due day.
fn describe(deliverable: &Deliverable, details: &Details) -> String {
    let item = details.item(deliverable.item.as_str()).to_owned();
    chinese_message("name-deliverable", &[("item", item), ("due", deliverable.due_on.to_string())])
}

fn fill_if_blank(name: &mut String, found: impl FnOnce() -> String) {
    if name.trim().is_empty() {
        *name = found();
    }
}

fn chinese_message(key: &str, args: &[(&'static str, String)]) -> String {
    message(Language::Zh, key, args)
}
