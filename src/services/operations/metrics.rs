//! Metrics of the program's work: emails in the queue, contracts waiting for the jobs, database connections, writes
//! waiting for their turn.
//!
//! They are served only to clients with the configured token, and name no person, address or identifier.

use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::storage::contracts::due;
use crate::storage::notifications::email_queue::{self, EmailState};

/// Purpose of the derived key with which tokens are compared.
const PURPOSE: &str = "metrics-token";

/// Current values of the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// Number of emails in each state.
    pub emails: Vec<(EmailState, i64)>,
    /// Number of contracts due for the jobs today and not yet processed.
    pub contracts_due: i64,
    /// Database connections in use.
    pub connections_in_use: u32,
    /// Database connections open.
    pub connections_open: u32,
    /// Writes that wait for their turn on SQLite.
    pub writes_waiting: usize,
}

/// Returns whether a client with this token may read the metrics. The comparison takes constant time; without a
/// configured token no one may.
pub fn may_read(app: &App, token: Option<&str>) -> bool {
    let wanted = app.settings.metrics_token.as_deref().filter(|wanted| !wanted.is_empty());
    let key = app.secret.derive(PURPOSE);
    match (wanted, token) {
        (Some(wanted), Some(token)) => key.signed(token.as_bytes(), &key.sign(wanted.as_bytes())),
        _ => false,
    }
}

/// Collects the metrics.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn measure(app: &App) -> Result<Measures, Error> {
    let (connections_in_use, connections_open) = app.pool.connections();
    let today = civil_day(app.clock.now());
    let (counted, contracts_due) = app.pool.read(|connection| {
        Ok((email_queue::count_by_state(connection)?, due::count_changing_by(connection, today)?))
    })?;
    let count = |state: EmailState| counted.iter().find(|(known, _)| *known == state.as_str()).map_or(0, |(_, n)| *n);
    let emails = EmailState::ALL.into_iter().map(|state| (state, count(state))).collect();
    let writes_waiting = app.pool.writes_waiting();
    Ok(Measures { emails, contracts_due, connections_in_use, connections_open, writes_waiting })
}
