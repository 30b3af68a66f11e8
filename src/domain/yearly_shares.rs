//! Yearly shares of a contract's money, for a contract over several years: what falls due from a later year on is borne
//! by the appropriation of that year. Everything else is borne by the appropriation from which the contract is funded.
//!
//! The year of a milestone follows from the terms alone, as if everything were delivered on its last day: so a share
//! changes with an amendment, and never because a day passed or a calendar was imported.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::domain::codes::ContractState;
use crate::domain::facts::End;
use crate::domain::ledger::{Balances, LedgerAccount, add_milestone};
use crate::domain::numbers::{Code, Days};
use crate::domain::standing::{MilestoneStanding, Standing, attainable_fen, deliverable_value};
use crate::domain::terms::{Deliverable, Item, Milestone, Terms};

/// First year of a share; `None` for what is borne by the appropriation from which the contract is funded.
pub type ShareYear = Option<i32>;

/// The amounts that a contract uses of its appropriations, by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// All of them.
    pub all: Balances,
    /// Those of its milestones, by the year in which each falls due as agreed. Nothing is held in them.
    pub by_year: BTreeMap<i32, Balances>,
}

impl Uses {
    /// Splits the amounts into shares, given the first years of the later ones. The shares add up to all amounts.
    pub fn shares(&self, years: &BTreeSet<i32>) -> Vec<(ShareYear, Balances)> {
        let mut held = self.all.of(LedgerAccount::Held);
        let mut first = self.all;
        first.set(LedgerAccount::Held, 0);
        first.set(LedgerAccount::Deducted, self.all.of(LedgerAccount::Deducted).saturating_add(held));
        let mut shares = Vec::new();
        for (from, next) in years.iter().zip(years.iter().skip(1).map(Some).chain([None])) {
            let mut share = Balances::default();
            let until = next.copied().unwrap_or(i32::MAX);
            self.by_year.range(*from..until).for_each(|(_, own)| share.add(own));
            let open = first.of(LedgerAccount::Committed).max(0);
            share.set(LedgerAccount::Committed, share.of(LedgerAccount::Committed).min(open));
            first = first.less_used(&share);
            shares.push((Some(*from), share));
        }
        shares.insert(0, (None, first));
        for (_, share) in &mut shares {
            let before = share.of(LedgerAccount::Held);
            share.hold(held);
            held = held.saturating_sub(share.of(LedgerAccount::Held).saturating_sub(before));
        }
        shares
    }
}

/// Returns the first year of the share to which a milestone due in a year belongs.
pub fn share_of(years: &BTreeSet<i32>, due: i32) -> ShareYear {
    years.range(..=due).next_back().copied()
}

/// The terms by code.
struct Agreed<'a> {
    terms: &'a Terms,
    items: BTreeMap<&'a Code, &'a Item>,
    deliverables: BTreeMap<&'a Code, &'a Deliverable>,
}

impl<'a> Agreed<'a> {
    fn new(terms: &'a Terms) -> Self {
        Self {
            terms,
            items: terms.items.iter().map(|item| (&item.code, item)).collect(),
            deliverables: terms.deliverables.iter().map(|agreed| (&agreed.code, agreed)).collect(),
        }
    }

    /// Returns the year in which a milestone falls due if its deliverables are delivered on their due days and inspected
    /// in the agreed time.
    fn due_year(&self, milestone: &Milestone) -> i32 {
        let required = milestone.requires.iter().filter_map(|code| self.deliverables.get(code));
        let inspected = required.map(|agreed| after(agreed.due_on, self.terms.inspection_days));
        let ready_on = inspected.fold(milestone.not_before.unwrap_or(self.terms.starts_on), NaiveDate::max);
        after(ready_on, Some(milestone.payment_days)).year()
    }

    /// Returns the amount of a milestone as agreed, in fen.
    fn planned_fen(&self, milestone: &Milestone) -> i64 {
        let value = |code: &Code| {
            let agreed = self.deliverables.get(code)?;
            Some(deliverable_value(agreed.quantity, self.items.get(&agreed.item)?.unit_price).fen())
        };
        let by_quantity = || milestone.requires.iter().filter_map(value).sum::<i128>();
        milestone.amount.map_or_else(|| i64::try_from(by_quantity()).unwrap_or(i64::MAX), |amount| amount.fen())
    }
}

/// Returns the day so many days after another; the last day of chrono if out of range.
fn after(day: NaiveDate, days: Option<Days>) -> NaiveDate {
    let days = days.map_or(0, |days| i64::from(days.get()));
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day)
}

/// Returns the amounts of the milestones as agreed, in fen, by the year in which they fall due.
pub fn planned_by_year(terms: &Terms) -> BTreeMap<i32, i64> {
    let agreed = Agreed::new(terms);
    let mut years: BTreeMap<i32, i64> = BTreeMap::new();
    for milestone in &terms.milestones {
        let sum = years.entry(agreed.due_year(milestone)).or_default();
        *sum = sum.saturating_add(agreed.planned_fen(milestone));
    }
    years
}

/// Returns the year in which a milestone falls due as agreed; `None` if the terms lack it.
pub fn due_year(terms: &Terms, milestone: &Code) -> Option<i32> {
    let found = terms.milestones.iter().find(|agreed| agreed.code == *milestone)?;
    Some(Agreed::new(terms).due_year(found))
}

/// Computes the amounts that the milestones of a contract use, by account and by the year in which each falls due as
/// agreed. A satisfied milestone goes by the terms in force on the day on which it was satisfied, which `terms_on`
/// returns; one that the terms lack is left out.
pub fn used_by_year<'a>(
    state: ContractState,
    (terms, end): (&'a Terms, Option<&End>),
    terms_on: impl Fn(NaiveDate) -> &'a Terms,
    standing: &Standing,
) -> BTreeMap<i32, Balances> {
    let mut years: BTreeMap<i32, Balances> = BTreeMap::new();
    let now = Agreed::new(terms);
    let end = end.filter(|_| state == ContractState::Terminated);
    for milestone in &standing.milestones {
        let then = milestone.satisfied_on.map(&terms_on).filter(|then| !std::ptr::eq(*then, terms)).map(Agreed::new);
        let agreed = then.as_ref().unwrap_or(&now);
        let Some(found) = agreed.terms.milestones.iter().find(|found| found.code == milestone.code) else { continue };
        let own = years.entry(agreed.due_year(found)).or_default();
        let committed = add_use(
            own,
            state,
            milestone,
            || agreed.planned_fen(found),
            || end.map(|end| attainable_fen(found, (terms, Some(end.on)), standing).unwrap_or(0)),
        );
        own.set(LedgerAccount::Committed, own.of(LedgerAccount::Committed).saturating_add(committed));
    }
    years
}

/// Adds what a milestone uses besides its commitment, and returns what of it is committed and not earned, in fen.
fn add_use(
    own: &mut Balances,
    state: ContractState,
    milestone: &MilestoneStanding,
    planned_fen: impl Fn() -> i64,
    left_after_end: impl Fn() -> Option<i64>,
) -> i64 {
    match state {
        ContractState::Draft | ContractState::Submitted | ContractState::Withdrawn => 0,
        ContractState::Funded => planned_fen(),
        ContractState::Active | ContractState::Terminated if milestone.satisfied_on.is_some() => {
            let gross = add_milestone(own, milestone);
            if left_after_end().is_some() { 0 } else { planned_fen().saturating_sub(gross).max(0) }
        }
        ContractState::Active | ContractState::Terminated => left_after_end().unwrap_or_else(planned_fen),
        ContractState::Completed | ContractState::Closed => {
            let paid = own.of(LedgerAccount::Paid).saturating_add(milestone.paid.fen());
            own.set(LedgerAccount::Paid, paid);
            0
        }
    }
}
