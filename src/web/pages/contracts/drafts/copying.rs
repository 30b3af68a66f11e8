//! Copying an earlier contract: a search finds the contract, the page lists what is carried over and what is not, and
//! the copy becomes a draft.

use actix_web::web::Bytes;
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::services::contracts::drafts::copying::{self, CopyInput, CopyPreview};
use crate::services::contracts::list::{ContractItem, ContractQuery};
use crate::services::documents::brief::{self, BriefTerm};
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::forms::{Form, part_or_first};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Contracts on a page of the search.
const PAGE_SIZE: i64 = 20;

/// Search text and page, or the chosen contract.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CopyQuery {
    q: String,
    cursor: String,
    contract: String,
}

impl CopyQuery {
    /// Returns the address of the search results from a cursor on.
    fn address_at(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [("q", self.q.as_str()), ("cursor", cursor)];
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("/drafts/copy?{}", query.finish())
    }
}

/// The chosen contract, and the form that copies the contract.
struct Chosen {
    preview: CopyPreview,
    /// Terms of the copy as text.
    terms: Vec<BriefTerm>,
    /// Field of the first day.
    starts_on: Field,
}

#[derive(Template)]
#[template(path = "drafts/copy.html")]
struct CopyPage {
    page: Shell,
    form: Form,
    query: CopyQuery,
    found: Paged<ContractItem>,
    chosen: Option<Chosen>,
}

impl CopyPage {
    fn build(app: &App, caller: &Caller, mut page: Shell, mut query: CopyQuery, form: Form) -> Result<Self, Error> {
        if !query.contract.is_empty() {
            let preview = copying::preview(app, caller, &query.contract, None)?;
            let terms = brief::five_terms(&preview.terms, &preview.details, page.language);
            let typed = form.filled("starts_on").unwrap_or_else(|| preview.starts_on.to_string());
            let mut starts_on = Field::new("starts_on", FieldKind::Day, page.say("copy-starts"));
            starts_on = starts_on.hint(page.say("copy-starts-hint")).propose(typed);
            starts_on.fault = form.fault("starts_on").map(str::to_owned);
            let chosen = Some(Chosen { preview, terms, starts_on });
            return Ok(Self { page, form, query, found: Paged::default(), chosen });
        }
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let search = ContractQuery { q: filled(&query.q), ..ContractQuery::default() };
        let mut part = Page { limit: PAGE_SIZE, after: filled(&query.cursor) };
        let load = |_: &Shell, part: &Page| copying::sources(app, caller, &search, part);
        let found = part_or_first(&mut page, &mut part, load)?;
        query.cursor = part.after.unwrap_or_default();
        Ok(Self { page, form, query, found, chosen: None })
    }

    /// States the order of the contracts and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        let is_first = self.query.cursor.is_empty();
        self.page.counted(self.found.items.len(), is_first, self.found.next.is_some(), "contracts-order")
    }

    /// Describes the share of each milestone.
    fn rates(&self, preview: &CopyPreview) -> String {
        let shares = brief::share_words(&preview.terms, &preview.details, self.page.language);
        self.page.joined("document-semicolon", &shares)
    }
}

/// Shows the search, or the chosen contract.
pub async fn show(request: PageRequest, query: PageQuery<CopyQuery>) -> PageAnswer {
    let query = query.into_inner();
    request.show(move |app, caller, page| CopyPage::build(app, caller, page, query, Form::default())).await
}

/// Copies the chosen contract.
pub async fn submit(request: PageRequest, body: Bytes) -> PageAnswer {
    let act = |app: &App, caller: &Caller, form: &Form| {
        let mut reader = FormReader::new(form);
        let (contract, starts_on) = (reader.text("contract"), reader.required("starts_on", parse_date));
        let faults = reader.into_problems();
        if !faults.is_empty() {
            return Err(Error::Malformed(faults));
        }
        let done = copying::copy(app, caller, &CopyInput { contract, starts_on })?;
        Ok(format!("/drafts/{}?done=copied", done.id))
    };
    let again = |app: &App, caller: &Caller, page: Shell, form: Form| {
        let query = CopyQuery { contract: FormReader::new(&form).text("contract"), ..CopyQuery::default() };
        let label = page.say("copy-starts");
        let form = form.attach_faults(&page, |name| (name == "starts_on").then(|| label.clone()));
        CopyPage::build(app, caller, page, query, form)
    };
    request.submit(body, act, again).await
}
