//! The steps behind a figure, for people: what rule, from what, gave what. Steps and codes only; `text::trail` puts words to them.

use chrono::NaiveDate;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::domain::money::Sum;
use crate::domain::numbers::{Code, Measured, Quantity, Rate, Score};
use crate::domain::standing::output::Points;

/// One step of a trail.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What the step does: the key of its sentence in `locales/*/trail.ftl`.
    pub kind: &'static str,
    /// A clause's code, a law's article or the name of a rule of `docs/standing.md`.
    pub rule: String,
    /// What went in, by name.
    pub inputs: Vec<(&'static str, Value)>,
    /// What came out.
    pub result: Value,
    /// The step in words, where somebody put them there (`text::trail`); the domain leaves it empty.
    pub text: Option<String>,
}

/// A value of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: there was none.
    None,
    Money(Sum),
    Points(Points),
    Quantity(Quantity),
    Rate(Rate),
    Score(Score),
    Measured(Measured),
    Date(NaiveDate),
    Count(i128),
    Yes(bool),
    /// A code that somebody chose: a clause's, a deliverable's.
    Name(String),
    /// A word of this program.
    Word(&'static str),
    List(Vec<Value>),
    /// A row of a list.
    Row(Vec<(&'static str, Value)>),
}

impl Step {
    /// A step by a rule of `docs/standing.md` that is named as the step is.
    pub(super) fn rule(kind: &'static str, inputs: Vec<(&'static str, Value)>, result: Value) -> Self {
        Self::by(kind, kind, inputs, result)
    }

    /// A step by a clause or an article.
    pub(super) fn by(
        kind: &'static str,
        rule: impl Into<String>,
        inputs: Vec<(&'static str, Value)>,
        result: Value,
    ) -> Self {
        Self { kind, rule: rule.into(), inputs, result, text: None }
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut step = serializer.serialize_map(None)?;
        step.serialize_entry("rule", &self.rule)?;
        step.serialize_entry("inputs", &Inputs(&self.inputs))?;
        step.serialize_entry("result", &self.result)?;
        if let Some(text) = &self.text {
            step.serialize_entry("text", text)?;
        }
        step.end()
    }
}

struct Inputs<'a>(&'a [(&'static str, Value)]);

impl Serialize for Inputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut inputs = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            inputs.serialize_entry(name, value)?;
        }
        inputs.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Money(money) => money.serialize(serializer),
            Self::Points(points) => points.serialize(serializer),
            Self::Quantity(quantity) => quantity.serialize(serializer),
            Self::Rate(rate) => rate.serialize(serializer),
            Self::Score(score) => score.serialize(serializer),
            Self::Measured(measured) => measured.serialize(serializer),
            Self::Date(date) => date.serialize(serializer),
            Self::Count(count) => match i64::try_from(*count) {
                Ok(count) => count.serialize(serializer),
                Err(_) => serializer.collect_str(count),
            },
            Self::Yes(yes) => yes.serialize(serializer),
            Self::Name(name) => name.serialize(serializer),
            Self::Word(word) => word.serialize(serializer),
            Self::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
            Self::Row(row) => Inputs(row).serialize(serializer),
        }
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

/// Makes a value of each sort.
macro_rules! values {
    ($($sort:ident($of:ty)),+ $(,)?) => {
        $(impl From<$of> for Value {
            fn from(value: $of) -> Self {
                Self::$sort(value)
            }
        })+
    };
}

values!(
    Money(Sum),
    Points(Points),
    Quantity(Quantity),
    Rate(Rate),
    Score(Score),
    Measured(Measured),
    Date(NaiveDate),
    Count(i128),
    Yes(bool)
);

impl From<&Code> for Value {
    fn from(code: &Code) -> Self {
        Self::Name(code.to_string())
    }
}
