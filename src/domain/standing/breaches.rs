//! Breaches: finds them, with the day and amount of each (`docs/standing.md`, Breaches), before caps, waivers and
//! settlement.

use crate::domain::calendar::{Day, day};
use crate::domain::facts::Headcount;
use crate::domain::fixed::div_round;
use crate::domain::numbers::{Code, Measured, Quantity, Rate, Score};
use crate::domain::standing::agreed::{AgreedDeliverable, share};
use crate::domain::standing::deliverables::{Clock, Progress};
use crate::domain::standing::milestones::Reached;
use crate::domain::standing::recorded::Contract;
use crate::domain::terms::{Clause, Direction, Indicator, QualityTier, ScoreTier};

/// A breach before settlement.
pub(super) struct Breach {
    /// Position of the clause.
    pub clause: usize,
    pub subject: Subject,
    pub since: Day,
    /// Amount in fen.
    pub amount: i128,
    pub accruing: bool,
    /// Day of its earliest visible waiver.
    pub waived_on: Option<Day>,
}

/// The subject of a breach, by position in its list. All subjects of one clause are of one kind, so they sort by
/// position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Deliverable(usize),
    Milestone(usize),
    Headcount(usize),
    Incident(usize),
}

/// The inputs in which breaches are found.
pub(super) struct BreachFinder<'f, 'a> {
    pub contract: &'f Contract<'a>,
    pub clocks: &'f [Clock<'f, 'a>],
    pub progress: &'f [Progress<'a>],
    pub milestones: &'f [Reached],
    pub as_of: Day,
}

impl BreachFinder<'_, '_> {
    /// Finds the breaches, in listing order: by day, then position of the clause, then position of the subject.
    pub fn breaches(&self) -> Vec<Breach> {
        let mut breaches = Vec::new();
        for (place, term) in self.contract.agreed.terms.breach_terms.iter().enumerate() {
            match &term.clause {
                Clause::LowScore { tiers } => self.low_scores(place, tiers, &mut breaches),
                Clause::Staffing { clients_per_worker, amount_per_worker } => {
                    for (n, headcount) in self.contract.facts.headcounts.iter().enumerate() {
                        let short = workers_short(headcount, clients_per_worker.get());
                        self.push(&mut breaches, place, Subject::Headcount(n), day(headcount.on), short > 0, || {
                            short * amount_per_worker.exact()
                        });
                    }
                }
                Clause::Incident { amount, rate } => {
                    for (n, incident) in self.contract.facts.incidents.iter().enumerate() {
                        let named = self.contract.incident_clauses.get(n) == Some(&place);
                        self.push(&mut breaches, place, Subject::Incident(n), day(incident.on), named, || {
                            let rated = || rate.map_or(0, |rate| share(self.contract.agreed.amount, rate));
                            amount.map_or_else(rated, |amount| amount.exact())
                        });
                    }
                }
                clause @ (Clause::LateDelivery { .. }
                | Clause::NonDelivery { .. }
                | Clause::QuantityShortfall { .. }
                | Clause::QualityShortfall { .. }) => self.on_deliverables(place, clause, &mut breaches),
            }
        }
        breaches.sort_unstable_by_key(|breach| (breach.since, breach.clause, breach.subject));
        breaches
    }

    fn push(
        &self,
        breaches: &mut Vec<Breach>,
        clause: usize,
        subject: Subject,
        since: Day,
        arises: bool,
        amount: impl FnOnce() -> i128,
    ) {
        if arises && since <= self.as_of {
            breaches.push(self.breach(clause, subject, since, amount(), false));
        }
    }

    fn breach(&self, clause: usize, subject: Subject, since: Day, amount: i128, accruing: bool) -> Breach {
        let waived_on = if self.contract.waivers.is_empty() {
            None
        } else {
            self.contract.subject_code(subject).and_then(|code| self.contract.waivers.get(&(clause, code)).copied())
        };
        Breach { clause, subject, since, amount, accruing, waived_on: waived_on.filter(|on| *on <= self.as_of) }
    }

    fn low_scores(&self, clause: usize, tiers: &[ScoreTier], breaches: &mut Vec<Breach>) {
        for (n, milestone) in self.milestones.iter().enumerate() {
            let required = self.contract.agreed.milestones.get(n).is_some_and(|m| m.terms.requires_score);
            let score = self.contract.scores.get(n).copied().flatten();
            let (Some(since), Some((_, score)), true) = (milestone.satisfied_on, score, required) else { continue };
            if let Some(rate) = score_rate(tiers, score) {
                breaches.push(self.breach(clause, Subject::Milestone(n), since, share(milestone.gross, rate), false));
            }
        }
    }

    fn on_deliverables(&self, place: usize, clause: &Clause, breaches: &mut Vec<Breach>) {
        for n in self.contract.agreed.covered.get(place).into_iter().flatten().copied() {
            let found = self.contract.agreed.deliverables.get(n).zip(self.progress.get(n)).zip(self.clocks.get(n));
            let Some(((agreed, progress), clock)) = found else { continue };
            if let Some((since, amount, accruing)) = self.on_deliverable(clause, agreed, progress, clock) {
                breaches.push(self.breach(place, Subject::Deliverable(n), since, amount, accruing));
            }
        }
    }

    fn on_deliverable(
        &self,
        clause: &Clause,
        agreed: &AgreedDeliverable,
        progress: &Progress,
        clock: &Clock,
    ) -> Option<(Day, i128, bool)> {
        match clause {
            Clause::LateDelivery { grace_days, daily_rate, base, cap, .. } => {
                let grace = i32::from(grace_days.get());
                let days = progress.days_late - grace;
                let since = if days > 0 { clock.since(grace, self.as_of)? } else { return None };
                let base = self.contract.agreed.base(*base, agreed);
                let (amount, cap) = late_amount(base, *daily_rate, days, *cap);
                let ended = self.contract.end.is_some_and(|end| end <= self.as_of);
                let accruing = progress.is_running() && !ended && cap.is_none_or(|cap| amount < cap);
                Some((since, amount, accruing))
            }
            Clause::NonDelivery { after_days, rate, base, .. } => {
                let after = i32::from(after_days.get());
                let since = if progress.days_late > after { clock.since(after, self.as_of)? } else { return None };
                Some((since, share(self.contract.agreed.base(*base, agreed), *rate), false))
            }
            Clause::QuantityShortfall { tolerance, rate, .. } => {
                let accepted = progress.accepted.as_ref()?;
                let short = agreed.planned - accepted.quantity;
                let arises = short * Rate::SCALE > agreed.planned * tolerance.exact();
                arises.then(|| (accepted.on, shortfall_amount(short, agreed.unit_price, *rate), false))
            }
            Clause::QualityShortfall { indicator, base, tiers, .. } => {
                let accepted = progress.accepted.as_ref()?;
                let (indicator, measured) = measured(agreed, accepted.measured?, indicator)?;
                let rate = quality_rate(tiers, indicator.direction, measured)?;
                Some((accepted.on, share(self.contract.agreed.base(*base, agreed), rate), false))
            }
            Clause::LowScore { .. } | Clause::Staffing { .. } | Clause::Incident { .. } => None,
        }
    }
}

impl<'a> Contract<'a> {
    /// Returns the code, month or id of a breach's subject.
    pub fn subject_code(&self, subject: Subject) -> Option<&'a str> {
        match subject {
            Subject::Deliverable(n) => self.agreed.deliverables.get(n).map(|d| d.terms.code.as_str()),
            Subject::Milestone(n) => self.agreed.milestones.get(n).map(|m| m.terms.code.as_str()),
            Subject::Headcount(n) => self.facts.headcounts.get(n).map(|h| h.month.as_str()),
            Subject::Incident(n) => self.facts.incidents.get(n).map(|i| i.id.as_str()),
        }
    }
}

/// Returns the amount for `days` late days, and the cap on it, in fen.
pub(super) fn late_amount(base: i128, daily_rate: Rate, days: i32, cap: Option<Rate>) -> (i128, Option<i128>) {
    let amount = div_round(base * daily_rate.exact() * i128::from(days), Rate::SCALE);
    let cap = cap.map(|cap| share(base, cap));
    (cap.map_or(amount, |cap| amount.min(cap)), cap)
}

/// Computes `round(short × unit_price × rate)`, in fen.
fn shortfall_amount(short: i128, unit_price: i128, rate: Rate) -> i128 {
    div_round(short * unit_price * rate.exact(), Quantity::SCALE * Rate::SCALE)
}

/// Returns the number of missing workers; ≤ 0 if there are enough. One worker serves at least one client.
pub(super) fn workers_short(headcount: &Headcount, clients_per_worker: u64) -> i128 {
    i128::from(headcount.clients.get().div_ceil(clients_per_worker.max(1))) - i128::from(headcount.workers.get())
}

/// Returns a deliverable's indicator and its measured value.
pub(super) fn measured<'t>(
    agreed: &AgreedDeliverable<'t>,
    measured: &std::collections::BTreeMap<Code, Measured>,
    code: &Code,
) -> Option<(&'t Indicator, Measured)> {
    let indicator = agreed.terms.indicators.iter().find(|indicator| indicator.code == *code)?;
    measured.get(code).map(|value| (indicator, *value))
}

/// Returns the highest rate among the tiers that a measured value is beyond.
fn quality_rate(tiers: &[QualityTier], direction: Direction, measured: Measured) -> Option<Rate> {
    let beyond = |tier: &&QualityTier| match direction {
        Direction::AtLeast => measured < tier.beyond,
        Direction::AtMost => measured > tier.beyond,
    };
    tiers.iter().filter(beyond).map(|tier| tier.rate).max()
}

/// Returns the highest rate among the tiers that a score is below.
fn score_rate(tiers: &[ScoreTier], score: Score) -> Option<Rate> {
    tiers.iter().filter(|tier| score < tier.below).map(|tier| tier.rate).max()
}
