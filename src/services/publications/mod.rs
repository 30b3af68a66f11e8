//! Publications: the act by which a contract becomes public, and the public view of the contract.
//!
//! An officer proposes the publication after a secrecy review, with the official notice; a leader who did not propose
//! it grants or refuses it; either role may withdraw it. The proposal also records the announcement of the contract,
//! unless it is recorded already, because both are about the same notice.

pub mod ocds;
pub mod open;
pub mod sheet;
pub mod view;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::PublicationState;
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::domain::publications::{NoticeAddress, PUBLICATION_ACTIONS, is_current};
use crate::domain::shape::date;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, announcement, append, repeats};
use crate::services::identity::caller::{Caller, reject_earlier_actors};
use crate::services::shared::inputs;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::Contract;
use crate::storage::publications::{self as rows, NewPublication, Publication};
use crate::storage::write::Tx;

/// A proposal to publish a contract.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationInput {
    /// Address of the official notice: `https`, a host by name, without user and port.
    pub notice_url: String,
    /// Day of the official notice. It must be the day of the announcement if that is recorded.
    #[serde(deserialize_with = "date")]
    pub notice_on: NaiveDate,
    /// Outcome of the secrecy review (保密审查); required, and never shown to the public.
    #[serde(default)]
    pub review: String,
}

/// An act on a publication.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationActionInput {
    /// Reason; required to refuse and to withdraw.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A publication after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicationSummary {
    /// Random identifier of the publication.
    pub id: String,
    pub state: PublicationState,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Proposes that a contract be published.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` while a publication is proposed or in effect;
/// `Refused` for an address that is not a plain `https` one, a day that cannot be that of the announcement, or without
/// the outcome of the secrecy review.
pub fn propose(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &PublicationInput,
) -> Result<PublicationSummary, Error> {
    let action = Action::ProposePublication;
    acts::write_contract(app, caller, contract, action, |tx, record, _| {
        if let Some(current) = rows::current_of(tx.connection, record.contract.id)? {
            let message = Message::new("publication-current").with("state", current.state);
            let part = format!("publication-{}", current.public_id);
            return Err(repeats::duplicate(&record.contract, None, part, message, false));
        }
        let unfit =
            || Error::refused_at("publication-notice", "notice_url", Message::new("publication-notice-address"));
        let notice = NoticeAddress::parse(&input.notice_url).ok_or_else(unfit)?;
        let review = required_review(&input.review)?;
        record_announcement(tx, record, input.notice_on)?;
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let new = NewPublication {
            public_id: &id,
            contract_id: record.contract.id,
            notice_url: &notice.url,
            notice_on: input.notice_on,
            review,
        };
        rows::insert(tx.connection, tx.context, &new, by)?;
        let body = serde_json::json!({
            "publication": id, "notice_url": notice.url, "notice_on": input.notice_on, "review": review,
        });
        append_event(tx, &record.contract, action, body)?;
        append::save_change(tx, record)?;
        Ok(PublicationSummary { id, state: PublicationState::Proposed, version: record.contract.version })
    })
}

fn required_review(given: &str) -> Result<&str, Error> {
    let review = inputs::text("review", given)?;
    if review.is_empty() {
        return Err(Error::refused_at("publication-review", "review", Message::new("publication-review-missing")));
    }
    Ok(review)
}

/// Records the announcement of the contract on the day of the notice. An announcement already recorded must have that
/// day.
fn record_announcement(tx: &mut Tx<'_>, record: &mut ContractRecord, on: NaiveDate) -> Result<(), Error> {
    if let Some(recorded) = record.contract.published_on {
        if recorded == on {
            return Ok(());
        }
        let message = Message::new("publication-announced-on").with("day", recorded);
        return Err(Error::refused_at("publication-notice", "notice_on", message));
    }
    announcement::record_announcement(tx, record, on, "notice_on")?;
    append_event(tx, &record.contract, Action::RecordPublication, serde_json::json!({ "on": on }))
}

/// Grants, refuses or withdraws a publication.
///
/// # Errors
/// `NotFound` for an unknown publication or act; `Forbidden` by role, or to decide on one's own proposal; `Conflict` in
/// a state that the act does not change; `Refused` if refusing or withdrawing without a reason.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &PublicationActionInput,
) -> Result<PublicationSummary, Error> {
    let known = PUBLICATION_ACTIONS.iter().find(|(known, _)| *known == name);
    let action = known.map(|(_, action)| *action).ok_or(Error::NotFound)?;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, _, publication| {
        let state = match name {
            "grant" => decide(tx, record, &publication, PublicationState::Published, input)?,
            "refuse" => decide(tx, record, &publication, PublicationState::Refused, input)?,
            _ => withdraw(tx, record, &publication, input)?,
        };
        append::save_change(tx, record)?;
        Ok(PublicationSummary { id: publication.public_id, state, version: record.contract.version })
    })
}

fn decide(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    publication: &Publication,
    state: PublicationState,
    input: &PublicationActionInput,
) -> Result<PublicationState, Error> {
    if publication.state != PublicationState::Proposed {
        return Err(wrong_state(&record.contract, publication));
    }
    let proposer = Actor { person: publication.proposed_by.0, on_behalf_of: publication.proposed_for };
    reject_earlier_actors(tx, &[proposer])?;
    let by = tx.person()?;
    let (action, note) = if state == PublicationState::Published {
        let note = inputs::optional_reason(input.reason.as_deref())?;
        (EventAction::PublicationGrant, note)
    } else {
        (EventAction::PublicationRefuse, inputs::reason(input.reason.as_deref())?)
    };
    rows::record_decision(tx.connection, tx.context, publication.id, (state, by, note))?;
    append_event(tx, &record.contract, action, event_body(publication, note))?;
    Ok(state)
}

fn withdraw(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    publication: &Publication,
    input: &PublicationActionInput,
) -> Result<PublicationState, Error> {
    if !is_current(publication.state) {
        return Err(wrong_state(&record.contract, publication));
    }
    let reason = inputs::reason(input.reason.as_deref())?;
    let by = tx.person()?;
    rows::record_withdrawal(tx.connection, tx.context, publication.id, (by, reason))?;
    append_event(tx, &record.contract, Action::WithdrawPublication, event_body(publication, reason))?;
    Ok(PublicationState::Withdrawn)
}

/// Builds the refusal of an act that the state of a publication no longer allows, leading to the publication.
fn wrong_state(contract: &Contract, publication: &Publication) -> Error {
    let message = Message::new("publication-state-is").with("state", publication.state);
    repeats::duplicate(contract, None, format!("publication-{}", publication.public_id), message, false)
}

fn event_body(publication: &Publication, reason: &str) -> serde_json::Value {
    serde_json::json!({ "publication": publication.public_id, "reason": reason })
}
