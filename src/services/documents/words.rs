//! What documents and pages say of a contract, as plain texts: the five terms, the steps behind figures, names for codes.

use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::standing::{BreachStanding, MilestoneStanding};
use crate::domain::terms::Terms;
use crate::services::documents::steps::{self, sentence};
use crate::services::documents::{SummaryInput, clauses, payments, terms};
use crate::text::message;

/// The five terms: the key of each one's name, and its sentences.
pub fn five_terms(agreed: &Terms, details: &Details, language: Language) -> Vec<(&'static str, Vec<String>)> {
    let of = |words: terms::Words| words(agreed, details, language);
    let mut qualities = of(terms::quality);
    qualities.extend(terms::standards(agreed, details, language));
    vec![
        ("document-terms-quantity", of(terms::quantity)),
        ("document-terms-quality", qualities),
        ("document-terms-period", of(terms::period)),
        ("document-terms-payment", of(terms::payment)),
        ("document-terms-breach", of(clauses::breach)),
    ]
}

/// How what is payable of a milestone came to be.
pub fn steps_of_payable(milestone: &MilestoneStanding, input: &SummaryInput, language: Language) -> Vec<String> {
    steps::of_payable(milestone, input, language)
}

/// How a breach's amount came to be.
pub fn steps_of_breach(breach: &BreachStanding, input: &SummaryInput, language: Language) -> Vec<String> {
    breach.trail.iter().map(|step| sentence(step, input, language)).collect()
}

/// How the score came to be.
pub fn steps_of_score(input: &SummaryInput, language: Language) -> Vec<String> {
    input.standing.performance.trail.iter().map(|step| sentence(step, input, language)).collect()
}

/// A clause's name.
pub fn clause(code: &str, input: &SummaryInput, language: Language) -> String {
    payments::clause_name(code, input, language)
}

/// What something is about: a deliverable, a milestone or a clause by its name, a month or an incident as it is.
pub fn anything(code: &str, input: &SummaryInput, language: Language) -> String {
    match subject(code, input) {
        same if same == code => clause(code, input, language),
        name => name,
    }
}

/// What a breach is about: a deliverable or a milestone by its name, a month or an incident as it is.
pub fn subject(code: &str, input: &SummaryInput) -> String {
    payments::subject(code, &input.details).to_owned()
}

/// The contract's money in fen, each part with its word (`document-share-…`).
pub fn money(input: &SummaryInput) -> Vec<(&'static str, i128)> {
    ["paid", "unpaid", "deducted", "rest"].into_iter().zip(payments::shares(input)).collect()
}

/// Fen, never negative, as yuan.
pub fn yuan_of(fen: i128) -> String {
    payments::yuan_of(fen)
}

/// A state or another code in words.
pub fn word(kind: &str, code: impl std::fmt::Display, language: Language) -> String {
    message(language, &format!("document-{kind}-{code}"), &[])
}
