//! Forms with a file that is read at once and not stored: a table as an xlsx or csv file or as rows pasted from a
//! spreadsheet, and a year of the calendar. A form that is refused, requested in another language, or kept because its
//! session had ended, is shown again with its typed values; its file must be chosen again, because a browser does not
//! resend it.

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::text_input::clean_field;
use crate::error::{Error, FieldError, Message};
use crate::services::deliverables::permits::begin_form;
use crate::services::identity::caller::{Caller, SentForm};
use crate::services::identity::kept_forms::{self, FormValues, KEY_FIELD, SENT_FORM_FIELD};
use crate::services::records::import::{MAX_BYTES, SentTable, TableFile};
use crate::web::api::multipart::{self, SmallPart};
use crate::web::pages::forms::Form;
use crate::web::pages::request::{CSRF_FIELD, Page, PageAnswer, PageFailure, PageRequest};
use crate::web::pages::shell::{Shell, Unsent};

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
    /// Reads a form of at most `max_bytes` with a file, once a service permits it. What was typed into a form whose
    /// session has ended is kept for the page at `path`, and the answer leads on.
    ///
    /// # Errors
    /// Not signed in, with a form that cannot be kept; the CSRF token is wrong; errors of `permit`.
    pub async fn read_file_form(
        &mut self,
        mut body: Multipart,
        (path, max_bytes): (&str, usize),
        permit: impl FnOnce(Caller) -> Result<Caller, Error> + Send + 'static,
    ) -> Result<Result<FileForm, HttpResponse>, PageFailure> {
        let leading = self.read_leading(&mut body).await;
        let hidden = leading.as_ref().ok().cloned();
        let show_in = hidden.as_ref().and_then(|leading| leading.show_in);
        let mut caller = match self.admit_leading(leading, permit).await {
            Ok(caller) => caller,
            Err(failure) => {
                let owned = hidden.filter(|hidden| self.form_owner(&hidden.csrf_token).is_some());
                let Some(hidden) = owned else { return Err(failure) };
                let (file, mut values) = typed(multipart::read_small_form(body, max_bytes).await.0);
                values.extend(file.and_then(|file| multipart::lost_file(&file.name)));
                values.extend([(CSRF_FIELD.to_owned(), hidden.csrf_token), (KEY_FIELD.to_owned(), hidden.key)]);
                return self.clone().keep_upload(path.to_owned(), values, failure).await.map(Err);
            }
        };
        let _turn = begin_form(&self.app, &caller).map_err(|error| self.failed(error, Some(&caller)))?;
        let (parts, read) = multipart::read_small_form(body, max_bytes).await;
        let (file, values) = typed(parts);
        let form = self.typed(values);
        if let Some(key) = &mut caller.idempotency_key {
            key.sent_form = form.filled(SENT_FORM_FIELD).map(|id| SentForm { id, path: path.to_owned() });
        }
        Ok(Ok(FileForm { caller, file, form, read, show_in }))
    }

    /// Takes a form with a table, which `take` carries out. If a rule refuses, `again` shows the form as sent, with the
    /// faults at the file or at the pasted rows, whose labels have these keys; `again` also shows a form that was kept
    /// when its session had ended.
    ///
    /// # Errors
    /// Errors of [`read_file_form`](Self::read_file_form); errors that the person cannot correct in the form.
    pub async fn take_table<T: Template>(
        mut self,
        body: Multipart,
        labels: [&'static str; 2],
        permit: impl FnOnce(Caller) -> Result<Caller, Error> + Send + 'static,
        take: impl FnOnce(&Self, &Caller, &SentTable) -> Result<Page, Error> + Send + 'static,
        again: impl FnOnce(&App, &Caller, Shell, Form) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        if self.kept.is_some() {
            return self.show_kept_file_form(again).await;
        }
        let path = self.path.clone();
        let FileForm { caller, file, mut form, read, show_in } =
            match self.read_file_form(body, (&path, MAX_BYTES), permit).await? {
                Ok(form) => form,
                Err(kept) => return Ok(kept),
            };
        self.answer(move |request, _| {
            let mut shell = request.shell(Some(&caller));
            let sent_form = form.filled(SENT_FORM_FIELD);
            sent_form.iter().for_each(|id| shell.show_kept_form(id));
            let (mut status, nonce) = (StatusCode::OK, shell.nonce.clone());
            if show_in.is_none() {
                let field = if file.is_some() || read.is_err() { FILE } else { ROWS };
                let is_both = file.is_some() && !form.value(ROWS).is_empty();
                let table = read.and_then(|()| only_table(file, &form));
                match table.and_then(|table| take(request, &caller, &table)) {
                    Ok(page) => {
                        sent_form.iter().try_for_each(|id| kept_forms::discard(request.app(), &caller, id))?;
                        return Ok(page);
                    }
                    Err(error) => (status, form) = form.refused(error, shell.language)?,
                }
                form.faults.iter_mut().filter(|_| !is_both).for_each(|(name, _)| field.clone_into(name));
                let labelled = [FILE, ROWS].into_iter().zip(labels);
                let label =
                    |name: &str| labelled.clone().find(|(field, _)| *field == name).map(|(_, key)| shell.say(key));
                form = form.attach_faults(&shell, label);
            }
            let shown = again(request.app(), &caller, shell, form)?;
            Ok(Page::html(status, &nonce, &shown).in_language(request.app(), show_in))
        })
        .await
    }

    /// Shows a form with a file that was kept; its file has to be chosen again.
    async fn show_kept_file_form<T: Template>(
        self,
        show: impl FnOnce(&App, &Caller, Shell, Form) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        self.run_blocking(move |request| {
            let id = request.kept.as_deref().unwrap_or_default();
            request.show_kept_form(id, |app, caller, mut shell, form| {
                shell.notice = shell.notice.map(|_| Unsent::SessionEndedWithFiles);
                let nonce = shell.nonce.clone();
                Ok(Page::html(StatusCode::OK, &nonce, &show(app, caller, shell, form)?))
            })
        })
        .await
    }
}

/// Returns the file of a form and its texts, cleaned by the one rule for typed text. Pasted rows begin with tabs where
/// their first cells are empty; their cells are cleaned one by one.
fn typed(parts: Vec<SmallPart>) -> (Option<TableFile>, FormValues) {
    let (mut file, mut values) = (None, FormValues::new());
    for part in parts {
        if part.name != FILE {
            let text = String::from_utf8_lossy(&part.bytes).replace('\0', "");
            let text = if part.name == ROWS { text } else { clean_field(&part.name, &text).into_owned() };
            values.push((part.name, text));
        } else if file.is_none() && !part.bytes.is_empty() {
            file = Some(TableFile { name: part.filename, bytes: part.bytes });
        }
    }
    (file, values)
}
