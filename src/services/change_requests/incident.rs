//! Proposals of an incident under a clause, by the officer or the justice station, with files as evidence. Once granted
//! by the leader, the incident becomes a fact and its penalty counts.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ChangeRequestKind;
use crate::domain::facts::Incident;
use crate::domain::numbers::Code;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::change_requests::ChangeRequestSummary;
use crate::services::change_requests::open::{NewRequest, open_request};
use crate::services::contracts::transitions::to_value;
use crate::services::deliverables::attachments::MAX_FILES;
use crate::services::deliverables::uploads::{self, UploadForm, UploadLimits};
use crate::services::identity::caller::Caller;

/// An incident of the kind that a clause charges for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentInput {
    /// Code of the incident, unique within the contract in any spelling.
    #[schema(value_type = String)]
    pub id: Code,
    /// Code of the clause.
    #[schema(value_type = String)]
    pub clause: Code,
    /// Day of the incident. Defaults to the day of the proposal.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// Description of the incident.
    #[serde(default)]
    pub note: String,
    /// True to propose an incident with the clause, day and note of another one.
    #[serde(default)]
    pub another: bool,
}

/// Proposes an incident.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` for an incident that is recorded or whose code is
/// proposed already, and, unless `another` is set, for one with the clause, day and note of another; `Refused` if the
/// clause does not cover incidents, or the incident could not be recorded today.
pub fn propose_incident(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &IncidentInput,
) -> Result<ChangeRequestSummary, Error> {
    caller.may(Action::ProposeIncident)?;
    open_request(app, caller, contract, &new_request(caller, input)?)
}

/// Builds the request. It names the day of the incident, which therefore does not move to the day of the grant.
fn new_request(caller: &Caller, input: &IncidentInput) -> Result<NewRequest, Error> {
    let IncidentInput { id, clause, on, note, another } = input.clone();
    let id = Code::new(identifier(id.as_str())).map_err(|_| Error::malformed("id", Message::new("malformed-code")))?;
    let body = to_value(&Incident { id, clause, on: on.unwrap_or_else(|| caller.today()) })?;
    Ok(NewRequest { kind: ChangeRequestKind::Incident, body, reason: note, another })
}

/// The form of an incident with files.
pub static INCIDENT_LIMITS: UploadLimits =
    UploadLimits { texts: &["id", "clause", "on", "note", "another"], file: "files", files: MAX_FILES, endings: &[] };

/// Reads the proposal from a form with files.
///
/// # Errors
/// `Malformed` with every fault of the form.
pub(super) fn read_form(caller: &Caller, form: &UploadForm) -> Result<NewRequest, Error> {
    new_request(caller, &read_input(form)?)
}

/// Reads the fields of the form.
fn read_input(form: &UploadForm) -> Result<IncidentInput, Error> {
    let mut faults = Vec::new();
    let parse = |text: &str| Code::new(text).map_err(|_| "malformed-code");
    let id = form.require_field("id", &mut faults, parse);
    let clause = form.require_field("clause", &mut faults, parse);
    let on = form.parse_field("on", &mut faults, uploads::parse_day);
    let note = form.text("note").unwrap_or_default().to_owned();
    let another = form.text("another").is_some();
    match id.zip(clause).filter(|_| faults.is_empty()) {
        Some((id, clause)) => Ok(IncidentInput { id, clause, on, note, another }),
        None => Err(Error::Malformed(faults)),
    }
}
