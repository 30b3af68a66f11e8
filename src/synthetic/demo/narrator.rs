//! The narrator of the demonstration: sets the clock and lets people act through the services.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::json;

use crate::app::App;
use crate::clock::at_hour;
use crate::domain::codes::Role;
use crate::error::Error;
use crate::jobs;
use crate::services::identity::caller::Caller;
use crate::services::identity::sessions::Credentials;
use crate::services::identity::{bootstrap, password_links, people, sessions};
use crate::synthetic::demo::input::from;
use crate::synthetic::demo::plan::Plan;

/// Address from which people sign in; it belongs to no one.
const ADDRESS: &str = "192.0.2.10";

/// State of the narration.
pub(super) struct Narrator<'a> {
    /// Application whose clock is stopped between actions.
    pub app: &'a App,
    /// Ids of the justice bureaus' appropriations, by region and year.
    pub appropriations: BTreeMap<(String, i32), String>,
    password: &'a str,
    /// Runtime for file operations.
    runtime: tokio::runtime::Runtime,
    today: NaiveDate,
    seconds: i64,
}

impl<'a> Narrator<'a> {
    pub(super) fn new(app: &'a App, password: &'a str, first: NaiveDate) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { app, appropriations: BTreeMap::new(), password, runtime, today: first, seconds: 0 })
    }

    /// Returns the id of the appropriation of a plan's region and year.
    pub(super) fn appropriation_of(&self, plan: &Plan) -> Option<&str> {
        let year = plan.terms.starts_on.year();
        self.appropriations.get(&(plan.region.to_owned(), year)).map(String::as_str)
    }

    /// Runs asynchronous work to its end.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Moves to a day, after sealing the one that ends unless the jobs did.
    pub(super) fn on(&mut self, day: NaiveDate) -> Result<(), Error> {
        if day != self.today {
            jobs::seals_step(self.app)?;
            (self.today, self.seconds) = (day, 0);
        }
        self.tick();
        Ok(())
    }

    /// Advances the clock by ten seconds from 08:00, so that a day's work is done before the demonstration starts at
    /// 09:00.
    fn tick(&mut self) {
        self.app.clock.set(at_hour(self.today, 8) + TimeDelta::seconds(self.seconds));
        self.seconds += 10;
    }

    /// Advances the clock by ten seconds, then performs an action as a person. Any error is a fault of the script.
    pub(super) fn act_as<T>(
        &mut self,
        username: &str,
        act: impl FnOnce(&App, &Caller) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.tick();
        let caller = sessions::local_caller(self.app, username)?;
        act(self.app, &caller).map_err(|error| Error::Internal(format!("{} {username}: {error}", self.today)))
    }

    /// Adds a person; with `signs_in`, sets the demonstration's password through the link.
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
        self.act_as("admin", |app, caller| people::add(app, caller, &from(input)?))?;
        if signs_in { self.give_password(username) } else { Ok(()) }
    }

    /// Sets a person's password to that of the demonstration.
    pub(super) fn give_password(&mut self, username: &str) -> Result<(), Error> {
        // The narrator reads no one's mail; on the machine itself it may take a link directly.
        let link = bootstrap::issue_link(self.app, username)?;
        self.set_password(&link)
    }

    /// Signs in a person who has the demonstration's password and uses one-time codes.
    pub(super) fn sign_in(&mut self, username: &str, code: &str) -> Result<(), Error> {
        self.tick();
        let hasher = self.wait(sessions::acquire_hasher(self.app))?;
        let with = Credentials { username, password: self.password, code: Some(code), address: ADDRESS };
        sessions::sign_in(self.app, &hasher, &with)?;
        Ok(())
    }

    /// Sets the password through a one-time link.
    pub(super) fn set_password(&mut self, link: &str) -> Result<(), Error> {
        let token = link.rsplit('/').next().unwrap_or_default();
        let hasher = self.wait(sessions::acquire_hasher(self.app))?;
        password_links::set_password(self.app, &hasher, token, self.password)
    }
}
