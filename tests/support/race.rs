//! Races: the same thing done by several threads at once.

/// Runs a function in several threads at once and returns the result of each.
pub fn race<T: Send>(racers: usize, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(racers);
    std::thread::scope(|scope| {
        let (start, run) = (&start, &run);
        let threads: Vec<_> = (0..racers)
            .map(|number| {
                scope.spawn(move || {
                    start.wait();
                    run(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a racer ends")).collect()
    })
}
