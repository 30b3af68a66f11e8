//! `luyue pdf`: renders a document of a contract to a file.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::commands::{Failed, start};
use crate::domain::shape::Date;
use crate::services::documents::{DocumentLang, issue};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Contract number
    contract: String,
    /// Kind of document
    #[arg(long, value_enum, default_value_t = DocumentArg::Summary)]
    document: DocumentArg,
    /// Language of the document
    #[arg(long, value_enum, default_value_t = Lang::Zh)]
    lang: Lang,
    /// Day on which the document shows the contract; default: today
    #[arg(long, value_parser = day)]
    as_of: Option<NaiveDate>,
    /// Output file
    #[arg(long)]
    out: PathBuf,
}

fn day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse().map(|Date(day)| day).map_err(|()| "expected a date as YYYY-MM-DD")
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DocumentArg {
    Summary,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lang {
    Zh,
    En,
    Both,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    let lang = match arguments.lang {
        Lang::Zh => DocumentLang::Zh,
        Lang::En => DocumentLang::En,
        Lang::Both => DocumentLang::Both,
    };
    let DocumentArg::Summary = arguments.document;
    let printed = issue::prepare_summary_by_number(&app, &arguments.contract, arguments.as_of, lang)?.render()?;
    std::fs::write(&arguments.out, &printed.bytes)?;
    writeln!(std::io::stdout(), "{}: {} bytes", arguments.out.display(), printed.bytes.len())?;
    Ok(ExitCode::SUCCESS)
}
