//! Rules on a submitted invoice, and on the invoices of a milestone together: a number is used once, a red-letter
//! invoice (红字发票) fits the blue one that it quotes, and requested amounts are invoiced.
//!
//! The same number from another seller, or the same file under another number, may be legitimate; both are shown to the
//! people who pay.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::domain::codes::FactKind;
use crate::domain::invoices::{BlueInvoice, InvoiceColour, RedFault, check_red, has_known_shape, holds_known_shape};
use crate::domain::money::Money;
use crate::error::{Error, Message};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::repeats;
use crate::services::deliverables::files::FileSummary;
use crate::services::deliverables::invoices::{self, InvoiceFields, InvoiceView};
use crate::services::identity::caller::Caller;
use crate::services::shared::identifiers::fold_number;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains;
use crate::storage::contracts;
use crate::storage::contracts::facts::FactRow;
use crate::storage::deliverables::files::{self as file_rows, FileRow, FileUse};
use crate::storage::deliverables::invoice_numbers::{self, InvoiceNumber};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::write::Tx;

/// Refuses a number that the seller submitted before for an invoice of this colour.
///
/// # Errors
/// `Duplicate` naming the earlier invoice.
pub(super) fn refuse_known_number(
    connection: &mut AnyConnection,
    caller: &Caller,
    seller: OrganisationId,
    fields: &InvoiceFields,
) -> Result<(), Error> {
    let Some(held) = invoice_numbers::holder(connection, &fields.key, fields.colour, seller)? else { return Ok(()) };
    let holder = contracts::by_id(connection, held.contract_id)?;
    let holder = ContractRecord::load(connection, holder)?;
    let milestone = holder.newest_details().milestone(&held.milestone).to_owned();
    let named = |contract: &str| {
        let message = Message::new("invoice-known").with("number", &fields.number).with("contract", contract);
        message.with("milestone", &milestone).with("no", held.no)
    };
    let general = Message::new("invoice-known-elsewhere").with("number", &fields.number);
    let of = (held.contract_id, held.milestone.as_str(), "milestones");
    Err(repeats::duplicate_elsewhere(connection, &caller.organisations(), of, (named, general))?)
}

/// Returns the fault of a number in no known shape, which needs a reason. None excuses more characters around a number
/// in such a shape.
pub(in crate::services) fn number_fault(number: &str, key: &str, reason: Option<&str>) -> Option<Message> {
    if has_known_shape(key) {
        return None;
    }
    if holds_known_shape(key) {
        return Some(Message::new("invoice-number-more").with("number", number));
    }
    if reason.is_some() {
        return None;
    }
    Some(Message::new("invoice-number-shape").with("number", number).with("count", key.chars().count()))
}

/// Checks the shape of the number.
///
/// # Errors
/// `Refused` at the number.
pub(super) fn check_number(fields: &InvoiceFields) -> Result<(), Error> {
    match number_fault(&fields.number, &fields.key, fields.reason.as_deref()) {
        Some(message) => Err(Error::refused_at("invoice-number", "number", message)),
        None => Ok(()),
    }
}

/// Checks that a blue invoice is not larger than the whole contract; a red one is compared with the blue one.
///
/// # Errors
/// `Refused` at the amount.
pub(super) fn check_amount(record: &ContractRecord, fields: &InvoiceFields) -> Result<(), Error> {
    let contract = Money::from_fen(record.contract.amount_fen).unwrap_or_default();
    if fields.colour == InvoiceColour::Red || fields.amount <= contract {
        return Ok(());
    }
    let message = Message::new("invoice-over-contract").with("amount", fields.amount).with("limit", contract);
    Err(Error::refused_at("invoice-amount", "amount", message))
}

/// Returns the fault of a blue invoice that quotes another one, or of a red one that quotes none.
pub(super) fn quote_fault(colour: InvoiceColour, blue: Option<&str>) -> Option<Message> {
    match (colour, blue) {
        (InvoiceColour::Blue, Some(_)) => Some(Message::new("invoice-blue-quotes")),
        (InvoiceColour::Red, None) => Some(Message::new("invoice-red-without-blue")),
        _ => None,
    }
}

/// Returns the first result if both are `Ok`. Violations of both rules are reported together, under the rule of the
/// first.
///
/// # Errors
/// Errors of both.
pub(super) fn combine_faults<T>(first: Result<T, Error>, second: Result<(), Error>) -> Result<T, Error> {
    match (first, second) {
        (Err(Error::Refused { rule, mut errors }), Err(Error::Refused { errors: others, .. })) => {
            errors.extend(others);
            Err(Error::Refused { rule, errors })
        }
        (Err(error), _) => Err(error),
        (Ok(value), second) => second.map(|()| value),
    }
}

/// Checks a red invoice against the blue one that it quotes, and returns the number of the blue one; `None` for a blue
/// invoice, which must not quote another.
///
/// # Errors
/// `Refused` at the field to correct.
pub(super) fn check_colour(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    milestone: &str,
    fields: &InvoiceFields,
    on: NaiveDate,
) -> Result<Option<String>, Error> {
    let refused = |path: &str, message: Message| Err(Error::refused_at("invoice-red", path, message));
    if let Some(message) = quote_fault(fields.colour, fields.blue.as_deref()) {
        return refused("blue", message);
    }
    let Some(quoted) = &fields.blue else { return Ok(None) };
    let all = of_milestone(connection, record, milestone)?;
    let key = fold_number(quoted);
    let is_quoted =
        |invoice: &&InvoiceView| invoice.colour() == InvoiceColour::Blue && fold_number(&invoice.number) == key;
    let Some(blue) = all.iter().find(is_quoted) else {
        return refused("blue", Message::new("invoice-red-unknown-blue").with("number", quoted));
    };
    let reds = all.iter().filter(|invoice| invoice.colour() == InvoiceColour::Red && fold_number(&invoice.blue) == key);
    let cancelled_fen = reds.fold(0, |sum: i64, red| sum.saturating_sub(red.amount_fen()));
    let judged = BlueInvoice { amount_fen: blue.amount_fen(), cancelled_fen, on: blue.printed_date().unwrap_or(on) };
    match check_red(&judged, fields.amount.fen(), on) {
        Ok(()) => Ok(Some(blue.number.clone())),
        Err(RedFault::TooLarge { left_fen }) => {
            let message = Message::new("invoice-red-too-large").with("number", &blue.number);
            let left = Money::from_fen(left_fen).unwrap_or_default();
            refused("amount", message.with("amount", &blue.amount).with("left", left))
        }
        Err(RedFault::TooEarly { blue_on }) => {
            refused("on", Message::new("invoice-red-too-early").with("number", &blue.number).with("day", blue_on))
        }
    }
}

/// Loads the invoices of a milestone.
fn of_milestone(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    milestone: &str,
) -> Result<Vec<InvoiceView>, Error> {
    let events = hash_chains::events_of(connection, &format!("contract:{}", record.contract.public_id))?;
    let mut all = invoices::of_contract(record, &events)?;
    all.retain(|invoice| invoice.milestone == milestone);
    Ok(all)
}

/// Frees the number of an invoice whose fact is reversed.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn release_number(tx: &mut Tx<'_>, contract: ContractId, row: &FactRow) -> Result<(), Error> {
    if row.kind != FactKind::Invoice {
        return Ok(());
    }
    let words: InvoiceView = stored(&row.words)?;
    invoice_numbers::release(tx.connection, contract, &words.milestone, words.no)
}

/// The invoices of a milestone for the people who pay.
#[derive(Debug)]
pub(in crate::services) struct MilestoneInvoices {
    /// Total of the valid invoices, in fen. A red invoice counts only together with the blue one that it quotes.
    pub valid_fen: i64,
    /// Numbers that another seller has used as well.
    pub same_numbers: Vec<Elsewhere>,
    /// Files that were submitted for another number as well.
    pub same_files: Vec<Elsewhere>,
    /// Files of the invoices, in their order.
    pub files: Vec<FileSummary>,
}

/// A place where the number or file of an invoice is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Number of the invoice in question.
    pub number: String,
    /// Identifier and number of the other contract; absent if the caller may not see it.
    pub contract: Option<(String, String)>,
}

/// Reads the invoices of milestones for their payments, in the order of the milestones. The number of queries does not
/// depend on the number of milestones.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn review(
    connection: &mut AnyConnection,
    caller: &Caller,
    milestones: &[(&ContractRecord, &str)],
) -> Result<Vec<MilestoneInvoices>, Error> {
    let stream = |record: &ContractRecord| format!("contract:{}", record.contract.public_id);
    let streams: BTreeSet<String> = milestones.iter().map(|&(record, _)| stream(record)).collect();
    let streams: Vec<String> = streams.into_iter().collect();
    let later = hash_chains::bodies_of(connection, &streams, &[invoices::LATER_INVOICE])?;
    let mut each: Vec<Vec<InvoiceView>> = Vec::new();
    for &(record, milestone) in milestones {
        let own = stream(record);
        let bodies = later.iter().filter(|(stream, _)| *stream == own).map(|(_, body)| body.as_str());
        let mut invoices = invoices::with_later(record, bodies)?;
        invoices.retain(|invoice| invoice.milestone == milestone);
        each.push(invoices);
    }
    let keys: BTreeSet<String> = each.iter().flatten().map(|invoice| fold_number(&invoice.number)).collect();
    let numbers = invoice_numbers::with_numbers(connection, &keys.into_iter().collect::<Vec<_>>())?;
    let uploads = each.iter().flatten().flat_map(|invoice| &invoice.files);
    let digests: BTreeSet<String> = uploads.map(|file| file.sha256.clone()).collect();
    let files = file_rows::with_digests(connection, &digests.into_iter().collect::<Vec<_>>(), FileUse::Invoice)?;
    each.iter_mut().for_each(|invoices| invoices::add_flags(invoices, &files));
    let questions: Vec<Questions> = milestones
        .iter()
        .zip(&each)
        .map(|((record, _), all)| Questions::of(all, record, (&numbers, &files)))
        .collect::<Result<_, _>>()?;
    let elsewhere = questions.iter().flat_map(|found| found.numbers.iter().chain(&found.files));
    let ids: BTreeSet<ContractId> = elsewhere.map(|(id, _)| *id).collect();
    let ids: Vec<ContractId> = ids.into_iter().collect();
    let seen = contracts::seen_among(connection, &ids, &caller.organisations())?;
    let place = |(id, number): (ContractId, String)| {
        let contract = seen.iter().find(|(seen, _, _)| *seen == id);
        Elsewhere { number, contract: contract.map(|(_, public_id, number)| (public_id.clone(), number.clone())) }
    };
    let reviewed = each.iter().zip(questions).map(|(all, found)| MilestoneInvoices {
        valid_fen: valid_fen(all),
        same_numbers: found.numbers.into_iter().map(place).collect(),
        same_files: found.files.into_iter().map(place).collect(),
        files: all.iter().flat_map(|invoice| invoice.files.clone()).collect(),
    });
    Ok(reviewed.collect())
}

/// Numbers of a milestone's invoices that are found again elsewhere, each with the other contract.
struct Questions {
    numbers: Vec<(ContractId, String)>,
    files: Vec<(ContractId, String)>,
}

impl Questions {
    fn of(
        all: &[InvoiceView],
        record: &ContractRecord,
        (holders, files): (&[InvoiceNumber], &[FileRow]),
    ) -> Result<Self, Error> {
        let others = holders.iter().filter(|row| row.seller_id != record.contract.contractor_id);
        let numbers = others.filter_map(|other| {
            let ours = all.iter().find(|invoice| fold_number(&invoice.number) == other.number_key)?;
            Some((other.contract_id, ours.number.clone()))
        });
        let own: BTreeSet<&str> = all.iter().flat_map(|invoice| &invoice.files).map(|file| file.id.as_str()).collect();
        let mut same_files = Vec::new();
        for other in files {
            let holds = |invoice: &&InvoiceView| invoice.files.iter().any(|file| file.sha256 == other.sha256);
            // A red invoice has the number of its blue one, and may come in the same file.
            let number = number_of(record, holders, other)?;
            let is_other = |invoice: &&InvoiceView| number.as_deref() != Some(fold_number(&invoice.number).as_str());
            // If two invoices of the milestone have the same file, the first is named for both.
            let is_known = own.contains(other.public_id.as_str());
            let mut in_question = all.iter().filter(holds).filter(is_other);
            let in_question = in_question.find(|invoice| !is_known || invoice.no < other.no);
            same_files.extend(in_question.map(|invoice| (other.contract_id, invoice.number.clone())));
        }
        Ok(Self { numbers: numbers.collect(), files: same_files })
    }
}

/// Returns the folded number of the invoice to which a file belongs, which may be a reversed one of this contract;
/// `None` if the file belongs to no invoice in question.
fn number_of(record: &ContractRecord, holders: &[InvoiceNumber], file: &FileRow) -> Result<Option<String>, Error> {
    let is_own = file.contract_id == record.contract.id;
    for row in record.rows.iter().filter(|row| is_own && row.kind == FactKind::Invoice) {
        let invoice: InvoiceView = stored(&row.words)?;
        if (invoice.milestone.as_str(), invoice.no) == (file.subject.as_str(), file.no) {
            return Ok(Some(fold_number(&invoice.number)));
        }
    }
    let is_holder = |held: &&InvoiceNumber| {
        (held.contract_id, held.milestone.as_str(), held.no) == (file.contract_id, file.subject.as_str(), file.no)
    };
    Ok(holders.iter().find(is_holder).map(|held| held.number_key.clone()))
}

/// Sums the valid invoices, in fen.
fn valid_fen(all: &[InvoiceView]) -> i64 {
    let blues: BTreeSet<String> = all
        .iter()
        .filter(|invoice| invoice.colour() == InvoiceColour::Blue)
        .map(|invoice| fold_number(&invoice.number))
        .collect();
    // Red invoices recorded before quoting was required quote none.
    let is_valid = |invoice: &&InvoiceView| invoice.blue.is_empty() || blues.contains(&fold_number(&invoice.blue));
    all.iter().filter(is_valid).fold(0, |sum: i64, invoice| sum.saturating_add(invoice.amount_fen()))
}
