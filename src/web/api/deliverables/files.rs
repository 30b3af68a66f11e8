//! Downloads of uploaded files. A file is always offered for saving under its name and never rendered or run in our
//! origin (ASVS 3.2.1, 5.4.2).

use actix_web::body::SizedStream;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Path;
use actix_web::{HttpResponse, get};

use crate::services::deliverables::download::{self, Download};
use crate::web::failure::{Failure, Problem};
use crate::web::request::{Answer, ApiRequest};

/// Content security policy for a browser that renders a file in spite of `Content-Disposition`.
pub(in crate::web::api) const CONTENT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// Header with the notes on a file's content: `x` stands for the message `file-flag-x`.
const FLAGS: &str = "File-Flags";

/// Downloads a file of a contract.
#[utoipa::path(tag = "files", params(("id" = String, Path)), responses(
    (status = 200, content_type = "*/*", description = "The file with its digest verified, without the location, device and author that programs wrote into it. `File-Flags` has the notes on its content."),
    (status = 429, body = Problem)))]
#[get("/api/v1/files/{id}")]
pub async fn download_file(request: ApiRequest, id: Path<String>) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let caller = request.rate_limited().read(|_, caller| Ok(caller.clone())).await?;
    let file = download::download(&app, caller, &id).await.map_err(|error| Failure { error, language })?;
    Ok(file_response(file))
}

/// Downloads a file of a contract exactly as it was uploaded, for those who audit.
#[utoipa::path(tag = "files", params(("id" = String, Path)), responses(
    (status = 200, content_type = "*/*", description = "The file as it was uploaded, with its digest verified."),
    (status = 429, body = Problem)))]
#[get("/api/v1/files/{id}/original")]
pub async fn download_original_file(request: ApiRequest, id: Path<String>) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let caller = request.rate_limited().read(|_, caller| Ok(caller.clone())).await?;
    let file = download::download_original(&app, caller, &id).await.map_err(|error| Failure { error, language })?;
    Ok(file_response(file))
}

/// Streams a file as a download.
pub fn file_response(file: Download) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if !file.flags.is_empty() {
        response.insert_header((FLAGS, file.flags.join(", ")));
    }
    response
        .content_type(file.media_type)
        .insert_header((header::CONTENT_DISPOSITION, file.disposition))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        // Most accepted formats are compressed already, and without compression the length is known.
        .insert_header(ContentEncoding::Identity)
        .body(SizedStream::new(file.bytes, file.content))
}
