//! The email queue: messages that wait, were sent, or were given up. Their content is never shown.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::FileFormat;
use crate::error::Error;
use crate::services::notifications::email_queue::{self, EmailActionInput, EmailSummary, EmailView};
use crate::services::notifications::gateway;
use crate::services::notifications::sent::{self, ContractEmail};
use crate::services::notifications::undelivered::{self, UndeliveredEmail};
use crate::web::api::page::{List, PageQuery, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Filter of the email queue.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct EmailQuery {
    /// Delivery state: `queued`, `sent`, `dead` (given up) or `withdrawn`.
    state: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(EmailQuery);

/// Lists queued, sent and abandoned emails in order of creation, without their content.
#[utoipa::path(tag = "emails", params(EmailQuery), responses((status = 200, body = List<EmailView>)))]
#[get("/api/v1/emails")]
pub async fn list_emails(request: ApiRequest, query: Query<EmailQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| email_queue::list(app, caller, query.state.as_deref(), page))
        .await
}

/// Performs an action on an email that delivery gave up on: `retry` requeues the email to the recipient's present
/// address, `repost` posts it to the bureau's gateway again, `settle` records another way in which the recipient was informed.
#[utoipa::path(tag = "emails", params(("id" = String, Path), ("name" = String, Path)),
    request_body = EmailActionInput, responses(
    (status = 200, body = EmailSummary)))]
#[post("/api/v1/emails/{id}/actions/{name}")]
pub async fn act_on_email(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: EmailActionInput| match name.as_str() {
            "retry" => email_queue::requeue_email(app, caller, &id),
            "repost" => gateway::repost(app, caller, &id),
            "settle" => undelivered::settle(app, caller, &id, input.reason.as_deref()),
            _ => Err(Error::NotFound),
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// Lists the undelivered emails about a contract, oldest first: emails that delivery gave up on, until they are
/// settled, and emails whose attempts have failed so far.
#[utoipa::path(tag = "emails", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = List<UndeliveredEmail>)))]
#[get("/api/v1/contracts/{id}/emails")]
pub async fn list_undelivered(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| undelivered::list(app, caller, &id, page)).await
}

/// Lists all emails about a contract, newest first: to whom they went, whether they were sent, and when they were read.
#[utoipa::path(tag = "emails", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = List<ContractEmail>)))]
#[get("/api/v1/contracts/{id}/notices")]
pub async fn list_contract_emails(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| sent::list(app, caller, &id, page)).await
}
