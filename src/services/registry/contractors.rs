//! Contractors: found by a part of their name, added by an administrator. Their account is for those who pay into it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ContractorKind, Function, Role};
use crate::domain::credit_code::{CreditCode, CreditCodeError};
use crate::domain::policy::{Action, role_may};
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::{STREAM, body};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::audit::event_action::EventAction;
use crate::storage::registry::contractors;
pub use crate::storage::registry::organisations::Account;
use crate::storage::registry::organisations::{self as rows, Contractor, NewContractor};
use crate::storage::write::{Event, write};

/// Most characters of the qualifications.
const QUALIFICATIONS: usize = 2000;
/// How much of an account's number everybody sees.
const SHOWN: usize = 4;

/// A contractor that is to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractorInput {
    /// 统一社会信用代码 (GB 32100-2015).
    pub credit_code: String,
    /// Name.
    pub name: String,
    /// Kind of body.
    pub kind: ContractorKind,
    /// Declared to be a small or medium enterprise.
    pub sme: bool,
    /// Qualifications in words.
    #[serde(default)]
    pub qualifications: String,
}

/// A contractor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContractorView {
    /// 统一社会信用代码.
    pub credit_code: String,
    /// Name.
    pub name: String,
    /// Kind of body.
    pub kind: ContractorKind,
    /// Declared to be a small or medium enterprise.
    pub sme: bool,
    /// Qualifications in words.
    pub qualifications: String,
    /// Payee account in force; the number is masked except to finance bureaus and the contractor itself.
    pub account: Option<Account>,
}

/// A page of contractors; `q` is a part of the name or the credit code.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, q: Option<&str>, page: &Page) -> Result<Paged<ContractorView>, Error> {
    caller.may(Action::ListContractors)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| rows::key_of(connection, id))?;
        let found = contractors::list(connection, q, after, page.rows())?;
        Ok(page.cut(found, |contractor| &contractor.public_id).map(|contractor| view(caller, contractor)))
    })
}

/// One contractor and the version of its row. A contractor's people know of their own alone.
///
/// # Errors
/// `NotFound` for one that does not exist or that the caller may not know of.
pub fn show(app: &App, caller: &Caller, credit_code: &str) -> Result<(i64, ContractorView), Error> {
    let seats = caller.may(Action::ShowContractor)?;
    let found = rows::contractor_by_credit_code(&mut *app.pool.get()?, credit_code)?.ok_or(Error::NotFound)?;
    let knows = seats
        .iter()
        .any(|seat| role_may(seat.role, Action::ListContractors) || seat.organisation == found.organisation_id);
    if !knows {
        return Err(Error::NotFound);
    }
    Ok((found.changed_at.and_utc().timestamp_micros(), view(caller, found)))
}

/// Adds a contractor: the organisation, and what is known of it.
///
/// # Errors
/// `Forbidden`; `Refused` for a credit code that is mistyped or known already.
pub fn add(app: &App, caller: &Caller, input: &ContractorInput) -> Result<ContractorView, Error> {
    let seat = caller.seat(Action::ManageOrganisations)?;
    check(input)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, seat), |tx| {
        let (code, name) = (input.credit_code.as_str(), input.name.trim());
        let id = rows::insert(tx.connection, &public_id, code, name, Function::Contractor, None)?;
        let new = NewContractor {
            organisation_id: id,
            credit_code: code,
            kind: input.kind,
            sme: input.sme,
            name_key: &name.to_lowercase(),
            qualifications: input.qualifications.trim(),
            changed_at: tx.context.now,
        };
        rows::insert_contractor(tx.connection, &new)?;
        tx.event(&Event {
            stream: STREAM,
            action: EventAction::ContractorAdd,
            object: &public_id,
            body: body(input)?,
        })?;
        Ok(ContractorView {
            credit_code: code.to_owned(),
            name: name.to_owned(),
            kind: input.kind,
            sme: input.sme,
            qualifications: new.qualifications.to_owned(),
            account: None,
        })
    })
}

/// Whether a contractor's input is well formed.
///
/// # Errors
/// `Refused` with what is wrong.
pub fn check(input: &ContractorInput) -> Result<(), Error> {
    let code = CreditCode::parse(&input.credit_code).map_err(|error| match error {
        CreditCodeError::Shape => "credit-code-shape",
        CreditCodeError::Check => "credit-code-check",
    });
    let mut faults = Faults::new(if code.is_err() { "credit-code" } else { "register" });
    if let Err(key) = code {
        faults.add("credit_code", Message::new(key));
    }
    faults.line("name", &input.name);
    let control = |c: char| c.is_control() && c != '\n';
    if input.qualifications.chars().count() > QUALIFICATIONS || input.qualifications.chars().any(control) {
        faults.add("qualifications", Message::new("register-text-length").with("most", QUALIFICATIONS));
    }
    faults.none()
}

/// Whether a caller sees the whole number of a contractor's account.
fn sees_account(caller: &Caller, contractor: &Contractor) -> bool {
    caller.seats.iter().any(|seat| {
        let pays = matches!(seat.role, Role::Reviewer | Role::Approver | Role::Cashier);
        (pays && seat.function == Function::Finance) || seat.organisation == contractor.organisation_id
    })
}

fn view(caller: &Caller, contractor: Contractor) -> ContractorView {
    let whole = sees_account(caller, &contractor);
    let account = Some(contractor.account).filter(|account| !account.number.is_empty());
    ContractorView {
        credit_code: contractor.credit_code,
        name: contractor.name,
        kind: contractor.kind,
        sme: contractor.sme,
        qualifications: contractor.qualifications,
        account: account.map(|account| if whole { account } else { masked(&account) }),
    }
}

/// An account of whose number only the end is shown.
pub fn masked(account: &Account) -> Account {
    let hidden = account.number.chars().count().saturating_sub(SHOWN);
    let number = account.number.chars().enumerate().map(|(place, c)| if place < hidden { '*' } else { c }).collect();
    Account { name: account.name.clone(), bank: account.bank.clone(), number }
}
