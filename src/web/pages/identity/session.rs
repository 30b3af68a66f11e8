//! Signing in and out, setting a password by a link, the language, the list of one's open sessions.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::domain::codes::Language;
use crate::error::{Error, Message};
use crate::services::identity::browser_sessions::{self, OpenSession};
use crate::services::identity::password_links;
use crate::services::identity::provider_sign_in;
use crate::services::identity::sessions::Credentials;
use crate::services::notifications::calendar_feed::{self, CalendarFeed};
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::identity::user_agents;
use crate::web::pages::request::{Page, PageAnswer, PageRequest, SHOW_IN_FIELD, is_kept_address, own_path};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

/// Query of these pages: the page to show afterwards, and the change to confirm.
#[derive(Deserialize)]
pub struct SessionQuery {
    next: Option<String>,
    done: Option<String>,
}

impl SessionQuery {
    /// Returns whether a change is to be confirmed.
    pub fn confirms(&self, what: &str) -> bool {
        self.done.as_deref() == Some(what)
    }
}

#[derive(Template)]
#[template(path = "session/sign_in.html")]
pub(super) struct SignInPage {
    page: Shell,
    form: Form,
    /// Set after a password was set.
    is_set: bool,
    /// Name of the identity provider, if people sign in through one.
    provider: Option<String>,
    /// True after signing out here, if the session at the provider may still be open.
    may_leave_provider: bool,
}

impl SignInPage {
    /// Builds the sign-in page with a form, which may have faults.
    pub(super) fn new(request: &PageRequest, mut page: Shell, form: Form) -> Self {
        if !page.here.starts_with("/sign-in?") {
            // After a refusal, also of what the provider answered, the page is read again at its own address.
            let next: String = form_urlencoded::byte_serialize(form.value("next").as_bytes()).collect();
            page.here = format!("/sign-in?next={next}");
        }
        let provider = provider_sign_in::provider_name(request.app(), page.language).map(str::to_owned);
        Self { page, form, is_set: false, provider, may_leave_provider: false }
    }

    /// Returns the address for signing in through the provider and then showing the requested page.
    fn provider_address(&self) -> String {
        let next: String = form_urlencoded::byte_serialize(self.form.value("next").as_bytes()).collect();
        format!("/sign-in/provider?next={next}")
    }

    /// Returns whether a form is shown after signing in, because its session had ended before it was sent.
    fn keeps_form(&self) -> bool {
        is_kept_address(self.form.value("next"))
    }
}

#[derive(Template)]
#[template(path = "session/sessions.html")]
struct SessionsPage {
    page: Shell,
    /// Key of the confirmation, after sessions were ended.
    done: Option<&'static str>,
    sessions: Vec<OpenSession>,
    feed: Option<CalendarFeed>,
}

impl SessionsPage {
    /// States how many sessions there are, and how they are sorted.
    fn summary(&self) -> String {
        self.page.counted(self.sessions.len(), true, false, "sessions-order")
    }

    /// Returns whether the identity provider signed in the person of this session, so that the person confirms their
    /// identity there.
    fn proves_at_provider(&self) -> bool {
        self.sessions.iter().any(|session| session.is_current && session.is_by_provider)
    }
}

/// Returns the common name of a session's browser and system.
fn browser(page: &Shell, session: &OpenSession) -> String {
    let (browser, system) = user_agents::identify(&session.agent);
    page.with2("sessions-on", "browser", page.word("browser", browser), "system", page.word("system", system))
}

/// Redirects to the task list.
pub async fn home() -> HttpResponse {
    Page::see_other("/work").into()
}

/// Shows the sign-in page; redirects a person who is signed in already.
pub async fn sign_in(request: PageRequest, query: Query<SessionQuery>) -> PageAnswer {
    let next = query.next.clone().unwrap_or_else(|| "/work".to_owned());
    let is_set = query.confirms("password");
    let may_leave_provider = query.confirms("signed-out");
    request
        .answer_anyone_with_token(move |request, page| {
            // The person who has just set a password by a link may not be the one signed in.
            if page.person.is_some() && !is_set {
                return Ok(Page::see_other(&next));
            }
            let mut form = Form::default();
            form.set("next", next);
            let nonce = page.nonce.clone();
            let shown = SignInPage { is_set, may_leave_provider, ..SignInPage::new(request, page, form) };
            Ok(Page::html(StatusCode::OK, &nonce, &shown))
        })
        .await
}

/// Signs in and opens a session. Failed attempts are counted by account and address. A form for another language is
/// shown again, which is not an attempt.
pub async fn open_session(mut request: PageRequest, body: Bytes) -> PageAnswer {
    if let Some(language) = request.choose_language(&body) {
        return request.show_in(language, body, |request, page, form| Ok(SignInPage::new(request, page, form))).await;
    }
    let (limits, address, agent) = request.client();
    let form = request.form(&body);
    let known = form.as_ref().ok().cloned();
    let before = request.token().map(str::to_owned);
    let app = request.app().clone();
    let hasher = request.acquire_hasher().await?;
    let opened = crate::web::request::block(request.language(), move || {
        let form = form?;
        let code = form.filled("recovery_code").or_else(|| form.filled("code"));
        let username = FormReader::new(&form).text("username");
        let from = Credentials {
            username: &username,
            // Passwords may begin or end with blanks.
            password: form.untrimmed("password"),
            code: code.as_deref(),
            address: &address.to_string(),
        };
        limits.sign_in(address, from.username, || {
            browser_sessions::open_session(&app, &hasher, &from, (&agent, before.as_deref()))
        })
    })
    .await;
    match opened {
        Ok(token) => {
            let next = known.as_ref().map(|form| form.value("next")).filter(|next| !next.is_empty()).unwrap_or("/work");
            Ok(Page::see_other(next).with_session(request.app(), &token).into())
        }
        Err(failure) => {
            let mut form = known.unwrap_or_else(|| request.typed(Vec::new()));
            form.note(&failure.error);
            form.set("password", "");
            let problem = failure.problem();
            // Too many attempts, or a page that is too old, are no fault of what was typed.
            let field = if matches!(failure.error, Error::SignInRefused { .. }) { "username" } else { "" };
            form.faults.push((field.to_owned(), problem.title));
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNAUTHORIZED);
            request.show_to_anyone(move |request, page| Ok((status, SignInPage::new(request, page, form)))).await
        }
    }
}

#[derive(Template)]
#[template(path = "session/password.html")]
pub(super) struct PasswordPage {
    page: Shell,
    form: Form,
    token: String,
    /// True if the link opens nothing any more.
    is_over: bool,
}

impl PasswordPage {
    /// Builds the page that leads from a used, void or expired link to a new one.
    fn over(page: Shell) -> Self {
        Self { page, form: Form::default(), token: String::new(), is_over: true }
    }

    /// Builds the fields for a new password and its repetition.
    pub(super) fn new_password(page: &Shell) -> [Field; 2] {
        let password = Field::new("password", FieldKind::Password, page.say("password-new"));
        let again = Field::new("again", FieldKind::Password, page.say("password-again"));
        [password.hint(page.say("password-hint")), again]
    }

    fn fields(&self) -> [Field; 2] {
        let mut fields = Self::new_password(&self.page);
        fill(&mut fields, &self.form);
        fields
    }
}

/// Shows the form for a new password to the holder of a one-time link.
pub async fn password(request: PageRequest, token: Path<String>) -> PageAnswer {
    let token = token.into_inner();
    request
        .show_to_anyone(move |request, page| match password_links::check(request.app(), &token) {
            Err(Error::NotFound) => Ok((StatusCode::NOT_FOUND, PasswordPage::over(page))),
            checked => {
                checked?;
                Ok((StatusCode::OK, PasswordPage { page, form: Form::default(), token, is_over: false }))
            }
        })
        .await
}

/// Sets the password and redirects to the sign-in page.
pub async fn set_password(request: PageRequest, token: Path<String>, body: Bytes) -> PageAnswer {
    let token = token.into_inner();
    let hasher = request.acquire_hasher().await?;
    request
        .answer_anyone(move |request, page| {
            let mut form = request.form(&body)?;
            let done = if form.untrimmed("password") == form.untrimmed("again") {
                password_links::set_password(request.app(), &hasher, &token, form.untrimmed("password"))
            } else {
                Err(Error::refused_at("password", "again", Message::new("password-again-differs")))
            };
            let Err(error) = done else { return Ok(Page::see_other("/sign-in?done=password")) };
            if matches!(error, Error::NotFound) {
                let nonce = page.nonce.clone();
                return Ok(Page::html(StatusCode::NOT_FOUND, &nonce, &PasswordPage::over(page)));
            }
            form.set("password", "");
            form.set("again", "");
            let (status, form) = form.refused(error, page.language)?;
            let form = attached(form, &page, &PasswordPage::new_password(&page));
            let nonce = page.nonce.clone();
            Ok(Page::html(status, &nonce, &PasswordPage { page, form, token, is_over: false }))
        })
        .await
}

/// Signs out.
pub async fn close_session(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .answer(move |request, _| {
            request.form(&body)?;
            let is_by_provider = browser_sessions::close_session(request.app(), request.token().unwrap_or_default())?;
            let next = if is_by_provider { "/sign-in?done=signed-out" } else { "/sign-in" };
            Ok(Page::see_other(next).without_session(request.app()))
        })
        .await
}

/// Shows the caller's open sessions.
pub async fn list_sessions(request: PageRequest, query: Query<SessionQuery>) -> PageAnswer {
    let confirmations = [
        ("ended", "sessions-ended"),
        ("others", "sessions-ended-others"),
        ("feed", "feed-made"),
        ("feed-ended", "feed-ended"),
    ];
    let done = confirmations.into_iter().find(|(what, _)| query.confirms(what)).map(|(_, key)| key);
    request
        .show(move |app, caller, page| {
            let (sessions, feed) = (browser_sessions::list(app, caller)?, calendar_feed::load_own(app, caller)?);
            Ok(SessionsPage { sessions, feed, done, page })
        })
        .await
}

/// Ends one of the caller's sessions.
pub async fn end_session(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    request
        .answer(move |request, caller| {
            request.form(&body)?;
            browser_sessions::end_session(request.app(), caller, &id)?;
            Ok(Page::see_other("/sessions?done=ended"))
        })
        .await
}

/// Ends all of the caller's sessions but this one.
pub async fn end_other_sessions(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .answer(move |request, caller| {
            request.form(&body)?;
            browser_sessions::end_others(request.app(), caller)?;
            Ok(Page::see_other("/sessions?done=others"))
        })
        .await
}

/// Sets the language that the button beside the filters of a page chose, and leads to the page with these filters.
pub async fn show_in(mut request: PageRequest, line: HttpRequest) -> PageAnswer {
    let query = line.query_string();
    let chosen = request.choose_language(query.as_bytes());
    let filled = form_urlencoded::parse(query.as_bytes());
    let filled = filled.filter(|(name, value)| name != SHOW_IN_FIELD && !value.is_empty());
    let filters = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    let address = format!("{}?{filters}", line.path());
    Ok(Page::see_other(address.trim_end_matches('?')).in_language(request.app(), chosen).into())
}

/// Sets the language of pages.
pub async fn choose_language(request: PageRequest, code: Path<String>, query: Query<SessionQuery>) -> HttpResponse {
    let next = own_path(query.next.as_deref().unwrap_or("/work"));
    let page = Page::see_other(next);
    match Language::parse(&code) {
        Some(language) => page.with_language(request.app(), language).into(),
        None => page.into(),
    }
}
