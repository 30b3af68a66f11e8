//! Errors as pages: what happened, and what one can do now.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use crate::error::Error;
use crate::web::failure::Failure;
use crate::web::pages::request::Page;
use crate::web::pages::shell::Shell;

/// An error on its way to somebody's browser.
#[derive(Debug)]
pub struct PageFailure {
    /// Why, and for whom.
    pub failure: Failure,
    /// The page that it is shown in; none before one could be made.
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
        let problem = self.failure.problem();
        let page = FailurePage {
            page: shell.as_ref().clone(),
            title: problem.title,
            faults: problem.errors.into_iter().map(|field| field.message).collect(),
            status: problem.status,
        };
        let mut answer: HttpResponse = Page::html(self.status_code(), &shell.nonce, &page).into();
        if let Some(wait) = plain.headers().get(header::RETRY_AFTER) {
            answer.headers_mut().insert(header::RETRY_AFTER, wait.clone());
        }
        answer
    }
}
