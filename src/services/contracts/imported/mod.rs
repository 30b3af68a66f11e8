//! Registration of contracts that were kept in an earlier ledger, with their state and history on the true days.
//!
//! All rows of a contract follow from the input, so they are worked out and checked first and then written in bulk, as
//! for a new contract. The checks are those of the acts that lead to the state. No alerts are sent about the past.

mod checks;
mod writing;

use chrono::NaiveDate;

use crate::domain::codes::{ContractState, FactKind, Function, PaymentKind, PaymentState, Role};
use crate::domain::invoices::InvoiceColour;
use crate::domain::ledger::{Balances, Posting};
use crate::domain::money::Money;
use crate::domain::tasks::next_reminder;
use crate::error::Error;
use crate::services::contracts::funding::is_funded;
use crate::services::contracts::input_checks::resolve_head;
use crate::services::contracts::new_contract::unsaved;
use crate::services::contracts::projections::{Projection, derive};
use crate::services::contracts::record::{ContractRecord, assemble};
use crate::services::contracts::registration::{ContractInput, search_texts, terms_row};
use crate::services::contracts::undecided::Undecided;
use crate::services::ledger::post::opening;
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::identifiers::fold_number;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{EventRow, FIRST};
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::contracts::facts::{FactRow, Place};
use crate::storage::contracts::search::SearchTexts;
use crate::storage::contracts::{ContractRow, Head, TermsRow, access};
use crate::storage::deliverables::invoice_numbers::InvoiceNumber;
use crate::storage::identity::people::{FOR_EVER, Seat};
use crate::storage::ids::{AppropriationId, ContractId, OrganisationId, PaymentId, SeatId};
use crate::storage::payments::PaymentRequest;
use crate::storage::registry::organisations::{Account, Organisation};
use crate::storage::registry::statute_settings;
use crate::storage::write::Tx;
use crate::text::names;

pub(in crate::services) use self::writing::{budget_faults, insert};

/// Number of the import's event in a contract's chain, where it follows the event of the registration.
const IMPORT_EVENT: i64 = 2;
/// Name of the rule in the refusal of a faulty import.
const RULE: &str = "import";

/// A contract of an earlier ledger.
#[derive(Debug, Clone)]
pub(in crate::services) struct EarlierContract {
    /// The contract as it is registered; `appropriation` is a random identifier.
    pub input: ContractInput,
    pub state: ContractState,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    /// Facts in the order in which they are recorded.
    pub facts: Vec<EarlierFact>,
    /// File and row, for the event of the import.
    pub source: serde_json::Value,
}

/// A fact of an earlier ledger.
#[derive(Debug, Clone)]
pub(in crate::services) struct EarlierFact {
    pub kind: FactKind,
    pub on: NaiveDate,
    /// The fact in the JSON of docs/standing.md.
    pub body: serde_json::Value,
    pub paper: Option<Paper>,
}

/// The document that belongs to a fact.
#[derive(Debug, Clone)]
pub(in crate::services) enum Paper {
    /// Number, amount in yuan as text, and the reason for an unusual number, of an invoice.
    Invoice { number: String, amount: String, reason: String },
    /// Number of the bank voucher, and amount, of a payment.
    Voucher { number: String, amount: Money },
}

/// All rows of a contract that is ready to be written.
pub(in crate::services) struct Prepared {
    head: Head,
    row: ContractRow,
    terms: TermsRow,
    facts: Vec<FactRow>,
    events: Vec<EventRow>,
    projection: Projection,
    viewers: Vec<OrganisationId>,
    words: Vec<String>,
    payments: Vec<PaymentRequest>,
    invoices: Vec<InvoiceNumber>,
    /// Balances in the ledger, and the postings that lead to them.
    balances: (Balances, Vec<Posting>),
}

impl Prepared {
    /// Returns the number of facts.
    pub fn fact_count(&self) -> usize {
        self.facts.len()
    }

    /// Returns the key of the contract.
    fn id(&self) -> ContractId {
        self.row.contract.id
    }

    /// Returns the appropriation from which the contract's amount is committed.
    fn committed(&self) -> Option<AppropriationId> {
        self.row.contract.appropriation_id.filter(|_| is_funded(self.row.contract.state))
    }
}

/// Returns the state of a contract after the event of its import; `None` for any other event.
pub(in crate::services) fn state_of_import(event: &EventRow) -> Option<ContractState> {
    if event.action != EventAction::ContractImport.as_str() {
        return None;
    }
    let body: serde_json::Value = serde_json::from_str(&event.body).ok()?;
    ContractState::parse(body["state"].as_str()?)
}

/// Lists the numbers of vouchers and invoices by which a contract is found.
fn recorded_numbers<'a>(payments: &'a [PaymentRequest], earlier: &'a EarlierContract) -> Vec<&'a str> {
    let of_invoices = earlier.facts.iter().filter_map(|fact| match &fact.paper {
        Some(Paper::Invoice { number, .. }) if !number.is_empty() => Some(number.as_str()),
        _ => None,
    });
    payments.iter().map(|payment| payment.voucher.as_str()).chain(of_invoices).collect()
}

/// Checks a contract and works out its rows. Nothing is written.
///
/// # Errors
/// `Refused` with the faults found: those of the registration, or those of the history. The path of a fact is
/// `facts[n]`, by its place in the list.
pub(in crate::services) fn prepare(
    tx: &mut Tx<'_>,
    earlier: &EarlierContract,
    purchaser: Option<&Organisation>,
) -> Result<Prepared, Error> {
    let (by, today) = (tx.person()?, tx.context.today());
    let seat = Seat {
        id: SeatId(0),
        organisation: purchaser.map_or(OrganisationId(0), |purchaser| purchaser.id),
        function: Function::Justice,
        role: Role::Officer,
        holder: by,
    };
    let input = &earlier.input;
    let (head, contractor, version) = resolve_head(tx.connection, input, &seat, None)?;
    let terms = terms_row(input, 1)?;
    let days = WorkingDays::remembered(tx.connection, &version)?;
    let settings = statute_settings::remembered(tx.connection, &version)?;
    let public_id = tx.context.ids.uuid();
    let mut contract = unsaved(tx, &public_id, &head, input, days.version);
    (contract.state, contract.published_on) = (earlier.state, earlier.published_on);
    let (facts, payments, invoices) = papers_and_facts(tx, &public_id, contract.contractor_id, earlier)?;
    if let Some(last) = facts.last() {
        (contract.fact_seq, contract.fact_hash) = (last.seq, last.hash.clone());
    }
    let names = names::complete(input.details.clone(), &input.terms);
    let assembled = assemble(&facts)?;
    let record =
        ContractRecord::unamended(contract, (input.terms.clone(), names), (assembled, facts), (days, settings));
    let faults = checks::faults_of(tx.connection, &record, (earlier, contractor.sme), today)?;
    if !faults.is_empty() {
        return Err(Error::Refused { rule: RULE.to_owned(), errors: faults });
    }
    let mut projection = derive(&record, Vec::new(), Undecided::default(), today)?;
    projection.breaches.iter_mut().for_each(|breach| breach.found_at = tx.context.now);
    for task in &mut projection.tasks {
        task.alert_on = next_reminder((&task.kind, task.due_on), today).unwrap_or(FOR_EVER);
    }
    let next_task_on = projection.tasks.iter().map(|task| task.due_on).min().unwrap_or(FOR_EVER);
    let events = events_of(tx, &record, (&terms, earlier), &projection)?;
    let mut contract = record.contract;
    contract.next_change = projection.next_change;
    let texts = search_texts(&contract, Some(&contractor), input);
    let words = SearchTexts { recorded: recorded_numbers(&payments, earlier), ..texts }.words();
    let (services, parties) = (head.services.clone(), (head.purchaser_id, head.funder_id, head.contractor_id));
    Ok(Prepared {
        viewers: access::remembered_viewers(tx.connection, &version, parties)?,
        balances: opening(&projection.uses.all),
        row: ContractRow { next_task_on, services, created_by: by, created_at: tx.context.now, contract },
        facts: record.rows,
        head,
        terms,
        events,
        projection,
        words,
        payments,
        invoices,
    })
}

/// Rows of the facts, and of the payments and invoice numbers that belong to them.
type HistoryRows = (Vec<FactRow>, Vec<PaymentRequest>, Vec<InvoiceNumber>);

/// Builds the rows of the facts and of their papers.
fn papers_and_facts(
    tx: &Tx<'_>,
    public_id: &str,
    seller: OrganisationId,
    earlier: &EarlierContract,
) -> Result<HistoryRows, Error> {
    let by = (tx.context.now, tx.person()?, tx.context.on_behalf_of);
    let (mut facts, mut payments, mut invoices): HistoryRows = (Vec::new(), Vec::new(), Vec::new());
    for fact in &earlier.facts {
        let milestone = fact.body["milestone"].as_str().unwrap_or_default().to_owned();
        let words = match &fact.paper {
            None => serde_json::json!({ "note": "" }),
            Some(Paper::Invoice { number, amount, reason }) => {
                if !number.is_empty() {
                    invoices.push(InvoiceNumber {
                        number_key: fold_number(number),
                        colour: InvoiceColour::Blue,
                        seller_id: seller,
                        contract_id: ContractId(0),
                        milestone: milestone.clone(),
                        no: 1,
                    });
                }
                serde_json::json!({
                    "milestone": milestone, "no": 1, "number": number, "amount": amount, "on": fact.on, "blue": "",
                    "reason": reason, "files": [],
                })
            }
            Some(Paper::Voucher { number, amount }) => {
                let payment = paid_before(tx, (fact, milestone), (number, *amount))?;
                let words = serde_json::json!({ "payment": payment.public_id, "voucher": number });
                payments.push(payment);
                words
            }
        };
        let (last, prev) = facts.last().map_or((0, FIRST), |row| (row.seq, row.hash.as_str()));
        let place = Place { contract: public_id, last, prev };
        let row = FactRow::after(&place, (fact.kind, fact.on), by, (fact.body.to_string(), words.to_string()));
        facts.push(row);
    }
    Ok((facts, payments, invoices))
}

/// Builds the request of a payment that was made before the import. The account to which it went is not known.
fn paid_before(
    tx: &Tx<'_>,
    (fact, milestone): (&EarlierFact, String),
    (voucher, amount): (&str, Money),
) -> Result<PaymentRequest, Error> {
    let account = Account { name: String::new(), bank: String::new(), number: String::new() };
    Ok(PaymentRequest {
        id: PaymentId(0),
        public_id: tx.context.ids.uuid(),
        contract_id: ContractId(0),
        milestone,
        amount_fen: amount.fen(),
        state: PaymentState::Paid,
        requested_at: tx.context.now,
        voucher: voucher.to_owned(),
        paid_on: Some(fact.on),
        account: serde_json::to_string(&account).map_err(|error| Error::Internal(error.to_string()))?,
        kind: if fact.kind == FactKind::Interest { PaymentKind::Interest } else { PaymentKind::Principal },
        borne_by: None,
        reversed_in: None,
    })
}

/// Builds the chain of events: registration, import, and the breaches that exist on the day of the import.
fn events_of(
    tx: &Tx<'_>,
    record: &ContractRecord,
    (terms, earlier): (&TermsRow, &EarlierContract),
    projection: &Projection,
) -> Result<Vec<EventRow>, Error> {
    let contract = &record.contract;
    let created = serde_json::json!({ "number": contract.number, "terms": terms.hash });
    let imported = serde_json::json!({
        "state": contract.state, "signed_on": contract.signed_on, "published_on": contract.published_on,
        "facts": earlier.facts.len(), "source": earlier.source,
    });
    let mut notes = vec![(EventAction::ContractCreate, created), (EventAction::ContractImport, imported)];
    notes.extend(projection.breaches.iter().map(|breach| {
        let body = serde_json::json!({ "clause": breach.clause, "subject": breach.subject, "since": breach.since });
        (EventAction::BreachFound, body)
    }));
    let stream = ObjectKind::Contract.stream(&contract.public_id);
    let by = (tx.context.now, Some(tx.person()?), tx.context.on_behalf_of);
    let mut events: Vec<EventRow> = Vec::with_capacity(notes.len());
    for (action, body) in notes {
        let (last, prev) = events.last().map_or((0, FIRST), |row| (row.seq, row.hash.as_str()));
        let row = EventRow::after((&stream, last, prev), by, (action, &contract.public_id, body.to_string()));
        events.push(row);
    }
    Ok(events)
}
