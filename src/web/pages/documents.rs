//! Downloads of a contract's documents and files, and the page that verifies a document by its code.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::DocumentKind;
use crate::domain::shape::optional_date;
use crate::error::Error;
use crate::services::deliverables::download;
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, PreparedDocument, VerifiedDocument, Wanted};
use crate::services::dossier;
use crate::services::identity::caller::Caller;
use crate::web::api::contracts::pdf_response;
use crate::web::api::deliverables::files::file_response;
use crate::web::api::dossier::{FilesQuery, dossier_response};
use crate::web::files::word_response;
use crate::web::pages::reports::FilterForm;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::{PageQuery, Query};

/// Query of a document: its language, and the day that the document shows.
#[derive(Deserialize)]
pub struct DocumentQuery {
    lang: Option<DocumentLang>,
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
}

/// Downloads the contract's summary as PDF.
pub async fn summary(request: PageRequest, id: Path<String>, query: Query<DocumentQuery>) -> PageAnswer {
    let wanted = Wanted::summary(query.as_of, query.lang.unwrap_or(DocumentLang::Zh));
    print(request, move |app, caller| issue::prepare(app, caller, &id, &wanted)).await
}

/// Query of a form: its language, day and subject.
#[derive(Deserialize)]
pub struct FormQuery {
    lang: Option<DocumentLang>,
    #[serde(default, deserialize_with = "optional_date")]
    as_of: Option<NaiveDate>,
    subject: Option<String>,
}

/// Downloads a form about a contract as PDF.
pub async fn form(request: PageRequest, path: Path<(String, String)>, query: Query<FormQuery>) -> PageAnswer {
    let (id, kind) = path.into_inner();
    let FormQuery { lang, as_of, subject } = query.into_inner();
    let Some(kind) = DocumentKind::parse(&kind) else { return request.not_found().await };
    let wanted = Wanted { kind, subject, as_of, lang: lang.unwrap_or(DocumentLang::Zh) };
    print(request, move |app, caller| issue::prepare(app, caller, &id, &wanted)).await
}

/// Query of the table of arrears. Year and bureau are the filters of the report's page.
#[derive(Deserialize)]
pub struct ArrearsQuery {
    lang: Option<DocumentLang>,
    #[serde(flatten)]
    filter: FilterForm,
}

/// Downloads the arrears at the end of a year as PDF.
pub async fn arrears(request: PageRequest, query: Query<ArrearsQuery>) -> PageAnswer {
    let ArrearsQuery { lang, mut filter } = query.into_inner();
    let lang = lang.unwrap_or(DocumentLang::Zh);
    let load = move |app: &App, caller: &Caller| issue::prepare_arrears(app, caller, &filter.query(app, caller)?, lang);
    print(request, load).await
}

/// Query of the annual report.
#[derive(Deserialize)]
pub struct AnnualQuery {
    lang: Option<DocumentLang>,
    year: Option<i32>,
}

/// Downloads the report of a year as PDF.
pub async fn annual(request: PageRequest, query: Query<AnnualQuery>) -> PageAnswer {
    let (year, lang) = (query.year, query.lang.unwrap_or(DocumentLang::Zh));
    print(request, move |app, caller| issue::prepare_annual(app, caller, year, lang)).await
}

/// Downloads the report of a year as a Word document.
pub async fn annual_word(request: PageRequest, query: Query<AnnualQuery>) -> PageAnswer {
    let (year, lang) = (query.year, query.lang.unwrap_or(DocumentLang::Zh));
    let app = request.app().clone();
    let write = move |caller: Caller| issue::prepare_annual(&app, &caller, year, lang)?.into_word();
    Ok(word_response(request.run_rate_limited(write).await?))
}

/// Answers with a document that `load` prepares, once a rendering slot is free. Counts towards the person's rate limit.
async fn print(
    request: PageRequest,
    load: impl FnOnce(&App, &Caller) -> Result<PreparedDocument, Error> + Send + 'static,
) -> PageAnswer {
    let app = request.app().clone();
    let prepared = request.run_rate_limited(move |caller| load(&app, &caller)).await?;
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

/// Downloads the dossier of a contract as one archive.
pub async fn dossier(request: PageRequest, id: Path<String>) -> PageAnswer {
    let app = request.app().clone();
    let prepare = move |caller| dossier::prepare(&app, &caller, &id);
    let prepared = request.run_rate_limited(prepare).await?;
    dossier_response(prepared, request.app()).await.map_err(|error| request.failed(error, None))
}

/// Downloads the uploaded files of a contract, or of one deliverable, as one archive.
pub async fn files(request: PageRequest, id: Path<String>, query: Query<FilesQuery>) -> PageAnswer {
    let app = request.app().clone();
    let prepare = move |caller| dossier::prepare_files(&app, &caller, &id, query.deliverable.as_deref());
    let prepared = request.run_rate_limited(prepare).await?;
    dossier_response(prepared, request.app()).await.map_err(|error| request.failed(error, None))
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
pub async fn ask_code(request: PageRequest, query: PageQuery<CodeQuery>) -> PageAnswer {
    match query.code.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => Ok(Page::see_other(&format!("/verify/{}", utf8_percent_encode(code, NON_ALPHANUMERIC))).into()),
        None => {
            let empty = |page| VerifyPage { page, code: String::new(), found: None };
            request.show_to_anyone(move |_, page| Ok((StatusCode::OK, empty(page)))).await
        }
    }
}

/// Shows the document that was printed with a code, if there is one.
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
