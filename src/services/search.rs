//! The search over everything that the caller may read: contracts, drafts, deliverables, payment requests, invoices,
//! vouchers, contractors, workers and people. Each group is found by an index and holds a few results; its list shows them all.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::terms::Terms;
use crate::domain::text_input::{clean, key};
use crate::error::Error;
use crate::services::contracts::drafts::{self, DraftItem};
use crate::services::contracts::list::{self, ContractItem, ContractName, ContractQuery};
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::services::payments::desk::{self, DeskItem};
use crate::services::registry::contractors::{self, ContractorView};
use crate::services::shared::paging::Page;
use crate::services::shared::typed_values::parse_amount;
use crate::services::workers::{self, WorkerView};
use crate::storage::AnyConnection;
use crate::storage::contracts::list::{self as contract_rows, Filter};
use crate::storage::contracts::{due, search};
use crate::storage::deliverables::invoice_numbers::{self, InvoiceOf};
use crate::storage::identity::people::{self, DatedSeat};
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::payments::desk::{self as payment_rows, DeskRow};
use crate::text::names;

/// Results of a group.
const SHOWN: usize = 8;
/// Contracts in which deliverables are looked for.
const CANDIDATES: i64 = 20;
/// Drafts, the newest of the caller's bureaus, that are looked through.
const DRAFTS: i64 = 50;
/// Invoices and payments that are read of contracts with a matching number.
const READ: i64 = 500;

/// A deliverable with its contract.
#[derive(Debug, Clone)]
pub struct FoundDeliverable {
    pub contract: ContractName,
    pub code: String,
    pub name: String,
    /// Day by which it must be submitted, before extensions.
    pub due_on: NaiveDate,
}

/// An invoice with its contract.
#[derive(Debug, Clone)]
pub struct FoundInvoice {
    pub contract: ContractName,
    pub number: String,
}

/// A person with present and future seats.
#[derive(Debug, Clone)]
pub struct FoundPerson {
    /// Public identifier.
    pub id: String,
    pub username: String,
    pub name: String,
    pub seats: Vec<DatedSeat>,
}

/// Everything found, each group with its best results first.
#[derive(Debug, Default)]
pub struct Found {
    pub contracts: Vec<ContractItem>,
    /// True if more contracts match.
    pub has_more_contracts: bool,
    pub drafts: Vec<DraftItem>,
    pub deliverables: Vec<FoundDeliverable>,
    pub payments: Vec<DeskItem>,
    pub invoices: Vec<FoundInvoice>,
    /// Payments with a matching voucher number.
    pub vouchers: Vec<DeskItem>,
    pub contractors: Vec<ContractorView>,
    /// Workers on rosters, also those proposed, refused and gone.
    pub workers: Vec<WorkerView>,
    pub people: Vec<FoundPerson>,
}

/// Looks for a text in everything that the caller may read.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn find(app: &App, caller: &Caller, q: &str) -> Result<Found, Error> {
    caller.may(Action::OwnSession)?;
    let q = clean(q);
    let mut found = Found::default();
    if key(&q).is_empty() {
        return Ok(found);
    }
    if caller.may(Action::ReadContract).is_ok() {
        app.pool.read(|connection| find_recorded(connection, caller, &q, &mut found))?;
        // A number that was typed so far means that number and not words, unless it may be an amount.
        let is_recorded = !(found.invoices.is_empty() && found.vouchers.is_empty());
        if is_recorded && search::is_long(&q) && parse_amount(&q).is_err() {
            return Ok(found);
        }
        let query = ContractQuery { q: Some(q.to_string()), ..ContractQuery::default() };
        let part = Page { limit: i64::try_from(SHOWN).unwrap_or_default(), after: None };
        let list = list::contracts(app, caller, &query, &part)?;
        found.has_more_contracts = list.next.is_some();
        found.contracts = list.items;
        let named = found.contracts.iter().find(|contract| key(&contract.number) == key(&q)).map(|one| one.id.clone());
        if let Some(named) = named {
            found.payments = app.pool.read(|connection| payments_of(connection, caller, &named))?;
            return Ok(found);
        }
        app.pool.read(|connection| {
            find_amount(connection, caller, &q, &mut found)?;
            found.deliverables = find_deliverables(connection, caller, &q)?;
            Ok(())
        })?;
    }
    if caller.may(Action::CreateContract).is_ok() {
        found.drafts = find_drafts(app, caller, &q)?;
    }
    if caller.may(Action::ListWorkers).is_ok() {
        found.workers = workers::find_named(app, caller, &q, SHOWN)?;
    }
    if caller.may(Action::ListContractors).is_ok() {
        found.contractors = contractors::suggest(app, caller, &q)?.items;
        found.contractors.truncate(SHOWN);
    }
    if caller.may(Action::ManagePeople).is_ok() {
        found.people = app.pool.read(|connection| find_people(connection, &q, caller.today()))?;
    }
    Ok(found)
}

/// Finds drafts by number and title.
fn find_drafts(app: &App, caller: &Caller, q: &str) -> Result<Vec<DraftItem>, Error> {
    let words = search::query_words(q);
    let mut found = drafts::list(app, caller, &Page { limit: DRAFTS, after: None })?.items;
    found.retain(|draft| has_words(&words, [&draft.number, &draft.title]));
    found.truncate(SHOWN);
    Ok(found)
}

/// Returns whether one of the texts has each word; the words are folded.
fn has_words(words: &[String], texts: [&str; 2]) -> bool {
    let text = texts.map(key).join(" ");
    words.iter().all(|word| text.contains(word))
}

/// Finds invoices and vouchers by their numbers, in contracts that the caller may see.
fn find_recorded(connection: &mut AnyConnection, caller: &Caller, q: &str, found: &mut Found) -> Result<(), Error> {
    let seeing = caller.organisations();
    let recorded = search::with_recorded(connection, q)?;
    let mut invoices = invoice_numbers::of_contracts(connection, &seeing, &recorded, READ)?;
    invoices.retain(|(invoice, ..)| search::is_recorded_as(&invoice.number_key, q));
    // They are sorted by number, so the query itself comes before numbers that only begin with it.
    found.invoices = invoices.into_iter().take(SHOWN).map(found_invoice).collect();
    let mut vouchers = payment_rows::of_contracts(connection, &seeing, &recorded, READ)?;
    vouchers.retain(|(payment, ..)| !payment.voucher.is_empty() && search::is_recorded_as(&payment.voucher, q));
    vouchers.sort_by_key(|(payment, ..)| key(&payment.voucher) != key(q));
    vouchers.truncate(SHOWN);
    found.vouchers = show(connection, caller, vouchers)?;
    Ok(())
}

/// Adds the names to payment requests, if there are any.
fn show(connection: &mut AnyConnection, caller: &Caller, rows: Vec<DeskRow>) -> Result<Vec<DeskItem>, Error> {
    if rows.is_empty() { Ok(Vec::new()) } else { desk::show(connection, caller, rows) }
}

fn found_invoice((invoice, id, number, title): InvoiceOf) -> FoundInvoice {
    FoundInvoice { contract: ContractName { id, number, title }, number: invoice.number_key }
}

/// Returns the newest payment requests of a contract.
fn payments_of(connection: &mut AnyConnection, caller: &Caller, contract: &str) -> Result<Vec<DeskItem>, Error> {
    let limit = i64::try_from(SHOWN).unwrap_or_default();
    let rows = payment_rows::of_contract(connection, &caller.organisations(), contract, limit)?;
    show(connection, caller, rows)
}

/// Finds contracts and payment requests by their amount. The contracts follow those with these digits in their number.
fn find_amount(connection: &mut AnyConnection, caller: &Caller, q: &str, found: &mut Found) -> Result<(), Error> {
    let Ok(amount) = parse_amount(q) else { return Ok(()) };
    if amount.fen() <= 0 {
        return Ok(());
    }
    let limit = i64::try_from(SHOWN).unwrap_or_default();
    for contract in list::of_amount(connection, caller, amount, limit)? {
        if found.contracts.iter().all(|known| known.id != contract.id) {
            found.contracts.push(contract);
        }
    }
    let rows = payment_rows::of_amount(connection, &caller.organisations(), amount.fen(), limit)?;
    found.payments = show(connection, caller, rows)?;
    Ok(())
}

/// Finds deliverables by code and name in the newest contracts that have them.
fn find_deliverables(connection: &mut AnyConnection, caller: &Caller, q: &str) -> Result<Vec<FoundDeliverable>, Error> {
    let pairs = search::query_deliverables(q);
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter { pairs, ..Filter::default() };
    let having = contract_rows::contracts(connection, &caller.organisations(), &filter, None, CANDIDATES)?;
    let ids: Vec<ContractId> = having.into_iter().map(|(contract, _)| contract.id).collect();
    let words = search::query_words(q);
    let mut found = Vec::new();
    // They come by key, and the newest have the highest.
    for (contract, terms, details) in due::contracts_with_words(connection, &ids, caller.today())?.into_iter().rev() {
        let terms: Terms = stored(&terms)?;
        let details: Details = names::complete(stored(&details)?, &terms);
        let has_all = |code: &str| has_words(&words, [code, details.deliverable(code)]);
        let matching = terms.deliverables.iter().filter(|deliverable| has_all(deliverable.code.as_str()));
        found.extend(matching.map(|deliverable| FoundDeliverable {
            contract: ContractName {
                id: contract.public_id.clone(),
                number: contract.number.clone(),
                title: contract.title.clone(),
            },
            code: deliverable.code.to_string(),
            name: details.deliverable(deliverable.code.as_str()).to_owned(),
            due_on: deliverable.due_on,
        }));
    }
    found.truncate(SHOWN);
    Ok(found)
}

fn find_people(connection: &mut AnyConnection, q: &str, today: NaiveDate) -> Result<Vec<FoundPerson>, Error> {
    let found = people::beginning_with(connection, q, i64::try_from(SHOWN).unwrap_or_default())?;
    let ids: Vec<PersonId> = found.iter().map(|person| person.id).collect();
    let seats = people::seats_of(connection, &ids, today)?;
    let person = |person: people::Person| FoundPerson {
        seats: seats.iter().filter(|seat| seat.person_id == person.id).cloned().collect(),
        id: person.public_id,
        username: person.username,
        name: person.name,
    };
    Ok(found.into_iter().map(person).collect())
}
