//! Requests for an extension: additional days for a deliverable. A granted extension becomes a fact that moves the due
//! day. Purchaser and contractor may both request one, the contractor with files as proof.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ChangeRequestKind;
use crate::domain::numbers::{Code, Days};
use crate::domain::shape::optional_date;
use crate::error::{Error, FieldError, Message};
use crate::services::change_requests::open::{NewRequest, open_request, rights_of};
use crate::services::change_requests::{ChangeRequestSummary, with_day};
use crate::services::deliverables::attachments::MAX_FILES;
use crate::services::deliverables::uploads::{self, UploadForm, UploadLimits};
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
    /// True to request another extension for a deliverable while one is pending.
    #[serde(default)]
    pub another: bool,
    /// Day from which the extension counts. Defaults to the day on which it is granted.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// Requests an extension for a deliverable.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` while a request for the deliverable is pending;
/// `Refused` for zero days, or if the extension could not be granted today.
pub fn request_extension(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &ExtensionInput,
) -> Result<ChangeRequestSummary, Error> {
    caller.may_any(rights_of(ChangeRequestKind::Extension))?;
    open_request(app, caller, contract, &new_request(input)?)
}

/// Builds the request, if the number of days is over 0.
fn new_request(input: &ExtensionInput) -> Result<NewRequest, Error> {
    if input.days.get() == 0 {
        return Err(Error::refused_at("extension", "days", Message::new("draft-days-positive")));
    }
    let body = with_day(serde_json::json!({ "deliverable": input.deliverable, "days": input.days }), input.on);
    let (kind, reason) = (ChangeRequestKind::Extension, input.reason.clone());
    Ok(NewRequest { kind, body, reason, another: input.another })
}

/// The form of an extension with files.
pub static EXTENSION_LIMITS: UploadLimits = UploadLimits {
    texts: &["deliverable", "days", "reason", "another", "on"],
    file: "files",
    files: MAX_FILES,
    endings: &[],
};

/// Reads the request from a form with files.
///
/// # Errors
/// `Malformed` with every fault of the form; `Refused` for zero days.
pub(super) fn read_form(form: &UploadForm) -> Result<NewRequest, Error> {
    let (input, _) = read_fields(form);
    new_request(&input.ok_or_else(|| Error::Malformed(faults_of_extension(form)))?)
}

/// Returns every fault that the form shows by itself.
pub fn faults_of_extension(form: &UploadForm) -> Vec<FieldError> {
    read_fields(form).1.into_iter().chain(form.missing_fault("reason", "reason-missing")).collect()
}

/// Reads the fields of the form, or their faults.
fn read_fields(form: &UploadForm) -> (Option<ExtensionInput>, Vec<FieldError>) {
    let mut faults = Vec::new();
    let deliverable =
        form.require_field("deliverable", &mut faults, |text| Code::new(text).map_err(|_| "malformed-code"));
    let days = form.require_field("days", &mut faults, |text| {
        let days = text.parse().ok().and_then(Days::new).filter(|days| days.get() > 0);
        days.ok_or("draft-days-positive")
    });
    let on = form.parse_field("on", &mut faults, uploads::parse_day);
    let reason = form.text("reason").unwrap_or_default().to_owned();
    let another = form.text("another").is_some();
    let input = deliverable.zip(days).filter(|_| faults.is_empty());
    (input.map(|(deliverable, days)| ExtensionInput { deliverable, days, reason, another, on }), faults)
}
