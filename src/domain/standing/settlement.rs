//! Settlement: assigns each breach to the milestone that bears it, charges it under the cap, and computes what remains
//! payable (`docs/standing.md`, Settlement).

use crate::domain::calendar::Day;
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
    /// The breaches, by position, in the order in which they are charged.
    pub run: Vec<usize>,
    /// Deductions of each milestone: first with only the waivers granted no later than their breach settled, then once
    /// more from each day on which a later waiver was granted.
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
    // Those that were satisfied before the terms in force keep their order, ahead of the others.
    order.sort_by_key(|place| (contract.kept.get(*place).copied().flatten().unwrap_or(usize::MAX), satisfied(place)));
    let days: Vec<Day> = order.iter().filter_map(satisfied).collect();
    let mut rank = vec![usize::MAX; milestones.len()];
    for (place, milestone) in order.iter().enumerate() {
        if let Some(rank) = rank.get_mut(*milestone) {
            *rank = place;
        }
    }
    let ranked: Vec<usize> = breaches.iter().map(|breach| settles_at(contract, breach, &rank, &days)).collect();
    let mut run: Vec<usize> = (0..breaches.len()).collect();
    run.sort_by_key(|place| (ranked.get(*place).copied(), breaches.get(*place).and_then(|breach| breach.kept)));
    let charges = charge(contract, breaches, &run, &ranked, &order, &days);
    let columns = columns(milestones, &order, &ranked, &charges);
    Settlement { order, charges, run, columns }
}

/// Returns the position in settlement order of the milestone that bears a breach; past the end if it is not settled.
fn settles_at(contract: &Contract, breach: &Breach, rank: &[usize], days: &[Day]) -> usize {
    let of_milestone = |milestone: Option<usize>| milestone.and_then(|m| rank.get(m)).copied().unwrap_or(usize::MAX);
    if let Some((before, kept)) = contract.before.as_ref().zip(breach.kept) {
        return before.settled.get(kept).map_or(days.len(), |settled| settled.rank);
    }
    let kept = contract.before.as_ref().map_or(0, |before| before.milestones.len());
    let rank = match &breach.term.clause {
        Clause::NonDelivery { .. } | Clause::Staffing { .. } | Clause::Incident { .. } => {
            // A milestone that was satisfied before the terms in force bears no more than it did then.
            days.partition_point(|satisfied_on| *satisfied_on < breach.since).max(kept)
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
            Subject::Headcount(_) | Subject::Incident(_) | Subject::Gone => days.len(),
        },
    };
    rank.min(days.len())
}

fn charge(
    contract: &Contract,
    breaches: &[Breach],
    run: &[usize],
    ranked: &[usize],
    order: &[usize],
    days: &[Day],
) -> Vec<Charge> {
    let none = Charge { charged: 0, room: None, taken: 0, settled_in: None, waived_late: None };
    let mut charges = vec![none; breaches.len()];
    let current = contract.agreed.cap();
    let mut taken = 0;
    for place in run {
        let (Some(breach), Some(rank), Some(charge)) =
            (breaches.get(*place), ranked.get(*place), charges.get_mut(*place))
        else {
            continue;
        };
        charge.settled_in = order.get(*rank).copied();
        charge.waived_late =
            breach.waived_on.filter(|on| days.get(*rank).is_some_and(|satisfied_on| satisfied_on < on));
        let outside = breach.term.outside_cap;
        let cap = charge.settled_in.map_or(current, |milestone| contract.cap_of(milestone));
        charge.room = cap.filter(|_| !outside).map(|cap| (cap - taken).max(0));
        if breach.waived_on.is_some() && charge.waived_late.is_none() {
            continue;
        }
        charge.taken = charge.room.map_or(breach.amount, |room| breach.amount.min(room));
        charge.charged = if charge.waived_late.is_some() { 0 } else { charge.taken };
        if !outside {
            taken += charge.taken;
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

impl Contract<'_> {
    /// Returns the cap that applies to the breaches settled in a milestone: that of the terms in force on the day on
    /// which it was satisfied. In fen; `None` without a cap.
    pub fn cap_of(&self, milestone: usize) -> Option<i128> {
        self.kept_milestone(milestone).map_or_else(|| self.agreed.cap(), |kept| kept.cap)
    }
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
