//! What every request of a page brings: the browser's session, its language, its forms; and how it is answered.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::domain::codes::Language;
use crate::error::{Error, Message};
use crate::services::identity::browser_sessions;
use crate::services::identity::caller::{Caller, IdempotencyKey, request_hash};
use crate::services::identity::sessions::{self, Hasher};
use crate::web::address::client_ip;
use crate::web::failure::Failure;
use crate::web::limits::Limits;
use crate::web::pages::failure::PageFailure;
use crate::web::pages::forms::Form;
use crate::web::pages::response::session_cookie;
pub use crate::web::pages::response::{LANGUAGE, Page, own_path};
use crate::web::pages::shell::Shell;
use crate::web::request::{block, preferred_language};

/// What a page answers, or why not.
pub type PageAnswer = Result<HttpResponse, PageFailure>;

/// Form fields of the CSRF token and of the idempotency key.
const CSRF_FIELD: &str = "form";
const FORM_KEY: &str = "key";

/// A request of a page before anybody has looked who asks.
#[derive(Clone)]
pub struct PageRequest {
    app: Data<App>,
    limits: Data<Limits>,
    address: IpAddr,
    agent: String,
    language: Option<Language>,
    accepted: Option<Language>,
    token: Option<String>,
    /// Whether the browser says that another site's page sends this.
    foreign: bool,
    /// Whether the page's script asks (htmx), not the browser itself.
    scripted: bool,
    line: String,
    here: String,
}

impl FromRequest for PageRequest {
    type Error = PageFailure;
    type Future = Ready<Result<Self, PageFailure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (Some(app), Some(limits)) = (request.app_data::<Data<App>>(), request.app_data::<Data<Limits>>()) else {
            let error = Error::Internal("the application is not attached".to_owned());
            return ready(Err(PageFailure { failure: Failure { error, language: Language::Zh }, shell: None }));
        };
        let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let site = text(header::HeaderName::from_static("sec-fetch-site"));
        let here = request.uri().path_and_query().map_or("/", |whole| whole.as_str()).to_owned();
        let page = Self {
            address: client_ip(request, |address| app.proxies.contains(address)),
            agent: text(header::USER_AGENT).unwrap_or_default().to_owned(),
            language: cookie(LANGUAGE).and_then(|code| Language::parse(&code)),
            accepted: preferred_language(request),
            token: cookie(session_cookie(app)),
            foreign: site.is_some_and(|site| !["same-origin", "none"].contains(&site)),
            scripted: text(header::HeaderName::from_static("hx-request")).is_some(),
            line: format!("{} {}", request.method(), request.path()),
            // What a form was sent to is no page that can be shown again.
            here: if request.method() == Method::GET { here } else { "/".to_owned() },
            app: app.clone(),
            limits: limits.clone(),
        };
        if request.uri().path_and_query().is_some_and(|whole| whole.as_str().contains("%00")) {
            return ready(Err(page.failed(Error::NotFound, None)));
        }
        ready(Ok(page))
    }
}

/// A refusal as a page, of a request that no handler was given.
pub fn refused(request: &HttpRequest, error: Error) -> PageFailure {
    match PageRequest::from_request(request, &mut Payload::None).into_inner() {
        Ok(page) => page.failed(error, None),
        Err(failure) => failure,
    }
}

impl PageRequest {
    /// The program.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Leads to another page of ours, whoever asks.
    pub fn lead_to(&self, path: &str) -> Page {
        if self.scripted { Page::lead_to(path) } else { Page::see_other(path) }
    }

    /// Returns whether the page's script (htmx) sends the request, and not the browser itself.
    pub fn is_scripted(&self) -> bool {
        self.scripted
    }

    /// Returns the rate limits, the client's IP address and its user agent.
    pub fn client(&self) -> (Data<Limits>, IpAddr, String) {
        (self.limits.clone(), self.address, self.agent.clone())
    }

    /// Waits for a place among the password hashers.
    ///
    /// # Errors
    /// None in practice: the gate is never closed.
    pub async fn hasher(&self) -> Result<Hasher, PageFailure> {
        sessions::hasher(&self.app).await.map_err(|error| self.failed(error, None))
    }

    /// The language of the page: the one that was chosen, else the browser's.
    pub fn language(&self) -> Language {
        self.language.or(self.accepted).unwrap_or(Language::Zh)
    }

    /// The token of the browser's session, whether or not it is open.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The shell of the page.
    pub fn shell(&self, caller: Option<&Caller>) -> Shell {
        let language = self.language.unwrap_or_else(|| caller.map_or_else(|| self.language(), |c| c.language));
        Shell::new(&self.app, caller, self.token.as_deref().unwrap_or_default(), language, &self.here)
    }

    /// An error as a page.
    pub fn failed(&self, error: Error, caller: Option<&Caller>) -> PageFailure {
        let shell = self.shell(caller);
        PageFailure { failure: Failure { error, language: shell.language }, shell: Some(Box::new(shell)) }
    }

    /// Who asks.
    fn caller(&self) -> Result<Caller, Error> {
        let token = self.token.as_deref().ok_or_else(|| Error::Unauthenticated(Message::new("session-ended")))?;
        browser_sessions::load_caller(&self.app, token, self.language)
    }

    /// Shows a page: signs the caller in, runs a service on a thread that may block, renders what it gives.
    ///
    /// # Errors
    /// Nobody is signed in (then the sign-in page is shown), or the service's.
    pub async fn show<T: Template>(
        self,
        work: impl FnOnce(&App, &Caller, Shell) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        self.again(200, work).await
    }

    /// Answers somebody who is signed in.
    ///
    /// # Errors
    /// Nobody is signed in, or those of the work.
    pub async fn answer(self, work: impl FnOnce(&Self, &Caller) -> Result<Page, Error> + Send + 'static) -> PageAnswer {
        self.blocking(move |request| match request.caller() {
            Ok(caller) => work(request, &caller).map_err(|error| request.failed(error, Some(&caller))),
            Err(error) => Err(request.failed(error, None)),
        })
        .await
    }

    /// Makes an answer on a thread that may block.
    async fn blocking(self, work: impl FnOnce(&Self) -> Result<Page, PageFailure> + Send + 'static) -> PageAnswer {
        let done = block(self.language(), move || Ok(work(&self))).await;
        done.map_err(|failure| PageFailure { failure, shell: None })?.map(HttpResponse::from)
    }

    /// Answers a form of somebody who is signed in: `act` does what it asks for and says where to go on; where a rule
    /// refuses, `again` shows the form as it was typed, with what is wrong.
    ///
    /// # Errors
    /// Nobody is signed in; a form that is not ours; what is no fault of the form.
    pub async fn submit<T: Template>(
        self,
        body: Bytes,
        act: impl FnOnce(&App, &Caller, &Form) -> Result<String, Error> + Send + 'static,
        again: impl FnOnce(&App, &Caller, Shell, Form) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        self.write(body, move |app, caller, shell, form| match act(app, caller, &form) {
            Ok(next) => Ok(Page::see_other(&next)),
            Err(error) => {
                let (status, form) = form.refused(error, shell.language)?;
                let nonce = shell.nonce.clone();
                let page = again(app, caller, shell, form)?;
                Ok(Page::html(StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), &nonce, &page))
            }
        })
        .await
    }

    /// Answers a form of somebody who is signed in; under the form's key it has one effect.
    ///
    /// # Errors
    /// Nobody is signed in; a form that is not ours; those of the work.
    pub async fn write(
        self,
        body: Bytes,
        work: impl FnOnce(&App, &Caller, Shell, Form) -> Result<Page, Error> + Send + 'static,
    ) -> PageAnswer {
        self.answer(move |request, caller| {
            let form = request.form(&body)?;
            let mut caller = caller.clone();
            let hash = request_hash(&request.line, None, &body);
            caller.request = form.filled(FORM_KEY).map(|key| IdempotencyKey { key, hash });
            let shell = request.shell(Some(&caller));
            work(&request.app, &caller, shell, form)
        })
        .await
    }

    /// Signs the caller in and asks a service whether what they hand in may come, before it is read.
    ///
    /// # Errors
    /// Nobody is signed in; a form that is not ours; the service's.
    pub async fn admit<T: Send + 'static>(
        &self,
        csrf_token: &str,
        key: String,
        service: impl FnOnce(Caller) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, PageFailure> {
        let verified = self.verify_csrf(csrf_token);
        self.costly(move |mut caller| {
            verified?;
            caller.request =
                Some(IdempotencyKey { key, hash: String::new() }).filter(|request| !request.key.is_empty());
            service(caller)
        })
        .await
    }

    /// Signs the caller in for something costly, which is counted: files and documents.
    ///
    /// # Errors
    /// Nobody is signed in; `TooMany`; the service's.
    pub async fn costly<T: Send + 'static>(
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

    /// Shows a page again with what is wrong.
    ///
    /// # Errors
    /// Nobody is signed in, or the service's.
    pub async fn again<T: Template>(
        self,
        status: u16,
        work: impl FnOnce(&App, &Caller, Shell) -> Result<T, Error> + Send + 'static,
    ) -> PageAnswer {
        self.answer(move |request, caller| {
            let shell = request.shell(Some(caller));
            let nonce = shell.nonce.clone();
            let page = work(&request.app, caller, shell)?;
            Ok(Page::html(StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), &nonce, &page))
        })
        .await
    }

    /// Answers anybody, signed in or not.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn anybody(self, work: impl FnOnce(&Self, Shell) -> Result<Page, Error> + Send + 'static) -> PageAnswer {
        self.blocking(move |request| {
            let caller = request.caller().ok();
            work(request, request.shell(caller.as_ref())).map_err(|error| request.failed(error, caller.as_ref()))
        })
        .await
    }

    /// Says why not, to whoever asks.
    ///
    /// # Errors
    /// Always.
    pub async fn refuse(self, error: Error) -> PageAnswer {
        self.blocking(move |request| Err(request.failed(error, request.caller().ok().as_ref()))).await
    }

    /// Says that there is no such page.
    ///
    /// # Errors
    /// Always: `NotFound`.
    pub async fn nowhere(self) -> PageAnswer {
        self.refuse(Error::NotFound).await
    }

    /// Reads a form and asks whether it comes from a page of ours in this browser (ASVS 3.5.1).
    ///
    /// # Errors
    /// `Forbidden` for one that does not; `Malformed` for one that cannot be read.
    pub fn form(&self, body: &[u8]) -> Result<Form, Error> {
        let values: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        if values.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Error::malformed("", Message::new("malformed-nul")));
        }
        let form = Form::of(values);
        self.verify_csrf(form.value(CSRF_FIELD))?;
        Ok(form)
    }

    /// Checks that a form carries the CSRF token of the browser that sends it.
    ///
    /// # Errors
    /// `Forbidden` for another token, or a request that another site's page sends.
    pub fn verify_csrf(&self, csrf_token: &str) -> Result<(), Error> {
        let session = self.token.as_deref().filter(|_| !self.foreign);
        if session.is_some_and(|session| browser_sessions::verify_csrf(&self.app, session, csrf_token)) {
            return Ok(());
        }
        Err(Error::forbidden("form-not-ours"))
    }

    /// Shows a page to anybody, signed in or not. Who has no token is given one, so that a form can be tied to it.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn open<T: Template>(
        self,
        work: impl FnOnce(&Self, Shell) -> Result<(StatusCode, T), Error> + Send + 'static,
    ) -> PageAnswer {
        self.open_to(move |request, shell| {
            let nonce = shell.nonce.clone();
            work(request, shell).map(|(status, page)| Page::html(status, &nonce, &page))
        })
        .await
    }

    /// Answers anybody, signed in or not, with a page that may have a form.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn open_to(
        mut self,
        work: impl FnOnce(&Self, Shell) -> Result<Page, Error> + Send + 'static,
    ) -> PageAnswer {
        let fresh = self.token.is_none().then(|| browser_sessions::anonymous_token(&self.app));
        if let Some(token) = &fresh {
            self.token = Some(token.clone());
        }
        self.blocking(move |request| {
            let caller = request.caller().ok();
            let shell = request.shell(caller.as_ref());
            let answer = work(request, shell).map_err(|error| request.failed(error, caller.as_ref()))?;
            Ok(match &fresh {
                Some(token) => answer.remembering(&request.app, token),
                None => answer,
            })
        })
        .await
    }
}
