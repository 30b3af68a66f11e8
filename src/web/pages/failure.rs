//! Errors as pages that explain the problem and the next step.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use crate::domain::text_input::holds_words;
use crate::error::Error;
use crate::services::identity::caller::SECOND_FACTOR_REQUIRED;
use crate::web::failure::Failure;
use crate::web::pages::request::Page;
use crate::web::pages::shell::Shell;
use crate::web::refusals::Refusal;

/// Message about a form that another person filled in; `address` leads that person to the form.
pub const FORM_OF_ANOTHER: &str = "form-of-another";

/// An error to be shown to a person.
#[derive(Debug)]
pub struct PageFailure {
    /// The error and the reader's language.
    pub failure: Failure,
    /// Shell of the page; an answer without a shell is plain text.
    pub shell: Option<Box<Shell>>,
}

impl std::fmt::Display for PageFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.failure.fmt(f)
    }
}

impl PageFailure {
    /// Shows the words among the values of the form that failed, so that they are not lost with it.
    pub fn with_typed(mut self, typed: Vec<String>) -> Self {
        if let Some(shell) = &mut self.shell {
            shell.typed = typed;
        }
        self
    }
}

/// Returns the words among the values of a form.
pub fn typed_words(values: &[(String, String)]) -> Vec<String> {
    let words = values.iter().filter(|(name, value)| holds_words(name) && !value.trim().is_empty());
    words.map(|(_, value)| value.trim().to_owned()).collect()
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    page: Shell,
    title: String,
    faults: Vec<String>,
    /// Address and text of a link to the page to continue with, if one is known.
    link: Option<(String, String)>,
    status: u16,
}

/// Returns the address of the page to continue with after an error at an address, and the message key of the link.
fn way_on(error: &Error, here: &str) -> Option<(String, &'static str)> {
    match error {
        // What a contract's state or a finished step forbids is seen on its page.
        Error::Conflict(_) if here.starts_with("/drafts/") => Some(("/drafts".to_owned(), "draft-title")),
        Error::Conflict(_) => {
            let (contract, _) = here.strip_prefix("/contracts/")?.split_once('/')?;
            Some((format!("/contracts/{contract}"), "failure-contract"))
        }
        Error::Unauthenticated(_) => {
            let next = percent_encoding::utf8_percent_encode(here, percent_encoding::NON_ALPHANUMERIC);
            Some((format!("/sign-in?next={next}"), "sign-in"))
        }
        Error::Duplicate(found) => Some((found.existing.clone()?.address, "failure-existing")),
        Error::Forbidden(message) if message.key == FORM_OF_ANOTHER => {
            let (_, address) = message.args.iter().find(|(name, _)| *name == "address")?;
            Some((address.clone(), "form-of-another-link"))
        }
        _ => None,
    }
}

impl ResponseError for PageFailure {
    fn status_code(&self) -> StatusCode {
        self.failure.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let plain = self.failure.error_response();
        let Some(shell) = &self.shell else { return plain };
        // What was typed into a form that cannot be kept is shown before signing in.
        if matches!(self.failure.error, Error::Unauthenticated(_)) && shell.typed.is_empty() {
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
            link: way_on(&self.failure.error, &shell.here).map(|(address, words)| (address, shell.say(words))),
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
