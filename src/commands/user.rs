//! `luyue user`: adds people where nobody can sign in yet, and gives a new one-time link to whoever cannot any longer.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::commands::{Failed, start};
use crate::domain::codes::{Language, Role};
use crate::error::Error;
use crate::services::identity::bootstrap::{self, NewUser};
use crate::services::identity::people::PersonAdded;
use crate::services::registry::catalogue;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Adds a person and prints a one-time link for their first password
    Add(Add),
    /// Prints a new one-time link for somebody who is there already
    Link {
        /// Name to sign in with
        name: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// Name to sign in with
    name: String,
    /// officer, leader, station, reviewer, approver, cashier, contractor, supervisor or administrator
    #[arg(long, value_parser = role)]
    role: Role,
    /// Code of the organisation
    #[arg(long, value_name = "CODE")]
    organisation: String,
    /// Name of the organisation: makes the very first one, together with its administrator
    #[arg(long, value_name = "NAME")]
    organisation_name: Option<String>,
    /// Name as people say it
    #[arg(long)]
    full_name: Option<String>,
    /// Address of mail
    #[arg(long)]
    email: Option<String>,
}

fn role(text: &str) -> Result<Role, String> {
    let words = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    Role::parse(text).ok_or_else(|| format!("a role is one of {}", words()))
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    // Whoever signs in first finds the services that the notice names.
    catalogue::install(&app)?;
    let done = match &arguments.action {
        Action::Add(add) => bootstrap::add_user(&app, &new_user(add)),
        Action::Link { name } => bootstrap::issue_link(&app, name),
    };
    match done {
        Ok(added) => print(&added),
        Err(error) => {
            for line in in_words(&error) {
                writeln!(std::io::stderr(), "luyue: {line}")?;
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn new_user(add: &Add) -> NewUser {
    NewUser {
        username: add.name.clone(),
        name: add.full_name.clone(),
        email: add.email.clone(),
        role: add.role,
        organisation: add.organisation.clone(),
        organisation_name: add.organisation_name.clone(),
    }
}

fn print(added: &PersonAdded) -> Result<ExitCode, Failed> {
    writeln!(std::io::stdout(), "{}", added.link.as_deref().unwrap_or_default())?;
    Ok(ExitCode::SUCCESS)
}

/// A refusal line by line; the program's own language on a terminal is English.
fn in_words(error: &Error) -> Vec<String> {
    match error {
        Error::Refused { errors, .. } => {
            errors.iter().map(|field| format!("{}: {}", field.path, field.message.text(Language::En))).collect()
        }
        other => vec![other.to_string()],
    }
}
