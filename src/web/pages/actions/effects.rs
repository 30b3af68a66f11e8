//! Effects of an act on its confirmation page: figures of money and dates before and after. A form is shown again with
//! its effects if its sender has not seen them.

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::services::contracts::effect_views::{self, EffectWords};
use crate::services::contracts::effects::{self, Proposal};
use crate::services::contracts::view::{self, ActionData};
use crate::services::identity::caller::Caller;
use crate::text;
use crate::web::pages::actions::act::ActTarget;
use crate::web::pages::actions::decision;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::shell::Shell;

/// The effects of an act.
#[derive(Debug, Default)]
pub struct Effects {
    /// True if the form could be read and has no fault, so that an empty list of rows means no change.
    pub is_known: bool,
    /// Each figure that changes.
    pub rows: Vec<EffectWords>,
    /// Choice of the form that makes these changes, in words; empty for a form without one.
    pub choice: String,
    /// Doubts about the act that its effects raise.
    pub doubts: Vec<String>,
    /// Digest of the effects shown.
    pub digest: String,
    /// Changes by partial acceptance and by a return for the missing part, while both are open.
    pub choices: Option<Choices>,
}

/// Partial acceptance, which is final, beside a return for the missing part.
#[derive(Debug)]
pub struct Choices {
    /// Missing quantity.
    pub missing: String,
    /// Last day on which the missing part can be submitted without delay.
    pub until: String,
    /// Each figure that one of the proposals changes.
    pub rows: Vec<Choice>,
}

/// A figure before a decision, after partial acceptance, and after a return.
#[derive(Debug)]
pub struct Choice {
    /// Name of the part and the figure.
    pub name: String,
    pub before: String,
    pub partial: String,
    pub returned: String,
}

/// Computes the effects of the form as typed or, on first display, with the proposed values. Shows no effects for a
/// form that cannot be read yet.
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
    let choices = choices(data, page, target, &form);
    let found = read(target, &form).and_then(|proposal| effects::of_proposal(data, caller.today(), &proposal));
    let Ok(found) = found else { return Effects { choices, ..Effects::default() } };
    let snapshot = &data.contract.overview.snapshot;
    let amendment = data.contract.amendments.iter().find(|amendment| amendment.id == target.subject);
    let names = amendment.map_or((&snapshot.terms, &snapshot.details), |found| (&found.terms, &found.names));
    let day = |day: NaiveDate| day_words(data, page, day);
    let ends_on = snapshot.terms.ends_on;
    let doubt = |(code, day): (&str, NaiveDate)| {
        let name = snapshot.details.deliverable(code).to_owned();
        let values = [("name", name), ("day", page.day(&day)), ("end", page.day(&ends_on))];
        text::message(page.language, "effect-due-past", &values)
    };
    Effects {
        is_known: typed.is_none_or(|form| form.faults.is_empty()),
        rows: found.iter().map(|effect| effect_views::words(effect, names, page.language, &day)).collect(),
        doubts: effects::due_past(&found, ends_on).into_iter().map(doubt).collect(),
        digest: effect_views::digest(&found, &data.record.days),
        choice: decision::chosen(page, target, &form),
        choices,
    }
}

/// Computes the effects of decisions on several submissions together.
///
/// # Errors
/// `Refused` if the recorded facts have no standing.
pub fn of_decisions(data: &ActionData, page: &Shell, decisions: &[Proposal]) -> Result<Effects, Error> {
    let found = effects::of_decisions(data, page.today, decisions)?;
    let names = (&data.contract.overview.snapshot.terms, &data.contract.overview.snapshot.details);
    let day = |day: NaiveDate| day_words(data, page, day);
    Ok(Effects {
        is_known: !decisions.is_empty(),
        rows: found.iter().map(|effect| effect_views::words(effect, names, page.language, &day)).collect(),
        digest: effect_views::digest(&found, &data.record.days),
        ..Effects::default()
    })
}

fn day_words(data: &ActionData, page: &Shell, day: NaiveDate) -> String {
    let is_provisional = data.contract.overview.snapshot.is_provisional(&day);
    if is_provisional { format!("{day} {}", page.provisional(&day)) } else { day.to_string() }
}

/// Compares partial acceptance with a return for the missing part, on the page of a decision.
fn choices(data: &ActionData, page: &Shell, target: &ActTarget, form: &Form) -> Option<Choices> {
    if target.act.name != decision::ACT.name {
        return None;
    }
    let (missing, proposals) = decision::choices(data, page, target, form)?;
    let snapshot = &data.contract.overview.snapshot;
    let day = |day: NaiveDate| day_words(data, page, day);
    let of = |proposal: &Proposal| {
        let found = effects::of_proposal(data, page.today, proposal).ok()?;
        let names = (&snapshot.terms, &snapshot.details);
        let words = found.iter().map(|effect| effect_views::words(effect, names, page.language, &day));
        Some(words.collect::<Vec<EffectWords>>())
    };
    let [partial, returned] = [of(&proposals[0])?, of(&proposals[1])?];
    let find = |all: &[EffectWords], of: &EffectWords| {
        let found = all.iter().find(|row| row.name == of.name);
        found.map_or_else(|| of.before.clone(), |row| row.after.clone())
    };
    let only_returned = returned.iter().filter(|row| partial.iter().all(|other| other.name != row.name));
    let rows = partial.iter().chain(only_returned).map(|row| Choice {
        name: row.name.clone(),
        before: row.before.clone(),
        partial: find(&partial, row),
        returned: find(&returned, row),
    });
    let deliverable = data.contract.deliverables.iter().find(|found| found.code == target.subject)?;
    let missing = format!("{} {}", page.money(missing), snapshot.details.unit(&deliverable.item));
    let until = day(deliverable.standing.due_on);
    Some(Choices { missing: missing.trim_end().to_owned(), until, rows: rows.collect() })
}

/// Checks that the sender of a form has seen its effects. A form with faults passes: its submission is refused with all
/// faults, and the effects are checked once the form has none.
///
/// # Errors
/// `Refused` if the effects differ from the effects that the form shows.
pub fn require_seen(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let Some(read) = target.act.proposal else { return Ok(()) };
    let is_filled = |name: &str| !form.value(name).is_empty();
    let mut required =
        target.act.needs_reason.then_some("reason").into_iter().chain(target.act.required.iter().copied());
    let Ok(proposal) = read(target, form) else { return Ok(()) };
    if !required.all(is_filled) {
        return Ok(());
    }
    let data = view::for_action(app, caller, &target.contract, &target.subject)?;
    effects::require_seen(app, caller, &data, &proposal, form.value("seen"))
}
