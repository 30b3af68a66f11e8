//! Opinions of recipients: the purchaser or the justice station issues codes for a deliverable and hands them out; each
//! recipient answers once, without signing in and without a name. Nothing records who was given which code, and no one
//! is shown which opinion came with which code: those who issue codes see the order in which they hand them out.
//!
//! A code is derived from the installation's secret and the identifier of its row, and only its keyed digest is stored,
//! so that a copy of the database reveals none and the issuer can read a code again until it is used.

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
use crate::services::shared::paging::{Page, Paged};
use crate::storage::contracts::Contract;
use crate::storage::opinions::{self as rows, NewCode, Opinion};

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

/// The receipt for issued codes. The list of opinions has the codes themselves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OpinionCodesReceipt {
    /// Identifiers of the codes, in the order of the list.
    pub ids: Vec<String>,
}

/// A code, without the opinion given with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpinionView {
    /// Random identifier; it is not the code.
    pub id: String,
    /// Code of the deliverable.
    pub deliverable: String,
    /// Name of the deliverable.
    pub deliverable_name: String,
    /// The code to hand out, for those who issue codes; null once it is used or has expired.
    pub code: Option<String>,
    /// Last day on which the code is valid.
    pub expires_on: NaiveDate,
    /// True once an opinion was given with it.
    pub used: bool,
}

/// Issues codes for a deliverable.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Refused` for an unknown deliverable, a number or day out of
/// bounds, or more codes than a contract may have.
pub fn issue(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &OpinionCodesInput,
) -> Result<OpinionCodesReceipt, Error> {
    acts::write_contract(app, caller, contract, Action::IssueOpinionCodes, |tx, record, _| {
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
        Ok(OpinionCodesReceipt { ids: codes.into_iter().map(|code| code.public_id).collect() })
    })
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

/// Lists the codes of a contract, oldest first.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<OpinionView>, Error> {
    caller.may(Action::ReadOpinions)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadOpinions)?;
        let one = |id: &str| Ok(rows::one_of_contract(connection, contract.id, id)?.map(|row| row.id.0));
        let after = page.after_key(one)?;
        let cut = page.cut(rows::page_of_contract(connection, contract.id, after, page.rows())?, |row| &row.public_id);
        let record = ContractRecord::load(connection, contract)?;
        Ok(cut.map(|row| view(app, caller, &record, row)))
    })
}

fn view(app: &App, caller: &Caller, record: &ContractRecord, row: Opinion) -> OpinionView {
    let is_open = row.answered_on.is_none() && caller.today() <= row.expires_on;
    let code = (is_open && issues(caller, &record.contract)).then(|| code_of(app, &row.public_id));
    OpinionView {
        code,
        deliverable_name: record.all_names_on(caller.today()).deliverable(&row.deliverable).to_owned(),
        id: row.public_id,
        deliverable: row.deliverable,
        expires_on: row.expires_on,
        used: row.answered_on.is_some(),
    }
}

/// Returns whether a caller may issue codes for a contract now.
fn issues(caller: &Caller, contract: &Contract) -> bool {
    caller.open_actions(contract).contains(&Action::IssueOpinionCodes)
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
