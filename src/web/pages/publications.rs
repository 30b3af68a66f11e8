//! The open side for people: published contracts as a list with a search, and a page for each, without signing in.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::services::publications::open::{self, PublicContract, PublicQuery};
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::forms::field::suggested_names;
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Contracts on a page.
const PAGE_SIZE: i64 = 25;
/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[("year", "contracts-year"), ("region", "contracts-region")];

/// Filters of the list, as the form sends them; an empty field does not filter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    q: String,
    region: String,
    contractor: String,
    year: String,
    cursor: String,
    #[serde(skip)]
    understood: Understood,
}

impl FilterForm {
    /// Reads the filters; a region may be named.
    fn query(&mut self, app: &App) -> Result<PublicQuery, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut faults = FilterFaults::default();
        let year = filled(&self.year).map(|year| parse_year(&year)).transpose();
        let year = faults.collect(year.map_err(|message| Error::malformed("year", message)))?;
        let region = faults.named(("region", &self.region), &mut self.understood, |named| {
            Ok(open::find_region(app, named)?.map(|region| (region.code, region.name)))
        })?;
        let (q, contractor) = (filled(&self.q), filled(&self.contractor));
        faults.finish(PublicQuery { q, region, contractor, year, ..PublicQuery::default() })
    }

    /// Returns whether any filter is set.
    fn is_set(&self) -> bool {
        [&self.q, &self.region, &self.contractor, &self.year].iter().any(|text| !text.trim().is_empty())
    }

    /// Returns an address with these filters, from a cursor on; an empty cursor is the beginning.
    fn address(&self, path: &str, cursor: &str) -> String {
        let fields = [
            ("q", self.q.as_str()),
            ("region", &self.region),
            ("contractor", &self.contractor),
            ("year", &self.year),
            ("cursor", cursor),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("{path}?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "public/list.html")]
struct ListPage {
    page: Shell,
    filter: FilterForm,
    list: Paged<PublicContract>,
    /// Regions that the field suggests: value and words.
    regions: Vec<(String, String)>,
    /// Code of the region that the filter names; empty for none.
    region_code: String,
    /// Faults of the filters; the list is empty if there are any.
    form: Form,
}

impl ListPage {
    /// States the order of the contracts and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        let is_first = self.filter.cursor.is_empty();
        self.page.counted(self.list.items.len(), is_first, self.list.next.is_some(), "public-order")
    }

    /// Returns the downloads of the list: address and message key of each.
    fn downloads(&self) -> [(String, &'static str); 4] {
        let coded = FilterForm { region: self.region_code.clone(), ..self.filter.clone() };
        let api = |name: &str| coded.address(&format!("/api/v1/public/{name}"), "");
        [
            (api("contracts.xlsx"), "public-as-xlsx"),
            (api("contracts.csv"), "public-as-csv"),
            (api("ocds/releases.json"), "public-as-releases"),
            (api("ocds/records.json"), "public-as-records"),
        ]
    }
}

#[derive(Template)]
#[template(path = "public/contract.html")]
struct PublicContractPage {
    page: Shell,
    contract: PublicContract,
}

impl PublicContractPage {
    /// Returns the name of a milestone.
    fn milestone<'a>(&'a self, code: &'a str) -> &'a str {
        self.contract.milestones.iter().find(|known| known.code == code).map_or(code, |known| &known.name)
    }
}

/// Shows the published contracts.
pub async fn list(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    let mut filter = query.into_inner();
    request
        .show_to_anyone(move |request, page| {
            let (limits, address, _) = request.client();
            limits.count_open(address)?;
            let after = Some(filter.cursor.clone()).filter(|cursor| !cursor.is_empty());
            let part = Page { limit: PAGE_SIZE, after };
            let app = request.app();
            let found = filter.query(app).and_then(|query| {
                let list = open::list(app, &query, &part)?;
                Ok((list, query.region.unwrap_or_default()))
            });
            let ((list, region_code), mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            let regions = open::suggest_regions(app, &filter.region)?.items;
            let regions = suggested_names(regions.into_iter().map(|region| (region.code, region.name)).collect());
            Ok((StatusCode::OK, ListPage { page, filter, list, regions, region_code, form }))
        })
        .await
}

/// Shows one published contract.
pub async fn show(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show_to_anyone(move |request, page| {
            let (limits, address, _) = request.client();
            limits.count_open(address)?;
            let contract = open::show(request.app(), &id)?;
            Ok((StatusCode::OK, PublicContractPage { page, contract }))
        })
        .await
}
