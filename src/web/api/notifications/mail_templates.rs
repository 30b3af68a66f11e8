//! Texts of emails, which administrators edit in both languages.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::notifications::templates::{self, TemplateKind, TemplateSamples, TemplateTexts, TemplateView};
use crate::services::shared::paging::Paged;
use crate::web::api::page::{List, list};
use crate::web::request::{Answer, ApiRequest, EmptyInput, json};

/// Lists the kinds of email, and whether an administrator wrote their texts.
#[utoipa::path(tag = "emails", responses((status = 200, body = List<TemplateKind>)))]
#[get("/api/v1/mail-templates")]
pub async fn list_mail_templates(request: ApiRequest) -> Answer {
    let items = request.read(templates::list).await?;
    Ok(list(Paged { items, next: None }))
}

/// Returns the texts of a kind of email.
#[utoipa::path(tag = "emails", params(("kind" = String, Path)), responses((status = 200, body = TemplateView)))]
#[get("/api/v1/mail-templates/{kind}")]
pub async fn show_mail_template(request: ApiRequest, kind: Path<String>) -> Answer {
    let view = request.read(move |app, caller| templates::show(app, caller, &kind)).await?;
    Ok(json(StatusCode::OK, &view))
}

/// Saves the texts of a kind of email in both languages.
#[utoipa::path(tag = "emails", params(("kind" = String, Path)), request_body = TemplateTexts, responses(
    (status = 200, body = TemplateKind)))]
#[post("/api/v1/mail-templates/{kind}")]
pub async fn save_mail_template(request: ApiRequest, kind: Path<String>, body: Bytes) -> Answer {
    let done = request
        .write(body, move |app, caller, input: TemplateTexts| templates::save(app, caller, &kind, &input))
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// Composes emails from texts with sample values; saves nothing.
#[utoipa::path(tag = "emails", params(("kind" = String, Path)), request_body = TemplateTexts, responses(
    (status = 200, body = TemplateSamples)))]
#[post("/api/v1/mail-templates/{kind}/preview")]
pub async fn preview_mail_template(request: ApiRequest, kind: Path<String>, body: Bytes) -> Answer {
    let done =
        request.write(body, move |_, caller, input: TemplateTexts| templates::preview(caller, &kind, &input)).await?;
    Ok(json(StatusCode::OK, &done))
}

/// Restores the program's own texts of a kind of email.
#[utoipa::path(tag = "emails", params(("kind" = String, Path)), request_body = EmptyInput, responses(
    (status = 200, body = TemplateKind)))]
#[post("/api/v1/mail-templates/{kind}/restore")]
pub async fn restore_mail_template(request: ApiRequest, kind: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, _: EmptyInput| templates::restore(app, caller, &kind)).await?;
    Ok(json(StatusCode::OK, &done))
}
