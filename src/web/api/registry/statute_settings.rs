//! Settings of statutes: proposed by the administrator, approved by a finance approver.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::services::registry::statute_settings::{self, StatuteSettingInput, StatuteSettingView};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists the settings of statutes that were proposed.
#[utoipa::path(tag = "rules", params(PageQuery), responses((status = 200, body = List<StatuteSettingView>)))]
#[get("/api/v1/statute-settings")]
pub async fn list_statute_settings(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| statute_settings::list(app, caller, page)).await
}

/// Proposes another limit of a statute from a day on, or that it no longer applies. It holds once a finance approver
/// approves it.
#[utoipa::path(tag = "rules", request_body = StatuteSettingInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/statute-settings")]
pub async fn propose_statute_setting(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| statute_settings::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a setting: `approve`, or `refuse` with a reason. The proposer may not decide.
#[utoipa::path(tag = "rules", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/statute-settings/{id}/actions/{name}")]
pub async fn act_on_statute_setting(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, statute_settings::decide).await
}
