//! `luyue serve`: runs the server and its jobs until a signal, then lets requests and jobs in progress finish.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use crate::app::App;
use crate::commands::{Failed, start};
use crate::jobs;
use crate::web::bodies::{Pace, Room, connections_within};
use crate::web::server::{self, Bounds};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address to listen on
    #[arg(long)]
    listen: Option<String>,
    /// Start of the program's clock, such as 2026-06-29T09:00:00+08:00; for rehearsals and tests
    #[arg(long)]
    clock: Option<String>,
    /// Refuse to start with an outdated database schema instead of migrating it
    #[arg(long)]
    no_migrate: bool,
    /// Leave the jobs (due dates, email, audit seals) to `luyue jobs` on other machines
    #[arg(long)]
    no_jobs: bool,
}

pub(super) fn run(config: Option<&str>, arguments: &Arguments) -> Result<ExitCode, Failed> {
    let settings = start::settings_and_log(config, |settings| {
        if let Some(listen) = &arguments.listen {
            settings.listen.clone_from(listen);
        }
        if arguments.clock.is_some() {
            settings.clock.clone_from(&arguments.clock);
        }
        settings.migrate = !arguments.no_migrate;
    })?;
    let clock = start::clock(&settings)?;
    let app = start::app(settings, clock)?;
    serve_until_shutdown(&app, !arguments.no_jobs, |_| Ok(()))?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until shutdown. Calls `ready` once the address is bound, then prints the line `ready http://…`.
pub(super) fn serve_until_shutdown(
    app: &App,
    with_jobs: bool,
    ready: impl FnOnce(&str) -> std::io::Result<()>,
) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let connections = connections_within(start::raise_file_limit());
        let bounds = Bounds { pace: Pace::DEFAULT, body_bytes: Room::DEFAULT, connections };
        tracing::info!(connections = bounds.connections, "connection limit");
        let (server, addresses) = server::start(app, &app.settings.listen, bounds)?;
        let address = addresses.first().map(|address| format!("http://{address}")).unwrap_or_default();
        ready(&address)?;
        writeln!(std::io::stdout(), "ready {address}")?;
        std::io::stdout().flush()?;
        let background = if with_jobs { jobs::spawn(app) } else { jobs::spawn_clock(app) };
        let ended = server.await;
        background.stop().await;
        Ok(ended?)
    })
}
