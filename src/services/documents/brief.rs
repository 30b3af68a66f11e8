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

/// Lists names, or the first of many and their number.
fn some(names: &[String], language: Language) -> String {
    let list = joined(language, "document-list", names.get(..NAMES).unwrap_or(names));
    if names.len() <= NAMES {
        return list;
    }
    message(language, "terms-brief-more", &[("names", list), ("number", names.len().to_string())])
}

/// Returns the names of the indicators, each once, or their codes without names.
fn indicator_names(terms: &Terms, details: &Details) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for indicator in terms.deliverables.iter().flat_map(|deliverable| &deliverable.indicators) {
        let name = details.indicators.get(indicator.code.as_str()).map(|known| known.name.clone());
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| indicator.code.to_string());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns the five terms, each with the message key of its name and one line.
fn lines(terms: &Terms, details: &Details, language: Language) -> [(&'static str, String); 5] {
    let say = |key: &str, values: &[(&'static str, String)]| message(language, key, values);
    let days = || terms.deliverables.iter().map(|deliverable| deliverable.due_on);
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let indicators = indicator_names(terms, details);
    let cap = terms
        .penalty_cap
        .map_or_else(|| say("terms-brief-no-cap", &[]), |cap| say("terms-brief-cap", &[("cap", format_percent(cap))]));
    let quantity = [
        ("services", terms.items.len().to_string()),
        ("deliverables", terms.deliverables.len().to_string()),
        ("amount", group_thousands(&terms.amount.to_string())),
    ];
    let quality = [
        ("indicators", indicators.len().to_string()),
        ("names", some(&indicators, language)),
        ("standards", standards(terms, details, language).len().to_string()),
    ];
    let period = [
        ("from", terms.starts_on.to_string()),
        ("to", terms.ends_on.to_string()),
        ("first", day(days().min())),
        ("last", day(days().max())),
    ];
    let payment = [
        ("milestones", terms.milestones.len().to_string()),
        ("shares", some(&share_words(terms, details, language), language)),
    ];
    let breach = [("clauses", terms.breach_terms.len().to_string()), ("cap", cap)];
    [
        ("document-terms-quantity", say("terms-brief-quantity", &quantity)),
        ("document-terms-quality", say("terms-brief-quality", &quality)),
        ("document-terms-period", say("terms-brief-period", &period)),
        ("document-terms-payment", say("terms-brief-payment", &payment)),
        ("document-terms-breach", say("terms-brief-breach", &breach)),
    ]
}
