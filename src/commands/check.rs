//! `luyue check`: recomputes all derived data, compares rows with the hash chains, and lists differences.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::app::App;
use crate::commands::progress::ProgressLine;
use crate::commands::{Failed, start};
use crate::error::Error;
use crate::services::audit::check::{self, Progress, Report};
use crate::services::audit::{schema, seals};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Check only the contract with this number: its rows, hash chains and figures
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["seal", "earlier_secret"])]
    contract: Option<String>,
    /// Also compare the seals in a file, such as a saved email, with those in the database
    #[arg(long, value_name = "FILE")]
    seal: Vec<PathBuf>,
    /// Accept seals made with the secret in this key file, which was used before
    #[arg(long, value_name = "FILE")]
    earlier_secret: Vec<PathBuf>,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let report = match &arguments.contract {
        Some(number) => check::check_one(&app, number).map_err(|error| match error {
            Error::NotFound => Error::Internal(format!("no contract has the number {number}")),
            error => error,
        })?,
        None => check_all(&app, arguments)?,
    };
    print(&report, arguments.json)
}

/// Prints a report; the exit status is 1 where anything differs.
pub(super) fn print(report: &Report, json: bool) -> Result<ExitCode, Failed> {
    let mut out = std::io::stdout().lock();
    if json {
        let json = serde_json::to_string_pretty(report).map_err(|error| Error::Internal(error.to_string()))?;
        writeln!(out, "{json}")?;
    } else {
        for difference in &report.differences {
            writeln!(out, "{}: {}", difference.at, difference.what)?;
        }
        writeln!(
            out,
            "{} contracts, {} facts, {} events, {} row records, {} appropriations: {} differences",
            report.contracts,
            report.facts,
            report.events,
            report.row_records,
            report.appropriations,
            report.differences.len()
        )?;
    }
    Ok(if report.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check_all(app: &App, arguments: &Arguments) -> Result<Report, Failed> {
    let read =
        |path: &PathBuf| std::fs::read(path).map_err(|error| Error::Internal(format!("{}: {error}", path.display())));
    let given = arguments.seal.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let earlier = seals::load_secrets(&arguments.earlier_secret)?;
    let mut shown = ProgressLine::new();
    let mut report =
        check::check_with(app, &earlier, |(what, count): Progress| shown.show(&format!("{count} {what}")))?;
    shown.clear();
    report.differences.extend(schema::differences(app)?);
    for file in given {
        report.differences.extend(seals::compare(app, &earlier, &file)?);
    }
    Ok(report)
}
