//! Who the caller is: their own seats, and those in which they stand in for somebody.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Function, Language, Role};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::PersonRef;
use crate::services::identity::totp;
use crate::storage::identity::people;
use crate::storage::registry::organisations;

/// The caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeView {
    /// Identifier.
    pub id: String,
    /// Name to sign in with.
    pub username: String,
    /// Name as people say it.
    pub name: String,
    /// The language of their mail.
    pub language: Language,
    /// Whether a one-time code is asked for when they sign in.
    pub one_time_code: bool,
    /// In which seats they may act today.
    pub seats: Vec<MySeat>,
}

/// A seat in which the caller may act.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MySeat {
    /// Code of the organisation.
    pub organisation: String,
    /// Name of the organisation.
    pub organisation_name: String,
    /// What the organisation does.
    pub function: Function,
    /// The role.
    pub role: Role,
    /// In whose place, if it is not their own.
    #[serde(rename = "for")]
    pub on_behalf_of: Option<PersonRef>,
}

/// Who the caller is.
///
/// # Errors
/// `Forbidden` for somebody without a seat today.
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
            one_time_code: totp::active(app, own).is_some(),
            seats: seats.collect(),
        })
    })
}
