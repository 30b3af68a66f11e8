//! Errors as pages that say what happened and what one can do now.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use crate::error::Error;
use crate::services::identity::caller::SECOND_FACTOR_REQUIRED;
use crate::web::failure::Failure;
use crate::web::pages::request::Page;
use crate::web::pages::shell::Shell;
use crate::web::refusals::Refusal;

/// An error to be shown to a person.
#[derive(Debug)]
pub struct PageFailure {
    /// The error and the reader's language.
    pub failure: Failure,
    /// Shell of the page; without one the answer is plain.
    pub shell: Option<Box<Shell>>,
}

impl std::fmt::Display for PageFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.failure.fmt(f)
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    page: Shell,
    title: String,
    faults: Vec<String>,
    status: u16,
}

impl ResponseError for PageFailure {
    fn status_code(&self) -> StatusCode {
        self.failure.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let plain = self.failure.error_response();
        let Some(shell) = &self.shell else { return plain };
        if matches!(self.failure.error, Error::Unauthenticated(_)) {
            let next = percent_encoding::utf8_percent_encode(&shell.here, percent_encoding::NON_ALPHANUMERIC);
            return Page::see_other(&format!("/sign-in?next={next}")).into();
        }
        if self.failure.error.kind() == SECOND_FACTOR_REQUIRED {
            return Page::see_other("/one-time-codes").into();
        }
        let problem = self.failure.problem();
        let page = FailurePage {
            page: shell.as_ref().clone(),
            title: problem.title,
            faults: problem.errors.into_iter().map(|field| field.message).collect(),
            status: problem.status,
        };
        let mut answer: HttpResponse = Page::html(self.status_code(), &shell.nonce, &page).into();
        answer.extensions_mut().insert(Refusal::new(&self.failure.error));
        if let Some(wait) = plain.headers().get(header::RETRY_AFTER) {
            answer.headers_mut().insert(header::RETRY_AFTER, wait.clone());
        }
        answer
    }
}
