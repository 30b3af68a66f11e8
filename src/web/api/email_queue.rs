//! The mail on its way, for programs.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::Error;
use crate::services::notifications::email_queue::{self, EmailSummary, EmailView};
use crate::web::api::page::{List, list, page};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json};

/// Which letters.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Letters {
    /// `queued`, `sent` or `dead`.
    state: Option<String>,
    /// Most items, 1 to 200; 50 if it is not named.
    limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    cursor: Option<String>,
}

/// A request without anything in it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Letters that wait, were sent or given up, in the order of writing; not what is in them.
#[utoipa::path(tag = "letters", params(Letters), responses(
    (status = 200, body = List<EmailView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
#[get("/api/v1/letters")]
pub async fn list_letters(request: ApiRequest, query: Query<Letters>) -> Answer {
    let found = request
        .run(move |app, caller| {
            let page = page(query.limit, query.cursor.as_deref())?;
            email_queue::list(app, caller, query.state.as_deref(), &page)
        })
        .await?;
    Ok(list(found))
}

/// Requeues an email that delivery gave up on; `name` is always `retry`.
#[utoipa::path(tag = "letters", params(("id" = String, Path), ("name" = String, Path)), request_body = Nothing, responses(
    (status = 200, body = EmailSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
#[post("/api/v1/letters/{id}/actions/{name}")]
pub async fn act_on_letter(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .act(body, move |app, caller, _: Nothing| match name.as_str() {
            "retry" => email_queue::requeue_email(app, caller, &id),
            _ => Err(Error::NotFound),
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}
