//! Invoices: the first valid one of a milestone is a fact, from which a clock of payment can run; red-letter and reissued ones
//! are documents of the milestone alone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::files::MIB;
use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::Invoice;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::append;
use crate::services::contracts::record::{Ledger, stored};
use crate::services::contracts::registration::event;
use crate::services::deliverables::files::{self, FileSummary, Names, NewUpload, Purpose};
use crate::services::deliverables::uploads::{self, Admitted, Form, Shape};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::EventRow;
use crate::storage::contracts::facts::NewFact;
use crate::storage::deliverables::files::{FileUse, last_no};
use crate::storage::write::Tx;

/// The form of an invoice: one file, a PDF or a picture.
pub static INVOICE: Shape = Shape {
    texts: &["number", "amount", "on"],
    file: "file",
    files: 1,
    bytes: 60 * MIB,
    endings: &["pdf", "png", "jpg", "jpeg"],
};
/// Most characters of an invoice's number.
const NUMBER: usize = 64;

/// What handing in an invoice answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invoiced {
    /// Which invoice of the milestone it is, from 1.
    pub no: i32,
    /// Whether it is the one from which payment counts: the first valid one.
    pub counts: bool,
    /// The file that was kept.
    pub files: Vec<FileSummary>,
}

impl Names for Invoiced {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
}

/// An invoice that was handed in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InvoiceView {
    /// Code of the milestone.
    pub milestone: String,
    /// Which of the milestone it is, from 1.
    pub no: i32,
    /// Number.
    pub number: String,
    /// Amount in yuan, negative for a red-letter invoice.
    pub amount: String,
    /// The day from which it counts.
    #[serde(deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// The file that was kept.
    pub files: Vec<FileSummary>,
}

impl InvoiceView {
    /// Its amount in fen, negative for a red-letter invoice; 0 where none was written.
    pub fn fen(&self) -> i64 {
        let (sign, digits) = self.amount.strip_prefix('-').map_or((1, self.amount.as_str()), |digits| (-1, digits));
        sign * digits.parse::<Money>().map_or(0, Money::fen)
    }
}

/// The invoices of a contract, by milestone and number: the first of each is a fact, the others are told of by events.
///
/// # Errors
/// `Internal` for a row that is not what the program wrote.
pub(crate) fn of_contract(ledger: &Ledger, events: &[EventRow]) -> Result<Vec<InvoiceView>, Error> {
    let mut all = Vec::new();
    for (fact, row) in ledger.live::<Invoice>(FactKind::Invoice)? {
        let words: InvoiceView = stored(&row.words)?;
        all.push(InvoiceView { milestone: fact.milestone.as_str().to_owned(), on: Some(fact.on), ..words });
    }
    for event in events.iter().filter(|event| event.action == EventAction::InvoiceDocument.as_str()) {
        all.push(stored(&event.body)?);
    }
    all.sort_by(|a, b| (&a.milestone, a.no).cmp(&(&b.milestone, b.no)));
    Ok(all)
}

/// What is written on an invoice.
struct Written {
    number: String,
    /// Without its sign.
    amount: Money,
    /// A red-letter invoice takes an earlier one back.
    red: bool,
    on: Option<NaiveDate>,
}

/// Asks, before an invoice's body is read, whether it may come.
///
/// # Errors
/// `Forbidden`, `NotFound` (contract or milestone), `Conflict` in another state, `TooLarge` without room for more files.
pub fn may_hand_in(app: &App, caller: Caller, id: &str, code: &str) -> Result<Admitted, Error> {
    uploads::admit(app, caller, (id, code), Action::ReceiveInvoice, |terms| {
        terms.milestones.iter().any(|milestone| milestone.code.as_str() == code)
    })
}

/// Hands in an invoice.
///
/// # Errors
/// `Malformed` fields; `Refused` for a red-letter invoice that takes none back, or where a rule stands against its day.
pub async fn hand_in(app: &App, admitted: Admitted, form: Form) -> Result<Invoiced, Error> {
    let written = read(&form)?;
    let (parts, id, code) = (app.clone(), admitted.contract.clone(), admitted.code.clone());
    files::hand_in(app, admitted, form, move |tx, caller, files| {
        let (contract, _) = caller.contract(tx.connection, &id, Action::ReceiveInvoice)?;
        in_state(&contract, Action::ReceiveInvoice)?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        receive(&parts, tx, &mut ledger, &code, &written, files)
    })
    .await
}

fn read(form: &Form) -> Result<Written, Error> {
    let mut wrong = Vec::new();
    let number = form.need("number", &mut wrong, |text| {
        let fits = text.chars().count() <= NUMBER && !text.chars().any(char::is_control);
        if fits { Ok(text.to_owned()) } else { Err("invoice-number") }
    });
    let amount = form.need("amount", &mut wrong, |text| {
        let (red, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let amount: Money = digits.parse().map_err(|_| "malformed-money")?;
        if amount == Money::ZERO { Err("malformed-positive-money") } else { Ok((red, amount)) }
    });
    let on = form.read("on", &mut wrong, uploads::day);
    if form.file_count() == 0 {
        wrong.push(FieldError { path: INVOICE.file.to_owned(), message: Message::new("upload-no-file") });
    }
    match (number, amount) {
        (Some(number), Some((red, amount))) if wrong.is_empty() => Ok(Written { number, amount, red, on }),
        _ => Err(Error::Malformed(wrong)),
    }
}

fn receive(
    app: &App,
    tx: &mut Tx<'_>,
    ledger: &mut Ledger,
    code: &str,
    written: &Written,
    files: &[NewUpload],
) -> Result<Invoiced, Error> {
    let agreed = ledger.terms.milestones.iter().find(|milestone| milestone.code.as_str() == code);
    let milestone = agreed.ok_or(Error::NotFound)?.code.clone();
    let first = !ledger.facts.invoices.iter().any(|invoice| invoice.milestone == milestone);
    if first && written.red {
        return Err(Error::refused_at("invoice", "amount", Message::new("invoice-red-letter-first")));
    }
    let no = last_no(tx.connection, ledger.contract.id, FileUse::Invoice, code)? + 1;
    let on = append::day(tx, written.on);
    let kept: Vec<FileSummary> = files.iter().map(FileSummary::from).collect();
    let sign = if written.red { "-" } else { "" };
    let words = serde_json::json!({
        "milestone": code, "no": no, "number": written.number, "amount": format!("{sign}{}", written.amount), "on": on,
        "files": kept,
    });
    if first {
        let body = serde_json::to_value(Invoice { milestone, on });
        let body = body.map_err(|error| Error::Internal(error.to_string()))?;
        append::record(tx, ledger, &NewFact { kind: FactKind::Invoice, on, body, words })?;
    } else {
        let today = tx.context.today();
        if on > today {
            let message = Message::new("day-in-the-future").with("today", today);
            return Err(Error::refused_at("not-in-the-future", "on", message));
        }
        event(tx, &ledger.contract, EventAction::InvoiceDocument, words)?;
    }
    files::record(app, tx, files, &Purpose { contract: &ledger.contract, kind: FileUse::Invoice, subject: code, no })?;
    Ok(Invoiced { no, counts: first, files: kept })
}
