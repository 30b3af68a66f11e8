//! `luyue check`: recomputes all derived data and lists differences.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;

use crate::commands::{Failed, start};
use crate::error::Error;
use crate::services::audit::check;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let progress = std::io::stderr().is_terminal();
    let report = check::check(&app, |contracts| {
        if progress {
            // Failing to show progress is not an error.
            let _ = write!(std::io::stderr(), "\r{contracts} contracts");
        }
    })?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| Error::Internal(error.to_string()))?;
        writeln!(out, "{json}")?;
    } else {
        for difference in &report.differences {
            writeln!(out, "{}: {}", difference.at, difference.what)?;
        }
        writeln!(
            out,
            "{} contracts, {} facts, {} events, {} appropriations: {} differences",
            report.contracts,
            report.facts,
            report.events,
            report.appropriations,
            report.differences.len()
        )?;
    }
    Ok(if report.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
