//! What every request of the API brings: who asks, in which language, under which key; and how it is answered.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::json;
use crate::error::{Error, FieldError, Message};
use crate::services::identity::caller::{Caller, IdempotencyKey, request_hash};
use crate::services::identity::sessions::{self, Hasher};
use crate::web::address;
use crate::web::failure::Failure;
use crate::web::limits::Limits;

/// What an answer is, or why there is none.
pub type Answer = Result<HttpResponse, Failure>;

/// Longest Idempotency-Key.
const KEY_LENGTH: usize = 128;

/// A request of the API before anybody has looked who asks.
pub struct ApiRequest {
    app: Data<App>,
    limits: Data<Limits>,
    address: IpAddr,
    costly: bool,
    language: Option<Language>,
    token: Option<String>,
    key: Option<String>,
    if_match: Option<String>,
    line: String,
}

impl FromRequest for ApiRequest {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = |name: header::HeaderName| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let language = text(header::ACCEPT_LANGUAGE).and_then(|header| preferred(&header));
        let (Some(app), Some(limits)) = (request.app_data::<Data<App>>(), request.app_data::<Data<Limits>>()) else {
            let error = Error::Internal("the application is not attached".to_owned());
            return ready(Err(Failure { error, language: Language::Zh }));
        };
        // No text of ours holds a NUL, and not every engine would keep one.
        if holds_nul(request.uri()) {
            let language = language.unwrap_or(Language::Zh);
            return ready(Err(Failure { error: Error::NotFound, language }));
        }
        ready(Ok(Self {
            app: app.clone(),
            limits: limits.clone(),
            address: address::of(request, |address| app.proxies.contains(address)),
            costly: false,
            language,
            token: text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
            key: text(header::HeaderName::from_static("idempotency-key")),
            if_match: text(header::IF_MATCH),
            line: format!("{} {}", request.method(), request.path()),
        }))
    }
}

impl ApiRequest {
    /// The language of answers to it.
    pub fn language(&self) -> Language {
        self.language.unwrap_or(Language::Zh)
    }

    /// The program.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Returns the rate limits and the IP address of the client.
    pub fn client(&self) -> (Data<Limits>, IpAddr) {
        (self.limits.clone(), self.address)
    }

    /// The bearer token that it brought.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// What the log says of everything that is done for it.
    pub fn span(&self) -> tracing::Span {
        tracing::info_span!("request", address = %self.address, line = %self.line)
    }

    /// The same request, counted among the costly ones of the person who asks: uploads and documents.
    pub fn costly(mut self) -> Self {
        self.costly = true;
        self
    }

    /// Waits for a place among the password hashers.
    ///
    /// # Errors
    /// None in practice: the gate is never closed.
    pub async fn hasher(&self) -> Result<Hasher, Failure> {
        let language = self.language();
        sessions::hasher(&self.app).await.map_err(|error| Failure { error, language })
    }

    /// Reads: signs the caller in and runs a service on a thread that may block.
    ///
    /// # Errors
    /// Nobody is signed in, or the service's.
    pub async fn run<T: Send + 'static>(
        self,
        service: impl FnOnce(&App, &Caller) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let language = self.language();
        let work = move || {
            let _span = self.span().entered();
            let caller = self.caller(None)?;
            service(&self.app, &caller)
        };
        block(language, work).await
    }

    /// Writes: signs the caller in, reads the body, runs a service under the request's key.
    ///
    /// # Errors
    /// Nobody is signed in, the body cannot be read, or the service's.
    pub async fn act<I, T>(
        self,
        body: Bytes,
        service: impl FnOnce(&App, &Caller, I) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure>
    where
        I: DeserializeOwned,
        T: Send + 'static,
    {
        let language = self.language();
        let work = move || {
            let _span = self.span().entered();
            let caller = self.caller(Some(&request_hash(&self.line, self.if_match.as_deref(), &body)))?;
            let input = read_json(&body)?;
            service(&self.app, &caller, input)
        };
        block(language, work).await
    }

    /// Signs the caller in and asks a service whether the request may come, before its body is read. The hash of its
    /// request key is left to whoever reads the body.
    ///
    /// # Errors
    /// Nobody is signed in, or the service's.
    pub async fn admit<T: Send + 'static>(
        self,
        service: impl FnOnce(&App, Caller) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let language = self.language();
        let work = move || {
            let _span = self.span().entered();
            let caller = self.caller(Some(""))?;
            service(&self.app, caller)
        };
        block(language, work).await
    }

    /// The version that `If-Match` names.
    ///
    /// # Errors
    /// The header is missing or is no version.
    pub fn expected_version(&self) -> Result<i64, Failure> {
        let language = self.language();
        let fail = |error| Failure { error, language };
        let header = self.if_match.as_deref().ok_or_else(|| fail(Error::VersionRequired))?;
        header.trim().trim_start_matches("W/").trim_matches('"').parse().map_err(|_| fail(Error::VersionMismatch))
    }

    /// Who asks; `hash` is that of the request, if it writes.
    ///
    /// # Errors
    /// Nobody is signed in, or a request key that is too long.
    pub fn caller(&self, hash: Option<&str>) -> Result<Caller, Error> {
        let token = self.token.as_deref().ok_or_else(|| Error::Unauthenticated(Message::new("token-missing")))?;
        let mut caller = sessions::load_caller(&self.app, token, self.language)?;
        if self.costly {
            self.limits.costly(&caller.public_id)?;
        }
        if let (Some(key), Some(hash)) = (&self.key, hash) {
            if key.is_empty() || key.len() > KEY_LENGTH {
                return Err(Error::malformed("Idempotency-Key", Message::new("idempotency-key-length")));
            }
            caller.request = Some(IdempotencyKey { key: key.clone(), hash: hash.to_owned() });
        }
        Ok(caller)
    }
}

/// Runs work that may block on a thread that may.
///
/// # Errors
/// Those of the work; `Internal` where it panicked (the thread lives on).
pub async fn block<T: Send + 'static>(
    language: Language,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Failure> {
    let done = actix_web::web::block(work).await;
    done.unwrap_or_else(|_| Err(Error::Internal("the work panicked".to_owned())))
        .map_err(|error| Failure { error, language })
}

/// Whether an address holds a NUL.
fn holds_nul(uri: &actix_web::http::Uri) -> bool {
    uri.path_and_query().is_some_and(|whole| whole.as_str().contains("%00"))
}

/// Whether a text of some JSON holds a NUL, which can be written in one way alone.
fn names_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// Reads JSON; what cannot be read names its path.
///
/// # Errors
/// `Malformed`.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let body = if body.is_empty() { b"{}" } else { body };
    if names_nul(body) {
        return Err(Error::malformed("", Message::new("malformed-nul")));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let found = json::explain_error(error.path(), error.inner());
        let message = match found.code {
            // The reader of JSON says which words it knows.
            json::WRONG_TYPE => Message::new("unreadable").with("reason", error.inner()),
            code => Message { key: code, args: found.args },
        };
        FieldError { path: found.path, message }
    });
    let value = read.map_err(|field| Error::Malformed(vec![field]))?;
    reader.end().map_err(|error| Error::malformed("", Message::new("unreadable").with("reason", error)))?;
    Ok(value)
}

/// The first of our languages that a reader prefers.
pub fn preferred(header: &str) -> Option<Language> {
    let mut wanted: Vec<(f32, Language)> = header
        .split(',')
        .filter_map(|part| {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next()?.trim().to_ascii_lowercase();
            let weight = pieces.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            let language = match tag.split('-').next()? {
                "zh" => Language::Zh,
                "en" => Language::En,
                _ => return None,
            };
            Some((weight, language))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted.first().map(|(_, language)| *language)
}

/// An answer in JSON.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> HttpResponse {
    HttpResponse::build(status).json(value)
}

/// An answer in JSON with the version of the resource.
pub fn versioned<T: Serialize>(status: StatusCode, version: i64, value: &T) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::ETAG, format!("\"{version}\""))).json(value)
}
