//! `luyue load`: fills an empty database with synthetic contracts, for load tests.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;

use crate::clock::Ids;
use crate::commands::{Failed, start};
use crate::error::Error;
use crate::synthetic::load::{self, MAX_CONTRACTS};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Number of contracts
    #[arg(long, value_name = "N")]
    contracts: usize,
    /// Seed of the random data: equal seeds give equal data on the same day
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    if !(1..=MAX_CONTRACTS).contains(&arguments.contracts) {
        return Err(Error::Internal(format!("--contracts must be between 1 and {MAX_CONTRACTS}")).into());
    }
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let password = settings.demo_password.clone().unwrap_or_else(|| Ids::Random.uuid());
    let app = start::app(settings, clock)?;
    let terminal = std::io::stderr().is_terminal();
    load::load(&app, arguments.contracts, arguments.seed, &password, |contracts| {
        if terminal {
            // Failing to show progress is not an error.
            let _ = write!(std::io::stderr(), "\r{contracts} contracts");
        }
    })?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} contracts from seed {}", arguments.contracts, arguments.seed)?;
    writeln!(out, "People: {}", load::SIGN_IN.join(", "))?;
    writeln!(out, "Password of everyone: {password}")?;
    Ok(ExitCode::SUCCESS)
}
