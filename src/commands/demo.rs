//! `luyue demo`: writes the demonstration into a database and starts the server with its jobs. A folder that already
//! holds the demonstration is reused.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate};
use clap::Args;

use crate::app::App;
use crate::clock::{Clock, Ids, civil_day};
use crate::commands::{Failed, serve, start};
use crate::config::Settings;
use crate::error::Error;
use crate::services::operations::health;
use crate::synthetic::demo;

/// Default start of the demonstration's clock.
const CLOCK: &str = "2026-09-30T09:00:00+08:00";
/// Marker file of a folder with the complete demonstration; contains everyone's password.
const DONE: &str = "demo-password.txt";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address to listen on
    #[arg(long)]
    listen: Option<String>,
    /// Data folder; default: a new temporary folder
    #[arg(long)]
    data: Option<PathBuf>,
    /// Start of the program's clock, such as 2026-09-30T09:00:00+08:00
    #[arg(long)]
    clock: Option<String>,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings_and_log(config, |settings| {
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
        .map_err(|error| Error::Internal(format!("invalid clock, expected an instant such as {CLOCK}: {error}")))?;
    let password = load_or_reuse(&settings, civil_day(instant.naive_utc()))?;
    let app = start::app(settings, Clock::starting_at(instant))?;
    let last = health::last_record(&app)?;
    let app = if last > instant.naive_utc() {
        // The demonstration was used before: continue after its last record.
        App { clock: Clock::starting_at(last.and_utc().fixed_offset()), ..app }
    } else {
        app
    };
    serve::serve_until_shutdown(&app, true, |_| {
        let mut out = std::io::stdout();
        writeln!(
            out,
            "The program's clock differs from the machine's: it started at {}",
            app.clock.now() + chrono::TimeDelta::hours(8)
        )?;
        writeln!(out, "People: {}, admin", demo::PEOPLE.iter().map(|person| person.0).collect::<Vec<_>>().join(", "))?;
        writeln!(out, "Password of everyone: {password}")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the demonstration into the data folder unless it is there; returns the password.
fn load_or_reuse(settings: &Settings, until: NaiveDate) -> Result<String, Failed> {
    let done = settings.data.join(DONE);
    if let Ok(password) = std::fs::read_to_string(&done) {
        return Ok(password.trim().to_owned());
    }
    let password = settings.demo_password.clone().unwrap_or_else(|| Ids::Random.uuid());
    let app = App::start(settings.clone(), Clock::standing_at(demo::first_morning()), Ids::Random)?;
    demo::write(&app, &password, until)?;
    std::fs::write(done, &password)?;
    Ok(password)
}
