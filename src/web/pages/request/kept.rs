//! Forms whose session has ended: the form is kept, and after signing in the page shows the form again as typed. A form
//! that is to be shown in another language is shown again at once.
//!
//! A page that answers a form, other than the form itself with its faults, is kept too, and the answer redirects to it,
//! so that the page can be reloaded and read in another language.
//!
//! The address that takes a form by POST shows the kept form by GET, with `?kept=ID` (see `page_routes::add_pages`).

use actix_web::guard::GuardContext;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use crate::app::App;
use crate::domain::codes::Language;
use crate::error::{Error, Message};
use crate::services::identity::browser_sessions;
use crate::services::identity::caller::{Caller, IdempotencyKey, SentForm, request_hash};
use crate::services::identity::kept_forms::{self, FormOwner, FormValues, KEY_FIELD, LOST_FILE_FIELD, SENT_FORM_FIELD};
use crate::web::origin::Site;
use crate::web::pages::failure::{FORM_OF_ANOTHER, typed_words};
use crate::web::pages::forms::Form;
use crate::web::pages::identity::kept_forms::SentPage;
use crate::web::pages::request::{
    CSRF_FIELD, FORM_NOT_OURS, MAX_FIELDS, Page, PageAnswer, PageFailure, PageRequest, check_key,
};
use crate::web::pages::shell::{Shell, Unsent};

/// Field that is sent when Enter was pressed in a text field; such a form may be incomplete and is shown again.
pub(super) const ENTER_FIELD: &str = "enter";
/// Field that the button for another language sends, with the language as its value: the form is shown again in that
/// language.
pub const SHOW_IN_FIELD: &str = "show_in";
/// Query parameter with the identifier of a kept form.
const KEPT: &str = "kept";
/// Query parameter of a kept page that answers a form.
const ANSWER: &str = "answer";

/// Returns whether a request is for a kept form.
pub fn names_kept_form(context: &GuardContext<'_>) -> bool {
    kept_form_id(context.head().uri.query()).is_some()
}

/// Returns whether the button for another language sent a request for a page, with the filters of the page.
pub fn chooses_language(context: &GuardContext<'_>) -> bool {
    context.head().uri.query().is_some_and(|query| chosen_language(query.as_bytes()).is_some())
}

/// Returns the identifier of the kept form in a query.
pub fn kept_form_id(query: Option<&str>) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == KEPT).map(|(_, id)| id.into_owned())
}

/// Returns whether an address shows a kept form.
pub fn is_kept_address(address: &str) -> bool {
    address.split_once('?').is_some_and(|(_, query)| kept_form_id(Some(query)).is_some())
}

/// Returns the address that shows a kept form.
pub fn kept_address(path: &str, id: &str) -> String {
    format!("{path}?{KEPT}={id}")
}

/// Stores the values that a page answering a form is built from, and redirects to the page. The form was sent to
/// `path`.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn lead_to_page(app: &App, caller: &Caller, path: &str, values: &[(String, String)]) -> Result<Page, Error> {
    let address = kept_address(path, &kept_forms::keep_page(app, caller, path, values)?);
    // The page's script, which sent the form, takes any other kept form for one whose session has ended.
    Ok(Page::see_other(&format!("{address}&{ANSWER}")))
}

/// Returns the language in which a form is to be shown again.
fn chosen_language(body: &[u8]) -> Option<Language> {
    let (_, code) = form_urlencoded::parse(body).find(|(name, _)| name == SHOW_IN_FIELD)?;
    Language::parse(&code)
}

/// Hashes a form without its CSRF token: a form that is sent again in another session is the same form.
fn hash_of_form(line: &str, body: &[u8]) -> String {
    let typed = form_urlencoded::parse(body).filter(|(name, _)| name != CSRF_FIELD);
    let typed = form_urlencoded::Serializer::new(String::new()).extend_pairs(typed).finish();
    request_hash(line, None, typed.as_bytes())
}

impl PageRequest {
    /// Returns the language in which a form is to be shown again, which is then that of the answer.
    pub fn choose_language(&mut self, body: &[u8]) -> Option<Language> {
        let chosen = chosen_language(body);
        self.language = chosen.or(self.language);
        chosen
    }

    /// Shows a form that anyone may send in the language that its button chose, with what was typed.
    ///
    /// # Errors
    /// The CSRF token is wrong; errors of `again`.
    pub async fn show_in<T: Template>(
        self,
        language: Language,
        body: Bytes,
        again: impl FnOnce(&Self, Shell, Form) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        self.answer_anyone_with_token(move |request, shell| {
            let form = request.form(&body)?;
            let nonce = shell.nonce.clone();
            let shown = Page::html(StatusCode::OK, &nonce, &again(request, shell, form)?);
            Ok(shown.in_language(&request.app, Some(language)))
        })
        .await
    }

    /// Answers a form of a signed-in person; under its idempotency key the form takes effect once. A form whose session
    /// has ended is kept, and `again` shows the form after signing in. `again` also shows a form that was sent by Enter
    /// in a field or by the button for another language.
    ///
    /// # Errors
    /// The CSRF token is wrong; errors of `work`.
    pub async fn take_form(
        mut self,
        body: Bytes,
        act: impl FnOnce(&App, &Caller, Shell, Form) -> Result<Page, Error> + Send + 'static,
        again: impl FnOnce(&App, &Caller, Shell, Form) -> Result<Page, Error> + Send + 'static,
    ) -> PageAnswer {
        let chosen = self.choose_language(&body);
        self.run_blocking(move |request| {
            if let Some(id) = &request.kept {
                return request.show_kept_form(id, again);
            }
            let (error, caller) = match request.caller() {
                Ok(caller) => match request.form(&body) {
                    Ok(form) => {
                        let mut caller = caller;
                        let typed = typed_words(form.values());
                        let hash = hash_of_form(&request.line, &body);
                        check_key(form.value(KEY_FIELD)).map_err(|error| request.failed(error, Some(&caller)))?;
                        let sent_form = form.filled(SENT_FORM_FIELD);
                        let mut shell = request.shell(Some(&caller));
                        if let Some(id) = &sent_form {
                            shell.show_kept_form(id);
                        }
                        let sent_form = sent_form.map(|id| SentForm { id, path: request.path.clone() });
                        let keyed = |key| IdempotencyKey { sent_form, ..IdempotencyKey::new(key, hash) };
                        caller.idempotency_key = form.filled(KEY_FIELD).map(keyed);
                        shell.notice = match chosen {
                            Some(_) => Some(Unsent::LanguageChosen),
                            None => form.filled(ENTER_FIELD).map(|_| Unsent::EnterPressed),
                        };
                        if shell.notice.is_some() {
                            // Nothing is done twice if the form was sent before and its answer was lost.
                            shell.key = form.filled(KEY_FIELD).unwrap_or(shell.key);
                            let shown = again(&request.app, &caller, shell, form);
                            let shown =
                                shown.map_err(|error| request.failed(error, Some(&caller)).with_typed(typed))?;
                            return Ok(shown.in_language(&request.app, chosen));
                        }
                        return act(&request.app, &caller, shell, form)
                            .map_err(|error| request.failed(error, Some(&caller)).with_typed(typed));
                    }
                    Err(error) => (error, Some(caller)),
                },
                Err(error) => (error, None),
            };
            request.keep_form(form_urlencoded::parse(&body).into_owned().collect(), error, caller.as_ref())
        })
        .await
    }

    /// Answers a form like [`take_form`](Self::take_form): `act` carries out the form and returns the next page's
    /// address. If a rule refuses, `again` shows the form as typed, with its faults.
    ///
    /// # Errors
    /// The CSRF token is wrong; errors that the person cannot correct in the form.
    pub async fn submit<T: Template>(
        self,
        body: Bytes,
        act: impl FnOnce(&App, &Caller, &Form) -> Result<String, Error> + Send + 'static,
        again: impl FnOnce(&App, &Caller, Shell, Form) -> Result<T, Error> + Clone + Send + 'static,
    ) -> PageAnswer {
        let refused = again.clone();
        let act = move |app: &App, caller: &Caller, shell: Shell, form: Form| match act(app, caller, &form) {
            Ok(next) => Ok(Page::see_other(&next)),
            Err(error) => {
                let (status, form) = form.refused(error, shell.language)?;
                let nonce = shell.nonce.clone();
                Ok(Page::html(status, &nonce, &refused(app, caller, shell, form)?))
            }
        };
        let show = move |app: &App, caller: &Caller, shell: Shell, form: Form| {
            let nonce = shell.nonce.clone();
            Ok(Page::html(StatusCode::OK, &nonce, &again(app, caller, shell, form)?))
        };
        self.take_form(body, act, show).await
    }

    /// Returns the person for whom the page of a form was rendered, if this browser showed the page, also before it lost
    /// its cookies, and no other site sent the form.
    pub fn form_owner(&self, csrf_token: &str) -> Option<FormOwner> {
        let (_, mark) = csrf_token.split_once('.').filter(|_| self.site != Site::Other)?;
        kept_forms::verify_mark(&self.app, self.browser.as_deref(), self.site == Site::Own, mark)
    }

    pub(super) fn show_kept_form(
        &self,
        id: &str,
        show: impl FnOnce(&App, &Caller, Shell, Form) -> Result<Page, Error>,
    ) -> Result<Page, PageFailure> {
        let caller = self.caller().map_err(|error| self.failed(error, None))?;
        let shown = match kept_forms::load_form(&self.app, &caller, self.browser.as_deref(), (id, &self.path)) {
            Ok(kept) => {
                let mut shell = self.shell(Some(&caller));
                let (lost, values): (FormValues, FormValues) =
                    kept.values.into_iter().partition(|(name, _)| name == LOST_FILE_FIELD);
                shell.lost_files = lost.into_iter().map(|(_, file)| file).collect();
                shell.notice = kept.is_unsent.then_some(Unsent::SessionEnded);
                shell.show_kept_form(id);
                show(&self.app, &caller, shell, self.typed(values))
            }
            // Back leads here after the form was sent.
            Err(Error::NotFound) if kept_forms::was_sent(&self.app, &caller, id).unwrap_or(false) => {
                Ok(SentPage::of(self.shell(Some(&caller)), &self.path).answer())
            }
            Err(error) => Err(error),
        };
        shown.map_err(|error| self.failed(error, Some(&caller)))
    }

    /// Keeps a form that was refused because its session has ended, and redirects to signing in or back to the form.
    ///
    /// # Errors
    /// The error that refused the form, if the form cannot be kept or belongs to a person other than the caller.
    fn keep_form(&self, values: FormValues, error: Error, caller: Option<&Caller>) -> Result<Page, PageFailure> {
        let is_readable = values.len() <= MAX_FIELDS
            && values.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0'));
        let word = values.iter().find(|(name, _)| name == CSRF_FIELD).map(|(_, value)| value.as_str());
        match word.and_then(|word| self.form_owner(word)).filter(|_| is_readable) {
            Some(owner) => self.keep_form_of(&owner, &self.path, &values, error, caller),
            // The words go back to the browser that sent them, but no other site puts words on a page.
            None if self.site == Site::Other => Err(self.failed(error, caller)),
            None => Err(self.failed(error, caller).with_typed(typed_words(&values))),
        }
    }

    /// Keeps the text fields of an upload that was refused because its session has ended.
    ///
    /// # Errors
    /// Errors of [`keep_form`](Self::keep_form).
    pub async fn keep_upload(self, path: String, values: FormValues, failure: PageFailure) -> PageAnswer {
        self.run_blocking(move |request| {
            let owner =
                values.iter().find(|(name, _)| name == CSRF_FIELD).and_then(|(_, word)| request.form_owner(word));
            let caller = request.caller().ok();
            match owner {
                Some(owner) => request.keep_form_of(&owner, &path, &values, failure.failure.error, caller.as_ref()),
                None => Err(failure),
            }
        })
        .await
    }

    /// Keeps a form of its owner for the page at a path; see [`keep_form`](Self::keep_form).
    ///
    /// # Errors
    /// Errors of [`keep_form`](Self::keep_form).
    fn keep_form_of(
        &self,
        owner: &FormOwner,
        path: &str,
        values: &[(String, String)],
        error: Error,
        caller: Option<&Caller>,
    ) -> Result<Page, PageFailure> {
        let has_session_ended = match &error {
            Error::Unauthenticated(_) => true,
            Error::Forbidden(message) => message.key == FORM_NOT_OURS,
            _ => false,
        };
        if !has_session_ended {
            return Err(self.failed(error, caller).with_typed(typed_words(values)));
        }
        let fresh = self.browser.is_none().then(|| browser_sessions::anonymous_token(&self.app));
        let browser = self.browser.as_deref().or(fresh.as_deref()).unwrap_or_default();
        let is_loose = !owner.is_of_browser() && !caller.is_some_and(|caller| owner.is(caller));
        let kept = if is_loose {
            let counted = self.limits.count_loose_form(self.address);
            counted.and_then(|()| kept_forms::keep_loose_form(&self.app, owner, browser, path, values))
        } else {
            kept_forms::keep_form(&self.app, owner, path, values)
        };
        let id = kept.map_err(|error| self.failed(error, caller).with_typed(typed_words(values)))?;
        let address = kept_address(path, &id);
        let with_browser = |answer: Page| match &fresh {
            Some(browser) => answer.with_browser(&self.app, browser),
            None => answer,
        };
        match caller {
            None => {
                let next = percent_encoding::utf8_percent_encode(&address, percent_encoding::NON_ALPHANUMERIC);
                Ok(with_browser(self.redirect(&format!("/sign-in?next={next}"))))
            }
            Some(caller) if owner.is(caller) => Ok(with_browser(self.redirect(&address))),
            Some(_) => {
                let message = Message::new(FORM_OF_ANOTHER).with("address", address);
                Err(self.failed(Error::Forbidden(message), caller))
            }
        }
    }
}
