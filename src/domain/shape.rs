//! Deserializers for the JSON of terms and facts, for `#[serde(deserialize_with)]`: null counts as absent, lists are
//! bounded, structs are objects only, and numbers report their own error code. No rule of a contract is here.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Maximum number of entries in a list.
pub const LIST_BOUND: usize = 1_000;

/// Years of valid days.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// The last valid day.
pub const LAST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31);

/// Marks the error for a null in place of a required value. `json` reports it at the object that lacks the key.
pub(super) const NULL: &str = "\u{0}null";
/// Marks the error for a key that the object may not have, followed by the key's path within the object.
pub(super) const FOREIGN: &str = "\u{0}foreign:";
/// Marks the error for a missing key, followed by the path of the inner object that lacks it (often empty), a point and
/// the key.
pub(super) const LACKS: &str = "\u{0}lacks:";

/// A number that some fields require to be over 0.
pub trait Bounded: Sized {
    /// Error code of a value that is not over 0.
    const CODE: &'static str;
    /// Returns whether the number is over 0.
    fn is_positive(&self) -> bool;
}

/// Deserializes a required value.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer)?.ok_or_else(|| D::Error::custom(NULL))
}

/// Deserializes a required value over 0.
pub fn positive<'de, D: Deserializer<'de>, T: Deserialize<'de> + Bounded>(deserializer: D) -> Result<T, D::Error> {
    let value: T = present(deserializer)?;
    if value.is_positive() { Ok(value) } else { Err(D::Error::custom(T::CODE)) }
}

/// Deserializes a value, or its type's default if absent.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Deserializes a required object.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    let Object(value) = present(deserializer)?;
    Ok(value)
}

/// Deserializes an object, or its type's default if absent.
pub fn object_or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(optional_object(deserializer)?.unwrap_or_default())
}

/// Deserializes an optional object.
pub fn optional_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let object: Option<Object<T>> = Option::deserialize(deserializer)?;
    Ok(object.map(|Object(value)| value))
}

/// Deserializes a list of at most [`LIST_BOUND`] values; empty if absent.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let list: Option<List<T>> = Option::deserialize(deserializer)?;
    Ok(list.map(|List(values)| values).unwrap_or_default())
}

/// Deserializes a list of at most [`LIST_BOUND`] objects; empty if absent.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let list: Option<List<Object<T>>> = Option::deserialize(deserializer)?;
    Ok(list.map(|List(values)| values.into_iter().map(|Object(value)| value).collect()).unwrap_or_default())
}

/// Deserializes a required word of a closed list ([`crate::domain::codes`]).
pub fn word<'de, D: Deserializer<'de>, T: TryFrom<String>>(deserializer: D) -> Result<T, D::Error> {
    optional_word(deserializer)?.ok_or_else(|| D::Error::custom(NULL))
}

/// Deserializes a word of a closed list, or the list's default if absent.
pub fn word_or_default<'de, D: Deserializer<'de>, T: TryFrom<String> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(optional_word(deserializer)?.unwrap_or_default())
}

/// Deserializes an optional word of a closed list.
pub fn optional_word<'de, D: Deserializer<'de>, T: TryFrom<String>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let word: Option<String> = Option::deserialize(deserializer)?;
    word.map(|word| T::try_from(word).map_err(|_| D::Error::custom("malformed-word"))).transpose()
}

/// Deserializes a required day.
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let Date(date) = present(deserializer)?;
    Ok(date)
}

/// Deserializes an optional day.
pub fn optional_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let date: Option<Date> = Option::deserialize(deserializer)?;
    Ok(date.map(|Date(date)| date))
}

/// Deserializes a value that is written as a string; `code` is the error.
pub fn text<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D, code: &'static str) -> Result<T, D::Error> {
    struct Text<T>(&'static str, PhantomData<T>);
    impl<T: FromStr> Visitor<'_> for Text<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(|_| E::custom(self.0))
        }
    }
    deserializer.deserialize_str(Text(code, PhantomData))
}

/// Deserializes a JSON integer that is not negative; `code` is the error.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D, code: &'static str) -> Result<u64, D::Error> {
    struct Integer(&'static str);
    impl Visitor<'_> for Integer {
        type Value = u64;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number")
        }
        fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
            Ok(number)
        }
        fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
            u64::try_from(number).map_err(|_| E::custom(self.0))
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<u64, E> {
            Err(E::custom(self.0))
        }
    }
    deserializer.deserialize_u64(Integer(code))
}

/// A day written `YYYY-MM-DD`, 2000 to 2099.
pub struct Date(pub NaiveDate);

impl FromStr for Date {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<u32> {
            bytes.get(from..to)?.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
        };
        let dashes = bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
        let parts = number(0, 4).zip(number(5, 7)).zip(number(8, 10));
        let date =
            parts.and_then(|((year, month), day)| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day));
        date.filter(|date| dashes && YEARS.contains(&date.year())).map(Date).ok_or(())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "malformed-date")
    }
}

/// A list of at most [`LIST_BOUND`] values.
pub struct List<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Values<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<List<T>, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = access.next_element()? {
                    if values.len() == LIST_BOUND {
                        return Err(A::Error::custom("malformed-list"));
                    }
                    values.push(value);
                }
                Ok(List(values))
            }
        }
        deserializer.deserialize_seq(Values(PhantomData))
    }
}

/// A struct that is written as an object. Serde would also accept a list of its fields in order.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(ObjectOnly(deserializer)).map(Object)
    }
}

struct ObjectOnly<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ObjectOnly<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Keys(visitor))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Keys<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Keys<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(access)
    }
}

/// Deserializes an optional object with free keys: at most [`LIST_BOUND`], none twice. Null values are skipped.
pub fn optional_pairs<'de, D: Deserializer<'de>, K, V>(deserializer: D) -> Result<Option<BTreeMap<K, V>>, D::Error>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    struct Pairs<K, V>(PhantomData<(K, V)>);
    impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
        type Value = BTreeMap<K, V>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Self::Value::new();
            while let Some((key, value)) = access.next_entry::<K, Option<V>>()? {
                let Some(value) = value else { continue };
                if pairs.len() == LIST_BOUND {
                    return Err(A::Error::custom("malformed-list"));
                }
                if pairs.insert(key, value).is_some() {
                    return Err(A::Error::custom("malformed-duplicate-key"));
                }
            }
            Ok(pairs)
        }
    }
    struct Free<K, V>(BTreeMap<K, V>);
    impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Free<K, V> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(Pairs(PhantomData)).map(Free)
        }
    }
    let pairs: Option<Free<K, V>> = Option::deserialize(deserializer)?;
    Ok(pairs.map(|Free(pairs)| pairs))
}
