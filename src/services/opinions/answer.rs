//! Giving an opinion with a code: no session and no name; each code once, until it expires.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::one_time::fold_short_code;
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::opinions::Satisfaction;
use crate::domain::personal_data;
use crate::domain::policy::{Action, state_allows};
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::contracts::registration::append_event;
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs::text_fault;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::Contract;
use crate::storage::locks::Scope;
use crate::storage::opinions::{self as rows, Opinion};
use crate::storage::write::{Context, write_in};

/// Rule that refuses a code, by which tries are counted.
pub const CODE_RULE: &str = "opinion-code";
/// Purpose of the key of the digests of codes.
const PURPOSE: &str = "opinion-codes";

/// An opinion.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpinionInput {
    /// The code that was handed out, with or without hyphens.
    pub code: String,
    /// True if the service was given.
    pub received: bool,
    pub satisfaction: Satisfaction,
    /// Remark of the recipient; no identity numbers, mobile numbers or bank cards.
    #[serde(default)]
    pub remark: String,
}

/// The receipt for an opinion.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OpinionReceipt {
    /// Day of the answer.
    #[serde(deserialize_with = "crate::domain::shape::date")]
    pub answered_on: NaiveDate,
}

/// Returns the keyed digest of a code without its hyphens.
pub(super) fn digest(app: &App, code: &str) -> String {
    app.secret.derive(PURPOSE).sign(code.as_bytes())
}

/// Checks the form of an opinion.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &OpinionInput) -> Result<(), Error> {
    let mut faults = Faults::new("opinion");
    if let Some(message) = text_fault(&input.remark) {
        faults.add("remark", message);
    } else if let Some(kind) = personal_data::find(&input.remark) {
        faults.add("remark", Message::new("record-personal-data").with("kind", kind));
    }
    faults.finish()
}

/// Stores an opinion. Who gives it stays unknown.
///
/// # Errors
/// `Refused` (`CODE_RULE`) for a code that is unknown, used or expired; `Refused` for a remark with personal data.
pub fn give(app: &App, input: &OpinionInput) -> Result<OpinionReceipt, Error> {
    check(input)?;
    let code = fold_short_code(&identifier(&input.code)).ok_or_else(|| refused("opinion-code-unknown"))?;
    let hash = digest(app, &code);
    let context = Context::of_program(app.clock.now(), app.ids.clone());
    let today = civil_day(context.now);
    let (_, contract) = app.pool.read(|connection| find(connection, &hash, today))?;
    write_in(&app.pool, Scope::Contract(contract.id), &context, |tx| {
        let (opinion, contract) = find(tx.connection, &hash, today)?;
        let given = (input.received, input.satisfaction, input.remark.trim());
        if !rows::answer(tx.connection, opinion.id, today, given)? {
            return Err(refused("opinion-code-used"));
        }
        let body = serde_json::json!({ "opinion": opinion.public_id, "deliverable": opinion.deliverable });
        append_event(tx, &contract, EventAction::OpinionGive, body)?;
        Ok(OpinionReceipt { answered_on: today })
    })
}

fn find(connection: &mut AnyConnection, hash: &str, today: NaiveDate) -> Result<(Opinion, Contract), Error> {
    let found = rows::by_hash(connection, hash)?.ok_or_else(|| refused("opinion-code-unknown"))?;
    let (opinion, contract) = &found;
    if opinion.answered_on.is_some() {
        return Err(refused("opinion-code-used"));
    }
    if opinion.expires_on < today || !state_allows(contract.state, Action::IssueOpinionCodes) {
        return Err(refused("opinion-code-expired"));
    }
    Ok(found)
}

fn refused(key: &'static str) -> Error {
    Error::refused_at(CODE_RULE, "code", Message::new(key))
}
