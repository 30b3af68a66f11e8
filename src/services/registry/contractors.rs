//! The register of contractors: searched by name or credit code, extended by administrators.
//!
//! Only finance bureaus and the contractor itself see the whole number of a payee account. A finance officer's look at it
//! here is an event; where they decide on a payment, its opening is one (`contracts::openings`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ContractorKind, Function};
use crate::domain::credit_code::{CreditCode, CreditCodeError};
use crate::domain::policy::{Action, role_may};
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::people::record_event;
use crate::services::registry::organisations::{STREAM, event_body};
use crate::services::registry::proposals;
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs::hidden_fault;
use crate::services::shared::paging::{Named, Page, Paged, SUGGESTION_ROWS, Suggestions};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::locks::Scope;
use crate::storage::registry::contractors;
pub use crate::storage::registry::organisations::Account;
use crate::storage::registry::organisations::{self as rows, Contractor, NewContractor};
use crate::storage::write::{Event, write, write_in};

/// Maximum length of the qualifications in characters.
const MAX_QUALIFICATIONS: usize = 2000;
/// Number of final digits of an account that remain visible when it is masked.
const VISIBLE_DIGITS: usize = 4;

/// A contractor to add.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractorInput {
    /// Unified social credit code, 统一社会信用代码 (GB 32100-2015).
    pub credit_code: String,
    /// Registered name.
    pub name: String,
    /// Legal form.
    pub kind: ContractorKind,
    /// `true` for a declared small or medium-sized enterprise.
    pub sme: bool,
    /// Qualifications, up to 2,000 characters.
    #[serde(default)]
    pub qualifications: String,
}

impl ContractorInput {
    /// Returns the input with its identifiers in their stored form.
    pub(crate) fn folded(&self) -> Self {
        Self { credit_code: identifier(&self.credit_code).to_uppercase(), ..self.clone() }
    }
}

/// A registered contractor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContractorView {
    /// Unified social credit code, 统一社会信用代码 (GB 32100-2015).
    pub credit_code: String,
    /// Registered name.
    pub name: String,
    /// Legal form.
    pub kind: ContractorKind,
    /// `true` for a declared small or medium-sized enterprise.
    pub sme: bool,
    /// Qualifications, up to 2,000 characters.
    pub qualifications: String,
    /// Payee account in force. Its number is masked in lists, and whole in one contractor's entry for finance bureaus and
    /// the contractor itself.
    pub account: Option<Account>,
}

/// Lists contractors; `q` matches a part of the name or of the credit code.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, q: Option<&str>, page: &Page) -> Result<Paged<ContractorView>, Error> {
    caller.may(Action::ListContractors)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| rows::key_of(connection, id))?;
        let found = contractors::list(connection, q, after, page.rows())?;
        Ok(page.cut(found, |contractor| &contractor.public_id).map(masked))
    })
}

/// Searches contractors: first the contractor with the query as credit code, then names that start with the query, then
/// names and credit codes that contain it.
///
/// # Errors
/// `Forbidden` for a caller without the right to list contractors.
pub fn suggest(app: &App, caller: &Caller, q: &str) -> Result<Suggestions<ContractorView>, Error> {
    caller.may(Action::ListContractors)?;
    let q = q.trim();
    app.pool.read(|connection| {
        let found = (0..3).map(|step| match step {
            0 => Ok(rows::contractor_by_credit_code(connection, &identifier(q).to_uppercase())?.into_iter().collect()),
            1 => contractors::list_by_prefix(connection, q, SUGGESTION_ROWS),
            _ => contractors::list(connection, Some(q), 0, SUGGESTION_ROWS),
        });
        Ok(Suggestions::collect(found, |found| found.organisation_id)?.map(masked))
    })
}

/// Finds the contractor that a person names by credit code or, if no other contractor has it, by full name; otherwise
/// the contractors that [`suggest`] suggests.
///
/// # Errors
/// `Forbidden` for a caller without the right to list contractors.
pub fn find_named(app: &App, caller: &Caller, named: &str) -> Result<Named<ContractorView>, Error> {
    let mut similar = suggest(app, caller, named)?;
    let code = identifier(named).to_uppercase();
    // Contractors with the whole text as their code or name come first.
    let is_named = |contractor: &ContractorView| key(&contractor.name) == key(named);
    let only = similar.items.iter().filter(|contractor| is_named(contractor)).count() == 1;
    let place = similar.items.iter().position(|contractor| contractor.credit_code == code);
    match place.or_else(|| similar.items.iter().position(is_named).filter(|_| only)) {
        Some(place) => Ok(Named::Exact(similar.items.swap_remove(place))),
        None => Ok(Named::Similar(similar)),
    }
}

/// Returns a contractor and its version, for the `ETag`. The staff of a contractor may only see their own.
///
/// # Errors
/// `NotFound` for a contractor that does not exist or that the caller may not see; `Unavailable` if a whole account number
/// would be shown and that cannot be recorded.
pub fn show(app: &App, caller: &Caller, credit_code: &str) -> Result<(i64, ContractorView), Error> {
    let seats = caller.may(Action::ShowContractor)?;
    let found = rows::contractor_by_credit_code(&mut *app.pool.get()?, credit_code)?.ok_or(Error::NotFound)?;
    let is_visible = seats
        .iter()
        .any(|seat| role_may(seat.role, Action::ListContractors) || seat.organisation == found.organisation_id);
    if !is_visible {
        return Err(Error::NotFound);
    }
    let shown = if sees_account_number(caller, &found) { view } else { masked };
    let is_own = caller.seats.iter().any(|seat| seat.organisation == found.organisation_id);
    if sees_account_number(caller, &found) && !is_own && !found.account.number.is_empty() {
        record_reveal(app, caller, &found.credit_code)?;
    }
    Ok((found.changed_at.and_utc().timestamp_micros(), shown(found)))
}

/// Adds a contractor and its organisation.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input or a credit code already registered; `Duplicate` for a name that another
/// contractor has.
pub fn add(app: &App, caller: &Caller, input: &ContractorInput) -> Result<ContractorView, Error> {
    let seat = caller.seat(Action::ManageOrganisations)?;
    let input = &input.folded();
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
            name_key: &key(name),
            qualifications: input.qualifications.trim(),
            changed_at: tx.context.now,
        };
        rows::insert_contractor(tx.connection, &new)?;
        if let Some(known) = contractors::with_name(tx.connection, new.name_key, id)? {
            return Err(proposals::known_name("contractors", known));
        }
        tx.event(&Event {
            stream: STREAM,
            action: EventAction::ContractorAdd,
            object: &public_id,
            body: event_body(input)?,
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

/// Checks the form of a contractor's input.
///
/// # Errors
/// `Refused` with every fault found.
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
    if let Some(message) = hidden_fault(&input.qualifications) {
        faults.add("qualifications", message);
    } else if input.qualifications.chars().count() > MAX_QUALIFICATIONS {
        faults.add("qualifications", Message::new("register-text-length").with("most", MAX_QUALIFICATIONS));
    }
    faults.finish()
}

/// Returns whether the caller may see the whole number of a contractor's account.
fn sees_account_number(caller: &Caller, contractor: &Contractor) -> bool {
    caller.seats.iter().any(|seat| {
        (seat.role.is_finance() && seat.function == Function::Finance)
            || seat.organisation == contractor.organisation_id
    })
}

/// Records in the caller's chain that they were shown the whole account number of a contractor, once a day.
fn record_reveal(app: &App, caller: &Caller, credit_code: &str) -> Result<(), Error> {
    let stream = ObjectKind::Person.stream(&caller.public_id);
    let body = serde_json::json!({ "contractor": credit_code, "on": caller.today() });
    let is_known = |connection: &mut AnyConnection| {
        hash_chains::has_event(connection, &stream, EventAction::AccountShow, &body.to_string())
    };
    if app.pool.read(is_known)? {
        return Ok(());
    }
    let seat = caller.seat(Action::ShowContractor)?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        if is_known(tx.connection)? {
            return Ok(());
        }
        record_event(tx, &caller.public_id, EventAction::AccountShow, body.clone())
    })
}

fn view(contractor: Contractor) -> ContractorView {
    let account = Some(contractor.account).filter(|account| !account.number.is_empty());
    ContractorView {
        credit_code: contractor.credit_code,
        name: contractor.name,
        kind: contractor.kind,
        sme: contractor.sme,
        qualifications: contractor.qualifications,
        account,
    }
}

/// Returns what lists show: no one needs whole account numbers there.
fn masked(contractor: Contractor) -> ContractorView {
    let shown = view(contractor);
    ContractorView { account: shown.account.as_ref().map(mask_account), ..shown }
}

/// Masks an account number except for its last four digits.
pub fn mask_account(account: &Account) -> Account {
    let hidden = account.number.chars().count().saturating_sub(VISIBLE_DIGITS);
    let number = account.number.chars().enumerate().map(|(place, c)| if place < hidden { '*' } else { c }).collect();
    Account { name: account.name.clone(), bank: account.bank.clone(), number }
}
