//! `luyue pdf`: a document of a contract, printed on the machine itself.

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
    /// Number of the contract
    contract: String,
    /// Which document
    #[arg(long, value_enum, default_value_t = Kind::Summary)]
    document: Kind,
    /// Language of the document
    #[arg(long, value_enum, default_value_t = Lang::Zh)]
    lang: Lang,
    /// The day to replay; today if it is not named
    #[arg(long, value_parser = day)]
    as_of: Option<NaiveDate>,
    /// File to write
    #[arg(long)]
    out: PathBuf,
}

fn day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse().map(|Date(day)| day).map_err(|()| "a day is written YYYY-MM-DD")
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
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
    let Kind::Summary = arguments.document;
    let printed = issue::summary_of(&app, &arguments.contract, arguments.as_of, lang)?.print()?;
    std::fs::write(&arguments.out, &printed.bytes)?;
    writeln!(std::io::stdout(), "{}: {} bytes", arguments.out.display(), printed.bytes.len())?;
    Ok(ExitCode::SUCCESS)
}
