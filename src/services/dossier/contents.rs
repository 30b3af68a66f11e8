//! Contents of a contract's file for a reader: documents to print, data, and uploaded files.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::adapters::files::display_name;
use crate::adapters::spreadsheet::{Cell, Table, write_csv};
use crate::app::App;
use crate::clock::civil_time;
use crate::domain::codes::{ContractState, DocumentKind, Language};
use crate::domain::policy::Action;
use crate::domain::standing::Trails;
use crate::domain::subject::BreachKey;
use crate::error::Error;
use crate::services::annexes::view::known_events;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::{history, registration};
use crate::services::deliverables::attachments::recorded_in;
use crate::services::deliverables::files::{FileSummary, flag_codes};
use crate::services::documents::issue::{self, Wanted};
use crate::services::documents::{ContractSnapshot, DocumentLang, words};
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::annexes;
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::contracts::Contract;
use crate::storage::deliverables::files::{self, FileRow, FileUse};
use crate::storage::messages::{self, Message};
use crate::storage::payments;
use crate::storage::registry::organisations;
use crate::text::message;

/// Maximum number of messages in the file of a contract; the newest are taken.
const MAX_MESSAGES: i64 = 10_000;

/// Reader of a contract's file; a command on the machine itself has no caller and may read everything.
pub(super) struct Reader<'a> {
    pub caller: Option<&'a Caller>,
    pub language: Language,
    pub today: NaiveDate,
}

/// An entry of the archive.
pub(super) struct Entry {
    /// Path within the archive.
    pub path: String,
    /// Title in the reader's language.
    pub title: String,
    pub source: Source,
}

/// The content of an entry.
pub(super) enum Source {
    /// A document to be printed.
    Document(Wanted),
    /// A file of the store.
    File { key: String, sha256: String },
    /// Bytes that are already at hand.
    Bytes(Vec<u8>),
}

impl Reader<'_> {
    fn may(&self, contract: &Contract, action: Action) -> bool {
        self.caller.is_none_or(|caller| caller.seat_on(contract, action).is_ok())
    }

    fn say(&self, key: &str) -> String {
        message(self.language, key, &[])
    }

    /// Returns a name with notes on it.
    fn noted(&self, name: &str, notes: &[String]) -> String {
        let notes = notes.join(&self.say("document-list"));
        message(self.language, "document-with-code", &[("name", name.to_owned()), ("code", notes)])
    }

    fn lang(&self) -> DocumentLang {
        match self.language {
            Language::Zh => DocumentLang::Zh,
            Language::En => DocumentLang::En,
        }
    }
}

/// Collects the entries of a contract's file, in their order.
///
/// # Errors
/// Database errors.
pub(super) fn collect(
    app: &App,
    connection: &mut AnyConnection,
    contract: Contract,
    reader: &Reader<'_>,
) -> Result<Vec<Entry>, Error> {
    let (record, snapshot) = load(app, connection, contract, reader)?;
    let mut entries = documents(connection, (&record, &snapshot), reader)?;
    let source = registration::build_view(connection, &record, reader.today)?;
    let json = serde_json::to_vec_pretty(&source).map_err(|error| Error::Internal(error.to_string()))?;
    entries.push(data("data/contract.json", reader.say("dossier-contract"), json));
    let events = hash_chains::events_of(connection, &format!("contract:{}", record.contract.public_id))?;
    let known = known_events(&events, reader.may(&record.contract, Action::ReadInternalAnnex));
    let shown = history::history(connection, &record, &known, reader.language)?;
    entries.push(history(shown, &snapshot, reader)?);
    if reader.may(&record.contract, Action::ReadMessages) {
        entries.extend(written(connection, &record.contract, reader)?);
    }
    let recorded = recorded(&record, &events);
    entries.extend(uploaded(connection, (&record.contract, &snapshot), (&recorded, None), reader)?);
    Ok(entries)
}

/// Collects the uploaded files of a contract, or of one deliverable.
///
/// # Errors
/// Database errors.
pub(super) fn collect_files(
    app: &App,
    connection: &mut AnyConnection,
    contract: Contract,
    deliverable: Option<&str>,
    reader: &Reader<'_>,
) -> Result<Vec<Entry>, Error> {
    let (record, snapshot) = load(app, connection, contract, reader)?;
    let events = hash_chains::events_of(connection, &format!("contract:{}", record.contract.public_id))?;
    let recorded = recorded(&record, &events);
    uploaded(connection, (&record.contract, &snapshot), (&recorded, deliverable), reader)
}

fn load(
    app: &App,
    connection: &mut AnyConnection,
    contract: Contract,
    reader: &Reader<'_>,
) -> Result<(ContractRecord, ContractSnapshot), Error> {
    let record = ContractRecord::load(connection, contract)?;
    let standing = record.standing(reader.today, Trails::On)?;
    let snapshot = issue::build_snapshot(app, connection, record.clone(), standing, reader.today)?;
    Ok((record, snapshot))
}

/// Returns the files as the facts and events of a contract have them, by their identifiers.
fn recorded(record: &ContractRecord, events: &[EventRow]) -> BTreeMap<String, FileSummary> {
    recorded_in(record.rows.iter().map(|row| row.words.as_str()).chain(events.iter().map(|event| event.body.as_str())))
}

fn data(path: &str, title: String, bytes: Vec<u8>) -> Entry {
    Entry { path: path.to_owned(), title, source: Source::Bytes(bytes) }
}

/// Lists the documents that can be printed: the summary and, once signed, settlement sheet, acceptance records, payment
/// approval forms and notices of breach.
fn documents(
    connection: &mut AnyConnection,
    (record, snapshot): (&ContractRecord, &ContractSnapshot),
    reader: &Reader<'_>,
) -> Result<Vec<Entry>, Error> {
    let (details, standing) = (&snapshot.details, &snapshot.standing);
    let mut all = vec![(DocumentKind::Summary, None, String::new())];
    let state = record.contract.state;
    if matches!(
        state,
        ContractState::Active | ContractState::Completed | ContractState::Terminated | ContractState::Closed
    ) {
        all.push((DocumentKind::Settlement, None, String::new()));
        all.extend(record.facts.decisions.iter().map(|decision| {
            let of = format!("{}/{}", decision.deliverable, decision.no.get());
            let name = format!("{} {}", details.deliverable(decision.deliverable.as_str()), decision.no.get());
            (DocumentKind::Acceptance, Some(of), name)
        }));
        for request in payments::of_contract(connection, record.contract.id)? {
            let name = details.milestone(&request.milestone).to_owned();
            all.push((DocumentKind::Payment, Some(request.public_id), name));
        }
        all.extend(standing.breaches.iter().map(|breach| {
            let of = BreachKey::new(&breach.clause, &breach.subject).to_string();
            let clause = words::clause(breach.clause.as_str(), snapshot, reader.language);
            let name = format!("{clause} {}", words::breach_subject_name(&breach.subject, snapshot));
            (DocumentKind::Breach, Some(of), name)
        }));
    }
    let entry = |(place, (kind, subject, name)): (usize, (DocumentKind, Option<String>, String))| Entry {
        path: format!("documents/{:03}-{kind}.pdf", place + 1),
        title: format!("{} {name}", reader.say(&format!("document-{kind}-title"))).trim().to_owned(),
        source: Source::Document(Wanted { kind, subject, as_of: None, lang: reader.lang() }),
    };
    Ok(all.into_iter().enumerate().map(entry).collect())
}

/// Writes the contract's history, oldest first.
fn history(entries: Vec<history::Entry>, snapshot: &ContractSnapshot, reader: &Reader<'_>) -> Result<Entry, Error> {
    let row = |entry: history::Entry| {
        let about: Vec<String> =
            entry.about.iter().map(|code| words::subject_name(code, snapshot, reader.language)).collect();
        let undone = if entry.undone { reader.say("history-undone") } else { String::new() };
        vec![
            Cell::from(entry.at),
            Cell::Text(entry.by.unwrap_or_else(|| reader.say("history-program"))),
            Cell::Text(entry.on_behalf_of.unwrap_or_default()),
            Cell::Text(format!("{}{undone}", reader.say(&entry.what))),
            Cell::Text(about.join(" ")),
            Cell::from(entry.on),
            Cell::Text(entry.note),
        ]
    };
    let columns =
        ["history-at", "history-who", "download-for", "history-what", "history-subject", "history-on", "history-note"];
    let title = reader.say("contract-history");
    let table = Table {
        title: title.clone(),
        columns: columns.iter().map(|key| reader.say(key)).collect(),
        rows: entries.into_iter().rev().map(row).collect(),
        total: Vec::new(),
    };
    Ok(data("data/events.csv", title, write_csv(&table)?))
}

/// Writes the messages between the parties, newest first; `None` if there are none.
fn written(connection: &mut AnyConnection, contract: &Contract, reader: &Reader<'_>) -> Result<Option<Entry>, Error> {
    let found = messages::newest_of_contract(connection, contract.id, i64::MAX, MAX_MESSAGES)?;
    if found.is_empty() {
        return Ok(None);
    }
    let ids = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
    let parties = organisations::by_ids(connection, &ids)?;
    let party = |id| parties.iter().find(|party| party.id == id).map(|party| party.name.clone()).unwrap_or_default();
    let row = |one: Message| {
        let (at, by) = (civil_time(one.sent_at), party(one.organisation_id));
        vec![Cell::Text(at.format("%Y-%m-%d %H:%M").to_string()), by.into(), one.about.into(), one.text.into()]
    };
    let title = reader.say("messages-title");
    let columns = ["history-at", "history-who", "history-subject", "said-text"];
    let table = Table {
        title: title.clone(),
        columns: columns.iter().map(|key| reader.say(key)).collect(),
        rows: found.into_iter().map(row).collect(),
        total: Vec::new(),
    };
    Ok(Some(data("data/messages.csv", title, write_csv(&table)?)))
}

/// Lists the uploaded files of a contract, or of one deliverable, that the reader may have: people get the copies without
/// personal data, the machine itself the originals.
fn uploaded(
    connection: &mut AnyConnection,
    (contract, snapshot): (&Contract, &ContractSnapshot),
    (recorded, deliverable): (&BTreeMap<String, FileSummary>, Option<&str>),
    reader: &Reader<'_>,
) -> Result<Vec<Entry>, Error> {
    let reads_internal = reader.may(contract, Action::ReadInternalAnnex);
    let reads_messages = reader.may(contract, Action::ReadMessages);
    let mut annexes = annexes::of_contract(connection, contract.id)?;
    annexes.retain(|annex| annex.removed_at.is_none() && (!annex.internal || reads_internal));
    let annex = |row: &FileRow| annexes.iter().find(|annex| annex.public_id == row.subject);
    let rows = files::all_of_contract(connection, contract.id)?.into_iter();
    let readable = rows.filter_map(|row| {
        let kind = FileUse::parse(&row.kind)?;
        let is_readable = match kind {
            FileUse::Message => reads_messages,
            FileUse::Annex => annex(&row).is_some(),
            FileUse::Submission | FileUse::Invoice | FileUse::Application | FileUse::Objection | FileUse::Answer => {
                true
            }
        };
        let is_wanted = deliverable.is_none_or(|code| kind == FileUse::Submission && row.subject == code);
        (is_readable && is_wanted).then_some((kind, row))
    });
    let details = &snapshot.details;
    let entry = |(place, (kind, row)): (usize, (FileUse, FileRow))| {
        let about = match kind {
            FileUse::Submission => format!("{} {}", details.deliverable(&row.subject), row.no),
            FileUse::Invoice => details.milestone(&row.subject).to_owned(),
            FileUse::Annex => annex(&row).map(|annex| annex.title.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        let flags: Vec<String> = flag_codes(&row.flags).iter().map(|code| reader.say(code)).collect();
        let name = if flags.is_empty() { row.name.clone() } else { reader.noted(&row.name, &flags) };
        let title = [reader.say(&format!("dossier-file-{}", kind.as_str())), about, name];
        let title = title.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        // A name of maximum length would, with its number, be too long for a file system.
        let path = format!("files/{}", display_name(&format!("{:04}-{}", place + 1, row.name)));
        // The hash chain has the recorded values, so a file that was changed together with its row is found.
        let (original, copy) =
            recorded.get(&row.public_id).map_or((None, None), |file| (Some(&file.sha256), file.shown_sha256.as_ref()));
        let (key, sha256) = match (row.shown_key, copy.cloned().or(row.shown_sha256)) {
            (Some(key), Some(sha256)) if reader.caller.is_some() => (key, sha256),
            _ => (row.storage_key, original.cloned().unwrap_or(row.sha256)),
        };
        Entry { path, title, source: Source::File { key, sha256 } }
    };
    Ok(readable.enumerate().map(entry).collect())
}
