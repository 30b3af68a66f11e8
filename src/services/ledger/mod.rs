//! The ledger (`domain::ledger`): what is posted, what readers see of it, and its check.
//!
//! [`post`] is called by the one place that saves a contract's projection. Balances of appropriations are read here
//! only, so that every page and every commitment has the same free amount.

pub mod check;
pub mod post;
pub mod view;

use std::collections::BTreeMap;

use crate::domain::ledger::Balances;
use crate::error::Error;
use crate::storage::AnyConnection;
use crate::storage::ids::AppropriationId;
use crate::storage::ledger as rows;
use crate::storage::registry::appropriations::Appropriation;

/// Returns the balances of appropriations, in their order.
///
/// # Errors
/// The database's.
pub(in crate::services) fn balances(
    connection: &mut AnyConnection,
    appropriations: &[Appropriation],
) -> Result<Vec<Balances>, Error> {
    let ids: Vec<AppropriationId> = appropriations.iter().map(|row| row.id).collect();
    let sums: BTreeMap<AppropriationId, Balances> = rows::sums(connection, &ids)?.into_iter().collect();
    let of = |row: &Appropriation| {
        let contracts = sums.get(&row.id).copied().unwrap_or_default();
        Balances::of_appropriation(row.approved_fen(), contracts)
    };
    Ok(appropriations.iter().map(of).collect())
}
