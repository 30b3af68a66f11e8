//! Verifies that a payment still matches its approval: the amount, kind and payee account recorded in the approval's
//! event.
//!
//! The event is part of a hash chain, so a payment request that was changed in the database after its approval is not
//! paid. The event contains only a digest of the account, because more people read events than make payments.

use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::payments::stored_money;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains::{digest, events_with};
use crate::storage::payments::PaymentRequest;

/// Key of the kind of payment in the body of an event; absent for principal.
pub(super) const KIND: &str = "pays";
/// Key of the account's digest in the body of an event.
pub(in crate::services) const ACCOUNT: &str = "account_sha256";

/// Returns the digest of a payment request's account.
pub(super) fn account_digest(payment: &PaymentRequest) -> String {
    digest(&[&payment.account])
}

/// Refuses to pay a request whose amount, kind or account differs from what was approved. For approvals recorded before
/// events contained the account, only the amount is compared.
///
/// # Errors
/// `Conflict` if they differ, or nothing was approved; database errors.
pub(super) fn require_as_approved(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    payment: &PaymentRequest,
) -> Result<(), Error> {
    let stream = format!("contract:{}", record.contract.public_id);
    let approvals = events_with(connection, &stream, &[Action::ApprovePayment.into()])?;
    let mut bodies =
        approvals.iter().rev().filter_map(|event| serde_json::from_str::<serde_json::Value>(&event.body).ok());
    let amount = stored_money(payment.amount_fen)?.to_string();
    let is_same = |body: serde_json::Value| {
        let account = &body[ACCOUNT];
        let is_of_kind = body[KIND].as_str() == payment.kind.stored();
        is_of_kind
            && body["amount"] == amount.as_str()
            && (account.is_null() || *account == account_digest(payment).as_str())
    };
    let of_payment = |body: &serde_json::Value| body["payment"] == payment.public_id.as_str();
    if bodies.find(of_payment).is_some_and(is_same) {
        return Ok(());
    }
    Err(Error::Conflict(Message::new("payment-unlike-approved")))
}
