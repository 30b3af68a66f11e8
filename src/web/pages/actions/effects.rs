//! Effects of an act on its confirmation page: figures of money and dates before and after. A form whose effects its
//! sender was not shown is shown again with them.

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::services::contracts::effects::{self, Effect, Figure, Part};
use crate::services::contracts::view::{self, ActionData};
use crate::services::documents::{ContractSnapshot, words};
use crate::services::identity::caller::Caller;
use crate::text;
use crate::web::pages::actions::act::ActTarget;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::shell::Shell;

/// The effects of an act.
#[derive(Debug, Default)]
pub struct Effects {
    /// Set where the form could be read, so that no rows mean that nothing changes.
    pub is_known: bool,
    /// Each figure that changes.
    pub rows: Vec<EffectRow>,
    /// Doubts about the act that its effects raise.
    pub doubts: Vec<String>,
    /// Digest of what the reader is shown.
    pub digest: String,
}

/// A figure before and after an act, in words.
#[derive(Debug)]
pub struct EffectRow {
    pub name: String,
    pub before: String,
    pub after: String,
}

/// Computes the effects of the form as it was typed or, when it is first shown, as its fields propose. Nothing is shown
/// for a form that cannot be read yet.
pub fn of_form(
    data: &ActionData,
    caller: &Caller,
    page: &Shell,
    target: &ActTarget,
    (fields, typed): (&[Field], Option<&Form>),
) -> Effects {
    let Some(read) = target.act.proposal else { return Effects::default() };
    let proposed = || Form::new(fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect());
    let form = typed.cloned().unwrap_or_else(proposed);
    let found = read(target, &form).and_then(|proposal| effects::of_proposal(data, caller.today(), &proposal));
    let Ok(found) = found else { return Effects::default() };
    let snapshot = &data.contract.overview.snapshot;
    let ends_on = snapshot.terms.ends_on;
    let doubt = |(code, day): (&str, NaiveDate)| {
        let name = snapshot.details.deliverable(code).to_owned();
        let values = [("name", name), ("day", page.day(&day)), ("end", page.day(&ends_on))];
        text::message(page.language, "effect-due-past", &values)
    };
    Effects {
        is_known: true,
        rows: found.iter().map(|effect| row(page, snapshot, effect)).collect(),
        doubts: effects::due_past(&found, ends_on).into_iter().map(doubt).collect(),
        digest: effects::digest(&found),
    }
}

/// Checks that the sender of a form was shown its effects.
///
/// # Errors
/// Those of reading the form; `Refused` where the effects are others than the form shows.
pub fn require_seen(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let Some(read) = target.act.proposal else { return Ok(()) };
    let proposal = read(target, form)?;
    let data = view::for_action(app, caller, &target.contract, &target.subject)?;
    effects::require_seen(app, caller, &data, &proposal, form.value("seen"))
}

fn row(page: &Shell, snapshot: &ContractSnapshot, effect: &Effect) -> EffectRow {
    let of = match &effect.part {
        Part::Contract => None,
        Part::Deliverable(code) => Some(snapshot.details.deliverable(code).to_owned()),
        Part::Milestone(code) => Some(snapshot.details.milestone(code).to_owned()),
        Part::Breach(clause, subject) => {
            let clause = words::clause(clause, snapshot, page.language);
            Some(format!("{clause} · {}", words::breach_subject_name(subject, snapshot)))
        }
    };
    let name = page.say(figure_words(effect));
    let name = of.map_or_else(|| name.clone(), |of| format!("{of} · {name}"));
    EffectRow { name, before: figure(page, snapshot, &effect.before), after: figure(page, snapshot, &effect.after) }
}

/// Returns the message key of a figure's name.
fn figure_words(effect: &Effect) -> &'static str {
    match (effect.figure, &effect.part) {
        ("due_on", Part::Milestone(_)) => "document-column-pay-by",
        ("due_on", _) => "document-column-due",
        ("accepted", _) => "document-column-accepted",
        ("gross", _) => "document-column-gross",
        ("deductions", _) => "document-column-deductions",
        ("payable", _) => "document-column-payable",
        ("paid", _) => "document-column-paid",
        ("late_interest", _) => "document-column-interest",
        ("charged", _) => "document-column-charged",
        ("termination_right_since", _) => "effect-termination-right",
        _ => "document-column-state",
    }
}

fn figure(page: &Shell, snapshot: &ContractSnapshot, figure: &Figure) -> String {
    let none = || "–".to_owned();
    match figure {
        Figure::Amount(amount) => page.money(amount),
        Figure::Day(None) => none(),
        Figure::Day(Some(day)) if snapshot.is_provisional(day) => format!("{day} {}", page.provisional(day)),
        Figure::Day(Some(day)) => day.to_string(),
        Figure::Quantity(quantity) => quantity.map_or_else(none, |quantity| page.money(quantity)),
        Figure::State { kind, code } => page.word(kind, code),
    }
}
