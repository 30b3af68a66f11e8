//! Timeline: a contract's facts under the terms in force on each stretch of days (`docs/standing.md`, Amendments).
//! Stretches are divided by the effective days of all amendments, whether or not they came into force.

use std::ops::Range;
use std::rc::Rc;

use chrono::NaiveDate;

use crate::domain::calendar::{Calendar, Day, date, day};
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::shape::LIST_BOUND;
use crate::domain::standing::agreed::{Agreed, validate_terms};
use crate::domain::standing::amendment::{AmendmentConflict, conflict};
use crate::domain::standing::before::Before;
use crate::domain::standing::output::{AmendmentStanding, Standing};
use crate::domain::standing::recorded::{Contract, check_bounds};
use crate::domain::standing::{Reckoning, Trails};
use crate::domain::terms::Agreement;

/// Terms, and the day since which they are in force.
#[derive(Clone)]
pub(super) struct Version<'a> {
    /// `Day::MIN` for the signed terms.
    pub from: Day,
    pub agreed: Rc<Agreed<'a>>,
}

/// A contract for which rules 1 to 15 hold, on any day.
pub(super) struct Timeline<'a> {
    /// The stretches in order of days; never empty.
    stretches: Vec<Stretch<'a>>,
    /// For each amendment, its effective day and the reason why it did not come into force.
    amendments: Vec<(NaiveDate, Option<AmendmentConflict>)>,
}

struct Stretch<'a> {
    from: Day,
    contract: Contract<'a>,
}

impl<'a> Timeline<'a> {
    /// Checks rules 1 to 15 and decides on each amendment.
    pub fn new(agreement: &Agreement<'a>, facts: &'a Facts, calendar: &'a Calendar) -> Result<Self, Invalid> {
        check_bounds(facts)?;
        if agreement.amendments.len() > LIST_BOUND {
            return Err(Invalid::at("amendments", "malformed-list"));
        }
        let first = Rc::new(validate_terms(agreement.terms)?);
        let mut amended = amended(agreement)?.into_iter();
        let mut timeline = Self { stretches: Vec::with_capacity(amended.len() + 1), amendments: Vec::new() };
        let mut versions = vec![Version { from: Day::MIN, agreed: first }];
        let mut before = None;
        let mut from = Day::MIN;
        loop {
            let next = amended.next();
            let window = Range { start: from, end: next.as_ref().map_or(Day::MAX, |next| next.from) };
            let contract = Contract::new(versions.clone(), before.clone(), facts, calendar, &window)?;
            let Some(version) = next else {
                timeline.stretches.push(Stretch { from, contract });
                return Ok(timeline);
            };
            let settled = Reckoning::new(&contract, version.from - 1);
            let conflict = conflict(&settled, &version.agreed);
            let (effective, in_force) = (version.from, conflict.is_none());
            if in_force {
                before = Some(Rc::new(Before::of(&settled, effective)));
                versions.push(version);
            }
            timeline.amendments.push((date(effective), conflict));
            timeline.stretches.push(Stretch { from, contract });
            from = effective;
        }
    }

    /// Returns the contract under the terms in force on a day.
    fn on(&self, day: Day) -> Option<&Contract<'a>> {
        let place = self.stretches.partition_point(|stretch| stretch.from <= day);
        self.stretches.get(place.saturating_sub(1)).map(|stretch| &stretch.contract)
    }

    /// Checks rule 16 as of a day.
    pub fn check(&self, as_of: Day) -> Result<(), Invalid> {
        self.on(as_of).map_or(Ok(()), |contract| Reckoning::new(contract, as_of).check())
    }

    /// Computes the standing on a day.
    ///
    /// # Errors
    /// Rule 16.
    pub fn standing(&self, as_of: Day, trails: Trails) -> Result<Standing, Invalid> {
        // A timeline always has a stretch, so the error is not reached.
        let contract = self.on(as_of).ok_or_else(|| Invalid::at("terms", "malformed-list"))?;
        let reckoning = Reckoning::new(contract, as_of);
        reckoning.check()?;
        Ok(Standing { amendments: self.amendments_on(as_of), ..reckoning.standing(trails) })
    }

    /// Returns the amendments effective by a day; `None` for terms without amendments.
    fn amendments_on(&self, as_of: Day) -> Option<Vec<AmendmentStanding>> {
        let visible = self.amendments.iter().filter(|(effective_on, _)| day(*effective_on) <= as_of);
        let listed = visible.map(|(effective_on, conflict)| AmendmentStanding {
            effective_on: *effective_on,
            in_force: conflict.is_none(),
        });
        (!self.amendments.is_empty()).then(|| listed.collect())
    }

    /// Returns each amendment's effective day and the reason why it did not come into force.
    pub fn amendments(self) -> Vec<(NaiveDate, Option<AmendmentConflict>)> {
        self.amendments
    }
}

/// Checks the days and the terms of the amendments, and returns the versions of the terms.
fn amended<'a>(agreement: &Agreement<'a>) -> Result<Vec<Version<'a>>, Invalid> {
    let starts_on = agreement.terms.starts_on;
    let mut latest: Option<NaiveDate> = None;
    let mut versions = Vec::with_capacity(agreement.amendments.len());
    for (n, (effective_on, terms)) in agreement.amendments.iter().enumerate() {
        let path = format!("amendments[{n}]");
        if *effective_on < starts_on {
            let path = format!("{path}.effective_on");
            return Err(Invalid::at(path, "amendment-before-start").with("starts_on", starts_on));
        }
        if let Some(latest) = latest.filter(|latest| effective_on <= latest) {
            let path = format!("{path}.effective_on");
            return Err(Invalid::at(path, "amendment-not-after").with("latest", latest));
        }
        if terms.starts_on != starts_on {
            let path = format!("{path}.terms.starts_on");
            return Err(Invalid::at(path, "amendment-moves-start").with("starts_on", starts_on));
        }
        let agreed =
            validate_terms(terms).map_err(|invalid| Invalid { path: format!("{path}.{}", invalid.path), ..invalid })?;
        latest = Some(*effective_on);
        versions.push(Version { from: day(*effective_on), agreed: Rc::new(agreed) });
    }
    Ok(versions)
}

/// Returns the day since which all versions, up to the last, agree with the last one in `same`.
pub(super) fn unchanged_since(versions: &[Version], same: impl Fn(&Agreed) -> bool) -> Day {
    let unchanged = versions.iter().rev().take_while(|version| same(&version.agreed));
    unchanged.last().map_or(Day::MIN, |version| version.from)
}
