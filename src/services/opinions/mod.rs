//! Opinions of recipients: the purchaser or the justice station issues codes for a deliverable and hands them out; each
//! recipient answers once, without signing in and without a name. Nothing records who was given which code, and no one
//! is shown which opinion came with which code.
//!
//! Codes are shown once, in the answer to their issue; afterwards they are only counted, so that no list tells their
//! issuer which are still unused. Only keyed digests are stored. A code is derived from the installation's secret and
//! the identifier of its row, so that a repeated request is answered as at first without any code being stored.

pub mod answer;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::one_time::short_code;
use crate::app::App;
use crate::domain::opinions::{CODES_AT_ONCE, MAX_CODES, MAX_DAYS, OpinionTotals};
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::error::{Error, Message};
use crate::services::contracts::acts;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::identity::caller::Caller;
use crate::services::shared::faults::Faults;
use crate::storage::opinions::{self as rows, NewCode};

/// Codes to issue.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpinionCodesInput {
    /// Code of the deliverable.
    pub deliverable: String,
    /// Number of codes, 1 to 200.
    pub number: usize,
    /// Last day on which they are valid, at most 180 days from today.
    #[serde(deserialize_with = "date")]
    pub expires_on: NaiveDate,
}

/// The codes that were issued. They are shown this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IssuedCodes {
    pub codes: Vec<String>,
}

/// The receipt that is stored for a repeated request: identifiers of the codes, in the order of their issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Receipt {
    ids: Vec<String>,
}

/// Issues codes for a deliverable.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Refused` for an unknown deliverable, a number or day out of
/// bounds, or more codes than a contract may have.
pub fn issue(app: &App, caller: &Caller, contract: &str, input: &OpinionCodesInput) -> Result<IssuedCodes, Error> {
    let receipt = acts::write_contract(app, caller, contract, Action::IssueOpinionCodes, |tx, record, _| {
        check(record, input, tx.context.today())?;
        let issued: i64 = rows::totals(tx.connection, record.contract.id)?.iter().map(|one| one.issued).sum();
        if issued.saturating_add(i64::try_from(input.number).unwrap_or(i64::MAX)) > MAX_CODES {
            let message = Message::new("opinion-codes-most").with("most", MAX_CODES);
            return Err(Error::refused_at("opinion-codes", "number", message));
        }
        let codes: Vec<NewCode> = (0..input.number).map(|_| new_code(app, tx.context.ids.uuid())).collect();
        let by = tx.person()?;
        let of = (input.deliverable.as_str(), input.expires_on);
        rows::insert(tx.connection, tx.context, (record.contract.id, by), of, &codes)?;
        let body = serde_json::json!({
            "deliverable": input.deliverable, "codes": codes.len(), "expires_on": input.expires_on,
        });
        append_event(tx, &record.contract, Action::IssueOpinionCodes, body)?;
        Ok(Receipt { ids: codes.into_iter().map(|code| code.public_id).collect() })
    })?;
    Ok(IssuedCodes { codes: receipt.ids.iter().map(|id| code_of(app, id)).collect() })
}

fn check(record: &ContractRecord, input: &OpinionCodesInput, today: NaiveDate) -> Result<(), Error> {
    let mut faults = Faults::new("opinion-codes");
    let deliverables = &record.terms_on(today).deliverables;
    if !deliverables.iter().any(|agreed| agreed.code.as_str() == input.deliverable) {
        faults.add("deliverable", Message::new("opinion-deliverable-unknown"));
    }
    if !CODES_AT_ONCE.contains(&input.number) {
        let bounds = Message::new("record-bounds").with("least", CODES_AT_ONCE.start());
        faults.add("number", bounds.with("most", CODES_AT_ONCE.end()));
    }
    let last = today.checked_add_days(Days::new(MAX_DAYS)).unwrap_or(today);
    if !(today..=last).contains(&input.expires_on) {
        faults.add("expires_on", Message::new("opinion-expiry").with("first", today).with("last", last));
    }
    faults.finish()
}

fn new_code(app: &App, public_id: String) -> NewCode {
    let code_hash = answer::digest(app, &code_of(app, &public_id).replace('-', ""));
    NewCode { public_id, code_hash }
}

/// Returns the code of a row.
fn code_of(app: &App, public_id: &str) -> String {
    short_code(app.secret.derive(&format!("opinion/{public_id}")).bytes)
}

/// Counts the opinions of a contract by deliverable, with their remarks.
///
/// # Errors
/// `Forbidden`; `NotFound` for a contract that the caller may not see.
pub fn load_totals(app: &App, caller: &Caller, contract: &str) -> Result<Vec<OpinionTotals>, Error> {
    caller.may(Action::ReadOpinions)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadOpinions)?;
        rows::totals(connection, contract.id)
    })
}

/// Counts the opinions of a contract by deliverable, with their remarks for those who may read opinions.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see.
pub fn count(app: &App, caller: &Caller, contract: &str) -> Result<Vec<OpinionTotals>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let mut totals = rows::totals(connection, contract.id)?;
        if caller.may(Action::ReadOpinions).is_err() {
            totals.iter_mut().for_each(|one| one.remarks.clear());
        }
        Ok(totals)
    })
}
