//! Payee accounts of contractors: the contractor proposes a change, and a finance reviewer of the competent bureau,
//! never the proposer, approves or refuses it.
//!
//! Audit events contain only the last digits of an account number, because more people read events than make payments.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{AlertKind, Function, ProposalState, Role};
use crate::domain::policy::Action;
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::notifications::account_notices;
use crate::services::registry::account_authority;
use crate::services::registry::contractors::{Account, mask_account};
use crate::services::registry::organisations::{STREAM, event_body};
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary, parse_decision};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::identity::people::Seat;
use crate::storage::ids::OrganisationId;
use crate::storage::notifications::recipients::{self, Recipient};
use crate::storage::registry::organisations;
use crate::storage::registry::payee_accounts::{self as rows, AccountChange, NewChange};
use crate::storage::write::{Event, Tx, write};

/// Address of the register with the accounts in force.
const CONTRACTORS: &str = "/registers/contractors";
/// Address of the contractor's own organisation, with the account that waits for finance.
const OWN: &str = "/registers/own-organisation";

/// Permitted length of an account number.
const NUMBER_LENGTH: std::ops::RangeInclusive<usize> = 6..=32;

/// A proposed payee account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountChangeView {
    /// Public identifier of the proposal.
    pub id: String,
    /// Credit code of the contractor.
    pub contractor: String,
    /// Name of the contractor.
    pub contractor_name: String,
    /// Account in force, with the last digits of its number; absent before the first.
    pub current: Option<Account>,
    /// Proposed account.
    pub account: Account,
    /// State of the proposal.
    pub state: ProposalState,
    /// Time of the proposal in UTC.
    pub proposed_at: chrono::DateTime<chrono::Utc>,
}

/// Lists the proposed accounts on which the caller's finance bureau decides.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list_waiting(app: &App, caller: &Caller, page: &Page) -> Result<Paged<AccountChangeView>, Error> {
    let seats = finance_seats(caller)?;
    app.pool.read(|connection| {
        let mut after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|change| change.id.0)))?;
        let (mut found, wanted) = (Vec::new(), usize::try_from(page.rows()).unwrap_or_default());
        loop {
            let batch = rows::list_waiting(connection, after, MAX_PAGE_SIZE)?;
            let Some(last) = batch.last() else { break };
            after = last.id.0;
            let seats = account_authority::deciding_seats(connection, &seats, &batch)?;
            found.extend(batch.into_iter().zip(seats).filter_map(|(change, seat)| seat.map(|_| change)));
            if found.len() >= wanted {
                break;
            }
        }
        found.truncate(wanted);
        let contractors: Vec<OrganisationId> = found.iter().map(|change| change.contractor_id).collect();
        let contractors = organisations::contractors_by_ids(connection, &contractors)?;
        let current = |of: OrganisationId| {
            let found = contractors.iter().find(|contractor| contractor.organisation_id == of);
            found.map(|contractor| &contractor.account).filter(|account| !account.number.is_empty()).map(mask_account)
        };
        Ok(page.cut(found, |change| &change.public_id).map(|change| AccountChangeView {
            current: current(change.contractor_id),
            id: change.public_id,
            contractor: change.credit_code,
            contractor_name: change.contractor,
            account: change.account,
            state: change.state,
            proposed_at: change.proposed_at.and_utc(),
        }))
    })
}

/// Lists the identifiers of the proposed accounts on which the caller's finance bureau decides; none for other callers.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn waiting_for(connection: &mut AnyConnection, caller: &Caller) -> Result<Vec<String>, Error> {
    let Ok(seats) = finance_seats(caller) else { return Ok(Vec::new()) };
    let found = rows::list_waiting(connection, 0, MAX_PAGE_SIZE)?;
    let deciding = account_authority::deciding_seats(connection, &seats, &found)?;
    let is_own = |(change, seat): &(AccountChange, Option<&Seat>)| {
        seat.is_some_and(|seat| !caller.is_partial(seat, change.contractor_id))
    };
    Ok(found.into_iter().zip(deciding).filter(is_own).map(|(change, _)| change.public_id).collect())
}

/// Proposes an account for the caller's own contractor.
///
/// # Errors
/// `Forbidden`; `NotFound` for another contractor; `Duplicate` while another proposal is undecided.
pub fn propose(app: &App, caller: &Caller, credit_code: &str, account: &Account) -> Result<ProposalSummary, Error> {
    let seats = caller.may(Action::ProposeAccount)?;
    let contractor =
        organisations::contractor_by_credit_code(&mut *app.pool.get()?, credit_code)?.ok_or(Error::NotFound)?;
    let own = |seat: &&&Seat| seat.organisation == contractor.organisation_id;
    let seat = seats.iter().find(own).ok_or(Error::NotFound)?;
    let account = Account {
        name: account.name.trim().to_owned(),
        bank: account.bank.trim().to_owned(),
        number: identifier(&account.number),
    };
    check(&account)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, seat), |tx| {
        if rows::is_waiting(tx.connection, contractor.organisation_id)? {
            return Err(proposals::repeated(OWN.to_owned(), Message::new("account-waiting")));
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
        tx.touch(ObjectKind::Organisation, contractor.organisation_id.0);
        record_event(tx, EventAction::AccountPropose, &public_id, credit_code, &account, None)?;
        let told = (contractor.organisation_id, public_id.as_str(), &account);
        tell_contractor(tx, told, (ProposalState::Proposed, ""))?;
        Ok(ProposalSummary { id: public_id.clone(), state: ProposalState::Proposed })
    })
}

/// Approves or refuses a proposed account. Neither the proposer nor the person represented by the proposer may do so.
///
/// # Errors
/// `Forbidden`; `NotFound`, also if another bureau decides; `Duplicate` if already decided.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    let seats = finance_seats(caller)?;
    let state = parse_decision(name, input)?;
    let (_, seat) = app.pool.read(|connection| load_for_decision(connection, &seats, id))?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let (change, seat) = load_for_decision(tx.connection, &seats, id)?;
        if caller.is_partial(seat, change.contractor_id) {
            return Err(Error::forbidden("seat-at-contractor"));
        }
        let proposed = (change.proposed_by, change.proposed_for);
        let by = proposals::decider(tx, (caller, seat), CONTRACTORS.to_owned(), (proposed, change.state))?;
        rows::decide(tx.connection, &change, state, by, tx.context.now)?;
        tx.touch(ObjectKind::Organisation, change.contractor_id.0);
        let action =
            if state == ProposalState::Approved { EventAction::AccountApprove } else { EventAction::AccountRefuse };
        record_event(tx, action, id, &change.credit_code, &change.account, input.reason.as_deref())?;
        let told = (change.contractor_id, id, &change.account);
        tell_contractor(tx, told, (state, input.reason.as_deref().unwrap_or_default()))?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

fn finance_seats(caller: &Caller) -> Result<Vec<&Seat>, Error> {
    let mut seats = caller.may(Action::ApproveAccount)?;
    seats.retain(|seat| seat.function == Function::Finance);
    if seats.is_empty() { Err(Error::forbidden("finance-bureau-only")) } else { Ok(seats) }
}

/// Loads a proposed change and the first of the seats with authority over it.
fn load_for_decision<'a>(
    connection: &mut AnyConnection,
    seats: &[&'a Seat],
    id: &str,
) -> Result<(AccountChange, &'a Seat), Error> {
    let change = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
    let found = account_authority::deciding_seats(connection, seats, std::slice::from_ref(&change))?;
    let seat = found.into_iter().flatten().next().ok_or(Error::NotFound)?;
    Ok((change, seat))
}

fn check(account: &Account) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("name", &account.name);
    faults.line("bank", &account.bank);
    let known = |c: char| c.is_ascii_digit() || c == '-';
    if !NUMBER_LENGTH.contains(&account.number.len()) || !account.number.chars().all(known) {
        faults.add("number", Message::new("register-account-number"));
    }
    faults.finish()
}

fn record_event(
    tx: &mut Tx<'_>,
    action: EventAction,
    id: &str,
    contractor: &str,
    account: &Account,
    reason: Option<&str>,
) -> Result<(), Error> {
    let body = serde_json::json!({ "contractor": contractor, "account": event_body(&mask_account(account))?, "reason": reason });
    tx.event(&Event { stream: STREAM, action, object: id, body })
}

/// Notifies the contractor's people of a step of an account change, so that they notice a change they did not make. The
/// email shows only the last digits of the number.
fn tell_contractor(
    tx: &mut Tx<'_>,
    (contractor, change, account): (OrganisationId, &str, &Account),
    (state, reason): (ProposalState, &str),
) -> Result<(), Error> {
    let holders = recipients::recipients(tx.connection, &[contractor], &[Role::Contractor], tx.context.today())?;
    let mut people: Vec<Recipient> = holders.into_iter().map(|holder| holder.person).collect();
    people.sort_unstable_by_key(|person| person.person_id);
    people.dedup_by_key(|person| person.person_id);
    let masked = mask_account(account);
    let values = [
        ("state", state.as_str().to_owned()),
        ("reason", reason.to_owned()),
        ("account", masked.number),
        ("bank", masked.bank),
    ];
    account_notices::enqueue_to(tx, people, AlertKind::AccountChanged, &format!("{change}/{state}"), &values)
}
