//! `luyue ocds`: writes all published contracts as one release package of the Open Contracting Data Standard.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::commands::{Failed, start};
use crate::services::publications::ocds;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Output file; the package is printed without it
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let Some(path) = &arguments.out else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        ocds::write_all(&app, &mut out)?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut out = BufWriter::new(File::create(path)?);
    let count = ocds::write_all(&app, &mut out)?;
    out.flush()?;
    writeln!(std::io::stdout(), "{}: {count} contracts", path.display())?;
    Ok(ExitCode::SUCCESS)
}
