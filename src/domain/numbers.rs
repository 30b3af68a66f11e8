//! The numbers of terms and facts, each with its bounds (`docs/standing.md`, Notation). A value is checked when it is
//! made, so each existing value is within its bounds. Exact products and quotients are computed in `standing`, in wide
//! integers.

use rust_decimal::Decimal;

use crate::domain::fixed;
use crate::domain::shape::Bounded;

/// A value outside its bounds; the code is the key of a message in `locales/*/errors.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfBounds(pub &'static str);

/// Defines a bounded decimal of fixed scale: text outside, a [`Decimal`] inside. `bound` is exclusive, in units of
/// `10^-places`; `format` is `fixed` (all places) or `short` (no trailing zeros).
macro_rules! decimal {
    ($(#[$meta:meta])* $name:ident, places $places:literal, bound $bound:expr, code $code:literal, format $format:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(rust_decimal::Decimal);

        impl $name {
            /// Units in one: `10^places`.
            pub const SCALE: i128 = 10_i128.pow($places);

            /// Returns the value of `units` units, if it is under the bound.
            pub fn from_units(units: u64) -> Option<Self> {
                $crate::domain::fixed::from_units(units, $places, $bound).map(Self)
            }

            /// Returns the value in units.
            pub fn units(self) -> u64 {
                // Not negative and under the bound by construction.
                self.0.mantissa() as u64
            }

            /// Returns the value in units, for exact arithmetic in 128 bits.
            pub(crate) fn exact(self) -> i128 {
                self.0.mantissa()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::numbers::OutOfBounds;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let value = $crate::domain::fixed::parse(text, $places, $bound);
                value.map(Self).ok_or($crate::domain::numbers::OutOfBounds($code))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::domain::numbers::decimal!(@format $format, self, f, $places)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::domain::shape::text(deserializer, $code)
            }
        }
    };
    (@format fixed, $value:ident, $f:ident, $places:literal) => {
        write!($f, "{:.*}", $places, $value.0)
    };
    (@format short, $value:ident, $f:ident, $places:literal) => {
        write!($f, "{}", $value.0.normalize())
    };
}
pub(crate) use decimal;

decimal! {
    /// A quantity of an item: at most 4 places, under 10^9.
    Quantity, places 4, bound 10_000_000_000_000, code "malformed-quantity", format short
}

decimal! {
    /// A rate as a fraction (0.05 is 5 %): at most 10 places, at most 10.
    Rate, places 10, bound 100_000_000_001, code "malformed-rate", format short
}

decimal! {
    /// A score or the answer to a survey: 0 to 100, at most 10 places.
    Score, places 10, bound 1_000_000_000_001, code "malformed-score", format short
}

decimal! {
    /// The target or measured value of an indicator: at most 10 places, under 10^9.
    Measured, places 10, bound 10_000_000_000_000_000_000, code "malformed-measured", format short
}

impl Rate {
    /// Parses a percentage: `5` is the rate 0.05.
    ///
    /// # Errors
    /// Not a decimal, over 1,000 %, or more than 8 places (trailing zeros aside).
    pub fn from_percent(percent: &str) -> Result<Self, OutOfBounds> {
        let trimmed = match percent.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().any(|byte| byte != b'0') => {
                percent.get(..whole.len() + 1 + fraction.trim_end_matches('0').len())
            }
            Some((whole, fraction)) if !fraction.is_empty() => Some(whole),
            Some(_) | None => Some(percent),
        };
        let parsed = trimmed.and_then(|text| fixed::parse(text, 8, 100_000_000_001));
        // A hundredth of the value has the same digits, two places further on.
        let shifted = parsed.and_then(|value| Decimal::try_from_i128_with_scale(value.mantissa(), 10).ok());
        shifted.map(Self).ok_or(OutOfBounds("malformed-rate"))
    }

    /// Returns the rate in percent, without trailing zeros: 0.05 is 5.
    pub fn percent(self) -> Decimal {
        Decimal::try_from_i128_with_scale(self.0.mantissa(), 8).unwrap_or_default().normalize()
    }
}

/// Defines a bounded whole number, a JSON integer outside.
macro_rules! whole {
    ($(#[$meta:meta])* $name:ident($inner:ty), at most $most:expr, code $code:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// Returns the number; `None` if it exceeds the bound.
            pub fn new(number: u64) -> Option<Self> {
                if number > $most {
                    return None;
                }
                <$inner>::try_from(number).ok().map(Self)
            }

            /// Returns the number.
            pub fn get(self) -> $inner {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = $crate::domain::shape::integer(deserializer, $code)?;
                Self::new(number).ok_or_else(|| serde::de::Error::custom($code))
            }
        }
    };
}

whole! {
    /// A number of days: at most 3,650.
    Days(u16), at most 3_650, code "malformed-days"
}

whole! {
    /// A count (clients, workers, points, weights, the number of a submission). At most 2^53 - 1, the largest integer
    /// that every JSON parser reads exactly (RFC 8259, section 6); sums of products of counts and money then fit in 128
    /// bits.
    Whole(u64), at most 9_007_199_254_740_991, code "malformed-whole"
}

/// The code of an item, a deliverable, a clause, an incident …: 1 to 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// Checks the length of a code.
    ///
    /// # Errors
    /// Not 1 to 64 characters.
    pub fn new(text: impl Into<String>) -> Result<Self, OutOfBounds> {
        let text = text.into();
        // Characters are counted only if the number of bytes does not decide.
        let fits = !text.is_empty() && (text.len() <= 64 || text.chars().take(65).count() <= 64);
        if fits { Ok(Self(text)) } else { Err(OutOfBounds("malformed-code")) }
    }

    /// Returns the code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Code {
    type Err = OutOfBounds;

    fn from_str(text: &str) -> Result<Self, OutOfBounds> {
        Self::new(text)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::domain::shape::text(deserializer, "malformed-code")
    }
}

/// Implements the check "over 0" for fields that must not be 0.
macro_rules! positive {
    ($($name:path, $code:literal);+ $(;)?) => {
        $(impl Bounded for $name {
            const CODE: &'static str = $code;
            fn is_positive(&self) -> bool {
                *self != Self::default()
            }
        })+
    };
}

positive! {
    crate::domain::money::Money, "malformed-positive-money";
    Quantity, "malformed-positive-quantity";
    Measured, "malformed-positive-target";
    Whole, "malformed-positive-whole";
}
