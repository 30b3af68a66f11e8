//! The numbers of terms and facts, each with its bounds (`docs/standing.md`, Notation): a value that exists is within them.
//! No arithmetic lives here.

use crate::domain::fixed;
use crate::domain::shape::Bounded;

/// A value out of its bounds; the code is the key of a message in `locales/*/errors.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfBounds(pub &'static str);

/// Makes a number that is a decimal text outside and a whole number of small units inside.
macro_rules! decimal {
    ($(#[$meta:meta])* $name:ident, places $places:literal, bound $bound:expr, code $code:literal, write $write:path) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// How many units make one: `10^places`.
            pub const SCALE: i128 = 10_i128.pow($places);

            /// The value of so many units, if it is under the bound.
            pub fn from_units(units: u64) -> Option<Self> {
                (units < $bound).then_some(Self(units))
            }

            /// The value in its units.
            pub fn units(self) -> u64 {
                self.0
            }

            /// The value in its units, for exact arithmetic.
            pub(crate) fn exact(self) -> i128 {
                i128::from(self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::numbers::OutOfBounds;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::domain::fixed::read(text, $places, $bound)
                    .map(Self)
                    .map_err(|_| $crate::domain::numbers::OutOfBounds($code))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$write(i128::from(self.0), $places))
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
}
pub(crate) use decimal;

decimal! {
    /// How much of an item: at most 4 places, under 10^9.
    Quantity, places 4, bound 10_000_000_000_000, code "malformed-quantity", write fixed::write_short
}

decimal! {
    /// A rate as a fraction (0.05 is 5 %): at most 10 places, at most 10.
    Rate, places 10, bound 100_000_000_001, code "malformed-rate", write fixed::write_short
}

decimal! {
    /// A score or a survey's answer: 0 to 100, at most 10 places.
    Score, places 10, bound 1_000_000_000_001, code "malformed-score", write fixed::write_short
}

decimal! {
    /// An indicator's target or measured value: at most 10 places, under 10^9.
    Measured, places 10, bound 10_000_000_000_000_000_000, code "malformed-measured", write fixed::write_short
}

/// Makes a whole number that is a JSON integer.
macro_rules! whole {
    ($(#[$meta:meta])* $name:ident($inner:ty), at most $most:expr, code $code:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// The number, if it is within the bound.
            pub fn new(number: u64) -> Option<Self> {
                if number > $most {
                    return None;
                }
                <$inner>::try_from(number).ok().map(Self)
            }

            /// The number.
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
    /// A count (clients, workers, points, weights, a submission's number). Bounded by what every JSON reader holds exactly, 2^53 - 1
    /// (RFC 8259, section 6), so that sums of products of counts and money stay within 128 bits.
    Whole(u64), at most 9_007_199_254_740_991, code "malformed-whole"
}

/// The code of an item, a deliverable, a clause, an incident …: 1 to 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// The code, if it has 1 to 64 characters.
    pub fn new(text: impl Into<String>) -> Result<Self, OutOfBounds> {
        let text = text.into();
        // A character has at most 4 bytes, so most texts need no counting.
        let fits = !text.is_empty() && (text.len() <= 64 || text.chars().take(65).count() <= 64);
        if fits { Ok(Self(text)) } else { Err(OutOfBounds("malformed-code")) }
    }

    /// The code's text.
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

/// Makes "over 0" of a bounded number, for fields that may not be nothing.
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
