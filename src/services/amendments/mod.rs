//! Amendments (补充协议): an officer proposes new terms, the contractor consents, the leader approves and, where the amount
//! grows, finance commits the increase. The last consent records the terms as a version, in force from their effective
//! day.
//!
//! Every step checks again that the new terms would come into force. The steps and grounds are in `domain::amendments`;
//! which version is in force on a day is decided only in `contracts::record`.

pub mod decide;
pub mod figures;
pub mod propose;
pub mod recorded;
pub mod view;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::amendments::{AmendmentStepKind, SupplementRoom, Worded};
use crate::domain::codes::{AmendmentState, Regime};
use crate::domain::money::{Money, Sum};
use crate::domain::policy::Action;
use crate::domain::standing::AmendmentConflict;
use crate::domain::statute_settings::{SettableRule, part_fen};
use crate::domain::terms::Terms;
use crate::error::{Error, Message};
use crate::services::amendments::view::AmendmentChange;
use crate::services::contracts::effect_views::EffectWords;
use crate::services::contracts::record::{ContractRecord, refusal};
use crate::services::contracts::registration::append_event;
use crate::storage::amendments::{self as rows, Amendment};
use crate::storage::contracts::Contract;
use crate::storage::write::Tx;

/// An amendment after a step.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AmendmentSummary {
    /// Random identifier of the amendment.
    pub id: String,
    pub state: AmendmentState,
    /// Terms that differ from those before, in words.
    pub changes: Vec<AmendmentChange>,
    /// Money and dates that move, before and after.
    pub effects: Vec<EffectWords>,
    /// True if the new terms come into force, by what is recorded so far.
    pub in_force_would: bool,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Returns the room for supplements of a contract on a day; `None` where the law sets no limit.
pub(in crate::services) fn supplement_room(record: &ContractRecord, on: chrono::NaiveDate) -> Option<SupplementRoom> {
    if record.contract.regime != Regime::ProcurementLaw {
        return None;
    }
    let part = record.settings.limit(SettableRule::Supplement, on);
    let limit = |part| i64::try_from(part_fen(record.signed_terms().amount.fen(), part)).unwrap_or(i64::MAX);
    part.map(|part| SupplementRoom { limit_fen: limit(part), used_fen: record.increases_fen() })
}

/// Formats fen as yuan with two decimal places.
fn yuan(fen: i64) -> String {
    Sum::from(Money::from_fen(fen).unwrap_or(Money::ZERO)).to_string()
}

/// Refuses new terms that are effective before today, do not fit what is recorded, would change what is settled, or
/// exceed the room for supplements.
fn check(
    record: &ContractRecord,
    (effective_on, new): (chrono::NaiveDate, Worded<'_>),
    today: chrono::NaiveDate,
) -> Result<(), Error> {
    if effective_on < today {
        let message = Message::new("amendment-effective-past").with("today", today);
        return Err(Error::refused_at("amendment-effective-day", "effective_on", message));
    }
    let conflict = record.amendment_conflict(effective_on, new.0).map_err(|mut invalid| {
        if invalid.path.starts_with("facts.") {
            return Error::refused_at(invalid.code, "effective_on", Message::new("amendment-unfit"));
        }
        if let Some((_, field)) = invalid.path.strip_prefix("amendments[").and_then(|path| path.split_once("].")) {
            invalid.path = field.to_owned();
        }
        refusal(invalid)
    })?;
    if let Some(conflict) = conflict {
        return Err(refuse_conflict(&conflict, new));
    }
    let grown = new.0.amount.fen().saturating_sub(record.newest_in_force().0.amount.fen());
    match supplement_room(record, today) {
        Some(room) if grown > room.left_fen() => {
            let message = Message::new("supplement-over-tenth")
                .with("limit", yuan(room.limit_fen))
                .with("used", yuan(room.used_fen))
                .with("left", yuan(room.left_fen()))
                .with("increase", yuan(grown));
            Err(Error::refused_at("supplement-10pct", "terms.amount", message))
        }
        _ => Ok(()),
    }
}

/// Returns the refusal of an amendment that would never come into force, at the part that would change what was
/// settled.
fn refuse_conflict(conflict: &AmendmentConflict, (terms, details): Worded<'_>) -> Error {
    let of_deliverable =
        |code: &str| place(terms, "deliverables", |n| terms.deliverables.get(n).map(|d| d.code.as_str()), code);
    let of_milestone =
        |code: &str| place(terms, "milestones", |n| terms.milestones.get(n).map(|m| m.code.as_str()), code);
    let (path, message) = match conflict {
        AmendmentConflict::Deliverable(code) => {
            let message =
                Message::new("amendment-settled-deliverable").with("deliverable", details.deliverable(code.as_str()));
            (of_deliverable(code.as_str()), message)
        }
        AmendmentConflict::Milestone(code) => {
            let message =
                Message::new("amendment-settled-milestone").with("milestone", details.milestone(code.as_str()));
            (of_milestone(code.as_str()), message)
        }
        AmendmentConflict::Required { milestone, deliverable } => {
            let message = Message::new("amendment-settled-required")
                .with("milestone", details.milestone(milestone.as_str()))
                .with("deliverable", details.deliverable(deliverable.as_str()));
            (of_deliverable(deliverable.as_str()), message)
        }
    };
    Error::refused_at("amendment-in-force", path, message)
}

/// Returns the path of the row of the terms with a code, or of the whole list if there is no such row.
fn place<'a>(_: &'a Terms, list: &str, code_of: impl Fn(usize) -> Option<&'a str>, code: &str) -> String {
    let mut rows = (0..).map_while(code_of);
    rows.position(|found| found == code).map_or_else(|| format!("terms.{list}"), |n| format!("terms.{list}[{n}]"))
}

/// Records a step with its event, which contains everything that the amendment's row must agree with. `terms` is the
/// hash of the version that the step recorded, if any.
fn record_step(
    tx: &mut Tx<'_>,
    contract: &Contract,
    amendment: &Amendment,
    (kind, action, note): (AmendmentStepKind, Action, &str),
    (state, terms): (AmendmentState, Option<&str>),
) -> Result<(), Error> {
    let by = tx.person()?;
    let taken = rows::load_steps(tx.connection, &[amendment.id])?;
    let seq = taken.last().map_or(0, |(_, step)| step.seq) + 1;
    rows::record_step(tx.connection, tx.context, amendment.id, (seq, kind, by, note), state)?;
    let mut body = serde_json::json!({
        "amendment": amendment.public_id,
        "digest": amendment.hash,
        "effective_on": amendment.effective_on,
        "state": state,
        "grows": amendment.grows,
        "step": seq,
        "note": note,
    });
    if let (Some(body), Some(terms)) = (body.as_object_mut(), terms) {
        body.insert("terms".to_owned(), serde_json::json!(terms));
    }
    append_event(tx, contract, action, body)
}
