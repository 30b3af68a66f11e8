//! Sentences of the fifth term, breach: the consequences for both parties.

use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::numbers::{Code, Rate};
use crate::domain::terms::{Base, BreachTerm, Clause, Direction, QualityTier, Terms};
use crate::text::message;
use crate::text::money::group_thousands;

use crate::services::documents::terms::{joined, rate};

/// Formats the breach terms: a sentence for each clause, then the cap, the interest and the right to terminate.
pub fn breach(terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    let mut sentences: Vec<String> =
        terms.breach_terms.iter().map(|term| sentence(term, terms, details, language)).collect();
    if let Some(cap) = terms.penalty_cap {
        sentences.push(message(language, "document-term-cap", &[("rate", rate(cap))]));
    }
    if terms.late_payment_daily_rate != Rate::default() {
        sentences.push(message(language, "document-term-interest", &[("rate", rate(terms.late_payment_daily_rate))]));
    }
    sentences.extend(termination(terms, language));
    sentences
}

/// Returns the name of a clause, or of its kind if it has no name of its own.
pub fn name(term: &BreachTerm, details: &Details, language: Language) -> String {
    let kind = format!("document-kind-{}", term.clause.kind());
    details.clause(term.code.as_str()).map_or_else(|| message(language, &kind, &[]), str::to_owned)
}

/// Formats a clause: its name, code, severity and consequences.
pub fn sentence(term: &BreachTerm, terms: &Terms, details: &Details, language: Language) -> String {
    let mut parts = consequence(&term.clause, terms, details, language);
    if term.outside_cap {
        parts.push(message(language, "document-term-outside-cap", &[]));
    }
    let names: Vec<String> =
        term.clause.deliverables().iter().map(|code| details.deliverable(code.as_str()).to_owned()).collect();
    let mut text = joined(language, "document-semicolon", &parts);
    if !names.is_empty() {
        let names = joined(language, "document-list", &names);
        text = message(language, "document-colon", &[("name", names), ("text", text)]);
    }
    let severity = message(language, &format!("document-severity-{}", term.severity), &[]);
    let args = [("name", name(term, details, language)), ("severity", severity), ("text", text)];
    message(language, "document-clause", &args)
}

fn base_name(base: Base, language: Language) -> String {
    message(language, &format!("document-base-{base}"), &[])
}

fn consequence(clause: &Clause, terms: &Terms, details: &Details, language: Language) -> Vec<String> {
    match clause {
        Clause::LateDelivery { grace_days, daily_rate, base, cap, .. } => {
            let base = base_name(*base, language);
            let key = if grace_days.get() > 0 { "document-clause-late-grace" } else { "document-clause-late" };
            let args = [("grace", grace_days.to_string()), ("base", base.clone()), ("rate", rate(daily_rate))];
            let mut parts = vec![message(language, key, &args)];
            if let Some(cap) = cap {
                parts.push(message(language, "document-clause-late-cap", &[("base", base), ("cap", rate(cap))]));
            }
            parts
        }
        Clause::NonDelivery { after_days, rate: part, base, .. } => {
            let args = [("days", after_days.to_string()), ("base", base_name(*base, language)), ("rate", rate(part))];
            vec![message(language, "document-clause-none", &args)]
        }
        Clause::QuantityShortfall { tolerance, rate: part, .. } => {
            let key =
                if *tolerance == Rate::default() { "document-clause-short" } else { "document-clause-short-tolerance" };
            vec![message(language, key, &[("tolerance", rate(tolerance)), ("rate", rate(part))])]
        }
        Clause::QualityShortfall { deliverables, indicator, base, tiers } => {
            let key = match indicator_direction(terms, deliverables, indicator) {
                Direction::AtLeast => "document-clause-quality-under",
                Direction::AtMost => "document-clause-quality-over",
            };
            let tier = |tier: &QualityTier| {
                let args = [
                    ("indicator", details.indicator(indicator.as_str()).to_owned()),
                    ("limit", tier.beyond.to_string()),
                    ("base", base_name(*base, language)),
                    ("rate", rate(tier.rate)),
                ];
                message(language, key, &args)
            };
            add_highest_applies(tiers.iter().map(tier).collect(), language)
        }
        Clause::LowScore { tiers } => {
            let tier = |limit: String, part: String| {
                message(language, "document-clause-score", &[("limit", limit), ("rate", part)])
            };
            add_highest_applies(tiers.iter().map(|t| tier(t.below.to_string(), rate(t.rate))).collect(), language)
        }
        Clause::Staffing { clients_per_worker, amount_per_worker } => {
            let args = [
                ("clients", clients_per_worker.to_string()),
                ("amount", group_thousands(&amount_per_worker.to_string())),
            ];
            vec![message(language, "document-clause-staffing", &args)]
        }
        Clause::Incident { amount, rate: part } => {
            let fixed = amount.map(|amount| {
                let args = [("amount", group_thousands(&amount.to_string()))];
                message(language, "document-clause-incident-amount", &args)
            });
            let share = part.map(|part| message(language, "document-clause-incident-rate", &[("rate", rate(part))]));
            fixed.into_iter().chain(share).collect()
        }
    }
}

/// Adds the sentence that of several tiers the highest applies.
fn add_highest_applies(mut tiers: Vec<String>, language: Language) -> Vec<String> {
    if tiers.len() > 1 {
        tiers.push(message(language, "document-clause-highest", &[]));
    }
    tiers
}

/// Returns the direction of the indicator, from the first covered deliverable that has it.
fn indicator_direction(terms: &Terms, deliverables: &[Code], indicator: &Code) -> Direction {
    terms
        .deliverables
        .iter()
        .filter(|deliverable| deliverables.is_empty() || deliverables.contains(&deliverable.code))
        .flat_map(|deliverable| &deliverable.indicators)
        .find(|other| other.code == *indicator)
        .map_or(Direction::AtLeast, |found| found.direction)
}

fn termination(terms: &Terms, language: Language) -> Option<String> {
    let termination = terms.termination.as_ref()?;
    let conditions: Vec<String> = [
        termination
            .penalty_fraction
            .map(|part| message(language, "document-term-when-penalty", &[("rate", rate(part))])),
        termination.days_late.map(|days| message(language, "document-term-when-late", &[("days", days.to_string())])),
        termination
            .breaches
            .map(|count| message(language, "document-term-when-breaches", &[("count", count.to_string())])),
    ]
    .into_iter()
    .flatten()
    .collect();
    let conditions = joined(language, "document-semicolon", &conditions);
    (!conditions.is_empty()).then(|| message(language, "document-term-termination", &[("conditions", conditions)]))
}
