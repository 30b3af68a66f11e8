//! The announcement of a contract (statute publish-2wd), and of an amendment that came into force: its day, by an act of
//! its own or with its publication.

use chrono::NaiveDate;

use crate::error::{Error, Message};
use crate::services::contracts::append;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::transitions::ActionInput;
use crate::storage::contracts as rows;
use crate::storage::write::Tx;

/// Records the announcement of the contract.
///
/// # Errors
/// `Conflict` if that of what is in force is recorded already; as [`record_announcement`].
pub(super) fn publish(tx: &mut Tx<'_>, record: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    let from = record.to_announce_from(tx.context.today());
    if record.contract.published_on.is_some_and(|last| from.is_none_or(|from| from <= last)) {
        return Err(Error::conflict("published-already"));
    }
    let on = append::effective_day(tx, input.on);
    record_announcement(tx, record, on, "on")
}

/// Records the day of an announcement. `path` is the field of the day.
///
/// # Errors
/// `Refused` for a day in the future, or before the day from which the announcement was due.
pub(in crate::services) fn record_announcement(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    on: NaiveDate,
    path: &str,
) -> Result<(), Error> {
    check_announcement(record, on, tx.context.today(), path)?;
    rows::set_published_on(tx.connection, record.contract.id, on)?;
    record.contract.published_on = Some(on);
    Ok(())
}

/// Checks the day of an announcement. `path` is the field of the day.
///
/// # Errors
/// As [`record_announcement`].
pub(super) fn check_announcement(
    record: &ContractRecord,
    on: NaiveDate,
    today: NaiveDate,
    path: &str,
) -> Result<(), Error> {
    if on > today {
        let message = Message::new("day-in-the-future").with("today", today);
        return Err(Error::refused_at("not-in-the-future", path, message));
    }
    if record.to_announce_from(today).is_some_and(|from| on < from) {
        return Err(Error::refused_at("publish-2wd", path, Message::new("published-before-signing")));
    }
    Ok(())
}
