//! Annexes as lists and pages show them, without removed ones and, except for bureaus, without internal ones.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::annexes::{AnnexKind, is_removable};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::annexes::amendment_states;
use crate::services::annexes::signed::{self, SignedDocument};
use crate::services::contracts::parts;
use crate::services::deliverables::attachments::Attachments;
use crate::services::deliverables::files::FileView;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::annexes::Annex;
use crate::storage::audit::hash_chains::EventRow;
use crate::storage::contracts::Contract;
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::names::Names;
use crate::storage::registry::version::RegisterVersion;

/// An annex.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnnexView {
    /// Random identifier of the annex.
    pub id: String,
    pub kind: AnnexKind,
    pub title: String,
    /// Random identifier of the amendment that the annex belongs to; null for the contract.
    pub amendment: Option<String>,
    /// True if only bureaus may read the annex.
    pub internal: bool,
    pub files: Vec<FileView>,
    /// The printed document of which the annex is the signed scan.
    pub signed: Option<SignedDocument>,
    /// Name of the person who added the annex.
    pub added_by: String,
    /// Name of the person represented, if a deputy added the annex.
    pub on_behalf_of: Option<String>,
    /// Time of the addition, in UTC.
    pub added_at: DateTime<Utc>,
    /// True while the annex can be removed.
    pub removable: bool,
}

/// Lists the annexes of a contract that the caller may read, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<AnnexView>, Error> {
    parts::list(app, caller, contract, page, |connection, contract, found| {
        let files = Attachments::all(connection, contract.id)?;
        views(connection, caller, (&contract, &RegisterVersion::default(), &files), found)
    })
}

/// Builds the views of those annexes that the caller may read.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    (contract, registers, files): (&Contract, &RegisterVersion, &Attachments),
    mut annexes: Vec<Annex>,
) -> Result<Vec<AnnexView>, Error> {
    let reads_internal = caller.seat_on(contract, Action::ReadInternalAnnex).is_ok();
    annexes.retain(|annex| annex.removed_at.is_none() && (!annex.internal || reads_internal));
    if annexes.is_empty() {
        return Ok(Vec::new());
    }
    let people = annexes.iter().flat_map(|one| [Some(one.added_by.0), one.added_for]);
    let names = Names::remembered(connection, registers, people)?;
    let amended = amendment_states(connection, contract, &annexes)?;
    let scans = signed::of_annexes(connection, contract.id, &annexes)?;
    let view = |annex: Annex| {
        let amendment = amended.iter().find(|(id, ..)| annex.amendment_id == Some(*id));
        AnnexView {
            removable: is_removable(contract.state, amendment.map(|(_, _, state)| *state)),
            amendment: amendment.map(|(_, id, _)| id.clone()),
            files: files.of(FileUse::Annex, &annex.public_id),
            signed: scans.iter().find(|scan| scan.annex_id == annex.id).map(SignedDocument::from),
            added_by: names.of(annex.added_by),
            on_behalf_of: names.find(annex.added_for),
            added_at: annex.added_at.and_utc(),
            id: annex.public_id,
            kind: annex.kind,
            title: annex.title,
            internal: annex.internal,
        }
    };
    Ok(annexes.into_iter().map(view).collect())
}

/// Returns the events of a contract that a reader may know of: all, or those that are not about internal annexes.
pub(in crate::services) fn known_events(events: &[EventRow], reads_internal: bool) -> Cow<'_, [EventRow]> {
    if reads_internal {
        return Cow::Borrowed(events);
    }
    let is_about = |event: &EventRow| {
        [Action::AddAnnex, Action::RemoveAnnex].iter().any(|action| event.action == action.right().name)
    };
    let body = |event: &EventRow| serde_json::from_str::<serde_json::Value>(&event.body).unwrap_or_default();
    let added = events.iter().filter(|event| is_about(event)).map(body).filter(|body| body["internal"] == true);
    let internal: Vec<String> = added.filter_map(|body| Some(body["annex"].as_str()?.to_owned())).collect();
    let is_internal = |event: &EventRow| {
        is_about(event) && body(event)["annex"].as_str().is_some_and(|id| internal.iter().any(|known| known == id))
    };
    Cow::Owned(events.iter().filter(|event| !is_internal(event)).cloned().collect())
}
