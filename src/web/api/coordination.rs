//! Matters between bureaus and contractors: demand notices, joint meetings and their decisions.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::FileFormat;
use crate::domain::coordination::MatterKind;
use crate::error::{Error, Message};
use crate::services::coordination::{self, MatterInput, MatterSummary, MatterView};
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::web::api::page::{List, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Kind and page of a list of matters.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct MatterListQuery {
    /// Kind of the matters: `demand`, which is the default, `minutes` or `decision`.
    kind: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(MatterListQuery);

impl MatterListQuery {
    fn kind(&self) -> Result<MatterKind, Error> {
        let Some(word) = self.kind.as_deref() else { return Ok(MatterKind::Demand) };
        MatterKind::parse(word).ok_or_else(|| Error::malformed("kind", Message::new("unknown-filter")))
    }
}

/// Lists demand notices, minutes or decisions of joint meetings that the caller may see, with the answers.
#[utoipa::path(tag = "register", params(MatterListQuery), responses((status = 200, body = List<MatterView>)))]
#[get("/api/v1/matters")]
pub async fn list_matters(request: ApiRequest, query: Query<MatterListQuery>) -> Answer {
    answer_list(request, query, |app, caller, asked, page| coordination::list(app, caller, asked.kind()?, page)).await
}

/// Issues a demand notice, or records the minutes of a joint meeting or one of its decisions.
#[utoipa::path(tag = "register", request_body = MatterInput, responses((status = 201, body = MatterSummary)))]
#[post("/api/v1/matters")]
pub async fn issue_matter(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| coordination::issue(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Acts on a matter: the organisation that it names answers (`answer`), any if it names none; the issuer closes it
/// (`close`). The reason is the answer, or the result.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = MatterSummary)))]
#[post("/api/v1/matters/{id}/actions/{name}")]
pub async fn act_on_matter(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: ProposalDecisionInput| {
            coordination::take_step(app, caller, &id, &name, &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}
