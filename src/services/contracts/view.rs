//! A contract with everything that its page shows: parties, terms, standing on a day, what may be done, and
//! who did what when. It decides nothing.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::domain::codes::{FactKind, Regime};
use crate::domain::policy::Action;
use crate::domain::standing::{Standing, Trails};
use crate::error::Error;
use crate::services::change_requests::{self, AskView};
use crate::services::contracts::record::{Ledger, Reversal, stored};
use crate::services::deliverables::invoices::{self, InvoiceView};
use crate::services::deliverables::{self, DeliverableView};
use crate::services::documents::{SummaryInput, issue};
use crate::services::identity::caller::Caller;
use crate::services::notifications::tasks::{self, WorkItem};
use crate::services::payments::checks::{self, ClaimView};
use crate::services::payments::view::{self, PaymentView};
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::identity::people;
use crate::storage::ids::PersonId;
use crate::storage::{AnyConnection, change_requests as stored_asks};

/// A contract as its page shows it.
#[derive(Debug)]
pub struct Dossier {
    /// Identifier.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Number of the version of its terms.
    pub terms_version: i64,
    /// The law that it falls under.
    pub regime: Regime,
    /// How the contractor was chosen.
    pub method: String,
    /// 采购计划编号.
    pub plan_no: String,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    /// Parties, terms and standing, as documents have them.
    pub input: SummaryInput,
    /// What the caller may do on it now.
    pub open: Vec<Action>,
    /// Invoices, by milestone.
    pub invoices: Vec<InvoiceView>,
    /// Who did what, newest first.
    pub history: Vec<Entry>,
}

impl Dossier {
    /// Whether the caller may do what has this name in the table of rights.
    pub fn may(&self, name: &str) -> bool {
        self.open.iter().any(|action| action.right().name == name)
    }
}

/// Something that somebody did.
#[derive(Debug)]
pub struct Entry {
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who; none for the program itself.
    pub by: Option<String>,
    /// For whom, if as a deputy.
    pub on_behalf_of: Option<String>,
    /// The fact's kind, or the action's name.
    pub what: String,
    /// Codes of what it is about: deliverable, milestone, clause, month, and of a breach its subject; none for the
    /// contract.
    pub about: Vec<String>,
    /// The day from which it counts, of a fact.
    pub on: Option<NaiveDate>,
    /// What was said with it.
    pub note: String,
    /// Number of the fact.
    pub seq: Option<i64>,
    /// Whether it was undone later.
    pub undone: bool,
}

/// A contract on a day, today if none is named.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of.
pub fn open(app: &App, caller: &Caller, id: &str, as_of: Option<NaiveDate>) -> Result<Dossier, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        let as_of = as_of.unwrap_or_else(|| caller.today());
        let standing = ledger.standing(as_of, Trails::On)?;
        dossier(app, connection, caller, ledger, (standing, as_of))
    })
}

/// A contract with its lists, all as of one moment: what its page shows.
#[derive(Debug)]
pub struct Whole {
    /// The contract.
    pub dossier: Dossier,
    /// What is to be done on it, most urgent first.
    pub duties: Vec<WorkItem>,
    /// Its deliverables with what was handed over.
    pub deliverables: Vec<DeliverableView>,
    /// Its payments.
    pub payments: Vec<PaymentView>,
    /// What was asked for.
    pub asks: Vec<AskView>,
}

/// A contract with its lists, on a day, today if none is named.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of.
pub fn whole(app: &App, caller: &Caller, id: &str, as_of: Option<NaiveDate>) -> Result<Whole, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        let standing = ledger.standing(caller.today(), Trails::On)?;
        with_lists(app, connection, caller, (ledger, standing), as_of)
    })
}

/// Loads what a confirmation page shows: the contract with its lists today, and what the next step of one of its
/// payments is checked against, if the subject is a payment. All of it follows from one load of the contract and one
/// standing.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of.
pub fn for_action(app: &App, caller: &Caller, id: &str, subject: &str) -> Result<(Whole, Option<ClaimView>), Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let ledger = Ledger::load(connection, contract)?;
        let standing = ledger.standing(caller.today(), Trails::On)?;
        let payment = checks::of_contract(connection, caller, (&ledger, &standing), subject)?;
        Ok((with_lists(app, connection, caller, (ledger, standing), None)?, payment))
    })
}

/// Adds the lists to a contract whose standing today is known.
fn with_lists(
    app: &App,
    connection: &mut AnyConnection,
    caller: &Caller,
    (ledger, standing): (Ledger, Standing),
    as_of: Option<NaiveDate>,
) -> Result<Whole, Error> {
    let asked = stored_asks::of_contract(connection, ledger.contract.id)?;
    let duties = tasks::of_contract(connection, caller, ledger.contract.id)?;
    let deliverables = deliverables::views(connection, &ledger, &standing)?;
    let payments = view::views(connection, caller, &ledger, &standing)?;
    let asks = change_requests::views(connection, asked)?;
    let today = caller.today();
    let shown = match as_of.filter(|day| *day != today) {
        Some(day) => (ledger.standing(day, Trails::On)?, day),
        None => (standing, today),
    };
    Ok(Whole { dossier: dossier(app, connection, caller, ledger, shown)?, duties, deliverables, payments, asks })
}

fn dossier(
    app: &App,
    connection: &mut AnyConnection,
    caller: &Caller,
    ledger: Ledger,
    (standing, as_of): (Standing, NaiveDate),
) -> Result<Dossier, Error> {
    let events = hash_chains::events_of(connection, &format!("contract:{}", ledger.contract.public_id))?;
    let history = history(connection, &ledger, &events)?;
    let invoices = invoices::of_contract(&ledger, &events)?;
    let contract = ledger.contract.clone();
    Ok(Dossier {
        open: caller.open_actions(&contract),
        input: issue::input_of(app, connection, ledger, standing, as_of)?,
        id: contract.public_id,
        version: contract.version,
        terms_version: contract.terms_version,
        regime: contract.regime,
        method: contract.method,
        plan_no: contract.plan_no,
        award_on: contract.award_on,
        signed_on: contract.signed_on,
        published_on: contract.published_on,
        invoices,
        history,
    })
}

/// Facts and events of a contract, newest first.
fn history(connection: &mut AnyConnection, ledger: &Ledger, events: &[EventRow]) -> Result<Vec<Entry>, Error> {
    let mut who: Vec<PersonId> =
        ledger.rows.iter().flat_map(|row| [Some(row.actor_id.0), row.for_id]).flatten().map(PersonId).collect();
    who.extend(events.iter().flat_map(|event| [event.actor_id, event.for_id]).flatten().map(PersonId));
    who.sort_unstable();
    who.dedup();
    let names = people::names(connection, &who)?;
    let name = |id: i64| names.iter().find(|(known, _)| known.0 == id).map(|(_, name)| name.clone());
    let undone: Vec<i64> = ledger
        .rows
        .iter()
        .filter(|row| row.kind == FactKind::Reversal)
        .map(|row| stored::<Reversal>(&row.body).map(|reversal| reversal.seq))
        .collect::<Result<_, _>>()?;
    let facts = ledger.rows.iter().map(|row| {
        let (body, words) = (json(&row.body), json(&row.words));
        Entry {
            at: row.recorded_at.and_utc(),
            by: name(row.actor_id.0),
            on_behalf_of: row.for_id.and_then(name),
            what: format!("fact-{}", row.kind),
            about: codes(&body),
            on: Some(row.on_day),
            note: first(&words, &["note", "reason", "voucher"]),
            seq: Some(row.seq),
            undone: undone.contains(&row.seq),
        }
    });
    // Whoever acts lets the program look again: what it finds is no act of theirs.
    let is_theirs = |event: &EventRow| !event.action.starts_with("breach.");
    let events = events.iter().map(|event| Entry {
        at: event.at.and_utc(),
        by: event.actor_id.filter(|_| is_theirs(event)).and_then(name),
        on_behalf_of: event.for_id.filter(|_| is_theirs(event)).and_then(name),
        what: format!("event-{}", event.action.replace('.', "-")),
        about: codes(&json(&event.body)),
        on: None,
        note: first(&json(&event.body), &["reason", "note"]),
        seq: None,
        undone: false,
    });
    // Both lists are in order, and what an act brought about stands in the events: of one moment, what came last is
    // first.
    let mut entries: Vec<Entry> = facts.chain(events).collect();
    entries.reverse();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    Ok(entries)
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The codes that a record names, the narrower ones last.
fn codes(value: &serde_json::Value) -> Vec<String> {
    let named = ["deliverable", "milestone", "clause", "month", "subject"];
    named.iter().filter_map(|name| value[*name].as_str()).map(ToOwned::to_owned).collect()
}

/// The first of these that holds a text.
fn first(value: &serde_json::Value, names: &[&str]) -> String {
    names.iter().find_map(|name| value[*name].as_str()).unwrap_or_default().to_owned()
}
