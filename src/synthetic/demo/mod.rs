//! The demonstration: a city, its contracts over two years, and everything that happened to them.
//!
//! It is written by the services, moving the clock, never by raw inserts, so that `luyue check` finds nothing.

pub(super) mod city;
mod further;
mod papers;
mod pictures;
pub(super) mod plans;
mod scenes;
mod script;
mod sheets;
mod teller;

use chrono::{NaiveDate, NaiveDateTime};

pub use self::city::PEOPLE;
use self::teller::Teller;
use crate::app::App;
use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::identity::bootstrap::{self, NewUser};

/// First day of the demonstration's city.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2024, 12, 2) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The time at which the demonstration's story begins, in UTC.
pub fn first_morning() -> NaiveDateTime {
    crate::clock::at_hour(FIRST_DAY, 8)
}

/// Writes the demonstration, as far as it has happened by a day.
///
/// # Errors
/// A step of the story that a service refuses; the database's.
pub fn write(app: &App, password: &str, until: NaiveDate) -> Result<(), Error> {
    let mut teller = Teller::new(app, password, FIRST_DAY)
        .map_err(|error| Error::Internal(format!("a folder for the files of the demonstration: {error}")))?;
    let admin = bootstrap::add_user(
        app,
        &NewUser {
            username: "admin".to_owned(),
            name: Some("系统管理员".to_owned()),
            email: None,
            role: Role::Administrator,
            organisation: "XC-ADMIN".to_owned(),
            organisation_name: Some("宣城市履约平台管理".to_owned()),
        },
    )?;
    teller.set_password(admin.link.as_deref())?;
    city::write(&mut teller)?;
    script::tell(&mut teller, &plans::all()?, until)?;
    crate::jobs::run_until_idle(app)?;
    Ok(())
}
