//! Requesting an extension: additional days for a deliverable. Granted, it becomes a fact that moves the due day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ChangeRequestKind;
use crate::domain::numbers::{Code, Days};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::error::{Error, Message};
use crate::services::change_requests::{ChangeRequestSummary, open_request, with_day};
use crate::services::identity::caller::Caller;

/// An extension for a deliverable.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionInput {
    /// Code of the deliverable.
    #[schema(value_type = String)]
    pub deliverable: Code,
    /// Number of additional days, at least 1.
    #[schema(value_type = u16)]
    pub days: Days,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
    /// True to make one more request for a deliverable for which one is pending.
    #[serde(default)]
    pub another: bool,
    /// Day from which the extension counts. Defaults to the day on which it is granted.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// Requests an extension for a deliverable.
///
/// # Errors
/// `Duplicate` while a request for the deliverable is pending; `Refused` for zero days, or where the extension could
/// not be granted today.
pub fn request_extension(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &ExtensionInput,
) -> Result<ChangeRequestSummary, Error> {
    caller.may(Action::RequestExtension)?;
    if input.days.get() == 0 {
        return Err(Error::refused_at("extension", "days", Message::new("draft-days-positive")));
    }
    let body = with_day(serde_json::json!({ "deliverable": input.deliverable, "days": input.days }), input.on);
    let kind = (ChangeRequestKind::Extension, Action::RequestExtension);
    open_request(app, caller, contract, kind, &body, (&input.reason, input.another))
}
