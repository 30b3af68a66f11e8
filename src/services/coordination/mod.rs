//! Matters between bureaus and contractors: demand notices, minutes of joint meetings, and the decisions of a meeting.
//! Those whom a matter concerns answer it, and its issuer closes it with the result. They move no money and no day.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::coordination::{CLOSE, MATTER_ACTIONS, MatterKind, MatterState};
use crate::domain::personal_data;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::registry::proposals::{self, ProposalDecisionInput};
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs::{self, text_fault};
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::coordination::{self as rows, Matter, MatterAnswer, NewMatter, Seen};
use crate::storage::identity::people::Seat;
use crate::storage::ids::{MatterId, OrganisationId};
use crate::storage::registry::organisations::{self, Organisation};
use crate::storage::write::{Tx, write};

/// A matter to issue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterInput {
    pub kind: MatterKind,
    pub title: String,
    pub text: String,
    /// Code of the organisation that is to answer; required for a decision. A demand that names none is open to all.
    #[serde(default)]
    pub to: Option<String>,
    /// Day of the meeting, of which a decision needs the minutes; not for a demand.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// Last day for the answer; required for a decision, and not for minutes.
    #[serde(default, deserialize_with = "optional_date")]
    pub due_on: Option<NaiveDate>,
}

/// A matter after a step.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MatterSummary {
    /// Public identifier.
    pub id: String,
    pub state: MatterState,
}

/// An answer to a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatterAnswerView {
    /// Name of the organisation that answered.
    pub organisation: String,
    pub text: String,
    /// Time of the answer, in UTC.
    pub at: DateTime<Utc>,
}

/// A matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatterView {
    /// Public identifier.
    pub id: String,
    pub kind: MatterKind,
    pub title: String,
    pub text: String,
    /// Name of the organisation that issued it.
    pub from: String,
    /// Name of the organisation that is to answer; null if any may, and for minutes.
    pub to: Option<String>,
    /// Day of the issue, or of the meeting.
    pub on: NaiveDate,
    /// Last day for the answer.
    pub due_on: Option<NaiveDate>,
    pub state: MatterState,
    /// True if the matter is open after its last day.
    pub overdue: bool,
    /// Result with which it was closed; empty before.
    pub result: String,
    /// Answers, oldest first.
    pub answers: Vec<MatterAnswerView>,
    /// Steps that the caller may take now.
    #[serde(skip)]
    pub steps: Vec<&'static str>,
}

/// Lists the matters of a kind that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, kind: MatterKind, page: &Page) -> Result<Paged<MatterView>, Error> {
    caller.may(Action::ListMatters)?;
    let own = own_organisations(caller);
    app.pool.read(|connection| {
        let known = |id: &str| Ok(find_seen(connection, caller, id)?.map(|matter| matter.id.0));
        let after = page.after_key(known)?;
        let seen = if sees_all(caller, kind) { Seen::All } else { Seen::Of(&own, !kind.is_seen_by_bureaus()) };
        let found = rows::list(connection, kind, &seen, after, page.rows())?;
        let cut = page.cut(found, |matter| &matter.public_id);
        Ok(Paged { items: views(connection, caller, cut.items)?, next: cut.next })
    })
}

/// Loads the open matters that wait for an organisation of the caller: for its answer, or to be closed after their day.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn waiting(connection: &mut AnyConnection, caller: &Caller) -> Result<Vec<MatterView>, Error> {
    let own: Vec<OrganisationId> =
        caller.may(Action::AnswerMatter).unwrap_or_default().into_iter().map(|seat| seat.organisation).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let found = rows::waiting(connection, &own, caller.today())?;
    if found.is_empty() { Ok(Vec::new()) } else { views(connection, caller, found) }
}

/// Returns the organisations of the caller's seats.
fn own_organisations(caller: &Caller) -> Vec<OrganisationId> {
    caller.seats.iter().map(|seat| seat.organisation).collect()
}

/// Returns whether the caller sees every matter of a kind.
fn sees_all(caller: &Caller, kind: MatterKind) -> bool {
    kind.is_seen_by_bureaus() && caller.seats.iter().any(|seat| seat.role.is_of_public_body())
}

/// Finds a matter, if the caller may see it.
fn find_seen(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<Option<Matter>, Error> {
    let own = own_organisations(caller);
    let is_seen = |matter: &Matter| {
        let named = matter.addressee_id.map(OrganisationId);
        sees_all(caller, matter.kind)
            || own.contains(&matter.organisation_id)
            || named.map_or(!matter.kind.is_seen_by_bureaus(), |named| own.contains(&named))
    };
    Ok(rows::by_public_id(connection, id)?.filter(is_seen))
}

/// Finds the caller's seat for a step on a matter: answers come from the organisation that it names, from any if it names
/// none, and from its issuer; only the issuer closes it.
fn seat_for(caller: &Caller, matter: &Matter, action: Action) -> Result<Option<Seat>, Error> {
    let is_open_to_all = action == Action::AnswerMatter && matter.addressee_id.is_none();
    let is_named = |seat: &&Seat| {
        let answers = action == Action::AnswerMatter && matter.addressee_id == Some(seat.organisation.0);
        answers || is_open_to_all || seat.organisation == matter.organisation_id
    };
    Ok(caller.may(action)?.into_iter().find(is_named).cloned())
}

fn views(connection: &mut AnyConnection, caller: &Caller, matters: Vec<Matter>) -> Result<Vec<MatterView>, Error> {
    let ids: Vec<MatterId> = matters.iter().map(|matter| matter.id).collect();
    let answers = rows::answers_of(connection, &ids)?;
    let issuers = matters.iter().flat_map(|matter| [Some(matter.organisation_id.0), matter.addressee_id]);
    let mut named: Vec<OrganisationId> = issuers.flatten().map(OrganisationId).collect();
    named.extend(answers.iter().map(|answer| answer.organisation_id));
    named.sort_unstable();
    named.dedup();
    let names: BTreeMap<OrganisationId, String> =
        organisations::by_ids(connection, &named)?.into_iter().map(|one| (one.id, one.name)).collect();
    Ok(matters.into_iter().map(|matter| view(caller, matter, &answers, &names)).collect())
}

fn view(
    caller: &Caller,
    matter: Matter,
    answers: &[MatterAnswer],
    names: &BTreeMap<OrganisationId, String>,
) -> MatterView {
    let name = |id: OrganisationId| names.get(&id).cloned().unwrap_or_default();
    let is_open = matter.state == MatterState::Open;
    let is_offered = |action: Action| is_open && matches!(seat_for(caller, &matter, action), Ok(Some(_)));
    let steps = MATTER_ACTIONS.iter().filter(|(_, action)| is_offered(*action)).map(|(step, _)| *step).collect();
    let own = answers.iter().filter(|answer| answer.matter_id == matter.id);
    let answered = |answer: &MatterAnswer| MatterAnswerView {
        organisation: name(answer.organisation_id),
        text: answer.text.clone(),
        at: answer.entered_at.and_utc(),
    };
    MatterView {
        steps,
        overdue: is_open && matter.due_on.is_some_and(|due_on| due_on < caller.today()),
        from: name(matter.organisation_id),
        to: matter.addressee_id.map(|id| name(OrganisationId(id))),
        answers: own.map(answered).collect(),
        id: matter.public_id,
        kind: matter.kind,
        title: matter.title,
        text: matter.text,
        on: matter.on_day,
        due_on: matter.due_on,
        state: matter.state,
        result: matter.closing,
    }
}

/// Issues a matter.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, an unknown organisation, a day that cannot be, or a decision of a meeting
/// without minutes.
pub fn issue(app: &App, caller: &Caller, input: &MatterInput) -> Result<MatterSummary, Error> {
    let action = input.kind.right();
    let seat = caller.seat(action)?.clone();
    check(input)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        verify_same_seat(tx, caller, &seat)?;
        let addressee = find_addressee(tx, input.to.as_deref())?;
        let code = addressee.as_ref().map(|found| found.code.clone());
        let on_day = check_days(tx, input, seat.organisation)?;
        let state = if input.kind == MatterKind::Minutes { MatterState::Closed } else { MatterState::Open };
        let new = NewMatter {
            public_id: &public_id,
            kind: input.kind,
            organisation: seat.organisation,
            addressee: addressee.map(|found| found.id),
            title: input.title.trim(),
            text: input.text.trim(),
            on_day,
            due_on: input.due_on,
            state,
        };
        rows::insert(tx.connection, tx.context, &new, tx.person()?)?;
        let body = serde_json::json!({
            "matter": public_id, "title": new.title, "text": new.text, "addressee": code, "on": on_day,
            "answer_by": input.due_on,
        });
        proposals::record(tx, (action.into(), &public_id), seat.organisation, body)?;
        Ok(MatterSummary { id: public_id.clone(), state })
    })
}

/// Finds the organisation with a code; `None` for no code.
fn find_addressee(tx: &mut Tx<'_>, code: Option<&str>) -> Result<Option<Organisation>, Error> {
    let Some(code) = code.map(identifier).filter(|code| !code.is_empty()) else { return Ok(None) };
    let found = organisations::by_code(tx.connection, &code)?;
    found.map(Some).ok_or_else(|| Error::refused_at("register", "to", Message::new("matter-no-addressee")))
}

/// Returns the day of a matter: that of the meeting, or today.
fn check_days(tx: &mut Tx<'_>, input: &MatterInput, organisation: OrganisationId) -> Result<NaiveDate, Error> {
    let today = tx.context.today();
    let refused = |field: &str, message: Message| Err(Error::refused_at("register", field, message));
    if input.due_on.is_some_and(|due_on| due_on < today) {
        return refused("due_on", Message::new("matter-due").with("today", today));
    }
    let Some(on) = input.on else { return Ok(today) };
    if on > today {
        return refused("on", Message::new("day-in-the-future").with("today", today));
    }
    if input.kind == MatterKind::Decision && !rows::has_minutes(tx.connection, organisation, on)? {
        return refused("on", Message::new("matter-no-minutes").with("on", on));
    }
    Ok(on)
}

/// Checks the form of a matter.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &MatterInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("title", &input.title);
    match text_fault(&input.text) {
        Some(message) => faults.add("text", message),
        None if input.text.trim().is_empty() => faults.add("text", Message::new("draft-empty")),
        None => {}
    }
    for (field, text) in [("title", &input.title), ("text", &input.text)] {
        if let Some(kind) = personal_data::find(text) {
            faults.add(field, Message::new("record-personal-data").with("kind", kind));
        }
    }
    let is_named = input.to.as_deref().is_some_and(|to| !to.trim().is_empty());
    let (needed, unused): (&[&str], &[&str]) = match input.kind {
        MatterKind::Demand => (&[], &["on"]),
        MatterKind::Minutes => (&["on"], &["to", "due_on"]),
        MatterKind::Decision => (&["to", "on", "due_on"], &[]),
    };
    for (field, is_given) in [("to", is_named), ("on", input.on.is_some()), ("due_on", input.due_on.is_some())] {
        if !is_given && needed.contains(&field) {
            faults.add(field, Message::new("draft-empty"));
        } else if is_given && unused.contains(&field) {
            faults.add(field, Message::new("matter-unused"));
        }
    }
    faults.finish()
}

/// Answers a matter, or closes it, by the name of the step. The reason is the answer, or the result.
///
/// # Errors
/// `NotFound`, also for an unknown step; `Forbidden`; `Duplicate` if it is closed; `Refused` without words.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<MatterSummary, Error> {
    let known = MATTER_ACTIONS.iter().find(|(known, _)| *known == name);
    let (_, action) = *known.ok_or(Error::NotFound)?;
    caller.may(action)?;
    let find = |connection: &mut AnyConnection| {
        let matter = find_seen(connection, caller, id)?.ok_or(Error::NotFound)?;
        let seat = seat_for(caller, &matter, action)?.ok_or_else(|| Error::forbidden("matter-of-others"))?;
        Ok((matter, seat))
    };
    let (_, seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (matter, seat) = find(tx.connection)?;
        verify_same_seat(tx, caller, &seat)?;
        let words = inputs::reason(input.reason.as_deref())?;
        if let Some(kind) = personal_data::find(words) {
            return Err(Error::refused_at("reason", "reason", Message::new("record-personal-data").with("kind", kind)));
        }
        if matter.state == MatterState::Closed {
            let address = proposals::address(register(matter.kind), id);
            return Err(proposals::repeated(address, Message::new("matter-closed")));
        }
        let by = tx.person()?;
        let state = if name == CLOSE {
            rows::close(tx.connection, tx.context, matter.id, (words, by))?;
            MatterState::Closed
        } else {
            rows::answer(tx.connection, tx.context, (matter.id, seat.organisation), (words, by))?;
            MatterState::Open
        };
        let body = serde_json::json!({ "matter": id, "reason": words });
        proposals::record(tx, (action.into(), id), seat.organisation, body)?;
        Ok(MatterSummary { id: id.to_owned(), state })
    })
}

/// Returns the name of the register that shows a kind.
pub const fn register(kind: MatterKind) -> &'static str {
    match kind {
        MatterKind::Demand => "demand-notices",
        MatterKind::Minutes => "joint-meetings",
        MatterKind::Decision => "meeting-decisions",
    }
}
