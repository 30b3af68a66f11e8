//! Saved views: the caller's filters of lists, each under a name.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{delete, get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::saved_views::SavedList;
use crate::services::identity::saved_views::{self, SavedView, SavedViewInput, SavedViewNameInput};
use crate::services::shared::paging::Paged;
use crate::web::api::page::{List, list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, EmptyInput, json};

/// Filter of the saved views.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct SavedViewsQuery {
    /// Only views of this list: `contracts`, `work`, `payments` or `ledger`.
    #[param(value_type = Option<String>)]
    list: Option<SavedList>,
}

/// Lists the caller's saved views, oldest first.
#[utoipa::path(tag = "saved views", params(SavedViewsQuery), responses((status = 200, body = List<SavedView>)))]
#[get("/api/v1/saved-views")]
pub async fn list_saved_views(request: ApiRequest, query: Query<SavedViewsQuery>) -> Answer {
    let items = request.read(move |app, caller| saved_views::list(app, caller, query.list)).await?;
    Ok(list(Paged { items, next: None }))
}

/// Saves filters of a list under a name; at most 20 for each list.
#[utoipa::path(tag = "saved views", request_body = SavedViewInput, responses((status = 201, body = SavedView)))]
#[post("/api/v1/saved-views")]
pub async fn add_saved_view(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| saved_views::add(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Gives a saved view another name.
#[utoipa::path(tag = "saved views", params(("id" = String, Path)), request_body = SavedViewNameInput, responses(
    (status = 200, body = SavedView)))]
#[post("/api/v1/saved-views/{id}/actions/rename")]
pub async fn rename_saved_view(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| saved_views::rename(app, caller, &id, &input)).await?;
    Ok(json(StatusCode::OK, &done))
}

/// Deletes a saved view.
#[utoipa::path(tag = "saved views", params(("id" = String, Path)), request_body = EmptyInput, responses(
    (status = 200, body = SavedView)))]
#[delete("/api/v1/saved-views/{id}")]
pub async fn delete_saved_view(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, _: EmptyInput| saved_views::delete(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &done))
}
