//! Proposals of the registers that wait for the caller's decision: in the work list, with their number at the bell, and
//! told by email to those who can decide.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::civil_day;
use crate::domain::codes::{AlertKind, Function, Role};
use crate::domain::payments::{Actor, may_follow};
use crate::domain::policy::role_may;
use crate::domain::proposals::{Deciding, ProposedRegister};
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::notifications::account_notices;
use crate::services::registry::appropriation_authority::bureaus_visible_from;
use crate::services::registry::{payee_accounts, proposals};
use crate::storage::AnyConnection;
use crate::storage::identity::people::Seat;
use crate::storage::ids::OrganisationId;
use crate::storage::notifications::recipients::{self, Recipient};
use crate::storage::registry::waiting_proposals::{self as rows, WaitingRow};
use crate::storage::write::Tx;

/// A proposal on which the caller can decide.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WaitingProposal {
    /// Register that has it.
    pub register: ProposedRegister,
    /// Public identifier.
    pub id: String,
    /// Day of the proposal.
    pub proposed_on: NaiveDate,
}

impl WaitingProposal {
    /// Returns the address of its row.
    pub fn address(&self) -> String {
        proposals::address(self.register.as_str(), &self.id)
    }

    /// Returns the subject of the email about it.
    pub fn subject_key(&self) -> String {
        subject_key(self.register, &self.id)
    }
}

fn subject_key(register: ProposedRegister, id: &str) -> String {
    format!("{register}/{id}")
}

/// The bureaus and accounts on which the caller decides for finance.
struct Authority {
    bureaus: Vec<OrganisationId>,
    accounts: Vec<String>,
}

impl Authority {
    /// Loads what the proposals that wait require.
    fn load(connection: &mut AnyConnection, caller: &Caller, waiting: &[WaitingRow]) -> Result<Self, Error> {
        let waits = |how: Deciding| waiting.iter().any(|row| row.register.deciding() == how);
        let decides = |seat: &&Seat| {
            seat.function == Function::Finance && role_may(seat.role, ProposedRegister::Appropriations.decision())
        };
        let seats: Vec<&Seat> = caller.seats.iter().filter(decides).collect();
        let bureaus =
            if waits(Deciding::FinanceAbove) { bureaus_visible_from(connection, &seats)? } else { Vec::new() };
        let accounts =
            if waits(Deciding::Paying) { payee_accounts::waiting_for(connection, caller)? } else { Vec::new() };
        Ok(Self { bureaus, accounts })
    }

    /// Returns whether a seat can decide on a proposal.
    fn is_of(&self, seat: &Seat, row: &WaitingRow) -> bool {
        let is_at_finance = seat.function == Function::Finance;
        role_may(seat.role, row.register.decision())
            && match row.register.deciding() {
                Deciding::Any => true,
                Deciding::Own => seat.organisation == row.organisation && seat.role.is_finance() == is_at_finance,
                Deciding::FinanceAbove => is_at_finance && self.bureaus.contains(&row.organisation),
                Deciding::Paying => is_at_finance && self.accounts.contains(&row.public_id),
            }
    }
}

/// Lists the proposals on which the caller can decide, oldest first; not their own.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn of_caller(
    connection: &mut AnyConnection,
    caller: &Caller,
) -> Result<Vec<WaitingProposal>, Error> {
    let decides = |seat: &Seat| ProposedRegister::ALL.iter().any(|register| role_may(seat.role, register.decision()));
    if !caller.seats.iter().any(decides) {
        return Ok(Vec::new());
    }
    let waiting = rows::remembered(connection, &caller.registers)?;
    let authority = Authority::load(connection, caller, &waiting)?;
    let is_open = |row: &&WaitingRow| {
        let before = Actor { person: row.proposed_by.0, on_behalf_of: row.proposed_for };
        let own = |seat: &Seat| Actor {
            person: caller.person.0,
            on_behalf_of: (seat.holder != caller.person).then_some(seat.holder.0),
        };
        caller.seats.iter().any(|seat| authority.is_of(seat, row) && may_follow(&[before], &own(seat)))
    };
    let mut found: Vec<&WaitingRow> = waiting.iter().filter(is_open).collect();
    found.sort_by_key(|row| row.proposed_at);
    let view = |row: &WaitingRow| WaitingProposal {
        register: row.register,
        id: row.public_id.clone(),
        proposed_on: civil_day(row.proposed_at),
    };
    Ok(found.into_iter().map(view).collect())
}

/// Notifies those who can decide on a new proposal, except its proposer: in the organisation that has the setting, or
/// everywhere for what holds for all.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn tell(
    tx: &mut Tx<'_>,
    register: ProposedRegister,
    (id, organisation): (&str, OrganisationId),
) -> Result<(), Error> {
    let today = tx.context.today();
    let roles: Vec<Role> = register.decision().right().who.iter().map(|(role, _)| *role).collect();
    let mut people: Vec<Recipient> = match register.deciding() {
        Deciding::Any => recipients::holders_of(tx.connection, &roles, today)?,
        Deciding::Own | Deciding::FinanceAbove | Deciding::Paying => {
            let found = recipients::recipients(tx.connection, &[organisation], &roles, today)?;
            found.into_iter().map(|holder| holder.person).collect()
        }
    };
    let proposers = [Some(tx.person()?), tx.context.on_behalf_of];
    people.retain(|person| !proposers.contains(&Some(person.person_id)));
    people.sort_unstable_by_key(|person| person.person_id);
    people.dedup_by_key(|person| person.person_id);
    let values = [("register", register.to_string())];
    account_notices::enqueue_to(tx, people, AlertKind::ProposalWaiting, &subject_key(register, id), &values)
}
