//! Registers: organisations, people, money, mail …, each a list, a form that adds to it where the caller may, and what can be
//! done to a row. They stand in one table (`table::REGISTERS`).

pub mod calendar;
pub mod statutes;
mod table;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::policy::{Action, role_may};
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging;
use crate::web::pages::actions::fields::{Field, Kind, in_order, proposed};
use crate::web::pages::forms::Form;
use crate::web::pages::registers::table::{REGISTERS, Register};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Rows of a page.
const SHOWN: i64 = 50;

/// How the field begins that asks for a row's reason; its identifier follows.
const REASON: &str = "reason-";

/// A row of a register.
pub struct Row {
    id: String,
    cells: Vec<String>,
    /// The column whose cell is a link, and where it leads.
    leads: Option<(&'static str, String)>,
    /// What can be done to it, each with whether it asks for a reason.
    actions: Vec<(&'static str, bool)>,
}

impl Row {
    /// The field that asks for the reason of what is done to it.
    fn reason(&self) -> String {
        format!("{REASON}{}", self.id)
    }
}

/// The row that was added or acted on, and a one-time link that is told with it.
pub struct Done {
    id: String,
    link: Option<String>,
}

impl Done {
    /// Nothing but the list is shown.
    pub fn listed(id: impl Into<String>) -> Self {
        Self { id: id.into(), link: None }
    }
}

/// What is done to rows; its words afterwards are `row-done-NAME`.
const ACTS: &[&str] = &["approve", "refuse", "end", "link", "disable", "enable", "reset-codes", "retry"];

/// What adding is called in addresses.
const ADD: &str = "add";

/// Where a list goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    cursor: String,
    done: String,
    of: String,
}

#[derive(Template)]
#[template(path = "registers/home.html")]
struct HomePage {
    page: Shell,
    registers: Vec<&'static str>,
    /// Pages of their own beside the registers.
    beside: Vec<&'static str>,
}

/// Pages that are no tables and stand beside the registers, each at `/NAME` with the right to see it.
const BESIDE: &[(&str, Action)] =
    &[("events", Action::ReadEvents), ("calendar", Action::ReadRules), ("statutes", Action::ReadRules)];

#[derive(Template)]
#[template(path = "registers/list.html")]
struct ListPage {
    page: Shell,
    register: &'static Register,
    rows: Vec<Row>,
    next: Option<String>,
    first: bool,
    /// Whether the caller may do something to rows.
    acts: bool,
    fields: Vec<Field>,
    form: Form,
    /// What was just done.
    done: Option<String>,
    link: Option<String>,
}

impl ListPage {
    /// Whether something is wrong with the form that adds, so that it is shown open.
    fn is_wrong(&self) -> bool {
        self.form.faults.iter().any(|(name, _)| self.fields.iter().any(|field| field.name == *name))
    }

    /// The address of the part of the register that begins at a cursor, and of the first.
    fn at(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(Some(("cursor", cursor)).filter(|_| !cursor.is_empty()));
        format!("/registers/{}?{}", self.register.name, query.finish()).trim_end_matches('?').to_owned()
    }

    /// What was done, and to which row, if it is among those that are shown.
    fn done(&self, act: &str, id: &str) -> Option<String> {
        let done = match act {
            ADD if self.register.add.is_some() => self.page.say_of("register", self.register.name, "added"),
            act if ACTS.contains(&act) => self.page.word("row-done", act),
            _ => return None,
        };
        let row = self.rows.iter().find(|row| row.id == id);
        let name = row.and_then(|row| row.cells.get(self.register.named)).filter(|name| !name.is_empty());
        Some(match name {
            Some(name) => self.page.with2("register-done-of", "done", done, "name", name),
            None => done,
        })
    }
}

fn may(caller: &Caller, action: Action) -> bool {
    caller.seats.iter().any(|seat| role_may(seat.role, action))
}

/// Every register with the right to read it.
pub fn rights() -> impl Iterator<Item = (&'static str, Action)> {
    REGISTERS.iter().map(|register| (register.name, register.read))
}

fn find(name: &str) -> Result<&'static Register, Error> {
    REGISTERS.iter().find(|register| register.name == name).ok_or(Error::NotFound)
}

/// The registers that the caller may open.
pub async fn home(request: PageRequest) -> PageAnswer {
    request
        .show(|_, caller, page| {
            caller.may(Action::OwnSession)?;
            let open = REGISTERS.iter().filter(|register| may(caller, register.read));
            let beside = BESIDE.iter().filter(|(_, right)| may(caller, *right)).map(|(name, _)| *name);
            Ok(HomePage { registers: open.map(|register| register.name).collect(), beside: beside.collect(), page })
        })
        .await
}

fn list_page(
    app: &App,
    caller: &Caller,
    page: Shell,
    register: &'static Register,
    cursor: &str,
    typed: Option<Form>,
) -> Result<ListPage, Error> {
    let part = paging::Page { limit: SHOWN, after: Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty()) };
    let (rows, next) = (register.rows)(app, caller, &page, &part)?;
    let adds = register.add.filter(|(action, ..)| may(caller, *action));
    let fields = match adds {
        Some((_, fields, _)) => fields(app, caller, &page)?,
        None => Vec::new(),
    };
    let acts = register.act.is_some_and(|(action, _)| may(caller, action));
    let label = |name: &str| {
        let field = fields.iter().find(|field| field.name == name).map(|field| field.called(&page));
        field.or_else(|| rows.iter().any(|row| row.reason() == name).then(|| page.say("field-reason")))
    };
    let form = typed.map_or_else(|| proposed(&fields), |form| in_order(form.tied(&page, label), &fields));
    Ok(ListPage { register, rows, next, first: cursor.is_empty(), acts, fields, form, done: None, link: None, page })
}

/// Shows a register.
pub async fn list(request: PageRequest, name: Path<String>, part: Query<Part>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let shown = list_page(app, caller, page, find(&name)?, &part.cursor, None)?;
            Ok(ListPage { done: shown.done(&part.done, &part.of), ..shown })
        })
        .await
}

/// Adds to a register.
pub async fn add(request: PageRequest, name: Path<String>, body: Bytes) -> PageAnswer {
    change(request, (name.into_inner(), ADD.to_owned()), body, |app, caller, register, form| {
        let (_, _, add) = register.add.ok_or(Error::NotFound)?;
        add(app, caller, form)
    })
    .await
}

/// Does something to a row.
pub async fn act(request: PageRequest, path: Path<(String, String, String)>, body: Bytes) -> PageAnswer {
    let (name, id, action) = path.into_inner();
    change(request, (name, action.clone()), body, move |app, caller, register, form| {
        let (_, act) = register.act.ok_or(Error::NotFound)?;
        act(app, caller, &id, &action, form).map_err(|error| at_row(error, &id))
    })
    .await
}

/// A refusal with what is wrong at the row's own field.
fn at_row(error: Error, id: &str) -> Error {
    let Error::Refused { rule, mut errors } = error else { return error };
    errors.iter_mut().filter(|error| error.path == "reason").for_each(|error| error.path = format!("{REASON}{id}"));
    Error::Refused { rule, errors }
}

/// Changes a register and shows it again; a one-time link is shown on the page itself, never in an address.
async fn change(
    request: PageRequest,
    (name, what): (String, String),
    body: Bytes,
    work: impl FnOnce(&App, &Caller, &'static Register, &Form) -> Result<Done, Error> + Send + 'static,
) -> PageAnswer {
    request
        .write(body, move |app, caller, page, form| {
            let register = find(&name)?;
            match work(app, caller, register, &form) {
                Ok(Done { id, link: None }) => {
                    let mut done = form_urlencoded::Serializer::new(String::new());
                    done.extend_pairs([("done", &what), ("of", &id)]);
                    Ok(Page::see_other(&format!("/registers/{name}?{}", done.finish())))
                }
                Ok(Done { id, link }) => {
                    let nonce = page.nonce.clone();
                    let shown = list_page(app, caller, page, register, "", None)?;
                    Ok(Page::html(StatusCode::OK, &nonce, &ListPage { done: shown.done(&what, &id), link, ..shown }))
                }
                Err(error) => {
                    let (status, form) = form.refused(error, page.language)?;
                    let nonce = page.nonce.clone();
                    let shown = list_page(app, caller, page, register, "", Some(form))?;
                    Ok(Page::html(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), &nonce, &shown))
                }
            }
        })
        .await
}
