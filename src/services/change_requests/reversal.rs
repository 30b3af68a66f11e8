//! Requests for the reversal of a fact, and the state beside the facts that a granted reversal restores: a paid payment
//! request becomes returned, a contract that ended early becomes active. The facts themselves are never deleted.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, ContractState, FactKind, Role};
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::change_requests::ChangeRequestSummary;
use crate::services::change_requests::open::{NewRequest, open_request};
use crate::services::contracts::record::{ContractRecord, Reversal, stored};
use crate::services::contracts::transitions::to_value;
use crate::services::deliverables::invoice_rules;
use crate::services::identity::caller::Caller;
use crate::services::payments;
use crate::storage::AnyConnection;
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts;
use crate::storage::contracts::facts::{self, FactRow, NewFact};
use crate::storage::ids::ContractId;
use crate::storage::payments as stored_payments;
use crate::storage::write::Tx;

/// The reversal of a fact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalInput {
    /// Number of the fact within the contract.
    pub seq: i64,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
    /// Accepted and ignored: a second request about the same thing would change nothing.
    #[serde(default)]
    pub another: bool,
}

/// Requests the reversal of a fact. The cashier, or the accountant who pays, may only request the reversal of a payment,
/// also of late interest. Another person of finance decides on a reversal that the cashier requests, and on that of a
/// payment that finance made, also if the purchaser requests it; otherwise the leader.
///
/// # Errors
/// `Forbidden`, also for the cashier and any other fact; `NotFound`; `Conflict` in another state; `Duplicate` while the
/// fact's reversal is pending; `Refused` if the fact could not be reversed today.
pub fn request_reversal(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &ReversalInput,
) -> Result<ChangeRequestSummary, Error> {
    caller.may(Action::RequestReversal)?;
    let new = NewRequest {
        kind: ChangeRequestKind::Reversal,
        body: to_value(&Reversal { seq: input.seq })?,
        reason: input.reason.clone(),
        another: input.another,
    };
    open_request(app, caller, contract, &new)
}

/// Rejects the reversal of anything but a payment. An unknown fact passes here, and is refused when it is recorded.
pub(super) fn reject_unless_payment(record: &ContractRecord, fact: &NewFact) -> Result<(), Error> {
    let seq = reversed_seq(fact)?;
    let is_payment = |kind| matches!(kind, FactKind::Payment | FactKind::Interest);
    let is_other = record.rows.iter().any(|row| row.seq == seq && !is_payment(row.kind));
    if is_other { Err(Error::forbidden("cashier-reverses-payments")) } else { Ok(()) }
}

/// Returns whether a reversal is about a payment that finance made, also of late interest. The purchaser's accountant
/// makes it where the approval chain says so.
pub(super) fn is_paid_by_finance(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    fact: &NewFact,
) -> Result<bool, Error> {
    let seq = reversed_seq(fact)?;
    let is_payment = |row: &&FactRow| row.seq == seq && matches!(row.kind, FactKind::Payment | FactKind::Interest);
    let Some(row) = record.rows.iter().find(is_payment) else { return Ok(false) };
    let words: PaymentWords = stored(&row.words)?;
    let paid = stored_payments::by_public_ids(connection, &[&words.payment])?;
    let payer = paid.first().and_then(|paid| record.payment_chain(paid).role_of(Action::PayPayment, paid.state));
    Ok(payer != Some(Role::Accountant))
}

/// Loads the people who recorded the facts that reversals at finance are about, each with the request's identifier; they
/// do not decide on it.
pub(in crate::services) fn recorders(
    connection: &mut AnyConnection,
    requests: &[ChangeRequest],
) -> Result<Vec<(String, Actor<i64>)>, Error> {
    let at_finance = requests.iter().filter(|request| request.state == ChangeRequestState::AtFinance);
    let place = |request: &ChangeRequest| Ok((request.contract_id, stored::<Reversal>(&request.body)?.seq));
    let places = at_finance.clone().map(place).collect::<Result<Vec<_>, Error>>()?;
    let found = facts::numbered(connection, &places)?;
    let recorder = |(request, (contract, seq)): (&ChangeRequest, &(ContractId, i64))| {
        let (_, row) = found.iter().find(|(of, row)| of == contract && row.seq == *seq)?;
        Some((request.public_id.clone(), Actor { person: row.actor_id.0, on_behalf_of: row.for_id }))
    };
    Ok(at_finance.zip(&places).filter_map(recorder).collect())
}

/// Restores the state that the reversed fact had changed beside the facts: that of a payment request, or of a contract
/// that ended early.
pub(super) fn restore_state(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    fact: &NewFact,
    reason: &str,
) -> Result<(), Error> {
    let seq = reversed_seq(fact)?;
    let Some(row) = record.rows.iter().find(|row| row.seq == seq) else {
        return Ok(());
    };
    match row.kind {
        FactKind::Invoice => invoice_rules::release_number(tx, record.contract.id, row),
        FactKind::Payment | FactKind::Interest => {
            let words: PaymentWords = stored(&row.words)?;
            payments::reverse_payment(tx, record, &words.payment, reason)
        }
        FactKind::End if record.contract.state == ContractState::Terminated => {
            contracts::set_state(tx.connection, record.contract.id, ContractState::Active)?;
            record.contract.state = ContractState::Active;
            Ok(())
        }
        // The standing no longer counts them, and nothing else was derived from them.
        FactKind::Extension
        | FactKind::Submission
        | FactKind::Decision
        | FactKind::Score
        | FactKind::Headcount
        | FactKind::Incident
        | FactKind::Waiver
        | FactKind::Survey
        | FactKind::End
        | FactKind::InterestWaiver
        | FactKind::Reversal => Ok(()),
    }
}

/// Returns the number of the fact that a reversal is about.
fn reversed_seq(fact: &NewFact) -> Result<i64, Error> {
    Ok(stored::<Reversal>(&fact.body.to_string())?.seq)
}

/// The texts stored with the fact of a payment, of principal or of late interest.
#[derive(Deserialize)]
struct PaymentWords {
    /// Random identifier of the payment request.
    payment: String,
}
