//! Choices of a person about notices: for each topic an email at once, a place in the daily list, or only the notice in
//! the program; and hours without emails. Emails that are binding leave at once whatever was chosen.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{Days, NaiveDateTime, NaiveTime, Timelike};

use crate::domain::alerts::{Topic, is_binding, topic_of};
use crate::domain::codes::AlertKind;

/// Hours of the day at which a daily list may leave; none is quiet.
pub const DIGEST_HOURS: RangeInclusive<u32> = QUIET_UNTIL..=20;
/// Hour at which daily lists leave unless another was chosen.
const DIGEST_HOUR: u32 = 8;
/// Quiet hours begin in the evening and end in the morning.
const QUIET_FROM: u32 = 21;
const QUIET_UNTIL: u32 = 7;

codes! {
    /// The ways of being notified.
    pub enum Way {
        /// An email as soon as it is queued.
        AtOnce = "at_once",
        /// Together with others in one email a day.
        Daily = "daily",
        /// Only the notice in the program.
        InApp = "in_app",
    }
}

/// Choices of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Way for each topic; emails at once about the others.
    pub ways: BTreeMap<Topic, Way>,
    /// Hour at which the daily list leaves.
    pub digest_hour: u32,
    /// True for no emails in the quiet hours.
    pub is_quiet: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self { ways: BTreeMap::new(), digest_hour: DIGEST_HOUR, is_quiet: true }
    }
}

/// The time at which an email leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// Now, as an email of its own.
    Now,
    /// Now, in the daily list.
    Listed,
    /// At a later local time.
    At(NaiveDateTime),
    /// Not at all: the notice in the program is enough.
    Never,
}

impl Choices {
    /// Returns the way chosen for a topic; always at once for a topic that is not optional.
    pub fn way(&self, topic: Topic) -> Way {
        self.ways.get(&topic).copied().filter(|_| topic.is_optional()).unwrap_or(Way::AtOnce)
    }

    /// Decides when an email of this kind and subject leaves, which was queued at a local time and is due `now`.
    pub fn departure(
        &self,
        (kind, subject_key): (AlertKind, &str),
        queued: NaiveDateTime,
        now: NaiveDateTime,
    ) -> Departure {
        if is_binding(kind, subject_key) {
            return Departure::Now;
        }
        let way = self.way(topic_of(kind));
        let digest = next_at(self.digest_hour, queued);
        match way {
            Way::InApp => Departure::Never,
            Way::Daily if digest > now => Departure::At(digest),
            Way::Daily | Way::AtOnce if self.is_quiet && is_quiet_hour(now.hour()) => {
                Departure::At(next_at(QUIET_UNTIL, now))
            }
            Way::Daily => Departure::Listed,
            Way::AtOnce => Departure::Now,
        }
    }
}

const fn is_quiet_hour(hour: u32) -> bool {
    hour >= QUIET_FROM || hour < QUIET_UNTIL
}

/// Returns the first time after another at which the clock shows a full hour.
fn next_at(hour: u32, after: NaiveDateTime) -> NaiveDateTime {
    let at = |day: chrono::NaiveDate| day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    let today = at(after.date());
    if today > after { today } else { after.date().checked_add_days(Days::new(1)).map_or(today, at) }
}
