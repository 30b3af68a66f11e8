//! Deliverables: the contractor submits them with files (`submit`), the purchaser decides on each submission
//! (`decide`), and callers read them (`view`). Until the purchaser opens a submission (`openings`), the contractor can
//! withdraw it (`withdraw`). Invoices and the handling of uploaded files, including those attached to other parts of a
//! contract (`attachments`), are here as well. Due days, delays and accepted quantities come from `domain::standing`.

pub(in crate::services) mod attachments;
pub mod batch;
mod decide;
pub mod download;
mod e_invoices;
pub mod files;
pub mod inspection;
pub(in crate::services) mod invoice_rules;
pub mod invoices;
pub mod kept;
pub(in crate::services) mod openings;
pub mod permits;
pub(in crate::services) mod refusals;
pub mod reused;
mod staged;
mod submit;
pub mod uploads;
mod view;
mod withdraw;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::numbers::Quantity;
use crate::domain::shape::date;
use crate::domain::standing::{DeliverableStanding, DeliverableState};
use crate::error::{Error, Message};
pub use crate::services::deliverables::decide::{SubmissionDecisionInput, check_acceptance_record, decide};
use crate::services::deliverables::files::FileSummary;
use crate::services::deliverables::inspection::{GroupMember, StandardResults};
pub use crate::services::deliverables::openings::{record_opening, record_openings};
pub use crate::services::deliverables::submit::{
    SUBMISSION_LIMITS, SubmissionReceipt, faults_of_submission, permit_submission, submit,
};
pub use crate::services::deliverables::view::{DecisionView, DeliverableView, SubmissionView, is_awaited, list};
pub(super) use crate::services::deliverables::view::{views, views_with};
pub use crate::services::deliverables::withdraw::{WithdrawalInput, withdraw};
use crate::services::shared::inputs::hidden_fault;
use crate::text::money::group_thousands;

/// Maximum length of a note, in characters.
const NOTE_LENGTH: usize = 2_000;

/// The standing of a deliverable, as defined in docs/standing.md.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliverableStatus {
    /// Code of the deliverable.
    pub code: String,
    /// Current state.
    pub state: DeliverableState,
    /// Due day, extensions included, moved to a working day.
    #[serde(deserialize_with = "date")]
    pub due_on: NaiveDate,
    /// Days of delay for which the contractor is responsible.
    pub days_late: i32,
    /// Quantity accepted, once final.
    pub accepted: Option<String>,
}

impl From<&DeliverableStanding> for DeliverableStatus {
    fn from(standing: &DeliverableStanding) -> Self {
        Self {
            code: standing.code.as_str().to_owned(),
            state: standing.state,
            due_on: standing.due_on,
            days_late: standing.days_late,
            accepted: standing.accepted.map(|quantity| quantity.to_string()),
        }
    }
}

/// The texts stored with the fact of a submission.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct SubmissionWords {
    note: String,
    files: Vec<FileSummary>,
}

/// The texts stored with the fact of a decision.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct DecisionWords {
    note: String,
    members: Vec<String>,
    group: Vec<GroupMember>,
    results: StandardResults,
}

/// Returns the fault of a note that is too long or contains hidden characters.
fn note_fault(note: &str) -> Option<Message> {
    let is_long = note.chars().count() > NOTE_LENGTH;
    hidden_fault(note).or_else(|| is_long.then(|| Message::new("note-length").with("limit", NOTE_LENGTH)))
}

/// Requires a confirmation for a quantity over the agreed one, since it may be a typing error.
///
/// # Errors
/// `Refused` under the rule `unconfirmed` without the confirmation.
fn confirm_quantity(quantity: Quantity, agreed: Quantity, is_confirmed: bool) -> Result<(), Error> {
    if is_confirmed || quantity <= agreed {
        return Ok(());
    }
    let message = Message::new("quantity-over-agreed")
        .with("quantity", group_thousands(&quantity.to_string()))
        .with("agreed", group_thousands(&agreed.to_string()));
    Err(Error::refused_at("unconfirmed", "quantity", message))
}
