//! Who tells the demonstration's story: sets the clock, and lets each person act through the services.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

use crate::app::App;
use crate::clock::at_hour;
use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::{people, sessions};
use crate::synthetic::demo::city::from;

/// The story's teller.
pub(super) struct Teller<'a> {
    /// The program, on a clock that stands.
    pub app: &'a App,
    /// Identifier of the appropriation of a region's justice bureau, by region and year.
    pub appropriations: BTreeMap<(String, i32), String>,
    password: &'a str,
    /// What files are waited for on.
    runtime: tokio::runtime::Runtime,
    today: NaiveDate,
    seconds: i64,
}

impl<'a> Teller<'a> {
    pub(super) fn new(app: &'a App, password: &'a str, first: NaiveDate) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { app, appropriations: BTreeMap::new(), password, runtime, today: first, seconds: 0 })
    }

    /// Waits for what is done with files.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Begins another day.
    pub(super) fn on(&mut self, day: NaiveDate) {
        if day != self.today {
            (self.today, self.seconds) = (day, 0);
        }
        self.tick();
    }

    /// A day's work is done between eight and nine in the morning, ten seconds a step, so that it lies before the clock.
    fn tick(&mut self) {
        self.app.clock.set(at_hour(self.today, 8) + TimeDelta::seconds(self.seconds));
        self.seconds += 10;
    }

    /// Lets somebody act.
    pub(super) fn by<T>(
        &mut self,
        username: &str,
        act: impl FnOnce(&App, &Caller) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.tick();
        let caller = sessions::local_caller(self.app, username)?;
        act(self.app, &caller).map_err(|error| Error::Internal(format!("{} {username}: {error}", self.today)))
    }

    /// Adds a person; one who can sign in sets the demonstration's password with their link.
    pub(super) fn add_person(
        &mut self,
        username: &str,
        name: &str,
        role: Role,
        organisation: &str,
        signs_in: bool,
    ) -> Result<(), Error> {
        let input = json!({
            "username": username,
            "name": name,
            "email": format!("{username}@xuancheng.example"),
            "language": "zh",
            "seats": [{"organisation": organisation, "role": role}],
        });
        let added = self.by("admin", |app, caller| people::add(app, caller, &from(input)?))?;
        if signs_in {
            self.set_password(added.link.as_deref())?;
        }
        Ok(())
    }

    /// Uses a one-time link.
    pub(super) fn set_password(&mut self, link: Option<&str>) -> Result<(), Error> {
        let token = link.and_then(|link| link.rsplit('/').next()).unwrap_or_default();
        sessions::set_password(self.app, token, self.password)
    }
}
