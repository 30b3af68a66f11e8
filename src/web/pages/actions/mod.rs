//! Acting on a contract: for each act a page that says what will happen and asks for what is needed, then one service. The
//! acts stand in one table (`table::ACTS`); what has files is handed in through `uploads`.

mod about;
pub mod change_request;
pub mod fields;
pub mod next_task;
mod table;
pub mod uploads;

use actix_web::web::{Bytes, Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::view::{self, Dossier};
use crate::services::identity::caller::Caller;
use crate::web::pages::actions::about::{Checked, Said};
use crate::web::pages::actions::fields::{Field, Kind};
use crate::web::pages::actions::table::{ACTS, Act};
use crate::web::pages::forms::Form;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// What an act is about, besides the contract: a deliverable, milestone, payment, request or fact, and which submission.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct About {
    subject: String,
    no: String,
}

/// An act that somebody is about to take.
pub struct Setting<'a> {
    app: &'a App,
    caller: &'a Caller,
    dossier: &'a Dossier,
    about: &'a About,
    page: &'a Shell,
    act: &'static Act,
}

#[derive(Template)]
#[template(path = "acting/form.html")]
struct ActPage {
    page: Shell,
    act: &'static str,
    dossier: Dossier,
    about: About,
    facts: Vec<Said>,
    checks: Checked,
    /// The act that says no instead, where that can be said.
    instead: Option<&'static str>,
    fields: Vec<Field>,
    form: Form,
    files: Option<&'static str>,
    binds: bool,
}

impl ActPage {
    /// Where the form is sent to: what has files brings its word in the address, so that it is known before a file is read.
    fn action(&self) -> String {
        let mut address = format!("/contracts/{}/act/{}", self.dossier.id, self.act);
        if self.files.is_some() {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("subject", &self.about.subject);
            query.append_pair("form", &self.page.csrf_token);
            query.append_pair("key", &self.page.key);
            address = format!("{address}/files?{}", query.finish());
        }
        address
    }

    /// Where another act on the same thing is taken.
    fn other(&self, act: &str) -> String {
        let subject: String = form_urlencoded::byte_serialize(self.about.subject.as_bytes()).collect();
        format!("/contracts/{}/act/{act}?subject={subject}", self.dossier.id)
    }
}

/// The contract's own acts that the caller may take now, in the order of a contract's life, and whether each refuses or ends
/// something.
pub fn of_contract(dossier: &Dossier) -> impl Iterator<Item = (&'static str, bool)> {
    ACTS.iter().filter(|act| act.of_contract && is_open(act, dossier)).map(|act| (act.name, act.binds))
}

/// Where the page is that says what was done to what, and who is next.
fn done(contract: &str, act: &str, subject: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("done", act);
    if !subject.is_empty() {
        query.append_pair("subject", subject);
    }
    format!("/contracts/{contract}?{}", query.finish())
}

/// Every act with the rights, any of which opens it.
pub fn rights() -> impl Iterator<Item = (&'static str, &'static [Action])> {
    ACTS.iter().map(|act| (act.name, act.rights))
}

fn is_open(act: &Act, dossier: &Dossier) -> bool {
    act.rights.iter().any(|right| dossier.open.contains(right))
}

fn find(name: &str) -> Result<&'static Act, Error> {
    ACTS.iter().find(|act| act.name == name).ok_or(Error::NotFound)
}

/// The page of an act, with a form as it was typed or as it is proposed.
fn page_of(
    app: &App,
    caller: &Caller,
    page: Shell,
    (contract, act): (&str, &'static Act),
    about: About,
    typed: Option<Form>,
) -> Result<ActPage, Error> {
    let dossier = view::open(app, caller, contract, None)?;
    if !is_open(act, &dossier) {
        return Err(not_now(&dossier, act));
    }
    let setting = Setting { app, caller, dossier: &dossier, about: &about, page: &page, act };
    let facts = (act.about)(&setting)?;
    let checks = (act.checks)(&setting)?;
    let fields = (act.fields)(&setting)?;
    let form = match typed {
        None => fields::proposed(&fields),
        Some(form) => told(named(form, &dossier), &page, act, &fields),
    };
    Ok(ActPage {
        act: act.name,
        facts,
        instead: act.instead.filter(|_| !checks.is_elsewhere),
        checks,
        fields,
        form,
        files: act.files,
        binds: act.binds,
        dossier,
        about,
        page,
    })
}

/// The form with what is wrong tied to its fields, in their order. Where an act asks for a reason, it needs one.
fn told(form: Form, page: &Shell, act: &Act, fields: &[Field]) -> Form {
    let field = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.called(page));
    let files = |name: &str| act.files.filter(|files| *files == name).map(|files| page.word("field", files));
    let mut form = form.tied(page, |name| field(name).or_else(|| files(name)));
    if let Some(label) = field("reason") {
        form = form.needing(page, "reason", &label);
    }
    fields::in_order(form, fields)
}

/// The form, with the milestones named to which what is wrong belongs.
fn named(mut form: Form, dossier: &Dossier) -> Form {
    for (path, words) in &mut form.faults {
        if let Some(code) = path.strip_prefix("milestones.") {
            *words = format!("{} · {words}", dossier.input.details.milestone(code));
        }
    }
    form
}

/// Why an act is not open: the state, or whose it is.
fn not_now(dossier: &Dossier, act: &Act) -> Error {
    match act.rights.first() {
        Some(right) if !right.right().states.contains(&dossier.input.state) => {
            Error::Conflict(Message::new("wrong-state").with("state", dossier.input.state))
        }
        Some(_) => Error::forbidden("side-may-not"),
        None => Error::NotFound,
    }
}

/// Shows what an act will do, and asks for what it needs.
pub async fn ask(request: PageRequest, path: Path<(String, String)>, about: Query<About>) -> PageAnswer {
    let (contract, name) = path.into_inner();
    let about = about.into_inner();
    request.show(move |app, caller, page| page_of(app, caller, page, (&contract, find(&name)?), about, None)).await
}

/// Takes an act.
pub async fn act(request: PageRequest, path: Path<(String, String)>, body: Bytes) -> PageAnswer {
    let (contract, name) = path.into_inner();
    let again = (contract.clone(), name.clone());
    request
        .submit(
            body,
            move |app, caller, form| {
                let act = find(&name)?;
                let about = about_of(form);
                (act.run)(app, caller, (&contract, act.name), &about, form)?;
                Ok(done(&contract, act.name, &about.subject))
            },
            move |app, caller, page, form| {
                let about = about_of(&form);
                page_of(app, caller, page, (&again.0, find(&again.1)?), about, Some(form))
            },
        )
        .await
}

fn about_of(form: &Form) -> About {
    About { subject: form.value("subject").to_owned(), no: form.value("no").to_owned() }
}
