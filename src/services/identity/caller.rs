//! The signed-in person behind a request, the seats in which they may act today, and their rights on a contract.
//!
//! Every service starts with these checks. The rights themselves are a table in `domain::policy`.

use chrono::{NaiveDate, NaiveDateTime};

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{Language, Role};
use crate::domain::payments::{Actor, may_follow};
use crate::domain::policy::{Action, RIGHTS, Side, role_may, side_may, state_allows};
use crate::error::{Error, Message};
use crate::services::identity::second_factor;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::{self, Contract};
use crate::storage::identity::people::{Person, Seat};
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::registry::version::RegisterVersion;
use crate::storage::write::{Context, Tx};
pub use crate::storage::write::{IdempotencyKey, SentForm};

/// Message about a caller who must set up a second factor first.
pub const SECOND_FACTOR_REQUIRED: &str = "second-factor-required";

/// A signed-in person and the context of their request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Key of the person.
    pub person: PersonId,
    /// Public identifier of the person.
    pub public_id: String,
    /// Display name.
    pub name: String,
    /// Language of the response.
    pub language: Language,
    /// Seats in which the caller may act today: first their own, then those in which they deputise.
    pub seats: Vec<Seat>,
    /// Time of the request in UTC.
    pub now: NaiveDateTime,
    /// Idempotency key of the request.
    pub idempotency_key: Option<IdempotencyKey>,
    /// Digest of the browser session's token; `None` for a program.
    pub session: Option<String>,
    /// True if the person signs in with one-time codes.
    pub uses_codes: bool,
    /// Seats in which the caller may act once they have set up the second factor that a role requires; `seats` is empty
    /// until then.
    pub withheld: Vec<Seat>,
    /// Last time, in UTC, at which the person gave password and code. A program's token is issued for these and lasts
    /// ten minutes, so its requests count as proved at their own time.
    pub proved_at: NaiveDateTime,
    /// Number of unread notices, in a browser.
    pub unread_notices: i64,
    /// Version of the registers when the request was authenticated, by which lists take names and the calendar from
    /// memory.
    pub registers: RegisterVersion,
}

impl Caller {
    /// Builds a caller without an idempotency key.
    pub fn new(person: &Person, seats: Vec<Seat>, language: Language, now: NaiveDateTime) -> Self {
        Self {
            person: person.id,
            public_id: person.public_id.clone(),
            name: person.name.clone(),
            language,
            seats,
            now,
            idempotency_key: None,
            session: None,
            uses_codes: second_factor::is_set_up(person),
            withheld: Vec::new(),
            proved_at: now,
            unread_notices: 0,
            registers: RegisterVersion::default(),
        }
    }

    /// Returns the caller of a rehearsal, whose acts are checked and carried out as usual and then rolled back. It
    /// needs no password, because no money is released.
    pub fn rehearsing(&self) -> Self {
        let key = IdempotencyKey { is_rehearsal: true, ..IdempotencyKey::new(String::new(), String::new()) };
        Self { idempotency_key: Some(key), proved_at: self.now, ..self.clone() }
    }

    /// Returns the civil day of the request in China Standard Time.
    pub fn today(&self) -> NaiveDate {
        civil_day(self.now)
    }

    /// Returns whether the caller must set up a second factor before anything else.
    pub fn owes_second_factor(&self) -> bool {
        !self.withheld.is_empty()
    }

    /// Returns the seats whose role has the right to an action. A caller who must still set up a second factor has only
    /// the right to do so.
    ///
    /// # Errors
    /// `Forbidden` if no seat has the right.
    pub fn may(&self, action: Action) -> Result<Vec<&Seat>, Error> {
        let withheld: &[Seat] = if action == Action::SetUpSecondFactor { &self.withheld } else { &[] };
        let seats = self.seats.iter().chain(withheld);
        let seats: Vec<&Seat> = seats.filter(|seat| role_may(seat.role, action)).collect();
        if seats.is_empty() && self.owes_second_factor() {
            return Err(Error::forbidden(SECOND_FACTOR_REQUIRED));
        }
        if seats.is_empty() {
            let roles: Vec<&str> = action.right().who.iter().map(|(role, _)| role.as_str()).collect();
            return Err(Error::Forbidden(Message::new("role-may-not").with("roles", roles.join(" "))));
        }
        Ok(seats)
    }

    /// Returns the first seat with the right to an action that concerns no contract.
    ///
    /// # Errors
    /// `Forbidden` if no seat has the right.
    pub fn seat(&self, action: Action) -> Result<&Seat, Error> {
        self.may(action)?.first().copied().ok_or(Error::NotFound)
    }

    /// Returns whether a seat is barred from a contractor's contracts and accounts, because the caller has another
    /// seat, their own or delegated, at that contractor and so acts only for it.
    pub(crate) fn is_partial(&self, seat: &Seat, contractor: OrganisationId) -> bool {
        seat.organisation != contractor && self.seats.iter().any(|held| held.organisation == contractor)
    }

    fn is_impartial(&self, seat: &Seat, contract: &Contract, action: Action) -> bool {
        action == Action::ReadContract || !self.is_partial(seat, contract.contractor_id)
    }

    /// Returns the organisations in which the caller has a seat with the right to read contracts.
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

    /// Builds the context of a write from a seat, on behalf of its holder if the caller deputises.
    pub fn context(&self, app: &App, seat: &Seat) -> Context {
        Context {
            actor: Some(self.person),
            on_behalf_of: (seat.holder != self.person).then_some(seat.holder),
            now: self.now,
            idempotency_key: self.idempotency_key.clone(),
            ids: app.ids.clone(),
        }
    }

    /// Loads a contract on which the caller has the right to an action, and the seat with the right. The contract's
    /// state is checked separately by [`in_state`], so that the refusal can name the state.
    ///
    /// # Errors
    /// `Forbidden` for the wrong role or party, and for a second seat when one is at the contractor; `NotFound` for a
    /// contract that the caller may not see.
    pub fn contract(
        &self,
        connection: &mut AnyConnection,
        public_id: &str,
        action: Action,
    ) -> Result<(Contract, Seat), Error> {
        self.may(action)?;
        let contract = contracts::seen_by(connection, public_id, &self.organisations())?.ok_or(Error::NotFound)?;
        let seat = self.seat_on(&contract, action)?;
        Ok((contract, seat))
    }

    /// Checks that a seat of the caller has one of several rights.
    ///
    /// # Errors
    /// `Forbidden` naming the roles that have one of them.
    pub fn may_any(&self, actions: &[Action]) -> Result<(), Error> {
        if actions.iter().any(|action| self.may(*action).is_ok()) {
            return Ok(());
        }
        if self.owes_second_factor() {
            return Err(Error::forbidden(SECOND_FACTOR_REQUIRED));
        }
        let mut roles: Vec<&str> =
            actions.iter().flat_map(|action| action.right().who).map(|(role, _)| role.as_str()).collect();
        roles.sort_unstable();
        roles.dedup();
        Err(Error::Forbidden(Message::new("role-may-not").with("roles", roles.join(" "))))
    }

    /// Loads a contract on which the caller has one of several rights, and returns it with the seat and the right: the
    /// first right that the contract's state allows, otherwise the first.
    ///
    /// # Errors
    /// As for [`Self::contract`].
    pub fn contract_by_any(
        &self,
        connection: &mut AnyConnection,
        public_id: &str,
        actions: &[Action],
    ) -> Result<(Contract, Seat, Action), Error> {
        self.may_any(actions)?;
        let contract = contracts::seen_by(connection, public_id, &self.organisations())?.ok_or(Error::NotFound)?;
        let (seat, action) = self.seat_by_any(&contract, actions)?;
        Ok((contract, seat, action))
    }

    /// Returns the seat with one of several rights on a contract that the caller may see, and the right: the first that
    /// the contract's state allows, otherwise the first.
    ///
    /// # Errors
    /// `Forbidden` as for [`Self::contract`].
    pub fn seat_by_any(&self, contract: &Contract, actions: &[Action]) -> Result<(Seat, Action), Error> {
        let mut found: Vec<(Seat, Action)> =
            actions.iter().filter_map(|action| Some((self.seat_on(contract, *action).ok()?, *action))).collect();
        found.sort_by_key(|(_, action)| in_state(contract, *action).is_err());
        match (found.into_iter().next(), actions.first()) {
            (Some(found), _) => Ok(found),
            (None, Some(action)) => self.seat_on(contract, *action).map(|seat| (seat, *action)),
            (None, None) => Err(Error::NotFound),
        }
    }

    /// Returns the seat with the right to an action on a contract that the caller may see.
    ///
    /// # Errors
    /// `Forbidden` as for [`Self::contract`].
    pub fn seat_on(&self, contract: &Contract, action: Action) -> Result<Seat, Error> {
        self.seat_among(contract, action, self.may(action)?)
    }

    /// Returns the seat in one role with the right to an action on a contract that the caller may see. Several roles
    /// have the right to a step of a chain, and the chain says whose turn it is.
    ///
    /// # Errors
    /// `Forbidden` as for [`Self::contract`].
    pub fn seat_as(&self, contract: &Contract, action: Action, role: Role) -> Result<Seat, Error> {
        let seats: Vec<&Seat> = self.may(action)?.into_iter().filter(|seat| seat.role == role).collect();
        if seats.is_empty() {
            return Err(Error::Forbidden(Message::new("role-may-not").with("roles", role.as_str())));
        }
        self.seat_among(contract, action, seats)
    }

    fn seat_among(&self, contract: &Contract, action: Action, seats: Vec<&Seat>) -> Result<Seat, Error> {
        let seats = seats.into_iter();
        let able: Vec<&Seat> = seats.filter(|seat| side_may(seat.role, &sides(contract, seat), action)).collect();
        let refusal = if able.is_empty() { "side-may-not" } else { "seat-at-contractor" };
        let seat = able.into_iter().find(|seat| self.is_impartial(seat, contract, action));
        seat.cloned().ok_or_else(|| Error::forbidden(refusal))
    }
}

impl Caller {
    /// Lists the actions that the caller may take on a visible contract in its present state.
    pub fn open_actions(&self, contract: &Contract) -> Vec<Action> {
        let may = |action: &Action| {
            let may = |seat: &Seat| {
                side_may(seat.role, &sides(contract, seat), *action) && self.is_impartial(seat, contract, *action)
            };
            state_allows(contract.state, *action) && self.seats.iter().any(may)
        };
        RIGHTS.iter().filter(|right| !right.states.is_empty()).map(|right| right.action).filter(may).collect()
    }
}

/// Returns the sides of a contract on which a seat is; the caller must be allowed to see the contract.
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

/// Checks that the contract's state allows an action.
///
/// # Errors
/// `Conflict` naming the state.
pub fn in_state(contract: &Contract, action: Action) -> Result<(), Error> {
    if state_allows(contract.state, action) {
        return Ok(());
    }
    Err(Error::Conflict(Message::new("wrong-state").with("state", contract.state.as_str())))
}

/// Returns the party of a contract for which a role acts; the purchaser for stations, supervisors and administrators,
/// who are not parties.
pub fn acting_organisation(contract: &Contract, role: Role) -> OrganisationId {
    match role {
        Role::Contractor => contract.contractor_id,
        Role::Reviewer | Role::Approver | Role::Cashier => contract.funder_id,
        Role::Officer | Role::Leader | Role::Accountant | Role::Station | Role::Supervisor | Role::Administrator => {
            contract.purchaser_id
        }
    }
}

/// Hashes a request (method and path, expected version, body) so that a retry under the same idempotency key is
/// recognised.
pub fn request_hash(line: &str, if_match: Option<&str>, body: &[u8]) -> String {
    hash_chains::digest(&[line, if_match.unwrap_or(""), &hash_chains::digest_bytes(body)])
}

/// Rejects someone who took an earlier step on the same thing, whether in person, through a deputy or as one.
///
/// # Errors
/// `Forbidden` (`self-approval`).
pub(crate) fn reject_earlier_actors(tx: &Tx<'_>, before: &[Actor<i64>]) -> Result<(), Error> {
    let next = Actor { person: tx.person()?.0, on_behalf_of: tx.context.on_behalf_of.map(|person| person.0) };
    if may_follow(before, &next) { Ok(()) } else { Err(Error::forbidden("self-approval")) }
}

/// Checks again, inside the transaction, that the seat still has the same holder as before the transaction, since a
/// delegation may have ended in between.
///
/// # Errors
/// `Conflict` (`lost-race`) if the caller no longer acts in the seat for the same person.
pub(crate) fn verify_same_seat(tx: &Tx<'_>, caller: &Caller, seat: &Seat) -> Result<(), Error> {
    let on_behalf_of = (seat.holder != caller.person).then_some(seat.holder);
    if on_behalf_of == tx.context.on_behalf_of { Ok(()) } else { Err(Error::conflict("lost-race")) }
}
