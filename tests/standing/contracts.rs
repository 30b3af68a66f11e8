//! A generator of random valid contracts for the property tests.
//!
//! A contract is decoded from a tape of numbers, so that proptest can shrink the tape to the smallest failing contract.
//! An exhausted tape yields zeros, which select the simplest choices.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days as Later, NaiveDate};
use luyue::domain::calendar::Calendar;
use luyue::domain::facts::*;
use luyue::domain::fixed::div_round;
use luyue::domain::money::Money;
use luyue::domain::numbers::{Code, Days, Measured, Quantity, Rate, Score, Whole};
use luyue::domain::standing::{Standing, Trails, check, standing};
use luyue::domain::terms::*;
use proptest::prelude::*;

use crate::standing::amending::amendments;

/// A valid contract and the days on which to evaluate it.
#[derive(Clone, Debug)]
pub struct Contract {
    pub terms: Terms,
    pub amendments: Vec<Amendment>,
    pub facts: Facts,
    pub calendar: Calendar,
}

impl Contract {
    pub fn agreement(&self) -> Agreement<'_> {
        agreement(&self.terms, &self.amendments)
    }
}

pub fn agreement<'a>(terms: &'a Terms, amendments: &'a [Amendment]) -> Agreement<'a> {
    Agreement { terms, amendments: amendments.iter().map(|each| (each.effective_on, &each.terms)).collect() }
}

/// The first day of every contract.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()
}

/// Number of days that are evaluated one by one.
pub const DAYS: u64 = 150;

pub fn on(day: u64) -> NaiveDate {
    first_day() + Later::new(day)
}

/// Returns each of these days.
pub fn days() -> impl Iterator<Item = NaiveDate> {
    (0..DAYS).map(on)
}

/// Returns a strategy for any valid contract.
pub fn contracts() -> impl Strategy<Value = Contract> {
    prop::collection::vec(any::<u16>(), 60..500).prop_map(|tape| contract(&tape, false))
}

/// Returns a strategy for any valid contract with one to three amendments, in force or not.
pub fn amended_contracts() -> impl Strategy<Value = Contract> {
    prop::collection::vec(any::<u16>(), 90..700).prop_map(|tape| contract(&tape, true))
}

/// Decodes the contract on a tape.
fn contract(tape: &[u16], amended: bool) -> Contract {
    let mut tape = Tape { numbers: tape, at: 0 };
    let calendar = calendar(&mut tape);
    let terms = terms(&mut tape);
    let amendments = if amended { amendments(&mut tape, &terms) } else { Vec::new() };
    let mut maker = Maker { facts: Facts::default(), terms, amendments, calendar };
    maker.facts(&mut tape);
    maker.payments(&mut tape);
    let Maker { terms, amendments, facts, calendar } = maker;
    Contract { terms, amendments, facts, calendar }
}

pub struct Tape<'t> {
    numbers: &'t [u16],
    at: usize,
}

impl Tape<'_> {
    /// Returns a number below `choices`.
    pub fn pick(&mut self, choices: u64) -> u64 {
        let number = self.numbers.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        u64::from(number) % choices
    }

    /// Returns `true` in `of_ten` of 10 cases.
    pub fn often(&mut self, of_ten: u64) -> bool {
        self.pick(10) >= 10 - of_ten
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.pick(of.len() as u64) as usize]
    }
}

pub fn code(text: impl Into<String>) -> Code {
    Code::new(text).unwrap()
}

pub fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

pub fn days_of(number: u64) -> Days {
    Days::new(number).unwrap()
}

fn calendar(tape: &mut Tape) -> Calendar {
    match tape.pick(3) {
        0 => Calendar::default(),
        1 => Calendar::prc().clone(),
        _ => {
            let holidays: Vec<NaiveDate> = (0..tape.pick(30)).map(|_| on(tape.pick(DAYS + 60))).collect();
            Calendar::new(holidays, (0..tape.pick(5)).map(|_| on(tape.pick(DAYS))).collect::<Vec<_>>())
        }
    }
}

fn terms(tape: &mut Tape) -> Terms {
    let inspection_days = tape.often(6).then(|| days_of(tape.pick(10)));
    let mut terms = Terms {
        amount: Money::ZERO,
        starts_on: on(tape.pick(20)),
        ends_on: on(60 + tape.pick(60)),
        penalty_cap: tape.often(5).then(|| tape.one(&["0.05", "0", "0.2", "0.013"])).map(rate),
        late_payment_daily_rate: rate(tape.one(&["0.0005", "0", "0.013", "10"])),
        payment_from: tape.one(&[PaymentFrom::Acceptance, PaymentFrom::Invoice]),
        inspection_days,
        deemed_acceptance: inspection_days.is_some() && tape.often(5),
        cure_days: days_of(tape.one(&[0, 3, 8, 20])),
        items: Vec::new(),
        deliverables: Vec::new(),
        milestones: Vec::new(),
        breach_terms: Vec::new(),
        termination: None,
        scorecard: Scorecard::default(),
    };
    for item in 0..=tape.pick(3) {
        let unit_price = Money::from_fen([100, 12_345, 3, 0][tape.pick(4) as usize]).unwrap();
        let mut units = 0;
        for _ in 0..=tape.pick(3) {
            let quantity = [10_000, 125_000, 3_333, 700_001, 0][tape.pick(5) as usize];
            units += quantity;
            let deliverable = deliverable(tape, terms.deliverables.len(), item, quantity);
            terms.deliverables.push(deliverable);
        }
        let quantity = Quantity::from_units(units).unwrap();
        terms.items.push(Item { code: code(format!("I{item}")), quantity, unit_price });
    }
    milestones(tape, &mut terms);
    for place in 0..tape.pick(7) {
        let clause = clause(tape, &terms);
        let severity = tape.one(&[Severity::Minor, Severity::Major, Severity::Critical]);
        terms.breach_terms.push(BreachTerm {
            code: code(format!("B{place}")),
            severity,
            outside_cap: tape.often(3),
            clause,
        });
    }
    if tape.often(7) {
        terms.termination = Some(Termination {
            penalty_fraction: tape.often(6).then(|| rate(tape.one(&["0.01", "0", "0.1", "0.001"]))),
            days_late: tape.often(3).then(|| days_of(tape.pick(40))),
            breaches: tape.often(4).then(|| Whole::new(tape.pick(6)).unwrap()),
        });
    }
    terms
}

pub fn deliverable(tape: &mut Tape, place: usize, item: u64, quantity: u64) -> Deliverable {
    let indicators = (0..tape.pick(3)).map(|k| Indicator {
        code: code(format!("Q{k}")),
        target: Measured::from_units([900_000_000_000, 30_000_000_000, 1][tape.pick(3) as usize]).unwrap(),
        direction: tape.one(&[Direction::AtLeast, Direction::AtMost]),
    });
    let indicators = indicators.collect();
    let quantity = Quantity::from_units(quantity).unwrap();
    let due_on = on(10 + tape.pick(70));
    Deliverable { code: code(format!("D{place}")), item: code(format!("I{item}")), quantity, due_on, indicators }
}

/// Returns the value of a deliverable, in fen.
pub fn price(terms: &Terms, d: &Deliverable) -> i64 {
    let item = terms.items.iter().find(|item| item.code == d.item).unwrap();
    div_round(i128::from(d.quantity.units()) * i128::from(item.unit_price.fen()), 10_000) as i64
}

/// Adds milestones for all deliverables: some paid by quantity, the others sharing the rest, and sometimes an advance.
fn milestones(tape: &mut Tape, terms: &mut Terms) {
    let mut groups: Vec<Vec<Code>> = Vec::new();
    let mut left = 0;
    let mut by_quantity = Vec::new();
    let mut values = Vec::new();
    for deliverable in &terms.deliverables {
        if groups.is_empty() || tape.often(5) {
            groups.push(Vec::new());
            by_quantity.push(tape.often(5));
            values.push(0);
        }
        groups.last_mut().unwrap().push(deliverable.code.clone());
        *values.last_mut().unwrap() += price(terms, deliverable);
    }
    let milestone = |tape: &mut Tape, place: usize, amount: Option<i64>, requires: Vec<Code>| Milestone {
        code: code(format!("M{place}")),
        amount: amount.map(|fen| Money::from_fen(fen).unwrap()),
        not_before: (requires.is_empty() || tape.often(3)).then(|| on(tape.pick(100))),
        requires,
        requires_score: tape.often(4),
        payment_days: days_of(1 + tape.pick(30)),
    };
    for (place, requires) in groups.into_iter().enumerate() {
        let amount = (!by_quantity[place]).then(|| {
            let kept = values[place] * [10, 7, 3, 0][tape.pick(4) as usize] / 10;
            left += values[place] - kept;
            kept
        });
        let made = milestone(tape, place, amount, requires);
        terms.milestones.push(made);
    }
    if left > 0 || tape.often(2) {
        let place = terms.milestones.len();
        let made = milestone(tape, place, Some(left), Vec::new());
        let at = tape.pick(place as u64 + 1) as usize;
        terms.milestones.insert(at, made);
    }
    terms.amount = Money::from_fen(values.iter().sum()).unwrap();
}

pub fn clause(tape: &mut Tape, terms: &Terms) -> Clause {
    let mut named: Vec<Code> = Vec::new();
    if tape.often(3) {
        named.extend(terms.deliverables.iter().filter(|_| tape.often(5)).map(|d| d.code.clone()));
    }
    let base = tape.one(&[Base::Deliverable, Base::Milestone, Base::Contract]);
    let some_rate = rate(tape.one(&["0.01", "0.001", "0", "0.3333333333"]));
    match tape.pick(8) {
        0 | 1 => Clause::LateDelivery {
            deliverables: named,
            grace_days: days_of(tape.pick(5)),
            daily_rate: some_rate,
            base,
            cap: tape.often(5).then(|| rate(tape.one(&["0.05", "0", "0.01"]))),
        },
        2 => Clause::NonDelivery { deliverables: named, after_days: days_of(tape.pick(30)), rate: some_rate, base },
        3 => {
            Clause::QuantityShortfall { deliverables: named, tolerance: rate(tape.one(&["0", "0.1"])), rate: some_rate }
        }
        4 => {
            let indicator = terms.deliverables.iter().flat_map(|d| &d.indicators).next().map(|i| i.code.clone());
            let Some(indicator) = indicator else {
                return Clause::QuantityShortfall { deliverables: named, tolerance: rate("0"), rate: some_rate };
            };
            let tier = |beyond: u64, rate_of: &str| QualityTier {
                beyond: Measured::from_units(beyond).unwrap(),
                rate: rate(rate_of),
            };
            let tiers =
                vec![tier(800_000_000_000, "0.02"), tier(20_000_000_000, "0.05"), tier(950_000_000_000, "0.01")];
            Clause::QualityShortfall { deliverables: Vec::new(), indicator, base, tiers }
        }
        5 => {
            let tier = |below: &str, of: &str| ScoreTier { below: below.parse().unwrap(), rate: rate(of) };
            Clause::LowScore { tiers: vec![tier("80", "0.05"), tier("60", "0.2"), tier("90", "0.01")] }
        }
        6 => Clause::Staffing {
            clients_per_worker: Whole::new(1 + tape.pick(20)).unwrap(),
            amount_per_worker: Money::from_fen(tape.pick(500) as i64).unwrap(),
        },
        _ if tape.often(5) => Clause::Incident { amount: None, rate: Some(some_rate) },
        _ => Clause::Incident { amount: Money::from_fen(tape.pick(2_000) as i64), rate: None },
    }
}

struct Maker {
    terms: Terms,
    amendments: Vec<Amendment>,
    facts: Facts,
    calendar: Calendar,
}

impl Maker {
    fn standing(&self, day: NaiveDate) -> Standing {
        let agreement = agreement(&self.terms, &self.amendments);
        standing(agreement, &self.facts, &self.calendar, day, Trails::Off).unwrap()
    }

    /// Keeps an addition only if the contract is still valid with it.
    fn try_add(&mut self, add: impl FnOnce(&mut Facts)) -> bool {
        let before = self.facts.clone();
        add(&mut self.facts);
        let valid = check(agreement(&self.terms, &self.amendments), &self.facts, &self.calendar, on(0)).is_ok();
        if !valid {
            self.facts = before;
        }
        valid
    }

    fn facts(&mut self, tape: &mut Tape) {
        if tape.often(3) {
            self.facts.end = Some(End { on: on(20 + tape.pick(80)) });
        }
        let versions: Vec<Terms> =
            [&self.terms].into_iter().chain(self.amendments.iter().map(|each| &each.terms)).cloned().collect();
        let mut known = BTreeSet::new();
        for deliverable in versions.iter().flat_map(|terms| &terms.deliverables) {
            if known.insert(&deliverable.code) {
                self.deliverable(tape, deliverable);
            }
        }
        for milestone in versions.iter().flat_map(|terms| &terms.milestones) {
            if tape.often(7) {
                let invoice = Invoice { milestone: milestone.code.clone(), on: on(tape.pick(120)) };
                self.try_add(|facts| facts.invoices.push(invoice));
            }
            if tape.often(8) {
                let score = Score::from_units(tape.pick(101) * 10_000_000_000).unwrap();
                let score = MilestoneScore { milestone: milestone.code.clone(), on: on(tape.pick(120)), score };
                self.try_add(|facts| facts.scores.push(score));
            }
        }
        for _ in 0..tape.pick(4) {
            let day = on(tape.pick(120));
            let month = Month::of(day - Later::new(tape.pick(40)));
            let (clients, workers) = (Whole::new(tape.pick(60)).unwrap(), Whole::new(tape.pick(6)).unwrap());
            self.try_add(|facts| facts.headcounts.push(Headcount { on: day, month, clients, workers }));
        }
        for n in 0..tape.pick(4) {
            let incident =
                Incident { id: code(format!("N{n}")), clause: self.any_clause(tape), on: on(tape.pick(120)) };
            self.try_add(|facts| facts.incidents.push(incident));
        }
        for _ in 0..tape.pick(3) {
            let score = Score::from_units(tape.pick(1001) * 1_000_000_000).unwrap();
            self.facts.surveys.push(Survey { on: on(tape.pick(120)), score });
        }
        self.waivers(tape);
    }

    fn any_clause(&self, tape: &mut Tape) -> Code {
        let clauses = self
            .amendments
            .iter()
            .map(|each| &each.terms)
            .fold(self.terms.breach_terms.clone(), |all, terms| [all, terms.breach_terms.clone()].concat());
        let place = tape.pick(clauses.len().max(1) as u64) as usize;
        clauses.get(place).map_or_else(|| code("none"), |term| term.code.clone())
    }

    fn deliverable(&mut self, tape: &mut Tape, deliverable: &Deliverable) {
        let due = (deliverable.due_on - first_day()).num_days() as u64;
        for _ in 0..tape.pick(3) {
            let day = due.saturating_sub(tape.pick(12)) + tape.one(&[0, 0, 7, 20]);
            let extension =
                Extension { deliverable: deliverable.code.clone(), on: on(day), days: days_of(tape.pick(25)) };
            let at = tape.pick(self.facts.extensions.len() as u64 + 1) as usize;
            self.try_add(|facts| facts.extensions.insert(at, extension));
        }
        let mut day = due.saturating_sub(10) + tape.pick(40);
        for no in 1..=tape.pick(5) {
            let no = Whole::new(no).unwrap();
            let quantity = Quantity::from_units(deliverable.quantity.units() * (5 + tape.pick(9)) / 10 + 1).unwrap();
            let submission = Submission { deliverable: deliverable.code.clone(), no, on: on(day), quantity };
            if !self.try_add(|facts| facts.submissions.push(submission)) {
                return;
            }
            day += tape.pick(20);
            let acceptance = Acceptance {
                quantity: Quantity::from_units(quantity.units() * (6 + tape.pick(5)) / 10).unwrap(),
                measured: measured(tape, deliverable),
            };
            let verdict = match tape.pick(6) {
                0 => return,
                1..=3 => Verdict::Rejected,
                4 => Verdict::Partial(acceptance),
                _ => Verdict::Accepted(acceptance),
            };
            let decision = Decision { deliverable: deliverable.code.clone(), no, on: on(day), verdict };
            if !self.try_add(|facts| facts.decisions.push(decision)) {
                return;
            }
            day += tape.pick(15);
        }
    }

    /// Adds waivers of existing breaches, before and after they are found or settled.
    fn waivers(&mut self, tape: &mut Tape) {
        let last = on(DAYS - 1);
        for _ in 0..tape.pick(5) {
            let found = self.standing(last).breaches;
            if found.is_empty() {
                return;
            }
            let breach = &found[tape.pick(found.len() as u64) as usize];
            let from = (breach.since - first_day()).num_days().max(0) as u64;
            let day = (from + tape.pick(60)).saturating_sub(tape.one(&[0, 0, 5, 20]));
            let waiver = Waiver { clause: breach.clause.clone(), subject: code(breach.subject.clone()), on: on(day) };
            self.try_add(|facts| facts.waivers.push(waiver));
        }
    }

    /// Adds payments that were correct as of the day before each, regardless of facts dated on or after it.
    fn payments(&mut self, tape: &mut Tape) {
        let mut day = tape.pick(40);
        for _ in 0..tape.pick(8) {
            day += 1 + tape.pick(20);
            let before = self.standing(on(day - 1));
            let open = before.milestones.iter().filter(|m| m.satisfied_on.is_some() && m.payable > m.paid);
            let open: Vec<_> = open.collect();
            if open.is_empty() {
                continue;
            }
            let milestone = open[tape.pick(open.len() as u64) as usize];
            let left = milestone.payable.fen() - milestone.paid.fen();
            let fen = (left * [10, 5, 1][tape.pick(3) as usize] / 10).max(1);
            let amount = Money::from_fen(fen).unwrap();
            let at = tape.pick(self.facts.payments.len() as u64 + 1) as usize;
            self.facts.payments.insert(at, Payment { milestone: milestone.code.clone(), on: on(day), amount });
        }
    }
}

fn measured(tape: &mut Tape, deliverable: &Deliverable) -> BTreeMap<Code, Measured> {
    let value = |tape: &mut Tape| Measured::from_units(tape.pick(110) * 10_000_000_000).unwrap();
    let indicators: Vec<Code> = deliverable.indicators.iter().map(|indicator| indicator.code.clone()).collect();
    indicators.into_iter().filter_map(|code| tape.often(8).then(|| (code, value(tape)))).collect()
}
