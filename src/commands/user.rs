//! `luyue user`: adds users before anyone can sign in, and issues one-time links to users who no longer can.

use std::io::Write;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use crate::commands::{Failed, start};
use crate::domain::codes::{Language, Role};
use crate::error::Error;
use crate::services::identity::bootstrap::{self, NewUser};
use crate::services::registry::catalogue;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Adds a user and prints a one-time link to set the first password
    Add(Add),
    /// Prints a new one-time link for an existing user
    Link {
        /// Username of the person
        name: String,
    },
    /// Removes the one-time codes of a user who lost their phone and every recovery code
    ResetCodes {
        /// Username of the person
        name: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// Username of the new person
    name: String,
    /// Role of the person in the organisation
    #[arg(long, value_parser = role())]
    role: Role,
    /// Organisation code
    #[arg(long, value_name = "CODE")]
    organisation: String,
    /// Organisation name; creates the first organisation together with its administrator
    #[arg(long, value_name = "NAME")]
    organisation_name: Option<String>,
    /// Full name
    #[arg(long)]
    full_name: Option<String>,
    /// Email address
    #[arg(long)]
    email: Option<String>,
}

fn role() -> impl TypedValueParser<Value = Role> {
    let known = PossibleValuesParser::new(Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>());
    known.try_map(|name| Role::parse(&name).ok_or("unknown role"))
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    // The first user to sign in finds the services that the official notice lists.
    catalogue::install(&app)?;
    let done = match &arguments.action {
        Action::Add(add) => bootstrap::add_user(&app, &new_user(add)).map(Some),
        Action::Link { name } => bootstrap::issue_link(&app, name).map(Some),
        Action::ResetCodes { name } => bootstrap::reset_codes(&app, name).map(|()| None),
    };
    match done {
        Ok(link) => print(link.as_deref()),
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

fn print(link: Option<&str>) -> Result<ExitCode, Failed> {
    if let Some(link) = link {
        writeln!(std::io::stdout(), "{link}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the lines of an error message, in English.
fn in_words(error: &Error) -> Vec<String> {
    match error {
        Error::Refused { errors, .. } => {
            errors.iter().map(|field| format!("{}: {}", field.path, field.message.text(Language::En))).collect()
        }
        other => vec![other.to_string()],
    }
}
