//! Signing in through the bureau's identity provider: leaving for the provider, coming back, the one-time code
//! afterwards, and signing out there.

use actix_web::ResponseError;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Deserialize;

use crate::error::{Error, Message};
use crate::services::identity::browser_sessions::Browser;
use crate::services::identity::caller::Caller;
use crate::services::identity::provider_sign_in::{self, Arrival, Return};
use crate::services::shared::form_reader::FormReader;
use crate::web::failure::Failure;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::identity::session::SignInPage;
use crate::web::pages::request::{Page, PageAnswer, PageRequest, own_path};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;
use crate::web::request::block;

/// Maximum length in bytes of the address of the page to show afterwards, which is part of a cookie (browsers limit
/// cookies to 4 KiB).
const MAX_NEXT: usize = 1024;
/// Page with the field for the one-time code.
const CODE_PATH: &str = "/sign-in/provider/code";

/// Query of leaving: the page to show afterwards, and true if a signed-in person only confirms their identity.
#[derive(Deserialize)]
pub struct LeaveQuery {
    next: Option<String>,
    prove: Option<String>,
}

/// Query with which the provider sends a browser back; further parameters are ignored.
#[derive(Deserialize)]
pub struct ReturnQuery {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

#[derive(Template)]
#[template(path = "session/provider_code.html")]
struct CodePage {
    page: Shell,
    form: Form,
}

impl CodePage {
    fn fields(&self) -> [Field; 1] {
        let code = Field::new("code", FieldKind::Code, self.page.say("sign-in-code"));
        let mut fields = [code.hint(self.page.say("code-or-recovery"))];
        fill(&mut fields, &self.form);
        fields
    }
}

/// Sends the browser to the provider.
pub async fn leave(request: PageRequest, query: Query<LeaveQuery>) -> PageAnswer {
    let next = query.next.as_deref().filter(|next| (1..=MAX_NEXT).contains(&next.len()));
    let next = own_path(next.unwrap_or("/work")).to_owned();
    let app = request.app().clone();
    let turn = app.provider_gate.enter().await;
    if query.prove.is_some() {
        let depart = move |request: &PageRequest, caller: &Caller| {
            let _turn = turn;
            let departure = provider_sign_in::leave_to_prove(request.app(), caller, &next)?;
            Ok(Page::leave(&departure.address).with_ticket(request.app(), &departure.ticket))
        };
        return request.answer(depart).await;
    }
    let done = block(request.language(), move || {
        let _turn = turn;
        provider_sign_in::leave_for_provider(&app, &next)
    })
    .await;
    match done {
        Ok(departure) => Ok(Page::leave(&departure.address).with_ticket(request.app(), &departure.ticket).into()),
        Err(failure) => show_failure(request, failure).await,
    }
}

/// Takes the browser back from the provider and opens a session.
pub async fn come_back(request: PageRequest, query: Query<ReturnQuery>) -> PageAnswer {
    let (limits, address, agent) = request.client();
    let app = request.app().clone();
    let ticket = request.ticket().unwrap_or_default().to_owned();
    let before = request.token().map(str::to_owned);
    let turn = app.provider_gate.enter().await;
    let arrived = block(request.language(), move || {
        let _turn = turn;
        let from = address.to_string();
        let browser = Browser { agent: &agent, address: &from, before: before.as_deref() };
        let back = Return {
            ticket: &ticket,
            state: query.state.as_deref().unwrap_or_default(),
            code: query.code.as_deref().ok_or(query.error.as_deref().unwrap_or_default()),
            issuer: query.iss.as_deref(),
        };
        limits.sign_in_from(address, || provider_sign_in::return_from_provider(&app, &back, &browser))
    })
    .await;
    let app = request.app();
    match arrived {
        Ok(Arrival::SignedIn { token, next }) => {
            Ok(Page::see_other(&next).with_session(app, &token).without_ticket(app).into())
        }
        Ok(Arrival::CodeNeeded { ticket }) => Ok(Page::see_other(CODE_PATH).with_ticket(app, &ticket).into()),
        Ok(Arrival::Proved { next }) => Ok(Page::see_other(&next).without_ticket(app).into()),
        Err(failure) => show_failure(request, failure).await,
    }
}

/// Shows the field for the one-time code of a person whom the provider signed in; redirects anyone else to the sign-in
/// page.
pub async fn ask_code(request: PageRequest) -> PageAnswer {
    request
        .answer_anyone_with_token(|request, page| {
            let ticket = request.ticket().unwrap_or_default();
            if provider_sign_in::person_of_ticket(request.app(), ticket).is_none() {
                return Ok(Page::see_other("/sign-in"));
            }
            let nonce = page.nonce.clone();
            Ok(Page::html(StatusCode::OK, &nonce, &CodePage { page, form: Form::default() }))
        })
        .await
}

/// Opens the session of a person whom the provider signed in, after checking the one-time code.
pub async fn submit_code(request: PageRequest, body: Bytes) -> PageAnswer {
    let (limits, address, agent) = request.client();
    request
        .answer_anyone(move |request, page| {
            let mut form = request.form(&body)?;
            let from = address.to_string();
            let browser = Browser { agent: &agent, address: &from, before: request.token() };
            let ticket = request.ticket().unwrap_or_default();
            let code = FormReader::new(&form).text("code");
            let finish = || provider_sign_in::finish(request.app(), ticket, &code, &browser);
            let person = provider_sign_in::person_of_ticket(request.app(), ticket).unwrap_or_default();
            let error = match limits.sign_in(address, &person, finish) {
                Ok((token, next)) => {
                    return Ok(Page::see_other(&next)
                        .with_session(request.app(), &token)
                        .without_ticket(request.app()));
                }
                Err(error @ Error::SignInRefused { .. }) => {
                    form.note(&error);
                    Error::refused_at("one-time-code", "code", Message::new("totp-code-wrong"))
                }
                Err(error) => error,
            };
            form.set("code", "");
            let (status, form) = form.refused(error, page.language)?;
            let nonce = page.nonce.clone();
            let mut shown = CodePage { page, form };
            shown.form = attached(shown.form.clone(), &shown.page, &shown.fields());
            Ok(Page::html(status, &nonce, &shown))
        })
        .await
}

/// Redirects the browser to the provider to end the session there, or to the sign-in page if the provider does not
/// support that.
pub async fn sign_out(request: PageRequest) -> PageAnswer {
    let app = request.app().clone();
    let turn = app.provider_gate.enter().await;
    let done = block(request.language(), move || {
        let _turn = turn;
        provider_sign_in::end_session_address(&app)
    })
    .await;
    match done {
        Ok(Some(address)) => Ok(Page::leave(&address).into()),
        Ok(None) => Ok(Page::see_other("/sign-in").into()),
        Err(failure) => show_failure(request, failure).await,
    }
}

/// Shows the sign-in page with the problem at the provider and the next step; without a provider, only the page.
async fn show_failure(request: PageRequest, failure: Failure) -> PageAnswer {
    if matches!(failure.error, Error::NotFound) {
        return Ok(Page::see_other("/sign-in").into());
    }
    let words = match &failure.error {
        Error::SignInRefused { reason: "unknown" | "disabled" | "bound-otherwise" | "unconfirmed", .. } => {
            Message::new("provider-no-account")
        }
        Error::SignInRefused { .. } => Message::new("provider-answer-refused"),
        Error::Unavailable(reason) => {
            tracing::error!(%reason, "dependency unavailable");
            Message::new("provider-unavailable")
        }
        Error::Refused { errors, .. } => match errors.first() {
            Some(first) => first.message.clone(),
            None => Message::new("provider-answer-refused"),
        },
        _ => return request.refuse(failure.error).await,
    };
    let status = failure.status_code();
    request
        .answer_anyone_with_token(move |request, page| {
            let mut form = request.typed(Vec::new());
            form.note(&failure.error);
            form.faults.push((String::new(), words.text(page.language)));
            let nonce = page.nonce.clone();
            let shown = Page::html(status, &nonce, &SignInPage::new(request, page, form));
            Ok(shown.without_ticket(request.app()))
        })
        .await
}
