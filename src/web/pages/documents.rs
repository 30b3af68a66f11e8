//! Documents and files of a contract, as a browser saves them.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use chrono::NaiveDate;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::domain::shape::optional_date;
use crate::error::Error;
use crate::services::deliverables::files;
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, VerifiedDocument};
use crate::web::api::contracts::pdf_response;
use crate::web::api::deliverables::files::file_response;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// In which language, and as of which day.
#[derive(Deserialize)]
pub struct Print {
    lang: Option<DocumentLang>,
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
}

/// The contract's summary.
pub async fn summary(request: PageRequest, id: Path<String>, query: Query<Print>) -> PageAnswer {
    let (lang, as_of) = (query.lang.unwrap_or(DocumentLang::Zh), query.as_of);
    let app = request.app().clone();
    let prepared = request.costly(move |caller| issue::prepare_summary(&app, &caller, &id, as_of, lang)).await?;
    match prepared.render_in_turn(request.app()).await {
        Ok(printed) => Ok(pdf_response(printed)),
        Err(error) => request.refuse(error).await,
    }
}

/// A file of a contract.
pub async fn file(request: PageRequest, id: Path<String>) -> PageAnswer {
    let app = request.app().clone();
    let caller = request.costly(Ok).await?;
    match files::download(&app, caller, &id).await {
        Ok(file) => Ok(file_response(file)),
        Err(error) => request.refuse(error).await,
    }
}

/// What a code is asked for by.
#[derive(Deserialize)]
pub struct Asked {
    code: Option<String>,
}

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    page: Shell,
    code: String,
    found: Option<VerifiedDocument>,
}

/// Asks for the code of a document.
pub async fn ask_code(request: PageRequest, asked: Query<Asked>) -> PageAnswer {
    match asked.code.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => Ok(Page::see_other(&format!("/verify/{}", utf8_percent_encode(code, NON_ALPHANUMERIC))).into()),
        None => {
            let empty = |page| VerifyPage { page, code: String::new(), found: None };
            request.open(move |_, page| Ok((StatusCode::OK, empty(page)))).await
        }
    }
}

/// Whether a document with this code is ours, and what it is.
pub async fn verify(request: PageRequest, code: Path<String>) -> PageAnswer {
    let code = code.into_inner();
    request
        .open(move |request, page| match issue::verify_document(request.app(), &code) {
            Ok(found) => Ok((StatusCode::OK, VerifyPage { page, code, found: Some(found) })),
            Err(Error::NotFound) => Ok((StatusCode::NOT_FOUND, VerifyPage { page, code, found: None })),
            Err(error) => Err(error),
        })
        .await
}
