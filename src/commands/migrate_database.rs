//! `luyue migrate-database`: copies a database into an empty one, usually from SQLite to PostgreSQL.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use crate::commands::Failed;
use crate::commands::progress::ProgressLine;
use crate::services::operations::backups::move_database::move_database;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Database to copy, such as sqlite:///var/lib/luyue/luyue.db; stop the server and the jobs first
    from: String,
    /// Empty database, such as postgres://luyue@localhost/luyue
    to: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failed> {
    let mut shown = ProgressLine::new();
    let moved = move_database(&arguments.from, &arguments.to, &mut |progress| shown.show_backup(progress));
    shown.clear();
    let moved = moved?;
    let mut out = std::io::stdout().lock();
    for table in &moved {
        writeln!(out, "{} {} {}", table.digest.sha256, table.table, table.digest.rows)?;
    }
    let rows: u64 = moved.iter().map(|table| table.digest.rows).sum();
    writeln!(out, "{rows} rows of {} tables copied; their digests are the same in both databases", moved.len())?;
    Ok(ExitCode::SUCCESS)
}
