//! `luyue load`: a synthetic register, for trials of size, into an empty database.
//!
//! What happens to each contract follows from the seed, its number and the day; `services::loading` writes it. Nothing in it
//! is anybody's: names are put together from lists, credit codes are made up.

mod chance;
mod city;
mod life;
mod shapes;
mod story;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;

use self::story::Setting;
use super::{Failed, start};
use crate::app::App;
use crate::clock::{Ids, civil_day};
use crate::error::Error;
use crate::services::{loading, sessions};

/// Most contracts of a synthetic register.
const MOST: usize = 2_000_000;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How many contracts
    #[arg(long, value_name = "N")]
    contracts: usize,
    /// What the register follows from: the same seed makes the same one, on the same day
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    if !(1..=MOST).contains(&arguments.contracts) {
        return Err(Error::Internal(format!("--contracts is between 1 and {MOST}")).into());
    }
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let password = settings.demo_password.clone().unwrap_or_else(|| Ids::Random.uuid());
    let app = start::app(settings, clock)?;
    let terminal = std::io::stderr().is_terminal();
    load(&app, arguments.contracts, arguments.seed, &password, |contracts| {
        if terminal {
            // Progress that cannot be shown is no failure.
            let _ = write!(std::io::stderr(), "\r{contracts} contracts");
        }
    })?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} contracts of the seed {}", arguments.contracts, arguments.seed)?;
    writeln!(out, "People: {}", city::SIGN_IN.join(", "))?;
    writeln!(out, "Password of all: {password}")?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a synthetic register of so many contracts; `seen` is told how many are written.
///
/// # Errors
/// A database that holds an organisation or a contract; a password that may not be set; the database's.
pub fn load(app: &App, count: usize, seed: u64, password: &str, seen: impl FnMut(usize)) -> Result<(), Error> {
    let setting = Setting { seed, count, today: civil_day(app.clock.now()), contractors: (count / 250).clamp(24, 600) };
    let city = city::of(&setting, sessions::hashed(app, password)?)?;
    loading::load(app, &city, seed, count, |number| story::tell(&setting, number), seen)
}
