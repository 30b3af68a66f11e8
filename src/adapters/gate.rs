//! Gates before work that takes much memory, disk or time: password hashes, PDFs, uploads, archives. A gate admits a
//! fixed number of tasks at once; further tasks wait without blocking a thread.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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

/// Pieces of work that run for each key.
type Running = Mutex<HashMap<String, usize>>;

/// A limit on the concurrent work of each key, such as a person. Work beyond it is refused; it does not wait.
#[derive(Debug)]
pub struct KeyedGate {
    most: usize,
    running: Arc<Running>,
}

/// Permission to do one piece of work for a key; gives it back on drop.
#[derive(Debug)]
pub struct KeyedTurn {
    key: String,
    running: Arc<Running>,
}

impl KeyedGate {
    /// Creates a gate with `most` slots for each key.
    pub fn new(most: usize) -> Self {
        Self { most, running: Arc::default() }
    }

    /// Takes a slot of a key if one is free.
    pub fn try_enter(&self, key: &str) -> Option<KeyedTurn> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.get(key).copied().unwrap_or_default();
        if count >= self.most {
            return None;
        }
        running.insert(key.to_owned(), count + 1);
        Some(KeyedTurn { key: key.to_owned(), running: Arc::clone(&self.running) })
    }
}

impl Drop for KeyedTurn {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match running.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                running.remove(&self.key);
            }
        }
    }
}
