//! `luyue restore`: restores a backup into an empty place, and then checks it as `luyue check` does.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::commands::progress::ProgressLine;
use crate::commands::{Failed, check, start};
use crate::services::audit::check as records;
use crate::services::operations::backups::restore::{self, KeyRule};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Archive that `luyue backup` wrote
    file: PathBuf,
    /// Accept a backup whose key is lost: one-time codes must be set up again, and earlier seals cannot be verified
    #[arg(long)]
    without_its_key: bool,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let rule = if arguments.without_its_key { KeyRule::Any } else { KeyRule::Own };
    let mut shown = ProgressLine::new();
    let restored = restore::restore(&settings, &arguments.file, rule, &mut |progress| shown.show_backup(progress));
    shown.clear();
    let restored = restored?;
    writeln!(
        std::io::stdout(),
        "restored {} rows of {} tables and {} files as of {} UTC; their digests are those of the backup",
        restored.rows(),
        restored.tables.len(),
        restored.files.len(),
        restored.made_at.format("%Y-%m-%d %H:%M:%S")
    )?;
    let app = start::app(settings, clock)?;
    let report = records::check(&app, |(what, count)| shown.show(&format!("{count} {what}")))?;
    shown.clear();
    check::print(&report, false)
}
