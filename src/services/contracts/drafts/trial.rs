//! Trials: payments and penalties that a draft's terms would give under assumed dates, quantities and scores.
//!
//! All figures are computed by standing; nothing is stored.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::domain::calendar::Calendar;
use crate::domain::codes::ContractState;
use crate::domain::details::Details;
use crate::domain::facts::{Acceptance, Decision, Facts, MilestoneScore, Submission, Verdict};
use crate::domain::numbers::{Measured, Quantity, Score, Whole};
use crate::domain::shape::{Bounded, LAST_DAY};
use crate::domain::standing::{Standing, Trails, standing};
use crate::domain::terms::{Deliverable, Milestone, Terms};
use crate::error::{FieldError, Message};
use crate::services::contracts::drafts::fields::{DraftReader, Fields};
use crate::services::contracts::indicators::value_fault;
use crate::services::documents::ContractSnapshot;
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::typed_values::{parse_date, parse_measured, parse_quantity, parse_score};
use crate::text::names;

/// Days from the last assumed event to the day of the standing: the longest payment period and a margin.
const AFTERWARDS: u64 = 92;

/// Outcome of a trial.
#[derive(Debug)]
pub struct Trial {
    /// Snapshot under the assumptions; `None` while the assumptions have faults.
    pub outcome: Option<ContractSnapshot>,
    /// Assumptions, as typed or as proposed.
    pub supposed: Fields,
    /// Faults of the assumptions, each at its field.
    pub faults: Vec<FieldError>,
}

/// Returns the assumptions of the best case: everything on time, complete and at target.
pub fn proposed(terms: &Terms) -> Fields {
    let mut fields = Fields::default();
    for (row, deliverable) in terms.deliverables.iter().enumerate() {
        let at = format!("try.deliverables.{row}");
        fields.set(format!("{at}.on"), deliverable.due_on);
        fields.set(format!("{at}.quantity"), deliverable.quantity);
        for (number, indicator) in deliverable.indicators.iter().enumerate() {
            fields.set(format!("{at}.measured.{number}"), indicator.target);
        }
    }
    for (row, _) in terms.milestones.iter().enumerate().filter(|(_, milestone)| milestone.requires_score) {
        fields.set(format!("try.milestones.{row}.score"), "90");
    }
    fields
}

/// Computes the outcome of terms under assumptions.
pub fn attempt(
    (terms, details): (Terms, Details),
    title: (&str, &str),
    (days, today): (&WorkingDays, NaiveDate),
    supposed: Fields,
) -> Trial {
    let mut reader = DraftReader::new(&supposed);
    let facts = facts(&mut reader, &terms);
    check_values(&mut reader, &terms, &details);
    let mut faults = reader.into_problems();
    let outcome = if faults.is_empty() {
        match evaluate(&terms, &facts, &days.calendar) {
            Ok(standing) => Some(summary(terms, details, title, standing, (days.announced_until(), today))),
            Err(fault) => {
                faults.push(fault);
                None
            }
        }
    } else {
        None
    };
    Trial { outcome, supposed, faults }
}

/// Builds a snapshot without parties, for the texts shared with documents.
pub fn summary(
    terms: Terms,
    details: Details,
    (number, title): (&str, &str),
    standing: Standing,
    (announced_until, prepared_on): (Option<i32>, NaiveDate),
) -> ContractSnapshot {
    ContractSnapshot {
        number: number.to_owned(),
        title: title.to_owned(),
        purchaser: String::new(),
        contractor: String::new(),
        funder: String::new(),
        state: ContractState::Draft,
        announced_until,
        as_of: standing.as_of,
        ended_on: None,
        details: names::complete(details, &terms),
        terms,
        standing,
        prepared_on,
        verification_url: String::new(),
        code: String::new(),
    }
}

/// Computes the standing, or returns the fault of the assumptions that forbid it.
fn evaluate(terms: &Terms, facts: &Facts, calendar: &Calendar) -> Result<Standing, FieldError> {
    let days = facts.submissions.iter().map(|one| one.on).chain(facts.scores.iter().map(|one| one.on));
    let planned = terms.deliverables.iter().map(|one| one.due_on).chain([terms.ends_on]);
    let last = days.chain(planned).max().unwrap_or(terms.ends_on);
    let as_of = last.checked_add_days(Days::new(AFTERWARDS)).into_iter().chain(LAST_DAY).min().unwrap_or(last);
    let mut outcome = standing(terms, facts, calendar, as_of, Trails::On).map_err(|invalid| FieldError {
        path: String::new(),
        message: Message { key: invalid.code, args: invalid.args },
    })?;
    // No payment is assumed, so that nothing is known of interest.
    for milestone in &mut outcome.milestones {
        milestone.trail.retain(|step| step.kind != "late_interest");
    }
    Ok(outcome)
}

/// Reads the assumptions as facts.
fn facts(reader: &mut DraftReader<'_>, terms: &Terms) -> Facts {
    let mut facts = Facts::default();
    let given: Vec<Option<NaiveDate>> =
        terms.deliverables.iter().enumerate().map(|(row, one)| deliver(reader, row, one, &mut facts)).collect();
    for (row, milestone) in terms.milestones.iter().enumerate().filter(|(_, one)| one.requires_score) {
        let score: Option<Score> = reader.optional(&format!("try.milestones.{row}.score"), parse_score);
        let on = scored_on(terms, milestone, &given);
        if let (Some(score), Some(on)) = (score, on) {
            facts.scores.push(MilestoneScore { milestone: milestone.code.clone(), on, score });
        }
    }
    facts
}

/// Reads a deliverable's assumed submission, which is decided on the same day. Without a day or a quantity there is no
/// submission.
fn deliver(reader: &mut DraftReader<'_>, row: usize, agreed: &Deliverable, facts: &mut Facts) -> Option<NaiveDate> {
    let at = format!("try.deliverables.{row}");
    let on = reader.optional(&format!("{at}.on"), parse_date);
    let quantity: Option<Quantity> = reader.optional(&format!("{at}.quantity"), parse_quantity);
    let mut measured: BTreeMap<_, Measured> = BTreeMap::new();
    for (number, indicator) in agreed.indicators.iter().enumerate() {
        let value = reader.optional(&format!("{at}.measured.{number}"), parse_measured);
        measured.extend(value.map(|value| (indicator.code.clone(), value)));
    }
    let (on, quantity) = (on?, quantity.filter(Bounded::is_positive)?);
    let (deliverable, no) = (agreed.code.clone(), Whole::new(1).unwrap_or_default());
    facts.submissions.push(Submission { deliverable: deliverable.clone(), no, on, quantity });
    let acceptance = Acceptance { quantity, measured };
    let verdict = if quantity < agreed.quantity { Verdict::Partial(acceptance) } else { Verdict::Accepted(acceptance) };
    facts.decisions.push(Decision { deliverable, no, on, verdict });
    Some(on)
}

/// Rejects measured values outside the bounds of the indicators' units.
fn check_values(reader: &mut DraftReader<'_>, terms: &Terms, details: &Details) {
    for (row, deliverable) in terms.deliverables.iter().enumerate() {
        for (number, indicator) in deliverable.indicators.iter().enumerate() {
            let name = format!("try.deliverables.{row}.measured.{number}");
            let value = parse_measured(reader.fields().value(&name)).ok();
            let fault = value.and_then(|value| value_fault(details, indicator.code.as_str(), value));
            fault.into_iter().for_each(|message| reader.reject(&name, message));
        }
    }
}

/// Returns the day on which a milestone's last condition is met; `None` if a deliverable is not submitted.
fn scored_on(terms: &Terms, milestone: &Milestone, given: &[Option<NaiveDate>]) -> Option<NaiveDate> {
    let required = milestone.requires.iter().map(|code| {
        let row = terms.deliverables.iter().position(|one| one.code == *code)?;
        given.get(row).copied().flatten()
    });
    let last = required.collect::<Option<Vec<NaiveDate>>>()?.into_iter().max();
    last.into_iter().chain(milestone.not_before).chain([terms.starts_on]).max()
}
