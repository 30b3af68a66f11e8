//! Background jobs, in the server's process or in one of their own: runs the steps at intervals and shuts down in
//! order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::app::App;
use crate::jobs::{CALENDAR, CLOCK, GATEWAY, MAIL, MAILBOX, STORE, Step, Worked};

/// Interval between polls for date-driven work, and of the mailbox.
const CALENDAR_INTERVAL: Duration = Duration::from_secs(20);
/// Interval between polls for the daily sweep of the file store.
const STORE_INTERVAL: Duration = Duration::from_secs(600);
/// Interval between polls of the email queue and of the posts to the gateway.
const MAIL_INTERVAL: Duration = Duration::from_secs(3);
/// Interval between corrections of the clock. A machine's clock drifts by less than a millisecond meanwhile.
const CLOCK_INTERVAL: Duration = Duration::from_secs(60);
/// Grace period for the batch in progress on shutdown. A batch cut off here is retried when its lease expires.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(30);

/// Running jobs.
pub struct Background {
    stop: watch::Sender<bool>,
    stopped: Arc<AtomicBool>,
    lanes: Vec<JoinHandle<()>>,
}

/// Starts the jobs; must be called within a tokio runtime.
pub fn spawn(app: &App) -> Background {
    spawn_lanes(
        app,
        &[
            (CALENDAR, CALENDAR_INTERVAL),
            (STORE, STORE_INTERVAL),
            (MAIL, MAIL_INTERVAL),
            (MAILBOX, CALENDAR_INTERVAL),
            (GATEWAY, MAIL_INTERVAL),
            (CLOCK, CLOCK_INTERVAL),
        ],
    )
}

/// Starts only the correction of the clock, for a server that leaves the jobs to others.
pub fn spawn_clock(app: &App) -> Background {
    spawn_lanes(app, &[(CLOCK, CLOCK_INTERVAL)])
}

/// Steps of one lane, with the interval between their runs.
type Lane = (&'static [(&'static str, Step)], Duration);

fn spawn_lanes(app: &App, lanes: &[Lane]) -> Background {
    let (stop, _) = watch::channel(false);
    let stopped = Arc::new(AtomicBool::new(false));
    let start = |(steps, interval): &Lane| {
        tokio::spawn(run(app.clone(), steps, *interval, stop.subscribe(), Arc::clone(&stopped)))
    };
    let lanes = lanes.iter().map(start).collect();
    Background { stop, stopped, lanes }
}

impl Background {
    /// Stops the jobs: lets the batches in progress finish and starts no others.
    pub async fn stop(self) {
        self.stopped.store(true, Ordering::SeqCst);
        // A lane that has ended no longer listens.
        let _ = self.stop.send(true);
        for lane in self.lanes {
            if tokio::time::timeout(SHUTDOWN_GRACE, lane).await.is_err() {
                tracing::warn!("a job batch did not finish within the grace period");
            }
        }
    }
}

/// Runs one lane: its steps at every tick, until it is signalled to stop.
async fn run(
    app: App,
    steps: &'static [(&'static str, Step)],
    interval: Duration,
    mut stop: watch::Receiver<bool>,
    stopped: Arc<AtomicBool>,
) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            // Also when the sender is dropped.
            _ = stop.changed() => return,
        }
        let (app, stopped) = (app.clone(), Arc::clone(&stopped));
        if let Err(error) = spawn_blocking(move || run_steps(&app, steps, &stopped)).await {
            tracing::error!(%error, "job panicked; retrying at the next tick");
        }
    }
}

/// Runs each step until it is idle, fails, or shutdown begins. A failed step is retried at the next tick.
fn run_steps(app: &App, steps: &[(&str, Step)], stopped: &AtomicBool) {
    for (name, step) in steps {
        while !stopped.load(Ordering::SeqCst) {
            match step(app) {
                Ok(Worked(0)) => break,
                Ok(Worked(done)) => tracing::info!(job = name, done, "job batch done"),
                Err(error) => {
                    tracing::error!(job = name, %error, "job failed; retrying at the next tick");
                    break;
                }
            }
        }
    }
}
