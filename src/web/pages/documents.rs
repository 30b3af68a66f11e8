//! Documents and files of a contract, as a browser saves them.

use actix_web::web::{Path, Query};
use chrono::NaiveDate;
use serde::Deserialize;

use super::failure::PageFailure;
use super::request::{PageAnswer, PageRequest};
use crate::domain::shape::optional_date;
use crate::services::documents::DocumentLang;
use crate::services::{files, printing};
use crate::web::api::contracts::pdf;
use crate::web::api::files::download;
use crate::web::failure::Failure;

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
    let printed = request.costly(move |caller| printing::summary_for(&app, &caller, &id, as_of, lang)).await?;
    Ok(pdf(printed))
}

/// A file of a contract.
pub async fn file(request: PageRequest, id: Path<String>) -> PageAnswer {
    let (app, language) = (request.app().clone(), request.language());
    let caller = request.costly(Ok).await?;
    match files::download(&app, caller, &id).await {
        Ok(file) => Ok(download(file)),
        Err(error) => Err(PageFailure { failure: Failure { error, language }, shell: None }),
    }
}
