//! Command line of `luyue`, one file for each command: parses arguments, calls services, prints results.

mod backup;
mod bounce;
mod check;
mod demo;
mod dossier;
mod export;
mod import;
mod jobs;
mod load;
mod migrate_database;
mod ocds;
mod openapi;
mod pdf;
mod progress;
mod restore;
mod serve;
mod simulate;
mod start;
mod user;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::domain::codes::Language;
use crate::error::Error;
use crate::services::operations::backups::BackupError;

/// Luyue (履约): service contracts of public bureaus, from agreed terms to payment
#[derive(Debug, Parser)]
#[command(name = "luyue", version)]
struct CommandLine {
    /// Settings file; environment variables (LUYUE_…) and flags override it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts a demonstration: a city with contracts, the server and its jobs
    Demo(demo::Arguments),
    /// Starts the server and its jobs
    Serve(serve::Arguments),
    /// Runs only the jobs (due dates, email, audit seals); any number of machines may do so
    Jobs(jobs::Arguments),
    /// Takes a report on an email that came back (RFC 3464) from standard input, as mail servers pipe it
    Bounce,
    /// Computes the standing of cases, each of terms, facts and a day
    Simulate(simulate::Arguments),
    /// Renders a document of a contract as PDF
    Pdf(pdf::Arguments),
    /// Writes the file of a contract: documents, uploads and history as one archive with digests
    Dossier(dossier::Arguments),
    /// Writes published contracts as one release package of the Open Contracting Data Standard
    Ocds(ocds::Arguments),
    /// Imports contracts with their history from a workbook, or writes its template
    Import(import::Arguments),
    /// Exports all contracts as a workbook, CSV or JSON
    Export(export::Arguments),
    /// Prints the OpenAPI document
    Openapi,
    /// Recomputes all derived data and lists differences; exits with status 1 if there are any
    Check(check::Arguments),
    /// Backs up the database and its files into one new archive, while the server runs
    Backup(backup::Arguments),
    /// Restores a backup into an empty database and file store, and checks it
    Restore(restore::Arguments),
    /// Copies a database into an empty one, such as from SQLite to PostgreSQL
    MigrateDatabase(migrate_database::Arguments),
    /// Fills an empty database with synthetic contracts, for load tests
    Load(load::Arguments),
    /// Adds users and issues one-time links
    User(user::Arguments),
}

/// A failure of a command.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{}", reason(.0))]
    Program(#[from] Error),
    #[error("{0}")]
    Backup(#[from] BackupError),
}

/// Returns the reason of a refusal as a person reads it in the program; other errors as they are logged.
fn reason(error: &Error) -> String {
    match error {
        Error::Malformed(errors) | Error::Refused { errors, .. } => {
            let reasons: Vec<String> = errors.iter().map(|fault| fault.message.text(Language::En)).collect();
            reasons.join("\n")
        }
        Error::Unauthenticated(message)
        | Error::Forbidden(message)
        | Error::Conflict(message)
        | Error::TooLarge(message)
        | Error::Unsupported(message) => message.text(Language::En),
        Error::Duplicate(found) => found.message.text(Language::En),
        Error::SignInRefused { .. }
        | Error::NotFound
        | Error::VersionMismatch
        | Error::VersionRequired
        | Error::TooSlow
        | Error::TooMany(_)
        | Error::Unavailable(_)
        | Error::Retry
        | Error::Internal(_) => error.to_string(),
    }
}

/// Parses the command line and runs the command.
pub fn run() -> ExitCode {
    start::keep_files_private();
    let line = CommandLine::parse();
    let config = line.config.as_deref();
    let result = match line.command {
        Command::Demo(arguments) => demo::run(config, &arguments),
        Command::Serve(arguments) => serve::run(config, &arguments),
        Command::Jobs(arguments) => jobs::run(config, &arguments),
        Command::Bounce => bounce::run(config),
        Command::Simulate(arguments) => simulate::run(&arguments).map_err(Failed::from),
        Command::Pdf(arguments) => pdf::run(config, &arguments),
        Command::Dossier(arguments) => dossier::run(config, &arguments),
        Command::Ocds(arguments) => ocds::run(config, &arguments),
        Command::Import(arguments) => import::run(config, &arguments),
        Command::Export(arguments) => export::run(config, &arguments),
        Command::Openapi => openapi::run(),
        Command::Check(arguments) => check::run(config, &arguments),
        Command::Backup(arguments) => backup::run(config, &arguments),
        Command::Restore(arguments) => restore::run(config, &arguments),
        Command::MigrateDatabase(arguments) => migrate_database::run(&arguments),
        Command::Load(arguments) => load::run(config, &arguments),
        Command::User(arguments) => user::run(config, &arguments),
    };
    match result {
        Ok(code) => code,
        // The reader of the output closed it.
        Err(Failed::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing more can be done if even this cannot be written.
            let _ = writeln!(io::stderr(), "luyue: {error}");
            ExitCode::FAILURE
        }
    }
}
