//! `luyue openapi`: prints the OpenAPI document of the API.

use std::io::Write;
use std::process::ExitCode;

use crate::commands::Failed;
use crate::error::Error;
use crate::web::routes;

pub(super) fn run() -> Result<ExitCode, Failed> {
    let document = routes::document().to_pretty_json().map_err(|error| Error::Internal(error.to_string()))?;
    writeln!(std::io::stdout(), "{document}")?;
    Ok(ExitCode::SUCCESS)
}
