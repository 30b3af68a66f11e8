//! One time for all machines: the program's clock follows that of PostgreSQL, where the installation uses it.

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Error;
use crate::storage::backend::database_time;

/// Difference between the machine's clock and the database's from which the log warns.
const WARN_FROM: TimeDelta = TimeDelta::seconds(5);

/// Reads the database's clock and corrects the program's clock by it, if that follows. Called at the start and then at
/// intervals.
///
/// # Errors
/// `Unavailable` when the database does not answer; the clock keeps its correction.
pub fn follow_database(app: &App) -> Result<(), Error> {
    let mut connection = app.pool.get()?;
    let before = app.clock.machine_now();
    let Some(database) = database_time(&mut connection)? else { return Ok(()) };
    let after = app.clock.machine_now();
    if let Some(ahead) = app.clock.follow(before, database, after)
        && ahead.abs() >= WARN_FROM
    {
        tracing::warn!(
            seconds = ahead.num_seconds(),
            "the machine's clock differs from the database's, which is used; set up NTP on both"
        );
    }
    Ok(())
}
