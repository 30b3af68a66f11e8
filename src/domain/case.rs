//! One case of `luyue simulate`: terms, facts, calendar and a day together.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::facts::Facts;
use crate::domain::shape::{date, object, objects, optional_object};
use crate::domain::terms::{Agreement, Amendment, Terms};

/// A contract, a working calendar and the day as of which to evaluate it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(deserialize_with = "object")]
    pub terms: Terms,
    #[serde(default, deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    #[serde(deserialize_with = "object")]
    pub facts: Facts,
    /// The working calendar; the built-in one if absent.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// The day on which the standing is computed.
    #[serde(deserialize_with = "date")]
    pub as_of: NaiveDate,
}

impl Case {
    /// Returns the terms with their amendments.
    pub fn agreement(&self) -> Agreement<'_> {
        let amendments = self.amendments.iter().map(|amendment| (amendment.effective_on, &amendment.terms));
        Agreement { terms: &self.terms, amendments: amendments.collect() }
    }

    /// Returns the case's calendar, or the built-in one.
    pub fn calendar(&self) -> &Calendar {
        self.calendar.as_ref().unwrap_or_else(|| Calendar::prc())
    }
}
