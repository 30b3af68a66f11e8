//! Audit log and verification of a contract's hash chains.

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::FileFormat;
use crate::services::audit::hash_chains::{self, HashChainView};
use crate::services::audit::log::{self, LogFilter, RecordDetails, RecordView};
use crate::web::api::page::{List, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Filter of the audit log.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct EventQuery {
    /// Number of a contract.
    contract: Option<String>,
    /// User name of the actor, or of the person on whose behalf the actor acted.
    person: Option<String>,
    /// Day of recording in China Standard Time, as 2026-09-30.
    day: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(EventQuery);

/// Contract whose hash chains are verified.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ChainQuery {
    /// Number of the contract; required.
    contract: Option<String>,
}

/// Lists events and facts, newest first.
///
/// Supervisors see the contracts of their organisation; administrators see everything, without the content of contract
/// records. A page may hold fewer items than `limit` and still have a `next`.
#[utoipa::path(tag = "events", params(EventQuery), responses((status = 200, body = List<RecordView>)))]
#[get("/api/v1/events")]
pub async fn list_events(request: ApiRequest, query: Query<EventQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| {
        let (contract, person, day) = (query.contract.clone(), query.person.clone(), query.day.clone());
        log::list(app, caller, &LogFilter { contract, person, day }, page)
    })
    .await
}

/// Returns an event or fact, limited to the content that the caller may read.
#[utoipa::path(tag = "events", params(("id" = String, Path)), responses((status = 200, body = RecordDetails)))]
#[get("/api/v1/events/{id}")]
pub async fn show_event(request: ApiRequest, id: Path<String>) -> Answer {
    let found = request.read(move |app, caller| log::show(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &found))
}

/// Verifies the hash chains of one contract: facts, events, versions of its terms, and their seals.
///
/// The answer covers this contract only; `luyue check` verifies the whole database.
#[utoipa::path(tag = "events", params(ChainQuery), responses((status = 200, body = HashChainView)))]
#[get("/api/v1/hash-chains")]
pub async fn check_chain(request: ApiRequest, query: Query<ChainQuery>) -> Answer {
    let query = query.into_inner();
    let found = request
        .read(move |app, caller| hash_chains::check_contract_chains(app, caller, query.contract.as_deref()))
        .await?;
    Ok(json(StatusCode::OK, &found))
}
