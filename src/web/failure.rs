//! The one place that turns errors into answers: `application/problem+json` (RFC 9457) in the reader's language.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::Language;
use crate::error::{Error, FieldError, Message};

/// The type of what a refused request answers.
pub const PROBLEM: &str = "application/problem+json; charset=utf-8";

/// Seconds after which it may be worth trying again when something outside did not answer.
const RETRY_SECONDS: u64 = 5;

/// What a refused request answers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Kind of problem, as `/problems/wrong-state`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The statute, clause or rule that refuses (422).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What is wrong, where, and how to mend it.
    pub errors: Vec<ProblemField>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// Path within the input; empty for the whole.
    pub path: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// An error on its way to somebody who reads a language.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub error: Error,
    /// For whom.
    pub language: Language,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl Failure {
    /// The problem in words.
    pub fn problem(&self) -> Problem {
        let status = self.status_code();
        let (kind, message, rule, fields): (&str, Message, Option<&str>, &[FieldError]) = match &self.error {
            Error::Unauthenticated(message)
            | Error::Forbidden(message)
            | Error::Conflict(message)
            | Error::TooLarge(message)
            | Error::Unsupported(message) => (message.key, message.clone(), None, &[]),
            Error::NotFound => ("not-found", Message::new("not-found"), None, &[]),
            Error::Malformed(fields) => ("malformed", Message::new("malformed"), None, fields),
            Error::VersionMismatch => ("changed", Message::new("changed"), None, &[]),
            Error::VersionRequired => ("version-required", Message::new("version-required"), None, &[]),
            Error::Refused { rule, errors } => ("refused", Message::new("refused"), Some(rule), errors),
            Error::TooMany(seconds) => ("too-many", Message::new("too-many").with("seconds", seconds), None, &[]),
            Error::Unavailable(_) | Error::Retry => ("unavailable", Message::new("unavailable"), None, &[]),
            Error::Internal(_) => ("internal", Message::new("internal"), None, &[]),
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
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match &self.error {
            Error::Malformed(_) => StatusCode::BAD_REQUEST,
            Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Conflict(_) => StatusCode::CONFLICT,
            Error::VersionMismatch => StatusCode::PRECONDITION_FAILED,
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
            Error::Unavailable(reason) => tracing::error!(%reason, "unavailable"),
            _ => {}
        }
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CONTENT_TYPE, PROBLEM));
        answer.insert_header((header::CONTENT_LANGUAGE, self.language.as_str()));
        match &self.error {
            Error::Unauthenticated(_) => {
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
        answer.body(serde_json::to_vec(&self.problem()).unwrap_or_default())
    }
}
