//! Start-up shared by all commands that use the database: settings, log, clock, application.

use std::io::IsTerminal;

use chrono::DateTime;
use rustix::fs::Mode;
use rustix::process::{Resource, getrlimit, setrlimit, umask};

use crate::app::App;
use crate::clock::{Clock, Ids};
use crate::config::{LogFormat, Settings};
use crate::error::Error;
use crate::services::operations::database_clock;

/// Loads the settings from the file and the environment, then applies a command's flags and starts the log.
pub(super) fn settings_and_log(config: Option<&str>, change: impl FnOnce(&mut Settings)) -> Result<Settings, Error> {
    let settings = settings(config, change)?;
    log(settings.log);
    Ok(settings)
}

/// Loads the settings from the file and the environment, then applies a command's flags.
pub(super) fn settings(config: Option<&str>, change: impl FnOnce(&mut Settings)) -> Result<Settings, Error> {
    let mut settings = Settings::load(config)?;
    change(&mut settings);
    Ok(settings)
}

/// Starts the application with a clock. The machine's own is corrected to the database's.
pub(super) fn app(settings: Settings, clock: Clock) -> Result<App, Error> {
    // A clock that was set for a rehearsal stays as it was set.
    let clock = if clock.is_real() { clock.following() } else { clock };
    let app = App::start(settings, clock, Ids::Random)?;
    database_clock::follow_database(&app)?;
    Ok(app)
}

/// Creates the clock from the settings; logs a warning if it differs from the machine's.
pub(super) fn clock(settings: &Settings) -> Result<Clock, Error> {
    let Some(text) = &settings.clock else { return Ok(Clock::System) };
    let start = DateTime::parse_from_rfc3339(text).map_err(|error| {
        Error::Internal(format!("invalid clock, expected an instant such as 2026-06-29T09:00:00+08:00: {error}"))
    })?;
    tracing::warn!("running on a simulated clock that started at {start}");
    Ok(Clock::starting_at(start))
}

/// Sends the log to standard error: readable lines on a terminal, JSON lines elsewhere, unless `format` sets one of the
/// two; `RUST_LOG` sets the filter (default: info).
fn log(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let is_terminal = std::io::stderr().is_terminal();
    let as_text = match format {
        LogFormat::Auto => is_terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    // Fails if a subscriber is already installed, which is harmless.
    let _ = if as_text {
        subscriber.compact().with_target(false).with_ansi(is_terminal).try_init()
    } else {
        subscriber.json().try_init()
    };
}

/// Restricts every file and folder that the program creates to its own user.
pub(super) fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Raises the limit of open files to the most that the system allows this process, and returns it. Shells and service
/// managers often start a program with 1,024 while the system allows hundreds of thousands.
pub(super) fn raise_file_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let mut raised = limit;
    raised.current = limit.maximum;
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current.unwrap_or(u64::MAX),
        Err(error) => {
            tracing::warn!(%error, "cannot raise the open-file limit");
            limit.current.unwrap_or(u64::MAX)
        }
    }
}
