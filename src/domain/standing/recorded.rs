//! Validated facts: rules 10 to 15 of `docs/standing.md`, Validity, and the facts indexed by deliverable, milestone and
//! clause of the terms in force. Nothing here depends on the day: visibility and rule 16 come later.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::domain::calendar::{Calendar, Day, date, day};
use crate::domain::facts::{Acceptance, Facts, Headcount, Month, Verdict};
use crate::domain::invalid::Invalid;
use crate::domain::numbers::{Code, Score};
use crate::domain::shape::LIST_BOUND;
use crate::domain::standing::agreed::{Agreed, AgreedDeliverable, AgreedMilestone};
use crate::domain::standing::before::{Before, KeptMilestone};
use crate::domain::standing::timeline::{Version, unchanged_since};
use crate::domain::terms::Clause;

/// Maximum number of extensions of one deliverable.
pub const EXTENSIONS_BOUND: usize = 10;

/// A contract under the terms in force on a stretch of days, for which rules 1 to 15 hold up to its end.
pub(super) struct Contract<'a> {
    /// The terms in force.
    pub agreed: Rc<Agreed<'a>>,
    /// All terms that have been in force, up to these.
    pub versions: Vec<Version<'a>>,
    /// The standing on the day before the terms in force took effect; `None` for the signed terms.
    pub before: Option<Rc<Before<'a>>>,
    pub facts: &'a Facts,
    pub calendar: &'a Calendar,
    pub end: Option<Day>,
    /// One entry for each deliverable.
    pub histories: Vec<History<'a>>,
    /// One entry for each milestone.
    pub scores: Vec<Option<(Day, Score)>>,
    pub invoices: Vec<Option<Day>>,
    /// For each milestone, its rank among those that were satisfied before the terms in force; `None` for the others.
    pub kept: Vec<Option<usize>>,
    /// For each milestone, the day on which the conditions for its payment last changed, before which its clock does
    /// not start.
    pub clock_floors: Vec<Day>,
    /// The version of the terms that applies to each incident, and the index of the clause in it.
    pub incident_clauses: Vec<Option<(usize, usize)>>,
    /// The earliest waiver of each clause and subject.
    pub waivers: BTreeMap<(&'a str, &'a str), Day>,
    /// Sorted by day, then position in the list.
    pub payments: Vec<Paid>,
}

/// The extensions and submissions of one deliverable.
pub(super) struct History<'a> {
    /// Day of the extension, and the days that it adds. Extensions granted before the due day last changed are left
    /// out.
    pub extensions: Vec<(Day, i32)>,
    /// The day since which all terms in force gave this due day.
    due_since: Day,
    pub submissions: Vec<Submitted<'a>>,
}

/// A submission and the decision on it.
pub(super) struct Submitted<'a> {
    pub on: Day,
    pub quantity: i128,
    pub inspect_by: Option<Day>,
    /// True if the submission counts as accepted when it is not decided by `inspect_by`.
    pub deemed: bool,
    pub cure_days: i32,
    pub decision: Option<(Day, &'a Verdict)>,
}

/// A recorded payment: its day, its index among the facts' payments, and its amount in fen.
#[derive(Clone, Copy)]
pub(super) struct Paid {
    pub on: Day,
    pub place: usize,
    /// `None` for an unknown milestone, which rule 16 reports once the payment is visible.
    pub milestone: Option<usize>,
    pub amount: i128,
}

impl<'a> Contract<'a> {
    /// Checks rules 10 to 15, in order, for the facts dated within `window`.
    ///
    /// Earlier facts were checked under the terms of their own days; where they concern something that the terms in
    /// force lack, they are skipped. Later facts do not affect a standing within the window.
    pub fn new(
        versions: Vec<Version<'a>>,
        before: Option<Rc<Before<'a>>>,
        facts: &'a Facts,
        calendar: &'a Calendar,
        window: &Range<Day>,
    ) -> Result<Self, Invalid> {
        let Some(agreed) = versions.last().map(|version| Rc::clone(&version.agreed)) else {
            return Err(Invalid::at("terms", "malformed-list"));
        };
        let milestones = agreed.milestones.len();
        let mut contract = Self {
            histories: agreed.deliverables.iter().map(|deliverable| history(deliverable, &versions)).collect(),
            scores: vec![None; milestones],
            invoices: vec![None; milestones],
            kept: agreed.milestones.iter().map(|milestone| kept(milestone, before.as_deref())).collect(),
            clock_floors: agreed.milestones.iter().map(|milestone| clock_floor(milestone, &versions)).collect(),
            incident_clauses: Vec::with_capacity(facts.incidents.len()),
            waivers: BTreeMap::new(),
            payments: Vec::with_capacity(facts.payments.len()),
            end: facts.end.as_ref().map(|end| day(end.on)),
            agreed,
            versions,
            before,
            facts,
            calendar,
        };
        contract.extensions(window)?;
        contract.submissions(window)?;
        contract.decisions(window)?;
        contract.scores_and_invoices(window)?;
        contract.headcounts_and_incidents(window)?;
        contract.waivers(window)?;
        contract.payments = contract.sorted_payments();
        Ok(contract)
    }

    /// Returns the position in `versions` of the terms in force on a day up to the end of the window.
    pub fn version_on(&self, day: Day) -> usize {
        self.versions.partition_point(|version| version.from <= day).saturating_sub(1)
    }

    /// Returns the index of the terms that apply to a headcount: those in force on its day or, if earlier, on the last
    /// day of its month.
    pub fn version_of(&self, headcount: &Headcount) -> usize {
        match self.versions.len() {
            1 => 0,
            _ => self.version_on(day(headcount.on.min(headcount.month.last_day()))),
        }
    }

    /// Returns a milestone that was satisfied before the terms in force, by its position in them.
    pub fn kept_milestone(&self, place: usize) -> Option<&KeptMilestone<'a>> {
        let kept = (*self.kept.get(place)?)?;
        self.before.as_ref()?.milestones.get(kept)
    }

    /// Checks rule 10.
    fn extensions(&mut self, window: &Range<Day>) -> Result<(), Invalid> {
        let mut accepted_on: BTreeMap<&str, Day> = BTreeMap::new();
        if !self.facts.extensions.is_empty() {
            for decision in self.facts.decisions.iter().filter(|d| d.verdict.acceptance().is_some()) {
                let on = day(decision.on);
                accepted_on
                    .entry(decision.deliverable.as_str())
                    .and_modify(|earliest| *earliest = on.min(*earliest))
                    .or_insert(on);
            }
        }
        for (n, extension) in self.facts.extensions.iter().enumerate() {
            let path = |field: &str| format!("facts.extensions[{n}].{field}");
            let on = day(extension.on);
            let checked = window.contains(&on);
            let place = self.agreed.deliverable_places.get(extension.deliverable.as_str());
            let found =
                place.and_then(|place| self.agreed.deliverables.get(*place).zip(self.histories.get_mut(*place)));
            let Some((deliverable, history)) = found else {
                if !checked {
                    continue;
                }
                return Err(
                    Invalid::at(path("deliverable"), "no-such-deliverable").with("code", &extension.deliverable)
                );
            };
            if checked {
                let more = history.extensions.iter().map(|(_, days)| days).sum::<i32>();
                let due = self.calendar.roll_day(deliverable.due_on + more);
                let accepted = accepted_on.get(extension.deliverable.as_str());
                if on > due {
                    return Err(Invalid::at(path("on"), "extension-after-due").with("due", date(due)));
                }
                if self.end.is_some_and(|end| end < on) {
                    return Err(Invalid::at(path("on"), "after-end"));
                }
                if accepted.is_some_and(|accepted| *accepted <= on) {
                    return Err(Invalid::at(path("on"), "extension-after-acceptance"));
                }
            }
            if on >= history.due_since {
                history.extensions.push((on, i32::from(extension.days.get())));
            }
        }
        Ok(())
    }

    /// Checks rule 11.
    fn submissions(&mut self, window: &Range<Day>) -> Result<(), Invalid> {
        let mut decided: BTreeMap<(&str, u64), (Day, &Verdict)> = BTreeMap::new();
        for decision in &self.facts.decisions {
            let key = (decision.deliverable.as_str(), decision.no.get());
            decided.entry(key).or_insert((day(decision.on), &decision.verdict));
        }
        for (n, submission) in self.facts.submissions.iter().enumerate() {
            let path = |field: &str| format!("facts.submissions[{n}].{field}");
            let code = submission.deliverable.as_str();
            let on = day(submission.on);
            let checked = window.contains(&on);
            let version = self.versions.get(self.version_on(on));
            let place = self.agreed.deliverable_places.get(code);
            let Some((history, version)) = place.and_then(|place| self.histories.get_mut(*place)).zip(version) else {
                if !checked {
                    continue;
                }
                return Err(Invalid::at(path("deliverable"), "no-such-deliverable").with("code", code));
            };
            if checked {
                let next = history.submissions.len() as u64 + 1;
                if submission.no.get() != next {
                    return Err(Invalid::at(path("no"), "submission-number").with("next", next));
                }
                let before = decided.get(&(code, next - 1));
                let rejected =
                    before.is_some_and(|(rejected_on, verdict)| **verdict == Verdict::Rejected && *rejected_on <= on);
                if next > 1 && !rejected {
                    return Err(Invalid::at(path("on"), "submission-before-rejection").with("no", next - 1));
                }
                if self.end.is_some_and(|end| end < on) {
                    return Err(Invalid::at(path("on"), "after-end"));
                }
            }
            let terms = version.agreed.terms;
            history.submissions.push(Submitted {
                on,
                quantity: submission.quantity.exact(),
                inspect_by: terms.inspection_days.map(|days| self.calendar.roll_day(on + i32::from(days.get()))),
                deemed: terms.deemed_acceptance,
                cure_days: i32::from(terms.cure_days.get()),
                decision: None,
            });
        }
        Ok(())
    }

    /// Checks rule 12.
    fn decisions(&mut self, window: &Range<Day>) -> Result<(), Invalid> {
        for (n, decision) in self.facts.decisions.iter().enumerate() {
            let path = |field: &str| format!("facts.decisions[{n}].{field}");
            let on = day(decision.on);
            let checked = window.contains(&on);
            let place = self.agreed.deliverable_places.get(decision.deliverable.as_str()).copied();
            let no = usize::try_from(decision.no.get()).ok().and_then(|no| no.checked_sub(1));
            let found = place.and_then(|place| self.agreed.deliverables.get(place).zip(self.histories.get_mut(place)));
            let handed =
                found.and_then(|(deliverable, history)| Some((deliverable, history.submissions.get_mut(no?)?)));
            let Some((deliverable, handed)) = handed else {
                if !checked {
                    continue;
                }
                return Err(Invalid::at(path("no"), "no-such-submission"));
            };
            if checked {
                if handed.decision.is_some() {
                    return Err(Invalid::at(path("no"), "decided-already"));
                }
                if on < handed.on {
                    return Err(Invalid::at(path("on"), "decision-before-submission"));
                }
                if handed.deemed && handed.inspect_by.is_some_and(|by| by < on) {
                    return Err(Invalid::at(path("on"), "decision-after-deemed"));
                }
                if let Some(acceptance) = decision.verdict.acceptance() {
                    check_acceptance(acceptance, handed.quantity, deliverable.terms, path)?;
                }
            }
            handed.decision.get_or_insert((on, &decision.verdict));
        }
        Ok(())
    }

    /// Checks rule 13.
    fn scores_and_invoices(&mut self, window: &Range<Day>) -> Result<(), Invalid> {
        let wrong = |list: &str, n: usize, code, milestone: &Code| {
            Err(Invalid::at(format!("facts.{list}[{n}].milestone"), code).with("code", milestone))
        };
        for (n, score) in self.facts.scores.iter().enumerate() {
            let checked = window.contains(&day(score.on));
            let place = self.agreed.milestone_places.get(score.milestone.as_str()).copied();
            let found = place.and_then(|place| self.agreed.milestones.get(place).zip(self.scores.get_mut(place)));
            match found {
                None if checked => return wrong("scores", n, "no-such-milestone", &score.milestone),
                Some((_, Some(_))) if checked => return wrong("scores", n, "scored-already", &score.milestone),
                Some((milestone, _)) if checked && !milestone.terms.requires_score => {
                    return wrong("scores", n, "score-not-required", &score.milestone);
                }
                Some((_, slot @ None)) => *slot = Some((day(score.on), score.score)),
                None | Some((_, Some(_))) => {}
            }
        }
        for (n, invoice) in self.facts.invoices.iter().enumerate() {
            let checked = window.contains(&day(invoice.on));
            let place = self.agreed.milestone_places.get(invoice.milestone.as_str()).copied();
            match place.and_then(|place| self.invoices.get_mut(place)) {
                None if checked => return wrong("invoices", n, "no-such-milestone", &invoice.milestone),
                Some(Some(_)) if checked => return wrong("invoices", n, "invoiced-already", &invoice.milestone),
                Some(slot @ None) => *slot = Some(day(invoice.on)),
                None | Some(Some(_)) => {}
            }
        }
        Ok(())
    }

    /// Checks rule 14.
    fn headcounts_and_incidents(&mut self, window: &Range<Day>) -> Result<(), Invalid> {
        let mut months = BTreeMap::new();
        for (n, headcount) in self.facts.headcounts.iter().enumerate() {
            let path = || format!("facts.headcounts[{n}].month");
            let twice = months.insert(&headcount.month, n).is_some();
            if !window.contains(&day(headcount.on)) {
                continue;
            }
            if twice {
                return Err(Invalid::at(path(), "month-twice").with("month", &headcount.month));
            }
            if headcount.month > Month::of(headcount.on) {
                return Err(Invalid::at(path(), "month-to-come").with("month", &headcount.month));
            }
        }
        let mut ids = BTreeMap::new();
        for (n, incident) in self.facts.incidents.iter().enumerate() {
            let on = day(incident.on);
            let checked = window.contains(&on);
            if ids.insert(incident.id.as_str(), n).is_some() && checked {
                return Err(Invalid::at(format!("facts.incidents[{n}].id"), "code-twice").with("code", &incident.id));
            }
            let version = self.version_on(on);
            let agreed = self.versions.get(version).map(|version| &version.agreed);
            let place = agreed.and_then(|agreed| agreed.clause_places.get(incident.clause.as_str()).copied());
            let term = agreed.zip(place).and_then(|(agreed, place)| agreed.terms.breach_terms.get(place));
            let clause = place.filter(|_| matches!(term.map(|term| &term.clause), Some(Clause::Incident { .. })));
            if clause.is_none() && checked {
                let path = format!("facts.incidents[{n}].clause");
                return Err(Invalid::at(path, "no-such-incident-clause").with("code", &incident.clause));
            }
            self.incident_clauses.push(clause.map(|place| (version, place)));
        }
        Ok(())
    }

    /// Checks rule 15.
    fn waivers(&mut self, window: &Range<Day>) -> Result<(), Invalid> {
        for (n, waiver) in self.facts.waivers.iter().enumerate() {
            let on = day(waiver.on);
            let clause = waiver.clause.as_str();
            let known = self.versions.iter().rev().any(|version| version.agreed.clause_places.contains_key(clause));
            if !known && window.contains(&on) {
                return Err(
                    Invalid::at(format!("facts.waivers[{n}].clause"), "no-such-clause").with("code", &waiver.clause)
                );
            }
            let earliest = self.waivers.entry((clause, waiver.subject.as_str())).or_insert(on);
            *earliest = on.min(*earliest);
        }
        Ok(())
    }

    fn sorted_payments(&self) -> Vec<Paid> {
        let paid = |(place, payment): (usize, &crate::domain::facts::Payment)| Paid {
            on: day(payment.on),
            place,
            milestone: self.agreed.milestone_places.get(payment.milestone.as_str()).copied(),
            amount: payment.amount.exact(),
        };
        let mut payments: Vec<Paid> = self.facts.payments.iter().enumerate().map(paid).collect();
        payments.sort_by_key(|payment| payment.on);
        payments
    }
}

/// Returns a history without facts, with the day since which all terms in force gave the deliverable its due day.
fn history<'a>(deliverable: &AgreedDeliverable, versions: &[Version]) -> History<'a> {
    let due_since = match versions {
        [_] => Day::MIN,
        _ => unchanged_since(versions, |agreed| {
            agreed.deliverable(&deliverable.terms.code).is_some_and(|earlier| earlier.due_on == deliverable.due_on)
        }),
    };
    History { extensions: Vec::new(), due_since, submissions: Vec::new() }
}

fn kept(milestone: &AgreedMilestone, before: Option<&Before>) -> Option<usize> {
    before?.milestones.iter().position(|kept| kept.code == milestone.terms.code.as_str())
}

/// Returns the day since which all terms in force had the milestone's present conditions.
fn clock_floor(milestone: &AgreedMilestone, versions: &[Version]) -> Day {
    let terms = milestone.terms;
    match versions {
        [_] => Day::MIN,
        _ => unchanged_since(versions, |agreed| {
            agreed.milestone(&terms.code).is_some_and(|earlier| {
                earlier.terms.requires == terms.requires
                    && earlier.not_before == milestone.not_before
                    && earlier.terms.requires_score == terms.requires_score
            })
        }),
    }
}

/// Checks rule 12 for an accepted quantity and its measured values.
fn check_acceptance(
    acceptance: &Acceptance,
    submitted: i128,
    deliverable: &crate::domain::terms::Deliverable,
    path: impl Fn(&str) -> String,
) -> Result<(), Invalid> {
    if acceptance.quantity.exact() > submitted {
        return Err(Invalid::at(path("quantity"), "accepted-more-than-submitted"));
    }
    let known = |code: &Code| deliverable.indicators.iter().any(|indicator| indicator.code == *code);
    match acceptance.measured.keys().find(|code| !known(code)) {
        Some(code) => Err(Invalid::at(path(&format!("measured.{code}")), "no-such-indicator").with("code", code)),
        None => Ok(()),
    }
}

/// Checks the bounds of lists and of extensions (Notation), before any rule, like other malformed input.
pub(super) fn check_bounds(facts: &Facts) -> Result<(), Invalid> {
    let lists = [
        ("facts.extensions", facts.extensions.len()),
        ("facts.submissions", facts.submissions.len()),
        ("facts.decisions", facts.decisions.len()),
        ("facts.invoices", facts.invoices.len()),
        ("facts.scores", facts.scores.len()),
        ("facts.payments", facts.payments.len()),
        ("facts.headcounts", facts.headcounts.len()),
        ("facts.incidents", facts.incidents.len()),
        ("facts.waivers", facts.waivers.len()),
        ("facts.surveys", facts.surveys.len()),
    ];
    if let Some((path, _)) = lists.iter().find(|(_, length)| *length > LIST_BOUND) {
        return Err(Invalid::at(*path, "malformed-list"));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, extension) in facts.extensions.iter().enumerate() {
        let count = counts.entry(extension.deliverable.as_str()).or_default();
        *count += 1;
        if *count > EXTENSIONS_BOUND {
            return Err(Invalid::at(format!("facts.extensions[{n}]"), "malformed-extensions"));
        }
    }
    Ok(())
}
