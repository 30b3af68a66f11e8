//! Regions, bureaus and the catalogue of services for programs.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Query};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::Function;
use crate::services::registry::catalogue::{self, ServiceInput, ServiceView};
use crate::services::registry::organisations::{
    self, OrganisationFilter, OrganisationInput, OrganisationView, RegionInput, RegionView,
};
use crate::web::api::page::{List, Part, list, page};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json};

/// Which bureaus.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Bureaus {
    /// What they do.
    function: Option<Function>,
    /// Code of their region.
    region: Option<String>,
    /// Part of the name or of the code.
    q: Option<String>,
    /// Most items, 1 to 200; 50 if it is not named.
    limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    cursor: Option<String>,
}

/// Regions, each after the one that it lies in.
#[utoipa::path(tag = "register", params(Part), responses((status = 200, body = List<RegionView>), (status = 400, body = Problem)))]
#[get("/api/v1/regions")]
pub async fn list_regions(request: ApiRequest, query: Query<Part>) -> Answer {
    let found = request.run(move |app, caller| organisations::list_regions(app, caller, &query.page()?)).await?;
    Ok(list(found))
}

/// Adds a region.
#[utoipa::path(tag = "register", request_body = RegionInput, responses(
    (status = 201, body = RegionView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/regions")]
pub async fn add_region(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| organisations::add_region(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Bureaus, of one function or of one region.
#[utoipa::path(tag = "register", params(Bureaus), responses(
    (status = 200, body = List<OrganisationView>), (status = 400, body = Problem)))]
#[get("/api/v1/organisations")]
pub async fn list_organisations(request: ApiRequest, query: Query<Bureaus>) -> Answer {
    let found = request
        .run(move |app, caller| {
            let page = page(query.limit, query.cursor.as_deref())?;
            let (region, q) = (query.region.as_deref(), query.q.as_deref());
            organisations::list(app, caller, &OrganisationFilter { function: query.function, region, q }, &page)
        })
        .await?;
    Ok(list(found))
}

/// Adds a bureau.
#[utoipa::path(tag = "register", request_body = OrganisationInput, responses(
    (status = 201, body = OrganisationView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/organisations")]
pub async fn add_organisation(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| organisations::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Filter of the catalogue.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Services {
    /// Part of the name or of the code.
    q: Option<String>,
    /// Most items, 1 to 200; 50 if it is not named.
    limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    cursor: Option<String>,
}

/// The catalogue of services, with what bars one.
#[utoipa::path(tag = "register", params(Services), responses((status = 200, body = List<ServiceView>), (status = 400, body = Problem)))]
#[get("/api/v1/services")]
pub async fn list_services(request: ApiRequest, query: Query<Services>) -> Answer {
    let found = request
        .run(move |app, caller| {
            let page = page(query.limit, query.cursor.as_deref())?;
            catalogue::list(app, caller, query.q.as_deref(), &page)
        })
        .await?;
    Ok(list(found))
}

/// Adds a service to the catalogue.
#[utoipa::path(tag = "register", request_body = ServiceInput, responses(
    (status = 201, body = ServiceView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/services")]
pub async fn add_service(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| catalogue::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}
