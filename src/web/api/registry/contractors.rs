//! Contractors and their payee accounts for programs.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::services::registry::contractors::{self, Account, ContractorInput, ContractorView};
use crate::services::registry::payee_accounts::{self, AccountChangeView, ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, Part, list, page};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json, versioned};

/// Which contractors.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Contractors {
    /// A part of the name or of the credit code: two characters find.
    q: Option<String>,
    /// Most items, 1 to 200; 50 if it is not named.
    limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    cursor: Option<String>,
}

/// Contractors; account numbers are masked except to finance bureaus.
#[utoipa::path(tag = "register", params(Contractors), responses(
    (status = 200, body = List<ContractorView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
#[get("/api/v1/contractors")]
pub async fn list_contractors(request: ApiRequest, query: Query<Contractors>) -> Answer {
    let found = request
        .run(move |app, caller| {
            let page = page(query.limit, query.cursor.as_deref())?;
            contractors::list(app, caller, query.q.as_deref(), &page)
        })
        .await?;
    Ok(list(found))
}

/// One contractor; a contractor's own people know of their own alone.
#[utoipa::path(tag = "register", params(("credit_code" = String, Path)), responses(
    (status = 200, body = ContractorView), (status = 404, body = Problem)))]
#[get("/api/v1/contractors/{credit_code}")]
pub async fn show_contractor(request: ApiRequest, credit_code: Path<String>) -> Answer {
    let (version, view) = request.run(move |app, caller| contractors::show(app, caller, &credit_code)).await?;
    Ok(versioned(StatusCode::OK, version, &view))
}

/// Adds a contractor.
#[utoipa::path(tag = "register", request_body = ContractorInput, responses(
    (status = 201, body = ContractorView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contractors")]
pub async fn add_contractor(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| contractors::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Proposes a payee account of one's own contractor; it is in force once a finance reviewer approves it.
#[utoipa::path(tag = "register", params(("credit_code" = String, Path)), request_body = Account, responses(
    (status = 201, body = ProposalSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contractors/{credit_code}/accounts")]
pub async fn propose_account(request: ApiRequest, credit_code: Path<String>, body: Bytes) -> Answer {
    let done = request
        .act(body, move |app, caller, input: Account| payee_accounts::propose(app, caller, &credit_code, &input))
        .await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Payee accounts that wait for a finance reviewer.
#[utoipa::path(tag = "register", params(Part), responses((status = 200, body = List<AccountChangeView>), (status = 403, body = Problem)))]
#[get("/api/v1/accounts")]
pub async fn list_accounts(request: ApiRequest, query: Query<Part>) -> Answer {
    let found = request.run(move |app, caller| payee_accounts::waiting(app, caller, &query.page()?)).await?;
    Ok(list(found))
}

/// Decides on a proposed payee account: `approve`, or `refuse` with a reason; never whoever proposed it.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)), request_body = ProposalDecisionInput, responses(
    (status = 200, body = ProposalSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
#[post("/api/v1/accounts/{id}/actions/{name}")]
pub async fn act_on_account(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .act(body, move |app, caller, input: ProposalDecisionInput| {
            payee_accounts::decide(app, caller, &id, &name, &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}
