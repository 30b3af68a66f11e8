//! Changes of an appropriation's own amounts: the approved amount, the reserved amount, and the amount taken of what
//! contracts had released. Each change is an act in the appropriation's chain, which the postings name as their cause.

use crate::domain::ledger::{Balances, LedgerAccount, Posting};
use crate::domain::money::{Money, Sum};
use crate::error::{Error, Message};
use crate::services::ledger::balances;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::ledger::changes as rows;
use crate::storage::registry::appropriations::{self, Appropriation};
use crate::storage::write::{Event, Tx};

/// Records an act in the chain of an appropriation.
///
/// # Errors
/// Those of the database.
pub(super) fn record(
    tx: &mut Tx<'_>,
    of: &Appropriation,
    (action, object): (EventAction, &str),
    body: serde_json::Value,
) -> Result<(), Error> {
    tx.event(&Event { stream: &ObjectKind::Appropriation.stream(&of.public_id), action, object, body })
}

/// Posts to an appropriation and returns it as updated. The cause is the act that was just recorded in its chain.
///
/// # Errors
/// `Refused` for an amount above the maximum; database errors.
pub(super) fn post(tx: &mut Tx<'_>, of: &Appropriation, postings: &[Posting]) -> Result<Appropriation, Error> {
    let cause = tx.cause().ok_or_else(|| Error::Internal("a posting has no recorded act".to_owned()))?;
    rows::post(tx.connection, of.id, (tx.context.today(), &cause), postings)?;
    let mut own = of.own_balances();
    postings.iter().for_each(|posting| own.post(posting));
    let amount_fen = own.of(LedgerAccount::Appropriated).saturating_neg();
    if Money::from_fen(amount_fen).is_none() {
        return Err(Error::refused_at("register", "amount", Message::new("budget-change-too-large")));
    }
    let kept = |fen: i64| Some(fen).filter(|fen| *fen != 0);
    let after = Appropriation {
        amount_fen,
        reclaimed_fen: kept(own.of(LedgerAccount::Released).saturating_neg()),
        reserved_fen: kept(own.of(LedgerAccount::Reserved)),
        ..of.clone()
    };
    appropriations::store_amounts(tx.connection, &after)?;
    Ok(after)
}

/// Returns the balances of an appropriation, after checking that an amount in fen is free.
///
/// # Errors
/// `Refused` (budget-first) if less is free; database errors.
pub(super) fn require_free(connection: &mut AnyConnection, of: &Appropriation, fen: i64) -> Result<Balances, Error> {
    let balances = balances(connection, std::slice::from_ref(of))?.pop().unwrap_or_default();
    if fen <= balances.free_fen() {
        return Ok(balances);
    }
    let yuan = |fen: i64| Sum::from_fen(fen.into()).to_string();
    let message =
        Message::new("budget-change-exceeds").with("amount", yuan(fen)).with("free", yuan(balances.free_fen().max(0)));
    Err(Error::refused_at("budget-first", "amount", message))
}
