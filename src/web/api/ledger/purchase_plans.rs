//! Purchase plans, for which an appropriation reserves an amount.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::services::ledger::plans::{self, PurchasePlanInput, PurchasePlanView};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// An empty body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanActionInput {}

/// Lists purchase plans.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<PurchasePlanView>)))]
#[get("/api/v1/purchase-plans")]
pub async fn list_purchase_plans(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| plans::list(app, caller, page)).await
}

/// Enters a purchase plan of the caller's bureau and reserves its amount. The contract that names the plan's number and
/// appropriation is funded from the reserved amount; the part that it does not need is released when it is signed.
#[utoipa::path(tag = "register", request_body = PurchasePlanInput, responses((status = 201, body = PurchasePlanView)))]
#[post("/api/v1/purchase-plans")]
pub async fn enter_purchase_plan(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| plans::plan(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Cancels a purchase plan: `cancel`. The amount still reserved is free again.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = PlanActionInput, responses((status = 200, body = PurchasePlanView)))]
#[post("/api/v1/purchase-plans/{id}/actions/{name}")]
pub async fn act_on_purchase_plan(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, _: PlanActionInput| plans::cancel(app, caller, &id, &name)).await?;
    Ok(json(StatusCode::OK, &done))
}
