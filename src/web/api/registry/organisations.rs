//! Regions, bureaus and the catalogue of services.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::{FileFormat, Function};
use crate::services::registry::catalogue::{self, ServiceInput, ServiceView};
use crate::services::registry::organisations::{
    self, OrganisationFilter, OrganisationInput, OrganisationView, RegionInput, RegionView,
};
use crate::web::api::page::{List, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Filter of bureaus.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct BureauQuery {
    /// Function of the bureau.
    function: Option<Function>,
    /// Code of the region.
    region: Option<String>,
    /// Part of the name or of the code.
    q: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

/// Filter of regions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct RegionQuery {
    /// Part of the name or of the code.
    q: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

/// Lists regions, each after the region that contains it.
#[utoipa::path(tag = "register", params(RegionQuery), responses((status = 200, body = List<RegionView>)))]
#[get("/api/v1/regions")]
pub async fn list_regions(request: ApiRequest, query: Query<RegionQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| {
        organisations::list_regions(app, caller, query.q.as_deref(), page)
    })
    .await
}

/// Adds a region.
#[utoipa::path(tag = "register", request_body = RegionInput, responses(
    (status = 201, body = RegionView)))]
#[post("/api/v1/regions")]
pub async fn add_region(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| organisations::add_region(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Lists bureaus, optionally of one function or region.
#[utoipa::path(tag = "register", params(BureauQuery), responses((status = 200, body = List<OrganisationView>)))]
#[get("/api/v1/organisations")]
pub async fn list_organisations(request: ApiRequest, query: Query<BureauQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| {
        let (region, q) = (query.region.as_deref(), query.q.as_deref());
        organisations::list(app, caller, &OrganisationFilter { function: query.function, region, q }, page)
    })
    .await
}

/// Adds a bureau.
#[utoipa::path(tag = "register", request_body = OrganisationInput, responses(
    (status = 201, body = OrganisationView)))]
#[post("/api/v1/organisations")]
pub async fn add_organisation(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| organisations::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Filter of the catalogue.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ServiceQuery {
    /// Part of the name.
    q: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(BureauQuery, RegionQuery, ServiceQuery);

/// Lists the catalogue of services with the rules that bar their purchase.
#[utoipa::path(tag = "register", params(ServiceQuery), responses((status = 200, body = List<ServiceView>)))]
#[get("/api/v1/services")]
pub async fn list_services(request: ApiRequest, query: Query<ServiceQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| catalogue::list(app, caller, query.q.as_deref(), page)).await
}

/// Adds a service to the catalogue.
#[utoipa::path(tag = "register", request_body = ServiceInput, responses(
    (status = 201, body = ServiceView)))]
#[post("/api/v1/services")]
pub async fn add_service(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| catalogue::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}
