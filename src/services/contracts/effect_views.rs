//! Effects as people and API clients read them: formatted in a language, or as JSON, and the digest of that JSON, by
//! which a form proves which effects its sender was shown.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::{FigureName, Language};
use crate::domain::details::Details;
use crate::domain::terms::Terms;
use crate::services::contracts::effects::{Effect, Figure, Part};
use crate::services::documents::words::breach as breach_words;
use crate::services::registry::working_days::WorkingDays;
use crate::storage::audit::hash_chains;
use crate::text;
use crate::text::money::{format_percent, group_thousands};

/// The kinds of parts of a contract to which a figure belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// The contract as a whole.
    Contract,
    /// Everything that falls due in a year as agreed.
    Year,
    Deliverable,
    Milestone,
    Breach,
}

/// A figure of the standing that the action would change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EffectView {
    pub part: PartKind,
    /// Code of the deliverable, the milestone or the breached clause, or the year.
    pub code: Option<String>,
    /// Subject of the breach.
    pub subject: Option<String>,
    /// Name of the figure, as in the standing.
    pub figure: FigureName,
    /// Figure today: an amount in yuan, a day, a quantity or a state; absent while there is none.
    pub before: Option<String>,
    /// Figure after the action.
    pub after: Option<String>,
    /// True if `after` is a day in a year whose holidays have not been announced, so that it may still move.
    pub provisional: bool,
}

/// Returns an effect as JSON shows it.
pub fn view_of(effect: &Effect, days: &WorkingDays) -> EffectView {
    let (part, code, subject) = match &effect.part {
        Part::Contract => (PartKind::Contract, None, None),
        Part::Year(year) => (PartKind::Year, Some(year.to_string()), None),
        Part::Deliverable(code) => (PartKind::Deliverable, Some(code.clone()), None),
        Part::Milestone(code) | Part::MilestoneOnceScored(code) => (PartKind::Milestone, Some(code.clone()), None),
        Part::Breach(clause, subject) => (PartKind::Breach, Some(clause.clone()), Some(subject)),
    };
    let text = |figure: &Figure| match figure {
        Figure::Amount(amount) => Some(amount.to_string()),
        Figure::Day(day) => day.map(|day| day.to_string()),
        Figure::Quantity(quantity) => quantity.map(|quantity| quantity.to_string()),
        Figure::Rate(rate) => rate.map(|rate| rate.to_string()),
        Figure::Score(score) => score.map(|score| score.to_string()),
        Figure::State { code, .. } => Some(code.clone()),
        Figure::Absent => None,
    };
    EffectView {
        part,
        code,
        subject: subject.cloned(),
        figure: effect.figure,
        before: text(&effect.before),
        after: text(&effect.after),
        provisional: matches!(effect.after, Figure::Day(Some(day)) if days.is_provisional(day)),
    }
}

/// Returns the digest of the effects, which the form sends back.
pub fn digest(effects: &[Effect], days: &WorkingDays) -> String {
    let views: Vec<EffectView> = effects.iter().map(|effect| view_of(effect, days)).collect();
    // A view serialises to JSON with text keys, so this cannot fail.
    hash_chains::digest(&[&serde_json::to_string(&views).unwrap_or_default()])
}

/// An effect as formatted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectWords {
    /// Name of the part and of its figure.
    pub name: String,
    /// Figure before.
    pub before: String,
    /// Figure after.
    pub after: String,
}

/// Formats an effect, using the names in the terms' details. `word_day` formats a day.
pub fn words(
    effect: &Effect,
    of: (&Terms, &Details),
    language: Language,
    word_day: &dyn Fn(NaiveDate) -> String,
) -> EffectWords {
    let part = match &effect.part {
        Part::Contract => None,
        Part::Year(year) => Some(text::message(language, "effect-year", &[("year", year.to_string())])),
        Part::Deliverable(code) => Some(of.1.deliverable(code).to_owned()),
        Part::Milestone(code) => Some(of.1.milestone(code).to_owned()),
        Part::MilestoneOnceScored(code) => {
            Some(text::message(language, "effect-once-scored", &[("name", of.1.milestone(code).to_owned())]))
        }
        Part::Breach(clause, subject) => Some(breach_words(of, (clause, subject), language)),
    };
    let name = text::message(language, figure_key(effect), &[]);
    let name = part.map_or_else(|| name.clone(), |part| format!("{part} · {name}"));
    let [before, after] = [&effect.before, &effect.after].map(|figure| figure_words(figure, language, word_day));
    EffectWords { name, before, after }
}

/// Returns the message key of the name of an effect's figure.
fn figure_key(effect: &Effect) -> &'static str {
    match effect.figure {
        FigureName::State => "document-column-state",
        FigureName::DueOn => match effect.part {
            Part::Milestone(_) | Part::MilestoneOnceScored(_) => "document-column-pay-by",
            Part::Contract | Part::Year(_) | Part::Deliverable(_) | Part::Breach(..) => "document-column-due",
        },
        FigureName::Accepted => "document-column-accepted",
        FigureName::Gross => "document-column-gross",
        FigureName::Deductions => "document-column-deductions",
        FigureName::Payable => "document-column-payable",
        FigureName::Paid => "document-column-paid",
        FigureName::LateInterest => "document-column-interest",
        FigureName::InterestPaid => "settlement-interest-paid",
        FigureName::InterestWaived => "settlement-interest-waived",
        FigureName::Charged => "document-column-charged",
        FigureName::TerminationRightSince => "effect-termination-right",
        FigureName::Amount => "effect-amount",
        FigureName::EndsOn => "effect-ends-on",
        FigureName::PenaltyCap => "effect-penalty-cap",
        FigureName::Committed => "effect-committed",
        FigureName::Free => "effect-free",
        FigureName::Score => "effect-score",
        FigureName::Rating => "effect-rating",
    }
}

/// Formats a figure.
fn figure_words(figure: &Figure, language: Language, word_day: &dyn Fn(NaiveDate) -> String) -> String {
    let none = || "–".to_owned();
    match figure {
        Figure::Amount(amount) => group_thousands(&amount.to_string()),
        Figure::Day(day) => day.map_or_else(none, word_day),
        Figure::Quantity(quantity) => quantity.map_or_else(none, |quantity| group_thousands(&quantity.to_string())),
        Figure::Rate(rate) => rate.map_or_else(none, format_percent),
        Figure::Score(score) => score.map_or_else(none, |score| score.to_string()),
        Figure::State { kind, code } => text::message(language, &format!("{kind}-{code}"), &[]),
        Figure::Absent => none(),
    }
}
