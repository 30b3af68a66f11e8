//! `luyue bounce`: takes a report on an email that came back, as a mail server pipes it.

use std::io::{Read, Write};
use std::process::ExitCode;

use crate::commands::{Failed, start};
use crate::services::notifications::bounces::{self, MAX_MESSAGE};

/// Status by which mail servers know that they should try again (`EX_TEMPFAIL` of sysexits.h).
const TRY_AGAIN: u8 = 75;

pub(super) fn run(config: Option<&str>) -> Result<ExitCode, Failed> {
    let mut message = Vec::new();
    std::io::stdin().lock().take(MAX_MESSAGE).read_to_end(&mut message)?;
    let mut out = std::io::stdout();
    let settings = start::settings(config, |_| {})?;
    let clock = start::clock(&settings)?;
    match start::app(settings, clock).and_then(|app| bounces::record_message(&app, &message)) {
        // Answering with a failure would return the message to its sender.
        Ok(None) => writeln!(out, "not a report on an email that came back: ignored")?,
        Ok(Some(count)) => writeln!(out, "{count} emails given up")?,
        Err(error) => {
            writeln!(std::io::stderr(), "luyue: {error}")?;
            return Ok(ExitCode::from(TRY_AGAIN));
        }
    }
    Ok(ExitCode::SUCCESS)
}
