//! Electronic invoices: the data of their files, compared with what was typed and with the parties of the contract. A picture
//! or a PDF has no such data.

use crate::adapters::files::{EInvoice, MIB, may_be_e_invoice, read_e_invoice};
use crate::app::App;
use crate::domain::money::Money;
use crate::domain::text_input::key;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::files::run_blocking;
use crate::services::deliverables::invoices::InvoiceFields;
use crate::services::deliverables::uploads::UploadForm;
use crate::services::shared::identifiers::fold_number;
use crate::storage::AnyConnection;
use crate::storage::registry::{contractors, organisations};

/// Maximum size of a file that is read, in bytes.
const MOST: u64 = 4 * MIB;

/// Reads the electronic invoice of a form; one without data for other files.
///
/// # Errors
/// `Unavailable` if the file cannot be read; database errors.
pub(super) async fn of_form(app: &App, form: &mut UploadForm) -> Result<EInvoice, Error> {
    let found = form.contents(app, (may_be_e_invoice, MOST)).await?;
    let Some((name, body)) = found.into_iter().next() else { return Ok(EInvoice::default()) };
    run_blocking(move || Ok(read_e_invoice(&name, &body))).await
}

/// Compares an electronic invoice with the typed fields and the contract's parties. Another name of a party needs a reason,
/// since a register may spell it otherwise; another number or amount is corrected.
///
/// # Errors
/// `Refused` with every difference.
pub(super) fn check(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    (fields, found): (&InvoiceFields, &EInvoice),
) -> Result<(), Error> {
    let mut errors = Vec::new();
    let mut differs = |path: &str, message: Message| errors.push(FieldError { path: path.to_owned(), message });
    if let Some(number) = found.number.as_ref().filter(|number| fold_number(number) != fields.key) {
        differs("number", Message::new("invoice-file-number").with("found", number).with("typed", &fields.number));
    }
    let amount = found.amount.as_deref().and_then(|text| text.trim_start_matches('-').parse::<Money>().ok());
    if let Some(amount) = amount.filter(|amount| *amount != fields.amount) {
        differs("amount", Message::new("invoice-file-amount").with("invoiced", amount).with("amount", fields.amount));
    }
    if fields.reason.is_none() {
        let contract = &record.contract;
        let parties = [contract.purchaser_id, contract.funder_id];
        let buyers = organisations::remembered(connection, &record.registers, &parties)?;
        let is_buyer = |name: &&String| buyers.iter().any(|buyer| key(&buyer.name) == key(name));
        if let Some(buyer) = found.buyer.as_ref().filter(|name| !is_buyer(name)) {
            differs("file", Message::new("invoice-file-buyer").with("found", buyer));
        }
        let seller = contractors::remembered(connection, &record.registers, contract.contractor_id)?;
        let is_seller = seller.is_some_and(|seller| match (&found.seller_code, &found.seller) {
            (Some(code), _) => key(code) == key(&seller.credit_code),
            (None, Some(name)) => key(name) == key(&seller.name),
            (None, None) => true,
        });
        if !is_seller {
            let named = found.seller.clone().or_else(|| found.seller_code.clone()).unwrap_or_default();
            differs("file", Message::new("invoice-file-seller").with("found", named));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Refused { rule: "e-invoice".to_owned(), errors }) }
}
