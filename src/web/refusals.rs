//! The log of refusals: one line for each answer with a status from 400 to 499, with the address, the person if known,
//! the route and the reason.
//!
//! The route is written as its pattern, because addresses may contain secrets. An unknown user name is written as a
//! keyed digest: people type passwords into the wrong field.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest};

use crate::app::App;
use crate::error::Error;
use crate::web::address::client_ip;
use crate::web::patterns::pattern_of;

/// Facts about a request that are learned while it is handled.
#[derive(Debug, Default, Clone)]
struct Known {
    person: Option<String>,
    kind: Option<&'static str>,
    rule: Option<String>,
    retry: Option<u64>,
}

/// The facts on a request, read if the request is refused.
#[derive(Debug, Default, Clone)]
pub struct RefusalNote(Arc<Mutex<Known>>);

impl RefusalNote {
    /// Returns the note of a request.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes the person who is signed in, by public identifier.
    pub fn person(&self, public_id: &str) {
        self.with(|known| known.person = Some(format!("person:{public_id}")));
    }

    /// Records an error that is shown to the caller.
    pub fn error(&self, error: &Error) {
        // An answer that shows a form with the error does not log it.
        if let Error::Unavailable(reason) = error {
            tracing::error!(%reason, "dependency unavailable");
        }
        let (kind, rule) = kind_and_rule(error);
        self.with(|known| {
            // The first error is the cause; others put it into the form's words.
            if known.kind.is_none() {
                (known.kind, known.rule) = (Some(kind), rule);
            }
            if let Error::TooMany(seconds) = error {
                known.retry = Some(*seconds);
            }
            if let Error::SignInRefused { subject, .. } = error {
                known.person = Some(subject.clone());
            }
        });
    }
}

/// The error of an answer whose handler returned one.
#[derive(Debug, Clone)]
pub struct Refusal {
    kind: &'static str,
    rule: Option<String>,
    subject: Option<String>,
}

impl Refusal {
    /// Describes an error.
    pub fn new(error: &Error) -> Self {
        let (kind, rule) = kind_and_rule(error);
        let subject = if let Error::SignInRefused { subject, .. } = error { Some(subject.clone()) } else { None };
        Self { kind, rule, subject }
    }
}

/// Returns the kind of an error and, more exactly, the rule or reason.
fn kind_and_rule(error: &Error) -> (&'static str, Option<String>) {
    match error {
        Error::SignInRefused { reason, .. } => ("sign-in-refused", Some((*reason).to_owned())),
        Error::Refused { rule, .. } => ("refused", Some(rule.clone())),
        Error::Malformed(fields) => ("malformed", fields.first().map(|field| field.message.key.to_owned())),
        other => (other.kind(), None),
    }
}

/// Logs a refused request, and sets `Retry-After` if a form is shown with the refusal.
///
/// # Errors
/// Errors of the next service.
pub async fn record<B: MessageBody>(
    app: App,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let note = RefusalNote::default();
    request.extensions_mut().insert(note.clone());
    let mut answer = next.call(request).await?;
    if answer.status().is_client_error() {
        let known = note.with(|known| known.clone());
        if let Some(seconds) = known.retry
            && answer.status() == StatusCode::TOO_MANY_REQUESTS
        {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        let refusal = answer.response().extensions().get::<Refusal>().cloned();
        let kind = refusal.as_ref().map(|refusal| refusal.kind).or(known.kind).unwrap_or("unknown");
        let rule = refusal.as_ref().and_then(|refusal| refusal.rule.clone()).or(known.rule).unwrap_or_default();
        let person = refusal.and_then(|refusal| refusal.subject).or(known.person).unwrap_or_default();
        let request = answer.request();
        let route = pattern_of(request).unwrap_or_else(|| "none".to_owned());
        let address = client_ip(request, |address| app.proxies.contains(address));
        let status = answer.status().as_u16();
        tracing::warn!(event = "refused", status, kind, %rule, method = %request.method(), %route, %address, %person);
    }
    Ok(answer)
}
