//! Objections (陈述申辩): the contractor disagrees with a breach, a decision, a score or a deduction, and someone
//! other than who decided answers with a reason, within ten working days.
//!
//! An objection changes no figure. One that was upheld names the act that does, and remains a task of the officer until
//! that act is taken. About one thing, one objection is open at a time.

mod answer;
pub mod subject;
pub mod view;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{ObjectionState, ObjectionTarget};
use crate::domain::objections::Objected;
use crate::domain::policy::Action;
use crate::domain::standing::Trails;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::contracts::{acts, append};
use crate::services::identity::caller::Caller;
pub use crate::services::objections::answer::{ObjectionAnswerInput, answer};
use crate::services::shared::inputs;
use crate::storage::objections::{self as rows, NewObjection, Objection};
use crate::storage::write::Tx;

/// An objection of the contractor.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionInput {
    /// Kind of thing with which the contractor disagrees.
    pub against: ObjectionTarget,
    /// The thing: `CLAUSE/SUBJECT` of a breach, `DELIVERABLE/NUMBER` of a decided submission, code of the milestone of
    /// a score or deduction.
    pub subject: String,
    /// Facts and grounds; required.
    #[serde(default)]
    pub text: String,
}

/// An objection after it was raised or answered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ObjectionSummary {
    /// Random identifier of the objection.
    pub id: String,
    pub state: ObjectionState,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Raises an objection as the contractor.
///
/// # Errors
/// `Refused` for a thing that the contract does not have, a waived breach or an empty text; `Duplicate` while an
/// objection about the thing is open.
pub fn raise(app: &App, caller: &Caller, contract: &str, input: &ObjectionInput) -> Result<ObjectionSummary, Error> {
    let action = Action::RaiseObjection;
    acts::write_contract(app, caller, contract, action, |tx, record, _| {
        let text = required_text(&input.text)?;
        let standing = record.standing(tx.context.today(), Trails::Off)?;
        let objected = Objected::parse(input.against, input.subject.trim()).ok_or_else(subject::unknown)?;
        let found = subject::find(record, &standing, &objected)?;
        refuse_second(tx, record, &objected)?;
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let new = NewObjection {
            public_id: &id,
            contract_id: record.contract.id,
            against: input.against,
            subject: &objected.to_string(),
            text,
            fact_seq: found.fact_seq,
            deciders: &subject::write_deciders(&found.deciders)?,
        };
        rows::insert(tx.connection, tx.context, &new, by)?;
        append_event(tx, &record.contract, action, event_body(&id, &objected, text))?;
        append::save_change(tx, record)?;
        Ok(ObjectionSummary { id, state: ObjectionState::Open, version: record.contract.version })
    })
}

fn required_text(given: &str) -> Result<&str, Error> {
    let text = inputs::text("text", given)?;
    if text.is_empty() {
        return Err(Error::refused_at("reason", "text", Message::new("objection-text-missing")));
    }
    Ok(text)
}

/// Refuses an objection about a thing while another one about it is open.
fn refuse_second(tx: &mut Tx<'_>, record: &ContractRecord, objected: &Objected) -> Result<(), Error> {
    let (target, subject) = (objected.target(), objected.to_string());
    let is_open =
        |known: &Objection| known.state == ObjectionState::Open && known.against == target && known.subject == subject;
    let known = rows::of_contract(tx.connection, record.contract.id)?;
    let Some(first) = known.into_iter().find(is_open) else { return Ok(()) };
    let message = Message::new("objection-repeated").with("on", civil_day(first.raised_at));
    Err(repeats::duplicate(&record.contract, None, format!("objection-{}", first.public_id), message, false))
}

/// Builds the audit body of an objection's event.
fn event_body(id: &str, objected: &Objected, reason: &str) -> serde_json::Value {
    let mut body = objected.codes();
    if let Some(body) = body.as_object_mut() {
        body.insert("objection".to_owned(), id.into());
        body.insert("against".to_owned(), objected.target().as_str().into());
        body.insert("reason".to_owned(), reason.into());
    }
    body
}
