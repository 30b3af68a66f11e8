//! Alerts about money outside the payment requests: penalties recovered or written off, claims on guarantees, and
//! interest that the contractor waives.

use chrono::NaiveDate;

use crate::domain::codes::AlertKind;
use crate::domain::guarantees::ClaimState;
use crate::domain::money::Money;
use crate::domain::subject::Subject;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::notifications::alerts::{self, Alert, format_yuan};
use crate::storage::guarantees::GuaranteeClaim;
use crate::storage::write::Tx;

/// Notifies the people concerned of a step of a recovery (`demanded`, `received`, `written-off` or `refused`), with its
/// amount, its reason and its day.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_recovery(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    (id, step): (&str, &str),
    (amount, reason, day): (Money, &str, Option<NaiveDate>),
) -> Result<(), Error> {
    let kind = if step == "refused" { AlertKind::WriteOffRefused } else { AlertKind::RecoveryChanged };
    let args = vec![
        ("state", step.to_owned()),
        ("amount", amount.to_string()),
        ("reason", reason.to_owned()),
        ("on", day.map(|day| day.to_string()).unwrap_or_default()),
    ];
    let alert = Alert::inform(kind, Subject::Recovery(id.to_owned()), tx.context.today(), args);
    alerts::enqueue(tx, record, &[alert])
}

/// Notifies the people concerned that a claim on a guarantee was granted or refused.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_claim(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    (guarantee, claim): (&str, &GuaranteeClaim),
    (state, reason): (ClaimState, &str),
) -> Result<(), Error> {
    let kind = if state == ClaimState::Granted { AlertKind::ClaimGranted } else { AlertKind::ClaimRefused };
    let subject = Subject::Claim { guarantee: guarantee.to_owned(), claim: claim.id.0 };
    let args = vec![("amount", format_yuan(claim.amount_fen)), ("reason", reason.to_owned())];
    alerts::enqueue(tx, record, &[Alert::inform(kind, subject, tx.context.today(), args)])
}

/// Notifies the purchaser and finance that the contractor waived interest on late payment.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell_interest_waiver(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    milestone: &str,
    (amount, reason): (Money, &str),
) -> Result<(), Error> {
    let subject = Subject::OfMilestone { milestone: milestone.to_owned(), fact: record.contract.fact_seq };
    let args = vec![("amount", amount.to_string()), ("reason", reason.to_owned())];
    let alert = Alert::inform(AlertKind::InterestWaived, subject, tx.context.today(), args);
    alerts::enqueue(tx, record, &[alert])
}
