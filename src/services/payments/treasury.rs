//! The treasury's file of payments (国库支付凭证), matched with payment requests: each row with the only approved request of
//! its amount and payee account and, if the row names one, of its contract.
//!
//! Nothing is recorded here. Matched requests are paid by a batch after the cashier has checked them; in a file that is
//! uploaded again, these vouchers are then recognised as recorded.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::money::Money;
use crate::domain::payments::PaymentStep;
use crate::domain::policy::Action;
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::services::payments::batch::MOST_LINES;
use crate::services::payments::{approval_chains, step_open_to, stored_money};
use crate::services::records::import::SentTable;
use crate::services::shared::heading_units;
use crate::services::shared::identifiers::fold_identifier;
use crate::services::shared::number_spelling::NumberKind;
use crate::services::shared::typed_tables::{Cells, Columns, find_headings, unknown_headings};
use crate::services::shared::typed_values::{parse_amount, parse_date};
use crate::storage::AnyConnection;
use crate::storage::contracts::{self, Contract};
use crate::storage::ids::OrganisationId;
use crate::storage::payments::approval_chains as stored_chains;
use crate::storage::payments::desk as rows;
use crate::storage::payments::{PaymentRequest, vouchers};
use crate::storage::registry::organisations::Account;
use crate::text::message;

/// Maximum number of rows that are read.
pub const MOST_ROWS: usize = 1_000;
/// Number of rows above the headings, for a title.
const TITLES: usize = 10;

/// Field and label of each column, in the order for pasted rows without headings.
pub const COLUMNS: Columns<'static> = &[
    ("voucher", "treasury-voucher"),
    ("amount", "treasury-amount"),
    ("account", "treasury-account"),
    ("on", "treasury-on"),
    ("contract", "treasury-contract"),
    ("note", "treasury-note"),
];
/// Columns without which no row can be matched.
const NEEDED: [&str; 4] = ["voucher", "amount", "account", "on"];

/// The cells of a file or of pasted rows, as they were read.
#[derive(Debug, Serialize, Deserialize)]
pub struct TreasuryTable {
    cells: Vec<Cells>,
    /// True for pasted rows, whose columns are identified by their order if there are no headings.
    are_ordered: bool,
}

/// A row of the file with the outcome of matching it.
#[derive(Debug, Clone)]
pub struct TreasuryLine {
    /// Number of the row in the file, from 1.
    pub row: usize,
    pub voucher: String,
    pub amount: Option<Money>,
    /// Account number as in the file.
    pub account: String,
    /// Day on which the treasury paid.
    pub on: Option<NaiveDate>,
    /// Number of the contract; empty if the row names none.
    pub contract: String,
    pub found: Found,
}

/// Outcome of matching a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The only approved payment request that fits, by its random identifier.
    Matched(String),
    /// The payment for which the voucher is already recorded: its identifier and that of its contract.
    Recorded(String, String),
    /// Reason why the row matches nothing.
    Unmatched(Message),
}

/// An approved payment request that the caller may pay.
struct Candidate {
    request: PaymentRequest,
    contract: Contract,
    /// Letters and digits of the account number.
    account: String,
}

/// A voucher that the payer has used: its year and key, and the payment.
type Held = (i32, String, PaymentRequest);

/// Permits a caller to match a file, before the file is read.
///
/// # Errors
/// `Forbidden` for anyone but a cashier.
pub fn permit(caller: Caller) -> Result<Caller, Error> {
    caller.may(Action::PayPayment)?;
    Ok(caller)
}

/// Reads the rows of a table without matching them.
///
/// # Errors
/// `Forbidden`; `Unsupported` for another type of file; `Refused` for a file that is damaged or unsafe.
pub fn read_rows(caller: &Caller, table: &SentTable) -> Result<TreasuryTable, Error> {
    caller.may(Action::PayPayment)?;
    let (cells, are_ordered) = table.cells(caller.language, MOST_ROWS + TITLES)?;
    Ok(TreasuryTable { cells, are_ordered })
}

/// Matches rows that were read.
///
/// # Errors
/// `Forbidden`; `Refused` for rows without headings; `TooLarge` for too many rows.
pub fn match_table(app: &App, caller: &Caller, table: TreasuryTable) -> Result<Vec<TreasuryLine>, Error> {
    caller.may(Action::PayPayment)?;
    let TreasuryTable { cells, are_ordered } = table;
    let mut lines = read_table(caller.language, &app.treasury_headings, cells, are_ordered)?;
    app.pool.read(|connection| match_lines(connection, caller, &mut lines))?;
    refuse_shared(&mut lines);
    let matched = lines.iter_mut().filter(|line| matches!(line.found, Found::Matched(_)));
    for line in matched.skip(MOST_LINES) {
        line.found = Found::Unmatched(Message::new("treasury-next").with("most", MOST_LINES));
    }
    Ok(lines)
}

/// Reads the rows below the headings. A row with a fault is unmatched, with the fault as the reason.
fn read_table(
    language: Language,
    headings: &[(String, &'static str)],
    mut cells: Vec<Cells>,
    are_ordered: bool,
) -> Result<Vec<TreasuryLine>, Error> {
    for cell in cells.iter_mut().take(TITLES).flat_map(|(_, cells)| cells) {
        if let Some((_, field)) = headings.iter().find(|(heading, _)| heading.as_str() == cell.as_str()) {
            (*field).clone_into(cell);
        }
    }
    let titles = cells.iter().take(TITLES).cloned().collect::<Vec<_>>();
    let headings = find_headings(COLUMNS, &titles);
    if let (None, Some(fault)) = (&headings, unknown_headings(COLUMNS, &titles)) {
        return Err(Error::refused_at("treasury-headings", "file", fault));
    }
    let (places, skipped) = match headings {
        Some(found) => found,
        None if are_ordered => ((0..COLUMNS.len()).map(Some).collect(), 0),
        None => (Vec::new(), 0),
    };
    let kind_of =
        |column: usize| COLUMNS.get(column).filter(|(field, _)| *field == "amount").map(|_| NumberKind::Money);
    if let Some(fault) = heading_units::convert(&mut cells, &places, skipped, kind_of).into_iter().next() {
        return Err(Error::refused_at("treasury-headings", "file", fault));
    }
    let place_of = |field: &str| {
        let column = COLUMNS.iter().position(|(known, _)| *known == field);
        places.iter().position(|place| place.is_some() && *place == column)
    };
    let lacking = COLUMNS.iter().filter(|(field, _)| NEEDED.contains(field) && place_of(field).is_none());
    let lacking: Vec<String> = lacking.map(|(_, label)| message(language, label, &[])).collect();
    if !lacking.is_empty() {
        let names = lacking.join(&message(language, "document-list", &[]));
        let message = Message::new("treasury-headings").with("columns", names);
        return Err(Error::refused_at("treasury-headings", "file", message));
    }
    let filled = cells.iter().skip(skipped).filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let lines: Vec<TreasuryLine> = filled
        .map(|(row, cells)| {
            let text = |field: &str| place_of(field).and_then(|place| cells.get(place)).cloned().unwrap_or_default();
            read_line(language, *row, text)
        })
        .collect();
    if lines.is_empty() {
        return Err(Error::refused_at("treasury-empty", "file", Message::new("treasury-empty")));
    }
    if lines.len() > MOST_ROWS {
        return Err(Error::TooLarge(Message::new("treasury-too-many").with("most", MOST_ROWS)));
    }
    Ok(lines)
}

fn read_line(language: Language, row: usize, text: impl Fn(&str) -> String) -> TreasuryLine {
    let mut faults: Vec<(&str, Message)> = Vec::new();
    for field in NEEDED {
        if text(field).is_empty() {
            faults.push((field, Message::new("draft-empty")));
        }
    }
    let amount = parse_amount(&text("amount"));
    let on = parse_date(&text("on"));
    faults.extend(amount.as_ref().err().map(|fault| ("amount", fault.clone())));
    faults.extend(on.as_ref().err().map(|fault| ("on", fault.clone())));
    let found = match faults.into_iter().next() {
        Some((field, fault)) => {
            let label = COLUMNS.iter().find(|(known, _)| *known == field).map_or("", |(_, label)| *label);
            let cell = Message::new("treasury-cell").with("column", message(language, label, &[]));
            Found::Unmatched(cell.with("reason", fault.text(language)))
        }
        None => Found::Unmatched(Message::new("treasury-no-amount")),
    };
    TreasuryLine {
        row,
        voucher: identifier(&text("voucher")),
        amount: amount.ok(),
        account: text("account"),
        on: on.ok(),
        contract: text("contract"),
        found,
    }
}

/// Matches every row that could be read. The number of queries does not depend on the number of rows.
fn match_lines(connection: &mut AnyConnection, caller: &Caller, lines: &mut [TreasuryLine]) -> Result<(), Error> {
    let amounts: BTreeSet<i64> = lines.iter().filter_map(|line| line.amount).map(Money::fen).collect();
    let amounts: Vec<i64> = amounts.into_iter().collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    let chains = stored_chains::remembered(connection, &caller.registers)?;
    for (request, contract, _) in rows::approved(connection, &caller.organisations(), &amounts)? {
        let chain = approval_chains::of_payment(&chains, &contract, &request);
        let is_payable =
            step_open_to(caller, &request, (&contract, &chain)).is_ok_and(|next| next.kind == PaymentStep::Pay);
        if is_payable {
            let account: Account = stored(&request.account)?;
            candidates.push(Candidate { account: plain_account(&account.number), request, contract });
        }
    }
    let payers: Vec<OrganisationId> =
        caller.may(Action::PayPayment)?.into_iter().map(|seat| seat.organisation).collect();
    let years: BTreeSet<i32> = lines.iter().filter_map(|line| line.on).map(|on| on.year()).collect();
    let years: Vec<i32> = years.into_iter().collect();
    let keys: Vec<String> = lines.iter().map(|line| fold_identifier(&line.voucher)).collect();
    let held: Vec<Held> = vouchers::held(connection, &payers, &years, &keys)?;
    let ids: Vec<_> = held.iter().map(|(_, _, payment)| payment.contract_id).collect();
    let seen = contracts::seen_among(connection, &ids, &caller.organisations())?;
    let seen: BTreeMap<_, _> = seen.into_iter().map(|(id, public_id, _)| (id, public_id)).collect();
    for (line, key) in lines.iter_mut().zip(&keys) {
        let (Some(amount), Some(on)) = (line.amount, line.on) else { continue };
        if line.voucher.is_empty() || line.account.is_empty() {
            continue;
        }
        let recorded = held.iter().find(|(year, known, _)| *year == on.year() && known == key);
        line.found = match recorded {
            Some((_, _, payment)) if payment.amount_fen == amount.fen() => {
                let contract = seen.get(&payment.contract_id).cloned().unwrap_or_default();
                Found::Recorded(payment.public_id.clone(), contract)
            }
            Some((_, _, payment)) => {
                let other = stored_money(payment.amount_fen)?;
                Found::Unmatched(Message::new("treasury-voucher-other").with("amount", other))
            }
            None => find_match(&candidates, line, amount),
        };
    }
    Ok(())
}

/// Finds the only payment request that fits a row, or the reason why there is none.
fn find_match(candidates: &[Candidate], line: &TreasuryLine, amount: Money) -> Found {
    let unmatched = |key: &'static str| Found::Unmatched(Message::new(key));
    let same: Vec<&Candidate> = candidates.iter().filter(|one| one.request.amount_fen == amount.fen()).collect();
    if same.is_empty() {
        return unmatched("treasury-no-amount");
    }
    let account = plain_account(&line.account);
    let same: Vec<&Candidate> = same.into_iter().filter(|one| one.account == account).collect();
    if same.is_empty() {
        return unmatched("treasury-no-account");
    }
    let is_named = |one: &&&Candidate| line.contract.is_empty() || key(&one.contract.number) == key(&line.contract);
    let fitting: Vec<&&Candidate> = same.iter().filter(is_named).collect();
    match fitting.as_slice() {
        [] => unmatched("treasury-no-contract"),
        [one] => Found::Matched(one.request.public_id.clone()),
        several => Found::Unmatched(Message::new("treasury-several").with("count", several.len())),
    }
}

/// Turns matches that conflict into refusals: rows with the same voucher, and rows that fit one payment request.
fn refuse_shared(lines: &mut [TreasuryLine]) {
    let mut vouchers: BTreeMap<(Option<i32>, String), Vec<usize>> = BTreeMap::new();
    let mut payments: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for line in lines.iter() {
        let Found::Matched(payment) = &line.found else { continue };
        let voucher = (line.on.map(|on| on.year()), fold_identifier(&line.voucher));
        vouchers.entry(voucher).or_default().push(line.row);
        payments.entry(payment.clone()).or_default().push(line.row);
    }
    for line in lines {
        let Found::Matched(payment) = &line.found else { continue };
        let voucher = (line.on.map(|on| on.year()), fold_identifier(&line.voucher));
        let other =
            |rows: Option<&Vec<usize>>| rows.and_then(|rows| rows.iter().find(|row| **row != line.row)).copied();
        let reason = match (other(vouchers.get(&voucher)), other(payments.get(payment))) {
            (Some(row), _) => Message::new("treasury-voucher-twice").with("row", row),
            (None, Some(row)) => Message::new("treasury-payment-twice").with("row", row),
            (None, None) => continue,
        };
        line.found = Found::Unmatched(reason);
    }
}

/// Returns the letters and digits of an account number, which may be written with blanks or dashes.
fn plain_account(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_uppercase()).collect()
}
