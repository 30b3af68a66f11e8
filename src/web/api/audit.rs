//! The audit log and the check of a contract's chains, for programs.

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::services::audit::hash_chains::{self, HashChainView};
use crate::services::audit::log::{self, LogFilter, RecordDetails, RecordView};
use crate::web::api::page::{List, list, page};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json};

/// Which records.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Records {
    /// Number of a contract.
    contract: Option<String>,
    /// User name of who acted, or in whose place somebody acted.
    person: Option<String>,
    /// The civil day on which it was recorded, as 2026-09-30.
    day: Option<String>,
    /// Most items, 1 to 200; 50 if it is not named.
    limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    cursor: Option<String>,
}

/// Which contract.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct OfContract {
    /// Its number.
    contract: Option<String>,
}

/// Who did what, newest first: supervisors of the contracts that they see, administrators of everything but what was said of
/// contracts. A page may be shorter than its limit and go on.
#[utoipa::path(tag = "events", params(Records), responses(
    (status = 200, body = List<RecordView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
#[get("/api/v1/events")]
pub async fn list_events(request: ApiRequest, query: Query<Records>) -> Answer {
    let query = query.into_inner();
    let found = request
        .run(move |app, caller| {
            let page = page(query.limit, query.cursor.as_deref())?;
            let filter = LogFilter { contract: query.contract, person: query.person, day: query.day };
            log::list(app, caller, &filter, &page)
        })
        .await?;
    Ok(list(found))
}

/// A record with what was said, as far as the caller may read it.
#[utoipa::path(tag = "events", params(("id" = String, Path)), responses(
    (status = 200, body = RecordDetails), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[get("/api/v1/events/{id}")]
pub async fn show_event(request: ApiRequest, id: Path<String>) -> Answer {
    let found = request.run(move |app, caller| log::show(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &found))
}

/// Follows the chains of one contract now: its facts, its events, the versions of its terms, and what was sealed of them. What
/// it answers holds of these alone; everything is looked at by `luyue check`.
#[utoipa::path(tag = "events", params(OfContract), responses(
    (status = 200, body = HashChainView), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
#[get("/api/v1/chains")]
pub async fn check_chain(request: ApiRequest, query: Query<OfContract>) -> Answer {
    let query = query.into_inner();
    let found = request
        .run(move |app, caller| hash_chains::check_contract_chains(app, caller, query.contract.as_deref()))
        .await?;
    Ok(json(StatusCode::OK, &found))
}
