//! Notices to the caller, and the ways in which they choose to be notified.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::FileFormat;
use crate::services::notifications::notices::{self, NoticeChoices, NoticeView, NoticesRead, ReadInput};
use crate::web::api::page::{List, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Filter of the notices.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct NoticesQuery {
    /// `true` for unread notices only.
    unread: Option<bool>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(NoticesQuery);

/// Lists the caller's notices, newest first: what was or would be sent to them by email.
#[utoipa::path(tag = "notices", params(NoticesQuery), responses((status = 200, body = List<NoticeView>)))]
#[get("/api/v1/notices")]
pub async fn list_notices(request: ApiRequest, query: Query<NoticesQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| {
        notices::list(app, caller, query.unread.unwrap_or_default(), page)
    })
    .await
}

/// Marks notices of the caller as read: those named, or all.
#[utoipa::path(tag = "notices", request_body = ReadInput, responses((status = 200, body = NoticesRead)))]
#[post("/api/v1/notices/read")]
pub async fn mark_notices_read(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input: ReadInput| notices::mark_read(app, caller, &input)).await?;
    Ok(json(StatusCode::OK, &done))
}

/// Returns the ways in which the caller is notified.
#[utoipa::path(tag = "notices", responses((status = 200, body = NoticeChoices)))]
#[get("/api/v1/notices/choices")]
pub async fn show_notice_choices(request: ApiRequest) -> Answer {
    let chosen = request.read(notices::show_choices).await?;
    Ok(json(StatusCode::OK, &chosen))
}

/// Chooses the ways in which the caller is notified: each topic by email at once, in a daily list, or only in the
/// program.
#[utoipa::path(tag = "notices", request_body = NoticeChoices, responses((status = 200, body = NoticeChoices)))]
#[post("/api/v1/notices/choices")]
pub async fn choose_notices(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input: NoticeChoices| notices::choose(app, caller, &input)).await?;
    Ok(json(StatusCode::OK, &done))
}
