//! Service records (服务记录): what a contractor's worker did on a day, as rows that can be counted.
//!
//! A record names the served person only by a pseudonymous code. The justice station of the township where the service
//! took place confirms or refuses it; a confirmed record never changes. Records move no money and no day: they are only
//! counted, and compared with the quantity that the contractor submits.

use std::ops::RangeInclusive;

use chrono::NaiveDate;

use crate::domain::codes::RecordState;
use crate::domain::policy::Action;
use crate::domain::terms::Terms;
use crate::domain::text_input::key;

/// Steps on a record by name, each with the right that it needs.
pub const RECORD_ACTIONS: &[(&str, Action)] =
    &[("confirm", Action::ConfirmRecords), ("refuse", Action::RefuseRecords), ("withdraw", Action::WithdrawRecords)];

/// Minutes of one record: up to a whole day.
pub const MINUTES: RangeInclusive<i64> = 1..=1440;
/// People served together.
pub const GROUP_SIZE: RangeInclusive<i64> = 1..=500;
/// Maximum number of rows that are entered together.
pub const MAX_ROWS: usize = 10_000;
/// Maximum length of a pseudonymous code in characters.
const SUBJECT_LENGTH: usize = 40;

/// Returns the state to which a step leads; `None` if the action is not a step on a record.
pub fn state_after(action: Action) -> Option<RecordState> {
    match action {
        Action::ConfirmRecords => Some(RecordState::Confirmed),
        Action::RefuseRecords => Some(RecordState::Refused),
        Action::WithdrawRecords => Some(RecordState::Withdrawn),
        _ => None,
    }
}

/// Returns true for a code that can stand for a person: ASCII letters, digits and `-_.`, with at least one digit, so
/// that no name is accepted.
pub fn is_subject_code(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.len() <= SUBJECT_LENGTH && text.chars().all(is_known) && text.contains(|c: char| c.is_ascii_digit())
}

/// Returns the key that two records of a contract share if they were entered twice: day, service, worker, subject and
/// minutes, with the worker and the subject in folded spelling.
pub fn repeat_key(on: NaiveDate, item: &str, (worker, subject): (&str, &str), minutes: i32) -> String {
    format!("{on}|{item}|{}|{}|{minutes}", key(worker), key(subject))
}

/// Returns the township whose name a place contains, the one with the longest name if several fit.
///
/// `None` if no name fits, or two different ones of the same length.
pub fn find_township<'a, T>(place: &str, townships: &'a [T], name: impl Fn(&T) -> &str) -> Option<&'a T> {
    let place = key(place);
    let fitting = |township: &&T| {
        let name = key(name(township));
        !name.is_empty() && place.contains(&name)
    };
    let length = |township: &T| name(township).chars().count();
    let longest = townships.iter().filter(fitting).map(length).max()?;
    let mut found = townships.iter().filter(fitting).filter(|township| length(township) == longest);
    found.next().filter(|_| found.next().is_none())
}

/// Returns the first and last day on which records without a deliverable count towards one: from the day after the due
/// day of the service's previous deliverable, or from the first day of the term, to the deliverable's own due day.
///
/// `None` for a deliverable that the terms do not have.
pub fn period_of(terms: &Terms, deliverable: &str) -> Option<RangeInclusive<NaiveDate>> {
    let own = terms.deliverables.iter().find(|known| known.code.as_str() == deliverable)?;
    let earlier = terms.deliverables.iter().filter(|known| known.item == own.item && known.due_on < own.due_on);
    let previous = earlier.map(|known| known.due_on).max();
    let first = previous.and_then(|day| day.succ_opt()).unwrap_or(terms.starts_on);
    Some(first..=own.due_on)
}

/// The service records of a contract that wait for one justice station.
#[derive(Debug, Clone)]
pub struct WaitingRecords {
    /// Code of the station.
    pub station: String,
    /// Day on which the first of the records was entered.
    pub since: NaiveDate,
}
