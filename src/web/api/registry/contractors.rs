//! Contractors and their payee accounts.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::FileFormat;
use crate::services::registry::contractors::{self, Account, ContractorInput, ContractorView};
use crate::services::registry::own_organisation::{self, OwnOrganisationView};
use crate::services::registry::payee_accounts::{self, AccountChangeView};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, PageQuery, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json, versioned};

/// Filter of contractors.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ContractorQuery {
    /// Part of the name or credit code, at least two characters.
    q: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(ContractorQuery);

/// Lists contractors. Account numbers are masked.
#[utoipa::path(tag = "register", params(ContractorQuery), responses((status = 200, body = List<ContractorView>)))]
#[get("/api/v1/contractors")]
pub async fn list_contractors(request: ApiRequest, query: Query<ContractorQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| contractors::list(app, caller, query.q.as_deref(), page))
        .await
}

/// Returns a contractor. People of a contractor see only their own.
#[utoipa::path(tag = "register", params(("credit_code" = String, Path)), responses(
    (status = 200, body = ContractorView)))]
#[get("/api/v1/contractors/{credit_code}")]
pub async fn show_contractor(request: ApiRequest, credit_code: Path<String>) -> Answer {
    let (version, view) = request.read(move |app, caller| contractors::show(app, caller, &credit_code)).await?;
    Ok(versioned(StatusCode::OK, version, &view))
}

/// Adds a contractor.
#[utoipa::path(tag = "register", request_body = ContractorInput, responses((status = 201, body = ContractorView)))]
#[post("/api/v1/contractors")]
pub async fn add_contractor(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| contractors::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Proposes a payee account for the caller's own contractor, which takes effect when a finance reviewer approves it.
#[utoipa::path(tag = "register", params(("credit_code" = String, Path)), request_body = Account, responses(
    (status = 201, body = ProposalSummary)))]
#[post("/api/v1/contractors/{credit_code}/accounts")]
pub async fn propose_account(request: ApiRequest, credit_code: Path<String>, body: Bytes) -> Answer {
    let done = request
        .write(body, move |app, caller, input: Account| payee_accounts::propose(app, caller, &credit_code, &input))
        .await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Lists the contractors for which the caller may act, each with its payee accounts and people.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<OwnOrganisationView>)))]
#[get("/api/v1/own-organisations")]
pub async fn list_own_organisations(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| own_organisation::list(app, caller, page)).await
}

/// Lists the proposed payee accounts that wait for a decision.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<AccountChangeView>)))]
#[get("/api/v1/accounts")]
pub async fn list_accounts(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| payee_accounts::list_waiting(app, caller, page)).await
}

/// Decides on a proposed payee account: `approve`, or `refuse` with a reason. The proposer may not decide.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses(
    (status = 200, body = ProposalSummary)))]
#[post("/api/v1/accounts/{id}/actions/{name}")]
pub async fn act_on_account(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, payee_accounts::decide).await
}
