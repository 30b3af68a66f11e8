//! The history of a contract: its facts and events, newest first, with the people behind them.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::codes::{FactKind, Language};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::record::{ContractRecord, Reversal, stored};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::EventRow;
use crate::storage::identity::names::Names;
use crate::text::message;

/// Stored action of the event that records a due day moved by the working calendar.
const MOVED: &str = EventAction::DueDayMoved.as_str();

/// A fact or event in a contract's history.
#[derive(Debug)]
pub struct Entry {
    /// Time of recording.
    pub at: DateTime<Utc>,
    /// Name of the person; `None` for the program itself.
    pub by: Option<String>,
    /// Name of the person on whose behalf a deputy acted.
    pub on_behalf_of: Option<String>,
    /// Message key of the fact's kind or the event's action.
    pub what: String,
    /// Codes of what the record is about: deliverable, milestone, clause, month, and the subject of a breach; empty for
    /// the contract itself.
    pub about: Vec<String>,
    /// Day from which a fact counts.
    pub on: Option<NaiveDate>,
    /// Note, reason or voucher number in the record.
    pub note: String,
    /// Number of the fact within the contract.
    pub seq: Option<i64>,
    /// True if the fact was reversed later.
    pub undone: bool,
}

/// Merges a contract's facts and events into one history, newest first.
pub(in crate::services) fn history(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    events: &[EventRow],
    language: Language,
) -> Result<Vec<Entry>, Error> {
    let acted = record.rows.iter().flat_map(|row| [Some(row.actor_id.0), row.for_id]);
    let acted = acted.chain(events.iter().flat_map(|event| [event.actor_id, event.for_id]));
    let names = Names::remembered(connection, &record.registers, acted)?;
    let undone: Vec<i64> = record
        .rows
        .iter()
        .filter(|row| row.kind == FactKind::Reversal)
        .map(|row| stored::<Reversal>(&row.body).map(|reversal| reversal.seq))
        .collect::<Result<_, _>>()?;
    let facts = record.rows.iter().map(|row| {
        let (body, words) = (parse_stored_json(&row.body), parse_stored_json(&row.words));
        Entry {
            at: row.recorded_at.and_utc(),
            by: names.find(Some(row.actor_id.0)),
            on_behalf_of: names.find(row.for_id),
            what: format!("fact-{}", row.kind),
            about: codes(&body),
            on: Some(row.on_day),
            note: first(&words, &["note", "voucher", "reason"]),
            seq: Some(row.seq),
            undone: undone.contains(&row.seq),
        }
    });
    // Breaches are recorded in the transaction of the person who triggered the refresh, but that person did not cause
    // them.
    let is_theirs = |event: &EventRow| !event.action.starts_with("breach.") && event.action != MOVED;
    // Messages have a page of their own, and are not shown to everyone who may see the contract.
    let is_message = |event: &&EventRow| event.action == Action::SendMessage.right().name;
    let events = events.iter().filter(|event| !is_message(event)).map(|event| {
        let body = parse_stored_json(&event.body);
        Entry {
            at: event.at.and_utc(),
            by: names.find(event.actor_id.filter(|_| is_theirs(event))),
            on_behalf_of: names.find(event.for_id.filter(|_| is_theirs(event))),
            what: format!("event-{}", event.action.replace('.', "-")),
            about: codes(&body),
            on: None,
            note: if event.action == MOVED { moved(&body, language) } else { first(&body, &["reason", "note"]) },
            seq: None,
            undone: false,
        }
    });
    // Both lists are in recording order. Reversing before the stable sort puts the later of two equal times first, and
    // events before the fact that caused them.
    let mut entries: Vec<Entry> = facts.chain(events).collect();
    entries.reverse();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    Ok(entries)
}

/// Formats a due day that the working calendar moved.
fn moved(body: &serde_json::Value, language: Language) -> String {
    let day = |name: &'static str| (name, body[name].as_str().unwrap_or_default().to_owned());
    message(language, "history-moved", &[day("from"), day("to"), day("notice")])
}

fn parse_stored_json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Returns the codes in a record, from the wider to the narrower.
fn codes(value: &serde_json::Value) -> Vec<String> {
    let named = ["deliverable", "milestone", "clause", "month", "subject"];
    named.iter().filter_map(|name| value[*name].as_str()).map(ToOwned::to_owned).collect()
}

/// Returns the first of these members that is a text; empty if there is none.
fn first(value: &serde_json::Value, names: &[&str]) -> String {
    let mut texts = names.iter().filter_map(|name| value[*name].as_str());
    texts.find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}
