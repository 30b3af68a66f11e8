//! Yearly shares of contracts over several years.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{get, post};

use crate::services::ledger::yearly_shares::{self, YearlyShareInput, YearlyShareSummary, YearlyShareView};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists yearly shares.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<YearlyShareView>)))]
#[get("/api/v1/yearly-shares")]
pub async fn list_yearly_shares(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| yearly_shares::list(app, caller, page)).await
}

/// Assigns what falls due of a contract from the year of an appropriation on to that appropriation, which commits it from
/// then on.
#[utoipa::path(tag = "register", request_body = YearlyShareInput,
    responses((status = 201, body = YearlyShareSummary)))]
#[post("/api/v1/yearly-shares")]
pub async fn assign_yearly_share(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| yearly_shares::assign(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}
