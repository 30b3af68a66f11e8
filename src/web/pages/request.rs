//! Requests for pages: the browser's session, its language, its forms, and the ways to answer. A handler passes its
//! work; signing in, CSRF checks and rendering are done here, on a thread that may block.

mod kept;
mod tables;
mod uploads;

use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use askama::Template;
use futures_util::future::LocalBoxFuture;

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::text_input::clean_field;
use crate::error::{Error, Message};
use crate::services::contracts::drafts::paste::RANGE_FIELD;
use crate::services::identity::browser_sessions;
use crate::services::identity::caller::{Caller, IdempotencyKey, request_hash};
use crate::services::identity::kept_forms::KEY_FIELD;
use crate::services::identity::sessions::{self, Hasher};
use crate::web::address::client_ip;
use crate::web::failure::Failure;
use crate::web::limits::Limits;
use crate::web::origin::{Site, site_of};
use crate::web::page_routes::is_read_at;
pub use crate::web::pages::failure::PageFailure;
use crate::web::pages::forms::Form;
use crate::web::pages::identity::proof;
pub use crate::web::pages::request::kept::{
    SHOW_IN_FIELD, chooses_language, is_kept_address, kept_address, lead_to_page, names_kept_form,
};
pub use crate::web::pages::request::tables::FileForm;
pub use crate::web::pages::request::uploads::LeadingFields;
pub use crate::web::pages::response::{LANGUAGE, Page, own_path};
use crate::web::pages::response::{browser_cookie, session_cookie, ticket_cookie};
use crate::web::pages::shell::Shell;
use crate::web::patterns::pattern_of;
use crate::web::query::UnreadParameters;
use crate::web::refusals::RefusalNote;
use crate::web::request::{KEY_LENGTH, block, holds_nul, preferred_language};

/// The response of a page.
pub type PageAnswer = Result<HttpResponse, PageFailure>;

/// Message about a form that the browser's session did not get from this site.
const FORM_NOT_OURS: &str = "form-not-ours";
/// Form field with the CSRF token.
const CSRF_FIELD: &str = "form";
/// Maximum number of fields of a form: twice those of the largest draft. Their readers look each one up among all.
const MAX_FIELDS: usize = 20_000;
/// Fields with a password.
const PASSWORDS: &[&str] = &["password", "again", proof::PASSWORD];

/// A request for a page, before signing in.
#[derive(Clone)]
pub struct PageRequest {
    app: Data<App>,
    limits: Data<Limits>,
    address: IpAddr,
    agent: String,
    language: Option<Language>,
    accepted: Option<Language>,
    token: Option<String>,
    /// Token of the browser itself; the marks of its forms are bound to this token.
    browser: Option<String>,
    ticket: Option<String>,
    /// The site that sent the request.
    site: Site,
    /// Set when the page's script (htmx) sent the request.
    is_scripted: bool,
    line: String,
    here: String,
    note: RefusalNote,
    path: String,
    /// Identifier of the kept form to show; the request then does not submit a form.
    kept: Option<String>,
    unread: UnreadParameters,
}

impl FromRequest for PageRequest {
    type Error = PageFailure;
    type Future = LocalBoxFuture<'static, Result<Self, PageFailure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (read, holds_nul) = (Self::from_head(request), holds_nul(request.uri()));
        Box::pin(async move {
            let page = read?;
            if holds_nul { Err(page.refused(Error::NotFound).await) } else { Ok(page) }
        })
    }
}

impl PageRequest {
    /// Reads a request before its body.
    fn from_head(request: &HttpRequest) -> Result<Self, PageFailure> {
        let (Some(app), Some(limits)) = (request.app_data::<Data<App>>(), request.app_data::<Data<Limits>>()) else {
            let error = Error::Internal("missing app data: App or Limits".to_owned());
            return Err(PageFailure { failure: Failure { error, language: Language::Zh }, shell: None });
        };
        let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let here = request.uri().path_and_query().map_or("/", |whole| whole.as_str()).to_owned();
        Ok(Self {
            address: client_ip(request, |address| app.proxies.contains(address)),
            agent: text(header::USER_AGENT).unwrap_or_default().to_owned(),
            language: cookie(LANGUAGE).and_then(|code| Language::parse(&code)),
            accepted: preferred_language(request),
            token: cookie(session_cookie(app)),
            browser: cookie(browser_cookie(app)).filter(|token| !token.is_empty()),
            ticket: cookie(ticket_cookie(app)).filter(|ticket| !ticket.is_empty()),
            site: site_of(request, app.settings.public_url.as_deref()),
            is_scripted: text(header::HeaderName::from_static("hx-request")).is_some(),
            path: request.path().to_owned(),
            kept: kept::kept_form_id(request.uri().query()).filter(|_| request.method() == Method::GET),
            line: format!("{} {}", request.method(), request.path()),
            here: if request.method() == Method::POST { address_of_form(request) } else { here },
            app: app.clone(),
            limits: limits.clone(),
            note: RefusalNote::of(request),
            unread: UnreadParameters::of(request),
        })
    }

    /// Returns the page of an error, as the person of the session reads it.
    async fn refused(self, error: Error) -> PageFailure {
        let work = move || Ok(self.failed(error, self.caller().ok().as_ref()));
        let done = block(Language::Zh, work).await;
        done.unwrap_or_else(|failure| PageFailure { failure, shell: None })
    }
}

/// Checks the length of a form's idempotency key.
fn check_key(key: &str) -> Result<(), Error> {
    if key.len() <= KEY_LENGTH {
        return Ok(());
    }
    Err(Error::malformed(KEY_FIELD, Message::new("idempotency-key-length")))
}

/// Returns the address of the page with the form that a request sends. A form is sent to the address of its page, or to
/// an address below.
fn address_of_form(request: &HttpRequest) -> String {
    let pattern = pattern_of(request).unwrap_or_default();
    let pattern: Vec<&str> = pattern.split('/').collect();
    let is_read = |length: &usize| is_read_at(&pattern[..*length].join("/"));
    let Some(length) = (2..=pattern.len()).rev().find(is_read) else { return "/".to_owned() };
    let path: Vec<&str> = request.path().split('/').take(length).collect();
    let query = Some(request.query_string()).filter(|query| !query.is_empty());
    path.join("/") + &query.map(|query| format!("?{query}")).unwrap_or_default()
}

/// Leads from the address to which a form is sent to the page of the form.
pub async fn lead_to_form(request: PageRequest, line: HttpRequest) -> PageAnswer {
    Ok(request.redirect(&address_of_form(&line)).into())
}

/// Shows an error as a page for a request that reached no handler.
pub async fn refused(request: &HttpRequest, error: Error) -> PageFailure {
    match PageRequest::from_head(request) {
        Ok(page) => page.refused(error).await,
        Err(failure) => failure,
    }
}

impl PageRequest {
    /// Returns the application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Redirects the browser, or the page's script, to another page of this site.
    pub fn redirect(&self, path: &str) -> Page {
        if self.is_scripted { Page::script_redirect(path) } else { Page::see_other(path) }
    }

    /// Returns whether the page's script (htmx) sent the request, and not the browser itself.
    pub fn is_scripted(&self) -> bool {
        self.is_scripted
    }

    /// Waits for a slot among the password hashers.
    ///
    /// # Errors
    /// None in practice: the gate is never closed.
    pub async fn acquire_hasher(&self) -> Result<Hasher, PageFailure> {
        sessions::acquire_hasher(&self.app).await.map_err(|error| self.failed(error, None))
    }

    /// Returns the rate limits, the client's IP address and its user agent.
    pub fn client(&self) -> (Data<Limits>, IpAddr, String) {
        (self.limits.clone(), self.address, self.agent.clone())
    }

    /// Returns the language of the page: the chosen one, or else the browser's.
    pub fn language(&self) -> Language {
        self.language.or(self.accepted).unwrap_or(Language::Zh)
    }

    /// Returns the token of the browser's session, open or not.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Returns the ticket of a browser that returns from the identity provider.
    pub fn ticket(&self) -> Option<&str> {
        self.ticket.as_deref()
    }

    /// Builds the shell of the page; a person's own language counts unless another was chosen.
    pub fn shell(&self, caller: Option<&Caller>) -> Shell {
        let language = self.language.unwrap_or_else(|| caller.map_or_else(|| self.language(), |c| c.language));
        let tokens = (self.token.as_deref().unwrap_or_default(), self.browser.as_deref());
        let mut shell = Shell::new(&self.app, caller, tokens, language, &self.here);
        self.unread.names().iter().for_each(|name| shell.tell_unread(name));
        shell
    }

    /// Renders the page of an error.
    pub fn failed(&self, error: Error, caller: Option<&Caller>) -> PageFailure {
        let shell = self.shell(caller);
        PageFailure { failure: Failure { error, language: shell.language }, shell: Some(Box::new(shell)) }
    }

    /// Loads the person of the session.
    fn caller(&self) -> Result<Caller, Error> {
        let token = self.token.as_deref().ok_or_else(|| Error::Unauthenticated(Message::new("session-ended")))?;
        let caller = browser_sessions::load_caller(&self.app, token, self.language)?;
        self.note.person(&caller.public_id);
        Ok(caller)
    }

    /// Shows a page to a person who is signed in.
    ///
    /// # Errors
    /// Not signed in (the sign-in page is shown), or errors of the work.
    pub async fn show<T: Template>(
        self,
        work: impl FnOnce(&App, &Caller, Shell) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        self.show_with_status(StatusCode::OK, work).await
    }

    /// Answers a person who is signed in, with any response.
    ///
    /// # Errors
    /// Not signed in, or errors of the work.
    pub async fn answer(self, work: impl FnOnce(&Self, &Caller) -> Result<Page, Error> + Send + 'static) -> PageAnswer {
        self.run_blocking(move |request| match request.caller() {
            Ok(caller) => work(request, &caller).map_err(|error| request.failed(error, Some(&caller))),
            Err(error) => Err(request.failed(error, None)),
        })
        .await
    }

    /// Runs work on a thread that may block.
    async fn run_blocking(self, work: impl FnOnce(&Self) -> Result<Page, PageFailure> + Send + 'static) -> PageAnswer {
        let is_scripted = self.is_scripted;
        let done = block(self.language(), move || Ok(work(&self))).await;
        let page = done.map_err(|failure| PageFailure { failure, shell: None })??;
        Ok(if is_scripted { page.for_script() } else { page }.into())
    }

    /// Answers a form of a signed-in person; under its idempotency key the form takes effect once. For forms with
    /// secrets, which are not kept when their session has ended.
    ///
    /// # Errors
    /// Not signed in; the CSRF token is wrong; errors of `work`.
    pub async fn write(
        self,
        body: Bytes,
        work: impl FnOnce(&App, &Caller, Shell, Form) -> Result<Page, Error> + Send + 'static,
    ) -> PageAnswer {
        self.answer(move |request, caller| {
            let form = request.form(&body)?;
            let mut caller = caller.clone();
            let hash = request_hash(&request.line, None, &body);
            check_key(form.value(KEY_FIELD))?;
            caller.idempotency_key = form.filled(KEY_FIELD).map(|key| IdempotencyKey::new(key, hash));
            let shell = request.shell(Some(&caller));
            work(&request.app, &caller, shell, form)
        })
        .await
    }

    /// Signs the caller in for a file or document, and counts towards the person's rate limit.
    ///
    /// # Errors
    /// Not signed in; `TooMany`; errors of the service.
    pub async fn run_rate_limited<T: Send + 'static>(
        &self,
        service: impl FnOnce(Caller) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, PageFailure> {
        let request = self.clone();
        let work = move || {
            let caller = request.caller().map_err(|error| request.failed(error, None))?;
            let done = request.limits.count_costly(&caller.public_id).and_then(|()| service(caller.clone()));
            done.map_err(|error| request.failed(error, Some(&caller)))
        };
        let done = block(self.language(), move || Ok(work())).await;
        done.map_err(|failure| PageFailure { failure, shell: None })?
    }

    /// Shows a page with a status, to a person who is signed in.
    ///
    /// # Errors
    /// Not signed in, or errors of the work.
    pub async fn show_with_status<T: Template>(
        self,
        status: StatusCode,
        work: impl FnOnce(&App, &Caller, Shell) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        self.answer(move |request, caller| {
            let shell = request.shell(Some(caller));
            let nonce = shell.nonce.clone();
            let page = work(&request.app, caller, shell)?;
            Ok(Page::html(status, &nonce, &page))
        })
        .await
    }

    /// Answers anyone, signed in or not.
    ///
    /// # Errors
    /// Errors of the work.
    pub async fn answer_anyone(
        self,
        work: impl FnOnce(&Self, Shell) -> Result<Page, Error> + Send + 'static,
    ) -> PageAnswer {
        self.run_blocking(move |request| {
            let caller = request.caller().ok();
            work(request, request.shell(caller.as_ref())).map_err(|error| request.failed(error, caller.as_ref()))
        })
        .await
    }

    /// Shows an error to anyone, signed in or not.
    ///
    /// # Errors
    /// The given error, always.
    pub async fn refuse(self, error: Error) -> PageAnswer {
        self.run_blocking(move |request| Err(request.failed(error, request.caller().ok().as_ref()))).await
    }

    /// Answers an unknown address.
    ///
    /// # Errors
    /// Always: `NotFound`.
    pub async fn not_found(self) -> PageAnswer {
        self.refuse(Error::NotFound).await
    }

    /// Reads a form and verifies its CSRF token (ASVS 3.5.1).
    ///
    /// # Errors
    /// `Forbidden` for a wrong token; `Malformed` for a form that contains a NUL; `TooLarge` for too many fields.
    pub fn form(&self, body: &[u8]) -> Result<Form, Error> {
        let values: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().take(MAX_FIELDS + 1).collect();
        if values.len() > MAX_FIELDS {
            return Err(Error::TooLarge(Message::new("form-too-many-fields").with("limit", MAX_FIELDS)));
        }
        if values.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Error::malformed("", Message::new("malformed-nul")));
        }
        let cleaned = values.into_iter().map(|(name, value)| {
            // A pasted range begins with tabs where its first cells are empty; its cells are cleaned one by one.
            let is_kept_as_typed = PASSWORDS.contains(&name.as_str()) || name.starts_with(RANGE_FIELD);
            let value = if is_kept_as_typed { value } else { clean_field(&name, &value).into_owned() };
            (name, value)
        });
        let form = self.typed(cleaned.collect());
        self.verify_csrf(form.value(CSRF_FIELD))?;
        Ok(form)
    }

    /// Builds a form from its typed values.
    pub fn typed(&self, values: Vec<(String, String)>) -> Form {
        Form::new(values).noting(self.note.clone())
    }

    /// Verifies that a form comes from a page of this site in this browser.
    ///
    /// # Errors
    /// `Forbidden` for any other form.
    pub fn verify_csrf(&self, csrf_token: &str) -> Result<(), Error> {
        let token = self.token.as_deref().filter(|_| self.site != Site::Other);
        if token.is_some_and(|token| browser_sessions::verify_csrf(&self.app, token, csrf_token)) {
            return Ok(());
        }
        Err(Error::forbidden(FORM_NOT_OURS))
    }

    /// Shows a page to anyone, signed in or not. A browser without a session token gets one, which CSRF tokens are
    /// bound to.
    ///
    /// # Errors
    /// Errors of the work.
    pub async fn show_to_anyone<T: Template>(
        self,
        work: impl FnOnce(&Self, Shell) -> Result<(StatusCode, T), Error> + Send + 'static,
    ) -> PageAnswer {
        self.answer_anyone_with_token(move |request, shell| {
            let nonce = shell.nonce.clone();
            work(request, shell).map(|(status, page)| Page::html(status, &nonce, &page))
        })
        .await
    }

    /// Answers anyone like [`show_to_anyone`](Self::show_to_anyone), with any response.
    ///
    /// # Errors
    /// Errors of the work.
    pub async fn answer_anyone_with_token(
        mut self,
        work: impl FnOnce(&Self, Shell) -> Result<Page, Error> + Send + 'static,
    ) -> PageAnswer {
        let fresh = self.token.is_none().then(|| browser_sessions::anonymous_token(&self.app));
        if let Some(token) = &fresh {
            self.token = Some(token.clone());
        }
        let fresh_browser = self.browser.is_none().then(|| browser_sessions::anonymous_token(&self.app));
        self.run_blocking(move |request| {
            let caller = request.caller().ok();
            let shell = request.shell(caller.as_ref());
            let answer = work(request, shell).map_err(|error| request.failed(error, caller.as_ref()))?;
            let answer = match &fresh {
                Some(token) => answer.with_session(&request.app, token),
                None => answer,
            };
            Ok(match &fresh_browser {
                Some(token) => answer.with_browser(&request.app, token),
                None => answer,
            })
        })
        .await
    }
}
