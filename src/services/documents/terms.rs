//! Sentences of the first four terms (quantity, quality, period, payment), and the block of all five.
//!
//! The fifth term, breach, is in `clauses`.

use std::collections::BTreeMap;

use crate::adapters::pdf::document::{Block, Cell};
use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::numbers::{Quantity, Rate};
use crate::domain::terms::{Deliverable, Direction, Milestone, PaymentFrom, Terms};
use crate::text::dates::{long, short};
use crate::text::message;
use crate::text::money::{format_percent, group_thousands};

use crate::services::documents::clauses;
use crate::services::documents::voice::{Look, Voice, written};

/// Function that writes one term as sentences.
pub type Words = fn(&Terms, &Details, Language) -> Vec<String>;

/// Space between two sentences of a term, in points.
const BETWEEN: f32 = 2.5;

/// Builds the block of the five terms, each with its sentences.
pub fn block(terms: &Terms, details: &Details, voice: Voice) -> Block {
    let say = |words: Words| -> Cell {
        // A paragraph for each sentence, with one language below the other.
        let spoken: Vec<Vec<String>> =
            voice.languages().iter().map(|language| words(terms, details, *language)).collect();
        let count = spoken.iter().map(Vec::len).max().unwrap_or(0);
        (0..count)
            .flat_map(|at| {
                let mut texts = voice.each(Look::CELL, |language| sentence(&spoken, voice, language, at));
                texts.first_mut().into_iter().for_each(|text| text.above = BETWEEN);
                texts
            })
            .collect()
    };
    // Standards are free text, so they are printed once, in the language that they were written in.
    let standards = standards(terms, details, voice.first());
    let mut qualities = say(quality);
    qualities.extend(standards.iter().map(|standard| written(Look::CELL.0, standard).above(BETWEEN)));
    let rows = [
        ("document-terms-quantity", say(quantity)),
        ("document-terms-quality", qualities),
        ("document-terms-period", say(period)),
        ("document-terms-payment", say(payment)),
        ("document-terms-breach", say(clauses::breach)),
    ];
    Block::KeyValues { rows: rows.map(|(key, cell)| (voice.say(Look::LABEL, key), cell)).into(), qr: None }
}

/// Returns the standard of each item that has one, as free text.
pub fn standards(terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    let standard = |item: &crate::domain::terms::Item| {
        let text = details.items.get(item.code.as_str())?.standard.clone();
        let args = [("name", details.item(item.code.as_str()).to_owned()), ("text", text.clone())];
        (!text.is_empty()).then(|| message(language, "document-colon", &args))
    };
    terms.items.iter().filter_map(standard).collect()
}

/// Returns the sentence with index `at` in a language of the voice; empty if there is none.
pub fn sentence(spoken: &[Vec<String>], voice: Voice, language: Language, at: usize) -> String {
    let place = voice.languages().iter().position(|other| *other == language);
    place.and_then(|place| spoken.get(place)).and_then(|words| words.get(at)).cloned().unwrap_or_default()
}

/// Joins the non-empty parts with the separator in a message.
pub fn joined(language: Language, separator: &str, parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(&message(language, separator, &[]))
}

/// Formats the quantity term.
pub fn quantity(terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    let item = |item: &crate::domain::terms::Item| {
        let code = item.code.as_str();
        let args = [
            ("name", details.item(code).to_owned()),
            ("quantity", with_unit(item.quantity, details.unit(code), language)),
            ("price", group_thousands(&item.unit_price.to_string())),
        ];
        message(language, "document-term-item", &args)
    };
    terms.items.iter().map(item).collect()
}

/// Formats a quantity with its unit, which older contracts may lack.
pub fn with_unit(quantity: Quantity, unit: &str, language: Language) -> String {
    let quantity = group_thousands(&quantity.to_string());
    if unit.is_empty() {
        return quantity;
    }
    message(language, "document-quantity", &[("quantity", quantity), ("unit", unit.to_owned())])
}

/// Formats the quality term.
pub fn quality(terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    let mut groups: Vec<((String, String, Direction), Vec<String>)> = Vec::new();
    for deliverable in &terms.deliverables {
        for indicator in &deliverable.indicators {
            let key = (
                details.indicator(indicator.code.as_str()).to_owned(),
                indicator.target.to_string(),
                indicator.direction,
            );
            let name = details.deliverable(deliverable.code.as_str()).to_owned();
            match groups.iter_mut().find(|(other, _)| *other == key) {
                Some((_, names)) => names.push(name),
                None => groups.push((key, vec![name])),
            }
        }
    }
    let mut sentences: Vec<String> = groups
        .into_iter()
        .map(|((indicator, target, direction), names)| {
            let key = match direction {
                Direction::AtLeast => "document-term-at-least",
                Direction::AtMost => "document-term-at-most",
            };
            let deliverables = joined(language, "document-list", &names);
            message(language, key, &[("indicator", indicator), ("target", target), ("deliverables", deliverables)])
        })
        .collect();
    if sentences.is_empty() {
        sentences.push(message(language, "document-term-no-indicator", &[]));
    }
    sentences
}

/// Formats the service-period term.
pub fn period(terms: &Terms, _: &Details, language: Language) -> Vec<String> {
    let mut sentences = vec![from_to(terms, language)];
    if let Some(days) = terms.inspection_days {
        let mut parts = vec![message(language, "document-term-inspection", &[("days", days.to_string())])];
        if terms.deemed_acceptance {
            parts.push(message(language, "document-term-deemed", &[]));
        }
        sentences.push(joined(language, "document-semicolon", &parts));
    }
    if terms.cure_days.get() > 0 {
        sentences.push(message(language, "document-term-cure", &[("days", terms.cure_days.to_string())]));
    }
    sentences
}

/// Lists each deliverable's quantity and due day.
pub fn deliverables(terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    let deliverable = |deliverable: &Deliverable| {
        let args = [
            ("name", details.deliverable(deliverable.code.as_str()).to_owned()),
            ("quantity", with_unit(deliverable.quantity, details.unit(deliverable.item.as_str()), language)),
            ("due", long(deliverable.due_on, language)),
        ];
        message(language, "document-term-deliverable", &args)
    };
    terms.deliverables.iter().map(deliverable).collect()
}

/// Formats the contract's first and last day.
pub fn from_to(terms: &Terms, language: Language) -> String {
    message(
        language,
        "document-from-to",
        &[("from", long(terms.starts_on, language)), ("to", long(terms.ends_on, language))],
    )
}

/// Formats the payment term.
pub fn payment(terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    let total = [("amount", group_thousands(&terms.amount.to_string())), ("count", terms.milestones.len().to_string())];
    let mut sentences = vec![message(language, "document-term-total", &total)];
    let deliverables: BTreeMap<&str, &Deliverable> = terms.deliverables.iter().map(|d| (d.code.as_str(), d)).collect();
    sentences.extend(terms.milestones.iter().map(|milestone| instalment(milestone, &deliverables, details, language)));
    let from = match terms.payment_from {
        PaymentFrom::Acceptance => "document-term-from-acceptance",
        PaymentFrom::Invoice => "document-term-from-invoice",
    };
    sentences.push(message(language, from, &[]));
    sentences
}

fn instalment(
    milestone: &Milestone,
    deliverables: &BTreeMap<&str, &Deliverable>,
    details: &Details,
    language: Language,
) -> String {
    let name = details.milestone(milestone.code.as_str()).to_owned();
    let what = match milestone.amount {
        Some(amount) => message(
            language,
            "document-term-milestone-fixed",
            &[("name", name), ("amount", group_thousands(&amount.to_string()))],
        ),
        None => message(language, "document-term-milestone-quantity", &[("name", name)]),
    };
    let mut parts = vec![what];
    let required: Vec<String> = milestone
        .requires
        .iter()
        .filter_map(|code| deliverables.get(code.as_str()))
        .map(|deliverable| details.deliverable(deliverable.code.as_str()).to_owned())
        .collect();
    if !required.is_empty() {
        let required = joined(language, "document-list", &required);
        parts.push(message(language, "document-term-requires", &[("deliverables", required)]));
    }
    if milestone.requires_score {
        parts.push(message(language, "document-term-scored", &[]));
    }
    if let Some(day) = milestone.not_before {
        parts.push(message(language, "document-term-not-before", &[("day", short(day))]));
    }
    parts.push(message(language, "document-term-within", &[("days", milestone.payment_days.to_string())]));
    joined(language, "document-comma", &parts)
}

/// Formats a rate as a percentage.
pub fn rate(rate: impl std::borrow::Borrow<Rate>) -> String {
    format_percent(*rate.borrow())
}
