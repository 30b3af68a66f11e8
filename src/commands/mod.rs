//! One file a command of `luyue`: reads its arguments, calls services, prints.

mod check;
mod demo;
mod jobs;
mod load;
mod openapi;
mod pdf;
mod serve;
mod simulate;
mod start;
mod user;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// Luyue (履约): service contracts of public bureaus, from what was agreed to what must be paid
#[derive(Debug, Parser)]
#[command(name = "luyue", version)]
struct CommandLine {
    /// File of settings; the environment (LUYUE_…) and flags come after it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows what the program does: a city with its contracts, the server, its jobs
    Demo(demo::Arguments),
    /// Starts the server and its jobs
    Serve(serve::Arguments),
    /// Runs the jobs alone: what falls due, mail, seals; on as many machines as wanted
    Jobs(jobs::Arguments),
    /// Prints what cases of terms, facts and a day come to
    Simulate(simulate::Arguments),
    /// Prints a document of a contract
    Pdf(pdf::Arguments),
    /// Prints the OpenAPI document
    Openapi,
    /// Works everything out anew and lists what differs; exit status 1 if anything does
    Check(check::Arguments),
    /// Writes a synthetic register, for trials of size, into an empty database
    Load(load::Arguments),
    /// Adds people from the command line
    User(user::Arguments),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Program(#[from] Error),
}

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    let config = line.config.as_deref();
    let result = match line.command {
        Command::Demo(arguments) => demo::run(config, &arguments),
        Command::Serve(arguments) => serve::run(config, &arguments),
        Command::Jobs(arguments) => jobs::run(config, &arguments),
        Command::Simulate(arguments) => simulate::run(&arguments).map_err(Failed::from),
        Command::Pdf(arguments) => pdf::run(config, &arguments),
        Command::Openapi => openapi::run(),
        Command::Check(arguments) => check::run(config, &arguments),
        Command::Load(arguments) => load::run(config, &arguments),
        Command::User(arguments) => user::run(config, &arguments),
    };
    match result {
        Ok(code) => code,
        // Whoever read the output has had enough of it.
        Err(Failed::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where even this cannot be written.
            let _ = writeln!(io::stderr(), "luyue: {error}");
            ExitCode::FAILURE
        }
    }
}
