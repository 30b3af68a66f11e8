//! The five terms in one line each, for pages that have the sentences folded behind them.

use rust_decimal::Decimal;

use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::fixed::div_round;
use crate::domain::money::Money;
use crate::domain::terms::Terms;
use crate::services::documents::terms::{joined, standards};
use crate::services::documents::words;
use crate::text::message;
use crate::text::money::{format_percent, group_thousands};

/// Names in a line; the number tells of more.
const NAMES: usize = 4;

/// Returns the name and the part of the contract's amount, in percent, of each milestone; `None` for a milestone paid by
/// quantity.
fn shares(terms: &Terms, details: &Details) -> Vec<(String, Option<Decimal>)> {
    let rate = |amount: Money| {
        let whole = i128::from(terms.amount.fen());
        let hundredths = (whole > 0).then(|| div_round(i128::from(amount.fen()) * 10_000, whole))?;
        Decimal::try_from_i128_with_scale(hundredths, 2).ok().map(|rate| rate.normalize())
    };
    let milestones = terms.milestones.iter();
    milestones.map(|one| (details.milestone(one.code.as_str()).to_owned(), one.amount.and_then(rate))).collect()
}

/// Describes the share of each milestone.
pub fn share_words(terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    let words = |(name, rate): (String, Option<Decimal>)| {
        let rate = rate.map_or_else(|| message(language, "copy-by-quantity", &[]), |rate| format!("{rate}%"));
        message(language, "document-colon", &[("name", name), ("text", rate)])
    };
    shares(terms, details).into_iter().map(words).collect()
}

/// A term: the message key of its name, one line, and its sentences.
pub type BriefTerm = (&'static str, String, Vec<String>);

/// Returns the five terms, each with its line and its sentences.
pub fn five_terms(terms: &Terms, details: &Details, language: Language) -> Vec<BriefTerm> {
    let sentences = words::five_terms(terms, details, language).into_iter().map(|(_, sentences)| sentences);
    lines(terms, details, language).into_iter().zip(sentences).map(|((name, line), all)| (name, line, all)).collect()
}

/// Returns the five terms, each with the message key of its name and one line.
fn lines(terms: &Terms, details: &Details, language: Language) -> [(&'static str, String); 5] {
    let say = |key: &str, values: &[(&'static str, String)]| message(language, key, values);
    let some = |names: Vec<String>| {
        let shown: Vec<String> = names.iter().take(NAMES).cloned().collect();
        let list = joined(language, "document-list", &shown);
        if names.len() > NAMES {
            say("terms-brief-more", &[("names", list), ("number", names.len().to_string())])
        } else {
            list
        }
    };
    let days = || terms.deliverables.iter().map(|deliverable| deliverable.due_on);
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut indicators: Vec<String> = Vec::new();
    for indicator in terms.deliverables.iter().flat_map(|deliverable| &deliverable.indicators) {
        let name = details.indicators.get(indicator.code.as_str()).map(|known| known.name.clone());
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| indicator.code.to_string());
        if !indicators.contains(&name) {
            indicators.push(name);
        }
    }
    let standards = standards(terms, details, language).len();
    let cap = terms
        .penalty_cap
        .map_or_else(|| say("terms-brief-no-cap", &[]), |cap| say("terms-brief-cap", &[("cap", format_percent(cap))]));
    [
        (
            "document-terms-quantity",
            say(
                "terms-brief-quantity",
                &[
                    ("services", terms.items.len().to_string()),
                    ("deliverables", terms.deliverables.len().to_string()),
                    ("amount", group_thousands(&terms.amount.to_string())),
                ],
            ),
        ),
        (
            "document-terms-quality",
            say(
                "terms-brief-quality",
                &[
                    ("indicators", indicators.len().to_string()),
                    ("names", some(indicators)),
                    ("standards", standards.to_string()),
                ],
            ),
        ),
        (
            "document-terms-period",
            say(
                "terms-brief-period",
                &[
                    ("from", terms.starts_on.to_string()),
                    ("to", terms.ends_on.to_string()),
                    ("first", day(days().min())),
                    ("last", day(days().max())),
                ],
            ),
        ),
        (
            "document-terms-payment",
            say(
                "terms-brief-payment",
                &[
                    ("milestones", terms.milestones.len().to_string()),
                    ("shares", some(share_words(terms, details, language))),
                ],
            ),
        ),
        (
            "document-terms-breach",
            say("terms-brief-breach", &[("clauses", terms.breach_terms.len().to_string()), ("cap", cap)]),
        ),
    ]
}
