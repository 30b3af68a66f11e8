//! Breaches: finds them, with the day and amount of each (`docs/standing.md`, Breaches), before caps, waivers and
//! settlement.

use crate::domain::calendar::{Day, day};
use crate::domain::facts::Headcount;
use crate::domain::fixed::div_round;
use crate::domain::money::Money;
use crate::domain::numbers::{Code, Measured, Quantity, Rate, Score};
use crate::domain::standing::agreed::{AgreedDeliverable, share};
use crate::domain::standing::deliverables::{Clock, Progress};
use crate::domain::standing::milestones::Reached;
use crate::domain::standing::recorded::Contract;
use crate::domain::terms::{BreachTerm, Clause, Direction, Indicator, QualityTier, ScoreTier};

/// A breach before settlement.
pub(super) struct Breach<'a> {
    /// The clause, in the terms that apply to the breach.
    pub term: &'a BreachTerm,
    /// Position of the clause in the terms in force; `usize::MAX` if they lack it.
    pub place: usize,
    pub subject: Subject,
    /// Code, month or id of the subject.
    pub code: &'a str,
    pub since: Day,
    /// Amount in fen.
    pub amount: i128,
    pub accruing: bool,
    /// Day of the earliest visible waiver.
    pub waived_on: Option<Day>,
    /// Position among the breaches that were settled before the terms in force.
    pub kept: Option<usize>,
}

/// The subject of a breach, by position in its list. All subjects of one clause are of one kind, so they sort by
/// position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Deliverable(usize),
    Milestone(usize),
    Headcount(usize),
    Incident(usize),
    /// A deliverable or milestone that the terms in force lack.
    Gone,
}

/// The inputs of the search for breaches.
pub(super) struct BreachFinder<'f, 'a> {
    pub contract: &'f Contract<'a>,
    pub clocks: &'f [Clock<'f, 'a>],
    pub progress: &'f [Progress<'a>],
    pub milestones: &'f [Reached],
    pub as_of: Day,
}

/// A clause, in the terms that apply.
#[derive(Clone, Copy)]
struct Judging<'a> {
    term: &'a BreachTerm,
    /// Position in the terms in force.
    place: usize,
}

impl<'a> BreachFinder<'_, 'a> {
    /// Finds the breaches, in listing order: by day, then position of the clause, then position of the subject.
    pub fn breaches(&self) -> Vec<Breach<'a>> {
        let mut breaches = self.settled_before();
        let last = self.contract.versions.len().saturating_sub(1);
        for (v, version) in self.contract.versions.iter().enumerate() {
            for (n, term) in version.agreed.terms.breach_terms.iter().enumerate() {
                let judging = || Judging { term, place: if v == last { n } else { self.place_of(term) } };
                match &term.clause {
                    Clause::Staffing { clients_per_worker, amount_per_worker } => {
                        self.on_headcounts(v, judging(), clients_per_worker.get(), *amount_per_worker, &mut breaches);
                    }
                    Clause::Incident { amount, rate } => {
                        let rated = || rate.map_or(0, |rate| share(version.agreed.amount, rate));
                        let amount = amount.map_or_else(rated, |amount| amount.exact());
                        self.on_incidents((v, n), judging(), amount, &mut breaches);
                    }
                    // Only headcounts and incidents are subject to the terms of their day.
                    Clause::LowScore { .. }
                    | Clause::LateDelivery { .. }
                    | Clause::NonDelivery { .. }
                    | Clause::QuantityShortfall { .. }
                    | Clause::QualityShortfall { .. }
                        if v < last => {}
                    Clause::LowScore { tiers } => self.low_scores(judging(), tiers, &mut breaches),
                    clause @ (Clause::LateDelivery { .. }
                    | Clause::NonDelivery { .. }
                    | Clause::QuantityShortfall { .. }
                    | Clause::QualityShortfall { .. }) => self.on_deliverables(n, judging(), clause, &mut breaches),
                }
            }
        }
        breaches.sort_unstable_by(|a, b| {
            let by_clause = (a.since, a.place).cmp(&(b.since, b.place)).then_with(|| a.term.code.cmp(&b.term.code));
            by_clause.then_with(|| (a.subject, a.code).cmp(&(b.subject, b.code)))
        });
        breaches
    }

    /// Returns the position of a clause in the terms in force; `usize::MAX` if they lack it.
    fn place_of(&self, term: &BreachTerm) -> usize {
        self.contract.agreed.clause_places.get(term.code.as_str()).copied().unwrap_or(usize::MAX)
    }

    /// Returns the breaches that were settled before the terms in force, with their amounts unchanged.
    fn settled_before(&self) -> Vec<Breach<'a>> {
        let settled = self.contract.before.iter().flat_map(|before| before.settled.iter().enumerate());
        settled
            .map(|(n, kept)| {
                let agreed = &self.contract.agreed;
                let subject = match kept.subject {
                    Subject::Deliverable(_) => {
                        agreed.deliverable_places.get(kept.code).map(|n| Subject::Deliverable(*n))
                    }
                    Subject::Milestone(_) => agreed.milestone_places.get(kept.code).map(|n| Subject::Milestone(*n)),
                    Subject::Gone => None,
                    recorded @ (Subject::Headcount(_) | Subject::Incident(_)) => Some(recorded),
                };
                Breach {
                    term: kept.term,
                    place: self.place_of(kept.term),
                    subject: subject.unwrap_or(Subject::Gone),
                    code: kept.code,
                    since: kept.since,
                    amount: kept.amount,
                    accruing: false,
                    waived_on: self.waived_on(kept.term, kept.code),
                    kept: Some(n),
                }
            })
            .collect()
    }

    /// Returns the day of the earliest waiver of a breach that is visible on the day.
    fn waived_on(&self, term: &BreachTerm, code: &str) -> Option<Day> {
        if self.contract.waivers.is_empty() {
            return None;
        }
        self.contract.waivers.get(&(term.code.as_str(), code)).copied().filter(|on| *on <= self.as_of)
    }

    /// Adds a breach, unless it was settled before the terms in force.
    fn add(
        &self,
        breaches: &mut Vec<Breach<'a>>,
        judging: Judging<'a>,
        subject: Subject,
        (since, amount, accruing): (Day, i128, bool),
    ) {
        let Some(code) = self.contract.subject_code(subject) else { return };
        let Judging { term, place } = judging;
        let mut since = since;
        if let Some(before) = &self.contract.before {
            if before.settled_keys.contains(&(term.code.as_str(), code)) {
                return;
            }
            if matches!(subject, Subject::Deliverable(_) | Subject::Milestone(_)) {
                since = since.max(before.earliest(term.code.as_str(), code));
            }
        }
        let waived_on = self.waived_on(term, code);
        breaches.push(Breach { term, place, subject, code, since, amount, accruing, waived_on, kept: None });
    }

    /// Adds a breach for each month with too few workers, under the terms that apply to the month.
    fn on_headcounts(
        &self,
        version: usize,
        judging: Judging<'a>,
        clients_per_worker: u64,
        amount_per_worker: Money,
        breaches: &mut Vec<Breach<'a>>,
    ) {
        for (n, headcount) in self.contract.facts.headcounts.iter().enumerate() {
            let since = day(headcount.on);
            let short = workers_short(headcount, clients_per_worker);
            if short > 0 && since <= self.as_of && self.contract.version_of(headcount) == version {
                self.add(breaches, judging, Subject::Headcount(n), (since, short * amount_per_worker.exact(), false));
            }
        }
    }

    /// Adds a breach for each incident under a clause.
    fn on_incidents(&self, clause: (usize, usize), judging: Judging<'a>, amount: i128, breaches: &mut Vec<Breach<'a>>) {
        for (n, incident) in self.contract.facts.incidents.iter().enumerate() {
            let named = self.contract.incident_clauses.get(n) == Some(&Some(clause));
            let since = day(incident.on);
            if named && since <= self.as_of {
                self.add(breaches, judging, Subject::Incident(n), (since, amount, false));
            }
        }
    }

    /// Adds a breach for each satisfied milestone whose score is below a tier.
    fn low_scores(&self, judging: Judging<'a>, tiers: &[ScoreTier], breaches: &mut Vec<Breach<'a>>) {
        for (n, milestone) in self.milestones.iter().enumerate() {
            let required = self.contract.agreed.milestones.get(n).is_some_and(|m| m.terms.requires_score);
            let score = self.contract.scores.get(n).copied().flatten();
            let (Some(since), Some((_, score)), true) = (milestone.satisfied_on, score, required) else { continue };
            if self.contract.kept_milestone(n).is_some() {
                continue;
            }
            if let Some(tier) = score_tier(tiers, score) {
                self.add(breaches, judging, Subject::Milestone(n), (since, share(milestone.gross, tier.rate), false));
            }
        }
    }

    /// Adds the breaches of a clause by the deliverables that it covers.
    fn on_deliverables(&self, place: usize, judging: Judging<'a>, clause: &Clause, breaches: &mut Vec<Breach<'a>>) {
        let after_settlement = matches!(clause, Clause::NonDelivery { .. });
        for n in self.contract.agreed.covered.get(place).into_iter().flatten().copied() {
            let found = self.contract.agreed.deliverables.get(n).zip(self.progress.get(n)).zip(self.clocks.get(n));
            let Some(((agreed, progress), clock)) = found else { continue };
            if !after_settlement && self.contract.kept_milestone(agreed.milestone).is_some() {
                continue;
            }
            if let Some(found) = self.on_deliverable(clause, agreed, progress, clock) {
                self.add(breaches, judging, Subject::Deliverable(n), found);
            }
        }
    }

    /// Returns day and amount of a deliverable's breach, and whether the amount still grows; `None` without a breach.
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
                let base = self.contract.agreed.base_amount(*base, agreed);
                let (amount, cap) = late_amount(base, *daily_rate, days, *cap);
                let ended = self.contract.end.is_some_and(|end| end <= self.as_of);
                let accruing = progress.is_running() && !ended && cap.is_none_or(|cap| amount < cap);
                Some((since, amount, accruing))
            }
            Clause::NonDelivery { after_days, rate, base, .. } => {
                let after = i32::from(after_days.get());
                let since = if progress.days_late > after { clock.since(after, self.as_of)? } else { return None };
                Some((since, share(self.contract.agreed.base_amount(*base, agreed), *rate), false))
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
                let rate = quality_tier(tiers, indicator.direction, measured)?.rate;
                Some((accepted.on, share(self.contract.agreed.base_amount(*base, agreed), rate), false))
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
            Subject::Gone => None,
        }
    }
}

/// Returns the penalty for `days` late days, cut to the clause's own cap, and that cap, both in fen.
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

/// Returns a deliverable's indicator with the code, and its measured value.
pub(super) fn measured<'t>(
    agreed: &AgreedDeliverable<'t>,
    measured: &std::collections::BTreeMap<Code, Measured>,
    code: &Code,
) -> Option<(&'t Indicator, Measured)> {
    let indicator = agreed.terms.indicators.iter().find(|indicator| indicator.code == *code)?;
    measured.get(code).map(|value| (indicator, *value))
}

/// Returns the tier of the highest rate among those that a measured value is beyond.
pub(super) fn quality_tier(tiers: &[QualityTier], direction: Direction, measured: Measured) -> Option<&QualityTier> {
    let beyond = |tier: &&QualityTier| match direction {
        Direction::AtLeast => measured < tier.beyond,
        Direction::AtMost => measured > tier.beyond,
    };
    tiers.iter().filter(beyond).max_by_key(|tier| tier.rate)
}

/// Returns the tier of the highest rate among those that a score is below.
pub(super) fn score_tier(tiers: &[ScoreTier], score: Score) -> Option<&ScoreTier> {
    tiers.iter().filter(|tier| score < tier.below).max_by_key(|tier| tier.rate)
}
