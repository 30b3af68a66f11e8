//! Registers: organisations, people, appropriations, the email queue …, each a list with a form that adds a row and
//! actions on rows, limited to the caller's rights. The registers are listed in one table (`table::REGISTERS`), with
//! one file for each.

mod accounts;
mod appropriations;
mod approval_chains;
mod approval_rules;
mod budget_changes;
pub mod calendar;
mod calendar_imports;
mod contractors;
mod delegations;
mod emails;
mod ledger_imports;
mod loan_rates;
mod matters;
mod organisations;
mod own_organisation;
mod people;
mod purchase_plans;
mod regions;
mod register;
mod services;
mod statute_settings;
pub mod statutes;
mod suspensions;
mod table;
mod work_stations;
mod workers;
mod yearly_shares;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::policy::{Action, role_may};
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{self, Paged};
use crate::services::shared::tables::{MAX_ROWS, Table, TableFile, load_all, write_file};
use crate::web::pages::exports;
use crate::web::pages::forms::field::{Field, FieldKind, fill, sort_faults};
use crate::web::pages::forms::{Form, or_faults, part_or_first};
use crate::web::pages::identity::proof::{self, ProofCheck};
use crate::web::pages::registers::register::{Done, Filters, REASON, Register, Row, RowAction};
use crate::web::pages::registers::table::{FILTERED, REGISTERS};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Rows on a page.
const PAGE_SIZE: i64 = 50;

/// Actions on rows; the messages of their confirmations are `row-done-NAME`.
const ROW_ACTIONS: &[&str] = &[
    "approve",
    "refuse",
    "end",
    "link",
    "link-asked",
    "added-asked",
    "disable",
    "enable",
    "reset-codes",
    "reset-asked",
    "unbind-identity",
    "retry",
    "repost",
    "cancel",
    "recall",
    "leave",
    "answer",
    "close",
    "dissolve",
];

/// Name of adding a row in addresses.
const ADD: &str = "add";

/// Changes that require the password and code again: representation of a person, and payee accounts.
const PROVED: &[(&str, &str)] = &[("delegations", ADD), ("accounts", "approve")];

fn is_proved(register: &str, what: &str) -> bool {
    PROVED.contains(&(register, what))
}

#[derive(Template)]
#[template(path = "registers/home.html")]
struct HomePage {
    page: Shell,
    registers: Vec<&'static str>,
    /// Pages listed with the registers.
    beside: Vec<&'static str>,
}

/// Pages listed with the registers, each at `/NAME` with the right to see the page.
const BESIDE: &[(&str, Action)] = &[
    ("ledger", Action::ReadLedger),
    ("events", Action::ReadEvents),
    ("import-ledger", Action::ProposeLedgerImport),
    ("templates", Action::ListContractTemplates),
    ("mail-templates", Action::ManageMailTemplates),
    ("calendar", Action::ReadRules),
    ("statutes", Action::ReadRules),
];

#[derive(Template)]
#[template(path = "registers/list.html")]
struct ListPage {
    page: Shell,
    register: &'static Register,
    rows: Vec<Row>,
    next: Option<String>,
    is_first: bool,
    /// True if the caller may act on rows.
    may_act: bool,
    fields: Vec<Field>,
    form: Form,
    /// Confirmation of the change just made.
    done: Option<String>,
    /// Fields for the password and code, for actions that require them.
    proof: Vec<Field>,
    /// Filters as typed, with their faults.
    filter: Form,
}

impl ListPage {
    /// Returns whether the form that adds a row is expanded: the register is empty, or the form was refused or kept.
    fn is_add_open(&self) -> bool {
        let is_shown_again = self.page.notice.is_some() || self.form.is_unsent();
        let is_kept = |field: &Field| is_shown_again && !field.value.is_empty();
        let is_empty = self.rows.is_empty() && self.is_first && !self.is_filtered();
        is_empty || self.fields.iter().any(|field| field.fault.is_some() || is_kept(field))
    }

    /// Returns the fields of an action on a row besides the reason, each with its element id and its fault.
    fn proof_of(&self, row: &Row, action: &RowAction) -> Vec<(&Field, String)> {
        let asked = if is_proved(self.register.name, action.name) { self.proof.as_slice() } else { &[] };
        asked.iter().map(|field| (field, format!("{}-{}", field.name, row.id))).collect()
    }

    /// Returns the address of the list from a cursor on; an empty cursor is the beginning.
    fn address_at(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let typed = self.filters().iter().map(|(name, _)| (*name, self.filter.value(name)));
        query.extend_pairs(typed.chain([("cursor", cursor)]).filter(|(_, value)| !value.is_empty()));
        format!("/registers/{}?{}", self.register.name, query.finish()).trim_end_matches('?').to_owned()
    }

    /// Returns the addresses of the register as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }

    /// Returns the fields of the filters, each with the key of its label.
    fn filters(&self) -> &'static [(&'static str, &'static str)] {
        filters_of(self.register).map_or(&[], |filters| filters.fields)
    }

    /// Returns whether any filter is set.
    fn is_filtered(&self) -> bool {
        self.filters().iter().any(|(name, _)| !self.filter.value(name).is_empty())
    }

    /// Describes who adds to an empty register; the form below it is open to a reader who may.
    fn when_empty(&self) -> String {
        match self.register.add {
            Some(_) if !self.fields.is_empty() => self.page.say("register-empty-add"),
            Some(add) => {
                let roles: Vec<String> =
                    add.right.right().who.iter().map(|(role, _)| self.page.word("role", role)).collect();
                self.page.with("register-empty-by", "roles", self.page.joined("document-list", &roles))
            }
            None => self.page.say_of("register", self.register.name, "empty"),
        }
    }

    /// States the order of the rows and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        self.page.counted(self.rows.len(), self.is_first, self.next.is_some(), "registers-order")
    }

    /// Returns the row's identifying name.
    fn title(&self, row: &Row) -> String {
        let column = self.register.columns.first();
        column.map(|column| row.cell(column.name).words(&self.page)).unwrap_or_default()
    }

    /// Confirms a change, with the name of its row if the row is shown; `None` for an unknown change.
    fn confirmation(&self, act: &str, id: &str) -> Option<String> {
        let done = match act {
            ADD if self.register.add.is_some() => self.page.say_of("register", self.register.name, "added"),
            act if ROW_ACTIONS.contains(&act) => self.page.word("row-done", act),
            _ => return None,
        };
        let row = self.rows.iter().find(|row| row.id == id);
        let name = row.map(|row| row.cell(self.register.named_by).words(&self.page)).filter(|name| !name.is_empty());
        Some(match name {
            Some(name) => self.page.with2("register-done-of", "done", done, "name", name),
            None => done,
        })
    }
}

fn holds_right(caller: &Caller, action: Action) -> bool {
    caller.seats.iter().any(|seat| role_may(seat.role, action))
}

/// Returns every register with the right to read it.
pub fn rights() -> impl Iterator<Item = (&'static str, Action)> {
    REGISTERS.iter().map(|register| (register.name, register.read))
}

fn find(name: &str) -> Result<&'static Register, Error> {
    REGISTERS.iter().find(|register| register.name == name).ok_or(Error::NotFound)
}

fn filters_of(register: &Register) -> Option<Filters> {
    FILTERED.iter().find(|(name, _)| *name == register.name).map(|(_, filters)| *filters)
}

/// Loads a page of the rows that pass the filters typed.
fn load_rows(
    app: &App,
    caller: &Caller,
    page: &Shell,
    (register, typed): (&Register, &Form),
    part: &paging::Page,
) -> Result<Paged<Row>, Error> {
    match filters_of(register) {
        Some(filters) => (filters.rows)(app, caller, page, typed, part),
        None => (register.rows)(app, caller, page, part),
    }
}

/// Shows the registers that the caller may open.
pub async fn home(request: PageRequest) -> PageAnswer {
    request
        .show(|_, caller, page| {
            caller.may(Action::OwnSession)?;
            let open = REGISTERS.iter().filter(|register| holds_right(caller, register.read));
            let beside = BESIDE.iter().filter(|(_, right)| holds_right(caller, *right)).map(|(name, _)| *name);
            Ok(HomePage { registers: open.map(|register| register.name).collect(), beside: beside.collect(), page })
        })
        .await
}

fn list_page(
    app: &App,
    caller: &Caller,
    mut page: Shell,
    register: &'static Register,
    cursor: &str,
    (typed, searched): (Option<Form>, &Form),
) -> Result<ListPage, Error> {
    let after = Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty());
    let mut part = paging::Page { limit: PAGE_SIZE, after };
    let load = |page: &Shell, part: &paging::Page| load_rows(app, caller, page, (register, searched), part);
    let found = part_or_first(&mut page, &mut part, load);
    let fields_of_filters = filters_of(register).map_or(&[] as &[_], |filters| filters.fields);
    let (Paged { items: rows, next }, mut filter) = or_faults(found, &page, fields_of_filters)?;
    fields_of_filters.iter().for_each(|(name, _)| filter.set(name, searched.value(name)));
    let mut fields = match register.add.filter(|add| holds_right(caller, add.right)) {
        Some(add) => (add.fields)(app, caller, &page, typed.as_ref().unwrap_or(searched))?,
        None => Vec::new(),
    };
    let proof = proof::fields(&page, caller);
    if !fields.is_empty() && is_proved(register.name, ADD) {
        fields.extend(proof::fields(&page, caller));
    }
    let label = |name: &str| {
        let field = fields.iter().find(|field| field.name == name).map(|field| field.label.clone());
        let of_row = |row: &Row| {
            let proof = proof.iter().find(|field| format!("{}-{}", field.name, row.id) == name);
            proof
                .map(|field| field.label.clone())
                .or_else(|| (row.reason_field() == name).then(|| page.say("field-reason")))
        };
        field.or_else(|| rows.iter().find_map(of_row))
    };
    let mut form = Form::default();
    if let Some(typed) = typed {
        form = typed.attach_faults(&page, label);
        sort_faults(&mut form, &fields);
        fill(&mut fields, &form);
    }
    let may_act = register.act.is_some_and(|act| act.rights.iter().any(|right| holds_right(caller, *right)));
    let is_first = part.after.is_none();
    Ok(ListPage { register, rows, next, is_first, may_act, fields, form, done: None, proof, filter, page })
}

/// Writes all rows of a register as a file.
fn file(
    app: &App,
    caller: &Caller,
    page: &Shell,
    (register, typed): (&'static Register, &Form),
    format: FileFormat,
) -> Result<TableFile, Error> {
    let found = load_all(MAX_ROWS, |part| load_rows(app, caller, page, (register, typed), part))?;
    let row = |row: Row| register.columns.iter().map(|column| row.cell(column.name).value()).collect();
    let table = Table {
        title: page.word("register", register.name),
        columns: register.columns.iter().map(|column| page.word("column", column.name)).collect(),
        rows: found.into_iter().map(row).collect(),
        total: Vec::new(),
    };
    write_file(&table, format, page.today)
}

/// Returns the cursor after which a part of a register has the row; empty for a row of the first part or an unknown row.
fn cursor_before(app: &App, caller: &Caller, page: &Shell, register: &'static Register, id: &str) -> String {
    let rows = load_all(MAX_ROWS, |part| (register.rows)(app, caller, page, part)).unwrap_or_default();
    let place = rows.iter().position(|row| row.id == id).unwrap_or_default();
    let is_first = usize::try_from(PAGE_SIZE).is_ok_and(|size| place < size);
    let before = place.checked_sub(1).and_then(|before| rows.into_iter().nth(before));
    before.filter(|_| !is_first).map(|row| row.id).unwrap_or_default()
}

/// Shows a register. The query has the cursor of the list or the row to be shown, the change to confirm, and the text
/// that the page's script sends from a field with suggestions.
pub async fn list(request: PageRequest, name: Path<String>, query: PageQuery<Vec<(String, String)>>) -> PageAnswer {
    let query = Form::new(query.into_inner());
    let asked = query.filled("format");
    if let Some(format) = asked.as_deref().and_then(FileFormat::parse) {
        let work =
            move |app: &App, caller: &Caller, page: &Shell| file(app, caller, page, (find(&name)?, &query), format);
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, mut page| {
            asked.iter().for_each(|_| page.tell_unread("format"));
            let register = find(&name)?;
            let cursor = match query.filled("at") {
                Some(row) => cursor_before(app, caller, &page, register, &row),
                None => query.value("cursor").to_owned(),
            };
            let shown = list_page(app, caller, page, register, &cursor, (None, &query))?;
            Ok(ListPage { done: shown.confirmation(query.value("done"), query.value("of")), ..shown })
        })
        .await
}

/// Adds a row to a register.
pub async fn add(request: PageRequest, name: Path<String>, body: Bytes) -> PageAnswer {
    apply_change(request, (name.into_inner(), ADD.to_owned(), None), body, |app, caller, register, form| {
        (register.add.ok_or(Error::NotFound)?.submit)(app, caller, form)
    })
    .await
}

/// Acts on a row.
pub async fn act_on_row(request: PageRequest, path: Path<(String, String, String)>, body: Bytes) -> PageAnswer {
    let (name, id, action) = path.into_inner();
    apply_change(request, (name, action.clone(), Some(id.clone())), body, move |app, caller, register, form| {
        (register.act.ok_or(Error::NotFound)?.submit)(app, caller, &id, &action, form)
    })
    .await
}

/// Moves the fault of a reason or a password to the row's own field.
fn at_row(error: Error, id: &str) -> Error {
    let Error::Refused { rule, mut errors } = error else { return error };
    for error in &mut errors {
        match error.path.as_str() {
            "reason" => error.path = format!("{REASON}{id}"),
            proof::PASSWORD => error.path = format!("{}-{id}", proof::PASSWORD),
            _ => {}
        }
    }
    Error::Refused { rule, errors }
}

/// Changes a register or one of its rows, and shows the register again.
async fn apply_change(
    request: PageRequest,
    (name, what, row): (String, String, Option<String>),
    body: Bytes,
    work: impl FnOnce(&App, &Caller, &'static Register, &Form) -> Result<Done, Error> + Send + 'static,
) -> PageAnswer {
    let check = if is_proved(&name, &what) { Some(ProofCheck::begin(&request).await?) } else { None };
    let (again, acted) = (name.clone(), row.clone());
    let show = move |app: &App, caller: &Caller, page: Shell, mut form: Form| {
        let (register, nonce) = (find(&again)?, page.nonce.clone());
        if let Some(row) = acted {
            let reason = FormReader::new(&form).text("reason");
            form.set(&format!("{REASON}{row}"), reason);
        }
        proof::forget(&mut form);
        Ok(Page::html(
            StatusCode::OK,
            &nonce,
            &list_page(app, caller, page, register, "", (Some(form), &Form::default()))?,
        ))
    };
    let act = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let register = find(&name)?;
        let nonce = page.nonce.clone();
        let proved = check.map_or(Ok(()), |check| check.check(app, caller, &form));
        match proved.and_then(|()| work(app, caller, register, &form)) {
            Ok(Done { id, instead }) => {
                let mut done = form_urlencoded::Serializer::new(String::new());
                done.extend_pairs([("done", instead.unwrap_or(what.as_str())), ("of", id.as_str())]);
                Ok(Page::see_other(&format!("/registers/{name}?{}", done.finish())))
            }
            Err(error) => {
                let error = row.iter().fold(error, |error, id| at_row(error, id));
                let (status, mut form) = form.refused(error, page.language)?;
                proof::forget(&mut form);
                let shown = list_page(app, caller, page, register, "", (Some(form), &Form::default()))?;
                Ok(Page::html(status, &nonce, &shown))
            }
        }
    };
    request.take_form(body, act, show).await
}
