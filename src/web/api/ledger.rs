//! The ledger: balances by account and postings, of appropriations or of a contract.

pub mod budget_changes;
pub mod purchase_plans;
pub mod yearly_shares;

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::services::ledger::view::{self, Ledger, LedgerQuery};
use crate::web::api::page::{ListQuery as _, PageQuery, answer_list, encode_cursor, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

list_queries!(LedgerQuery);

/// Gives the pages of a ledger the cursors of lists.
fn with_cursor(found: Ledger) -> Ledger {
    Ledger { next: found.next.as_deref().map(encode_cursor), ..found }
}

/// Returns the ledger of a year's appropriations: balances by account, and postings by appropriation, oldest first.
#[utoipa::path(tag = "ledger", params(LedgerQuery), responses((status = 200, body = Ledger)))]
#[get("/api/v1/ledger")]
pub async fn show_ledger(request: ApiRequest, query: Query<LedgerQuery>) -> Answer {
    if query.format().is_some() {
        return answer_list(request, query, |app, caller, query, page| {
            view::list(app, caller, query, page).map(Ledger::into_postings)
        })
        .await;
    }
    let found = request.read(move |app, caller| view::list(app, caller, &query, &query.page()?)).await?;
    Ok(json(StatusCode::OK, &with_cursor(found)))
}

/// Returns the ledger of a contract: balances by account, and postings, oldest first.
#[utoipa::path(tag = "ledger", params(("id" = String, Path), PageQuery), responses((status = 200, body = Ledger)))]
#[get("/api/v1/contracts/{id}/ledger")]
pub async fn show_contract_ledger(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    if query.format().is_some() {
        return answer_list(request, query, move |app, caller, _, page| {
            view::of_contract(app, caller, &id, page).map(|(found, _)| found.into_postings())
        })
        .await;
    }
    let (found, _) = request.read(move |app, caller| view::of_contract(app, caller, &id, &query.page()?)).await?;
    Ok(json(StatusCode::OK, &with_cursor(found)))
}
