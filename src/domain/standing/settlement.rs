//! Settlement: assigns each breach to the milestone that bears it, charges it under the cap, and computes what remains
//! payable (`docs/standing.md`, Settlement).

use crate::domain::calendar::Day;
use crate::domain::standing::agreed::share;
use crate::domain::standing::breaches::{Breach, Subject};
use crate::domain::standing::milestones::Reached;
use crate::domain::standing::recorded::Contract;
use crate::domain::terms::Clause;

/// The settlement of all breaches against all milestones. Money is in fen.
pub(super) struct Settlement {
    /// The satisfied milestones in settlement order.
    pub order: Vec<usize>,
    /// For each breach.
    pub charges: Vec<Charge>,
    /// `round(amount × penalty_cap)`.
    pub cap: Option<i128>,
    /// Deductions of each milestone: first with only the waivers granted no later than their breach settled, then once more
    /// from each day on which a later waiver was granted.
    pub columns: Vec<Column>,
}

/// One breach's charge.
#[derive(Clone, Copy)]
pub(super) struct Charge {
    pub charged: i128,
    /// Amount left under the cap before this breach; `None` if no cap applies.
    pub room: Option<i128>,
    /// Amount taken from the cap: the charge, or the charge before a waiver that came after the milestone was
    /// satisfied.
    pub taken: i128,
    /// The satisfied milestone that bears it.
    pub settled_in: Option<usize>,
    /// Day of a waiver granted after the milestone was satisfied. The breach keeps its share of the cap.
    pub waived_late: Option<Day>,
}

/// The burden of each milestone, counting the waivers dated up to a day.
pub(super) struct Column {
    /// Day from which it applies.
    pub from: Day,
    /// One entry for each position of `order`.
    pub borne: Vec<Borne>,
}

/// The burden of one milestone, in fen.
#[derive(Clone, Copy)]
pub(super) struct Borne {
    /// Amount carried over from the milestone before it.
    pub carried: i128,
    pub deductions: i128,
    pub payable: i128,
}

pub(super) fn settle(contract: &Contract, milestones: &[Reached], breaches: &[Breach]) -> Settlement {
    let satisfied = |place: &usize| milestones.get(*place).and_then(|m| m.satisfied_on);
    let mut order: Vec<usize> = (0..milestones.len()).filter(|place| satisfied(place).is_some()).collect();
    order.sort_by_key(satisfied);
    let days: Vec<Day> = order.iter().filter_map(satisfied).collect();
    let mut rank = vec![usize::MAX; milestones.len()];
    for (place, milestone) in order.iter().enumerate() {
        if let Some(rank) = rank.get_mut(*milestone) {
            *rank = place;
        }
    }
    let ranked: Vec<usize> = breaches.iter().map(|breach| settles_at(contract, breach, &rank, &days)).collect();
    let cap = contract.agreed.terms.penalty_cap.map(|cap| share(contract.agreed.amount, cap));
    let charges = charge(contract, breaches, &ranked, &order, &days, cap);
    let columns = columns(milestones, &order, &ranked, &charges);
    Settlement { order, charges, cap, columns }
}

/// Returns the position in settlement order of the milestone that bears a breach; past the end if it is not settled.
fn settles_at(contract: &Contract, breach: &Breach, rank: &[usize], days: &[Day]) -> usize {
    let of_milestone = |milestone: Option<usize>| milestone.and_then(|m| rank.get(m)).copied().unwrap_or(usize::MAX);
    let Some(term) = contract.agreed.terms.breach_terms.get(breach.clause) else { return days.len() };
    let rank = match &term.clause {
        Clause::NonDelivery { .. } | Clause::Staffing { .. } | Clause::Incident { .. } => {
            days.partition_point(|satisfied_on| *satisfied_on < breach.since)
        }
        Clause::LateDelivery { .. }
        | Clause::QuantityShortfall { .. }
        | Clause::QualityShortfall { .. }
        | Clause::LowScore { .. } => match breach.subject {
            Subject::Deliverable(place) => {
                of_milestone(contract.agreed.deliverables.get(place).map(|deliverable| deliverable.milestone))
            }
            Subject::Milestone(place) => of_milestone(Some(place)),
            // No breach of these clauses has such a subject.
            Subject::Headcount(_) | Subject::Incident(_) => days.len(),
        },
    };
    rank.min(days.len())
}

fn charge(
    contract: &Contract,
    breaches: &[Breach],
    ranked: &[usize],
    order: &[usize],
    days: &[Day],
    cap: Option<i128>,
) -> Vec<Charge> {
    let none = Charge { charged: 0, room: None, taken: 0, settled_in: None, waived_late: None };
    let mut charges = vec![none; breaches.len()];
    let mut left = cap;
    let mut run: Vec<usize> = (0..breaches.len()).collect();
    run.sort_by_key(|place| ranked.get(*place).copied());
    for place in run {
        let (Some(breach), Some(rank), Some(charge)) = (breaches.get(place), ranked.get(place), charges.get_mut(place))
        else {
            continue;
        };
        charge.settled_in = order.get(*rank).copied();
        charge.waived_late =
            breach.waived_on.filter(|on| days.get(*rank).is_some_and(|satisfied_on| satisfied_on < on));
        let outside = contract.agreed.terms.breach_terms.get(breach.clause).is_some_and(|term| term.outside_cap);
        charge.room = if outside { None } else { left };
        if breach.waived_on.is_some() && charge.waived_late.is_none() {
            continue;
        }
        charge.taken = charge.room.map_or(breach.amount, |room| breach.amount.min(room));
        charge.charged = if charge.waived_late.is_some() { 0 } else { charge.taken };
        if !outside {
            left = left.map(|left| left - charge.taken);
        }
    }
    charges
}

fn columns(milestones: &[Reached], order: &[usize], ranked: &[usize], charges: &[Charge]) -> Vec<Column> {
    let mut sums = vec![0; order.len()];
    let mut late: Vec<(Day, usize, i128)> = Vec::new();
    for (rank, charge) in ranked.iter().zip(charges) {
        if let Some(sum) = sums.get_mut(*rank) {
            *sum += charge.taken;
            late.extend(charge.waived_late.map(|on| (on, *rank, charge.taken)));
        }
    }
    late.sort_unstable();
    let bear = |sums: &[i128]| {
        let mut carried = 0;
        let bear = |(milestone, charged): (&usize, &i128)| {
            let gross = milestones.get(*milestone).map_or(0, |m| m.gross);
            let deductions = gross.min(charged + carried);
            let borne = Borne { carried, deductions, payable: gross - deductions };
            carried += charged - deductions;
            borne
        };
        order.iter().zip(sums).map(bear).collect()
    };
    let mut columns = vec![Column { from: Day::MIN, borne: bear(&sums) }];
    for day in late.chunk_by(|a, b| a.0 == b.0) {
        for (_, rank, taken) in day {
            if let Some(sum) = sums.get_mut(*rank) {
                *sum -= taken;
            }
        }
        columns.extend(day.first().map(|(from, ..)| Column { from: *from, borne: bear(&sums) }));
    }
    columns
}

impl Settlement {
    /// Returns the burden of the milestone at position `rank`, counting the waivers dated up to a day.
    pub fn borne(&self, rank: usize, day: Day) -> Borne {
        let place = self.columns.partition_point(|column| column.from <= day);
        let column = self.columns.get(place.saturating_sub(1));
        column.and_then(|column| column.borne.get(rank)).copied().unwrap_or(Borne {
            carried: 0,
            deductions: 0,
            payable: 0,
        })
    }

    /// Returns the days later than `after` from which further waivers count.
    pub fn later_waivers(&self, after: Day) -> impl Iterator<Item = Day> {
        self.columns.iter().map(|column| column.from).filter(move |from| *from > after)
    }
}
