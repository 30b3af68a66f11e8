//! The demonstration: a city, its contracts over two years, and everything that happened to them. It is written through
//! the services while the clock is moved, never by raw inserts, so that `luyue check` finds no difference.

mod amending;
mod city;
mod coordinating;
mod evaluating;
mod further;
mod guaranteeing;
mod input;
mod narrator;
mod objecting;
mod papers;
mod parties;
mod pictures;
mod plan;
mod plans;
mod publishing;
mod recording;
mod recovering;
mod rostering;
mod scenes;
mod script;
mod sheets;

use chrono::{NaiveDate, NaiveDateTime};

pub use self::city::PEOPLE;
use self::narrator::Narrator;
use crate::app::App;
use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::identity::bootstrap::{self, NewUser};

/// First day of the demonstration.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2024, 12, 2) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Returns the time at which the demonstration begins, in UTC.
pub fn first_morning() -> NaiveDateTime {
    crate::clock::at_hour(FIRST_DAY, 8)
}

/// Writes the demonstration up to and including a day.
///
/// # Errors
/// A step that a service rejects, or a database error.
pub fn write(app: &App, password: &str, until: NaiveDate) -> Result<(), Error> {
    let mut narrator = Narrator::new(app, password, FIRST_DAY)
        .map_err(|error| Error::Internal(format!("the demonstration's runtime: {error}")))?;
    let link = bootstrap::add_user(
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
    narrator.set_password(&link)?;
    city::write(&mut narrator)?;
    script::perform(&mut narrator, &plans::all()?, until)?;
    crate::jobs::run_until_idle(app)?;
    Ok(())
}
