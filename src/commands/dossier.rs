//! `luyue dossier`: writes the file of a contract, with everything in it, to one archive.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::commands::import::language;
use crate::commands::progress::ProgressLine;
use crate::commands::{Failed, start};
use crate::domain::codes::Language;
use crate::services::dossier;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Contract number
    contract: String,
    /// New archive to write; it is readable by its owner only
    file: PathBuf,
    /// Language of the documents: zh or en
    #[arg(long, value_parser = language, default_value = "zh")]
    lang: Language,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let found = dossier::prepare_by_number(&app, &arguments.contract, arguments.lang)?;
    let out = OpenOptions::new().write(true).create_new(true).open(&arguments.file)?;
    let mut shown = ProgressLine::new();
    let made = found.write(&app, BufWriter::new(out), &mut |done, all| shown.show(&format!("{done} / {all}")));
    shown.clear();
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            std::fs::remove_file(&arguments.file)?;
            return Err(error.into());
        }
    };
    writeln!(std::io::stdout(), "{}: {} documents and files", arguments.file.display(), made.entries)?;
    if made.lost > 0 {
        writeln!(std::io::stderr(), "{} files are lost or damaged; contents.csv names them", made.lost)?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
