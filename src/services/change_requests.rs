//! What one person asks for and another grants: more time, a waiver, the undoing of a fact.
//!
//! What could not be granted now is refused when it is asked for; granting looks again and records the fact.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{AskKind, AskState, ContractState, FactKind, Role};
use crate::domain::numbers::{Code, Days};
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::error::{Error, Message};
use crate::services::contracts::append::{self, judge, record};
use crate::services::contracts::record::{Ledger, Reversal, stored};
use crate::services::contracts::registration::event;
use crate::services::contracts::transitions::to_value;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::payments::{self, same_seat};
use crate::services::shared::inputs;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::change_requests::{self as rows, Ask};
use crate::storage::contracts::facts::NewFact;
use crate::storage::contracts::{self, Contract};
use crate::storage::identity::people::{self, Seat};
use crate::storage::ids::PersonId;
use crate::storage::write::{Tx, write};

/// More time for a deliverable.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionInput {
    /// The deliverable's code.
    #[schema(value_type = String)]
    pub deliverable: Code,
    /// How many days.
    #[schema(value_type = u16)]
    pub days: Days,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// The day from which it counts; the day of granting if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// The purchaser forgoes what a breach charges.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverInput {
    /// The clause's code.
    #[schema(value_type = String)]
    pub clause: Code,
    /// The deliverable, milestone, month or incident.
    #[schema(value_type = String)]
    pub subject: Code,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// The day from which it counts; the day of granting if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// The undoing of a fact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalInput {
    /// The fact's number within the contract.
    pub seq: i64,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// What a decision may bring.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequestDecisionInput {
    /// Why; needed to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What asking and deciding answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AskSummary {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub state: AskState,
    /// The number of the fact that it became, once granted.
    pub seq: Option<i64>,
    /// The contract's version: the ETag.
    pub version: i64,
}

/// Something that was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AskView {
    /// Identifier.
    pub id: String,
    /// What.
    pub kind: AskKind,
    /// What it asks for: the fact, as docs/standing.md has it.
    #[schema(value_type = Object)]
    pub fact: serde_json::Value,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: AskState,
    /// Who asked.
    pub asked_by: String,
    /// For whom, if as a deputy.
    pub on_behalf_of: Option<String>,
    /// When.
    pub asked_at: DateTime<Utc>,
}

/// The decisions that can be taken by name.
pub const ASK_ACTIONS: &[(&str, Action)] = &[("grant", Action::GrantAsk), ("refuse", Action::GrantAsk)];

/// Asks for more time.
///
/// # Errors
/// `Refused` where it could not be granted today.
pub fn extension(app: &App, caller: &Caller, contract: &str, input: &ExtensionInput) -> Result<AskSummary, Error> {
    caller.may(Action::AskExtension)?;
    if input.days.get() == 0 {
        return Err(Error::refused_at("extension", "days", Message::new("malformed-positive-whole")));
    }
    let body = body_of(serde_json::json!({ "deliverable": input.deliverable, "days": input.days }), input.on);
    ask(app, caller, contract, (AskKind::Extension, Action::AskExtension), &body, &input.reason)
}

/// Asks for a waiver.
///
/// # Errors
/// `Refused` where it could not be granted today.
pub fn waiver(app: &App, caller: &Caller, contract: &str, input: &WaiverInput) -> Result<AskSummary, Error> {
    let body = body_of(serde_json::json!({ "clause": input.clause, "subject": input.subject }), input.on);
    ask(app, caller, contract, (AskKind::Waiver, Action::AskWaiver), &body, &input.reason)
}

/// Asks for a fact to be undone; the cashier for that of a payment alone.
///
/// # Errors
/// `Refused` where it could not be undone today.
pub fn reversal(app: &App, caller: &Caller, contract: &str, input: &ReversalInput) -> Result<AskSummary, Error> {
    let body = to_value(&Reversal { seq: input.seq })?;
    ask(app, caller, contract, (AskKind::Reversal, Action::AskReversal), &body, &input.reason)
}

/// What was asked for of a contract, in order.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<AskView>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let after = page.after_key(|id| {
            let ask = rows::by_public_id(connection, id)?.filter(|ask| ask.contract_id == contract.id);
            Ok(ask.map(|ask| ask.id.0))
        })?;
        let asks = page.cut(rows::page_of_contract(connection, contract.id, after, page.rows())?, |a| &a.public_id);
        let views = views(connection, asks.items)?;
        Ok(Paged { items: views, next: asks.next })
    })
}

/// What was asked for, with the names of who asked.
pub(super) fn views(connection: &mut AnyConnection, asks: Vec<Ask>) -> Result<Vec<AskView>, Error> {
    let who: Vec<_> = asks.iter().flat_map(|ask| [Some(ask.asked_by), ask.asked_for.map(PersonId)]).flatten().collect();
    let names = people::names(connection, &who)?;
    let name = |id: i64| names.iter().find(|(known, _)| known.0 == id).map(|(_, name)| name.clone());
    let view = |ask: Ask| {
        Ok(AskView {
            fact: stored(&ask.body)?,
            asked_by: name(ask.asked_by.0).unwrap_or_default(),
            on_behalf_of: ask.asked_for.and_then(name),
            asked_at: ask.asked_at.and_utc(),
            id: ask.public_id,
            kind: ask.kind,
            reason: ask.reason,
            state: ask.state,
        })
    };
    asks.into_iter().map(view).collect()
}

/// Grants or refuses what was asked for.
///
/// # Errors
/// `NotFound` for an unknown request or decision; `Forbidden` for whoever asked; `Conflict` where it is decided;
/// `Refused` where a rule of facts stands against it now.
pub fn decide(
    app: &App,
    caller: &Caller,
    kind: AskKind,
    id: &str,
    name: &str,
    input: &ChangeRequestDecisionInput,
) -> Result<AskSummary, Error> {
    if !ASK_ACTIONS.iter().any(|(known, _)| *known == name) {
        return Err(Error::NotFound);
    }
    caller.may(Action::GrantAsk)?;
    let (_, _, seat) = app.pool.read(|connection| find(caller, connection, kind, id))?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (ask, contract, seat) = find(caller, tx.connection, kind, id)?;
        same_seat(tx, caller, &seat)?;
        in_state(&contract, Action::GrantAsk)?;
        if ask.state != AskState::Asked {
            return Err(Error::Conflict(Message::new("ask-decided").with("state", ask.state)));
        }
        let asker = Actor { person: ask.asked_by.0, on_behalf_of: ask.asked_for };
        let decider = Actor { person: tx.person()?.0, on_behalf_of: tx.context.on_behalf_of.map(|person| person.0) };
        if asker.meets(&decider) {
            return Err(Error::forbidden("self-approval"));
        }
        let mut ledger = Ledger::load(tx.connection, contract)?;
        if name == "grant" {
            let words = inputs::text("reason", input.reason.as_deref().unwrap_or_default())?;
            grant(tx, &mut ledger, &ask, words)
        } else {
            refuse(tx, &mut ledger, &ask, inputs::reason(input.reason.as_deref())?)
        }
    })
}

fn body_of(mut fact: serde_json::Value, on: Option<NaiveDate>) -> serde_json::Value {
    if let (Some(object), Some(on)) = (fact.as_object_mut(), on) {
        object.insert("on".to_owned(), serde_json::json!(on));
    }
    fact
}

fn ask(
    app: &App,
    caller: &Caller,
    contract: &str,
    (kind, action): (AskKind, Action),
    body: &serde_json::Value,
    reason: &str,
) -> Result<AskSummary, Error> {
    caller.may(action)?;
    let (_, seat) = app.pool.read(|connection| caller.contract(connection, contract, action))?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (contract, seat) = caller.contract(tx.connection, contract, action)?;
        same_seat(tx, caller, &seat)?;
        in_state(&contract, action)?;
        let reason = inputs::reason(Some(reason))?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        let fact = fact_of(tx, kind, body, serde_json::Value::Null)?;
        if kind == AskKind::Reversal && seat.role == Role::Cashier {
            cashiers_reverse_payments(&ledger, &fact)?;
        }
        judge(tx, &ledger, &fact)?;
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let kept = body.to_string();
        rows::insert(tx.connection, tx.context, &id, ledger.contract.id, kind, (&kept, reason), by)?;
        event(tx, &ledger.contract, action.right().name, note(&id, body, reason))?;
        append::changed(tx, &mut ledger)?;
        Ok(AskSummary { id, state: AskState::Asked, seq: None, version: ledger.contract.version })
    })
}

fn grant(tx: &mut Tx<'_>, ledger: &mut Ledger, ask: &Ask, reason: &str) -> Result<AskSummary, Error> {
    let by = tx.person()?;
    let words = serde_json::json!({ "ask": ask.public_id, "reason": ask.reason, "note": reason });
    let fact = fact_of(tx, ask.kind, &stored(&ask.body)?, words)?;
    rows::decide(tx.connection, ask.id, AskState::Granted, by, tx.context.now, reason)?;
    if ask.kind == AskKind::Reversal {
        undo(tx, ledger, &fact, &ask.reason)?;
    }
    record(tx, ledger, &fact)?;
    Ok(AskSummary {
        id: ask.public_id.clone(),
        state: AskState::Granted,
        seq: Some(ledger.contract.fact_seq),
        version: ledger.contract.version,
    })
}

fn refuse(tx: &mut Tx<'_>, ledger: &mut Ledger, ask: &Ask, reason: &str) -> Result<AskSummary, Error> {
    let by = tx.person()?;
    rows::decide(tx.connection, ask.id, AskState::Refused, by, tx.context.now, reason)?;
    event(tx, &ledger.contract, "asks.refuse", note(&ask.public_id, &stored(&ask.body)?, reason))?;
    append::changed(tx, ledger)?;
    Ok(AskSummary { id: ask.public_id.clone(), state: AskState::Refused, seq: None, version: ledger.contract.version })
}

/// What else a reversal undoes: a payment's row, the state of a contract that ended early.
fn undo(tx: &mut Tx<'_>, ledger: &mut Ledger, fact: &NewFact, reason: &str) -> Result<(), Error> {
    let seq = stored::<Reversal>(&fact.body.to_string())?.seq;
    let Some(row) = ledger.rows.iter().find(|row| row.seq == seq) else {
        return Ok(());
    };
    match row.kind {
        FactKind::Payment => {
            let words: PaidWords = stored(&row.words)?;
            payments::reverse(tx, ledger, &words.payment, reason)
        }
        FactKind::End if ledger.contract.state == ContractState::Terminated => {
            contracts::set_state(tx.connection, ledger.contract.id, ContractState::Active)?;
            ledger.contract.state = ContractState::Active;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What is kept beside the fact of a payment.
#[derive(Deserialize)]
struct PaidWords {
    payment: String,
}

/// The fact that a request would become now.
fn fact_of(tx: &Tx<'_>, kind: AskKind, asked: &serde_json::Value, words: serde_json::Value) -> Result<NewFact, Error> {
    let on: Option<NaiveDate> = match asked.get("on") {
        Some(on) => serde_json::from_value(on.clone()).map_err(|error| Error::Internal(error.to_string()))?,
        None => None,
    };
    let on = append::day(tx, on);
    let (kind, body) = match kind {
        AskKind::Extension => (FactKind::Extension, body_of(asked.clone(), Some(on))),
        AskKind::Waiver => (FactKind::Waiver, body_of(asked.clone(), Some(on))),
        AskKind::Reversal => (FactKind::Reversal, asked.clone()),
        AskKind::Termination => return Err(Error::NotFound),
    };
    Ok(NewFact { kind, on, body, words })
}

fn cashiers_reverse_payments(ledger: &Ledger, fact: &NewFact) -> Result<(), Error> {
    let seq = stored::<Reversal>(&fact.body.to_string())?.seq;
    let other = ledger.rows.iter().any(|row| row.seq == seq && row.kind != FactKind::Payment);
    if other { Err(Error::forbidden("cashier-reverses-payments")) } else { Ok(()) }
}

fn find(
    caller: &Caller,
    connection: &mut AnyConnection,
    kind: AskKind,
    id: &str,
) -> Result<(Ask, Contract, Seat), Error> {
    let ask = rows::by_public_id(connection, id)?.filter(|ask| ask.kind == kind).ok_or(Error::NotFound)?;
    let public_id = contracts::by_id(connection, ask.contract_id)?.public_id;
    let (contract, seat) = caller.contract(connection, &public_id, Action::GrantAsk)?;
    Ok((ask, contract, seat))
}

fn note(id: &str, fact: &serde_json::Value, reason: &str) -> serde_json::Value {
    serde_json::json!({ "ask": id, "fact": fact, "reason": reason })
}
