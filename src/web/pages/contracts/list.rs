//! The list of contracts, newest first, with filters and search.

use askama::Template;
use chrono::Datelike;
use serde::Deserialize;

use crate::app::App;
use crate::domain::boards::Having;
use crate::domain::codes::{ContractState, FileFormat};
use crate::domain::policy::Action;
use crate::domain::saved_views::SavedList;
use crate::error::Error;
use crate::services::contracts::list::{self, ContractItem, ContractQuery, Counted};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::exports;
use crate::web::pages::forms::field::suggested_names;
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults};
use crate::web::pages::identity::saved_views::SavedViews;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Contracts on a page.
const PAGE_SIZE: i64 = 25;
/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] =
    &[("state", "contracts-state"), ("region", "contracts-region"), ("year", "contracts-year")];

/// Filters of the list, as the form sends them; an empty field does not filter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    q: String,
    state: String,
    region: String,
    year: String,
    /// Filters that a board's figures lead to, without a field of their own.
    alone: String,
    contractor: String,
    purchaser: String,
    service: String,
    having: String,
    having_year: String,
    cursor: String,
    format: Option<FileFormat>,
    #[serde(skip)]
    understood: Understood,
}

/// Columns of the list as a file.
const COLUMNS: &[&str] = &[
    "report-number",
    "report-contract",
    "report-bureau",
    "report-contractor",
    "contracts-column-amount",
    "download-starts",
    "download-ends",
    "contracts-column-state",
    "contracts-column-task",
];

fn cells(page: &Shell, item: ContractItem) -> Vec<Cell> {
    vec![
        item.number.into(),
        item.title.into(),
        item.purchaser.name.into(),
        item.contractor.name.into(),
        Cell::Amount(item.amount.into()),
        item.starts_on.into(),
        item.ends_on.into(),
        page.word("document-state", item.state).into(),
        item.next_task_on.into(),
    ]
}

impl FilterForm {
    fn query(&mut self, app: &App, caller: &Caller) -> Result<ContractQuery, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut faults = FilterFaults::default();
        let region = faults.named(("region", &self.region), &mut self.understood, |named| {
            Ok(organisations::find_named_region(app, caller, named)?.map(|region| (region.code, region.name)))
        })?;
        let year = filled(&self.year).map(|year| parse_year(&year)).transpose();
        let year = faults.collect(year.map_err(|message| Error::malformed("year", message)))?;
        let having_year = filled(&self.having_year).map(|year| parse_year(&year)).transpose();
        let having_year = faults.collect(having_year.map_err(|message| Error::malformed("having_year", message)))?;
        faults.finish(ContractQuery {
            q: filled(&self.q),
            state: filled(&self.state),
            region,
            year,
            alone: Some(self.alone == "true"),
            contractor: filled(&self.contractor),
            purchaser: filled(&self.purchaser),
            service: filled(&self.service),
            having: Having::parse(&self.having),
            having_year,
            ..ContractQuery::default()
        })
    }

    /// Returns the filters by name.
    fn filters(&self) -> [(&str, &str); 4] {
        [("q", &self.q), ("state", &self.state), ("region", &self.region), ("year", &self.year)]
    }

    /// Returns whether any filter is set.
    fn is_set(&self) -> bool {
        self.filters().iter().any(|(_, text)| !text.trim().is_empty())
            || self.fixed().iter().any(|(_, value)| !value.is_empty())
    }

    /// Returns the filters without a field of their own, which the form keeps.
    fn fixed(&self) -> [(&'static str, &str); 6] {
        [
            ("alone", &self.alone),
            ("contractor", &self.contractor),
            ("purchaser", &self.purchaser),
            ("service", &self.service),
            ("having", &self.having),
            ("having_year", &self.having_year),
        ]
    }

    /// Returns the address of the list from a cursor on; an empty cursor is the beginning.
    fn address_at(&self, cursor: &str) -> String {
        let fields = self.filters().into_iter().chain([("cursor", cursor)]);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.chain(self.fixed()).filter(|(_, value)| !value.is_empty()));
        format!("/contracts?{}", query.finish())
    }

    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }
}

#[derive(Template)]
#[template(path = "contracts/list.html")]
struct ListPage {
    page: Shell,
    filter: FilterForm,
    views: SavedViews,
    list: Paged<ContractItem>,
    states: &'static [ContractState],
    /// Suggested regions: the value to fill in and the other name of the region.
    regions: Vec<(String, String)>,
    may_register: bool,
    /// Faults of the filters; the list is empty if there are any.
    form: Form,
    /// Number of contracts found, on the first page.
    counted: Option<Counted>,
}

impl ListPage {
    /// States the filters without a field of their own; empty without any.
    fn narrowed(&self) -> String {
        let page = &self.page;
        let mut filters: Vec<String> = Vec::new();
        let first = self.list.items.first();
        if !self.filter.contractor.is_empty() {
            let known = first.map_or(&self.filter.contractor, |item| &item.contractor.name);
            filters.push(page.with("contracts-narrowed-contractor", "name", known));
        }
        if !self.filter.purchaser.is_empty() {
            let known = first.map_or(&self.filter.purchaser, |item| &item.purchaser.name);
            filters.push(page.with("contracts-narrowed-purchaser", "name", known));
        }
        if !self.filter.service.is_empty() {
            filters.push(page.with("contracts-narrowed-service", "name", &self.filter.service));
        }
        if let Some(having) = Having::parse(&self.filter.having) {
            let this_year = page.today.year().to_string();
            let year = Some(&self.filter.having_year).filter(|year| !year.is_empty()).unwrap_or(&this_year);
            filters.push(page.with(&format!("contracts-having-{having}"), "year", year));
        }
        if self.filter.alone == "true" && !self.filter.region.is_empty() {
            filters.push(page.say("contracts-narrowed-alone"));
        }
        if filters.is_empty() {
            return String::new();
        }
        page.with("contracts-narrowed", "filters", page.joined("document-list", &filters))
    }

    /// States the number of contracts and their order.
    fn summary(&self) -> String {
        let order = self.page.say("contracts-order");
        let Some(counted) = self.counted else { return order };
        // A count that gave up early knows of fewer contracts than are shown.
        let count = self.page.money(counted.number.max(self.list.items.len()));
        let key = if counted.is_least { "list-count-more" } else { "list-count" };
        self.page.with2(key, "count", count, "order", order)
    }
}

/// Shows the contracts that the caller may see.
pub async fn list(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    let mut filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let query = filter.query(app, caller)?;
            let load = |part: &Page| list::contracts(app, caller, &query, part);
            exports::list_file(page, ("contracts-title", format), COLUMNS, load, |item| cells(page, item))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let after = Some(filter.cursor.clone()).filter(|cursor| !cursor.is_empty());
            let part = Page { limit: PAGE_SIZE, after };
            let found = filter.query(app, caller).and_then(|query| {
                let list = list::contracts(app, caller, &query, &part)?;
                // The first page also says how many there are.
                let counted = part.after.is_none().then(|| list::count(app, caller, &query)).transpose()?;
                Ok((list, counted))
            });
            let (counted, found) = match found {
                Ok((list, counted)) => (counted, Ok(list)),
                Err(error) => (None, Err(error)),
            };
            let (list, mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            let regions = organisations::suggest_regions(app, caller, &filter.region)?.items;
            let regions = suggested_names(regions.into_iter().map(|region| (region.code, region.name)).collect());
            let may_register = caller.may(Action::CreateContract).is_ok();
            let filters = [&filter.filters()[..], &filter.fixed()[..]].concat();
            let views = SavedViews::load(app, caller, SavedList::Contracts, &filters)?;
            Ok(ListPage { page, filter, views, list, states: ContractState::ALL, regions, may_register, form, counted })
        })
        .await
}
