//! Imports of the working calendar by two people: an administrator proposes a year that they read from a file, and a
//! finance approver puts it in force. Until then every day is reckoned as before, and an approval changes only days
//! after it, so that a replay of an earlier day finds what held on it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::domain::proposals::ProposedRegister;
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::services::registry::calendar::{self, CalendarDay, CalendarInput};
use crate::services::registry::proposals::{self, Proposal, ProposalDecisionInput, ProposalRegister, ProposalSummary};
use crate::services::shared::paging::{Page, Paged};
use crate::storage::audit::event_action::EventAction;
use crate::storage::registry::calendar::{self as rows, CalendarImport, NewCalendarImport};
use crate::storage::write::Tx;

/// The register.
const REGISTER: ProposalRegister<CalendarImport> = ProposalRegister {
    register: ProposedRegister::CalendarImports,
    propose: (Action::ManageCalendar, EventAction::CalendarPropose),
    refuse: EventAction::CalendarRefuse,
    find: rows::by_public_id,
    proposal: |row| Proposal {
        by: (row.proposed_by, row.proposed_for),
        state: row.state,
        organisation: row.organisation_id,
    },
};

/// A year that was proposed for the working calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarImportView {
    /// Public identifier.
    pub id: String,
    /// Calendar year.
    pub year: i32,
    /// Citation of the State Council's notice.
    pub notice: String,
    /// Days off.
    pub holidays: Vec<NaiveDate>,
    /// Weekend days worked in exchange.
    pub workdays: Vec<NaiveDate>,
    /// State of the proposal; the year is in force once approved.
    pub state: ProposalState,
}

/// Lists the years that were proposed.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<CalendarImportView>, Error> {
    caller.may(Action::ReadRules)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|import| import.id.0)))?;
        let found = rows::list(connection, after, page.rows())?;
        page.cut(found, |import| &import.public_id).try_map(view)
    })
}

fn view(import: CalendarImport) -> Result<CalendarImportView, Error> {
    Ok(CalendarImportView {
        holidays: stored(&import.holidays)?,
        workdays: stored(&import.workdays)?,
        id: import.public_id,
        year: import.year,
        notice: import.notice,
        state: import.state,
    })
}

/// Proposes a year.
///
/// # Errors
/// `Forbidden`; `Refused` for an impossible year, or if nothing would change; `Conflict` if the year was imported
/// since it was read; `Duplicate` while another proposal of the year waits.
pub fn propose(app: &App, caller: &Caller, input: &CalendarInput) -> Result<ProposalSummary, Error> {
    caller.may(Action::ManageCalendar)?;
    let find_same = |tx: &mut Tx<'_>| {
        calendar::check_in(tx, input)?;
        rows::waiting(tx.connection, input.year)
    };
    proposals::propose(app, caller, (&REGISTER, input), find_same, |tx, (public_id, organisation)| {
        let days = |list: &[CalendarDay]| rows::json_days(&list.iter().map(|day| day.0).collect::<Vec<_>>());
        let new = NewCalendarImport {
            public_id,
            organisation,
            year: input.year,
            version: input.version,
            notice: input.notice.trim(),
            days: (days(&input.holidays), days(&input.workdays)),
        };
        rows::propose(tx.connection, tx.context, &new, tx.person()?)
    })
}

/// Puts a proposed year in force, or refuses it. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Duplicate` if already decided; `Conflict` if the year was imported since; `Refused` if
/// nothing would change any more.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    proposals::decide(app, caller, &REGISTER, (id, name, input), |tx, import, decision| {
        rows::decide(tx.connection, import.id, decision)?;
        if decision.0 == ProposalState::Approved {
            calendar::put_in_force(tx, &input_of(import)?)?;
        }
        Ok(())
    })
}

fn input_of(import: &CalendarImport) -> Result<CalendarInput, Error> {
    let days = |list: &str| Ok::<_, Error>(stored::<Vec<NaiveDate>>(list)?.into_iter().map(CalendarDay).collect());
    Ok(CalendarInput {
        year: import.year,
        notice: import.notice.clone(),
        holidays: days(&import.holidays)?,
        workdays: days(&import.workdays)?,
        version: import.version,
    })
}
