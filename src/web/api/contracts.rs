//! Contracts: registration, drafts, actions, standing, tasks and printed documents.

pub mod templates;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, get, post, put};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::domain::codes::{DocumentKind, FileFormat};
use crate::domain::shape::optional_date;
use crate::error::Error;
use crate::services::contracts::drafts::DraftSummary;
use crate::services::contracts::drafts::copying::{self, CopyInput};
use crate::services::contracts::effect_views::EffectView;
use crate::services::contracts::list::{self, ContractItem, ContractQuery};
use crate::services::contracts::preview::{self, PreviewInput};
use crate::services::contracts::registration::{self, ContractInput, ContractSummary, ContractView, TermsInForce};
use crate::services::contracts::settlement::{self, SettlementSheet};
use crate::services::contracts::transitions::{self, ActionInput};
use crate::services::contracts::view;
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, PdfFile, Wanted};
use crate::services::identity::caller::Caller;
use crate::services::notifications::tasks::{self, TaskList};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};
use crate::services::shared::saved_names::attachment;
use crate::web::api::page::{List, ListQuery, answer_list, list_queries, parse_page};
use crate::web::failure::{Failure, Problem};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json, versioned};

/// Day on which a standing is computed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct StandingQuery {
    /// Day to compute for, as 2026-09-30; today by default.
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
}

/// Day of the terms.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct TermsQuery {
    /// Day on which the terms are in force, as 2026-09-30; today by default.
    #[serde(default, deserialize_with = "optional_date")]
    on: Option<NaiveDate>,
}

/// Registers a contract as a draft.
#[utoipa::path(tag = "contracts", request_body = ContractInput, responses((status = 201, body = ContractSummary)))]
#[post("/api/v1/contracts")]
pub async fn create_contract(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| registration::create(app, caller, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Replaces a draft. `If-Match` must name the current version.
#[utoipa::path(tag = "contracts", params(("id" = String, Path),
    ("If-Match" = String, Header, description = "`ETag` of the version that was read.")), request_body = ContractInput,
    responses((status = 200, body = ContractSummary), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[put("/api/v1/contracts/{id}")]
pub async fn update_contract(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let expected = request.expected_version()?;
    let done =
        request.write(body, move |app, caller, input| registration::update(app, caller, &id, expected, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Returns a contract with its terms and details.
#[utoipa::path(tag = "contracts", params(("id" = String, Path)), responses((status = 200, body = ContractView)))]
#[get("/api/v1/contracts/{id}")]
pub async fn show_contract(request: ApiRequest, id: Path<String>) -> Answer {
    let view = request.read(move |app, caller| registration::show(app, caller, &id)).await?;
    Ok(versioned(StatusCode::OK, view.version, &view))
}

/// Computes the standing of a contract on a day.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), StandingQuery), responses(
    (status = 200, body = Object, description = "The standing as docs/standing.md defines it.")))]
#[get("/api/v1/contracts/{id}/standing")]
pub async fn show_standing(request: ApiRequest, id: Path<String>, query: Query<StandingQuery>) -> Answer {
    let standing = request.read(move |app, caller| view::standing(app, caller, &id, query.as_of)).await?;
    Ok(json(StatusCode::OK, &standing))
}

/// Returns the settlement sheet of a contract today. The contract can be closed while `open` is empty.
#[utoipa::path(tag = "contracts", params(("id" = String, Path)), responses((status = 200, body = SettlementSheet)))]
#[get("/api/v1/contracts/{id}/settlement")]
pub async fn show_settlement(request: ApiRequest, id: Path<String>) -> Answer {
    let found = request.read(move |app, caller| settlement::sheet(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &found.sheet))
}

/// Returns the terms of a contract in force on a day.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), TermsQuery), responses(
    (status = 200, body = TermsInForce)))]
#[get("/api/v1/contracts/{id}/terms")]
pub async fn show_terms(request: ApiRequest, id: Path<String>, query: Query<TermsQuery>) -> Answer {
    let terms = request.read(move |app, caller| registration::terms_in_force(app, caller, &id, query.on)).await?;
    Ok(json(StatusCode::OK, &terms))
}

/// Performs an action on a contract, such as `submit`, `fund` or `activate`.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ActionInput, responses(
    (status = 200, body = ContractSummary)))]
#[post("/api/v1/contracts/{id}/actions/{name}")]
pub async fn act_on_contract(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input| transitions::take_action(app, caller, &id, &name, &input))
        .await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Returns the effects of an action on money and dates, without taking the action.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), ("name" = String, Path)),
    request_body = PreviewInput, responses(
    (status = 200, body = List<EffectView>)))]
#[post("/api/v1/contracts/{id}/effects/{name}")]
pub async fn preview_action(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let items = request
        .write(body, move |app, caller, input: PreviewInput| preview::preview(app, caller, &id, &name, &input))
        .await?;
    Ok(json(StatusCode::OK, &List { items, next: None }))
}

/// Begins a draft as a copy of a contract with its newest terms, moved to another first day. The draft is completed on
/// the page `/drafts/{id}`.
#[utoipa::path(tag = "contracts", request_body = CopyInput, responses((status = 201, body = DraftSummary),
    (status = 404, body = Problem)))]
#[post("/api/v1/drafts")]
pub async fn copy_contract(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| copying::copy(app, caller, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

list_queries!(ContractQuery);

/// Lists the contracts that the caller may see, newest first.
#[utoipa::path(tag = "contracts", params(ContractQuery), responses((status = 200, body = List<ContractItem>)))]
#[get("/api/v1/contracts")]
pub async fn list_contracts(request: ApiRequest, query: Query<ContractQuery>) -> Answer {
    answer_list(request, query, list::contracts).await
}

/// Format of the list of tasks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct TaskQuery {
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
    /// Maximum number of tasks, 1 to 200; 200 by default.
    limit: Option<i64>,
}

impl ListQuery for TaskQuery {
    fn page(&self) -> Result<Page, Error> {
        Ok(Page { limit: MAX_PAGE_SIZE, after: None })
    }

    fn format(&self) -> Option<FileFormat> {
        self.format
    }
}

/// Lists the tasks that wait for the caller, most urgent first.
#[utoipa::path(tag = "contracts", params(TaskQuery), responses((status = 200, body = TaskList)))]
#[get("/api/v1/worklist")]
pub async fn list_tasks(request: ApiRequest, query: Query<TaskQuery>) -> Answer {
    if query.format.is_some() {
        let load = |app: &App, caller: &Caller, _: &TaskQuery, _: &Page| {
            Ok(Paged { items: tasks::list_own_tasks(app, caller)?.items, next: None })
        };
        return answer_list(request, query, load).await;
    }
    let load = move |app: &App, caller: &Caller| {
        parse_page(query.limit, None)?;
        let mut list = tasks::list_own_tasks(app, caller)?;
        if let Some(limit) = query.limit {
            list.items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(list)
    };
    Ok(json(StatusCode::OK, &request.read(load).await?))
}

/// Language and day of a printed document.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct PrintQuery {
    /// Language: `zh` (default), `en` or `both`.
    #[param(value_type = Option<String>)]
    lang: Option<DocumentLang>,
    /// Day to compute for, as 2026-09-30; today by default.
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
}

/// Prints the summary of a contract as PDF.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), PrintQuery), responses(
    (status = 200, content_type = "application/pdf", description = "The summary."), (status = 429, body = Problem)))]
#[get("/api/v1/contracts/{id}/documents/summary.pdf")]
pub async fn print_summary(request: ApiRequest, id: Path<String>, query: Query<PrintQuery>) -> Answer {
    let lang = query.lang.unwrap_or(DocumentLang::Zh);
    print(request, id.into_inner(), Wanted::summary(query.as_of, lang)).await
}

/// Language, day and subject of a printed form.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct FormQuery {
    /// Language: `zh` (default), `en` or `both`.
    #[param(value_type = Option<String>)]
    lang: Option<DocumentLang>,
    /// Day of a breach notice or an acceptance record, as 2026-09-30; today by default. Other documents always show
    /// today.
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
    /// Identifier of the payment request, `DELIVERABLE/NUMBER` of the decided submission, or `CLAUSE/SUBJECT` of the
    /// breach. A settlement sheet has none.
    subject: Option<String>,
}

/// Prints a form about a contract as PDF: `settlement`, `payment`, `acceptance` or `breach`.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), ("kind" = String, Path), FormQuery), responses(
    (status = 200, content_type = "application/pdf", description = "The form."), (status = 429, body = Problem)))]
#[get("/api/v1/contracts/{id}/documents/{kind}.pdf")]
pub async fn print_form(request: ApiRequest, path: Path<(String, String)>, query: Query<FormQuery>) -> Answer {
    let language = request.language();
    let (id, kind) = path.into_inner();
    let FormQuery { lang, as_of, subject } = query.into_inner();
    let Some(kind) = DocumentKind::parse(&kind) else { return Err(Failure { error: Error::NotFound, language }) };
    print(request, id, Wanted { kind, subject, as_of, lang: lang.unwrap_or(DocumentLang::Zh) }).await
}

/// Prints a document about a contract, once a rendering slot is free.
async fn print(request: ApiRequest, id: String, wanted: Wanted) -> Answer {
    let (app, language) = (request.app().clone(), request.language());
    let prepared = request.rate_limited().read(move |app, caller| issue::prepare(app, caller, &id, &wanted)).await?;
    let file = prepared.render_in_turn(&app).await.map_err(|error| Failure { error, language })?;
    Ok(pdf_response(file))
}

/// Answers with a printed document as a download.
pub fn pdf_response(file: PdfFile) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header(("Content-Disposition", attachment(&file.name)))
        .body(file.bytes)
}
