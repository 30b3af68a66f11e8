//! Payment: rule 16, the due day of each milestone, and the interest on late payments (`docs/standing.md`, Payment;
//! decree 802, arts. 9, 10, 14 and 17).

use crate::domain::calendar::{Day, date};
use crate::domain::fixed;
use crate::domain::invalid::Invalid;
use crate::domain::numbers::Rate;
use crate::domain::standing::deliverables::Progress;
use crate::domain::standing::milestones::Reached;
use crate::domain::standing::output::MilestoneState;
use crate::domain::standing::recorded::{Contract, Paid};
use crate::domain::standing::settlement::{Borne, MilestoneIx, Rank, Settlement};
use crate::domain::terms::PaymentFrom;

/// A milestone's payment as of a day. Money is in fen.
pub(super) struct Payment {
    pub state: MilestoneState,
    pub borne: Borne,
    /// Day from which the time for payment counts.
    pub clock: Option<Day>,
    pub due_on: Option<Day>,
    pub paid: i128,
    pub late_interest: i128,
    pub terms: Option<PaymentTerms>,
    /// Overdue amounts by stretch of days, for the trail.
    pub owed: Vec<Owed>,
}

/// The terms of a milestone's payment: those in force on the day on which the milestone was satisfied, or today.
#[derive(Clone, Copy)]
pub(super) struct PaymentTerms {
    pub from: PaymentFrom,
    /// Days allowed for payment.
    pub days: i32,
    pub daily_rate: Rate,
}

/// A stretch of days over which the same amount was overdue.
pub(super) struct Owed {
    /// First and last day.
    pub from: Day,
    pub to: Day,
    /// Overdue amount in fen.
    pub owed: i128,
}

/// Checks rule 16 for the visible payments, by day, then list order.
pub(super) fn check(
    contract: &Contract,
    milestones: &[Reached],
    settlement: &Settlement,
    as_of: Day,
) -> Result<(), Invalid> {
    let mut paid = vec![0; milestones.len()];
    for payment in contract.payments.iter().take_while(|payment| payment.on <= as_of) {
        let wrong = |field: &str, code| Invalid::at(format!("facts.payments[{}].{field}", payment.place), code);
        let milestone = payment.milestone.and_then(|place| paid.get_mut(place).zip(milestones.get(place)));
        let Some((paid, reached)) = milestone else {
            return Err(wrong("milestone", "no-such-milestone"));
        };
        if reached.satisfied_on.is_none_or(|satisfied_on| satisfied_on >= payment.on) {
            let first = reached.satisfied_on.map_or_else(|| "none".to_owned(), |on| date(on + 1).to_string());
            return Err(wrong("on", "payment-before-satisfaction").with("first", first));
        }
        let rank = payment.milestone.and_then(|place| settlement.order.rank_of(MilestoneIx(place)));
        let payable = rank.map_or(0, |rank| settlement.borne(rank, payment.on).payable);
        *paid += payment.amount;
        if *paid > payable {
            return Err(wrong("amount", "payment-over-payable").with("payable", fixed::format_units(payable, 2)));
        }
    }
    Ok(())
}

/// Computes the payment of each milestone, once rule 16 holds.
pub(super) fn payments(
    contract: &Contract,
    progress: &[Progress],
    milestones: &[Reached],
    settlement: &Settlement,
    as_of: Day,
) -> Vec<Payment> {
    let mut paid: Vec<Vec<Paid>> = milestones.iter().map(|_| Vec::new()).collect();
    for payment in contract.payments.iter().take_while(|payment| payment.on <= as_of) {
        if let Some(list) = payment.milestone.and_then(|place| paid.get_mut(place)) {
            list.push(*payment);
        }
    }
    let each = milestones.iter().enumerate().zip(&paid);
    each.map(|((place, reached), paid)| match reached.satisfied_on.zip(settlement.order.rank_of(MilestoneIx(place))) {
        None => waiting(),
        Some((satisfied_on, rank)) => satisfied(contract, progress, place, satisfied_on, rank, settlement, paid, as_of),
    })
    .collect()
}

/// Returns the payment of a milestone that is not satisfied: nothing is due.
fn waiting() -> Payment {
    let borne = Borne { carried: 0, deductions: 0, payable: 0 };
    Payment {
        state: MilestoneState::Waiting,
        borne,
        clock: None,
        due_on: None,
        paid: 0,
        late_interest: 0,
        terms: None,
        owed: Vec::new(),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "everything that one milestone's payment hangs on, called from one place"
)]
/// Computes the payment of a satisfied milestone.
fn satisfied(
    contract: &Contract,
    progress: &[Progress],
    place: usize,
    satisfied_on: Day,
    rank: Rank,
    settlement: &Settlement,
    payments: &[Paid],
    as_of: Day,
) -> Payment {
    let borne = settlement.borne(rank, as_of);
    let paid: i128 = payments.iter().map(|payment| payment.amount).sum();
    let terms = contract.payment_terms(place);
    let clock = terms.and_then(|terms| payment_clock_start(contract, progress, place, terms.from, as_of));
    let days = terms.map_or(0, |terms| terms.days);
    let due_on = clock.map(|clock| contract.calendar.roll_day(clock + days));
    let Some(due) = due_on else {
        let state = if paid >= borne.payable { MilestoneState::Paid } else { MilestoneState::Earned };
        return Payment { state, borne, clock, due_on, paid, late_interest: 0, terms, owed: Vec::new() };
    };
    // Days on which a further amount falls due, each with the amount payable from then on.
    let mut dues = vec![(due, settlement.borne(rank, satisfied_on).payable)];
    for waived_on in settlement.later_waivers(satisfied_on) {
        let own = due.max(contract.calendar.roll_day(waived_on + days));
        dues.push((own, settlement.borne(rank, waived_on).payable));
    }
    let fallen_due = |day: Day| dues.iter().rev().find(|(due, _)| *due < day).map_or(0, |(_, payable)| *payable);
    let state = match () {
        () if paid >= borne.payable => MilestoneState::Paid,
        () if paid < fallen_due(as_of) => MilestoneState::Overdue,
        () => MilestoneState::Due,
    };
    let owed = overdue_amounts(&dues, payments, as_of);
    let late_interest = interest(&owed, terms.map_or_else(Rate::default, |terms| terms.daily_rate));
    Payment { state, borne, clock, due_on, paid, late_interest, terms, owed }
}

impl Contract<'_> {
    /// Returns the terms of a milestone's payment; `None` for an unknown milestone.
    pub fn payment_terms(&self, place: usize) -> Option<PaymentTerms> {
        if let Some(kept) = self.kept_milestone(place) {
            return Some(kept.payment);
        }
        let terms = self.agreed.terms;
        self.agreed.milestones.get(place).map(|milestone| PaymentTerms {
            from: terms.payment_from,
            days: i32::from(milestone.terms.payment_days.get()),
            daily_rate: terms.late_payment_daily_rate,
        })
    }
}

/// Returns the day from which the time for payment counts; `None` while an agreed invoice is missing.
fn payment_clock_start(
    contract: &Contract,
    progress: &[Progress],
    place: usize,
    payment_from: PaymentFrom,
    as_of: Day,
) -> Option<Day> {
    let started = payment_start(contract, progress, place, as_of)?;
    match payment_from {
        PaymentFrom::Acceptance => Some(started),
        PaymentFrom::Invoice => {
            let invoice = (*contract.invoices.get(place)?).filter(|on| *on <= as_of)?;
            Some(started.max(invoice))
        }
    }
}

/// Returns the day from which the time for payment counts, regardless of invoices.
pub(super) fn payment_start(contract: &Contract, progress: &[Progress], place: usize, as_of: Day) -> Option<Day> {
    if let Some(kept) = contract.kept_milestone(place) {
        return Some(kept.started);
    }
    let milestone = contract.agreed.milestones.get(place)?;
    let end = contract.end.filter(|end| *end <= as_of);
    let floor = contract.clock_floors.get(place).copied().unwrap_or(Day::MIN);
    let mut clock = contract.agreed.starts_on.max(milestone.not_before.unwrap_or(Day::MIN)).max(floor);
    for required in milestone.requires.iter().filter_map(|place| progress.get(*place)) {
        // An inspection that the purchaser delays does not put off the payment (decree 802, art. 10).
        let started = match (&required.accepted, &required.rejected) {
            (Some(accepted), _) => accepted.inspect_by.map_or(accepted.on, |by| accepted.on.min(by)),
            (None, Some(rejected)) => {
                let decided = rejected.inspect_by.map_or(rejected.on, |by| rejected.on.min(by));
                end.map_or(decided, |end| decided.max(end))
            }
            (None, None) => end.unwrap_or(clock),
        };
        clock = clock.max(started);
    }
    Some(clock)
}

/// Returns the stretches of days up to `as_of` on which an amount was overdue. Payments and due days both take effect
/// on the following day.
fn overdue_amounts(dues: &[(Day, i128)], payments: &[Paid], as_of: Day) -> Vec<Owed> {
    let mut steps: Vec<(Day, i128)> = Vec::with_capacity(dues.len() + payments.len());
    let mut before = 0;
    for (due, payable) in dues {
        steps.push((due + 1, payable - before));
        before = *payable;
    }
    let first = dues.first().map_or(Day::MAX, |(due, _)| due + 1);
    steps.extend(payments.iter().map(|payment| ((payment.on + 1).max(first), -payment.amount)));
    steps.sort_by_key(|(day, _)| *day);
    let mut owed = 0;
    let mut stretches = Vec::new();
    for (n, (from, change)) in steps.iter().enumerate() {
        owed += change;
        let next = steps.get(n + 1).map_or(as_of + 1, |(next, _)| (*next).min(as_of + 1));
        if owed > 0 && *from < next {
            stretches.push(Owed { from: *from, to: next - 1, owed });
        }
    }
    stretches
}

/// Computes `round(Σ owed × days × rate)`, in fen.
fn interest(owed: &[Owed], rate: Rate) -> i128 {
    let days: i128 = owed.iter().map(|stretch| stretch.owed * i128::from(stretch.to - stretch.from + 1)).sum();
    fixed::div_round(days * rate.exact(), Rate::SCALE)
}
