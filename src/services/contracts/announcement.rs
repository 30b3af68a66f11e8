//! The announcement of a contract (statute publish-2wd): its day, by an act of its own or with its publication.

use chrono::NaiveDate;

use crate::error::{Error, Message};
use crate::services::contracts::append;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::transitions::ActionInput;
use crate::storage::contracts::{self as rows, Contract};
use crate::storage::write::Tx;

/// Records the announcement of the contract.
///
/// # Errors
/// `Conflict` if it is recorded already; as [`record_announcement`].
pub(super) fn publish(tx: &mut Tx<'_>, record: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    if record.contract.published_on.is_some() {
        return Err(Error::conflict("published-already"));
    }
    let on = append::effective_day(tx, input.on);
    record_announcement(tx, record, on, "on")
}

/// Records the day of the announcement of a contract that has none yet. `path` is the field of the day.
///
/// # Errors
/// `Refused` for a day in the future or before the signing, or if an announcement is recorded already.
pub(in crate::services) fn record_announcement(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    on: NaiveDate,
    path: &str,
) -> Result<(), Error> {
    check_announcement(&record.contract, on, tx.context.today(), path)?;
    rows::set_published_on(tx.connection, record.contract.id, on)?;
    record.contract.published_on = Some(on);
    Ok(())
}

/// Checks the day of an announcement. `path` is the field of the day.
///
/// # Errors
/// As [`record_announcement`].
pub(super) fn check_announcement(
    contract: &Contract,
    on: NaiveDate,
    today: NaiveDate,
    path: &str,
) -> Result<(), Error> {
    if on > today {
        let message = Message::new("day-in-the-future").with("today", today);
        return Err(Error::refused_at("not-in-the-future", path, message));
    }
    if contract.signed_on.is_some_and(|signed| on < signed) {
        return Err(Error::refused_at("publish-2wd", path, Message::new("published-before-signing")));
    }
    Ok(())
}
