//! `luyue import`: imports contracts with their history from a workbook, all of them or none, or writes its template.

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::app::App;
use crate::commands::progress::ProgressLine;
use crate::commands::{Failed, start};
use crate::domain::codes::Language;
use crate::error::Error;
use crate::services::imports::{self, ImportReport, LedgerFile, Progress, template};
use crate::text::message;

/// Largest workbook that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "what")]
struct What {
    /// Workbook (xlsx) in the format of the template
    file: Option<PathBuf>,
    /// Write the template to this file instead of importing
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    what: What,
    /// Check everything and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Username of the person who is recorded as importing; default: the only administrator
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Language of the report and of the template: zh or en
    #[arg(long, value_parser = language, default_value = "zh")]
    lang: Language,
}

/// Parses a language.
pub(super) fn language(word: &str) -> Result<Language, String> {
    Language::parse(word).ok_or_else(|| "expected zh or en".to_owned())
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let What { file, template: to } = &arguments.what;
    if let Some(path) = to {
        let bytes = template::make(&app, arguments.lang)?;
        std::fs::write(path, &bytes)?;
        writeln!(std::io::stdout(), "{}: {} bytes", path.display(), bytes.len())?;
    }
    let Some(path) = file else { return Ok(ExitCode::SUCCESS) };
    let mut out = std::io::stdout().lock();
    match import(&app, path, arguments) {
        Ok(report) if arguments.json => {
            let json = serde_json::to_string_pretty(&report).map_err(|error| Error::Internal(error.to_string()))?;
            writeln!(out, "{json}")?;
            Ok(code_of(&report))
        }
        Ok(report) => {
            for fault in &report.faults {
                writeln!(out, "{}", fault.line(arguments.lang))?;
            }
            writeln!(out, "{}", summary(&report, arguments.lang))?;
            Ok(code_of(&report))
        }
        Err(Failed::Program(error)) => {
            for line in in_words(&error, arguments.lang) {
                writeln!(std::io::stderr(), "luyue: {line}")?;
            }
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error),
    }
}

fn import(app: &App, path: &Path, arguments: &Arguments) -> Result<ImportReport, Failed> {
    let size = std::fs::metadata(path)?.len();
    if size > MAX_BYTES {
        return Err(Error::Internal(format!("the file has {size} bytes; at most {MAX_BYTES} are read")).into());
    }
    let bytes = std::fs::read(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = RefCell::new(ProgressLine::new());
    let seen = |progress: Progress| {
        let (key, count) = match progress {
            Progress::Checked(count) => ("import-checked", count),
            Progress::Written(count) => ("import-written", count),
        };
        shown.borrow_mut().show(&message(arguments.lang, key, &[("count", count.to_string())]));
    };
    let file = LedgerFile {
        name: &name,
        bytes: &bytes,
        language: arguments.lang,
        by: arguments.by.as_deref(),
        is_dry_run: arguments.dry_run,
    };
    let report = imports::import(app, &file, &seen);
    shown.borrow_mut().clear();
    Ok(report?)
}

fn code_of(report: &ImportReport) -> ExitCode {
    if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn summary(report: &ImportReport, language: Language) -> String {
    let number = |number: usize| number.to_string();
    if !report.faults.is_empty() {
        return message(language, "import-refused", &[("faults", number(report.faults.len()))]);
    }
    let key = if report.dry_run { "import-tried" } else { "import-done" };
    let counts =
        [("contracts", number(report.contracts)), ("facts", number(report.facts)), ("rows", number(report.rows))];
    message(language, key, &counts)
}

/// Returns the lines of an error message.
fn in_words(error: &Error, language: Language) -> Vec<String> {
    match error {
        Error::Refused { errors, .. } | Error::Malformed(errors) => {
            errors.iter().map(|fault| fault.message.text(language)).collect()
        }
        Error::Unsupported(message) | Error::TooLarge(message) | Error::Conflict(message) => {
            vec![message.text(language)]
        }
        other => vec![other.to_string()],
    }
}
