//! Correction groups: a justice station forms one of at least three people for each person in community correction, who is
//! named only by a pseudonymous code. A change of members dissolves the group and forms another.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::Function;
use crate::domain::personal_data;
use crate::domain::policy::Action;
use crate::domain::service_records::is_subject_code;
use crate::domain::shape::date;
use crate::domain::text_input::{identifier, key};
use crate::domain::work_stations::{DISSOLVE, MEMBERS, distinct_members};
use crate::error::{Error, Message};
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::registry::proposals::{self, ProposalDecisionInput};
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs;
use crate::services::shared::paging::{Page, Paged};
use crate::services::work_stations::{EnteredSummary, justice_seat, names, own_seat, refuse_future, seen_from};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people::Seat;
use crate::storage::work_stations::groups::{self as rows, NewGroup};
use crate::storage::write::write;

/// Name of the register.
const REGISTER: &str = "correction-groups";

/// A correction group to form.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionGroupInput {
    /// Pseudonymous code of the person.
    pub subject: String,
    /// Members, each with their part, 3 to 20.
    pub members: Vec<String>,
    /// First day, not in the future.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
}

/// A correction group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CorrectionGroupView {
    /// Public identifier.
    pub id: String,
    /// Pseudonymous code of the person.
    pub subject: String,
    pub members: Vec<String>,
    /// Name of the justice station.
    pub justice_station: String,
    pub from_on: NaiveDate,
    /// Last day; null until it is dissolved.
    pub until_on: Option<NaiveDate>,
    /// True if the caller may dissolve it.
    #[serde(skip)]
    pub is_own: bool,
}

/// Returns whether groups are shown to a seat: members are people, and only justice and those who oversee it know them.
fn is_shown_to(seat: &Seat) -> bool {
    match seat.function {
        Function::Justice | Function::JusticeStation | Function::PoliticalLegal | Function::Audit => true,
        Function::Finance
        | Function::CivilAffairs
        | Function::HumanResources
        | Function::Education
        | Function::Other
        | Function::Contractor => false,
    }
}

/// Lists the correction groups that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<CorrectionGroupView>, Error> {
    let seats = caller.may(Action::ListCorrectionGroups)?;
    let seats: Vec<&Seat> = seats.into_iter().filter(|seat| is_shown_to(seat)).collect();
    app.pool.read(|connection| {
        let seen = seen_from(connection, &seats)?;
        let after = page.after_key(|id| {
            let found = rows::by_public_id(connection, id)?;
            Ok(found.filter(|group| seen.contains(&group.organisation_id)).map(|group| group.id.0))
        })?;
        let cut = page.cut(rows::list(connection, &seen, after, page.rows())?, |group| &group.public_id);
        let names = names(connection, cut.items.iter().map(|group| group.organisation_id).collect())?;
        let own = caller.may(Action::KeepCorrectionGroup).unwrap_or_default();
        Ok(cut.map(|group| CorrectionGroupView {
            is_own: own.iter().any(|seat| seat.organisation == group.organisation_id),
            justice_station: names.get(&group.organisation_id).cloned().unwrap_or_default(),
            members: group.members.lines().map(str::to_owned).collect(),
            id: group.public_id,
            subject: group.subject,
            from_on: group.from_on,
            until_on: group.until_on,
        }))
    })
}

/// Forms a correction group of the caller's justice station.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, fewer than three members or a day in the future; `Duplicate` if the person
/// has a group.
pub fn form(app: &App, caller: &Caller, input: &CorrectionGroupInput) -> Result<EnteredSummary, Error> {
    let seat = justice_seat(caller, Action::KeepCorrectionGroup)?;
    let input = &CorrectionGroupInput {
        subject: identifier(&input.subject),
        members: distinct_members(&input.members),
        from_on: input.from_on,
    };
    check(input)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        verify_same_seat(tx, caller, &seat)?;
        refuse_future(input.from_on, tx.context.today())?;
        let subject_key = key(&input.subject);
        if let Some(known) = rows::open_of(tx.connection, seat.organisation, &subject_key)? {
            return Err(proposals::repeated(proposals::address(REGISTER, &known), Message::new("group-known")));
        }
        let new = NewGroup {
            public_id: &public_id,
            organisation: seat.organisation,
            subject: (&input.subject, &subject_key),
            members: &input.members.join("\n"),
            from_on: input.from_on,
        };
        rows::insert(tx.connection, tx.context, &new, tx.person()?)?;
        // The log names no member.
        let body = serde_json::json!({
            "group": input.subject, "people": input.members.len(), "from_on": input.from_on,
        });
        proposals::record(tx, (Action::KeepCorrectionGroup.into(), &public_id), seat.organisation, body)?;
        Ok(EnteredSummary { id: public_id.clone() })
    })
}

/// Checks the form of a correction group.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &CorrectionGroupInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if !is_subject_code(&identifier(&input.subject)) {
        faults.add("subject", Message::new("record-subject-code"));
    }
    let members = distinct_members(&input.members);
    if !MEMBERS.contains(&members.len()) {
        let bounds = Message::new("group-members").with("least", MEMBERS.start());
        faults.add("members", bounds.with("most", MEMBERS.end()));
    }
    for member in &members {
        match personal_data::find(member) {
            Some(kind) => faults.add("members", Message::new("record-personal-data").with("kind", kind)),
            None => faults.optional_line("members", member),
        }
    }
    faults.finish()
}

/// Dissolves a correction group today, by the name of the step.
///
/// # Errors
/// `NotFound`, also for that of another justice station; `Forbidden`; `Duplicate` if it is dissolved; `Refused` without a
/// reason.
pub fn dissolve(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<EnteredSummary, Error> {
    caller.may(Action::KeepCorrectionGroup)?;
    if name != DISSOLVE {
        return Err(Error::NotFound);
    }
    let find = |connection: &mut AnyConnection| {
        let group = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
        let seat = own_seat(caller, Action::KeepCorrectionGroup, group.organisation_id)?;
        Ok((group, seat))
    };
    let (_, seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (group, seat) = find(tx.connection)?;
        verify_same_seat(tx, caller, &seat)?;
        let reason = inputs::reason(input.reason.as_deref())?;
        if group.until_on.is_some() {
            return Err(proposals::repeated(proposals::address(REGISTER, id), Message::new("group-dissolved")));
        }
        rows::dissolve(tx.connection, group.id, tx.context.today())?;
        let body = serde_json::json!({ "group": group.subject, "reason": reason });
        proposals::record(tx, (EventAction::CorrectionGroupDissolve, id), seat.organisation, body)?;
        Ok(EnteredSummary { id: id.to_owned() })
    })
}
