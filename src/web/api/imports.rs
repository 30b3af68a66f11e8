//! Ledgers of running contracts: checked and proposed by an officer, imported by an approver of finance.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{Error, Message};
use crate::services::deliverables::permits::begin_form;
use crate::services::identity::caller::Caller;
use crate::services::imports::proposals::{self, LedgerCheck, LedgerImportView};
use crate::services::records::import::{MAX_BYTES, SentTable, TableFile};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::multipart;
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::api::records::find_table;
use crate::web::failure::{Failure, Problem};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, block, json};

/// Form with a ledger.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct LedgerForm {
    /// The filled-in template as xlsx, up to 5 MB and 10,000 rows on a sheet.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Receives a ledger from a caller who may send it, and answers with what `work` makes of it.
async fn receive<T: Serialize + Send + 'static>(
    request: ApiRequest,
    body: Multipart,
    status: StatusCode,
    work: fn(&App, &Caller, &TableFile) -> Result<T, Error>,
) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let caller = request.rate_limited().admit(proposals::permit).await?;
    let _turn = begin_form(&app, &caller).map_err(|error| Failure { error, language })?;
    let (parts, read) = multipart::read_small_form(body, MAX_BYTES).await;
    let table = read.and_then(|()| find_table(parts)).map_err(|error| Failure { error, language })?;
    let done = block(language, move || match table {
        SentTable::File(file) => work(&app, &caller, &file),
        SentTable::Pasted(_) => {
            Err(Error::malformed("file", Message::new("malformed-missing-key").with("key", "file")))
        }
    });
    Ok(json(status, &done.await?))
}

/// Checks a ledger of running contracts of the caller's bureau as if it were imported, and writes nothing. Every fault
/// has its sheet, row and column.
#[utoipa::path(tag = "register", request_body(content = LedgerForm, content_type = "multipart/form-data"), responses(
    (status = 200, body = LedgerCheck), (status = 415, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/ledger-imports/check")]
pub async fn check_ledger_import(request: ApiRequest, body: Multipart) -> Answer {
    receive(request, body, StatusCode::OK, proposals::check).await
}

/// Proposes a ledger without faults, whose contracts have the caller's bureau as purchaser and one funder. One ledger of
/// a bureau waits at a time.
#[utoipa::path(tag = "register", request_body(content = LedgerForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = ProposalSummary), (status = 415, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/ledger-imports")]
pub async fn propose_ledger_import(request: ApiRequest, body: Multipart) -> Answer {
    receive(request, body, StatusCode::CREATED, |app, caller, file| proposals::propose(app, caller, file, None)).await
}

/// Lists the ledgers that the caller's bureaus proposed or fund.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<LedgerImportView>)))]
#[get("/api/v1/ledger-imports")]
pub async fn list_ledger_imports(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| proposals::list(app, caller, page)).await
}

/// Decides on a ledger: `approve`, which imports all of its contracts or none, or `refuse` with a reason. The proposer may
/// not decide, but can `recall` the ledger.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/ledger-imports/{id}/actions/{name}")]
pub async fn act_on_ledger_import(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, proposals::decide_or_recall).await
}
