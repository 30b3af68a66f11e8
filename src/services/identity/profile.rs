//! Profile of the caller: their own seats, and those in which they deputise for a colleague.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Function, Language, Role};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::PersonRef;
use crate::services::identity::second_factor;
use crate::storage::identity::{people, recovery_codes};
use crate::storage::registry::organisations;

/// The signed-in person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeView {
    /// Public identifier of the person.
    pub id: String,
    /// Username for signing in.
    pub username: String,
    /// Display name.
    pub name: String,
    /// Language of the person's emails.
    pub language: Language,
    /// `true` if sign-in requires a one-time code.
    pub one_time_code: bool,
    /// Number of unused recovery codes.
    pub recovery_codes: i64,
    /// Seats in which the person may act today.
    pub seats: Vec<MySeat>,
}

/// A seat in which the caller may act.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MySeat {
    /// Organisation code.
    pub organisation: String,
    /// Organisation name.
    pub organisation_name: String,
    /// Function of the organisation.
    pub function: Function,
    /// Role of the seat.
    pub role: Role,
    /// Holder of the seat, if the caller deputises.
    #[serde(rename = "for")]
    pub on_behalf_of: Option<PersonRef>,
}

/// Returns the caller's profile.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn show(app: &App, caller: &Caller) -> Result<MeView, Error> {
    caller.may(Action::OwnSession)?;
    app.pool.read(|connection| {
        let ids: Vec<_> = caller.seats.iter().map(|seat| seat.organisation).collect();
        let organisations = organisations::by_ids(connection, &ids)?;
        let mut ids: Vec<_> = caller.seats.iter().map(|seat| seat.holder).collect();
        ids.push(caller.person);
        let people = people::by_ids(connection, &ids)?;
        let own = people.iter().find(|person| person.id == caller.person).ok_or(Error::NotFound)?;
        let seats = caller.seats.iter().filter_map(|seat| {
            let organisation = organisations.iter().find(|organisation| organisation.id == seat.organisation)?;
            let holder = people.iter().find(|person| person.id == seat.holder && seat.holder != caller.person);
            Some(MySeat {
                organisation: organisation.code.clone(),
                organisation_name: organisation.name.clone(),
                function: seat.function,
                role: seat.role,
                on_behalf_of: holder.map(|p| PersonRef { username: p.username.clone(), name: p.name.clone() }),
            })
        });
        Ok(MeView {
            id: own.public_id.clone(),
            username: own.username.clone(),
            name: own.name.clone(),
            language: own.language,
            one_time_code: second_factor::is_set_up(own),
            recovery_codes: recovery_codes::count_unused(connection, own.id)?,
            seats: seats.collect(),
        })
    })
}
