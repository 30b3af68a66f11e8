//! Sentences for the steps of a payable amount, with the contract's names in place of its codes.

use crate::adapters::pdf::document::Cell;
use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::standing::{BreachStanding, MilestoneStanding, Step, Value};
use crate::domain::terms::Terms;
use crate::text::trail;

use crate::services::documents::voice::{Look, Voice};
use crate::services::documents::{ContractSnapshot, payments};
use crate::text::message;

/// Explains the steps of a milestone's payable amount: the gross amount, the penalty of each breach, and what remains.
pub fn of_payable(milestone: &MilestoneStanding, snapshot: &ContractSnapshot, language: Language) -> Vec<String> {
    let own = |step: &Step| sentence(step, snapshot, language);
    let charged =
        snapshot.standing.breaches.iter().filter(|breach| breach.settled_in.as_ref() == Some(&milestone.code));
    let charged = charged.map(|breach| paragraph_of_breach(breach, snapshot, language));
    let (gross, rest) = milestone.trail.split_at(milestone.trail.len().min(1));
    gross.iter().map(own).chain(charged).chain(rest.iter().map(own)).collect()
}

/// Explains the same steps as paragraphs of a document, with one language below the other.
pub fn cells_of_payable(milestone: &MilestoneStanding, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Cell> {
    cells(voice, |language| of_payable(milestone, snapshot, language))
}

/// Explains the steps of a breach's amount as paragraphs of a document, with one language below the other.
pub fn cells_of_breach(breach: &BreachStanding, snapshot: &ContractSnapshot, voice: Voice) -> Vec<Cell> {
    cells(voice, |language| of_breach(breach, snapshot, language))
}

/// Builds a cell for each sentence.
fn cells(voice: Voice, words: impl Fn(Language) -> Vec<String>) -> Vec<Cell> {
    let spoken: Vec<Vec<String>> = voice.languages().iter().map(|language| words(*language)).collect();
    let count = spoken.first().map_or(0, Vec::len);
    (0..count)
        .map(|at| {
            voice.each(Look::STEP, |language| crate::services::documents::terms::sentence(&spoken, voice, language, at))
        })
        .collect()
}

/// Explains the steps of a breach's amount.
pub fn of_breach(breach: &BreachStanding, snapshot: &ContractSnapshot, language: Language) -> Vec<String> {
    breach.trail.iter().map(|step| sentence(step, snapshot, language)).collect()
}

/// Explains a breach and the steps of its amount in one paragraph.
fn paragraph_of_breach(breach: &BreachStanding, snapshot: &ContractSnapshot, language: Language) -> String {
    let steps = of_breach(breach, snapshot, language);
    let args = [
        ("clause", payments::clause_name(breach.clause.as_str(), snapshot, language)),
        ("subject", payments::breach_subject_name(&breach.subject, &snapshot.details).to_owned()),
        ("steps", crate::services::documents::terms::joined(language, "document-sentence", &steps)),
    ];
    message(language, "document-breach-steps", &args)
}

/// Explains one step.
pub fn sentence(step: &Step, snapshot: &ContractSnapshot, language: Language) -> String {
    sentence_in(step, (&snapshot.terms, &snapshot.details), language)
}

/// Explains one step, with the names of given terms.
pub fn sentence_in(step: &Step, of: (&Terms, &Details), language: Language) -> String {
    let mut step = step.clone();
    step.inputs.iter_mut().for_each(|(key, value)| replace_codes(key, value, of, language));
    let sentence = trail::sentence(&step, language);
    if language == Language::Zh { trail::close_han_gaps(&sentence) } else { sentence }
}

/// Replaces codes by names.
fn replace_codes(key: &str, value: &mut Value, of: (&Terms, &Details), language: Language) {
    match value {
        Value::Name(code) if key == "clause" => *code = payments::clause_name_in(of, code, language),
        Value::Name(code) if matches!(key, "deliverable" | "subject" | "milestone") => {
            *code = payments::breach_subject_name(code, of.1).to_owned();
        }
        Value::Name(code) if key == "indicator" => *code = of.1.indicator(code).to_owned(),
        Value::Name(code) if key == "item" => *code = of.1.item(code).to_owned(),
        Value::List(list) => list.iter_mut().for_each(|entry| replace_codes(key, entry, of, language)),
        Value::Row(row) => row.iter_mut().for_each(|(key, value)| replace_codes(key, value, of, language)),
        _ => {}
    }
}
