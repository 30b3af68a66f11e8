//! Plain texts about a contract that pages share with documents: the five terms, the steps of figures, names for codes.

use crate::domain::codes::{Language, PaymentKind};
use crate::domain::details::Details;
use crate::domain::numbers::Quantity;
use crate::domain::standing::{BreachStanding, MilestoneStanding, Step};
use crate::domain::terms::Terms;
use crate::services::documents::steps::{self, sentence};
use crate::services::documents::{ContractSnapshot, clauses, payments, terms};
use crate::text::message;

/// Returns the five terms, each with the message key of its name and its sentences.
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

/// Lists each deliverable's quantity and due day.
pub fn deliverables(agreed: &Terms, details: &Details, language: Language) -> Vec<String> {
    terms::deliverables(agreed, details, language)
}

/// Formats a quantity with its unit, if it has one.
pub fn with_unit(quantity: Quantity, unit: &str, language: Language) -> String {
    terms::with_unit(quantity, unit, language)
}

/// Explains the steps of a milestone's payable amount.
pub fn steps_of_payable(milestone: &MilestoneStanding, snapshot: &ContractSnapshot, language: Language) -> Vec<String> {
    steps::of_payable(milestone, snapshot, language)
}

/// Explains the steps of a breach's amount.
pub fn steps_of_breach(breach: &BreachStanding, snapshot: &ContractSnapshot, language: Language) -> Vec<String> {
    steps::of_breach(breach, snapshot, language)
}

/// Explains the steps of an amount in one text, with the names of given terms.
pub fn steps_in_one(trail: &[Step], of: (&Terms, &Details), language: Language) -> String {
    let steps: Vec<String> = trail.iter().map(|step| steps::sentence_in(step, of, language)).collect();
    terms::joined(language, "document-sentence", &steps)
}

/// Explains the steps of the performance score.
pub fn steps_of_score(snapshot: &ContractSnapshot, language: Language) -> Vec<String> {
    snapshot.standing.performance.trail.iter().map(|step| sentence(step, snapshot, language)).collect()
}

/// Returns the name of the object of a payment request: a milestone, or the interest on its late payment.
pub fn payment(milestone: &str, kind: PaymentKind, language: Language) -> String {
    match kind {
        PaymentKind::Principal => milestone.to_owned(),
        PaymentKind::Interest => message(language, "interest-of", &[("name", milestone.to_owned())]),
    }
}

/// Returns the name of a clause.
pub fn clause(code: &str, snapshot: &ContractSnapshot, language: Language) -> String {
    payments::clause_name(code, snapshot, language)
}

/// Returns the names of a clause and of the subject of a breach, by given terms and their details.
pub fn breach(of: (&Terms, &Details), (clause, subject): (&str, &str), language: Language) -> String {
    format!("{} · {}", payments::clause_name_in(of, clause, language), payments::breach_subject_name(subject, of.1))
}

/// Returns the name of a clause in these terms, or its code if they lack it.
pub fn clause_of(code: &str, terms: &Terms, details: &Details, language: Language) -> String {
    payments::clause_name_in((terms, details), code, language)
}

/// Returns the name of a deliverable, milestone or clause; for a month or incident its code.
pub fn subject_name(code: &str, snapshot: &ContractSnapshot, language: Language) -> String {
    match breach_subject_name(code, snapshot) {
        same if same == code => clause(code, snapshot, language),
        name => name,
    }
}

/// Returns the name of a breach's subject: for a deliverable or milestone its name, for a month or incident its code.
pub fn breach_subject_name(code: &str, snapshot: &ContractSnapshot) -> String {
    payments::breach_subject_name(code, &snapshot.details).to_owned()
}

/// Returns the contract's money in fen, each part with the last part of its message key (`document-share-…`).
pub fn money(snapshot: &ContractSnapshot) -> Vec<(&'static str, i128)> {
    payments::shares(snapshot)
}

/// Formats fen, never negative, as yuan.
pub fn yuan_of(fen: i128) -> String {
    payments::yuan_of(fen)
}

/// Returns the text for a state or another code (`document-{kind}-{code}`).
pub fn word(kind: &str, code: impl std::fmt::Display, language: Language) -> String {
    message(language, &format!("document-{kind}-{code}"), &[])
}
