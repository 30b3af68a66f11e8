//! Responses to browsers: pages, redirects, cookies. Nothing here calls a service.

use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use askama::Template;

use crate::app::App;
use crate::domain::codes::Language;
use crate::web::failure::RETRY_SECONDS;

/// Name of the cookie with the language.
pub const LANGUAGE: &str = "luyue-language";

/// Returns the name of the cookie with the session's token; over TLS its prefix binds the cookie to this host.
pub fn session_cookie(app: &App) -> &'static str {
    if is_secure(app) { "__Host-luyue" } else { "luyue" }
}

/// Returns the name of the cookie that identifies a browser across its sessions.
pub fn browser_cookie(app: &App) -> &'static str {
    if is_secure(app) { "__Host-luyue-browser" } else { "luyue-browser" }
}

/// Returns the name of the cookie with the ticket of a browser that is at the identity provider.
pub fn ticket_cookie(app: &App) -> &'static str {
    if is_secure(app) { "__Host-luyue-provider" } else { "luyue-provider" }
}

/// Lifetime of the ticket's cookie in minutes; the ticket has an expiry of its own.
const TICKET_MINUTES: i64 = 10;

fn is_secure(app: &App) -> bool {
    app.settings.public_url().starts_with("https://")
}

/// A response, made on a blocking thread and sent from another.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    headers: Vec<(header::HeaderName, String)>,
    body: String,
}

impl Page {
    /// Renders a page. Its policy forbids external content and runs only scripts with the nonce (ASVS 3.4.3).
    pub fn html(status: StatusCode, nonce: &str, page: &impl Template) -> Self {
        let policy = format!(
            "default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        let mut headers = vec![
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::REFERRER_POLICY, "same-origin".to_owned()),
        ];
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.push((header::RETRY_AFTER, RETRY_SECONDS.to_string()));
        }
        match page.render() {
            Ok(body) => Self { status, headers, body },
            Err(error) => {
                tracing::error!(%error, "rendering a page failed");
                Self { status: StatusCode::INTERNAL_SERVER_ERROR, headers: Vec::new(), body: String::new() }
            }
        }
    }

    /// Redirects the browser to another page of this site.
    pub fn see_other(path: &str) -> Self {
        let headers = vec![(header::LOCATION, own_path(path).to_owned())];
        Self { status: StatusCode::SEE_OTHER, headers, body: String::new() }
    }

    /// Redirects the browser to the identity provider. The address comes from the provider's own metadata.
    pub fn leave(address: &str) -> Self {
        let headers = vec![(header::LOCATION, address.to_owned())];
        Self { status: StatusCode::SEE_OTHER, headers, body: String::new() }
    }

    /// Redirects a request by htmx. A plain redirect would be followed by the script, and the address bar would not
    /// change.
    pub fn script_redirect(path: &str) -> Self {
        let headers = vec![(header::HeaderName::from_static("hx-redirect"), own_path(path).to_owned())];
        Self { status: StatusCode::NO_CONTENT, headers, body: String::new() }
    }

    /// Turns a redirect into one for the page's script; any other answer is unchanged.
    pub fn for_script(mut self) -> Self {
        if self.status == StatusCode::SEE_OTHER {
            self.status = StatusCode::NO_CONTENT;
            for (name, _) in self.headers.iter_mut().filter(|(name, _)| *name == header::LOCATION) {
                *name = header::HeaderName::from_static("hx-redirect");
            }
        }
        self
    }

    /// Adds a header.
    pub fn with(mut self, name: header::HeaderName, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Sets the cookie with the session's token.
    pub fn with_session(self, app: &App, token: &str) -> Self {
        self.with_token(app, session_cookie(app), token)
    }

    /// Sets the cookie that identifies this browser.
    pub fn with_browser(self, app: &App, token: &str) -> Self {
        self.with_token(app, browser_cookie(app), token)
    }

    fn with_token(self, app: &App, name: &'static str, token: &str) -> Self {
        let cookie = Cookie::build(name, token.to_owned()).http_only(true).same_site(SameSite::Lax);
        self.with(header::SET_COOKIE, cookie.path("/").secure(is_secure(app)).finish())
    }

    /// Sets the cookie with the ticket of a browser that leaves for the identity provider.
    pub fn with_ticket(self, app: &App, ticket: &str) -> Self {
        let cookie = Cookie::build(ticket_cookie(app), ticket.to_owned()).http_only(true).same_site(SameSite::Lax);
        let lifetime = actix_web::cookie::time::Duration::minutes(TICKET_MINUTES);
        self.with(header::SET_COOKIE, cookie.path("/").secure(is_secure(app)).max_age(lifetime).finish())
    }

    /// Removes the cookie with that ticket.
    pub fn without_ticket(self, app: &App) -> Self {
        self.without_cookie(app, ticket_cookie(app))
    }

    /// Removes the cookie with the session's token.
    pub fn without_session(self, app: &App) -> Self {
        self.without_cookie(app, session_cookie(app))
    }

    fn without_cookie(self, app: &App, name: &'static str) -> Self {
        let mut cookie = Cookie::build(name, "").path("/").http_only(true).secure(is_secure(app)).finish();
        cookie.make_removal();
        self.with(header::SET_COOKIE, cookie)
    }

    /// Sets the cookie with the language, if one was chosen.
    pub fn in_language(self, app: &App, chosen: Option<Language>) -> Self {
        match chosen {
            Some(language) => self.with_language(app, language),
            None => self,
        }
    }

    /// Sets the cookie with the language, for a year.
    pub fn with_language(self, app: &App, language: Language) -> Self {
        let cookie = Cookie::build(LANGUAGE, language.as_str()).same_site(SameSite::Lax).secure(is_secure(app));
        let year = actix_web::cookie::time::Duration::days(365);
        self.with(header::SET_COOKIE, cookie.path("/").max_age(year).finish())
    }
}

impl From<Page> for HttpResponse {
    fn from(page: Page) -> Self {
        let mut answer = Self::build(page.status);
        for header in page.headers {
            answer.append_header(header);
        }
        answer.body(page.body)
    }
}

/// Returns the path if it belongs to a page of this site, or else `/` (ASVS 3.7.2).
pub fn own_path(path: &str) -> &str {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && !path.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace());
    if ours { path } else { "/" }
}
