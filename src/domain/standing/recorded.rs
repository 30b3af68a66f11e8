//! Validated facts: rules 10 to 15 of `docs/standing.md`, Validity, and the facts indexed by deliverable, milestone and
//! clause. Nothing here depends on the day: visibility and rule 16 come later.

use std::collections::BTreeMap;

use crate::domain::calendar::{Calendar, Day, day};
use crate::domain::facts::{Acceptance, Facts, Month, Verdict};
use crate::domain::invalid::Invalid;
use crate::domain::numbers::{Code, Score};
use crate::domain::shape::LIST_BOUND;
use crate::domain::standing::agreed::{Agreed, validate_terms};
use crate::domain::terms::{Clause, Terms};

/// Most extensions of one deliverable.
pub const EXTENSIONS_BOUND: usize = 10;

/// A contract for which rules 1 to 15 hold.
pub(super) struct Contract<'a> {
    pub agreed: Agreed<'a>,
    pub facts: &'a Facts,
    pub calendar: &'a Calendar,
    pub end: Option<Day>,
    /// For each deliverable.
    pub histories: Vec<History<'a>>,
    /// For each milestone.
    pub scores: Vec<Option<(Day, Score)>>,
    pub invoices: Vec<Option<Day>>,
    /// The clause of each incident.
    pub incident_clauses: Vec<usize>,
    /// The earliest waiver of each clause and subject.
    pub waivers: BTreeMap<(usize, &'a str), Day>,
    /// Sorted by day, then position in the list.
    pub payments: Vec<Paid>,
}

/// The extensions and submissions of one deliverable.
#[derive(Default)]
pub(super) struct History<'a> {
    /// Day of the extension, and the days it adds.
    pub extensions: Vec<(Day, i32)>,
    pub submissions: Vec<Submitted<'a>>,
}

/// A submission and the decision on it.
pub(super) struct Submitted<'a> {
    pub on: Day,
    pub quantity: i128,
    pub inspect_by: Option<Day>,
    pub decision: Option<(Day, &'a Verdict)>,
}

#[derive(Clone, Copy)]
pub(super) struct Paid {
    pub on: Day,
    pub place: usize,
    /// `None` for an unknown milestone, which rule 16 reports once the payment is visible.
    pub milestone: Option<usize>,
    pub amount: i128,
}

impl<'a> Contract<'a> {
    /// Checks rules 1 to 15, in their order.
    pub fn new(terms: &'a Terms, facts: &'a Facts, calendar: &'a Calendar) -> Result<Self, Invalid> {
        check_bounds(facts)?;
        let agreed = validate_terms(terms)?;
        let milestones = agreed.milestones.len();
        let mut contract = Self {
            histories: agreed.deliverables.iter().map(|_| History::default()).collect(),
            scores: vec![None; milestones],
            invoices: vec![None; milestones],
            incident_clauses: Vec::with_capacity(facts.incidents.len()),
            waivers: BTreeMap::new(),
            payments: Vec::with_capacity(facts.payments.len()),
            end: facts.end.as_ref().map(|end| day(end.on)),
            agreed,
            facts,
            calendar,
        };
        contract.extensions()?;
        contract.submissions()?;
        contract.decisions()?;
        contract.scores_and_invoices()?;
        contract.headcounts_and_incidents()?;
        contract.waivers()?;
        contract.payments = contract.sorted_payments();
        Ok(contract)
    }

    /// Checks rule 10.
    fn extensions(&mut self) -> Result<(), Invalid> {
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
            let place = self.agreed.deliverable_places.get(extension.deliverable.as_str());
            let found =
                place.and_then(|place| self.agreed.deliverables.get(*place).zip(self.histories.get_mut(*place)));
            let Some((deliverable, history)) = found else {
                return Err(
                    Invalid::at(path("deliverable"), "no-such-deliverable").with("code", &extension.deliverable)
                );
            };
            let on = day(extension.on);
            let due = self
                .calendar
                .roll_day(deliverable.due_on + history.extensions.iter().map(|(_, days)| days).sum::<i32>());
            let accepted = accepted_on.get(extension.deliverable.as_str());
            if on > due {
                return Err(
                    Invalid::at(path("on"), "extension-after-due").with("due", crate::domain::calendar::date(due))
                );
            }
            if self.end.is_some_and(|end| end < on) {
                return Err(Invalid::at(path("on"), "after-end"));
            }
            if accepted.is_some_and(|accepted| *accepted <= on) {
                return Err(Invalid::at(path("on"), "extension-after-acceptance"));
            }
            history.extensions.push((on, i32::from(extension.days.get())));
        }
        Ok(())
    }

    /// Checks rule 11.
    fn submissions(&mut self) -> Result<(), Invalid> {
        let mut decided: BTreeMap<(&str, u64), (Day, &Verdict)> = BTreeMap::new();
        for decision in &self.facts.decisions {
            let key = (decision.deliverable.as_str(), decision.no.get());
            decided.entry(key).or_insert((day(decision.on), &decision.verdict));
        }
        let inspection_days = self.agreed.terms.inspection_days.map(|days| i32::from(days.get()));
        for (n, submission) in self.facts.submissions.iter().enumerate() {
            let path = |field: &str| format!("facts.submissions[{n}].{field}");
            let code = submission.deliverable.as_str();
            let place = self.agreed.deliverable_places.get(code);
            let Some(history) = place.and_then(|place| self.histories.get_mut(*place)) else {
                return Err(Invalid::at(path("deliverable"), "no-such-deliverable").with("code", code));
            };
            let on = day(submission.on);
            let next = history.submissions.len() as u64 + 1;
            if submission.no.get() != next {
                return Err(Invalid::at(path("no"), "submission-number").with("next", next));
            }
            if next > 1 {
                let before = decided.get(&(code, next - 1));
                if !before.is_some_and(|(rejected_on, verdict)| **verdict == Verdict::Rejected && *rejected_on <= on) {
                    return Err(Invalid::at(path("on"), "submission-before-rejection").with("no", next - 1));
                }
            }
            if self.end.is_some_and(|end| end < on) {
                return Err(Invalid::at(path("on"), "after-end"));
            }
            let inspect_by = inspection_days.map(|days| self.calendar.roll_day(on + days));
            history.submissions.push(Submitted {
                on,
                quantity: submission.quantity.exact(),
                inspect_by,
                decision: None,
            });
        }
        Ok(())
    }

    /// Checks rule 12.
    fn decisions(&mut self) -> Result<(), Invalid> {
        for (n, decision) in self.facts.decisions.iter().enumerate() {
            let path = |field: &str| format!("facts.decisions[{n}].{field}");
            let place = self.agreed.deliverable_places.get(decision.deliverable.as_str()).copied();
            let no = usize::try_from(decision.no.get()).ok().and_then(|no| no.checked_sub(1));
            let found = place.and_then(|place| self.agreed.deliverables.get(place).zip(self.histories.get_mut(place)));
            let handed =
                found.and_then(|(deliverable, history)| Some((deliverable, history.submissions.get_mut(no?)?)));
            let Some((deliverable, handed)) = handed else {
                return Err(Invalid::at(path("no"), "no-such-submission"));
            };
            if handed.decision.is_some() {
                return Err(Invalid::at(path("no"), "decided-already"));
            }
            let on = day(decision.on);
            if on < handed.on {
                return Err(Invalid::at(path("on"), "decision-before-submission"));
            }
            if self.agreed.terms.deemed_acceptance && handed.inspect_by.is_some_and(|by| by < on) {
                return Err(Invalid::at(path("on"), "decision-after-deemed"));
            }
            if let Some(acceptance) = decision.verdict.acceptance() {
                check_acceptance(acceptance, handed.quantity, deliverable.terms, path)?;
            }
            handed.decision = Some((on, &decision.verdict));
        }
        Ok(())
    }

    /// Checks rule 13.
    fn scores_and_invoices(&mut self) -> Result<(), Invalid> {
        let wrong = |list: &str, n: usize, code, milestone: &Code| {
            Err(Invalid::at(format!("facts.{list}[{n}].milestone"), code).with("code", milestone))
        };
        for (n, score) in self.facts.scores.iter().enumerate() {
            let place = self.agreed.milestone_places.get(score.milestone.as_str()).copied();
            let found = place.and_then(|place| self.agreed.milestones.get(place).zip(self.scores.get_mut(place)));
            match found {
                None => return wrong("scores", n, "no-such-milestone", &score.milestone),
                Some((_, Some(_))) => return wrong("scores", n, "scored-already", &score.milestone),
                Some((milestone, _)) if !milestone.terms.requires_score => {
                    return wrong("scores", n, "score-not-required", &score.milestone);
                }
                Some((_, slot)) => *slot = Some((day(score.on), score.score)),
            }
        }
        for (n, invoice) in self.facts.invoices.iter().enumerate() {
            let place = self.agreed.milestone_places.get(invoice.milestone.as_str()).copied();
            match place.and_then(|place| self.invoices.get_mut(place)) {
                None => return wrong("invoices", n, "no-such-milestone", &invoice.milestone),
                Some(Some(_)) => return wrong("invoices", n, "invoiced-already", &invoice.milestone),
                Some(slot) => *slot = Some(day(invoice.on)),
            }
        }
        Ok(())
    }

    /// Checks rule 14.
    fn headcounts_and_incidents(&mut self) -> Result<(), Invalid> {
        let mut months = BTreeMap::new();
        for (n, headcount) in self.facts.headcounts.iter().enumerate() {
            let path = || format!("facts.headcounts[{n}].month");
            if months.insert(&headcount.month, n).is_some() {
                return Err(Invalid::at(path(), "month-twice").with("month", &headcount.month));
            }
            if headcount.month > Month::of(headcount.on) {
                return Err(Invalid::at(path(), "month-to-come").with("month", &headcount.month));
            }
        }
        let mut ids = BTreeMap::new();
        for (n, incident) in self.facts.incidents.iter().enumerate() {
            if ids.insert(incident.id.as_str(), n).is_some() {
                return Err(Invalid::at(format!("facts.incidents[{n}].id"), "code-twice").with("code", &incident.id));
            }
            let place = self.agreed.clause_places.get(incident.clause.as_str()).copied();
            let term = place.and_then(|place| self.agreed.terms.breach_terms.get(place));
            match (place, term.map(|term| &term.clause)) {
                (Some(place), Some(Clause::Incident { .. })) => self.incident_clauses.push(place),
                _ => {
                    let path = format!("facts.incidents[{n}].clause");
                    return Err(Invalid::at(path, "no-such-incident-clause").with("code", &incident.clause));
                }
            }
        }
        Ok(())
    }

    /// Checks rule 15.
    fn waivers(&mut self) -> Result<(), Invalid> {
        for (n, waiver) in self.facts.waivers.iter().enumerate() {
            let Some(&clause) = self.agreed.clause_places.get(waiver.clause.as_str()) else {
                return Err(
                    Invalid::at(format!("facts.waivers[{n}].clause"), "no-such-clause").with("code", &waiver.clause)
                );
            };
            let on = day(waiver.on);
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
fn check_bounds(facts: &Facts) -> Result<(), Invalid> {
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
