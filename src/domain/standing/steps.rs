//! The steps behind a figure, each with its rule, inputs and result. They contain only codes; `text::trail` adds
//! sentences.

use chrono::NaiveDate;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::domain::money::Sum;
use crate::domain::numbers::{Code, Measured, Quantity, Rate, Score};
use crate::domain::standing::output::Points;

/// One step of a trail.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Kind of step: the key of its sentence in `locales/*/trail.ftl`.
    pub kind: &'static str,
    /// Code of a clause, article of a law, or name of a rule of `docs/standing.md`.
    pub rule: String,
    /// Inputs by name.
    pub inputs: Vec<(&'static str, Value)>,
    pub result: Value,
    /// The step as a sentence, added by `text::trail`; the domain leaves it empty.
    pub text: Option<String>,
}

/// An input or result of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
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
    /// A code chosen by people, of a clause or deliverable.
    Name(String),
    /// A code of this program.
    Word(&'static str),
    List(Vec<Value>),
    /// A row of a list.
    Row(Vec<(&'static str, Value)>),
}

impl Step {
    /// Creates a step whose rule in `docs/standing.md` has the name of its kind.
    pub(super) fn rule(kind: &'static str, inputs: Vec<(&'static str, Value)>, result: Value) -> Self {
        Self::with_rule(kind, kind, inputs, result)
    }

    /// Creates a step that follows from a clause or an article.
    pub(super) fn with_rule(
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

/// Implements the conversion into each sort of value.
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
