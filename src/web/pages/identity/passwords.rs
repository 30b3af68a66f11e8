//! Pages for resetting a forgotten password and for changing one's own.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use crate::error::{Error, Message};
use crate::services::identity::{own_account, password_links};
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::identity::proof::{self, ProofCheck};
use crate::web::pages::identity::session::{PasswordPage, SessionQuery};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

#[derive(Template)]
#[template(path = "session/forgotten.html")]
struct ForgottenPage {
    page: Shell,
    form: Form,
    /// True after a name was sent, whether it exists or not.
    is_sent: bool,
}

impl ForgottenPage {
    fn fields(&self) -> [Field; 1] {
        let mut fields = [Field::new("username", FieldKind::Line, self.page.say("sign-in-username"))];
        fill(&mut fields, &self.form);
        fields
    }
}

/// Shows the form that takes the username of a person who forgot their password.
pub async fn forgotten(request: PageRequest, query: Query<SessionQuery>) -> PageAnswer {
    let is_sent = query.confirms("sent");
    request
        .show_to_anyone(move |_, page| Ok((StatusCode::OK, ForgottenPage { page, form: Form::default(), is_sent })))
        .await
}

/// Sends a link by email. The answer is the same for every name. A form for another language is shown again.
pub async fn send_forgotten(mut request: PageRequest, body: Bytes) -> PageAnswer {
    if let Some(language) = request.choose_language(&body) {
        return request.show_in(language, body, |_, page, form| Ok(ForgottenPage { page, form, is_sent: false })).await;
    }
    let (limits, address, _) = request.client();
    request
        .answer_anyone(move |request, page| {
            let form = request.form(&body)?;
            let username = FormReader::new(&form).text("username");
            let done = if username.is_empty() {
                Err(Error::refused_at("username", "username", Message::new("forgotten-name-missing")))
            } else {
                limits
                    .count_link(address)
                    .and_then(|()| password_links::send_forgotten(request.app(), &username, &address.to_string()))
            };
            let Err(error) = done else { return Ok(Page::see_other("/forgotten-password?done=sent")) };
            let (status, form) = form.refused(error, page.language)?;
            let nonce = page.nonce.clone();
            Ok(Page::html(status, &nonce, &ForgottenPage { page, form, is_sent: false }))
        })
        .await
}

#[derive(Template)]
#[template(path = "session/change_password.html")]
struct ChangePage {
    page: Shell,
    form: Form,
    fields: Vec<Field>,
    is_changed: bool,
}

impl ChangePage {
    fn new(page: Shell, caller: &crate::services::identity::caller::Caller, form: Form, is_changed: bool) -> Self {
        let mut fields = proof::fields(&page, caller);
        fields.extend(PasswordPage::new_password(&page));
        let form = attached(form, &page, &fields);
        fill(&mut fields, &form);
        Self { page, form, fields, is_changed }
    }
}

/// Shows the form for changing one's password.
pub async fn change(request: PageRequest, query: Query<SessionQuery>) -> PageAnswer {
    let is_changed = query.confirms("changed");
    request
        .show(move |_, caller, page| {
            caller.may(crate::domain::policy::Action::OwnSession)?;
            Ok(ChangePage::new(page, caller, Form::default(), is_changed))
        })
        .await
}

/// Changes the password; this session continues, all other sessions end.
pub async fn submit_change(request: PageRequest, body: Bytes) -> PageAnswer {
    let check = ProofCheck::begin(&request).await?;
    request
        .write(body, move |app, caller, page, form| {
            let password = form.untrimmed("password");
            let done = if password == form.untrimmed("again") {
                check.attempt(caller, &form, |proof| {
                    own_account::change_password(app, caller, &check.hasher, proof, password)
                })
            } else {
                Err(Error::refused_at("password", "again", Message::new("password-again-differs")))
            };
            let Err(error) = done else { return Ok(Page::see_other("/change-password?done=changed")) };
            let (status, mut form) = form.refused(error, page.language)?;
            proof::forget(&mut form);
            form.set("password", "");
            form.set("again", "");
            let nonce = page.nonce.clone();
            Ok(Page::html(status, &nonce, &ChangePage::new(page, caller, form, false)))
        })
        .await
}
