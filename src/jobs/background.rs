//! The jobs beside a running server, or alone on a machine of their own: steps at intervals, ending in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::app::App;
use crate::jobs::{CALENDAR, MAIL, STORE, Step, Worked};

/// How often it is looked whether the calendar brings something.
const CALENDAR_INTERVAL: Duration = Duration::from_secs(20);
/// How often it is looked whether the store is to be swept.
const STORE_INTERVAL: Duration = Duration::from_secs(600);
/// How often it is looked whether a letter waits.
const MAIL_INTERVAL: Duration = Duration::from_secs(3);
/// How long an end waits for the batch that is being done. One that is cut off is done again: its lease runs out.
const PATIENCE: Duration = Duration::from_secs(30);

/// The jobs while they run.
pub struct Background {
    stop: watch::Sender<bool>,
    stopped: Arc<AtomicBool>,
    lanes: Vec<JoinHandle<()>>,
}

/// Starts the jobs. Must be called within a tokio runtime.
pub fn spawn(app: &App) -> Background {
    let (stop, _) = watch::channel(false);
    let stopped = Arc::new(AtomicBool::new(false));
    let lane =
        |steps, interval| tokio::spawn(run(app.clone(), steps, interval, stop.subscribe(), Arc::clone(&stopped)));
    let lanes = vec![lane(CALENDAR, CALENDAR_INTERVAL), lane(STORE, STORE_INTERVAL), lane(MAIL, MAIL_INTERVAL)];
    Background { stop, stopped, lanes }
}

impl Background {
    /// Ends the jobs: the batches that are being done come to their end, no other is begun.
    pub async fn stop(self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Lanes that have ended by themselves no longer listen.
        let _ = self.stop.send(true);
        for lane in self.lanes {
            if tokio::time::timeout(PATIENCE, lane).await.is_err() {
                tracing::warn!("a batch of the jobs was not waited for");
            }
        }
    }
}

/// One lane: its steps at every tick, until it is told to end.
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
            // The sender going away is an end as well.
            _ = stop.changed() => return,
        }
        let (app, stopped) = (app.clone(), Arc::clone(&stopped));
        if let Err(error) = spawn_blocking(move || round(&app, steps, &stopped)).await {
            tracing::error!(%error, "a job ended in disorder; it goes on at the next tick");
        }
    }
}

/// Each step until it is idle, fails, or the end is wanted. What fails is tried again at the next tick.
fn round(app: &App, steps: &[(&str, Step)], stopped: &AtomicBool) {
    for (name, step) in steps {
        while !stopped.load(Ordering::SeqCst) {
            match step(app) {
                Ok(Worked(0)) => break,
                Ok(Worked(done)) => tracing::info!(job = name, done, "worked"),
                Err(error) => {
                    tracing::error!(job = name, %error, "a job failed");
                    break;
                }
            }
        }
    }
}
