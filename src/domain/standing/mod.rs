//! Standing: the state of a contract on a day, computed from its terms and facts (`docs/standing.md`). The only place
//! where money, lateness, breaches, deductions, interest and scores are computed.
//!
//! Pure and total: no I/O, no clock, no text for people, no panic on any input. Money is computed in whole fen of 128
//! bits, which hold the largest product that the bounds of terms and facts allow.

mod agreed;
mod amendment;
mod attainable;
mod before;
mod breaches;
mod deliverables;
mod expected;
mod milestones;
mod next_change;
mod output;
mod payment;
mod performance;
mod recorded;
mod settlement;
mod steps;
mod termination;
mod timeline;
mod trail;

use chrono::NaiveDate;

pub use amendment::AmendmentConflict;
pub use attainable::{all_attainable_fen, attainable_fen, is_never_due};
pub use expected::{ExpectedPayment, expected_payments};
pub use next_change::{next_change, without_daily_growth};
pub use output::{
    AmendmentStanding, BreachStanding, DeliverableStanding, DeliverableState, Measures, MilestoneStanding,
    MilestoneState, Performance, Points, Rating, Standing, Totals,
};
pub use recorded::EXTENSIONS_BOUND;
pub use steps::{Step, Value};

use crate::domain::calendar::{Calendar, Day, date, day};
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Quantity};
use crate::domain::standing::breaches::{Breach, BreachFinder};
use crate::domain::standing::deliverables::{Clock, Progress};
use crate::domain::standing::milestones::Reached;
use crate::domain::standing::payment::Payment;
use crate::domain::standing::performance::Measuring;
use crate::domain::standing::recorded::Contract;
use crate::domain::standing::settlement::Settlement;
use crate::domain::standing::termination::Grounds;
use crate::domain::standing::timeline::Timeline;
use crate::domain::terms::{Agreement, Terms};

/// Selects whether the steps behind each figure are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trails {
    On,
    Off,
}

impl Trails {
    /// Computes the steps if they are recorded; empty otherwise.
    fn of(self, steps: impl FnOnce() -> Vec<Step>) -> Vec<Step> {
        if self == Self::On { steps() } else { Vec::new() }
    }
}

/// Checks that terms fit together.
///
/// # Errors
/// The first broken rule of 1 to 9 (`docs/standing.md`, Validity).
pub fn check_terms(terms: &Terms) -> Result<(), Invalid> {
    agreed::validate_terms(terms).map(|_| ())
}

/// Computes the `value` of a deliverable: `round(quantity × unit_price)`, in whole fen.
pub fn deliverable_value(quantity: Quantity, unit_price: Money) -> Sum {
    Sum(agreed::price(quantity.exact(), unit_price.exact()))
}

/// Checks that terms and facts fit together as of a day.
///
/// # Errors
/// The first broken rule of 1 to 16 (`docs/standing.md`, Validity).
pub fn check<'a>(
    agreement: impl Into<Agreement<'a>>,
    facts: &'a Facts,
    calendar: &'a Calendar,
    as_of: NaiveDate,
) -> Result<(), Invalid> {
    Timeline::new(&agreement.into(), facts, calendar)?.check(day(as_of))
}

/// Returns each amendment's effective day and the settled thing that it would change; `None` if it comes into force.
///
/// # Errors
/// The first broken rule of 1 to 15 (`docs/standing.md`, Validity).
pub fn amendments_in_force<'a>(
    agreement: impl Into<Agreement<'a>>,
    facts: &'a Facts,
    calendar: &'a Calendar,
) -> Result<Vec<(NaiveDate, Option<AmendmentConflict>)>, Invalid> {
    Ok(Timeline::new(&agreement.into(), facts, calendar)?.amendments())
}

/// Computes the standing of a contract on a day.
///
/// # Errors
/// The first broken rule of 1 to 16 (`docs/standing.md`, Validity).
pub fn standing<'a>(
    agreement: impl Into<Agreement<'a>>,
    facts: &'a Facts,
    calendar: &'a Calendar,
    as_of: NaiveDate,
    trails: Trails,
) -> Result<Standing, Invalid> {
    Timeline::new(&agreement.into(), facts, calendar)?.standing(day(as_of), trails)
}

/// All intermediate results for a contract as of a day.
struct Reckoning<'r, 'a> {
    contract: &'r Contract<'a>,
    as_of: Day,
    clocks: Vec<Clock<'r, 'a>>,
    progress: Vec<Progress<'a>>,
    milestones: Vec<Reached>,
    breaches: Vec<Breach<'a>>,
    settlement: Settlement,
    payments: Vec<Payment>,
}

impl<'r, 'a> Reckoning<'r, 'a> {
    /// Computes all intermediate results, up to the payments.
    fn new(contract: &'r Contract<'a>, as_of: Day) -> Self {
        let places = 0..contract.agreed.deliverables.len();
        let clocks: Vec<Clock> = places.filter_map(|place| Clock::new(contract, place, as_of)).collect();
        let progress: Vec<Progress> = clocks.iter().map(|clock| clock.progress(as_of)).collect();
        let milestones = milestones::evaluate(contract, &progress, as_of);
        let finder = BreachFinder { contract, clocks: &clocks, progress: &progress, milestones: &milestones, as_of };
        let breaches = finder.breaches();
        let settlement = settlement::settle(contract, &milestones, &breaches);
        let payments = payment::payments(contract, &progress, &milestones, &settlement, as_of);
        Self { contract, as_of, clocks, progress, milestones, breaches, settlement, payments }
    }

    /// Checks rule 16.
    fn check(&self) -> Result<(), Invalid> {
        payment::check(self.contract, &self.milestones, &self.settlement, self.as_of)
    }

    /// Returns the day from which a milestone's time for payment counts, regardless of invoices.
    fn payment_start(&self, place: usize) -> Option<Day> {
        payment::payment_start(self.contract, &self.progress, place, self.as_of)
    }

    /// Returns the first day on which the purchaser could end the contract early. Each day is judged as of that day: days
    /// before an extension that took back a delay are judged without it.
    fn right_since(&self) -> Option<Day> {
        let mut earlier = termination::delays_taken_back(self.contract, self.as_of).into_iter().map(|on| on - 1);
        earlier
            .find_map(|day| Reckoning::new(self.contract, day).right_since_as_of())
            .or_else(|| self.right_since_as_of())
    }

    /// Returns the first day on which the purchaser could end the contract early, going by the facts visible as of this
    /// day.
    fn right_since_as_of(&self) -> Option<Day> {
        let grounds = Grounds {
            contract: self.contract,
            clocks: &self.clocks,
            progress: &self.progress,
            breaches: &self.breaches,
            settlement: &self.settlement,
            as_of: self.as_of,
        };
        grounds.right_since()
    }

    /// Puts the results into the form of `docs/standing.md`, Output.
    fn standing(&self, trails: Trails) -> Standing {
        let breaches = self.breach_standings(trails);
        let milestones = self.milestone_standings(trails);
        let totals = totals(&breaches, &milestones);
        Standing {
            as_of: date(self.as_of),
            deliverables: self.deliverable_standings(),
            breaches,
            milestones,
            totals,
            termination_right_since: self.right_since().map(date),
            performance: self.performance(trails),
            amendments: None,
        }
    }

    fn deliverable_standings(&self) -> Vec<DeliverableStanding> {
        let each = self.contract.agreed.deliverables.iter().zip(&self.progress);
        each.map(|(agreed, progress)| DeliverableStanding {
            code: agreed.terms.code.clone(),
            state: progress.state,
            due_on: date(progress.due),
            days_late: progress.days_late,
            accepted: progress.accepted.as_ref().and_then(|accepted| quantity(accepted.quantity)),
            cure_until: progress.cure_until.map(date),
        })
        .collect()
    }

    fn breach_standings(&self, trails: Trails) -> Vec<BreachStanding> {
        let each = self.breaches.iter().zip(&self.settlement.charges);
        each.map(|(breach, charge)| BreachStanding {
            clause: breach.term.code.clone(),
            subject: breach.code.to_owned(),
            since: date(breach.since),
            amount: Sum(breach.amount),
            charged: Sum(charge.charged),
            waived: breach.waived_on.is_some(),
            accruing: breach.accruing,
            settled_in: charge.settled_in.and_then(|milestone| self.milestone_code(milestone.0)),
            trail: trails.of(|| self.breach_trail(breach, charge)),
        })
        .collect()
    }

    fn milestone_code(&self, place: usize) -> Option<Code> {
        self.contract.agreed.milestones.get(place).map(|milestone| milestone.terms.code.clone())
    }

    fn milestone_standings(&self, trails: Trails) -> Vec<MilestoneStanding> {
        let each = self.contract.agreed.milestones.iter().zip(&self.milestones).zip(&self.payments).enumerate();
        each.map(|(place, ((agreed, reached), payment))| MilestoneStanding {
            code: agreed.terms.code.clone(),
            state: payment.state,
            satisfied_on: reached.satisfied_on.map(date),
            gross: money(reached.gross),
            deductions: money(payment.borne.deductions),
            payable: money(payment.borne.payable),
            due_on: payment.due_on.map(date),
            paid: money(payment.paid),
            late_interest: Sum(payment.late_interest),
            trail: trails.of(|| self.milestone_trail(place, payment)),
        })
        .collect()
    }

    fn performance(&self, trails: Trails) -> Performance {
        let measures = self.measuring().measures();
        let score = performance::score(&measures, &self.contract.agreed.terms.scorecard.weights);
        let trail = trails.of(|| self.performance_trail(&measures, score));
        Performance { measures, score, rating: score.map(performance::rating), trail }
    }

    fn measuring(&self) -> Measuring<'_, 'a> {
        Measuring { contract: self.contract, progress: &self.progress, breaches: &self.breaches, as_of: self.as_of }
    }
}

/// Adds up the charges of the breaches and the figures of the milestones.
fn totals(breaches: &[BreachStanding], milestones: &[MilestoneStanding]) -> Totals {
    let charged: i128 = breaches.iter().map(|breach| breach.charged.fen()).sum();
    let of = |figure: fn(&MilestoneStanding) -> Sum| {
        milestones.iter().map(|milestone| figure(milestone).fen()).sum::<i128>()
    };
    let settled = of(|m| m.deductions.into());
    Totals {
        charged: Sum(charged),
        settled: Sum(settled),
        outstanding: Sum(charged - settled),
        payable: Sum(of(|m| m.payable.into())),
        paid: Sum(of(|m| m.paid.into())),
        late_interest: Sum(of(|m| m.late_interest)),
    }
}

/// Converts an amount that is at most a milestone's gross. Such an amount is within the bound of money, because the
/// milestones add up to the contract's amount (rule 8).
fn money(fen: i128) -> Money {
    i64::try_from(fen).ok().and_then(Money::from_fen).unwrap_or_default()
}

/// Converts units of 10^-4 into a quantity; `None` if out of bounds.
fn quantity(units: i128) -> Option<Quantity> {
    u64::try_from(units).ok().and_then(Quantity::from_units)
}
