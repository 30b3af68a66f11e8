//! `luyue jobs`: runs only the jobs; any number of machines may do so.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use crate::commands::{Failed, start};
use crate::jobs;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Exit when no work is left
    #[arg(long)]
    until_idle: bool,
    /// Start of the program's clock, such as 2026-06-29T09:00:00+08:00; for rehearsals and tests
    #[arg(long)]
    clock: Option<String>,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings_and_log(config, |settings| {
        if arguments.clock.is_some() {
            settings.clock.clone_from(&arguments.clock);
        }
    })?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    if arguments.until_idle {
        let done = jobs::run_until_idle(&app)?;
        writeln!(std::io::stdout(), "{done} items processed, nothing left to do")?;
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let background = jobs::spawn(&app);
        wait_for_shutdown().await?;
        background.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Waits for Ctrl-C or SIGTERM.
async fn wait_for_shutdown() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
