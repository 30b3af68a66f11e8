//! The payments desk: the payment requests of all contracts that the reader may see, with their number and sum.

pub mod batch;
mod lines;
pub mod vouchers;

use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::{FileFormat, PaymentState};
use crate::domain::payments::{APPROVAL_CHAIN, DAY_CONSENT, PaymentStep};
use crate::domain::saved_views::SavedList;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::payments::desk::{self, Desk, DeskItem, DeskQuery, OPEN};
use crate::services::registry::{contractors, organisations};
use crate::services::shared::paging::Page;
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_month;
use crate::text;
use crate::web::pages::exports;
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults};
use crate::web::pages::identity::saved_views::SavedViews;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Payment requests on a page.
const PAGE_SIZE: i64 = 50;
/// Orders of the list, the first by default.
const ORDERS: &[&str] = &["oldest", "newest", "amount"];
/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[
    ("stage", "payments-stage"),
    ("bureau", "payments-bureau"),
    ("contractor", "payments-contractor"),
    ("month", "payments-month"),
    ("sort", "payments-sort"),
];

/// Filters of the list, as the form sends them; an empty field does not filter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    stage: String,
    bureau: String,
    contractor: String,
    month: String,
    sort: String,
    cursor: String,
    /// Set if every payment request that awaits the reader is ticked.
    ticked: String,
    format: Option<FileFormat>,
    #[serde(skip)]
    understood: Understood,
}

/// Columns of the list as a file.
const COLUMNS: &[&str] = &[
    "report-number",
    "report-contract",
    "document-column-milestone",
    "payment-kind",
    "report-bureau",
    "report-contractor",
    "contracts-column-amount",
    "document-column-state",
    "payments-requested",
    "payments-due",
    "download-paid-on",
    "download-voucher",
];

fn cells(page: &Shell, item: DeskItem) -> Vec<Cell> {
    vec![
        item.number.into(),
        item.title.into(),
        item.name.into(),
        page.word("payment-kind", item.kind).into(),
        item.purchaser.name.into(),
        item.contractor.name.into(),
        Cell::Amount(item.amount.into()),
        page.word("payment", item.stage).into(),
        item.requested_at.into(),
        item.due_on.into(),
        item.paid_on.into(),
        item.voucher.into(),
    ]
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl FilterForm {
    /// Returns whether any filter is set.
    fn is_set(&self) -> bool {
        [&self.stage, &self.bureau, &self.contractor, &self.month].iter().any(|text| !text.trim().is_empty())
    }

    fn query(&mut self, app: &App, caller: &Caller) -> Result<DeskQuery, Error> {
        let mut faults = FilterFaults::default();
        let bureau = faults.named(("bureau", &self.bureau), &mut self.understood, |named| {
            Ok(organisations::find_named(app, caller, named)?.map(|bureau| (bureau.code, bureau.name)))
        })?;
        let contractor = faults.named(("contractor", &self.contractor), &mut self.understood, |named| {
            Ok(contractors::find_named(app, caller, named)?.map(|found| (found.credit_code, found.name)))
        })?;
        let month = filled(&self.month).map(|month| parse_month(&month).map(|month| month.to_string())).transpose();
        let month = faults.collect(month.map_err(|message| Error::malformed("month", message)))?;
        let (stage, sort) = (filled(&self.stage), filled(&self.sort));
        faults.finish(DeskQuery { stage, bureau, contractor, month, sort, ..DeskQuery::default() })
    }

    /// Returns the address of the list from a cursor on; an empty cursor is the beginning.
    fn address_at(&self, cursor: &str) -> String {
        self.address(cursor, "")
    }

    /// Returns the address of the same part with every payment request ticked that waits for the reader.
    fn ticked_address(&self) -> String {
        self.address(&self.cursor, "all")
    }

    /// Returns the filters and the order by name.
    fn filters(&self) -> [(&str, &str); 5] {
        [
            ("stage", &self.stage),
            ("bureau", &self.bureau),
            ("contractor", &self.contractor),
            ("month", &self.month),
            ("sort", &self.sort),
        ]
    }

    fn address(&self, cursor: &str, ticked: &str) -> String {
        let fields = self.filters().into_iter().chain([("cursor", cursor), ("ticked", ticked)]);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.filter(|(_, value)| !value.is_empty()));
        format!("/payments?{}", query.finish())
    }

    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }
}

#[derive(Template)]
#[template(path = "payments/list.html")]
struct DeskPage {
    page: Shell,
    filter: FilterForm,
    views: SavedViews,
    /// The payments desk; `None` if a filter cannot be read.
    desk: Option<Desk>,
    /// Stages of the filter, the first by default.
    stages: Vec<&'static str>,
    /// True for a reader who may choose any contractor.
    may_choose_contractor: bool,
    /// True for a reader who may record payments from the treasury's file.
    may_pay: bool,
    /// True for a reader who may request payments.
    may_request: bool,
    /// Faults of the filters.
    form: Form,
}

impl DeskPage {
    /// States the number of payment requests, their sum, and the sum of the late interest among them.
    fn summary(&self, desk: &Desk) -> String {
        let (amount, interest) = (self.page.money(desk.sums.amount), self.page.money(desk.sums.interest));
        let values = [("count", desk.count.to_string()), ("amount", amount), ("interest", interest)];
        text::message(self.page.language, "payments-summary", &values)
    }

    /// Returns the steps that the reader may take on payment requests of the page, in approval order.
    fn steps(&self, desk: &Desk) -> Vec<PaymentStep> {
        let chain = APPROVAL_CHAIN.iter().chain(std::iter::once(&DAY_CONSENT)).map(|step| step.kind);
        chain.filter(|step| desk.items.iter().any(|item| item.open_step == Some(*step))).collect()
    }

    /// Returns the text of a stage.
    fn stage(&self, stage: &str) -> String {
        if stage == OPEN { self.page.say("payments-open") } else { self.page.word("payment", stage) }
    }
}

/// Shows the payments desk.
pub async fn list(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    let mut filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let query = filter.query(app, caller)?;
            let load = |part: &Page| desk::items(app, caller, &query, part);
            exports::list_file(page, ("payments-title", format), COLUMNS, load, |item| cells(page, item))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let part = Page { limit: PAGE_SIZE, after: filled(&filter.cursor) };
            let found = filter.query(app, caller).and_then(|query| desk::list(app, caller, &query, &part)).map(Some);
            let (desk, mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            let stages = [OPEN].into_iter().chain(PaymentState::ALL.iter().map(|state| state.as_str())).collect();
            let may_choose_contractor = caller.may(crate::domain::policy::Action::ListContractors).is_ok();
            let may_pay = caller.may(crate::domain::policy::Action::PayPayment).is_ok();
            let may_request = caller.may(crate::domain::policy::Action::RequestPayment).is_ok();
            let views = SavedViews::load(app, caller, SavedList::Payments, &filter.filters())?;
            Ok(DeskPage { page, filter, views, desk, stages, may_choose_contractor, may_pay, may_request, form })
        })
        .await
}
