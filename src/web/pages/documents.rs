//! Downloads of a contract's documents and files, and the page that verifies a document by its code.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::domain::shape::optional_date;
use crate::error::Error;
use crate::services::deliverables::download;
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, VerifiedDocument};
use crate::web::api::contracts::pdf_response;
use crate::web::api::deliverables::files::file_response;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

/// Query of a document: its language, and the day that it shows.
#[derive(Deserialize)]
pub struct DocumentQuery {
    lang: Option<DocumentLang>,
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
}

/// Downloads the contract's summary as PDF.
pub async fn summary(request: PageRequest, id: Path<String>, query: Query<DocumentQuery>) -> PageAnswer {
    let (lang, as_of) = (query.lang.unwrap_or(DocumentLang::Zh), query.as_of);
    let app = request.app().clone();
    let prepared =
        request.run_rate_limited(move |caller| issue::prepare_summary(&app, &caller, &id, as_of, lang)).await?;
    match prepared.render_in_turn(request.app()).await {
        Ok(printed) => Ok(pdf_response(printed)),
        Err(error) => request.refuse(error).await,
    }
}

/// Downloads a file of a contract.
pub async fn file(request: PageRequest, id: Path<String>) -> PageAnswer {
    let app = request.app().clone();
    let caller = request.run_rate_limited(Ok).await?;
    match download::download(&app, caller, &id).await {
        Ok(file) => Ok(file_response(file)),
        Err(error) => request.refuse(error).await,
    }
}

/// Downloads a file of a contract exactly as it was uploaded.
pub async fn original_file(request: PageRequest, id: Path<String>) -> PageAnswer {
    let app = request.app().clone();
    let caller = request.run_rate_limited(Ok).await?;
    match download::download_original(&app, caller, &id).await {
        Ok(file) => Ok(file_response(file)),
        Err(error) => request.refuse(error).await,
    }
}

/// Query of the verification page.
#[derive(Deserialize)]
pub struct CodeQuery {
    code: Option<String>,
}

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    page: Shell,
    code: String,
    found: Option<VerifiedDocument>,
}

/// Shows the form for a document's code, or redirects to the code given.
pub async fn ask_code(request: PageRequest, query: Query<CodeQuery>) -> PageAnswer {
    match query.code.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => Ok(Page::see_other(&format!("/verify/{}", utf8_percent_encode(code, NON_ALPHANUMERIC))).into()),
        None => {
            let empty = |page| VerifyPage { page, code: String::new(), found: None };
            request.show_to_anyone(move |_, page| Ok((StatusCode::OK, empty(page)))).await
        }
    }
}

/// Shows the document that was printed with a code, if one was.
pub async fn verify(request: PageRequest, code: Path<String>) -> PageAnswer {
    let code = code.into_inner();
    request
        .show_to_anyone(move |request, page| match issue::verify_document(request.app(), &code) {
            Ok(found) => Ok((StatusCode::OK, VerifyPage { page, code, found: Some(found) })),
            Err(Error::NotFound) => Ok((StatusCode::NOT_FOUND, VerifyPage { page, code, found: None })),
            Err(error) => Err(error),
        })
        .await
}
