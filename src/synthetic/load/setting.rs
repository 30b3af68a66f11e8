//! The setting of a synthetic register, from which every story follows.

use chrono::NaiveDate;

use crate::synthetic::days::{after, before};
use crate::synthetic::load::chance::Chance;
use crate::synthetic::load::desks::DESKS;

/// Number of days over which the contracts begin.
const SPAN: usize = 3650;
/// Percentage of contracts that are not signed yet.
const UNSIGNED: usize = 8;
/// Purpose of the random numbers drawn here.
const PLACE: u64 = 1;

/// Parameters of a synthetic register.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub seed: u64,
    /// Number of contracts.
    pub count: usize,
    /// Day of the load.
    pub today: NaiveDate,
    /// Number of contractors.
    pub contractors: usize,
}

impl Setting {
    /// Returns the first day on which a contract begins.
    pub fn first_day(&self) -> NaiveDate {
        before(self.today, SPAN)
    }

    /// Returns the number of signed contracts; those with higher numbers are unsigned.
    pub fn signed(&self) -> usize {
        self.count - self.count * UNSIGNED / 100
    }

    /// Returns the desk of a contract and its first day, which grows with its number.
    pub fn place_of(&self, number: usize) -> (usize, NaiveDate) {
        let mut chance = Chance::of(self.seed, number, PLACE);
        // The justice bureaus' desks, one in four, have half of the contracts.
        let drawn = chance.below(DESKS);
        let desk = if chance.one_in(3) { drawn / 4 * 4 } else { drawn };
        if number > self.signed() {
            return (desk, after(self.today, chance.between(3, 70)));
        }
        let place = (number - 1) * SPAN / self.signed().max(1);
        (desk, after(self.first_day(), place.saturating_sub(chance.below(20))))
    }

    /// Returns the last day on which anything happened.
    pub fn yesterday(&self) -> NaiveDate {
        before(self.today, 1)
    }
}
