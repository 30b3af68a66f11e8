//! Forms with files: each part is handed on as it comes in, none is held. What a part may be is the service's to say.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::{ContentDisposition, DispositionParam};
use futures_util::StreamExt;

use crate::error::{Error, Message};
use crate::services::deliverables::uploads::UploadForm;

/// Reads a form to its end.
///
/// # Errors
/// `Unsupported` for a body that is no form, `Malformed` for one that is broken, those of the parts.
pub async fn read(mut body: Multipart, form: &mut UploadForm) -> Result<(), Error> {
    while let Some(field) = body.next().await {
        let mut field = field.map_err(refusal)?;
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.content_disposition().and_then(filename);
        // A browser sends a part without a name and without content for a field in which no file was chosen.
        if filename.as_deref() == Some("") && is_empty(&mut field).await? {
            continue;
        }
        form.receive_part(&name, filename.as_deref(), field.map(|chunk| chunk.map_err(refusal))).await?;
    }
    Ok(())
}

/// Reads a small form whole: its parts by name, no more than so many bytes together. For what is looked at and not kept.
///
/// # Errors
/// `TooLarge`; `Unsupported` for a body that is no form, `Malformed` for one that is broken.
pub async fn small(mut body: Multipart, most: usize) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let (mut parts, mut bytes) = (Vec::new(), 0);
    while let Some(field) = body.next().await {
        let mut field = field.map_err(refusal)?;
        let mut part = (field.name().unwrap_or_default().to_owned(), Vec::new());
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(refusal)?;
            bytes += chunk.len();
            if bytes > most {
                return Err(Error::TooLarge(Message::new("calendar-too-large").with("most", most / 1024)));
            }
            part.1.extend_from_slice(&chunk);
        }
        parts.push(part);
    }
    Ok(parts)
}

async fn is_empty(field: &mut Field) -> Result<bool, Error> {
    while let Some(chunk) = field.next().await {
        if !chunk.map_err(refusal)?.is_empty() {
            return Err(Error::malformed("", Message::new("upload-nameless")));
        }
    }
    Ok(true)
}

/// The name that a file was sent under: `filename*` (RFC 8187) before `filename`.
fn filename(disposition: &ContentDisposition) -> Option<String> {
    let extended = disposition.parameters.iter().find_map(|parameter| match parameter {
        DispositionParam::FilenameExt(value) => String::from_utf8(value.value.clone()).ok(),
        _ => None,
    });
    extended.or_else(|| disposition.get_filename().map(str::to_owned))
}

fn refusal(error: MultipartError) -> Error {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible
        | MultipartError::BoundaryMissing => Error::Unsupported(Message::new("upload-no-form")),
        other => Error::malformed("", Message::new("unreadable").with("reason", other)),
    }
}
