//! The dossier of a contract as one archive.

use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::error::Error;
use crate::services::dossier::{self, Dossier};
use crate::services::identity::caller::Caller;
use crate::services::shared::saved_names::attachment;
use crate::web::api::deliverables::files::CONTENT_POLICY;
use crate::web::failure::{Failure, Problem};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest};

/// Downloads the file of a contract: documents, uploads and history that the caller may read, with a list of contents
/// and digests (`sh verify.sh`). A submission that the purchaser's staff download counts as opened.
#[utoipa::path(tag = "contracts", params(("id" = String, Path)), responses(
    (status = 200, content_type = "application/zip", description = "The archive, as a stream."),
    (status = 429, body = Problem)))]
#[get("/api/v1/contracts/{id}/dossier.zip")]
pub async fn download_dossier(request: ApiRequest, id: Path<String>) -> Answer {
    let (app, language) = (request.app().clone(), request.language());
    let dossier = request.rate_limited().read(move |app, caller| dossier::prepare(app, caller, &id)).await?;
    dossier_response(dossier, &app).await.map_err(|error| Failure { error, language })
}

/// Deliverable whose files are downloaded.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct FilesQuery {
    /// Code of a deliverable; by default the files of the whole contract.
    pub deliverable: Option<String>,
}

/// Downloads the uploaded files of a contract that the caller may read, or those of one deliverable, with a list of
/// contents and digests. A submission that the purchaser's staff download counts as opened.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), FilesQuery), responses(
    (status = 200, content_type = "application/zip", description = "The archive, as a stream."),
    (status = 429, body = Problem)))]
#[get("/api/v1/contracts/{id}/files.zip")]
pub async fn download_files(request: ApiRequest, id: Path<String>, query: Query<FilesQuery>) -> Answer {
    let (app, language) = (request.app().clone(), request.language());
    let prepare =
        move |app: &App, caller: &Caller| dossier::prepare_files(app, caller, &id, query.deliverable.as_deref());
    let files = request.rate_limited().read(prepare).await?;
    dossier_response(files, &app).await.map_err(|error| Failure { error, language })
}

/// Streams the file of a contract as a download.
///
/// # Errors
/// Those of the stream.
pub async fn dossier_response(dossier: Dossier, app: &App) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, attachment(&dossier.name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(ContentEncoding::Identity)
        .streaming(dossier.stream(app).await?))
}
