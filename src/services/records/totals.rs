//! Service records counted for a deliverable, to compare with the quantity that the contractor submits.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::codes::RecordState;
use crate::domain::service_records::period_of;
use crate::domain::terms::Terms;
use crate::domain::workers::Roster;
use crate::storage::records::DayTotal;

/// Service records of a deliverable: those that name it, and those of its service in its period that name no
/// deliverable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordTotals {
    /// First day of the period; absent for a deliverable that the terms no longer have.
    pub from: Option<NaiveDate>,
    /// Last day of the period: the agreed due day.
    pub until: Option<NaiveDate>,
    /// Number of confirmed records.
    pub confirmed: i64,
    /// Number of people served in the confirmed records; a person counts each time.
    pub people: i64,
    /// Sum of the minutes in the confirmed records.
    pub minutes: i64,
    /// Number of records that wait for a justice station.
    pub waiting: i64,
    /// Number of confirmed and waiting records whose worker does not fit the contract's roster on the day.
    pub off_roster: i64,
}

/// Adds up the records of a deliverable, given the totals of each day and the roster.
pub fn of_deliverable(
    terms: &Terms,
    (code, item): (&str, &str),
    (days, roster): (&[DayTotal], &Roster),
) -> RecordTotals {
    let period = period_of(terms, code);
    let mut totals = RecordTotals {
        from: period.as_ref().map(|period| *period.start()),
        until: period.as_ref().map(|period| *period.end()),
        ..RecordTotals::default()
    };
    let is_within = |day: &NaiveDate| period.as_ref().is_some_and(|period| period.contains(day));
    let counts = |total: &&DayTotal| {
        total.deliverable == code || total.deliverable.is_empty() && total.item == item && is_within(&total.on_day)
    };
    for total in days.iter().filter(counts) {
        if roster.fault(&total.worker, total.on_day).is_some() {
            totals.off_roster += total.records;
        }
        match total.state {
            RecordState::Confirmed => {
                totals.confirmed += total.records;
                totals.people += total.people.unwrap_or_default();
                totals.minutes += total.minutes.unwrap_or_default();
            }
            RecordState::Waiting => totals.waiting += total.records,
            RecordState::Refused | RecordState::Withdrawn => {}
        }
    }
    totals
}
