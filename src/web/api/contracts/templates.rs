//! Templates of contracts: saving the terms of a contract or draft, and beginning drafts from them.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::shape::optional_date;
use crate::error::Error;
use crate::services::contracts::drafts::DraftSummary;
use crate::services::contracts::drafts::templates::{
    self, BeginInput, ContractTemplateView, TemplateInput, TemplateItem,
};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json, versioned};

/// Day for which the terms of a template are shown.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct TemplateQuery {
    /// First day of the service, as 2027-01-01; the first of the next month by default.
    #[serde(default, deserialize_with = "optional_date")]
    starts_on: Option<NaiveDate>,
}

/// An action on a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateActionInput {
    /// New name, of `rename`.
    #[serde(default)]
    name: Option<String>,
}

/// Lists the contract templates of the caller's bureau and of all bureaus: the one built into the program first, then the
/// newest. Administrators see those of every bureau.
#[utoipa::path(tag = "contracts", params(PageQuery), responses((status = 200, body = List<TemplateItem>)))]
#[get("/api/v1/contract-templates")]
pub async fn list_contract_templates(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| templates::list(app, caller, page)).await
}

/// Saves the newest terms of a contract, or a draft, as a template of the caller's bureau, without parties, numbers and
/// appropriation and with days counted from the first day.
#[utoipa::path(tag = "contracts", request_body = TemplateInput, responses((status = 201, body = TemplateItem),
    (status = 404, body = Problem)))]
#[post("/api/v1/contract-templates")]
pub async fn save_contract_template(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| templates::save(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Returns a template with its terms for a service that starts on a day.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), TemplateQuery), responses(
    (status = 200, body = ContractTemplateView)))]
#[get("/api/v1/contract-templates/{id}")]
pub async fn show_contract_template(request: ApiRequest, id: Path<String>, query: Query<TemplateQuery>) -> Answer {
    let view = request.read(move |app, caller| templates::show(app, caller, &id, query.starts_on)).await?;
    Ok(json(StatusCode::OK, &view))
}

/// Renames a template: `rename` with its new name; retires it: `retire`; or, as an administrator, offers it to all bureaus
/// as a second template: `offer`. Drafts and contracts that began with a retired template stay.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), ("name" = String, Path)),
    request_body = TemplateActionInput, responses((status = 200, body = TemplateItem)))]
#[post("/api/v1/contract-templates/{id}/actions/{name}")]
pub async fn act_on_contract_template(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: TemplateActionInput| match name.as_str() {
            "rename" => templates::rename(app, caller, &id, input.name.as_deref().unwrap_or_default()),
            "offer" => templates::offer(app, caller, &id),
            "retire" => templates::retire(app, caller, &id),
            _ => Err(Error::NotFound),
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// Begins a draft from a template for a service that starts on a day, with a contractor if one is given. The draft is
/// completed on the page `/drafts/{id}`.
#[utoipa::path(tag = "contracts", params(("id" = String, Path)), request_body = BeginInput, responses(
    (status = 201, body = DraftSummary), (status = 404, body = Problem)))]
#[post("/api/v1/contract-templates/{id}/drafts")]
pub async fn begin_from_contract_template(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| templates::begin(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}
