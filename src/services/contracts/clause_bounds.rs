//! Bounds of clauses when they are entered, beyond those of the numbers themselves: limits of tiers within the
//! indicator's unit, tiers from the mildest breach to the worst, and shares of at most 100 %.
//!
//! The standing accepts tiers in any order and uses the highest rate, so a tier out of order would never apply. Terms
//! agreed before these bounds were introduced stay valid: `before` exempts what an amendment leaves unchanged.

use std::fmt::Display;

use crate::domain::clauses::{BreachTerm, Clause};
use crate::domain::details::Details;
use crate::domain::numbers::{Code, Rate};
use crate::domain::terms::{Direction, Terms};
use crate::error::{FieldError, Message};
use crate::services::contracts::indicators::value_fault;

/// Returns the faults of clauses, each at its path within a contract's input. `before` are the terms being amended.
pub(in crate::services) fn clause_faults(terms: &Terms, details: &Details, before: Option<&Terms>) -> Vec<FieldError> {
    let mut faults = ClauseFaults(Vec::new());
    for (row, term) in terms.breach_terms.iter().enumerate() {
        if before.is_none_or(|before| !before.breach_terms.contains(term)) {
            faults.add_clause(&format!("terms.breach_terms[{row}]"), term, (terms, details));
        }
    }
    if before.is_none_or(|before| before.penalty_cap != terms.penalty_cap) {
        faults.add_share("terms.penalty_cap", terms.penalty_cap);
    }
    let fraction = |terms: &Terms| terms.termination.as_ref().and_then(|termination| termination.penalty_fraction);
    if before.is_none_or(|before| fraction(before) != fraction(terms)) {
        faults.add_share("terms.termination.penalty_fraction", fraction(terms));
    }
    faults.0
}

struct ClauseFaults(Vec<FieldError>);

impl ClauseFaults {
    fn add(&mut self, path: String, message: Message) {
        self.0.push(FieldError { path, message });
    }

    /// Adds the faults of one clause.
    fn add_clause(&mut self, at: &str, term: &BreachTerm, (terms, details): (&Terms, &Details)) {
        match &term.clause {
            Clause::QualityShortfall { indicator, tiers, .. } => {
                for (row, tier) in tiers.iter().enumerate() {
                    let fault = value_fault(details, indicator.as_str(), tier.beyond);
                    fault.into_iter().for_each(|message| self.add(format!("{at}.tiers[{row}].beyond"), message));
                }
                let is_falling = direction(terms, &term.clause, indicator) == Direction::AtLeast;
                let tiers: Vec<_> = tiers.iter().map(|tier| (tier.beyond, tier.rate)).collect();
                self.add_tiers(&format!("{at}.tiers"), "beyond", &tiers, is_falling);
            }
            Clause::LowScore { tiers } => {
                let tiers: Vec<_> = tiers.iter().map(|tier| (tier.below, tier.rate)).collect();
                self.add_tiers(&format!("{at}.tiers"), "below", &tiers, true);
            }
            Clause::LateDelivery { cap, .. } => self.add_share(&format!("{at}.cap"), *cap),
            Clause::QuantityShortfall { tolerance, .. } => {
                self.add_share(&format!("{at}.tolerance"), Some(*tolerance));
            }
            Clause::NonDelivery { .. } | Clause::Staffing { .. } | Clause::Incident { .. } => {}
        }
    }

    /// Adds the faults of a clause's tiers: each limit must be further from the agreed value than the one before, and
    /// each rate higher.
    fn add_tiers<L: Ord + Display>(&mut self, at: &str, limit_key: &str, tiers: &[(L, Rate)], is_falling: bool) {
        for (row, (_, rate)) in tiers.iter().enumerate() {
            self.add_share(&format!("{at}[{row}].rate"), Some(*rate));
        }
        for (row, pair) in tiers.windows(2).enumerate() {
            let [(limit_before, rate_before), (limit, rate)] = pair else { continue };
            let row = row + 1;
            let is_further = if is_falling { limit < limit_before } else { limit > limit_before };
            if !is_further {
                let key = if is_falling { "tier-limit-falls" } else { "tier-limit-rises" };
                let message = Message::new(key).with("row", row + 1).with("before", limit_before);
                self.add(format!("{at}[{row}].{limit_key}"), message);
            }
            if rate <= rate_before {
                let message = Message::new("tier-rate-rises").with("row", row + 1);
                self.add(format!("{at}[{row}].rate"), message.with("before", rate_before.percent()));
            }
        }
    }

    /// Adds the fault of a rate over 100 %, where the rate is a share of something.
    fn add_share(&mut self, path: &str, rate: Option<Rate>) {
        if let Some(rate) = rate.filter(|rate| rate.exact() > Rate::SCALE) {
            self.add(path.to_owned(), Message::new("share-over-whole").with("value", rate.percent()));
        }
    }
}

/// Returns the direction of an indicator, from the first deliverable with it that the clause covers.
fn direction(terms: &Terms, clause: &Clause, indicator: &Code) -> Direction {
    let named = clause.deliverables();
    let covered = terms.deliverables.iter().filter(|one| named.is_empty() || named.contains(&one.code));
    let mut known = covered.flat_map(|one| &one.indicators).filter(|known| known.code == *indicator);
    known.next().map_or(Direction::AtLeast, |known| known.direction)
}
