//! A payee account's change needs two people: the contractor proposes, a finance reviewer approves or refuses.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Function, ProposalState};
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::payments::same_seat;
use crate::services::registry::account_authority;
use crate::services::registry::contractors::{Account, masked};
use crate::services::registry::organisations::{STREAM, body};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{MOST, Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::identity::people::Seat;
use crate::storage::registry::organisations;
use crate::storage::registry::payee_accounts::{self as rows, AccountChange, NewChange};
use crate::storage::write::{Event, write};

/// Shortest and longest number of an account.
const NUMBER: std::ops::RangeInclusive<usize> = 6..=32;

/// What proposing or deciding answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProposalSummary {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub state: ProposalState,
}

/// What may be said with a decision.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalDecisionInput {
    /// Why; needed to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A proposed account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountChangeView {
    /// Identifier.
    pub id: String,
    /// Credit code of the contractor.
    pub contractor: String,
    /// Name of the contractor.
    pub contractor_name: String,
    /// The account.
    pub account: Account,
    /// Where it stands.
    pub state: ProposalState,
    /// When it was proposed, in UTC.
    pub proposed_at: chrono::DateTime<chrono::Utc>,
}

/// The decision that the last part of an address names.
///
/// # Errors
/// `NotFound` for another name; `Refused` for a refusal without a reason.
pub fn decision(name: &str, input: &ProposalDecisionInput) -> Result<ProposalState, Error> {
    let reason = input.reason.as_deref().map(str::trim).unwrap_or_default();
    let mut faults = Faults::new("reason");
    faults.optional_line("reason", reason);
    match name {
        "approve" => {}
        "refuse" if reason.is_empty() => faults.add("reason", Message::new("reason-missing")),
        "refuse" => {}
        _ => return Err(Error::NotFound),
    }
    faults.none()?;
    Ok(if name == "approve" { ProposalState::Approved } else { ProposalState::Refused })
}

/// The accounts that wait for somebody of the caller's finance bureau.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn waiting(app: &App, caller: &Caller, page: &Page) -> Result<Paged<AccountChangeView>, Error> {
    let seats = finance_seats(caller)?;
    app.pool.read(|connection| {
        let mut after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|change| change.id.0)))?;
        let (mut found, wanted) = (Vec::new(), usize::try_from(page.rows()).unwrap_or_default());
        loop {
            let batch = rows::waiting(connection, after, MOST)?;
            let Some(last) = batch.last() else { break };
            after = last.id.0;
            let seats = account_authority::deciding(connection, &seats, &batch)?;
            found.extend(batch.into_iter().zip(seats).filter_map(|(change, seat)| seat.map(|_| change)));
            if found.len() >= wanted {
                break;
            }
        }
        found.truncate(wanted);
        Ok(page.cut(found, |change| &change.public_id).map(|change| AccountChangeView {
            id: change.public_id,
            contractor: change.credit_code,
            contractor_name: change.contractor,
            account: change.account,
            state: change.state,
            proposed_at: change.proposed_at.and_utc(),
        }))
    })
}

/// Proposes an account of the caller's own contractor.
///
/// # Errors
/// `Forbidden`; `NotFound` for another's; `Conflict` while one waits already.
pub fn propose(app: &App, caller: &Caller, credit_code: &str, account: &Account) -> Result<ProposalSummary, Error> {
    let seats = caller.may(Action::ProposeAccount)?;
    let contractor =
        organisations::contractor_by_credit_code(&mut *app.pool.get()?, credit_code)?.ok_or(Error::NotFound)?;
    let own = |seat: &&&Seat| seat.organisation == contractor.organisation_id;
    let seat = seats.iter().find(own).ok_or(Error::NotFound)?;
    let account = Account {
        name: account.name.trim().to_owned(),
        bank: account.bank.trim().to_owned(),
        number: account.number.chars().filter(|c| !c.is_whitespace()).collect(),
    };
    check(&account)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, seat), |tx| {
        if rows::is_waiting(tx.connection, contractor.organisation_id)? {
            return Err(Error::conflict("account-waiting"));
        }
        let by = (tx.person()?, tx.context.on_behalf_of);
        let new = NewChange {
            public_id: &public_id,
            contractor_id: contractor.organisation_id,
            account: &account,
            by,
            at: tx.context.now,
        };
        rows::insert(tx.connection, &new)?;
        note(tx, "account.propose", &public_id, credit_code, &account, None)?;
        Ok(ProposalSummary { id: public_id.clone(), state: ProposalState::Proposed })
    })
}

/// Approves or refuses an account; whoever proposed it, or in whose place it was proposed, may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for one that another bureau decides on; `Conflict` once it is decided.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    let seats = finance_seats(caller)?;
    let state = decision(name, input)?;
    let (_, seat) = app.pool.read(|connection| find(connection, &seats, id))?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let (change, seat) = find(tx.connection, &seats, id)?;
        same_seat(tx, caller, seat)?;
        let by = tx.person()?;
        let AccountChange { proposed_by, proposed_for, .. } = change;
        another_person((proposed_by, proposed_for), (by, tx.context.on_behalf_of))?;
        if change.state != ProposalState::Proposed {
            return Err(Error::Conflict(Message::new("decided-before").with("state", change.state.as_str())));
        }
        rows::decide(tx.connection, &change, state, by, tx.context.now)?;
        let action = if state == ProposalState::Approved { "account.approve" } else { "account.refuse" };
        note(tx, action, id, &change.credit_code, &change.account, input.reason.as_deref())?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

/// Who and in whose place.
pub type Hands = (crate::storage::ids::PersonId, Option<crate::storage::ids::PersonId>);

/// Whoever proposed something does not decide on it: neither themselves, nor through a deputy, nor as one.
///
/// # Errors
/// `Forbidden`.
pub fn another_person(proposed: Hands, decides: Hands) -> Result<(), Error> {
    let of = |hands: Hands| std::iter::once(hands.0).chain(hands.1);
    if of(proposed).any(|person| of(decides).any(|other| other == person)) {
        return Err(Error::forbidden("self-approval"));
    }
    Ok(())
}

fn finance_seats(caller: &Caller) -> Result<Vec<&Seat>, Error> {
    let mut seats = caller.may(Action::ApproveAccount)?;
    seats.retain(|seat| seat.function == Function::Finance);
    if seats.is_empty() { Err(Error::forbidden("finance-bureau-only")) } else { Ok(seats) }
}

/// A change, and the seat that decides on it.
fn find<'a>(connection: &mut AnyConnection, seats: &[&'a Seat], id: &str) -> Result<(AccountChange, &'a Seat), Error> {
    let change = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
    let found = account_authority::deciding(connection, seats, std::slice::from_ref(&change))?;
    let seat = found.into_iter().flatten().next().ok_or(Error::NotFound)?;
    Ok((change, seat))
}

fn check(account: &Account) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("name", &account.name);
    faults.line("bank", &account.bank);
    let known = |c: char| c.is_ascii_digit() || c == '-';
    if !NUMBER.contains(&account.number.len()) || !account.number.chars().all(known) {
        faults.add("number", Message::new("register-account-number"));
    }
    faults.none()
}

/// Notes a step. Of the number only the end is written: events are read by more people than those who pay.
fn note(
    tx: &mut crate::storage::write::Tx<'_>,
    action: &str,
    id: &str,
    contractor: &str,
    account: &Account,
    reason: Option<&str>,
) -> Result<(), Error> {
    let body = serde_json::json!({ "contractor": contractor, "account": body(&masked(account))?, "reason": reason });
    tx.event(&Event { stream: STREAM, action, object: id, body })
}
