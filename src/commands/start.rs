//! What every command that works on the database begins with: settings, cryptography, log, clock.

use chrono::DateTime;

use crate::app::App;
use crate::clock::{Clock, Ids};
use crate::config::Settings;
use crate::error::Error;

/// Settings from the file and the environment, with the flags of a command put over them.
pub(super) fn settings(config: Option<&str>, change: impl FnOnce(&mut Settings)) -> Result<Settings, Error> {
    let mut settings = Settings::load(config)?;
    change(&mut settings);
    Ok(settings)
}

/// Puts the program together on a clock.
pub(super) fn app(settings: Settings, clock: Clock) -> Result<App, Error> {
    App::start(settings, clock, Ids::Random)
}

/// The clock that the settings ask for; one that is not the machine's is warned of.
pub(super) fn clock(settings: &Settings) -> Result<Clock, Error> {
    let Some(text) = &settings.clock else { return Ok(Clock::System) };
    let start = DateTime::parse_from_rfc3339(text).map_err(|error| {
        Error::Internal(format!("the clock is an instant such as 2026-06-29T09:00:00+08:00: {error}"))
    })?;
    tracing::warn!("the clock is not the machine's: it started at {start}");
    Ok(Clock::starting_at(start))
}

/// Writes the log in JSON lines to standard error; `RUST_LOG` chooses what (default: info).
pub(super) fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(filter);
    // A second installation in one process changes nothing.
    let _ = subscriber.try_init();
}
