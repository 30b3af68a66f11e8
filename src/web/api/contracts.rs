//! Contracts for programs: registered, read, taken through their states.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{HttpResponse, get, post, put};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::shape::optional_date;
use crate::services::contracts::list::{self, ContractItem, ContractQuery};
use crate::services::contracts::registration::{self, ContractInput, ContractSummary, ContractView};
use crate::services::contracts::transitions::{self, ActionInput};
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, PdfFile};
use crate::services::notifications::tasks::{self as work, TaskList};
use crate::web::api::page::{List, list, page};
use crate::web::failure::{Failure, Problem};
use crate::web::request::{Answer, ApiRequest, json, versioned};

/// Which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AsOf {
    /// The day to replay; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
}

/// Registers a contract as a draft.
#[utoipa::path(tag = "contracts", request_body = ContractInput, responses(
    (status = 201, body = ContractSummary), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contracts")]
pub async fn create_contract(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| registration::create(app, caller, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Rewrites a draft; `If-Match` names the version that was read.
#[utoipa::path(tag = "contracts", params(("id" = String, Path)), request_body = ContractInput, responses(
    (status = 200, body = ContractSummary), (status = 409, body = Problem), (status = 412, body = Problem),
    (status = 422, body = Problem), (status = 428, body = Problem)))]
#[put("/api/v1/contracts/{id}")]
pub async fn update_contract(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let expected = request.expected_version()?;
    let done =
        request.act(body, move |app, caller, input| registration::update(app, caller, &id, expected, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// A contract in full.
#[utoipa::path(tag = "contracts", params(("id" = String, Path)), responses(
    (status = 200, body = ContractView), (status = 404, body = Problem)))]
#[get("/api/v1/contracts/{id}")]
pub async fn show_contract(request: ApiRequest, id: Path<String>) -> Answer {
    let view = request.run(move |app, caller| registration::show(app, caller, &id)).await?;
    Ok(versioned(StatusCode::OK, view.version, &view))
}

/// The standing of a contract on a day.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), AsOf), responses(
    (status = 200, description = "The standing, as docs/standing.md has it"), (status = 404, body = Problem)))]
#[get("/api/v1/contracts/{id}/standing")]
pub async fn show_standing(request: ApiRequest, id: Path<String>, query: Query<AsOf>) -> Answer {
    let standing = request.run(move |app, caller| registration::standing(app, caller, &id, query.as_of)).await?;
    Ok(json(StatusCode::OK, &standing))
}

/// Takes a contract a step on its way: submit, fund, return, activate, withdraw, complete, terminate, consent, decline, close, publish.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), ("name" = String, Path)), request_body = ActionInput, responses(
    (status = 200, body = ContractSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/actions/{name}")]
pub async fn act_on_contract(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request.act(body, move |app, caller, input| transitions::act(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// The contracts that the caller may see, newest first.
#[utoipa::path(tag = "contracts", params(ContractQuery), responses(
    (status = 200, body = List<ContractItem>), (status = 400, body = Problem)))]
#[get("/api/v1/contracts")]
pub async fn list_contracts(request: ApiRequest, query: Query<ContractQuery>) -> Answer {
    let found = request
        .run(move |app, caller| {
            let page = page(query.limit, query.cursor.as_deref())?;
            list::contracts(app, caller, &query, &page)
        })
        .await?;
    Ok(list(found))
}

/// What waits for the caller, most urgent first.
#[utoipa::path(tag = "contracts", responses((status = 200, body = TaskList)))]
#[get("/api/v1/worklist")]
pub async fn worklist(request: ApiRequest) -> Answer {
    let page = request.run(work::own).await?;
    Ok(json(StatusCode::OK, &page))
}

/// In which language, and as of which day, a document is printed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Print {
    /// `zh` (default), `en` or `both`.
    #[param(value_type = Option<String>)]
    lang: Option<DocumentLang>,
    /// The day to replay; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
}

/// The contract's summary as PDF.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), Print), responses(
    (status = 200, content_type = "application/pdf", description = "The summary"), (status = 404, body = Problem)))]
#[get("/api/v1/contracts/{id}/documents/summary.pdf")]
pub async fn print_summary(request: ApiRequest, id: Path<String>, query: Query<Print>) -> Answer {
    let lang = query.lang.unwrap_or(DocumentLang::Zh);
    let as_of = query.as_of;
    let (app, language) = (request.app().clone(), request.language());
    let prepared =
        request.costly().run(move |app, caller| issue::prepare_summary(app, caller, &id, as_of, lang)).await?;
    let printed = prepared.render_in_turn(&app).await.map_err(|error| Failure { error, language })?;
    Ok(pdf(printed))
}

/// A printed document as an answer.
pub fn pdf(printed: PdfFile) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header(("Content-Disposition", attachment(&printed.name)))
        .body(printed.bytes)
}

/// A download's name for every browser (RFC 6266, RFC 8187).
fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}
