//! Returned submissions: why, and by whom, a deliverable was last rejected that is now to be submitted again.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::codes::FactKind;
use crate::domain::facts::Decision;
use crate::error::Error;
use crate::services::contracts::record::{Reversal, stored};
use crate::storage::AnyConnection;
use crate::storage::contracts::facts;
use crate::storage::identity::names::Names;
use crate::storage::ids::ContractId;

/// The rejection of a submission.
pub(super) struct Returned {
    /// Reason given.
    pub reason: String,
    /// Name of the officer.
    pub by: String,
}

/// Rejections by contract and code of the deliverable.
pub(super) type Rejections = BTreeMap<(ContractId, String), Returned>;

/// Loads the last rejection of each deliverable of these contracts that was not reversed.
///
/// # Errors
/// `Internal` for a fact that this program did not write.
pub(super) fn load_rejections(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<Rejections, Error> {
    if contracts.is_empty() {
        return Ok(Rejections::new());
    }
    let rows = facts::rejections_of(connection, contracts)?;
    let mut reversed = Vec::new();
    for (contract, row) in rows.iter().filter(|(_, row)| row.kind == FactKind::Reversal) {
        reversed.push((*contract, stored::<Reversal>(&row.body)?.seq));
    }
    let rejected = rows.iter().filter(|(_, row)| row.kind == FactKind::Decision);
    let rejected: Vec<_> = rejected.filter(|(contract, row)| !reversed.contains(&(*contract, row.seq))).collect();
    let names = Names::load(connection, rejected.iter().map(|(_, row)| Some(row.actor_id.0)))?;
    let mut found = Rejections::new();
    // A later one replaces an earlier one.
    for (contract, row) in rejected {
        let decision: Decision = stored(&row.body)?;
        let words: Value = stored(&row.words)?;
        let reason = words["note"].as_str().unwrap_or_default().to_owned();
        let returned = Returned { reason, by: names.of(row.actor_id) };
        found.insert((*contract, decision.deliverable.as_str().to_owned()), returned);
    }
    Ok(found)
}
