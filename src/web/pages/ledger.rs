//! Pages of the ledger: balances by account and postings, of a year's appropriations or of a contract.

use actix_web::web::Path;
use askama::Template;
use chrono::Datelike;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::money::Sum;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::ledger::view::{self, Ledger, LedgerContract, LedgerQuery, PostingView};
use crate::services::registry::organisations;
use crate::services::shared::paging::Page;
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::exports;
use crate::web::pages::forms::{Form, or_faults};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

/// Postings on a page.
const PAGE_SIZE: i64 = 50;

/// Filters of the ledger, as the form sends them; an empty field does not filter, except for the year.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct LedgerFilter {
    year: String,
    bureau: String,
    line: String,
    cursor: String,
    format: Option<FileFormat>,
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl LedgerFilter {
    fn query(&self, app: &App, caller: &Caller) -> Result<LedgerQuery, Error> {
        let year = filled(&self.year).map(|year| parse_year(&year)).transpose();
        let bureau = match filled(&self.bureau) {
            Some(named) => {
                let unknown = || Error::malformed("bureau", Message::new("register-not-named").with("typed", &named));
                Some(organisations::find_named(app, caller, &named)?.ok_or_else(unknown)?.code)
            }
            None => None,
        };
        Ok(LedgerQuery {
            year: year.map_err(|message| Error::malformed("year", message))?,
            bureau,
            line: filled(&self.line),
            ..LedgerQuery::default()
        })
    }

    /// Returns the address of the ledger from a cursor on; an empty cursor is the beginning.
    fn address_at(&self, cursor: &str) -> String {
        let fields = [("year", self.year.as_str()), ("bureau", &self.bureau), ("line", &self.line), ("cursor", cursor)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("/ledger?{}", query.finish()).trim_end_matches('?').to_owned()
    }
}

/// Columns of the postings as a file.
const COLUMNS: &[&str] = &[
    "ledger-column-day",
    "ledger-column-debited",
    "ledger-column-credited",
    "column-amount",
    "ledger-column-cause",
    "column-document_no",
    "report-number",
];

fn cells(page: &Shell, posting: PostingView) -> Vec<Cell> {
    vec![
        posting.day.into(),
        page.word("ledger-account", posting.debit).into(),
        page.word("ledger-account", posting.credit).into(),
        Cell::Amount(posting.amount.into()),
        cause(page, &posting).into(),
        posting.document_no.into(),
        posting.contract.map(|contract| contract.number).into(),
    ]
}

/// Returns the name of the cause of a posting.
fn cause(page: &Shell, posting: &PostingView) -> String {
    let key = match posting.cause.as_str() {
        cause @ ("day" | "opening") => format!("ledger-cause-{cause}"),
        cause if cause.starts_with("fact.") => cause.replacen('.', "-", 1),
        cause => format!("event-{}", cause.replace('.', "-")),
    };
    page.say(&key)
}

/// Returns a balance as a pair of debit and credit.
fn sides(page: &Shell, balance: &Sum) -> (String, String) {
    let amount = page.money(Sum::from_fen(balance.fen().abs()));
    if balance.fen() < 0 { (String::new(), amount) } else { (amount, String::new()) }
}

#[derive(Template)]
#[template(path = "ledger/list.html")]
struct LedgerPage {
    page: Shell,
    filter: LedgerFilter,
    /// The ledger; `None` if a filter cannot be read.
    ledger: Option<Ledger>,
    /// Faults of the filters.
    form: Form,
}

impl LedgerPage {
    /// Returns the addresses of the postings as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }

    fn cause(&self, posting: &PostingView) -> String {
        cause(&self.page, posting)
    }

    fn sides(&self, balance: &Sum) -> (String, String) {
        sides(&self.page, balance)
    }

    /// States how many postings there are, if they fit on one page, and how they are sorted.
    fn summary(&self, ledger: &Ledger) -> String {
        self.page.counted(ledger.postings.len(), self.is_first(), ledger.next.is_some(), "ledger-order")
    }

    fn address_at(&self, cursor: &str) -> String {
        self.filter.address_at(cursor)
    }

    fn is_first(&self) -> bool {
        self.filter.cursor.is_empty()
    }

    /// Returns the year that the field shows.
    fn year(&self) -> String {
        if self.filter.year.is_empty() { self.page.today.year().to_string() } else { self.filter.year.clone() }
    }
}

/// Shows the ledger of a year's appropriations.
pub async fn list(request: PageRequest, query: Query<LedgerFilter>) -> PageAnswer {
    let filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let query = filter.query(app, caller)?;
            let load = |part: &Page| view::list(app, caller, &query, part).map(Ledger::into_postings);
            exports::list_file(page, ("register-ledger", format), COLUMNS, load, |posting| cells(page, posting))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let part = Page { limit: PAGE_SIZE, after: filled(&filter.cursor) };
            let found = filter.query(app, caller).and_then(|query| view::list(app, caller, &query, &part)).map(Some);
            let (ledger, form) = or_faults(found, page.language)?;
            Ok(LedgerPage { page, filter, ledger, form })
        })
        .await
}

/// Part of a contract's ledger that the page shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PartQuery {
    cursor: String,
    format: Option<FileFormat>,
}

#[derive(Template)]
#[template(path = "ledger/contract.html")]
struct ContractLedgerPage {
    page: Shell,
    contract: LedgerContract,
    cursor: String,
    ledger: Ledger,
}

impl ContractLedgerPage {
    /// Returns the addresses of the postings as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }

    fn cause(&self, posting: &PostingView) -> String {
        cause(&self.page, posting)
    }

    fn sides(&self, balance: &Sum) -> (String, String) {
        sides(&self.page, balance)
    }

    /// States how many postings there are, if they fit on one page, and how they are sorted.
    fn summary(&self, ledger: &Ledger) -> String {
        self.page.counted(ledger.postings.len(), self.is_first(), ledger.next.is_some(), "ledger-order-of-contract")
    }

    fn is_first(&self) -> bool {
        self.cursor.is_empty()
    }

    /// Returns the address of the list from a cursor on; an empty cursor is the beginning.
    fn address_at(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(Some(("cursor", cursor)).filter(|_| !cursor.is_empty()));
        format!("/contracts/{}/ledger?{}", self.contract.id, query.finish()).trim_end_matches('?').to_owned()
    }
}

/// Shows the ledger of a contract.
pub async fn of_contract(request: PageRequest, id: Path<String>, query: Query<PartQuery>) -> PageAnswer {
    let PartQuery { cursor, format } = query.into_inner();
    if let Some(format) = format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let load = |part: &Page| view::of_contract(app, caller, &id, part).map(|(found, _)| found.into_postings());
            exports::list_file(page, ("ledger-title", format), COLUMNS, load, |posting| cells(page, posting))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let part = Page { limit: PAGE_SIZE, after: filled(&cursor) };
            let (ledger, contract) = view::of_contract(app, caller, &id, &part)?;
            Ok(ContractLedgerPage { page, contract, cursor, ledger })
        })
        .await
}
