//! Pages of the ledger: balances by account and postings, of a year's appropriations or of a contract.

use actix_web::web::Path;
use askama::Template;
use chrono::Datelike;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::money::Sum;
use crate::domain::saved_views::SavedList;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::ledger::view::{self, Ledger, LedgerContract, LedgerQuery, PostingView};
use crate::services::registry::organisations;
use crate::services::shared::paging::Page;
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::exports;
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults, part_or_first};
use crate::web::pages::identity::saved_views::SavedViews;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Postings on a page.
const PAGE_SIZE: i64 = 50;
/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[("year", "column-year"), ("bureau", "column-bureau"), ("line", "field-line")];

/// Filters of the ledger, as the form sends them; an empty field does not filter, except for the year.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct LedgerFilter {
    year: String,
    bureau: String,
    line: String,
    cursor: String,
    format: Option<FileFormat>,
    #[serde(skip)]
    understood: Understood,
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl LedgerFilter {
    fn query(&mut self, app: &App, caller: &Caller) -> Result<LedgerQuery, Error> {
        let mut faults = FilterFaults::default();
        let year = filled(&self.year).map(|year| parse_year(&year)).transpose();
        let year = faults.collect(year.map_err(|message| Error::malformed("year", message)))?;
        let bureau = faults.named(("bureau", &self.bureau), &mut self.understood, |named| {
            Ok(organisations::find_named(app, caller, named)?.map(|bureau| (bureau.code, bureau.name)))
        })?;
        faults.finish(LedgerQuery { year, bureau, line: filled(&self.line), ..LedgerQuery::default() })
    }

    /// Returns the filters by name.
    fn filters(&self) -> [(&'static str, &str); 3] {
        [("year", &self.year), ("bureau", &self.bureau), ("line", &self.line)]
    }

    fn part(&self, ledger: Ledger) -> LedgerPart {
        LedgerPart {
            path: "/ledger".to_owned(),
            filters: self.filters().map(|(name, value)| (name, value.to_owned())).into(),
            cursor: self.cursor.clone(),
            order: "ledger-order",
            ledger,
        }
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

/// A part of a ledger: balances, postings, and where it is shown.
struct LedgerPart {
    path: String,
    /// Filters by name; an empty one filters nothing.
    filters: Vec<(&'static str, String)>,
    /// Cursor of the part; empty for the first.
    cursor: String,
    /// Key of the words that say how the postings are sorted.
    order: &'static str,
    ledger: Ledger,
}

impl LedgerPart {
    /// Returns the addresses of the postings as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }

    /// States the order of the postings and, on the first page, their number or that there are more than it shows.
    fn summary(&self, page: &Shell) -> String {
        page.counted(self.ledger.postings.len(), self.is_first(), self.ledger.next.is_some(), self.order)
    }

    fn is_first(&self) -> bool {
        self.cursor.is_empty()
    }

    /// Returns the address of the part that begins at a cursor; of the first part for an empty one.
    fn address_at(&self, cursor: &str) -> String {
        let pairs = self.filters.iter().map(|(name, value)| (*name, value.as_str())).chain([("cursor", cursor)]);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs.filter(|(_, value)| !value.is_empty()));
        format!("{}?{}", self.path, query.finish()).trim_end_matches('?').to_owned()
    }
}

#[derive(Template)]
#[template(path = "ledger/list.html")]
struct LedgerPage {
    page: Shell,
    filter: LedgerFilter,
    views: SavedViews,
    /// Nothing where a filter cannot be read.
    part: Option<LedgerPart>,
    /// Faults of the filters.
    form: Form,
}

impl LedgerPage {
    /// Returns the year that the field shows.
    fn year(&self) -> String {
        if self.filter.year.is_empty() { self.page.today.year().to_string() } else { self.filter.year.clone() }
    }
}

/// Shows the ledger of a year's appropriations.
pub async fn list(request: PageRequest, query: PageQuery<LedgerFilter>) -> PageAnswer {
    let mut filter = query.into_inner();
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
            let (ledger, mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            let part = ledger.map(|ledger| filter.part(ledger));
            let views = SavedViews::load(app, caller, SavedList::Postings, &filter.filters())?;
            Ok(LedgerPage { page, filter, views, part, form })
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
    part: LedgerPart,
}

/// Shows the ledger of a contract.
pub async fn of_contract(request: PageRequest, id: Path<String>, query: PageQuery<PartQuery>) -> PageAnswer {
    let PartQuery { cursor, format } = query.into_inner();
    if let Some(format) = format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let load = |part: &Page| view::of_contract(app, caller, &id, part).map(|(found, _)| found.into_postings());
            exports::list_file(page, ("ledger-title", format), COLUMNS, load, |posting| cells(page, posting))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, mut page| {
            let mut at = Page { limit: PAGE_SIZE, after: filled(&cursor) };
            let load = |_: &Shell, at: &Page| view::of_contract(app, caller, &id, at);
            let (ledger, contract) = part_or_first(&mut page, &mut at, load)?;
            let cursor = at.after.unwrap_or_default();
            let path = format!("/contracts/{}/ledger", contract.id);
            let part = LedgerPart { path, filters: Vec::new(), cursor, order: "ledger-order-of-contract", ledger };
            Ok(ContractLedgerPage { page, contract, part })
        })
        .await
}
