//! `luyue demo`: a database with the demonstration in it, the server and its jobs.
//!
//! The demonstration is written by the services, moving the clock, never by raw inserts, so that `luyue check` finds
//! nothing. A folder that has it already is taken as it is.

pub(super) mod city;
mod further;
mod papers;
mod pictures;
pub(super) mod plans;
mod scenes;
mod script;
mod sheets;
mod teller;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate};
use clap::Args;

use self::teller::Teller;
use super::{Failed, serve, start};
use crate::app::App;
use crate::clock::{Clock, Ids, civil_day};
use crate::config::Settings;
use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::health;
use crate::services::installing::{self, NewUser};

/// When the demonstration plays, unless told otherwise.
const CLOCK: &str = "2026-09-30T09:00:00+08:00";
/// The day on which its city begins.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2024, 12, 2) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// The file that says that a folder has the whole demonstration, and with which password.
const DONE: &str = "demo-password.txt";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address to listen on
    #[arg(long)]
    listen: Option<String>,
    /// Folder of the database; a new temporary one if it is not named
    #[arg(long)]
    data: Option<PathBuf>,
    /// The instant at which the demonstration plays
    #[arg(long)]
    clock: Option<String>,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    start::log();
    let settings = start::settings(config, |settings| {
        if let Some(listen) = &arguments.listen {
            settings.listen.clone_from(listen);
        }
        settings.data = arguments.data.clone().unwrap_or_else(|| {
            let name = format!("luyue-demo-{}", Ids::Random.uuid());
            std::env::temp_dir().join(name)
        });
    })?;
    let instant = arguments.clock.clone().or_else(|| settings.clock.clone()).unwrap_or_else(|| CLOCK.to_owned());
    let instant = DateTime::parse_from_rfc3339(&instant)
        .map_err(|error| Error::Internal(format!("the clock is an instant such as {CLOCK}: {error}")))?;
    let password = written(&settings, civil_day(instant.naive_utc()))?;
    let app = start::app(settings, Clock::starting_at(instant))?;
    let last = health::last_record(&app)?;
    let app = if last > instant.naive_utc() {
        // Somebody went on with the story: it goes on from there.
        App { clock: Clock::starting_at(last.and_utc().fixed_offset()), ..app }
    } else {
        app
    };
    serve::listen(&app, true, |_| {
        let mut out = std::io::stdout();
        writeln!(
            out,
            "The clock is not the machine's: it started at {}",
            app.clock.now() + chrono::TimeDelta::hours(8)
        )?;
        writeln!(out, "People: {}, admin", city::PEOPLE.iter().map(|person| person.0).collect::<Vec<_>>().join(", "))?;
        writeln!(out, "Password of all: {password}")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the demonstration into the settings' folder, unless it is there; its password.
fn written(settings: &Settings, until: NaiveDate) -> Result<String, Failed> {
    let done = settings.data.join(DONE);
    if let Ok(password) = std::fs::read_to_string(&done) {
        return Ok(password.trim().to_owned());
    }
    let password = settings.demo_password.clone().unwrap_or_else(|| Ids::Random.uuid());
    let app = App::start(settings.clone(), Clock::standing_at(crate::clock::at_hour(FIRST_DAY, 8)), Ids::Random)?;
    write(&app, &password, until)?;
    std::fs::write(done, &password)?;
    Ok(password)
}

/// Writes the demonstration, as far as it has happened by a day.
fn write(app: &App, password: &str, until: NaiveDate) -> Result<(), Failed> {
    let mut teller = Teller::new(app, password, FIRST_DAY)?;
    let admin = installing::add_user(
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
