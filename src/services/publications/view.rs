//! Publications as the bureaus' lists and pages show them, with the names of people. The public view is built in
//! `open`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::PublicationState;
use crate::domain::publications::NoticeAddress;
use crate::error::Error;
use crate::services::contracts::parts;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::identity::names::Names;
use crate::storage::publications::Publication;
use crate::storage::registry::version::RegisterVersion;

/// A publication.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicationView {
    /// Random identifier of the publication.
    pub id: String,
    pub state: PublicationState,
    /// Address of the official notice.
    pub notice_url: String,
    /// Host of the address.
    pub notice_host: String,
    /// Day of the official notice.
    pub notice_on: NaiveDate,
    /// Outcome of the secrecy review; null for a contractor.
    pub review: Option<String>,
    /// Name of the person who proposed the publication.
    pub proposed_by: String,
    /// Name of the person represented, if a deputy proposed the publication.
    pub proposed_for: Option<String>,
    /// Time of the proposal, in UTC.
    pub proposed_at: DateTime<Utc>,
    /// Name of the person who decided.
    pub decided_by: Option<String>,
    /// Name of the person represented, if a deputy decided.
    pub decided_for: Option<String>,
    /// Time of the decision, in UTC.
    pub decided_at: Option<DateTime<Utc>>,
    /// Name of the person who withdrew the publication.
    pub withdrawn_by: Option<String>,
    /// Name of the person represented, if a deputy withdrew the publication.
    pub withdrawn_for: Option<String>,
    /// Time of the withdrawal, in UTC.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Reason of the last act; empty if none was given.
    pub reason: String,
}

/// Lists the publications of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<PublicationView>, Error> {
    parts::list(app, caller, contract, page, |connection, _, found| {
        views(connection, caller, &RegisterVersion::default(), found)
    })
}

/// Builds the views of publications, with the names of the people involved.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    registers: &RegisterVersion,
    publications: Vec<Publication>,
) -> Result<Vec<PublicationView>, Error> {
    let involved = publications.iter().flat_map(|one| {
        let proposed = [Some(one.proposed_by.0), one.proposed_for, one.decided_by];
        proposed.into_iter().chain([one.decided_for, one.withdrawn_by, one.withdrawn_for])
    });
    let names = Names::remembered(connection, registers, involved)?;
    let sees_review = caller.seats.iter().all(|seat| seat.role.is_of_public_body());
    let view = |one: Publication| PublicationView {
        notice_host: NoticeAddress::parse(&one.notice_url).map(|notice| notice.host).unwrap_or_default(),
        notice_url: one.notice_url,
        notice_on: one.notice_on,
        review: sees_review.then_some(one.review),
        proposed_by: names.of(one.proposed_by),
        proposed_for: names.find(one.proposed_for),
        proposed_at: one.proposed_at.and_utc(),
        decided_by: names.find(one.decided_by),
        decided_for: names.find(one.decided_for),
        decided_at: one.decided_at.map(|at| at.and_utc()),
        withdrawn_by: names.find(one.withdrawn_by),
        withdrawn_for: names.find(one.withdrawn_for),
        withdrawn_at: one.withdrawn_at.map(|at| at.and_utc()),
        reason: if one.withdrawal_note.is_empty() { one.decision_note } else { one.withdrawal_note },
        state: one.state,
        id: one.public_id,
    };
    Ok(publications.into_iter().map(view).collect())
}
