//! `luyue pdf`: renders a document of a contract to a file.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::commands::{Failed, start};
use crate::domain::codes::DocumentKind;
use crate::domain::shape::Date;
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, Wanted};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Contract number
    contract: String,
    /// Kind of document
    #[arg(long, value_parser = kind_of_contract(), default_value = "summary")]
    document: DocumentKind,
    /// Subject: ID of a payment request, DELIVERABLE/NUMBER of an acceptance record, CLAUSE/SUBJECT of a breach
    #[arg(long)]
    subject: Option<String>,
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

/// Reads the kinds of document that belong to one contract.
fn kind_of_contract() -> impl TypedValueParser<Value = DocumentKind> {
    let is_of_year = |kind: &&DocumentKind| matches!(kind, DocumentKind::Arrears | DocumentKind::Annual);
    let kinds = DocumentKind::ALL.iter().filter(|kind| !is_of_year(kind)).map(|kind| kind.as_str());
    let known = PossibleValuesParser::new(kinds.collect::<Vec<_>>());
    known.try_map(|name| DocumentKind::parse(&name).ok_or("unknown kind of document"))
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
    let (kind, subject) = (arguments.document, arguments.subject.clone());
    let wanted = Wanted { kind, subject, as_of: arguments.as_of, lang };
    let printed = issue::prepare_by_number(&app, &arguments.contract, &wanted)?.render()?;
    std::fs::write(&arguments.out, &printed.bytes)?;
    writeln!(std::io::stdout(), "{}: {} bytes", arguments.out.display(), printed.bytes.len())?;
    Ok(ExitCode::SUCCESS)
}
