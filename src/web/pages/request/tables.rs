//! Forms with a file that is read at once and not stored: a table as an xlsx or csv file or as rows pasted from a
//! spreadsheet, and a year of the calendar. A form that is refused, or requested in another language, is shown again
//! with its typed values; its file must be chosen again, because a browser does not resend it.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use askama::Template;

use crate::app::App;
use crate::domain::codes::Language;
use crate::error::{Error, FieldError, Message};
use crate::services::identity::caller::Caller;
use crate::services::records::import::{MAX_BYTES, SentTable, TableFile};
use crate::web::api::multipart;
use crate::web::pages::forms::Form;
use crate::web::pages::request::{Page, PageAnswer, PageFailure, PageRequest};
use crate::web::pages::shell::Shell;

/// Field of the file.
const FILE: &str = "file";
/// Field of rows pasted from a spreadsheet.
const ROWS: &str = "rows";

/// A form with a file, from a person whom a service permitted to send it.
pub struct FileForm {
    pub caller: Caller,
    pub file: Option<TableFile>,
    /// Text that was typed or pasted.
    pub form: Form,
    /// Error of reading the form.
    pub read: Result<(), Error>,
    /// Language in which to show the form again instead of carrying it out.
    pub show_in: Option<Language>,
}

/// Returns the table of a form; refuses a form with both a file and pasted rows.
fn only_table(file: Option<TableFile>, form: &Form) -> Result<SentTable, Error> {
    let Some(file) = file else { return Ok(SentTable::Pasted(form.untrimmed(ROWS).to_owned())) };
    if form.value(ROWS).is_empty() {
        return Ok(SentTable::File(file));
    }
    let message = Message::new("records-choose-one");
    let errors = [FILE, ROWS].map(|field| FieldError { path: field.to_owned(), message: message.clone() });
    Err(Error::Refused { rule: message.key.to_owned(), errors: errors.into() })
}

impl PageRequest {
    /// Reads a form of at most `max_bytes` with a file, once a service permits it.
    ///
    /// # Errors
    /// Not signed in; the CSRF token is wrong; errors of `permit`.
    pub async fn read_file_form(
        &mut self,
        mut body: Multipart,
        max_bytes: usize,
        permit: impl FnOnce(Caller) -> Result<Caller, Error> + Send + 'static,
    ) -> Result<FileForm, PageFailure> {
        let leading = self.read_leading(&mut body).await;
        let show_in = leading.as_ref().ok().and_then(|leading| leading.show_in);
        let caller = self.admit_leading(leading, permit).await?;
        let (parts, read) = multipart::read_small_form(body, max_bytes).await;
        let (mut file, mut form) = (None, Form::default());
        for part in parts {
            if part.name != FILE {
                form.set(&part.name, String::from_utf8_lossy(&part.bytes));
            } else if file.is_none() && !part.bytes.is_empty() {
                file = Some(TableFile { name: part.filename, bytes: part.bytes });
            }
        }
        Ok(FileForm { caller, file, form, read, show_in })
    }

    /// Takes a form with a table, which `take` carries out. If a rule refuses, `again` shows the form as sent, with the
    /// faults at the file or at the pasted rows.
    ///
    /// # Errors
    /// Errors of [`read_file_form`](Self::read_file_form); errors that the person cannot correct in the form.
    pub async fn take_table<T: Template>(
        mut self,
        body: Multipart,
        permit: impl FnOnce(Caller) -> Result<Caller, Error> + Send + 'static,
        take: impl FnOnce(&Self, &Caller, &SentTable) -> Result<Page, Error> + Send + 'static,
        again: impl FnOnce(&App, &Caller, Shell, Form) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        let FileForm { caller, file, mut form, read, show_in } = self.read_file_form(body, MAX_BYTES, permit).await?;
        self.answer(move |request, _| {
            let shell = request.shell(Some(&caller));
            let (mut status, nonce) = (StatusCode::OK, shell.nonce.clone());
            if show_in.is_none() {
                let field = if file.is_some() || read.is_err() { FILE } else { ROWS };
                let is_both = file.is_some() && !form.value(ROWS).is_empty();
                let table = read.and_then(|()| only_table(file, &form));
                match table.and_then(|table| take(request, &caller, &table)) {
                    Ok(page) => return Ok(page),
                    Err(error) => (status, form) = form.refused(error, shell.language)?,
                }
                form.faults.iter_mut().filter(|_| !is_both).for_each(|(name, _)| field.clone_into(name));
            }
            let shown = again(request.app(), &caller, shell, form)?;
            Ok(Page::html(status, &nonce, &shown).in_language(request.app(), show_in))
        })
        .await
    }
}
