//! Duplicate detection: refuses content that is submitted again from the same seat while the first record is in effect.
//!
//! A form sent twice (the Back button, two tabs, a lost answer) has a new idempotency key each time, so its content is
//! compared with what the contract already has. The refusal names the first record; where a repetition can be meant, it
//! is recorded if the caller confirms it. Change requests are compared by the thing that they are about, whatever their
//! texts. The comparison runs in the transaction that records, so of two requests at the same time one finds the other.

use chrono::TimeDelta;

use crate::clock::civil_day;
use crate::domain::change_requests::is_pending;
use crate::domain::codes::{ChangeRequestKind, FactKind};
use crate::domain::text_input;
use crate::error::{Duplicate, Error, Existing, Message};
use crate::services::contracts::record::{ContractRecord, Reversal, stored};
use crate::services::shared::identifiers::fold_identifier;
use crate::storage::AnyConnection;
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts::facts::NewFact;
use crate::storage::contracts::{self, Contract};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::messages::Message as SentMessage;
use crate::storage::payments::{self, PaymentRequest};
use crate::storage::write::Tx;

/// Returns the address of a part of a contract on the contract's page.
pub(in crate::services) fn address(contract: &str, part: impl std::fmt::Display) -> String {
    format!("/contracts/{contract}#{part}")
}

/// Refuses a fact if the same seat recorded one of the same kind and content that was not reversed.
///
/// # Errors
/// `Duplicate` naming the first fact.
pub(in crate::services) fn refuse_repeated_fact(
    tx: &Tx<'_>,
    record: &ContractRecord,
    fact: &NewFact,
) -> Result<(), Error> {
    let (key, is_repeatable) = match fact.kind {
        FactKind::Survey => ("repeated-survey", true),
        FactKind::InterestWaiver => ("repeated-interest-waiver", true),
        // Another rule refuses a second headcount of one month.
        FactKind::Headcount => ("repeated-headcount", false),
        FactKind::Score => ("repeated-score", false),
        FactKind::Extension
        | FactKind::Submission
        | FactKind::Decision
        | FactKind::Invoice
        | FactKind::Payment
        | FactKind::Incident
        | FactKind::Waiver
        | FactKind::End
        | FactKind::Interest
        | FactKind::Reversal => return Ok(()),
    };
    let holder = holder(tx)?;
    let reversed: Vec<i64> = record
        .rows
        .iter()
        .filter(|row| row.kind == FactKind::Reversal)
        .map(|row| stored::<Reversal>(&row.body).map(|reversal| reversal.seq))
        .collect::<Result<_, _>>()?;
    let is_same = |body: &str, value: &serde_json::Value| {
        serde_json::from_str::<serde_json::Value>(body).is_ok_and(|known| known == *value)
    };
    // The decision leaves out what the measures propose, which changes with the score itself.
    let said = |words: &serde_json::Value| {
        let mut words = words.clone();
        if let Some(words) = words.as_object_mut() {
            words.remove("proposed");
        }
        words
    };
    let has_words = |row: &str| serde_json::from_str(row).is_ok_and(|known| said(&known) == said(&fact.words));
    let first = record.rows.iter().find(|row| {
        row.kind == fact.kind
            && row.for_id.unwrap_or(row.actor_id.0) == holder
            && !reversed.contains(&row.seq)
            && is_same(&row.body, &fact.body)
            && has_words(&row.words)
    });
    let Some(first) = first else { return Ok(()) };
    let message = Message::new(key).with("seq", first.seq).with("on", first.on_day);
    Err(duplicate(&record.contract, None, format!("record-{}", first.seq), message, is_repeatable))
}

/// Refuses a change request about a thing on which another one is pending, whatever its reason and author; a waiver of
/// a breach that is waived; an incident that is recorded; and an incident with the clause, day and description of one
/// with another code. A further extension or incident can be meant, and is accepted if the caller confirms it
/// (`another`).
///
/// # Errors
/// `Duplicate` naming the first request or fact; `Refused` as by [`refuse_recorded_incident`].
pub(in crate::services) fn refuse_repeated_request(
    record: &ContractRecord,
    made: &[ChangeRequest],
    (kind, body): (ChangeRequestKind, &serde_json::Value),
    (reason, another): (&str, bool),
) -> Result<(), Error> {
    let (key, is_repeatable) = match kind {
        ChangeRequestKind::Extension => ("repeated-extension", true),
        ChangeRequestKind::Waiver => ("repeated-waiver", false),
        ChangeRequestKind::Reversal => ("repeated-reversal", false),
        ChangeRequestKind::Incident => ("repeated-incident", false),
        ChangeRequestKind::Termination => return Ok(()),
    };
    if kind == ChangeRequestKind::Waiver {
        refuse_second_waiver(record, body)?;
    }
    if kind == ChangeRequestKind::Incident {
        refuse_recorded_incident(record, body)?;
    }
    let repeats = |request: &&ChangeRequest| {
        let fact = serde_json::from_str::<serde_json::Value>(&request.body);
        request.kind == kind && is_pending(request.state) && fact.is_ok_and(|fact| concerns_same(kind, &fact, body))
    };
    let first = made.iter().find(repeats).filter(|_| !(another && is_repeatable));
    if kind == ChangeRequestKind::Incident && first.is_none() && !another {
        refuse_described_incident(record, made, (body, reason))?;
    }
    let Some(first) = first else { return Ok(()) };
    let message = Message::new(key).with("on", civil_day(first.requested_at));
    Err(duplicate(&record.contract, None, format!("change-request-{}", first.public_id), message, is_repeatable))
}

/// Refuses the waiver of a breach that is waived. To change the day of a waiver, it must be reversed.
///
/// # Errors
/// `Duplicate` naming the fact.
pub(in crate::services) fn refuse_second_waiver(
    record: &ContractRecord,
    body: &serde_json::Value,
) -> Result<(), Error> {
    let waivers = record.live::<serde_json::Value>(FactKind::Waiver)?;
    let known = waivers.into_iter().find(|(fact, _)| concerns_same(ChangeRequestKind::Waiver, fact, body));
    let Some((_, row)) = known else { return Ok(()) };
    let message = Message::new("waived-already").with("seq", row.seq).with("on", row.on_day);
    Err(duplicate(&record.contract, None, format!("record-{}", row.seq), message, false))
}

/// Refuses an incident with the code of a recorded one, in any spelling.
///
/// # Errors
/// `Duplicate` naming the fact, if clause and day are the same too; else `Refused` at `id`, as by the rule of standing.
fn refuse_recorded_incident(record: &ContractRecord, body: &serde_json::Value) -> Result<(), Error> {
    let incidents = record.live::<serde_json::Value>(FactKind::Incident)?;
    let is_same = |fact: &serde_json::Value| concerns_same(ChangeRequestKind::Incident, fact, body);
    let Some((fact, row)) = incidents.into_iter().find(|(fact, _)| is_same(fact)) else { return Ok(()) };
    if !is_of_same_day(&fact, body) {
        let message = Message::new("code-twice").with("code", fact["id"].as_str().unwrap_or_default());
        return Err(Error::refused_at("code-twice", "id", message));
    }
    let message = Message::new("incident-recorded-already").with("seq", row.seq).with("on", row.on_day);
    Err(duplicate(&record.contract, None, format!("record-{}", row.seq), message, false))
}

/// Refuses an incident with the clause, day and description of one that is pending or recorded under another code. An
/// incident without a description is not compared.
///
/// # Errors
/// `Duplicate` naming the first.
fn refuse_described_incident(
    record: &ContractRecord,
    made: &[ChangeRequest],
    (body, reason): (&serde_json::Value, &str),
) -> Result<(), Error> {
    let described = text_input::key(reason);
    if described.is_empty() {
        return Ok(());
    }
    let key = "repeated-incident-number";
    let id = |fact: &serde_json::Value| fact["id"].as_str().unwrap_or_default().to_owned();
    for (fact, row) in record.live::<serde_json::Value>(FactKind::Incident)? {
        let words: serde_json::Value = stored(&row.words)?;
        let known = words["reason"].as_str().or_else(|| words["note"].as_str()).unwrap_or_default();
        if is_of_same_day(&fact, body) && text_input::key(known) == described {
            let message = Message::new(key).with("id", id(&fact));
            return Err(duplicate(&record.contract, None, format!("record-{}", row.seq), message, true));
        }
    }
    let is_open = |one: &&ChangeRequest| one.kind == ChangeRequestKind::Incident && is_pending(one.state);
    for request in made.iter().filter(is_open) {
        let fact: serde_json::Value = stored(&request.body)?;
        if is_of_same_day(&fact, body) && text_input::key(&request.reason) == described {
            let message = Message::new(key).with("id", id(&fact));
            return Err(duplicate(
                &record.contract,
                None,
                format!("change-request-{}", request.public_id),
                message,
                true,
            ));
        }
    }
    Ok(())
}

/// Returns whether two incidents are under the same clause and on the same day.
fn is_of_same_day(one: &serde_json::Value, other: &serde_json::Value) -> bool {
    ["clause", "on"].iter().all(|member| one[*member] == other[*member])
}

/// Returns whether two facts of a kind are about the same thing: a deliverable, a breach, an incident or a recorded
/// fact.
pub(in crate::services) fn concerns_same(
    kind: ChangeRequestKind,
    one: &serde_json::Value,
    other: &serde_json::Value,
) -> bool {
    let members: &[&str] = match kind {
        ChangeRequestKind::Extension => &["deliverable"],
        ChangeRequestKind::Waiver => &["clause", "subject"],
        ChangeRequestKind::Reversal => &["seq"],
        ChangeRequestKind::Incident => {
            let key = |fact: &serde_json::Value| fold_identifier(fact["id"].as_str().unwrap_or_default());
            return key(one) == key(other);
        }
        ChangeRequestKind::Termination => &[],
    };
    members.iter().all(|member| one[*member] == other[*member])
}

/// Refuses a payment request if the same seat has made an open one of the same amount for the milestone. A request
/// without an amount, that is, for all that can be requested, repeats one that left nothing.
///
/// # Errors
/// `Duplicate` naming the first request.
pub(in crate::services) fn refuse_repeated_payment(
    tx: &mut Tx<'_>,
    contract: &Contract,
    open: &[PaymentRequest],
    amount_fen: Option<i64>,
) -> Result<(), Error> {
    let holder = holder(tx)?;
    let ids: Vec<_> = open.iter().map(|request| request.id).collect();
    let steps = payments::load_steps_for(tx.connection, &ids)?;
    let requester = |request: &PaymentRequest| {
        let first = steps.iter().find(|(id, step)| *id == request.id && step.seq == 1);
        first.map(|(_, step)| step.for_id.unwrap_or(step.person_id.0))
    };
    let alike = match amount_fen {
        Some(amount) => open.iter().filter(|request| request.amount_fen == amount).collect(),
        None => open.last().into_iter().collect::<Vec<_>>(),
    };
    let first = alike.into_iter().find(|request| requester(request) == Some(holder));
    let Some(first) = first else { return Ok(()) };
    let message = Message::new("repeated-payment").with("on", civil_day(first.requested_at));
    let milestone = Some(first.milestone.clone());
    // A request that leaves nothing cannot be followed by another.
    Err(duplicate(contract, milestone, format!("payment-{}", first.public_id), message, amount_fen.is_some()))
}

/// Time within which a message with the same text is a repetition; after it, it may be a reminder.
const REPEATED_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// Refuses a message if the same seat has sent one with the same subject and text within [`REPEATED_WITHIN`].
///
/// # Errors
/// `Duplicate` naming the first message.
pub(in crate::services) fn refuse_repeated_message(
    tx: &Tx<'_>,
    contract: &Contract,
    latest: &[SentMessage],
    (about, text): (&str, &str),
) -> Result<(), Error> {
    let (holder, now) = (holder(tx)?, tx.context.now);
    let is_same = |sent: &&SentMessage| {
        sent.sent_for.unwrap_or(sent.sent_by.0) == holder
            && (sent.about.as_str(), sent.text.as_str()) == (about, text)
            && now.signed_duration_since(sent.sent_at) < REPEATED_WITHIN
    };
    let Some(first) = latest.iter().find(is_same) else { return Ok(()) };
    let part = format!("messages#message-{}", first.public_id);
    Err(duplicate_on_page(contract, part, Message::new("repeated-message"), true))
}

/// Builds the refusal for something of a contract that the caller sees on a page below the contract's.
pub(in crate::services) fn duplicate_on_page(
    contract: &Contract,
    page: impl std::fmt::Display,
    message: Message,
    is_repeatable: bool,
) -> Error {
    let address = format!("/contracts/{}/{page}", contract.public_id);
    let existing = Some(Existing { contract: Some(contract.public_id.clone()), milestone: None, address });
    Error::Duplicate(Box::new(Duplicate { message, existing, is_repeatable }))
}

/// Builds the refusal of a repetition of a part of a contract that the caller may see.
pub(in crate::services) fn duplicate(
    contract: &Contract,
    milestone: Option<String>,
    part: impl std::fmt::Display,
    message: Message,
    is_repeatable: bool,
) -> Error {
    let address = address(&contract.public_id, part);
    let existing = Some(Existing { contract: Some(contract.public_id.clone()), milestone, address });
    Error::Duplicate(Box::new(Duplicate { message, existing, is_repeatable }))
}

/// Builds the refusal of a repetition of a part of any contract, which is named only to a caller who may see it.
/// `milestone` is empty for a part that belongs to no milestone.
pub(in crate::services) fn duplicate_elsewhere(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    (contract, milestone, part): (ContractId, &str, impl std::fmt::Display),
    (named, general): (impl FnOnce(&str) -> Message, Message),
) -> Result<Error, Error> {
    let seen = contracts::seen_among(connection, &[contract], organisations)?;
    Ok(match seen.into_iter().next() {
        Some((_, public_id, number)) => Error::Duplicate(Box::new(Duplicate {
            message: named(&number),
            existing: Some(Existing {
                address: address(&public_id, part),
                contract: Some(public_id),
                milestone: Some(milestone.to_owned()).filter(|milestone| !milestone.is_empty()),
            }),
            is_repeatable: false,
        })),
        None => Error::Duplicate(Box::new(Duplicate { message: general, existing: None, is_repeatable: false })),
    })
}

/// Returns the holder of the seat in which the transaction acts.
pub(in crate::services) fn holder(tx: &Tx<'_>) -> Result<i64, Error> {
    Ok(tx.context.on_behalf_of.map_or(tx.person()?.0, |holder| holder.0))
}
