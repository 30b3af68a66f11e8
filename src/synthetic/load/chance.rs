//! Seeded random numbers: the same seed and contract number give the same history.

use crate::clock::Seeded;

/// Random numbers for one contract.
#[derive(Debug, Clone)]
pub(super) struct Chance(Seeded);

impl Chance {
    /// Creates the generator for a contract; `purpose` keeps several generators of one contract apart.
    pub fn of(seed: u64, number: usize, purpose: u64) -> Self {
        let mut first = Seeded::new(seed ^ purpose.rotate_left(48));
        let mixed = first.draw() ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(Seeded::new(mixed))
    }

    /// Draws a number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let drawn = self.0.draw() % (end.max(1) as u64);
        // Below `end`, so it fits.
        usize::try_from(drawn).unwrap_or(0)
    }

    /// Draws a number from `first` to `last`, both included.
    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// Returns `true` with probability 1/`times`.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
