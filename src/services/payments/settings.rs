//! Settings of an organisation, mostly a finance bureau: chains and rules on approvals, each of which holds from a day
//! on. One person proposes a setting, and it takes effect once another of the same organisation has approved it and its
//! day has come, so that no request that was made before is approved by another setting.
//!
//! The content of a setting, who may have one, and which of several holds, are decided by `chains` and `rules`.

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::domain::proposals::ProposedRegister;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::event_body;
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary, parse_decision};
use crate::services::registry::waiting_proposals;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::register_rows::{Decision, Setting};
use crate::storage::registry::organisations;
use crate::storage::write::{Tx, write};

/// Lists up to a number of settings of organisations with what they set, after a key.
type ReadPage<R> = fn(&mut AnyConnection, &[OrganisationId], i64, i64) -> Result<Vec<(Setting, R)>, Error>;

/// A register of settings: the acts on it, and its rows.
#[derive(Debug)]
pub(super) struct SettingRegister<R> {
    pub register: ProposedRegister,
    pub list: Action,
    pub propose: Action,
    pub refuse: EventAction,
    /// Returns the caller's seats in which they have settings and the right to an action.
    pub seats: for<'a> fn(&'a Caller, Action) -> Result<Vec<&'a Seat>, Error>,
    pub find: fn(&mut AnyConnection, &str) -> Result<Option<Setting>, Error>,
    pub page: ReadPage<R>,
    pub decide: fn(&mut AnyConnection, i64, Decision) -> Result<(), Error>,
}

/// Lists the settings of the caller's organisations, each shown with the name of its organisation.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub(super) fn list<R, V>(
    app: &App,
    caller: &Caller,
    (register, page): (&SettingRegister<R>, &Page),
    show: impl Fn(Setting, R, String) -> Result<V, Error>,
) -> Result<Paged<V>, Error> {
    let seats = (register.seats)(caller, register.list)?;
    let own: Vec<OrganisationId> = seats.into_iter().map(|seat| seat.organisation).collect();
    app.pool.read(|connection| {
        let after = page.after_key(|id| {
            let found = (register.find)(connection, id)?;
            Ok(found.filter(|setting| own.contains(&setting.owner_id)).map(|setting| setting.key))
        })?;
        let found = (register.page)(connection, &own, after, page.rows())?;
        let named = organisations::by_ids(connection, &own)?;
        page.cut(found, |(setting, _)| &setting.public_id).try_map(|(setting, row)| {
            let owner = named.iter().find(|named| named.id == setting.owner_id).map(|named| named.name.clone());
            show(setting, row, owner.unwrap_or_default())
        })
    })
}

/// Proposes a setting of the organisation of the caller's seat, which `insert` inserts with a random identifier.
///
/// # Errors
/// `Refused` for a day that has come; those of `insert`.
pub(super) fn propose<R>(
    app: &App,
    (caller, seat): (&Caller, &Seat),
    register: &SettingRegister<R>,
    (input, from_on): (&impl Serialize, NaiveDate),
    insert: impl Fn(&mut Tx<'_>, OrganisationId, &str) -> Result<(), Error>,
) -> Result<ProposalSummary, Error> {
    let id = app.ids.uuid();
    write(&app.pool, &caller.context(app, seat), |tx| {
        require_future(from_on, tx.context.today())?;
        insert(tx, seat.organisation, &id)?;
        proposals::record(tx, (register.propose.into(), &id), seat.organisation, event_body(input)?)?;
        waiting_proposals::tell(tx, register.register, (&id, seat.organisation))?;
        Ok(ProposalSummary { id: id.clone(), state: ProposalState::Proposed })
    })
}

/// Approves or refuses a setting of one of the caller's organisations. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound` for a setting of another organisation; `Duplicate` if already decided; `Refused` once its day has
/// come.
pub(super) fn decide<R>(
    app: &App,
    caller: &Caller,
    register: &SettingRegister<R>,
    (id, name): (&str, &str),
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    let approve = register.register.decision();
    let seats = (register.seats)(caller, approve)?;
    let state = parse_decision(name, input)?;
    let find = |connection: &mut AnyConnection| -> Result<(Setting, &Seat), Error> {
        let setting = (register.find)(connection, id)?.ok_or(Error::NotFound)?;
        let seat = seats.iter().copied().find(|seat| seat.organisation == setting.owner_id);
        Ok((setting, seat.ok_or(Error::NotFound)?))
    };
    let (_, seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let (setting, seat) = find(tx.connection)?;
        let proposed = (setting.proposed_by, setting.proposed_for.map(PersonId));
        let address = proposals::address(register.register.as_str(), id);
        let by = proposals::decider(tx, (caller, seat), address, (proposed, setting.state))?;
        let action = if state == ProposalState::Approved {
            require_future(setting.from_on, tx.context.today())?;
            approve.into()
        } else {
            register.refuse
        };
        (register.decide)(tx.connection, setting.key, (state, by, tx.context.now))?;
        proposals::record(tx, (action, id), setting.owner_id, event_body(input)?)?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

/// Refuses a setting from a day that has come: payment requests of it may have been approved by the settings before.
fn require_future(from_on: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if from_on > today {
        return Ok(());
    }
    Err(Error::refused_at("register", "from_on", Message::new("approval-rule-day")))
}
