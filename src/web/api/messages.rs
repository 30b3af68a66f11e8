//! Messages between the parties of a contract.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use utoipa::ToSchema;

use crate::services::messages::{self, MESSAGE_LIMITS, MessageInput, MessageReceipt, MessageView, MessagesRead};
use crate::web::api::deliverables::attachments::{self, AttachedBody};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, EmptyInput, json};

/// Form of a message with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct MessageForm {
    /// Topic of the message: `deliverable/CODE`, `milestone/CODE` or `payment/ID`; without one, the contract.
    about: Option<String>,
    /// Text of at most 2,000 characters.
    text: String,
    /// `yes` to send a message again that was sent within the last minutes.
    another: Option<String>,
    /// At most 20 files; the settings limit each and all together.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    files: Option<Vec<Vec<u8>>>,
}

/// Sends a message to the other parties, with or without files. Each party is notified by email.
#[utoipa::path(tag = "messages", params(("id" = String, Path)),
    request_body(content((MessageInput = "application/json"), (MessageForm = "multipart/form-data"))), responses(
    (status = 201, body = MessageReceipt), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/messages")]
pub async fn send_message(request: ApiRequest, id: Path<String>, body: AttachedBody) -> Answer {
    let id = id.into_inner();
    let named = id.clone();
    let write = move |app: &_, caller: &_, input| messages::send(app, caller, &id, &input);
    let permit = move |app: &_, caller| messages::permit_message(app, caller, &named, "");
    let submit = |app, permit, form| async move { messages::send_with_files(&app, permit, form).await };
    let done = attachments::submit_with_files(request, body, write, &MESSAGE_LIMITS, permit, submit).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Lists the messages of a contract, newest first.
#[utoipa::path(tag = "messages", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<MessageView>)))]
#[get("/api/v1/contracts/{id}/messages")]
pub async fn list_messages(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| messages::list(app, caller, &id, page)).await
}

/// Marks all messages of a contract as read by the caller.
#[utoipa::path(tag = "messages", params(("id" = String, Path)), request_body = EmptyInput, responses(
    (status = 200, body = MessagesRead)))]
#[post("/api/v1/contracts/{id}/messages/read")]
pub async fn mark_messages_read(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, _: EmptyInput| messages::mark_read(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &done))
}
