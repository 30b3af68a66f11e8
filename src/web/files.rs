//! Files that the program makes and people save: printed documents and tables.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::services::shared::tables::{TableFile, media_type};

/// Answers with a table as a download.
pub fn table_response(file: TableFile) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type(file.format))
        .insert_header((header::CONTENT_DISPOSITION, attachment(&file.name)))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(file.bytes)
}

/// Builds a `Content-Disposition` with an ASCII name and its UTF-8 form (RFC 6266, RFC 8187).
pub fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}
