//! One file a command of `luyue`: reads its arguments, calls services, prints.

mod simulate;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Luyue (履约): service contracts of public bureaus, from what was agreed to what must be paid
#[derive(Debug, Parser)]
#[command(name = "luyue", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints what cases of terms, facts and a day come to
    Simulate(simulate::Arguments),
}

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    let result = match CommandLine::parse().command {
        Command::Simulate(arguments) => simulate::run(&arguments),
    };
    match result {
        Ok(code) => code,
        // Whoever read the output has had enough of it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where even this cannot be written.
            let _ = writeln!(io::stderr(), "luyue: {error}");
            ExitCode::FAILURE
        }
    }
}
