//! The working calendar that holds: the built-in one, and over it the years that were imported. It is read within the
//! transaction that reckons with it, a row or two for each year, so that no process reckons with an old one.

use std::borrow::Cow;

use crate::domain::calendar::Calendar;
use crate::domain::calendar_year::YearDays;
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::storage::AnyConnection;
use crate::storage::registry::calendar::{self as rows, CalendarRow};

/// A calendar and its version.
#[derive(Debug, Clone)]
pub struct WorkingDays {
    /// Which days are worked.
    pub calendar: Cow<'static, Calendar>,
    /// The number of the last import that is in it; 0 for the built-in one alone.
    pub version: i64,
}

impl WorkingDays {
    /// The built-in calendar alone.
    pub fn built_in() -> Self {
        Self { calendar: Cow::Borrowed(Calendar::prc()), version: 0 }
    }

    /// The calendar that holds now.
    ///
    /// # Errors
    /// The database's.
    pub fn now(connection: &mut AnyConnection) -> Result<Self, Error> {
        Self::up_to(&rows::all(connection)?, i64::MAX)
    }

    /// The calendar as it was at a version.
    ///
    /// # Errors
    /// The database's.
    pub fn at(connection: &mut AnyConnection, version: i64) -> Result<Self, Error> {
        Self::up_to(&rows::all(connection)?, version)
    }

    /// The calendar that these imports make, up to a version.
    ///
    /// # Errors
    /// `Internal` for a row that no version of this program wrote.
    pub fn up_to(imports: &[CalendarRow], version: i64) -> Result<Self, Error> {
        let mut held = Self::built_in();
        for row in imports.iter().filter(|row| row.version <= version) {
            held = Self { calendar: Cow::Owned(held.calendar.with_year(&days_of(row)?)), version: row.version };
        }
        Ok(held)
    }
}

/// The days of an import.
///
/// # Errors
/// `Internal` for a row that no version of this program wrote.
pub fn days_of(row: &CalendarRow) -> Result<YearDays, Error> {
    Ok(YearDays { year: row.year, holidays: stored(&row.holidays)?, workdays: stored(&row.workdays)? })
}
