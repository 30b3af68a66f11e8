//! Chance that follows from a seed: the same seed and number, the same story.

use crate::clock::Seeded;

/// What chance decides for one contract.
#[derive(Debug, Clone)]
pub(super) struct Chance(Seeded);

impl Chance {
    /// For the contract of a number in the register of a seed; `purpose` keeps two chances of one contract apart.
    pub fn of(seed: u64, number: usize, purpose: u64) -> Self {
        let mut first = Seeded::new(seed ^ purpose.rotate_left(48));
        let mixed = first.draw() ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(Seeded::new(mixed))
    }

    /// A number under `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let drawn = self.0.draw() % (end.max(1) as u64);
        // Under `end`, which is a usize.
        usize::try_from(drawn).unwrap_or(0)
    }

    /// A number of a span.
    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
