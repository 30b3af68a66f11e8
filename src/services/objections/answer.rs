//! Answering an objection. No one answers about what they decided themselves, nor does anyone who acts for them.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ObjectionState;
use crate::domain::objections::{OBJECTION_ACTIONS, may_answer};
use crate::domain::payments::{Actor, may_follow};
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append};
use crate::services::identity::caller::Caller;
use crate::services::notifications::alerts::{self, Alert};
use crate::services::objections::{ObjectionSummary, event_body, subject};
use crate::services::shared::inputs;
use crate::storage::audit::event_action::EventAction;
use crate::storage::objections::{self as rows, Objection};
use crate::storage::write::Tx;

/// An answer to an objection.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswerInput {
    /// Reason; required for every answer.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Upholds or rejects an objection.
///
/// # Errors
/// `NotFound` for an unknown objection or answer; `Forbidden` to those who decided on what it is about, and to finance
/// where the leader answers; `Conflict` where it was answered already; `Refused` without a reason.
pub fn answer(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ObjectionAnswerInput,
) -> Result<ObjectionSummary, Error> {
    caller.may(Action::AnswerObjection)?;
    if !OBJECTION_ACTIONS.iter().any(|(known, _)| *known == name) {
        return Err(Error::NotFound);
    }
    let (state, action) = match name {
        "uphold" => (ObjectionState::Upheld, EventAction::ObjectionUphold),
        _ => (ObjectionState::Rejected, EventAction::ObjectionReject),
    };
    acts::write_about(
        app,
        caller,
        Action::AnswerObjection,
        (id, rows::with_contract),
        |tx, record, seat, mut objection| {
            if objection.state != ObjectionState::Open {
                return Err(Error::Conflict(Message::new("objection-answered").with("state", objection.state)));
            }
            if !may_answer(seat.role, objection.against) {
                return Err(Error::forbidden("objection-of-leader"));
            }
            reject_decider(tx, &objection)?;
            let reason = inputs::reason(input.reason.as_deref())?;
            let by = tx.person()?;
            rows::record_answer(tx.connection, tx.context, objection.id, (state, by, reason))?;
            objection.state = state;
            let objected = subject::of(&objection)?;
            append_event(tx, &record.contract, action, event_body(&objection.public_id, &objected, reason))?;
            append::save_change(tx, record)?;
            let alert = Alert::objection_answered(&objection, reason, tx.context.today());
            alerts::enqueue(tx, record, &[alert])?;
            Ok(ObjectionSummary { id: objection.public_id, state, version: record.contract.version })
        },
    )
}

fn reject_decider(tx: &Tx<'_>, objection: &Objection) -> Result<(), Error> {
    let answering = Actor { person: tx.person()?.0, on_behalf_of: tx.context.on_behalf_of.map(|person| person.0) };
    if may_follow(&subject::deciders(objection)?, &answering) { Ok(()) } else { Err(Error::forbidden("self-approval")) }
}
