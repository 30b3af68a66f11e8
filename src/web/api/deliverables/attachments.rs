//! Bodies of operations with optional files: JSON without files, a multipart form with files. A form is read only after
//! a service has permitted the request.

use std::future::Future;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{Error as ActixError, FromRequest, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::Error;
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{UploadForm, UploadLimits};
use crate::services::identity::caller::Caller;
use crate::web::api::multipart;
use crate::web::failure::Failure;
use crate::web::request::ApiRequest;

/// Media type of forms with files.
const FORM: &str = "multipart/form-data";

/// The body of an operation to which files may be attached.
pub enum AttachedBody {
    Json(Bytes),
    Form(Multipart),
}

impl FromRequest for AttachedBody {
    type Error = ActixError;
    type Future = LocalBoxFuture<'static, Result<Self, ActixError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.trim_start().to_ascii_lowercase().starts_with(FORM) {
            return Multipart::from_request(request, payload).map(|form| form.map(Self::Form)).boxed_local();
        }
        Bytes::from_request(request, payload).map(|bytes| bytes.map(Self::Json)).boxed_local()
    }
}

/// Handles a body by its kind: passes JSON to `write`; passes a form to `submit` after `permit` has allowed it.
///
/// # Errors
/// `Unauthenticated`, `Malformed`, `TooMany`, and errors of the services.
pub async fn submit_with_files<I, T, F>(
    request: ApiRequest,
    body: AttachedBody,
    write: impl FnOnce(&App, &Caller, I) -> Result<T, Error> + Send + 'static,
    limits: &'static UploadLimits,
    permit: impl FnOnce(&App, Caller) -> Result<UploadPermit, Error> + Send + 'static,
    submit: impl FnOnce(App, UploadPermit, UploadForm) -> F,
) -> Result<T, Failure>
where
    I: DeserializeOwned,
    T: Send + 'static,
    F: Future<Output = Result<T, Error>>,
{
    match body {
        AttachedBody::Json(body) => request.write(body, write).await,
        AttachedBody::Form(form) => receive(request, form, limits, permit, submit).await,
    }
}

/// Reads a form after `permit` has allowed it, and passes the form to `submit`. Counts towards the caller's upload
/// limit.
///
/// # Errors
/// `Unauthenticated`, `TooMany`, and errors of the form and of the services.
pub async fn receive<T, F>(
    request: ApiRequest,
    form: Multipart,
    limits: &'static UploadLimits,
    permit: impl FnOnce(&App, Caller) -> Result<UploadPermit, Error> + Send + 'static,
    submit: impl FnOnce(App, UploadPermit, UploadForm) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Error>>,
{
    let (language, app) = (request.language(), request.app().clone());
    let failure = |error| Failure { error, language };
    let permit = request.rate_limited().admit(permit).await?;
    let mut received = UploadForm::new(&app, &permit, limits);
    multipart::read_form(form, &mut received).await.map_err(failure)?;
    submit(app, permit, received).await.map_err(failure)
}
