//! Files that the program makes and people save: printed documents and tables.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::services::documents::issue::WordFile;
use crate::services::shared::saved_names::attachment;
use crate::services::shared::tables::{TableFile, media_type};

/// Media type of a Word file.
pub const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Answers with a Word file as a download.
pub fn word_response(file: WordFile) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(WORD)
        .insert_header((header::CONTENT_DISPOSITION, attachment(&file.name)))
        .body(file.bytes)
}

/// Answers with a table as a download.
pub fn table_response(file: TableFile) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type(file.format))
        .insert_header((header::CONTENT_DISPOSITION, attachment(&file.name)))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(file.bytes)
}
