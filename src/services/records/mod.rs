//! Service records (服务记录): the contractor enters the services rendered, one by one or as a table; the justice station
//! of the township confirms or refuses them.
//!
//! All rows of one entry are accepted or none. A decided record never changes; after a refusal or withdrawal the
//! service can be entered again. Records change no figure: they are only counted, and compared with the submitted
//! quantity.

mod check;
pub mod decide;
pub mod import;
pub mod rows;
pub mod template;
pub mod totals;
pub mod view;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append};
use crate::services::identity::caller::Caller;
pub use crate::services::records::rows::{RecordInput, RecordsInput, Rows};
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::records;

/// Records after they were entered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecordsReceipt {
    /// Random identifiers of the records, in the order of the rows.
    pub ids: Vec<String>,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Enters service records as the contractor: all rows or none.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Refused` with every fault by row and column; `Duplicate` if every row is a record already;
/// `TooLarge` for more than 10,000 rows; `Conflict` in another state of the contract.
pub fn record(app: &App, caller: &Caller, contract: &str, rows: &Rows) -> Result<RecordsReceipt, Error> {
    let action = Action::RecordService;
    caller.may(action)?;
    acts::write_contract(app, caller, contract, action, |tx, record, _| {
        let new = check::check(tx, record, rows, caller.language)?;
        let by = tx.person()?;
        let id = tx.context.ids.uuid();
        let batch = records::insert(tx.connection, tx.context, (record.contract.id, by), &id, &new)?;
        tx.touch(ObjectKind::RecordBatch, batch.0);
        append_event(tx, &record.contract, action, json!({ "records": new.len() }))?;
        append::save_change(tx, record)?;
        let ids = new.into_iter().map(|row| row.public_id).collect();
        Ok(RecordsReceipt { ids, version: record.contract.version })
    })
}
