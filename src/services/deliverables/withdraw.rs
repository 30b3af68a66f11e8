//! Withdrawing a submission: the contractor withdraws a submission that the purchaser has not opened (`openings`). Its
//! fact is reversed; its files stay with the contract, and are offered for the next submission, which has the same
//! number.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::FactKind;
use crate::domain::policy::Action;
use crate::domain::standing::{DeliverableState, Trails};
use crate::error::{Error, Message};
use crate::services::contracts::record::{Reversal, stored};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::transitions::to_value;
use crate::services::contracts::{acts, append};
use crate::services::deliverables::decide::{find_submission, refuse_decided};
use crate::services::deliverables::{DeliverableStatus, SubmissionWords, kept, openings};
use crate::services::identity::caller::Caller;
use crate::services::shared::inputs;
use crate::storage::contracts::facts::NewFact;
use crate::storage::deliverables::files::{self as file_rows, FileUse};

/// The withdrawal of a submission.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalInput {
    /// Reason; optional.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Withdraws a submission of the contractor.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Duplicate` if the submission was decided on; `Conflict` if it counts as accepted, or was
/// opened by the purchaser; `Refused` if a rule of standing forbids the reversal.
pub fn withdraw(
    app: &App,
    caller: &Caller,
    id: &str,
    (code, no): (&str, u64),
    input: &WithdrawalInput,
) -> Result<DeliverableStatus, Error> {
    acts::write_contract(app, caller, id, Action::WithdrawSubmission, |tx, record, _| {
        let reason = inputs::optional_reason(input.reason.as_deref())?;
        let today = tx.context.today();
        let (submission, row) = find_submission(record, code, no)?;
        refuse_decided(record, &submission)?;
        let standing = record.standing(today, Trails::Off)?;
        let stands = standing.deliverables.iter().find(|stands| stands.code == submission.deliverable);
        if stands.is_none_or(|stands| stands.state != DeliverableState::Submitted) {
            return Err(Error::conflict("submission-settled"));
        }
        let openings = openings::of_contract(tx.connection, &record.contract)?;
        if let Some(opening) = openings.iter().find(|opening| opening.seq == row.seq) {
            let message = Message::new("submission-opened").with("on", civil_day(opening.at));
            return Err(Error::Conflict(message));
        }
        let body = serde_json::json!({ "deliverable": code, "no": submission.no, "seq": row.seq, "reason": reason });
        append_event(tx, &record.contract, Action::WithdrawSubmission, body)?;
        let fact = NewFact {
            kind: FactKind::Reversal,
            on: today,
            body: to_value(&Reversal { seq: row.seq })?,
            words: serde_json::json!({ "reason": reason }),
        };
        append::append_fact(tx, record, &fact)?;
        let words: SubmissionWords = stored(&row.words)?;
        let mut files = file_rows::of_contract(tx.connection, record.contract.id, FileUse::Submission)?;
        files.retain(|file| words.files.iter().any(|listed| listed.id == file.public_id));
        kept::keep_withdrawn(app, tx, &kept::form_key(FileUse::Submission, id, code), files)?;
        let standing = record.standing(today, Trails::Off)?;
        let own = standing.deliverables.iter().find(|stands| stands.code == submission.deliverable);
        own.map(DeliverableStatus::from).ok_or(Error::NotFound)
    })
}
