//! Registering a contract: a task list, a form for each step, answers to check. Every step saves what was typed,
//! correct or not.

mod answers;
mod fields;
mod forms;
pub mod trial;

use actix_web::web::{Bytes, Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::clauses::Kind as ClauseKind;
use crate::domain::shape::LIST_BOUND;
use crate::error::{Error, FieldError};
use crate::services::contracts::drafts::choices::{SEARCH, SEARCHED, choices, current_choices};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::steps::{STEPS, Step};
use crate::services::contracts::drafts::{self, Change, DraftItem, DraftView};
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::web::pages::contracts::drafts::answers::Section;
use crate::web::pages::contracts::drafts::fields::{Block, FormBuilder};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::FieldKind;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Fields of a form that belong to the page, not to the draft.
const PAGE_FIELDS: &[&str] = &["form", "key", "do", "version"];
/// Prefix of hidden fields that hold the search text whose results are shown.
const FOUND: &str = "found.";

#[derive(Template)]
#[template(path = "drafts/list.html")]
struct ListPage {
    page: Shell,
    drafts: Vec<DraftItem>,
    /// Set after a draft was discarded.
    discarded: bool,
}

#[derive(Template)]
#[template(path = "drafts/tasks.html")]
struct TasksPage {
    page: Shell,
    draft: DraftView,
    tasks: Vec<Task>,
    saved: Option<&'static str>,
}

/// A step in the task list.
struct Task {
    name: &'static str,
    is_begun: bool,
    is_optional: bool,
    /// Number of faults in filled fields.
    faults: usize,
    /// Number of required fields that are empty.
    blanks: usize,
}

#[derive(Template)]
#[template(path = "drafts/step.html")]
struct StepPage {
    page: Shell,
    draft: DraftView,
    step: &'static str,
    blocks: Vec<Block>,
    form: Form,
    warnings: Vec<String>,
    /// Set where the faults are listed at the top; not after a row was added.
    shows_faults: bool,
}

#[derive(Template)]
#[template(path = "drafts/check.html")]
struct CheckPage {
    page: Shell,
    draft: DraftView,
    form: Form,
    sections: Vec<Section>,
    /// The form of each step, from which the answers are taken.
    blocks: Vec<(&'static str, Vec<Block>)>,
    terms: Vec<(&'static str, Vec<String>)>,
    warnings: Vec<(&'static str, String)>,
}

impl StepPage {
    fn fault_prefix(&self, field: &str) -> String {
        let place = answers::label_of(&self.blocks, field).unwrap_or_else(|| self.page.word("draft-step", self.step));
        self.page.with("draft-told", "place", place)
    }
}

impl CheckPage {
    /// Returns the address at which a fault is corrected.
    fn address_of(&self, field: &str) -> String {
        format!("/drafts/{}/{}#{field}", self.draft.id, step_of(field))
    }

    /// Names the step, row and field of a fault, as the beginning of its message.
    fn fault_prefix(&self, field: &str) -> String {
        let step = self.page.word("draft-step", step_of(field));
        let field = self.blocks.iter().find_map(|(_, blocks)| answers::label_of(blocks, field));
        let place = field.map_or_else(|| step.clone(), |field| format!("{step} · {field}"));
        self.page.with("draft-told", "place", place)
    }
}

/// Returns the step that has a field.
fn step_of(field: &str) -> &'static str {
    Step::of(field).map_or("parties", |step| step.name)
}

/// Query of a draft's pages: the step just saved, the change to confirm.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DraftQuery {
    saved: String,
    done: String,
}

/// Returns whether a fault says that a field is empty.
fn is_blank(fault: &FieldError) -> bool {
    ["draft-empty", "draft-none"].contains(&fault.message.key)
}

/// Returns the filled fields of a form that belong to the draft.
fn draft_fields(form: &Form) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in form.with_prefix("") {
        if !PAGE_FIELDS.contains(&name) && !value.is_empty() {
            fields.add(name, value);
        }
    }
    fields
}

/// Returns the change that a button makes, and the list to which it adds a row.
fn button_change(button: &str, step: &str) -> (Change, Option<String>) {
    let (verb, what) = button.split_once(':').unwrap_or((button, ""));
    match verb {
        "add" => (Change::Nothing, Some(what.to_owned())),
        "remove" => {
            let row = what.rsplit_once('.').and_then(|(list, row)| Some((list, row.parse().ok()?)));
            let row = row.filter(|(_, row): &(&str, usize)| *row < LIST_BOUND);
            (row.map_or(Change::Nothing, |(list, row)| Change::Remove(list.to_owned(), row)), None)
        }
        "clause" => (ClauseKind::parse(what).map_or(Change::Nothing, Change::Clause), None),
        "generate" if step == "deliverables" => (Change::Deliverables, None),
        "generate" if step == "milestones" => (Change::Milestones, None),
        _ => (Change::Nothing, None),
    }
}

/// Puts faults into the page's language, each with its field.
fn fault_words<'a>(page: &Shell, faults: impl Iterator<Item = &'a FieldError>) -> Vec<(String, String)> {
    faults.map(|fault| (fault.path.clone(), fault.message.text(page.language))).collect()
}

/// Shows the bureau's drafts.
pub async fn list(request: PageRequest, query: Query<DraftQuery>) -> PageAnswer {
    let discarded = query.done == "discard";
    request.show(move |app, caller, page| Ok(ListPage { drafts: drafts::list(app, caller)?, discarded, page })).await
}

/// Creates a draft.
pub async fn create(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .submit(
            body,
            |app, caller, _| Ok(format!("/drafts/{}", drafts::create(app, caller)?.id)),
            |app, caller, page, _| Ok(ListPage { drafts: drafts::list(app, caller)?, discarded: false, page }),
        )
        .await
}

/// Opens the draft that rewrites a contract not yet submitted.
pub async fn edit(request: PageRequest, contract: Path<String>, body: Bytes) -> PageAnswer {
    request
        .submit(
            body,
            move |app, caller, _| Ok(format!("/drafts/{}", drafts::of_contract(app, caller, &contract)?.id)),
            |app, caller, page, _| Ok(ListPage { drafts: drafts::list(app, caller)?, discarded: false, page }),
        )
        .await
}

/// Discards a draft.
pub async fn discard(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    request
        .submit(
            body,
            move |app, caller, _| drafts::discard(app, caller, &id).map(|_| "/drafts?done=discard".to_owned()),
            |app, caller, page, _| Ok(ListPage { drafts: drafts::list(app, caller)?, discarded: false, page }),
        )
        .await
}

/// Shows a draft's task list.
pub async fn tasks(request: PageRequest, id: Path<String>, query: Query<DraftQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let draft = drafts::show(app, caller, &id)?;
            let tasks = STEPS.iter().map(|step| Task {
                name: step.name,
                is_begun: draft.is_begun(step),
                is_optional: step.is_optional,
                faults: draft.faults_of(step).filter(|fault| !is_blank(fault)).count(),
                blanks: draft.faults_of(step).filter(|fault| is_blank(fault)).count(),
            });
            let saved = Step::find(&query.saved).map(|step| step.name);
            Ok(TasksPage { tasks: tasks.collect(), saved, page, draft })
        })
        .await
}

/// Builds the page of a step with what was typed, saved or not.
fn step_page(
    page: Shell,
    draft: DraftView,
    form: Form,
    (app, caller): (&App, &Caller),
    step: &Step,
    more: &str,
    searches: &Fields,
) -> Result<StepPage, Error> {
    let choices = choices(app, caller, (step.name, &draft.fields), searches)?;
    let builder = FormBuilder { page: &page, fields: &draft.fields, faults: &form.faults };
    let blocks = forms::blocks(step.name, &builder, &choices, more);
    let warnings = draft.warnings_of(step).map(|warning| warning.message.text(page.language)).collect();
    Ok(StepPage { step: step.name, blocks, warnings, shows_faults: more.is_empty(), form, draft, page })
}

/// Returns the search texts among the values of a form or a query.
fn searches<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> Fields {
    let mut fields = Fields::default();
    let known = |name: &str| name.strip_prefix(SEARCH).is_some_and(|field| SEARCHED.contains(&field));
    values.filter(|(name, _)| known(name)).for_each(|(name, value)| fields.set(name, value));
    fields
}

/// Returns the address that shows the results of a form's searches, if a search button was pressed, or if a search text
/// was typed and the form submitted by the enter key, which presses the button for saving.
fn search_address(form: &Form, here: &str) -> Option<String> {
    let searches = searches(form.with_prefix(""));
    let is_new = |field: &&&str| {
        let query = searches.value(&format!("{SEARCH}{field}"));
        !query.is_empty() && query != form.value(&format!("{FOUND}{field}"))
    };
    let field = match form.value("do") {
        "save" => SEARCHED.iter().find(is_new).copied(),
        button => button.strip_prefix("find:").and_then(|name| SEARCHED.iter().find(|field| **field == name).copied()),
    }?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(searches.all());
    Some(format!("{here}?{}#{field}", query.finish()))
}

/// Shows a step. The query may hold search texts; one that the page's script sends also holds unsaved values of the
/// step.
pub async fn show_step(
    request: PageRequest,
    path: Path<(String, String)>,
    query: Query<Vec<(String, String)>>,
) -> PageAnswer {
    let is_scripted = request.is_scripted();
    request
        .show(move |app, caller, page| {
            let step = Step::find(&path.1).ok_or(Error::NotFound)?;
            let mut draft = drafts::show(app, caller, &path.0)?;
            let mut form = Form::default();
            let value = |name: &str| {
                query.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
            };
            // Empty fields are not faults before the person says that the step is done.
            let is_done = value("done") == "save";
            form.faults = fault_words(&page, draft.faults_of(step).filter(|fault| is_done || !is_blank(fault)));
            // A link must not fill in fields, so only the page's script may.
            for (name, value) in query.iter().filter(|(name, _)| is_scripted && step.owns(name)) {
                draft.fields.set(name, value);
            }
            let searches = searches(query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            step_page(page, draft, form, (app, caller), step, value("more"), &searches)
        })
        .await
}

/// Saves a step.
pub async fn save_step(request: PageRequest, path: Path<(String, String)>, body: Bytes) -> PageAnswer {
    let (id, name) = path.into_inner();
    let again = (id.clone(), name.clone());
    request
        .submit(
            body,
            move |app, caller, form| {
                let step = Step::find(&name).ok_or(Error::NotFound)?;
                let (change, more) = button_change(form.value("do"), step.name);
                let version = form.value("version").parse().map_err(|_| Error::VersionMismatch)?;
                drafts::save(app, caller, (&id, version), step, &draft_fields(form), &change)?;
                let here = format!("/drafts/{id}/{name}");
                if let Some(address) = search_address(form, &here) {
                    return Ok(address);
                }
                Ok(match (more, form.value("do")) {
                    (Some(list), _) => {
                        let mut query = form_urlencoded::Serializer::new(String::new());
                        format!("{here}?{}#new", query.append_pair("more", &list).finish())
                    }
                    (None, "save") if drafts::show(app, caller, &id)?.faults_of(step).next().is_none() => {
                        format!("/drafts/{id}?saved={name}")
                    }
                    (None, "save") => format!("{here}?done=save"),
                    (None, "leave") => format!("/drafts/{id}?saved={name}"),
                    (None, button) if button.starts_with("clause:") => format!("{here}?more=clauses#new"),
                    _ => here,
                })
            },
            move |app, caller, page, form| {
                let step = Step::find(&again.1).ok_or(Error::NotFound)?;
                let mut draft = drafts::show(app, caller, &again.0)?;
                let typed = draft_fields(&form);
                drafts::merge_step(&mut draft.fields, step, &typed);
                // The fields of the generator are not saved, but shown again.
                typed
                    .all()
                    .filter(|(name, _)| name.starts_with("generate."))
                    .for_each(|(name, value)| draft.fields.set(name, value));
                let searches = searches(form.with_prefix(""));
                step_page(page, draft, form, (app, caller), step, "", &searches)
            },
        )
        .await
}

/// Shows the answers before the contract is registered.
pub async fn check(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let draft = drafts::show(app, caller, &id)?;
            let mut form = Form::default();
            form.faults = fault_words(&page, draft.faults.iter());
            check_page(page, draft, form, (app, caller))
        })
        .await
}

fn check_page(page: Shell, draft: DraftView, form: Form, (app, caller): (&App, &Caller)) -> Result<CheckPage, Error> {
    let choices = current_choices(app, caller, &draft.fields)?;
    let builder = FormBuilder { page: &page, fields: &draft.fields, faults: &[] };
    let each = STEPS.iter().map(|step| (step, forms::blocks(step.name, &builder, &choices, "")));
    let each: Vec<(&'static Step, Vec<Block>)> = each.collect();
    let sections = each.iter().map(|(step, blocks)| answers::section(&page, step, blocks)).collect();
    let blocks = each.into_iter().map(|(step, blocks)| (step.name, blocks)).collect();
    let warnings = draft.warnings.iter().map(|warning| (step_of(&warning.path), warning.message.text(page.language)));
    let warnings = warnings.collect();
    let terms = draft
        .summary
        .as_ref()
        .map(|input| words::five_terms(&input.terms, &input.details, page.language))
        .unwrap_or_default();
    Ok(CheckPage { sections, blocks, warnings, terms, form, draft, page })
}

/// Registers the contract.
pub async fn register(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let id = id.into_inner();
    let again = id.clone();
    request
        .submit(
            body,
            move |app, caller, form| {
                let version = form.value("version").parse().map_err(|_| Error::VersionMismatch)?;
                let done = drafts::register(app, caller, &id, version)?;
                let word = if form.value("rewrites").is_empty() { "registered" } else { "saved" };
                Ok(format!("/contracts/{}?done={word}", done.id))
            },
            move |app, caller, page, form| check_page(page, drafts::show(app, caller, &again)?, form, (app, caller)),
        )
        .await
}
