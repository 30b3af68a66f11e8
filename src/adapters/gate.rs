//! Gates before work that takes much memory: password hashes, PDFs. A gate admits a fixed number of tasks at once;
//! further tasks wait without blocking a thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// A limit on concurrent work.
#[derive(Debug)]
pub struct Gate {
    permits: Arc<Semaphore>,
    load: Arc<Load>,
}

#[derive(Debug, Default)]
struct Load {
    running: AtomicUsize,
    peak: AtomicUsize,
}

/// A slot for one task, free again on drop.
#[derive(Debug)]
pub struct Turn {
    load: Arc<Load>,
    _permit: OwnedSemaphorePermit,
}

impl Gate {
    /// Creates a gate with `slots` slots, at least one.
    pub fn new(slots: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(slots.max(1))), load: Arc::default() }
    }

    /// Waits for a slot, first come, first served.
    ///
    /// # Errors
    /// None in practice: a gate's semaphore is never closed.
    pub async fn enter(&self) -> Result<Turn, AcquireError> {
        Ok(self.turn(Arc::clone(&self.permits).acquire_owned().await?))
    }

    /// Takes a slot if one is free.
    pub fn try_enter(&self) -> Option<Turn> {
        Some(self.turn(Arc::clone(&self.permits).try_acquire_owned().ok()?))
    }

    /// Returns the largest number of slots that were ever taken at once.
    pub fn peak(&self) -> usize {
        self.load.peak.load(Ordering::SeqCst)
    }

    fn turn(&self, permit: OwnedSemaphorePermit) -> Turn {
        let running = self.load.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.load.peak.fetch_max(running, Ordering::SeqCst);
        Turn { load: Arc::clone(&self.load), _permit: permit }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Runs before the permit is dropped, so the count never exceeds the slots.
        self.load.running.fetch_sub(1, Ordering::SeqCst);
    }
}
