//! The caller's kept forms on the page of tasks: each is opened as typed, or discarded.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use crate::app::App;
use crate::error::Error;
use crate::services::contracts::drafts::steps::Step;
use crate::services::contracts::list::ContractName;
use crate::services::contracts::{drafts, list};
use crate::services::identity::caller::Caller;
use crate::services::identity::kept_forms::{self, KeptForm};
use crate::web::pages::request::{Page, PageAnswer, PageRequest, kept_address};
use crate::web::pages::shell::Shell;
use crate::web::pages::{actions, registers};

/// The page shown for a kept form that was sent already.
#[derive(Template)]
#[template(path = "kept_form_sent.html")]
pub struct SentPage {
    page: Shell,
    /// Address of the contract, draft or register that the form was about.
    about: String,
}

impl SentPage {
    /// Renders the page of a form that was sent to a path.
    pub fn of(page: Shell, path: &str) -> Self {
        let about = match parts(path).as_slice() {
            [kind @ ("contracts" | "drafts" | "registers" | "saved-views"), of, ..] => format!("/{kind}/{of}"),
            ["calendar", ..] => "/calendar".to_owned(),
            _ => "/work".to_owned(),
        };
        Self { page, about }
    }

    /// Renders the page.
    pub fn answer(&self) -> Page {
        Page::html(StatusCode::OK, &self.page.nonce, self)
    }
}

/// A kept form with its contract or draft.
pub struct KeptFormLine {
    form: KeptForm,
    about: Option<ContractName>,
}

impl KeptFormLine {
    /// Returns the address that shows the form as typed.
    pub fn address(&self) -> String {
        kept_address(&self.form.path, &self.form.id)
    }

    /// Returns the address that discards the form.
    pub fn discard_address(&self) -> String {
        format!("/kept-forms/{}/discard", self.form.id)
    }

    /// Returns the title of the form's page.
    pub fn title(&self, page: &Shell) -> String {
        match parts(&self.form.path).as_slice() {
            ["contracts", _, "act", act] if actions::rights().any(|(known, _)| known == *act) => page.word("act", act),
            ["drafts", _, "try"] => page.say("draft-try"),
            ["drafts", _, "check"] => page.say("draft-check"),
            ["drafts", _, step] if Step::find(step).is_some() => page.word("draft-step", step),
            ["registers", name, ..] if registers::rights().any(|(known, _)| known == *name) => {
                page.word("register", name)
            }
            ["calendar", ..] => page.word("register", "calendar"),
            ["saved-views", ..] => page.say("saved-views"),
            _ => page.say("kept-form-other"),
        }
    }

    /// Returns the contract or draft of the form, with its address.
    pub fn about(&self) -> Option<(String, &ContractName)> {
        let kind = parts(&self.form.path).first().copied()?;
        self.about.as_ref().map(|about| (format!("/{kind}/{}", about.id), about))
    }

    /// States the time at which the form was filled in, and how long it is kept.
    pub fn times(&self, page: &Shell) -> String {
        page.with2("kept-form-times", "at", page.time(&self.form.kept_at), "until", page.time(&self.form.ends_at))
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.trim_start_matches('/').split('/').collect()
}

/// Returns the identifiers of the contracts or drafts that forms are about.
fn subjects<'a>(forms: &'a [KeptForm], kind: &str) -> Vec<&'a str> {
    let subject = |form: &'a KeptForm| match parts(&form.path).as_slice() {
        [of, id, ..] if *of == kind => Some(*id),
        _ => None,
    };
    forms.iter().filter_map(subject).collect()
}

/// Returns the forms kept for the caller, newest first.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn lines(app: &App, caller: &Caller) -> Result<Vec<KeptFormLine>, Error> {
    let forms = kept_forms::list(app, caller)?;
    let mut names = list::names(app, caller, &subjects(&forms, "contracts"))?;
    names.extend(drafts::names(app, caller, &subjects(&forms, "drafts"))?);
    let line = |form: KeptForm| {
        let about = names.iter().find(|name| parts(&form.path).get(1) == Some(&name.id.as_str())).cloned();
        KeptFormLine { form, about }
    };
    Ok(forms.into_iter().map(line).collect())
}

/// Discards a kept form.
pub async fn discard(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    request
        .answer(move |request, caller| {
            request.form(&body)?;
            kept_forms::discard(request.app(), caller, &id)?;
            Ok(Page::see_other("/work?done=discarded"))
        })
        .await
}
