//! Error responses: `application/problem+json` (RFC 9457) in the language of the request. The only place that maps
//! errors to HTTP statuses.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::Language;
use crate::error::{Error, Existing, FieldError, Message};
use crate::web::refusals::Refusal;

/// Media type of error responses.
pub const PROBLEM_JSON: &str = "application/problem+json; charset=utf-8";

/// Value of `Retry-After`, in seconds, when a dependency is unavailable.
pub const RETRY_SECONDS: u64 = 5;

/// Error response (RFC 9457).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Type of the problem, as `/problems/wrong-state`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Description in the language of the request.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Statute, clause or rule that refuses the input; only with status 422.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Faults in the input; empty if the problem does not concern the input.
    pub errors: Vec<ProblemField>,
    /// Identical record that exists already; only with status 409, and only if the caller may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<ProblemConflict>,
}

/// The existing record that equals the input.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemConflict {
    /// Identifier of the record's contract, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Code of the record's milestone, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone: Option<String>,
    /// Address of the page that shows the record.
    pub address: String,
    /// True if the request with `another` set to true adds a second record.
    pub repeatable: bool,
}

/// One fault in the input.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// Path within the input, as `terms.items[0].quantity`; empty for the whole input.
    pub path: String,
    /// Description of the fault and how to correct it.
    pub message: String,
}

/// An error with the language of its response.
#[derive(Debug)]
pub struct Failure {
    pub error: Error,
    /// Language of the response.
    pub language: Language,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl Failure {
    /// Renders the response body.
    pub fn problem(&self) -> Problem {
        let status = self.status_code();
        let kind = self.error.kind();
        let message = match &self.error {
            Error::Unauthenticated(message)
            | Error::Forbidden(message)
            | Error::Conflict(message)
            | Error::TooLarge(message)
            | Error::Unsupported(message) => message.clone(),
            Error::Duplicate(found) => found.message.clone(),
            Error::TooMany(seconds) => Message::new(kind).with("seconds", seconds),
            _ => Message::new(kind),
        };
        let (rule, fields): (Option<&str>, &[FieldError]) = match &self.error {
            Error::Malformed(fields) => (None, fields),
            Error::Refused { rule, errors } => (Some(rule), errors),
            _ => (None, &[]),
        };
        Problem {
            kind: format!("/problems/{kind}"),
            title: message.text(self.language),
            status: status.as_u16(),
            rule: rule.map(str::to_owned),
            errors: fields
                .iter()
                .map(|field| ProblemField { path: field.path.clone(), message: field.message.text(self.language) })
                .collect(),
            conflict: self.conflict(),
        }
    }

    fn conflict(&self) -> Option<ProblemConflict> {
        let Error::Duplicate(found) = &self.error else { return None };
        let Existing { contract, milestone, address } = found.existing.clone()?;
        Some(ProblemConflict { contract, milestone, address, repeatable: found.is_repeatable })
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match &self.error {
            Error::Malformed(_) => StatusCode::BAD_REQUEST,
            Error::Unauthenticated(_) | Error::SignInRefused { .. } => StatusCode::UNAUTHORIZED,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Conflict(_) | Error::Duplicate(_) => StatusCode::CONFLICT,
            Error::VersionMismatch => StatusCode::PRECONDITION_FAILED,
            Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Unsupported(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Error::VersionRequired => StatusCode::PRECONDITION_REQUIRED,
            Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Unavailable(_) | Error::Retry => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match &self.error {
            Error::Internal(reason) => tracing::error!(%reason, "internal error"),
            Error::Unavailable(reason) => tracing::error!(%reason, "dependency unavailable"),
            _ => {}
        }
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CONTENT_TYPE, PROBLEM_JSON));
        answer.insert_header((header::CONTENT_LANGUAGE, self.language.as_str()));
        match &self.error {
            Error::Unauthenticated(_) | Error::SignInRefused { .. } => {
                answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            Error::TooMany(seconds) => {
                answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Error::Unavailable(_) | Error::Retry => {
                answer.insert_header((header::RETRY_AFTER, RETRY_SECONDS.to_string()));
            }
            _ => {}
        }
        let mut answer = answer.body(serde_json::to_vec(&self.problem()).unwrap_or_default());
        answer.extensions_mut().insert(Refusal::new(&self.error));
        answer
    }
}
