//! Settlement: assigns each breach to the milestone that bears it, charges it under the cap, and computes what remains
//! payable (`docs/standing.md`, Settlement).
//!
//! For example, under a cap of 100.00: M1 (gross 50.00) is satisfied on 1 March, M2 (gross 80.00) on 1 May, so their
//! ranks are 0 and 1. M1's breach of 60.00 is charged in full, M2's breach of 70.00 only the 40.00 that the cap leaves.
//! M1 bears 50.00 and nothing of it is payable; the other 10.00 pass to M2, which bears 50.00 and keeps 30.00 payable.
//! A waiver of M1's breach on 1 June is late: from then on 50.00 and 40.00 are payable, but the cap stays used up.

use crate::domain::calendar::Day;
use crate::domain::standing::breaches::{Breach, Subject};
use crate::domain::standing::milestones::Reached;
use crate::domain::standing::recorded::Contract;
use crate::domain::terms::Clause;

/// Index of a milestone in the terms in force.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct MilestoneIx(pub usize);

/// Index of a breach in listing order.
#[derive(Clone, Copy)]
pub(super) struct BreachIx(pub usize);

/// Position of a satisfied milestone in settlement order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(usize);

/// The settlement of all breaches against all milestones. Money is in fen.
pub(super) struct Settlement {
    pub order: SettlementOrder,
    /// One charge for each breach, by [`BreachIx`].
    pub charges: Vec<Charge>,
    /// The breaches in the order in which they are charged.
    pub charging_order: Vec<BreachIx>,
    /// The burdens first with only the waivers granted no later than their breach was settled, then once more from each
    /// day on which a later waiver was granted.
    burdens_by_waiver_day: Vec<Burdens>,
}

/// The satisfied milestones in settlement order.
pub(super) struct SettlementOrder {
    /// Milestone of each rank, and the day on which it was satisfied.
    ranked: Vec<(MilestoneIx, Day)>,
    /// Rank of each milestone, by [`MilestoneIx`]; `None` if it is not satisfied.
    ranks: Vec<Option<Rank>>,
}

/// The charge of one breach. Money is in fen.
#[derive(Clone, Copy)]
pub(super) struct Charge {
    pub charged: i128,
    /// Amount left under the cap before this breach; `None` if no cap applies.
    pub room_under_cap: Option<i128>,
    /// Amount taken from the cap: the charge, or the charge before a waiver that came after the milestone was
    /// satisfied.
    pub taken: i128,
    /// Rank of the milestone that bears the breach; `None` while the breach is not settled.
    pub rank: Option<Rank>,
    /// The milestone of that rank.
    pub settled_in: Option<MilestoneIx>,
    /// Day of a waiver granted after the milestone was satisfied. The breach keeps its share of the cap.
    pub waived_late: Option<Day>,
}

/// The burdens of all satisfied milestones, counting the waivers dated up to a day.
struct Burdens {
    /// Day from which they apply.
    applies_from: Day,
    /// One entry for each rank.
    borne: Vec<Borne>,
}

/// The burden of one milestone, in fen.
#[derive(Clone, Copy)]
pub(super) struct Borne {
    /// Amount that the milestone of the rank before could not bear.
    pub carried: i128,
    pub deductions: i128,
    pub payable: i128,
}

/// Settles all breaches against all milestones.
pub(super) fn settle(contract: &Contract, milestones: &[Reached], breaches: &[Breach]) -> Settlement {
    let order = SettlementOrder::new(contract, milestones);
    let uncharged = |breach: &Breach| {
        let rank = rank_of(contract, breach, &order);
        let (settled_in, satisfied_on) = rank.and_then(|rank| order.at(rank)).unzip();
        let waived_late = breach.waived_on.filter(|on| satisfied_on.is_some_and(|satisfied_on| satisfied_on < *on));
        Charge { charged: 0, room_under_cap: None, taken: 0, rank, settled_in, waived_late }
    };
    let mut charges: Vec<Charge> = breaches.iter().map(uncharged).collect();
    let mut charging_order: Vec<BreachIx> = (0..breaches.len()).map(BreachIx).collect();
    charging_order.sort_by_key(|breach| {
        let rank = charges.get(breach.0).and_then(|charge| charge.rank);
        // Breaches that are not settled come last.
        (rank.is_none(), rank, breaches.get(breach.0).and_then(|breach| breach.kept))
    });
    charge(contract, breaches, &charging_order, &mut charges);
    let burdens_by_waiver_day = burdens_by_waiver_day(milestones, &order, &charges);
    Settlement { order, charges, charging_order, burdens_by_waiver_day }
}

/// Returns the rank of the milestone that bears a breach; `None` if the breach is not settled.
fn rank_of(contract: &Contract, breach: &Breach, order: &SettlementOrder) -> Option<Rank> {
    if let Some((before, kept)) = contract.before.as_ref().zip(breach.kept) {
        // The rank was found under the earlier terms.
        return before.settled.get(kept).map(|settled| settled.rank).filter(|rank| order.at(*rank).is_some());
    }
    match &breach.term.clause {
        Clause::NonDelivery { .. } | Clause::Staffing { .. } | Clause::Incident { .. } => {
            // A milestone that was satisfied before the terms in force bears no more than it did then.
            let kept = contract.before.as_ref().map_or(0, |before| before.milestones.len());
            order.first_since(breach.since, kept)
        }
        Clause::LateDelivery { .. }
        | Clause::QuantityShortfall { .. }
        | Clause::QualityShortfall { .. }
        | Clause::LowScore { .. } => match breach.subject {
            Subject::Deliverable(deliverable) => {
                order.rank_of(MilestoneIx(contract.agreed.deliverables.get(deliverable)?.milestone))
            }
            Subject::Milestone(milestone) => order.rank_of(MilestoneIx(milestone)),
            // No breach of these clauses has such a subject.
            Subject::Headcount(_) | Subject::Incident(_) | Subject::Gone => None,
        },
    }
}

/// Charges the breaches in their charging order, each up to what the earlier ones leave of the cap.
fn charge(contract: &Contract, breaches: &[Breach], charging_order: &[BreachIx], charges: &mut [Charge]) {
    let current = contract.agreed.cap();
    let mut taken = 0;
    for place in charging_order {
        let Some((breach, charge)) = breaches.get(place.0).zip(charges.get_mut(place.0)) else { continue };
        let outside = breach.term.outside_cap;
        let cap = charge.settled_in.map_or(current, |milestone| contract.cap_of(milestone));
        charge.room_under_cap = cap.filter(|_| !outside).map(|cap| (cap - taken).max(0));
        if breach.waived_on.is_some() && charge.waived_late.is_none() {
            continue;
        }
        charge.taken = charge.room_under_cap.map_or(breach.amount, |room| breach.amount.min(room));
        charge.charged = if charge.waived_late.is_some() { 0 } else { charge.taken };
        if !outside {
            taken += charge.taken;
        }
    }
}

/// Computes the burdens of all satisfied milestones: before any late waiver, and from the day of each.
fn burdens_by_waiver_day(milestones: &[Reached], order: &SettlementOrder, charges: &[Charge]) -> Vec<Burdens> {
    let mut sums = vec![0; order.ranked.len()];
    let mut late: Vec<(Day, Rank, i128)> = Vec::new();
    for charge in charges {
        let Some(rank) = charge.rank else { continue };
        if let Some(sum) = sums.get_mut(rank.0) {
            *sum += charge.taken;
            late.extend(charge.waived_late.map(|on| (on, rank, charge.taken)));
        }
    }
    late.sort_unstable();
    let mut all = vec![Burdens { applies_from: Day::MIN, borne: bear(milestones, order, &sums) }];
    for day in late.chunk_by(|a, b| a.0 == b.0) {
        for (_, rank, taken) in day {
            if let Some(sum) = sums.get_mut(rank.0) {
                *sum -= taken;
            }
        }
        let borne =
            |(from, ..): &(Day, Rank, i128)| Burdens { applies_from: *from, borne: bear(milestones, order, &sums) };
        all.extend(day.first().map(borne));
    }
    all
}

/// Returns the burden of each rank, given the sum charged to it: what a milestone cannot bear passes to the next one.
fn bear(milestones: &[Reached], order: &SettlementOrder, sums: &[i128]) -> Vec<Borne> {
    let mut carried = 0;
    let burden = |((milestone, _), charged): (&(MilestoneIx, Day), &i128)| {
        let gross = milestones.get(milestone.0).map_or(0, |reached| reached.gross);
        let deductions = gross.min(charged + carried);
        let borne = Borne { carried, deductions, payable: gross - deductions };
        carried += charged - deductions;
        borne
    };
    order.ranked.iter().zip(sums).map(burden).collect()
}

impl Contract<'_> {
    /// Returns the cap that applies to the breaches settled in a milestone: that of the terms in force on the day on
    /// which the milestone was satisfied. In fen; `None` without a cap.
    pub fn cap_of(&self, milestone: MilestoneIx) -> Option<i128> {
        self.kept_milestone(milestone.0).map_or_else(|| self.agreed.cap(), |kept| kept.cap)
    }
}

impl SettlementOrder {
    /// Sorts the satisfied milestones by day, then position. Those that were satisfied before the terms in force keep
    /// their order, ahead of the others.
    fn new(contract: &Contract, milestones: &[Reached]) -> Self {
        let satisfied = milestones.iter().enumerate();
        let mut ranked: Vec<(MilestoneIx, Day)> =
            satisfied.filter_map(|(place, reached)| Some((MilestoneIx(place), reached.satisfied_on?))).collect();
        ranked.sort_by_key(|(milestone, satisfied_on)| {
            let kept = contract.kept.get(milestone.0).copied().flatten();
            (kept.is_none(), kept, *satisfied_on)
        });
        let mut ranks = vec![None; milestones.len()];
        for (rank, (milestone, _)) in ranked.iter().enumerate() {
            if let Some(slot) = ranks.get_mut(milestone.0) {
                *slot = Some(Rank(rank));
            }
        }
        Self { ranked, ranks }
    }

    /// Returns the rank of a milestone; `None` if it is not satisfied.
    pub fn rank_of(&self, milestone: MilestoneIx) -> Option<Rank> {
        self.ranks.get(milestone.0).copied().flatten()
    }

    /// Lists the satisfied milestones.
    pub fn milestones(&self) -> impl Iterator<Item = MilestoneIx> {
        self.ranked.iter().map(|(milestone, _)| *milestone)
    }

    /// Returns the milestone of a rank and the day on which it was satisfied.
    fn at(&self, rank: Rank) -> Option<(MilestoneIx, Day)> {
        self.ranked.get(rank.0).copied()
    }

    /// Returns the first rank whose milestone was satisfied on a day or later, leaving out the first `skipped` ranks.
    fn first_since(&self, day: Day, skipped: usize) -> Option<Rank> {
        let rank = self.ranked.partition_point(|(_, satisfied_on)| *satisfied_on < day).max(skipped);
        (rank < self.ranked.len()).then_some(Rank(rank))
    }
}

impl Settlement {
    /// Returns the burden of the milestone of a rank, counting the waivers dated up to a day.
    pub fn borne(&self, rank: Rank, day: Day) -> Borne {
        let after = self.burdens_by_waiver_day.partition_point(|burdens| burdens.applies_from <= day);
        let burdens = self.burdens_by_waiver_day.get(after.saturating_sub(1));
        burdens.and_then(|burdens| burdens.borne.get(rank.0)).copied().unwrap_or(Borne {
            carried: 0,
            deductions: 0,
            payable: 0,
        })
    }

    /// Returns the days later than `after` from which further waivers count.
    pub fn later_waivers(&self, after: Day) -> impl Iterator<Item = Day> {
        self.burdens_by_waiver_day.iter().map(|burdens| burdens.applies_from).filter(move |from| *from > after)
    }
}
