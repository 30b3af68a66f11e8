//! Files on their way out: always to be saved under their name, never shown or run in our origin (ASVS 3.2.1, 5.4.2).

use actix_web::body::SizedStream;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Path;
use actix_web::{HttpResponse, get};

use crate::services::deliverables::files::{self, Download};
use crate::web::failure::{Failure, Problem};
use crate::web::request::{Answer, ApiRequest};

/// What a browser that shows a file all the same may do with it: nothing.
const CONTENT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// A file of a contract.
#[utoipa::path(tag = "files", params(("id" = String, Path)), responses(
    (status = 200, description = "The file as it was handed in, its digest checked"),
    (status = 404, body = Problem), (status = 500, body = Problem)))]
#[get("/api/v1/files/{id}")]
pub async fn show_file(request: ApiRequest, id: Path<String>) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let caller = request.costly().run(|_, caller| Ok(caller.clone())).await?;
    let file = files::download(&app, caller, &id).await.map_err(|error| Failure { error, language })?;
    Ok(download(file))
}

/// A file as an answer.
pub fn download(file: Download) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(file.media_type)
        .insert_header((header::CONTENT_DISPOSITION, file.disposition))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        // Sent as it is: what is compressed already gains nothing, and its length stays known.
        .insert_header(ContentEncoding::Identity)
        .body(SizedStream::new(file.bytes, file.content))
}
