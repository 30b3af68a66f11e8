//! Requesting a waiver: the purchaser forgoes the amount that one breach charges. Granted, it becomes a fact.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ChangeRequestKind;
use crate::domain::numbers::Code;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::error::Error;
use crate::services::change_requests::{ChangeRequestSummary, open_request, with_day};
use crate::services::identity::caller::Caller;

/// A waiver of the amount that a breach charges.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverInput {
    /// Code of the breached clause.
    #[schema(value_type = String)]
    pub clause: Code,
    /// Subject of the breach: code of the deliverable, milestone or incident, or the month.
    #[schema(value_type = String)]
    pub subject: Code,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
    /// Accepted and ignored: a second request about the same thing could change nothing.
    #[serde(default)]
    pub another: bool,
    /// Day from which the waiver counts. Defaults to the day on which it is granted.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// Requests a waiver.
///
/// # Errors
/// `Duplicate` for a breach that is waived or whose waiver is pending; `Refused` if the waiver could not be granted
/// today.
pub fn request_waiver(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &WaiverInput,
) -> Result<ChangeRequestSummary, Error> {
    let body = with_day(serde_json::json!({ "clause": input.clause, "subject": input.subject }), input.on);
    let kind = (ChangeRequestKind::Waiver, Action::RequestWaiver);
    open_request(app, caller, contract, kind, &body, (&input.reason, input.another))
}
