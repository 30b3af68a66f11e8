//! Money in whole fen. Sums that a contract states or pays are [`Money`], what is computed without a bound is [`Sum`].
//! It must not round: whoever divides rounds, where `docs/standing.md` says so.

use crate::domain::fixed;
use crate::domain::numbers::decimal;

decimal! {
    /// An amount that is agreed, invoiced or paid: yuan with at most 2 places, under 10^12; held in fen.
    Money, places 2, bound 100_000_000_000_000, code "malformed-money", write fixed::write
}

impl Money {
    /// No money.
    pub const ZERO: Money = Money(0);

    /// The amount of so many fen, or none where it is negative or not under 10^12 yuan.
    pub fn from_fen(fen: i64) -> Option<Self> {
        u64::try_from(fen).ok().and_then(Self::from_units)
    }

    /// The amount in fen, exactly.
    pub fn fen(self) -> i64 {
        // Under 10^14 by construction.
        self.0 as i64
    }
}

/// A computed sum in fen, ≥ 0 and without the bound of [`Money`]: a penalty that no cap holds, interest over decades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sum(pub(crate) i128);

impl Sum {
    /// No money.
    pub const ZERO: Sum = Sum(0);

    /// The sum in fen, exactly.
    pub fn fen(self) -> i128 {
        self.0
    }

    /// The same as [`Money`], where it is under its bound.
    pub fn money(self) -> Option<Money> {
        i64::try_from(self.0).ok().and_then(Money::from_fen)
    }
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Sum(i128::from(money.fen()))
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&fixed::write(self.0, 2))
    }
}

impl serde::Serialize for Sum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
