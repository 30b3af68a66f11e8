//! One time for all machines: the program's clock follows that of PostgreSQL, if the installation uses it.

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Error;
use crate::storage::backend::database_time;

/// Difference between the clocks of the machine and the database from which the log warns.
const WARN_FROM: TimeDelta = TimeDelta::seconds(5);

/// Reads the database's clock and corrects the program's clock, if it follows the database. Called at the start and
/// then at intervals.
///
/// # Errors
/// `Unavailable` if the database does not answer; the clock then keeps its correction.
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
