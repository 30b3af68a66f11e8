//! The register: contracts found by filters and words, newest first.

use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use crate::domain::codes::ContractState;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::list::{self, ContractItem, ContractQuery};
use crate::services::registry::organisations::{self, RegionView};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Contracts on a page.
const SHOWN: i64 = 25;

/// What the list is narrowed to, as the form sends it: what was left empty narrows nothing.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Narrowed {
    q: String,
    state: String,
    region: String,
    year: String,
    cursor: String,
}

impl Narrowed {
    fn query(&self) -> Result<ContractQuery, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let year = match filled(&self.year) {
            Some(year) => Some(year.parse().map_err(|_| Error::malformed("year", Message::new("unknown-filter")))?),
            None => None,
        };
        Ok(ContractQuery {
            q: filled(&self.q),
            state: filled(&self.state),
            region: filled(&self.region),
            year,
            ..ContractQuery::default()
        })
    }

    /// Whether anything is left out.
    fn is_narrow(&self) -> bool {
        [&self.q, &self.state, &self.region, &self.year].iter().any(|text| !text.trim().is_empty())
    }

    /// The address of the first page.
    fn first(&self) -> String {
        self.at("")
    }

    /// The address of the page that begins at a cursor.
    fn at(&self, cursor: &str) -> String {
        let fields = [
            ("q", self.q.as_str()),
            ("state", &self.state),
            ("region", &self.region),
            ("year", &self.year),
            ("cursor", cursor),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("/contracts?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "contracts/list.html")]
struct ListPage {
    page: Shell,
    narrowed: Narrowed,
    list: Paged<ContractItem>,
    states: &'static [ContractState],
    regions: Vec<RegionView>,
    may_register: bool,
}

/// The contracts that the caller may see.
pub async fn list(request: PageRequest, query: Query<Narrowed>) -> PageAnswer {
    let narrowed = query.into_inner();
    request
        .show(move |app, caller, page| {
            let part = Page { limit: SHOWN, after: Some(narrowed.cursor.clone()).filter(|cursor| !cursor.is_empty()) };
            let list = list::contracts(app, caller, &narrowed.query()?, &part)?;
            let every = Page { limit: MAX_PAGE_SIZE, after: None };
            let regions = organisations::list_regions(app, caller, &every)?.items;
            let may_register = caller.may(Action::CreateContract).is_ok();
            Ok(ListPage { page, narrowed, list, states: ContractState::ALL, regions, may_register })
        })
        .await
}
