//! A gate before work that takes much memory: so many at once, the others wait for their turn. It must not know the work.
//!
//! Whoever waits holds their thread: enter from one that may block.

use std::sync::{Condvar, Mutex, PoisonError};

/// Lets a number of threads in and makes the others wait.
#[derive(Debug)]
pub struct Gate {
    places: usize,
    inside: Mutex<Inside>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    now: usize,
    most: usize,
}

/// A place inside, given back when it is dropped.
#[derive(Debug)]
pub struct Turn<'a>(&'a Gate);

impl Gate {
    /// A gate with so many places, at least one.
    pub fn new(places: usize) -> Self {
        Self { places: places.max(1), inside: Mutex::default(), left: Condvar::new() }
    }

    /// Waits for a place.
    pub fn enter(&self) -> Turn<'_> {
        // A thread that panicked gave its place back when its turn was dropped, so the count is right.
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |inside: &mut Inside| inside.now >= self.places;
        let mut inside = self.left.wait_while(inside, full).unwrap_or_else(PoisonError::into_inner);
        inside.now += 1;
        inside.most = inside.most.max(inside.now);
        Turn(self)
    }

    /// The most that were ever inside at once.
    pub fn most(&self) -> usize {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner).most
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut inside = self.0.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.now = inside.now.saturating_sub(1);
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn the_gate_lets_no_more_in_than_it_has_places() {
        let gate = Gate::new(2);
        let inside = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _turn = gate.enter();
                        let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 2);
        assert_eq!(gate.inside.lock().expect("nobody panicked").now, 0);
        assert!((most.load(Ordering::SeqCst)..=2).contains(&gate.most()));
    }
}
