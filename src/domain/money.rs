//! Money: [`Money`] is a bounded amount that a contract states or that is paid, [`Sum`] a computed total without a
//! bound. Neither rounds: `standing` divides and rounds where `docs/standing.md` says so.

use rust_decimal::Decimal;

use crate::domain::fixed;
use crate::domain::numbers::decimal;

decimal! {
    /// An amount that is agreed, invoiced or paid: yuan with at most 2 places, ≥ 0 and under 10^12.
    Money, places 2, bound 100_000_000_000_000, code "malformed-money", format fixed
}

impl Money {
    pub const ZERO: Money = Money(Decimal::ZERO);

    /// Returns the amount of `fen` fen; `None` if negative or not under 10^12 yuan.
    pub fn from_fen(fen: i64) -> Option<Self> {
        u64::try_from(fen).ok().and_then(Self::from_units)
    }

    /// Returns the amount in fen, exactly.
    pub fn fen(self) -> i64 {
        // Under 10^14 by construction.
        self.0.mantissa() as i64
    }

    /// Subtracts `other`; `None` if the result would be negative.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).filter(|difference| !difference.is_sign_negative()).map(Self)
    }
}

/// A computed total in fen, ≥ 0: a penalty without a cap, interest over decades. It can exceed the 96 bits of a
/// [`Decimal`], so it is a whole number of 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sum(pub(crate) i128);

impl Sum {
    pub const ZERO: Sum = Sum(0);

    /// Builds a total from fen, which must not be negative.
    pub const fn from_fen(fen: i128) -> Self {
        Sum(fen)
    }

    /// Returns the total in fen, exactly.
    pub fn fen(self) -> i128 {
        self.0
    }

    /// Returns the same amount as [`Money`]; `None` if it is not under the bound of that type.
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
        f.write_str(&fixed::format_units(self.0, 2))
    }
}

impl serde::Serialize for Sum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
