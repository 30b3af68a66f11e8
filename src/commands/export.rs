//! `luyue export`: writes all contracts of the database to a file, in the format that its ending names.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::commands::import::language;
use crate::commands::progress::ProgressLine;
use crate::commands::{Failed, start};
use crate::domain::codes::Language;
use crate::services::imports::export::{self, ExportFormat};
use crate::text::message;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// File to write: .xlsx (register and sheets to import elsewhere), .csv (register) or .json (everything)
    file: PathBuf,
    /// Language of the headings: zh or en
    #[arg(long, value_parser = language, default_value = "zh")]
    lang: Language,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let path = &arguments.file;
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let format = match ending.as_str() {
        "csv" => ExportFormat::Csv,
        "xlsx" => ExportFormat::Xlsx,
        "json" => ExportFormat::Json,
        _ => {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the file must end in .xlsx, .csv or .json").into());
        }
    };
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let mut out = BufWriter::new(File::create(path)?);
    let shown = RefCell::new(ProgressLine::new());
    let seen = |count: usize| {
        shown.borrow_mut().show(&message(arguments.lang, "import-read", &[("count", count.to_string())]));
    };
    let count = export::write(&app, (format, arguments.lang), &mut out, &seen);
    shown.borrow_mut().clear();
    let count = count?;
    out.flush()?;
    writeln!(std::io::stdout(), "{}: {count} contracts", path.display())?;
    Ok(ExitCode::SUCCESS)
}
