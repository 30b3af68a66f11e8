//! People, their seats, who stands in for whom, and setting a password by a one-time link, for programs.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::{self, DelegationInput, DelegationView};
use crate::services::identity::people::{self, PersonActInput, PersonAdded, PersonInput, PersonView, SeatInput};
use crate::services::identity::profile::{self, MeView};
use crate::services::identity::sessions;
use crate::web::api::page::{List, Part, list};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, block, json, read_json};

/// A request without anything in it.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The one-time link, or what stands behind its last stroke.
    link: String,
    /// The password.
    password: String,
}

/// Who the caller is, and in which seats they may act today.
#[utoipa::path(tag = "session", responses((status = 200, body = MeView), (status = 401, body = Problem)))]
#[get("/api/v1/me")]
pub async fn show_me(request: ApiRequest) -> Answer {
    let view = request.run(profile::show).await?;
    Ok(json(StatusCode::OK, &view))
}

/// Sets a password with a one-time link, and ends every session of the person.
#[utoipa::path(tag = "session", request_body = NewPassword, responses(
    (status = 204, description = "The password is set"), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/passwords")]
pub async fn set_password(request: ApiRequest, body: Bytes) -> Answer {
    let app = request.app().clone();
    let hasher = request.hasher().await?;
    let span = request.span();
    block(request.language(), move || {
        let _span = span.entered();
        let input: NewPassword = read_json(&body)?;
        let token = input.link.rsplit('/').next().unwrap_or_default();
        sessions::set_password(&app, &hasher, token, &input.password)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// People and their seats.
#[utoipa::path(tag = "people", params(Part), responses((status = 200, body = List<PersonView>), (status = 403, body = Problem)))]
#[get("/api/v1/people")]
pub async fn list_people(request: ApiRequest, query: Query<Part>) -> Answer {
    let found = request.run(move |app, caller| people::list(app, caller, &query.page()?)).await?;
    Ok(list(found))
}

/// Adds a person; the answer has the one-time link for their first password.
#[utoipa::path(tag = "people", request_body = PersonInput, responses(
    (status = 201, body = PersonAdded), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/people")]
pub async fn add_person(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| people::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Does something to a person: `disable` (at once), `enable`, `link` (a new one-time link), `reset-codes` (their phone is
/// lost: the one-time codes are off, every session ends, they are told by mail; a reason is needed).
#[utoipa::path(tag = "people", params(("id" = String, Path), ("name" = String, Path)), request_body = PersonActInput, responses(
    (status = 200, body = PersonAdded), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/people/{id}/actions/{name}")]
pub async fn act_on_person(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let act =
        move |app: &App, caller: &Caller, input: PersonActInput| people::apply_action(app, caller, &id, &name, &input);
    let done = request.act(body, act).await?;
    Ok(json(StatusCode::OK, &done))
}

/// Gives a person a further seat.
#[utoipa::path(tag = "people", params(("id" = String, Path)), request_body = SeatInput, responses(
    (status = 201, body = SeatInput), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem)))]
#[post("/api/v1/people/{id}/seats")]
pub async fn give_seat(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request
        .act(body, move |app, caller, input: SeatInput| people::give_seat(app, caller, &id, &input).map(|()| input))
        .await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Ends a person's seat.
#[utoipa::path(tag = "people", params(("id" = String, Path)), request_body = SeatInput, responses(
    (status = 204, description = "It is ended"), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[delete("/api/v1/people/{id}/seats")]
pub async fn end_seat(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    request.act(body, move |app, caller, input: SeatInput| people::end_seat(app, caller, &id, &input)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The delegations that the caller gave or took; all of them for an administrator.
#[utoipa::path(tag = "people", params(Part), responses((status = 200, body = List<DelegationView>)))]
#[get("/api/v1/delegations")]
pub async fn list_delegations(request: ApiRequest, query: Query<Part>) -> Answer {
    let found = request.run(move |app, caller| delegations::list(app, caller, &query.page()?)).await?;
    Ok(list(found))
}

/// Hands a seat to a deputy over days (AB 岗).
#[utoipa::path(tag = "people", request_body = DelegationInput, responses(
    (status = 201, body = DelegationView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/delegations")]
pub async fn add_delegation(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| delegations::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Ends a delegation at once.
#[utoipa::path(tag = "people", params(("id" = String, Path)), request_body = Nothing, responses(
    (status = 200, body = DelegationView), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[delete("/api/v1/delegations/{id}")]
pub async fn end_delegation(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.act(body, move |app, caller, _: Nothing| delegations::end(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &done))
}
