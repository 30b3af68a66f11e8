//! What operations measure of the program's work: letters, contracts that wait for the jobs, connections. For whoever has the
//! token of the settings alone.

use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::storage::contracts;
use crate::storage::notifications::email_queue;

/// What the key is derived for by which tokens are compared.
const PURPOSE: &str = "metrics-token";

/// How things stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// Letters by state.
    pub letters: Vec<(String, i64)>,
    /// Contracts that the jobs have to look at today and have not yet.
    pub contracts_due: i64,
    /// Connections to the database in use.
    pub connections_in_use: u32,
    /// Connections to the database that are open.
    pub connections_open: u32,
}

/// Whether somebody who brings a token may read the measures: there is one, and it is this. It takes as long for a wrong one.
pub fn may_read(app: &App, token: Option<&str>) -> bool {
    let wanted = app.settings.metrics_token.as_deref().filter(|wanted| !wanted.is_empty());
    let key = app.secret.derive(PURPOSE);
    match (wanted, token) {
        (Some(wanted), Some(token)) => key.signed(token.as_bytes(), &key.sign(wanted.as_bytes())),
        _ => false,
    }
}

/// How things stand now.
///
/// # Errors
/// The database does not answer.
pub fn measure(app: &App) -> Result<Measures, Error> {
    let (connections_in_use, connections_open) = app.pool.connections();
    let today = civil_day(app.clock.now());
    let (counted, contracts_due) = app.pool.read(|connection| {
        Ok((email_queue::by_state(connection)?, contracts::count_changing_by(connection, today)?))
    })?;
    let count = |state: &str| counted.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count);
    let letters = email_queue::STATES.iter().map(|state| ((*state).to_owned(), count(state))).collect();
    Ok(Measures { letters, contracts_due, connections_in_use, connections_open })
}
