//! The texts that refuse an uploaded file: the file's name, its detected type, and how to correct it.

use crate::adapters::files::{FileError, Remedy};
use crate::domain::codes::Language;
use crate::error::{Error, FieldError, Message};
use crate::text;

/// Builds the error for a file that was not accepted. `field` and `place` are the field and position of the file.
pub(in crate::services) fn refuse_file(
    language: Language,
    (field, place): (&'static str, usize),
    name: &str,
    error: FileError,
) -> Error {
    if !error.is_refusal() {
        return Error::Unavailable(error.to_string());
    }
    let mut args = error.args();
    if let (Some(content), Some(remedy)) = (error.content(), error.remedy()) {
        args.push(("what", text::message(language, &format!("file-is-{}", content.code()), &[])));
        args.push(("fix", describe_remedy(language, remedy)));
    }
    let reason = text::message(language, error.code(), &args);
    let message = Message::new("upload-file-refused").with("file", name).with("reason", reason);
    match error {
        FileError::TooLarge { .. } => Error::TooLarge(message),
        FileError::TypeRefused { .. } | FileError::Mismatch { .. } => Error::Unsupported(message),
        _ => Error::Refused {
            rule: "files".to_owned(),
            errors: vec![FieldError { path: format!("{field}[{place}]"), message }],
        },
    }
}

/// Returns the advice for fixing a refused file.
fn describe_remedy(language: Language, remedy: Remedy) -> String {
    let (key, ending) = match remedy {
        Remedy::Rename(ending) => ("file-fix-rename", ending),
        Remedy::Csv => ("file-fix-csv", ""),
        Remedy::Office => ("file-fix-office", ""),
        Remedy::Picture => ("file-fix-picture", ""),
        Remedy::Unpack => ("file-fix-unpack", ""),
        Remedy::Pdf => ("file-fix-pdf", ""),
        Remedy::Never => ("file-fix-never", ""),
    };
    text::message(language, key, &[("ending", ending.to_owned())])
}
