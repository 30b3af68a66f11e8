//! Multipart forms. Parts are passed to the service as they arrive and never buffered as a whole; the service decides
//! which parts are accepted.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::{ContentDisposition, DispositionParam};
use futures_util::StreamExt;
use futures_util::stream::Fuse;

use crate::domain::text_input::clean_field;
use crate::error::{Error, FieldError, Message};
use crate::services::deliverables::uploads::{KEPT_FIELD, TEXT_BYTES, UploadForm, UploadLimits};
use crate::services::identity::kept_forms::{LOST_FILE_FIELD, SENT_FORM_FIELD};

/// Multiple of the largest form that is read and discarded after a refusal. A client that is still sending cannot read
/// an answer, so its body is read to the end; beyond this, the connection is closed.
const DISCARDED_FORMS: u64 = 4;
/// Bytes of a small form that are read and discarded after a refusal.
const MAX_DISCARDED_BYTES: u32 = 64 * 1024 * 1024;
/// Maximum number of parts of a form. An empty part counts towards no limit of bytes, but takes memory all the same.
const MAX_PARTS: usize = 1_000;
/// Characters of the name of a file that is not kept.
const MAX_NAME: usize = 255;

/// Reads a form to its end and passes each part to `form`, up to the first refused part.
///
/// # Errors
/// `Unsupported` if the body is not a multipart form, `Malformed` if the form is broken, and the first error of `form`.
pub async fn read_form(body: Multipart, form: &mut UploadForm) -> Result<(), Error> {
    read_parts(body, form, false).await?.into_iter().next().map_or(Ok(()), Err)
}

/// Reads the form of a page to its end and passes every part to `form`, so that a refused part does not cost the
/// following ones. Returns the faults found; errors about a file are reported at the file field.
///
/// # Errors
/// `Unsupported` if the body is not a multipart form, `Malformed` if the form is broken, and errors of `form` that the
/// person cannot correct.
pub async fn read_page_form(body: Multipart, form: &mut UploadForm) -> Result<Vec<FieldError>, Error> {
    let field = form.limits().file;
    let mut faults = Vec::new();
    for error in read_parts(body, form, true).await? {
        match error {
            Error::Malformed(fields) | Error::Refused { errors: fields, .. } => faults.extend(fields),
            Error::TooLarge(message) | Error::Unsupported(message) => {
                faults.push(FieldError { path: field.to_owned(), message });
            }
            other => return Err(other),
        }
    }
    for fault in &mut faults {
        if fault.path.starts_with(&format!("{field}[")) {
            field.clone_into(&mut fault.path);
        }
    }
    Ok(faults)
}

/// Reads and discards the body of a form whose sender was refused beforehand, so that the answer can be read.
pub async fn discard_form(mut body: Multipart, max_form_bytes: u64) {
    let mut room = max_form_bytes.saturating_mul(DISCARDED_FORMS);
    let mut parts = 0..MAX_PARTS;
    while let (Some(_), Some(Ok(field))) = (parts.next(), body.next().await) {
        if !discard(&mut field.fuse(), &mut room).await {
            return;
        }
    }
}

/// Reads the parts of a form and returns their errors. Unless `all` is set, parts after the first error are discarded.
async fn read_parts(mut body: Multipart, form: &mut UploadForm, all: bool) -> Result<Vec<Error>, Error> {
    let mut room = form.max_form_bytes().saturating_mul(DISCARDED_FORMS);
    let mut refused = Vec::new();
    let mut parts = 0..MAX_PARTS;
    while let Some(field) = body.next().await {
        if parts.next().is_none() {
            return Err(too_many_parts());
        }
        // A part must not be read beyond its end.
        let mut field = match field {
            Ok(field) => field.fuse(),
            Err(error) if refused.is_empty() => return Err(form_error(error)),
            Err(_) => break,
        };
        if (refused.is_empty() || all)
            && let Err(error) = receive(&mut field, form).await
        {
            refused.push(error);
        }
        if !refused.is_empty() && !discard(&mut field, &mut room).await {
            break;
        }
    }
    Ok(refused)
}

async fn receive(field: &mut Fuse<Field>, form: &mut UploadForm) -> Result<(), Error> {
    let name = field.get_ref().name().unwrap_or_default().to_owned();
    let filename = field.get_ref().content_disposition().and_then(filename);
    // A browser sends an empty part with an empty file name for a file field without a selection.
    if filename.as_deref() == Some("") && is_empty(field).await? {
        return Ok(());
    }
    form.receive_part(&name, filename.as_deref(), field.map(|chunk| chunk.map_err(form_error))).await
}

/// Reads the rest of a part without keeping it; returns false if the part is broken or `room` bytes are used up.
async fn discard(field: &mut Fuse<Field>, room: &mut u64) -> bool {
    while let Some(chunk) = field.next().await {
        let Ok(chunk) = chunk else { return false };
        *room = room.saturating_sub(chunk.len() as u64);
        if *room == 0 {
            return false;
        }
    }
    true
}

/// Maximum length of a hidden field's value before the files, in bytes.
const LEADING_BYTES: usize = 256;

/// Reads the values of the leading fields of a form, and one of the optional fields that may precede them.
///
/// # Errors
/// `Unsupported` if the body is not a multipart form; the body must then not be read any further. `Forbidden` for a
/// form that does not begin with these fields, because this site did not render it.
pub async fn read_leading<const N: usize>(
    body: &mut Multipart,
    optional: &[&str],
    names: [&str; N],
) -> Result<(Option<(String, String)>, [String; N]), Error> {
    let (mut found, mut values) = (None, [const { String::new() }; N]);
    for (name, value) in names.iter().zip(&mut values) {
        let mut part = read_leading_part(body).await?;
        if found.is_none() && optional.contains(&part.0.as_str()) {
            found = Some(part);
            part = read_leading_part(body).await?;
        }
        if part.0 != *name {
            return Err(foreign_form());
        }
        *value = part.1;
    }
    Ok((found, values))
}

/// Reads the name and the value of a short part.
async fn read_leading_part(body: &mut Multipart) -> Result<(String, String), Error> {
    let mut field = match body.next().await.transpose().map_err(form_error) {
        Ok(Some(field)) => field,
        Err(error @ Error::Unsupported(_)) => return Err(error),
        Ok(None) | Err(_) => return Err(foreign_form()),
    };
    let name = field.name().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = field.next().await {
        bytes.extend_from_slice(&chunk.map_err(form_error)?);
        if bytes.len() > LEADING_BYTES {
            return Err(foreign_form());
        }
    }
    Ok((name, String::from_utf8(bytes).map_err(|_| foreign_form())?))
}

fn foreign_form() -> Error {
    Error::forbidden("form-not-ours")
}

fn too_many_parts() -> Error {
    Error::TooLarge(Message::new("upload-too-many-parts").with("limit", MAX_PARTS))
}

/// A part of a small form.
#[derive(Debug, Default)]
pub struct SmallPart {
    pub name: String,
    /// Name of the file; empty for a part without a file.
    pub filename: String,
    pub bytes: Vec<u8>,
}

/// The parts of a small form that fit its size limit, and the error of the form.
pub type SmallForm = (Vec<SmallPart>, Result<(), Error>);

/// Reads a form of at most `max_bytes` into memory, for input that is parsed and not stored. A part beyond the limit is
/// read to its end without being kept; the result is then `TooLarge`. Other results: `Unsupported` if the body is not a
/// multipart form, `Malformed` if the form is broken.
pub async fn read_small_form(mut body: Multipart, max_bytes: usize) -> SmallForm {
    let (mut parts, mut read, mut bytes) = (Vec::new(), Ok(()), 0);
    let mut room = u64::from(MAX_DISCARDED_BYTES);
    'parts: while let Some(field) = body.next().await {
        if parts.len() >= MAX_PARTS {
            return (parts, read.and(Err(too_many_parts())));
        }
        let mut field = match field {
            Ok(field) => field.fuse(),
            Err(error) => return (parts, read.and(Err(form_error(error)))),
        };
        let mut part = SmallPart {
            name: field.get_ref().name().unwrap_or_default().to_owned(),
            filename: field.get_ref().content_disposition().and_then(filename).unwrap_or_default(),
            bytes: Vec::new(),
        };
        while let Some(chunk) = field.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => return (parts, read.and(Err(form_error(error)))),
            };
            if bytes + part.bytes.len() + chunk.len() > max_bytes {
                let message = Message::new("calendar-too-large").with("most", max_bytes / 1024);
                read = Err(Error::TooLarge(message));
                if discard(&mut field, &mut room).await {
                    continue 'parts;
                }
                return (parts, read);
            }
            part.bytes.extend_from_slice(&chunk);
        }
        bytes += part.bytes.len();
        parts.push(part);
    }
    (parts, read)
}

/// Reads the readable text fields of a refused form, each once, and discards its files but for their names.
pub async fn read_texts(mut body: Multipart, limits: &UploadLimits, max_form_bytes: u64) -> Vec<(String, String)> {
    let (mut texts, mut room) = (Vec::<(String, String)>::new(), max_form_bytes.saturating_mul(DISCARDED_FORMS));
    let mut parts = 0..MAX_PARTS;
    while let (Some(_), Some(Ok(field))) = (parts.next(), body.next().await) {
        let name = field.name().unwrap_or_default().to_owned();
        if name == limits.file {
            texts.extend(field.content_disposition().and_then(filename).and_then(|name| lost_file(&name)));
        }
        // A part must not be read beyond its end.
        let mut field = field.fuse();
        let mut text = Vec::new();
        while let Some(Ok(chunk)) = field.next().await {
            room = room.saturating_sub(chunk.len() as u64);
            if room == 0 {
                return texts;
            }
            if text.len() <= TEXT_BYTES && name != limits.file {
                text.extend_from_slice(&chunk);
            }
        }
        let is_known = limits.texts.contains(&name.as_str()) || name == SENT_FORM_FIELD;
        let is_new = texts.iter().all(|(known, _)| *known != name);
        let is_known = ((is_known && is_new) || name == KEPT_FIELD) && text.len() <= TEXT_BYTES;
        if let Some(text) = String::from_utf8(text).ok().filter(|text| is_known && !text.contains('\0')) {
            texts.push((name, text));
        }
    }
    texts
}

/// Returns the field of a kept form with the name of a file that is not kept; `None` for a file without a name.
pub fn lost_file(name: &str) -> Option<(String, String)> {
    let name: String = clean_field(LOST_FILE_FIELD, name).chars().filter(|c| *c != '\0').take(MAX_NAME).collect();
    (!name.trim().is_empty()).then(|| (LOST_FILE_FIELD.to_owned(), name))
}

async fn is_empty(field: &mut Fuse<Field>) -> Result<bool, Error> {
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
        MultipartError::Incomplete | MultipartError::Payload(_) => Error::malformed("", Message::new("body-cut")),
        other => Error::malformed("", Message::new("unreadable").with("reason", other)),
    }
}
