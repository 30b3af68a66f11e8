//! The state carried over from the previous terms: what was settled by the day before an amendment took effect, which
//! the new terms must not change, and the unsettled breaches and the termination right of that day (`docs/standing.md`,
//! Amendments, rules 3 to 7 and 9).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::calendar::Day;
use crate::domain::standing::Reckoning;
use crate::domain::standing::breaches::Subject;
use crate::domain::standing::payment::PaymentTerms;
use crate::domain::standing::settlement::{MilestoneIx, Rank};
use crate::domain::standing::steps::Step;
use crate::domain::terms::BreachTerm;

/// The standing on the day before the terms in force came into force.
pub(super) struct Before<'a> {
    /// The day on which the terms in force came into force.
    pub from: Day,
    /// The milestones that were satisfied, in settlement order.
    pub milestones: Vec<KeptMilestone<'a>>,
    /// The breaches that were settled, in the order in which they were charged.
    pub settled: Vec<KeptBreach<'a>>,
    /// Clause and subject of the settled breaches.
    pub settled_keys: BTreeSet<(&'a str, &'a str)>,
    /// The day of each breach that was not settled, by its clause and subject.
    pub open: BTreeMap<(&'a str, &'a str), Day>,
    pub right_since: Option<Day>,
}

/// A satisfied milestone. Money is in fen.
pub(super) struct KeptMilestone<'a> {
    pub code: &'a str,
    pub satisfied_on: Day,
    pub gross: i128,
    /// Start of its clock, invoices left aside.
    pub started: Day,
    pub payment: PaymentTerms,
    /// Cap on penalties, in fen, under the terms in force when the milestone was satisfied.
    pub cap: Option<i128>,
}

/// A settled breach.
pub(super) struct KeptBreach<'a> {
    pub term: &'a BreachTerm,
    /// The subject in the terms that settled the breach.
    pub subject: Subject,
    pub code: &'a str,
    pub since: Day,
    /// Amount in fen.
    pub amount: i128,
    /// Rank of the milestone that bears the breach.
    pub rank: Rank,
    /// The steps behind the amount.
    pub steps: Vec<Step>,
}

impl<'a> Before<'a> {
    /// Extracts what the new terms must keep from the standing on the day before `from`.
    pub fn of(reckoning: &Reckoning<'_, 'a>, from: Day) -> Self {
        let contract = reckoning.contract;
        let milestone = |milestone: MilestoneIx| {
            let place = milestone.0;
            let (agreed, reached) = (contract.agreed.milestones.get(place)?, reckoning.milestones.get(place)?);
            Some(KeptMilestone {
                code: agreed.terms.code.as_str(),
                satisfied_on: reached.satisfied_on?,
                gross: reached.gross,
                started: reckoning.payment_start(place)?,
                payment: contract.payment_terms(place)?,
                cap: contract.cap_of(milestone),
            })
        };
        let mut settled = Vec::new();
        let mut open = BTreeMap::new();
        for place in &reckoning.settlement.charging_order {
            let charge = reckoning.settlement.charges.get(place.0);
            let Some((breach, charge)) = reckoning.breaches.get(place.0).zip(charge) else { continue };
            match charge.rank {
                Some(rank) => settled.push(KeptBreach {
                    term: breach.term,
                    subject: breach.subject,
                    code: breach.code,
                    since: breach.since,
                    amount: breach.amount,
                    rank,
                    steps: reckoning.amount_trail(breach),
                }),
                None => {
                    open.insert((breach.term.code.as_str(), breach.code), breach.since);
                }
            }
        }
        Self {
            from,
            milestones: reckoning.settlement.order.milestones().filter_map(milestone).collect(),
            settled_keys: settled.iter().map(|breach| (breach.term.code.as_str(), breach.code)).collect(),
            settled,
            open,
            right_since: reckoning.right_since(),
        }
    }

    /// Returns the earliest day on which a breach of a clause by a subject may arise under the new terms: its day under
    /// the earlier terms if it was found and not settled, otherwise the first day of the new terms.
    pub fn earliest(&self, clause: &str, subject: &str) -> Day {
        self.open.get(&(clause, subject)).copied().unwrap_or(self.from)
    }
}
