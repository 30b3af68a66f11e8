//! Invoices: the first valid invoice of a milestone is a fact of the day on which it was received, from which the payment
//! period can run; the date printed on it is the contractor's and starts nothing. Later invoices,
//! including red-letter and reissued ones, are only events in the contract's audit log and do not affect the standing.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::Invoice;
use crate::domain::invoices::InvoiceColour;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::append;
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration::append_event;
use crate::services::deliverables::e_invoices;
use crate::services::deliverables::files::{self, FilePurpose, FileSummary, ListsFiles, StoredFile};
use crate::services::deliverables::invoice_rules::{self, number_fault, quote_fault};
use crate::services::deliverables::note_fault;
use crate::services::deliverables::permits::{self, UploadPermit};
use crate::services::deliverables::uploads::{self, UploadForm, UploadLimits};
use crate::services::identity::caller::{Caller, in_state};
use crate::services::shared::identifiers::{fold_number, invoice_number};
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::EventRow;
use crate::storage::contracts::facts::NewFact;
use crate::storage::contracts::search;
use crate::storage::deliverables::files::{FileRow, FileUse, last_no};
use crate::storage::deliverables::invoice_numbers::{self, InvoiceNumber};
use crate::storage::write::Tx;

/// Limits of the form of an invoice: one file, as tax offices issue it or as a picture.
pub static INVOICE_LIMITS: UploadLimits = UploadLimits {
    texts: &["number", "amount", "on", "blue", "reason"],
    file: "file",
    files: 1,
    endings: &["pdf", "ofd", "xml", "png", "jpg", "jpeg", "heic", "heif"],
};
/// Maximum length of an invoice number, in characters.
const NUMBER_LENGTH: usize = 64;

/// The receipt for an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvoiceReceipt {
    /// Number of the invoice within the milestone, from 1.
    pub no: i32,
    /// True for the first valid invoice, from which the payment period runs.
    pub counts: bool,
    /// File stored with the invoice.
    pub files: Vec<FileSummary>,
}

impl ListsFiles for InvoiceReceipt {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
}

/// An invoice of a milestone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InvoiceView {
    /// Code of the milestone.
    pub milestone: String,
    /// Number of the invoice within the milestone, from 1.
    pub no: i32,
    /// Number printed on the invoice.
    pub number: String,
    /// Amount in yuan, negative for a red-letter invoice.
    pub amount: String,
    /// Day on which the invoice was received, from which it counts.
    #[serde(deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// Date printed on the invoice; `None` for one recorded when only one day was kept.
    #[serde(deserialize_with = "optional_date")]
    pub dated: Option<NaiveDate>,
    /// Number of the blue invoice that a red-letter one cancels; empty for a blue one.
    pub blue: String,
    /// Reason for a number in no known shape; else empty.
    pub reason: String,
    /// File stored with the invoice.
    pub files: Vec<FileSummary>,
}

impl InvoiceView {
    /// Returns the amount in fen, negative for a red-letter invoice; 0 if none is stored.
    pub fn amount_fen(&self) -> i64 {
        let (sign, digits) = self.amount.strip_prefix('-').map_or((1, self.amount.as_str()), |digits| (-1, digits));
        sign * digits.parse::<Money>().map_or(0, Money::fen)
    }

    /// Returns the date printed on the invoice, as far as it is known.
    pub fn printed_date(&self) -> Option<NaiveDate> {
        self.dated.or(self.on)
    }

    /// Returns the colour, by the sign of the amount.
    pub fn colour(&self) -> InvoiceColour {
        if self.amount.starts_with('-') { InvoiceColour::Red } else { InvoiceColour::Blue }
    }
}

/// Action of the event that records a later invoice.
pub(super) const LATER_INVOICE: &str = "invoices.document";

/// Collects the invoices of a contract from its facts and events, sorted by milestone and number.
///
/// # Errors
/// `Internal` for a stored row that cannot be parsed.
pub(crate) fn of_contract(record: &ContractRecord, events: &[EventRow]) -> Result<Vec<InvoiceView>, Error> {
    let later = events.iter().filter(|event| event.action == LATER_INVOICE);
    with_later(record, later.map(|event| event.body.as_str()))
}

/// Collects the invoices of a contract from its facts and the bodies of its events about later invoices, sorted by
/// milestone and number.
///
/// # Errors
/// As [`of_contract`].
pub(super) fn with_later<'a>(
    record: &ContractRecord,
    bodies: impl Iterator<Item = &'a str>,
) -> Result<Vec<InvoiceView>, Error> {
    let mut all = Vec::new();
    for (fact, row) in record.live::<Invoice>(FactKind::Invoice)? {
        let words: InvoiceView = stored(&row.words)?;
        all.push(InvoiceView { milestone: fact.milestone.as_str().to_owned(), on: Some(fact.on), ..words });
    }
    for body in bodies {
        all.push(stored(body)?);
    }
    // Numbers recorded before their groups were joined have dashes.
    for invoice in &mut all {
        invoice.number = invoice_number(&invoice.number);
        invoice.blue = invoice_number(&invoice.blue);
    }
    all.sort_by(|a, b| (&a.milestone, a.no).cmp(&(&b.milestone, b.no)));
    Ok(all)
}

/// Adds to each listed file the notes in its row, which facts recorded before notes were listed do not have.
pub(crate) fn add_flags(invoices: &mut [InvoiceView], rows: &[FileRow]) {
    for file in invoices.iter_mut().flat_map(|invoice| &mut invoice.files) {
        if let Some(row) = rows.iter().find(|row| row.public_id == file.id) {
            file.flags = files::flag_codes(&row.flags);
            file.shown_sha256 = file.shown_sha256.take().or_else(|| row.shown_sha256.clone());
        }
    }
}

/// The text fields of the form.
pub(super) struct InvoiceFields {
    /// Number as printed on the invoice.
    pub number: String,
    /// Folded number.
    pub key: String,
    /// Amount without its sign.
    pub amount: Money,
    /// Red for an invoice that cancels an earlier one.
    pub colour: InvoiceColour,
    /// Date printed on the invoice; `None` for today. The contractor's word starts no time for payment.
    pub dated: Option<NaiveDate>,
    /// Number of the blue invoice that a red one cancels.
    pub blue: Option<String>,
    /// Reason for a number in no known shape.
    pub reason: Option<String>,
}

/// Grants permission to upload an invoice, before the body is read.
///
/// # Errors
/// `Forbidden`, `NotFound` (contract or milestone), `Conflict` in another state, `TooLarge` if the quota is used up.
pub fn permit_invoice(app: &App, caller: Caller, id: &str, code: &str) -> Result<UploadPermit, Error> {
    permits::permit_upload(app, caller, (id, code), (&[Action::ReceiveInvoice], FileUse::Invoice), |terms| {
        terms.milestones.iter().any(|milestone| milestone.code.as_str() == code)
    })
}

/// Submits an invoice.
///
/// # Errors
/// `Malformed` for faulty fields; `Duplicate` for a number that the contractor submitted before; `Refused` for a number
/// in no known shape without a reason, where the file of an electronic invoice says otherwise, an amount above the contract's, a red-letter invoice that does not fit the blue one
/// it quotes, or where a rule of standing forbids its day.
pub async fn submit_invoice(app: &App, permit: UploadPermit, mut form: UploadForm) -> Result<InvoiceReceipt, Error> {
    let fields = parse_fields(&form)?;
    let said = e_invoices::of_form(app, &mut form).await?;
    let (cloned, id, code) = (app.clone(), permit.contract.clone(), permit.code.clone());
    files::store_files(app, permit, form, move |tx, caller, files| {
        let (contract, _) = caller.contract(tx.connection, &id, Action::ReceiveInvoice)?;
        in_state(&contract, Action::ReceiveInvoice)?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        let differs = e_invoices::check(tx.connection, &record, (&fields, &said));
        let recorded = record_invoice(&cloned, tx, caller, &mut record, (&code, &fields), files);
        invoice_rules::combine_faults(recorded, differs)
    })
    .await
}

fn parse_fields(form: &UploadForm) -> Result<InvoiceFields, Error> {
    let (fields, faults) = read_fields(form);
    fields.ok_or(Error::Malformed(faults))
}

/// Returns every fault that can be found without the contract.
pub fn faults_of_invoice(form: &UploadForm) -> Vec<FieldError> {
    read_fields(form).1
}

/// Reads the fields. Violations of a rule are listed last and do not prevent reading: `submit_invoice` refuses them
/// under the rule.
fn read_fields(form: &UploadForm) -> (Option<InvoiceFields>, Vec<FieldError>) {
    let mut faults = Vec::new();
    let number = form.require_field("number", &mut faults, |text| {
        let (number, key) = (invoice_number(text), fold_number(text));
        let fits = number.chars().count() <= NUMBER_LENGTH && !key.is_empty();
        if fits { Ok((number, key)) } else { Err("invoice-number") }
    });
    let amount = form.require_field("amount", &mut faults, |text| {
        let (colour, digits) = match text.strip_prefix('-') {
            Some(rest) => (InvoiceColour::Red, rest),
            None => (InvoiceColour::Blue, text),
        };
        let amount: Money = digits.parse().map_err(|_| "malformed-money")?;
        if amount == Money::ZERO { Err("invoice-amount-zero") } else { Ok((colour, amount)) }
    });
    let dated = form.parse_field("on", &mut faults, uploads::parse_day);
    let blue = form.text("blue").map(invoice_number);
    let reason = form.text("reason").map(str::to_owned);
    let fault = reason.as_deref().and_then(note_fault);
    faults.extend(fault.map(|message| FieldError { path: "reason".to_owned(), message }));
    if form.file_count() == 0 {
        faults.push(FieldError { path: INVOICE_LIMITS.file.to_owned(), message: Message::new("upload-no-file") });
    }
    let is_readable = faults.is_empty();
    let of_number = number.as_ref().and_then(|(number, key)| number_fault(number, key, reason.as_deref()));
    let of_colour = amount.as_ref().and_then(|(colour, _)| quote_fault(*colour, blue.as_deref()));
    faults.extend(of_number.map(|message| FieldError { path: "number".to_owned(), message }));
    faults.extend(of_colour.map(|message| FieldError { path: "blue".to_owned(), message }));
    let fields = number.zip(amount).filter(|_| is_readable).map(|((number, key), (colour, amount))| InvoiceFields {
        number,
        key,
        amount,
        colour,
        dated,
        blue,
        reason,
    });
    (fields, faults)
}

/// Checks and records an invoice within an open transaction.
fn record_invoice(
    app: &App,
    tx: &mut Tx<'_>,
    caller: &Caller,
    record: &mut ContractRecord,
    (code, fields): (&str, &InvoiceFields),
    files: &[StoredFile],
) -> Result<InvoiceReceipt, Error> {
    let agreed =
        record.terms_on(tx.context.today()).milestones.iter().find(|milestone| milestone.code.as_str() == code);
    let milestone = agreed.ok_or(Error::NotFound)?.code.clone();
    let is_first = !record.facts.invoices.iter().any(|invoice| invoice.milestone == milestone);
    let on = tx.context.today();
    let dated = fields.dated.unwrap_or(on);
    invoice_rules::refuse_known_number(tx.connection, caller, record.contract.contractor_id, fields)?;
    let (plausible, number) = (invoice_rules::check_amount(record, fields), invoice_rules::check_number(fields));
    let blue = if is_first && fields.colour == InvoiceColour::Red {
        Err(Error::refused_at("invoice", "amount", Message::new("invoice-red-letter-first")))
    } else {
        invoice_rules::check_colour(tx.connection, record, code, fields, dated)
    };
    let blue = invoice_rules::combine_faults(blue, invoice_rules::combine_faults(plausible, number))?;
    let no = last_no(tx.connection, record.contract.id, FileUse::Invoice, code)? + 1;
    let kept: Vec<FileSummary> = files.iter().map(FileSummary::from).collect();
    search::add_recorded(tx.connection, record.contract.id, &fields.number)?;
    let sign = if fields.colour == InvoiceColour::Red { "-" } else { "" };
    let words = serde_json::json!({
        "milestone": code, "no": no, "number": fields.number, "amount": format!("{sign}{}", fields.amount), "on": on,
        "dated": dated, "blue": blue.unwrap_or_default(), "reason": fields.reason.clone().unwrap_or_default(), "files": kept,
    });
    append::check_day(record, FactKind::Invoice, dated, on)?;
    if is_first {
        let body = serde_json::to_value(Invoice { milestone, on });
        let body = body.map_err(|error| Error::Internal(error.to_string()))?;
        append::append_fact(tx, record, &NewFact { kind: FactKind::Invoice, on, body, words })?;
    } else {
        append_event(tx, &record.contract, EventAction::InvoiceDocument, words)?;
    }
    let held = InvoiceNumber {
        number_key: fields.key.clone(),
        colour: fields.colour,
        seller_id: record.contract.contractor_id,
        contract_id: record.contract.id,
        milestone: code.to_owned(),
        no,
    };
    invoice_numbers::insert(tx.connection, &held)?;
    let (contract, owner) = (&record.contract, record.contract.contractor_id);
    let purpose = FilePurpose { contract, owner, kind: FileUse::Invoice, subject: code, no };
    files::insert_file_rows(app, tx, files, &purpose)?;
    Ok(InvoiceReceipt { no, counts: is_first, files: kept })
}
