//! Requests of the JSON API: bearer token, language, idempotency key and `If-Match`, and the responses to them.
//!
//! Handlers pass a service to `read` or `write`, which authenticate the caller first. Authorisation is left to the
//! service.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, AcceptLanguage, Header as _, Quality};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::{json, text_input};
use crate::error::{Error, FieldError, Message};
use crate::services::identity::caller::{Caller, IdempotencyKey, request_hash};
use crate::services::identity::sessions::{self, Hasher};
use crate::services::publications::open;
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::address::client_ip;
use crate::web::failure::Failure;
use crate::web::limits::Limits;
use crate::web::refusals::RefusalNote;

/// Result of a handler.
pub type Answer = Result<HttpResponse, Failure>;

/// Maximum length of an Idempotency-Key, in bytes.
pub const KEY_LENGTH: usize = 128;

/// `Cache-Control` of answers that are the same for everyone: a withdrawn contract is gone from caches after five
/// minutes.
const OPEN_CACHE: &str = "public, max-age=300";

/// An answer that is the same for all clients.
pub struct OpenAnswer {
    pub body: Vec<u8>,
    pub media_type: &'static str,
    pub headers: Vec<(header::HeaderName, String)>,
}

/// An API request whose caller is not yet authenticated.
pub struct ApiRequest {
    app: Data<App>,
    limits: Data<Limits>,
    client_ip: IpAddr,
    costly: bool,
    language: Option<Language>,
    token: Option<String>,
    key: Option<String>,
    if_match: Option<String>,
    if_none_match: Option<String>,
    line: String,
    note: RefusalNote,
}

impl FromRequest for ApiRequest {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = |name: header::HeaderName| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let language = preferred_language(request);
        let (Some(app), Some(limits)) = (request.app_data::<Data<App>>(), request.app_data::<Data<Limits>>()) else {
            let error = Error::Internal("missing app data: App".to_owned());
            return ready(Err(Failure { error, language: Language::Zh }));
        };
        // No stored text holds a NUL, and PostgreSQL cannot compare with one.
        if holds_nul(request.uri()) {
            let language = language.unwrap_or(Language::Zh);
            return ready(Err(Failure { error: Error::NotFound, language }));
        }
        ready(Ok(Self {
            app: app.clone(),
            limits: limits.clone(),
            client_ip: client_ip(request, |address| app.proxies.contains(address)),
            costly: false,
            language,
            token: text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
            key: text(header::HeaderName::from_static("idempotency-key")),
            if_match: text(header::IF_MATCH),
            if_none_match: text(header::IF_NONE_MATCH),
            line: format!("{} {}", request.method(), request.path()),
            note: RefusalNote::of(request),
        }))
    }
}

impl ApiRequest {
    /// Returns the language of the answer; Chinese by default.
    pub fn language(&self) -> Language {
        self.language.unwrap_or(Language::Zh)
    }

    /// Returns the application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Returns the keys of the limit on sign-in attempts: the server's limits and the client's address.
    pub fn sign_in_limit(&self) -> (Data<Limits>, IpAddr) {
        (self.limits.clone(), self.client_ip)
    }

    /// Returns the last part of the address, which names a list.
    pub fn resource(&self) -> &str {
        self.line.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the bearer token, if there is one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Creates the tracing span for work done on behalf of the request.
    pub fn span(&self) -> tracing::Span {
        tracing::info_span!("request", address = %self.client_ip, line = %self.line)
    }

    /// Counts the request towards the caller's limit of uploads and documents.
    pub fn rate_limited(mut self) -> Self {
        self.costly = true;
        self
    }

    /// Authenticates the caller and runs a reading service on a blocking thread.
    ///
    /// # Errors
    /// `Unauthenticated`, `TooMany` if the request is costly, and the errors of the service.
    pub async fn read<T: Send + 'static>(
        self,
        service: impl FnOnce(&App, &Caller) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let language = self.language();
        let work = move || {
            let _span = self.span().entered();
            let caller = self.authenticate(None)?;
            service(&self.app, &caller)
        };
        block(language, work).await
    }

    /// Runs a public service on a blocking thread and answers with its bytes and media type, or with an empty 304 if
    /// the client has them already. Counts towards the limit of the client's address.
    ///
    /// # Errors
    /// `TooMany`, and errors of the service.
    pub async fn read_open(
        self,
        service: impl FnOnce(&App, Language) -> Result<OpenAnswer, Error> + Send + 'static,
    ) -> Answer {
        let (language, known) = (self.language(), self.if_none_match.clone());
        let work = move || {
            let _span = self.span().entered();
            self.limits.count_open(self.client_ip)?;
            let answer = service(&self.app, language)?;
            let tag = format!("W/\"{}\"", open::content_digest(&answer.body));
            Ok((answer, tag))
        };
        let (answer, tag) = block(language, work).await?;
        let is_known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
        let mut response = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        response
            .insert_header((header::ETAG, tag))
            .insert_header((header::CACHE_CONTROL, OPEN_CACHE))
            .insert_header((header::VARY, "Accept-Language"));
        if is_known {
            return Ok(response.finish());
        }
        response.insert_header((header::CONTENT_TYPE, answer.media_type));
        for (name, value) in answer.headers {
            response.insert_header((name, value));
        }
        Ok(response.body(answer.body))
    }

    /// Authenticates the caller, parses the JSON body and runs a writing service under the request's idempotency key.
    ///
    /// # Errors
    /// `Unauthenticated`, `Malformed` for an unreadable body, and the errors of the service.
    pub async fn write<I, T>(
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
            let caller = self.authenticate(Some(&request_hash(&self.line, self.if_match.as_deref(), &body)))?;
            let input = read_json(&body)?;
            service(&self.app, &caller, input)
        };
        block(language, work).await
    }

    /// Decides on the proposal that the path names, in the way that it names, and answers with the result.
    ///
    /// # Errors
    /// As [`ApiRequest::write`].
    pub async fn decide(
        self,
        path: Path<(String, String)>,
        body: Bytes,
        service: fn(&App, &Caller, &str, &str, &ProposalDecisionInput) -> Result<ProposalSummary, Error>,
    ) -> Answer {
        let (id, name) = path.into_inner();
        let done = self.write(body, move |app, caller, input| service(app, caller, &id, &name, &input)).await?;
        Ok(json(StatusCode::OK, &done))
    }

    /// Authenticates the caller and lets a service authorise the request before its body is read. The reader of the
    /// body computes the hash for the idempotency key.
    ///
    /// # Errors
    /// `Unauthenticated`, `TooMany` if the request is costly, and errors of the service.
    pub async fn admit<T: Send + 'static>(
        self,
        service: impl FnOnce(&App, Caller) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let language = self.language();
        let work = move || {
            let _span = self.span().entered();
            let caller = self.authenticate(Some(""))?;
            service(&self.app, caller)
        };
        block(language, work).await
    }

    /// Parses the version in `If-Match`.
    ///
    /// # Errors
    /// `VersionRequired` without the header, `VersionMismatch` if the header is not a version.
    pub fn expected_version(&self) -> Result<i64, Failure> {
        let language = self.language();
        let fail = |error| Failure { error, language };
        let header = self.if_match.as_deref().ok_or_else(|| fail(Error::VersionRequired))?;
        header.trim().trim_start_matches("W/").trim_matches('"').parse().map_err(|_| fail(Error::VersionMismatch))
    }

    /// Waits for a slot among the password hashers, without holding a thread.
    ///
    /// # Errors
    /// None in practice: the gate is never closed.
    pub async fn acquire_hasher(&self) -> Result<Hasher, Failure> {
        let language = self.language();
        sessions::acquire_hasher(&self.app).await.map_err(|error| Failure { error, language })
    }

    /// Authenticates the caller. A writing request passes the hash that its idempotency key is tied to.
    ///
    /// # Errors
    /// `Unauthenticated`; `TooMany` if the request is costly; `Malformed` for an empty or overlong idempotency key.
    fn authenticate(&self, hash: Option<&str>) -> Result<Caller, Error> {
        let token = self.token.as_deref().ok_or_else(|| Error::Unauthenticated(Message::new("token-missing")))?;
        let mut caller = sessions::load_caller(&self.app, token, self.language)?;
        self.note.person(&caller.public_id);
        if self.costly {
            self.limits.count_costly(&caller.public_id)?;
        }
        if let (Some(key), Some(hash)) = (&self.key, hash) {
            if key.is_empty() || key.len() > KEY_LENGTH {
                return Err(Error::malformed("Idempotency-Key", Message::new("idempotency-key-length")));
            }
            let (key, hash) = (key.clone(), hash.to_owned());
            caller.idempotency_key = Some(IdempotencyKey::new(key, hash));
        }
        Ok(caller)
    }
}

/// Runs blocking work on the thread pool.
///
/// # Errors
/// Errors of `work`; `Internal` if it panicked.
pub async fn block<T: Send + 'static>(
    language: Language,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Failure> {
    let done = actix_web::web::block(work).await;
    done.unwrap_or_else(|_| Err(Error::Internal("a request handler panicked".to_owned())))
        .map_err(|error| Failure { error, language })
}

/// Returns whether the path of an address holds a NUL, which no database takes. A query is looked at where it is read.
pub fn holds_nul(uri: &actix_web::http::Uri) -> bool {
    uri.path().contains("%00")
}

/// Returns whether a JSON document contains an escaped NUL (`\u0000`), the only spelling that JSON allows.
fn escapes_nul(json: &[u8]) -> bool {
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

/// Cleans every string of a JSON document except passwords; other text is unchanged.
fn clean_json(json: &[u8]) -> Cow<'_, [u8]> {
    if json.iter().all(|byte| byte.is_ascii() && *byte != b'\\') {
        return Cow::Borrowed(json);
    }
    let mut cleaned = Vec::with_capacity(json.len());
    let (mut rest, mut key): (&[u8], &[u8]) = (json, b"");
    while let Some(start) = rest.iter().position(|byte| *byte == b'"') {
        let (before, from) = rest.split_at(start);
        let (literal, after) = from.split_at(literal_length(from));
        cleaned.extend_from_slice(before);
        if after.trim_ascii_start().starts_with(b":") {
            key = literal;
        }
        let text = serde_json::from_slice::<String>(literal).ok().filter(|_| key != b"\"password\"");
        let name = std::str::from_utf8(key).unwrap_or_default().trim_matches('"');
        let clean = |text: &String| text_input::clean_field_strictly(name, text).into_owned();
        let changed = text.map(|text| (clean(&text), text)).filter(|(cleaned, text)| cleaned != text);
        match changed.and_then(|(cleaned, _)| serde_json::to_vec(&cleaned).ok()) {
            Some(text) => cleaned.extend_from_slice(&text),
            None => cleaned.extend_from_slice(literal),
        }
        rest = after;
    }
    cleaned.extend_from_slice(rest);
    Cow::Owned(cleaned)
}

/// Returns the length of the string literal at the beginning of a text, including both quotation marks.
fn literal_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = text.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

/// Parses JSON; an empty body counts as `{}`. Texts are cleaned by the one rule for typed text.
///
/// # Errors
/// `Malformed` with the path of the first unreadable value.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let body = if body.is_empty() { b"{}" } else { body };
    let body = &*clean_json(body);
    if escapes_nul(body) {
        return Err(Error::malformed("", Message::new("malformed-nul")));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let found = json::explain_error(error.path(), error.inner());
        let message = match found.code {
            // serde's own message lists the accepted values.
            json::WRONG_TYPE => Message::new("unreadable").with("reason", error.inner()),
            code => Message { key: code, args: found.args },
        };
        FieldError { path: found.path, message }
    });
    let value = read.map_err(|field| Error::Malformed(vec![field]))?;
    reader.end().map_err(|error| Error::malformed("", Message::new("unreadable").with("reason", error)))?;
    Ok(value)
}

/// Input of an action without input fields.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmptyInput {}

/// Returns the supported language that `Accept-Language` prefers.
pub fn preferred_language(request: &HttpRequest) -> Option<Language> {
    let mut accepted = AcceptLanguage::parse(request).ok()?;
    accepted.0.retain(|item| item.quality > Quality::ZERO);
    accepted.ranked().iter().find_map(|preference| match preference.item()?.primary_language() {
        language if language.eq_ignore_ascii_case("zh") => Some(Language::Zh),
        language if language.eq_ignore_ascii_case("en") => Some(Language::En),
        _ => None,
    })
}

/// Answers with JSON.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> HttpResponse {
    HttpResponse::build(status).json(value)
}

/// Answers with JSON and the version of the resource as `ETag`.
pub fn versioned<T: Serialize>(status: StatusCode, version: i64, value: &T) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::ETAG, format!("\"{version}\""))).json(value)
}
