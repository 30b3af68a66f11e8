//! The working calendar in force: the built-in one, overlaid with the imported years.
//!
//! A process remembers the calendar together with the version of the registers. Each transaction that computes with it
//! reads that version, so that an outdated calendar is never used.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::calendar::Calendar;
use crate::domain::calendar_year::{YearDays, is_provisional};
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::storage::AnyConnection;
use crate::storage::registry::calendar::{self as rows, CalendarRow};
use crate::storage::registry::version::{self, Memory, RegisterVersion};

/// A working calendar and its version.
#[derive(Debug, Clone)]
pub struct WorkingDays {
    /// Working days and days off.
    pub calendar: Cow<'static, Calendar>,
    /// Version of the last import included; 0 if only the built-in calendar applies.
    pub version: i64,
    /// Years whose holidays have been announced, built in or imported.
    pub announced: BTreeSet<i32>,
}

impl WorkingDays {
    /// Returns the built-in calendar without imports.
    pub fn built_in() -> Self {
        let (years, _) = Calendar::prc_years();
        Self { calendar: Cow::Borrowed(Calendar::prc()), version: 0, announced: years.collect() }
    }

    /// Loads the calendar with every import.
    ///
    /// # Errors
    /// `Internal` for a stored import that cannot be parsed.
    pub fn load(connection: &mut AnyConnection) -> Result<Arc<Self>, Error> {
        let version = version::load(connection)?;
        Self::remembered(connection, &version)
    }

    /// Returns the calendar with every import, from memory if the registers have not changed since.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn remembered(connection: &mut AnyConnection, version: &RegisterVersion) -> Result<Arc<Self>, Error> {
        static CALENDARS: Memory<(), Arc<WorkingDays>> = Memory::new();
        CALENDARS.get_or_load(version, (), || Self::from_imports(&rows::load_all(connection)?, i64::MAX).map(Arc::new))
    }

    /// Overlays the built-in calendar with these imports, up to and including a version.
    ///
    /// # Errors
    /// `Internal` for a stored import that cannot be parsed.
    pub fn from_imports(imports: &[CalendarRow], version: i64) -> Result<Self, Error> {
        let mut days = Self::built_in();
        for row in imports.iter().filter(|row| row.version <= version) {
            days.calendar = Cow::Owned(days.calendar.with_year(&days_of(row)?));
            days.version = row.version;
            days.announced.insert(row.year);
        }
        Ok(days)
    }

    /// Returns the last year whose holidays have been announced.
    pub fn announced_until(&self) -> Option<i32> {
        self.announced.last().copied()
    }

    /// Returns whether a day is in a year whose holidays have not been announced yet.
    pub fn is_provisional(&self, day: NaiveDate) -> bool {
        is_provisional(day, self.announced_until())
    }
}

/// Parses the days of a stored import.
///
/// # Errors
/// `Internal` for an import that cannot be parsed.
pub fn days_of(row: &CalendarRow) -> Result<YearDays, Error> {
    Ok(YearDays { year: row.year, holidays: stored(&row.holidays)?, workdays: stored(&row.workdays)? })
}
