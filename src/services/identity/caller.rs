//! Who asks, in which seats, and what of a contract they may touch: the first lines of every service.

use chrono::{NaiveDate, NaiveDateTime};

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{Language, Role};
use crate::domain::policy::{Action, RIGHTS, Side, role_may, side_may, state_allows};
use crate::error::{Error, Message};
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::{self, Contract};
use crate::storage::identity::people::{Person, Seat};
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::write::Context;
pub use crate::storage::write::IdempotencyKey;

/// A person who is signed in, and their request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub person: PersonId,
    /// Random identifier.
    pub public_id: String,
    /// Name as people say it.
    pub name: String,
    /// The language of the request.
    pub language: Language,
    /// Seats in which they may act today: their own first, then those in which they stand in.
    pub seats: Vec<Seat>,
    /// Time of the request in UTC.
    pub now: NaiveDateTime,
    /// Idempotency-Key of the request.
    pub request: Option<IdempotencyKey>,
}

impl Caller {
    /// The caller as who they are now.
    pub fn new(person: &Person, seats: Vec<Seat>, language: Language, now: NaiveDateTime) -> Self {
        Self {
            person: person.id,
            public_id: person.public_id.clone(),
            name: person.name.clone(),
            language,
            seats,
            now,
            request: None,
        }
    }

    /// The civil day of the request.
    pub fn today(&self) -> NaiveDate {
        civil_day(self.now)
    }

    /// The seats whose role may do the action: the first question of every service.
    ///
    /// # Errors
    /// `Forbidden` if there is none.
    pub fn may(&self, action: Action) -> Result<Vec<&Seat>, Error> {
        let seats: Vec<&Seat> = self.seats.iter().filter(|seat| role_may(seat.role, action)).collect();
        if seats.is_empty() {
            let roles: Vec<&str> = action.right().who.iter().map(|(role, _)| role.as_str()).collect();
            return Err(Error::Forbidden(Message::new("role-may-not").with("roles", roles.join(" "))));
        }
        Ok(seats)
    }

    /// The seat in which the caller does what concerns no contract.
    ///
    /// # Errors
    /// `Forbidden` if their roles may not.
    pub fn seat(&self, action: Action) -> Result<&Seat, Error> {
        self.may(action)?.first().copied().ok_or(Error::NotFound)
    }

    /// The organisations in which the caller has a seat that sees contracts.
    pub fn organisations(&self) -> Vec<OrganisationId> {
        let mut ids: Vec<_> = self
            .seats
            .iter()
            .filter(|seat| role_may(seat.role, Action::ReadContract))
            .map(|seat| seat.organisation)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// On whose account the caller writes from a seat.
    pub fn context(&self, app: &App, seat: &Seat) -> Context {
        Context {
            actor: Some(self.person),
            on_behalf_of: (seat.holder != self.person).then_some(seat.holder),
            now: self.now,
            request: self.request.clone(),
            ids: app.ids.clone(),
        }
    }

    /// The contract that the caller may see and on which their role may do the action, and the seat that allows it.
    /// Whether its state allows the action is asked afterwards (`in_state`), so that an answer can name the state.
    ///
    /// # Errors
    /// `Forbidden` by role or side, `NotFound` for a contract that the caller may not know of.
    pub fn contract(
        &self,
        connection: &mut AnyConnection,
        public_id: &str,
        action: Action,
    ) -> Result<(Contract, Seat), Error> {
        let seats = self.may(action)?;
        let contract = contracts::seen_by(connection, public_id, &self.organisations())?.ok_or(Error::NotFound)?;
        let seat = seats
            .into_iter()
            .find(|seat| side_may(seat.role, &sides(&contract, seat), action))
            .ok_or_else(|| Error::Forbidden(Message::new("side-may-not")))?;
        let seat = seat.clone();
        Ok((contract, seat))
    }
}

impl Caller {
    /// What the caller may do on a contract that they see, in the state that it is in.
    pub fn open_actions(&self, contract: &Contract) -> Vec<Action> {
        let may = |action: &Action| {
            state_allows(contract.state, *action)
                && self.seats.iter().any(|seat| side_may(seat.role, &sides(contract, seat), *action))
        };
        RIGHTS.iter().filter(|right| !right.states.is_empty()).map(|right| right.action).filter(may).collect()
    }
}

/// On which sides of a contract a seat is. Whoever found the contract sees it.
fn sides(contract: &Contract, seat: &Seat) -> Vec<Side> {
    let mut sides = vec![Side::Sees];
    for (side, organisation) in [
        (Side::Purchaser, contract.purchaser_id),
        (Side::Funder, contract.funder_id),
        (Side::Contractor, contract.contractor_id),
    ] {
        if seat.organisation == organisation {
            sides.push(side);
        }
    }
    sides
}

/// Whether the contract's state allows the action.
///
/// # Errors
/// `Conflict` that names the state.
pub fn in_state(contract: &Contract, action: Action) -> Result<(), Error> {
    if state_allows(contract.state, action) {
        return Ok(());
    }
    Err(Error::Conflict(Message::new("wrong-state").with("state", contract.state.as_str())))
}

/// Returns the organisation of a contract in which a role acts on it.
pub fn organisation_of(contract: &Contract, role: Role) -> OrganisationId {
    match role {
        Role::Reviewer | Role::Approver | Role::Cashier => contract.funder_id,
        Role::Contractor => contract.contractor_id,
        Role::Officer | Role::Leader | Role::Station | Role::Supervisor | Role::Administrator => contract.purchaser_id,
    }
}

/// The hash by which a request is known again: its line, the version it expects, its body.
pub fn request_hash(line: &str, if_match: Option<&str>, body: &[u8]) -> String {
    hash_chains::digest(&[line, if_match.unwrap_or(""), &hash_chains::digest_bytes(body)])
}

/// Re-checks, inside the transaction, that the caller still acts for the same person as when the transaction was opened:
/// a delegation may have ended in between.
///
/// # Errors
/// `Conflict` (`lost-race`) where the seat now belongs to somebody else.
pub(crate) fn verify_same_seat(tx: &Tx<'_>, caller: &Caller, seat: &Seat) -> Result<(), Error> {
    let on_behalf_of = (seat.holder != caller.person).then_some(seat.holder);
    if on_behalf_of == tx.context.on_behalf_of { Ok(()) } else { Err(Error::conflict("lost-race")) }
}
