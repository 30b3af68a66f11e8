//! The steps of a trail as sentences. Nothing is computed: a sentence states what its step holds.

use crate::domain::codes::Language;
use crate::domain::standing::{Standing, Step, Value};
use crate::text::{dates, message, money};

/// Adds a sentence to every step of a standing.
pub fn add_sentences(standing: &mut Standing, language: Language) {
    let breaches = standing.breaches.iter_mut().map(|breach| &mut breach.trail);
    let milestones = standing.milestones.iter_mut().map(|milestone| &mut milestone.trail);
    let performance = std::iter::once(&mut standing.performance.trail);
    for step in breaches.chain(milestones).chain(performance).flatten() {
        step.text = Some(sentence(step, language));
    }
}

/// Returns the sentence of a step.
pub fn sentence(step: &Step, language: Language) -> String {
    let mut args = format_values(step.kind, &step.inputs, language);
    args.push(("result", format_value(step.kind, &step.result, language)));
    message(language, &format!("trail-{}", step.kind), &args)
}

fn format_values(kind: &str, values: &[(&'static str, Value)], language: Language) -> Vec<(&'static str, String)> {
    values.iter().map(|(name, of)| (*name, format_value(kind, of, language))).collect()
}

/// Formats a value. `none`, `yes` and `no` are the selectors of the messages.
fn format_value(kind: &str, of: &Value, language: Language) -> String {
    match of {
        Value::None => "none".to_owned(),
        Value::Money(sum) => money::group_thousands(&sum.to_string()),
        Value::Points(points) => points.to_string(),
        Value::Quantity(quantity) => money::group_thousands(&quantity.to_string()),
        Value::Rate(rate) => money::format_percent(*rate),
        Value::Score(score) => score.to_string(),
        Value::Measured(measured) => measured.to_string(),
        Value::Date(date) => dates::long(*date, language),
        Value::Count(count) => count.to_string(),
        Value::Yes(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Name(name) => name.clone(),
        Value::Word(word) => (*word).to_owned(),
        Value::List(list) => {
            let separator = if language == Language::Zh { "；" } else { "; " };
            // A row with nothing to say is left out.
            let rows = list.iter().map(|entry| format_value(kind, entry, language)).filter(|row| !row.is_empty());
            let rows: Vec<String> = rows.collect();
            if rows.is_empty() { "none".to_owned() } else { rows.join(separator) }
        }
        Value::Row(row) => message(language, &format!("trail-{kind}-row"), &format_values(kind, row, language)),
    }
}

/// Removes the spaces between Han characters and figures, for PDFs, where the adapter draws that gap itself.
pub fn close_han_gaps(text: &str) -> String {
    let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '%');
    let han = |c: Option<char>| c.is_some_and(|c| ('\u{3400}'..='\u{9FFF}').contains(&c));
    let mut closed = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let (before, after) = (closed.chars().next_back(), rest.peek().copied());
        if c != ' ' || !(ascii(before) && han(after) || han(before) && ascii(after)) {
            closed.push(c);
        }
    }
    closed
}
