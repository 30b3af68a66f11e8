//! People, their seats and delegations, the caller's own profile, and passwords set with a one-time link.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, delete, get, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::{self, DelegationInput, DelegationView};
use crate::services::identity::password_links;
use crate::services::identity::people::{self, PersonActInput, PersonAdded, PersonInput, PersonView, SeatInput};
use crate::services::identity::profile::{self, MeView};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, EmptyInput, block, json, read_json};

/// New password and the one-time link that permits it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPasswordInput {
    /// One-time link, or only its last segment.
    link: String,
    /// New password.
    password: String,
}

/// Returns the caller and the seats in which they may act today.
#[utoipa::path(tag = "session", responses((status = 200, body = MeView)))]
#[get("/api/v1/me")]
pub async fn show_me(request: ApiRequest) -> Answer {
    let view = request.read(profile::show).await?;
    Ok(json(StatusCode::OK, &view))
}

/// Sets a password with a one-time link and ends every session of the person.
#[utoipa::path(tag = "session", request_body = NewPasswordInput, responses(
    (status = 204, description = "The password is set."), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/passwords")]
pub async fn set_password(request: ApiRequest, body: Bytes) -> Answer {
    let app = request.app().clone();
    let hasher = request.acquire_hasher().await?;
    let span = request.span();
    block(request.language(), move || {
        let _span = span.entered();
        let input: NewPasswordInput = read_json(&body)?;
        let token = input.link.rsplit('/').next().unwrap_or_default();
        password_links::set_password(&app, &hasher, token, &input.password)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists people with their seats.
#[utoipa::path(tag = "people", params(PageQuery), responses((status = 200, body = List<PersonView>)))]
#[get("/api/v1/people")]
pub async fn list_people(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| people::list(app, caller, page)).await
}

/// Adds a person and sends them a one-time link for their first password.
///
/// For a finance role or an administrator the answer says `asked` instead of `mailed`: a second administrator must
/// request the link too. Without a second administrator, `luyue user link` prints the link on the server.
#[utoipa::path(tag = "people", request_body = PersonInput, responses(
    (status = 201, body = PersonAdded)))]
#[post("/api/v1/people")]
pub async fn add_person(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| people::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Performs an action on a person.
///
/// `disable` takes effect at once, `enable` undoes it, `link` sends the person a new one-time link and voids earlier
/// ones. `reset-codes`, for a lost phone, disables one-time codes, ends every session and notifies the person by email;
/// it needs a reason. `bind-identity` lets the person sign in through the identity provider as the `subject`;
/// `unbind-identity` undoes it. For a finance role or an administrator `link`, `reset-codes` and `bind-identity` take
/// effect once a second administrator performs the same action.
#[utoipa::path(tag = "people", params(("id" = String, Path), ("name" = String, Path)),
    request_body = PersonActInput, responses(
    (status = 200, body = PersonAdded)))]
#[post("/api/v1/people/{id}/actions/{name}")]
pub async fn act_on_person(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let act =
        move |app: &App, caller: &Caller, input: PersonActInput| people::apply_action(app, caller, &id, &name, &input);
    let done = request.write(body, act).await?;
    Ok(json(StatusCode::OK, &done))
}

/// Adds a seat to a person.
///
/// If the seat has a finance role or the role of administrator, the person's password and open links become void: the
/// person sets a new password through a link that a second administrator requests too (`link`).
#[utoipa::path(tag = "people", params(("id" = String, Path)), request_body = SeatInput, responses(
    (status = 201, body = SeatInput)))]
#[post("/api/v1/people/{id}/seats")]
pub async fn give_seat(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request
        .write(body, move |app, caller, input: SeatInput| people::give_seat(app, caller, &id, &input).map(|()| input))
        .await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Ends a person's seat.
#[utoipa::path(tag = "people", params(("id" = String, Path)), request_body = SeatInput, responses(
    (status = 204, description = "The seat has ended.")))]
#[delete("/api/v1/people/{id}/seats")]
pub async fn end_seat(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    request.write(body, move |app, caller, input: SeatInput| people::end_seat(app, caller, &id, &input)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the delegations that the caller gave or received; for an administrator, all delegations.
#[utoipa::path(tag = "people", params(PageQuery), responses((status = 200, body = List<DelegationView>)))]
#[get("/api/v1/delegations")]
pub async fn list_delegations(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| delegations::list(app, caller, page)).await
}

/// Delegates a seat to a deputy for a period of days (AB 岗).
#[utoipa::path(tag = "people", request_body = DelegationInput, responses(
    (status = 201, body = DelegationView)))]
#[post("/api/v1/delegations")]
pub async fn add_delegation(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| delegations::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Ends a delegation at once.
#[utoipa::path(tag = "people", params(("id" = String, Path)), request_body = EmptyInput, responses(
    (status = 200, body = DelegationView)))]
#[delete("/api/v1/delegations/{id}")]
pub async fn end_delegation(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, _: EmptyInput| delegations::end(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &done))
}
