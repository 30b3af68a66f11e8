//! The schema of the database compared with what the migrations make: a foreign trigger, view or index changes rows or
//! answers behind the program's back.

use crate::app::App;
use crate::error::Error;
use crate::services::audit::check::Difference;
use crate::storage::catalogue;

/// Returns each object of the schema that is foreign, missing or defined in another way.
///
/// # Errors
/// Database errors.
pub fn differences(app: &App) -> Result<Vec<Difference>, Error> {
    let (present, made) = app
        .pool
        .read(|connection| Ok((catalogue::present(connection)?, catalogue::made_by_migrations(connection)?)))?;
    let unlike = present.iter().filter_map(|(what, definition)| match made.get(what) {
        None => Some(format!("foreign {what}")),
        Some(same) if same == definition => None,
        Some(_) => Some(format!("{what} is not as the program makes it")),
    });
    let missing = made.keys().filter(|what| !present.contains_key(*what)).map(|what| format!("missing {what}"));
    Ok(unlike.chain(missing).map(|what| Difference { at: "schema".to_owned(), what }).collect())
}
