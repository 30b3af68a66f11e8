//! Funding: what contracts commit never exceeds their appropriation (支付条例 8, 预算法 13).
//!
//! Every commitment is made here, in the transaction of the step that causes it.

use crate::domain::codes::ProposalState;
use crate::domain::money::{Money, Sum};
use crate::error::{Error, Message};
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::locks;
use crate::storage::registry::appropriations::{self, Appropriation};
use crate::storage::write::Tx;

/// Commits an amount in fen to a contract, from its appropriation.
///
/// # Errors
/// `Refused` (budget-first) without an approved appropriation of the purchaser, or beyond what is free of it.
pub fn commit(tx: &mut Tx<'_>, contract: &Contract, amount_fen: i64) -> Result<(), Error> {
    if let Some(id) = contract.appropriation_id {
        locks::lock_appropriation(tx.connection, id)?;
    }
    let appropriation = own_appropriation(tx.connection, contract)?;
    let free = free_fen(tx.connection, &appropriation)?;
    if amount_fen > free {
        let yuan = |fen: i64| Sum::from(Money::from_fen(fen).unwrap_or_default()).to_string();
        let message = Message::new("budget-exceeded").with("amount", yuan(amount_fen)).with("free", yuan(free.max(0)));
        return Err(Error::refused_at("budget-first", "appropriation", message));
    }
    appropriations::commit(tx.connection, appropriation.id, contract.id, amount_fen, tx.context.now)
}

/// Returns the approved appropriation of the purchaser that funds a contract.
fn own_appropriation(connection: &mut AnyConnection, contract: &Contract) -> Result<Appropriation, Error> {
    let refused = |key| Error::refused_at("budget-first", "appropriation", Message::new(key));
    let id = contract.appropriation_id.ok_or_else(|| refused("appropriation-missing"))?;
    let appropriation = appropriations::by_id(connection, id)?.ok_or_else(|| refused("appropriation-missing"))?;
    if appropriation.state != ProposalState::Approved {
        return Err(refused("appropriation-not-approved"));
    }
    if appropriation.bureau_id != contract.purchaser_id {
        return Err(refused("appropriation-of-another"));
    }
    Ok(appropriation)
}

/// Returns what no contract has committed of an appropriation, in fen.
///
/// # Errors
/// Database errors.
pub fn free_fen(connection: &mut AnyConnection, appropriation: &Appropriation) -> Result<i64, Error> {
    let committed = appropriations::committed(connection, &[appropriation.id])?;
    Ok(committed.into_iter().fold(appropriation.amount_fen, |free, (_, fen)| free.saturating_sub(fen)))
}
