//! One case of `luyue simulate`: terms, facts, calendar and a day together.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::facts::Facts;
use crate::domain::shape::{date, object, optional_object};
use crate::domain::terms::Terms;

/// A contract, the calendar and the day to look at it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What was agreed.
    #[serde(deserialize_with = "object")]
    pub terms: Terms,
    /// What happened.
    #[serde(deserialize_with = "object")]
    pub facts: Facts,
    /// The working calendar; none: the built-in one.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// The day as of which.
    #[serde(deserialize_with = "date")]
    pub as_of: NaiveDate,
}

impl Case {
    /// The case's calendar, or the built-in one.
    pub fn calendar(&self) -> &Calendar {
        self.calendar.as_ref().unwrap_or_else(|| Calendar::prc())
    }
}
