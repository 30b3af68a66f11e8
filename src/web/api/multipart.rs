//! Multipart forms. Parts are passed to the service as they arrive and never buffered as a whole; the service decides
//! which parts are accepted.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::{ContentDisposition, DispositionParam};
use futures_util::StreamExt;

use crate::error::{Error, Message};
use crate::services::deliverables::uploads::UploadForm;

/// Reads a form to its end and passes each part to `form`.
///
/// # Errors
/// `Unsupported` if the body is not a multipart form, `Malformed` if it is broken, and the errors of `form`.
pub async fn read_form(mut body: Multipart, form: &mut UploadForm) -> Result<(), Error> {
    while let Some(field) = body.next().await {
        let mut field = field.map_err(form_error)?;
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.content_disposition().and_then(filename);
        // A browser sends an empty part with an empty file name for a file field without a selection.
        if filename.as_deref() == Some("") && is_empty(&mut field).await? {
            continue;
        }
        form.receive_part(&name, filename.as_deref(), field.map(|chunk| chunk.map_err(form_error))).await?;
    }
    Ok(())
}

/// Longest value of a hidden field before the files, in bytes.
const LEADING_BYTES: usize = 256;

/// Reads the values of the fields with which a form must begin.
///
/// # Errors
/// `Forbidden` for a form that does not begin with these fields: it is none of this site's.
pub async fn read_leading<const N: usize>(body: &mut Multipart, names: [&str; N]) -> Result<[String; N], Error> {
    let foreign = || Error::forbidden("form-not-ours");
    let mut values = [const { String::new() }; N];
    for (name, value) in names.iter().zip(&mut values) {
        let mut field = body.next().await.and_then(Result::ok).ok_or_else(foreign)?;
        if field.name() != Some(*name) {
            return Err(foreign());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.next().await {
            bytes.extend_from_slice(&chunk.map_err(form_error)?);
            if bytes.len() > LEADING_BYTES {
                return Err(foreign());
            }
        }
        *value = String::from_utf8(bytes).map_err(|_| foreign())?;
    }
    Ok(values)
}

/// Reads a form of at most `max_bytes` into memory and returns its parts by name. For input that is parsed and not
/// stored.
///
/// # Errors
/// `TooLarge`; `Unsupported` if the body is not a multipart form, `Malformed` if it is broken.
pub async fn read_small_form(mut body: Multipart, max_bytes: usize) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let (mut parts, mut bytes) = (Vec::new(), 0);
    while let Some(field) = body.next().await {
        let mut field = field.map_err(form_error)?;
        let mut part = (field.name().unwrap_or_default().to_owned(), Vec::new());
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(form_error)?;
            bytes += chunk.len();
            if bytes > max_bytes {
                return Err(Error::TooLarge(Message::new("calendar-too-large").with("most", max_bytes / 1024)));
            }
            part.1.extend_from_slice(&chunk);
        }
        parts.push(part);
    }
    Ok(parts)
}

async fn is_empty(field: &mut Field) -> Result<bool, Error> {
    while let Some(chunk) = field.next().await {
        if !chunk.map_err(form_error)?.is_empty() {
            return Err(Error::malformed("", Message::new("upload-nameless")));
        }
    }
    Ok(true)
}

/// Returns the file name of a part, preferring `filename*` (RFC 8187) to `filename`.
fn filename(disposition: &ContentDisposition) -> Option<String> {
    let extended = disposition.parameters.iter().find_map(|parameter| match parameter {
        DispositionParam::FilenameExt(value) => String::from_utf8(value.value.clone()).ok(),
        _ => None,
    });
    extended.or_else(|| disposition.get_filename().map(str::to_owned))
}

fn form_error(error: MultipartError) -> Error {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible
        | MultipartError::BoundaryMissing => Error::Unsupported(Message::new("upload-no-form")),
        other => Error::malformed("", Message::new("unreadable").with("reason", other)),
    }
}
