//! `luyue backup`: backs up the database and its files into one archive, while the server runs.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::commands::progress::ProgressLine;
use crate::commands::{Failed, start};
use crate::error::Error;
use crate::services::operations::backups::{check_database_exists, check_key_exists, make};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// New archive to write; it is readable by its owner only
    file: PathBuf,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |settings| settings.migrate = false)?;
    check_database_exists(&settings.database_url())?;
    check_key_exists(&settings)?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let mut shown = ProgressLine::new();
    let made = make::make(&app, &arguments.file, &mut |progress| shown.show_backup(progress));
    shown.clear();
    let made = made?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        let json = serde_json::to_string_pretty(&made).map_err(|error| Error::Internal(error.to_string()))?;
        writeln!(out, "{json}")?;
    } else {
        writeln!(
            out,
            "{}: {} rows of {} tables and {} files as of {} UTC, {} bytes",
            arguments.file.display(),
            made.rows,
            made.tables,
            made.files,
            made.made_at.format("%Y-%m-%d %H:%M:%S"),
            made.bytes
        )?;
        writeln!(out, "Key {} is needed to restore it and is not part of it", made.key_id)?;
        writeln!(out, "SHA-256 of its list: {}", made.manifest_sha256)?;
    }
    Ok(ExitCode::SUCCESS)
}
