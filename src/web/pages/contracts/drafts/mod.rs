//! Registering or amending a contract: a task list, a form for each step, answers to check. Every step saves its typed
//! values, correct or not.

mod answers;
pub mod copying;
mod fields;
mod forms;
mod row_tools;
pub mod step;
pub mod trial;

use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::money::Money;
use crate::error::{Error, FieldError};
use crate::services::contracts::drafts::amending::{self, AmendmentPreview};
use crate::services::contracts::drafts::choices::{Choices, current_choices};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::rewriting;
use crate::services::contracts::drafts::steps::Step;
use crate::services::contracts::drafts::sums::{Sums, sums};
use crate::services::contracts::drafts::{self, DraftItem, DraftView};
use crate::services::documents::brief::{self, BriefTerm};
use crate::services::identity::caller::Caller;
use crate::services::identity::kept_forms::{KEY_FIELD, SENT_FORM_FIELD};
use crate::services::shared::paging::{DEFAULT_PAGE_SIZE, Page, Paged};
use crate::services::shared::tables::Cell;
use crate::web::pages::contracts::drafts::answers::Section;
use crate::web::pages::contracts::drafts::fields::{Block, FormBuilder};
use crate::web::pages::evaluations::{self, RecordSentence};
use crate::web::pages::exports;
use crate::web::pages::forms::{Form, part_or_first};
use crate::web::pages::request::{PageAnswer, PageRequest, SHOW_IN_FIELD};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Fields of a form that belong to the page, not to the draft.
const PAGE_FIELDS: &[&str] = &["form", KEY_FIELD, SENT_FORM_FIELD, SHOW_IN_FIELD, "do", "version", SHOWN_FIELD];
/// Field with the digest of a step as the form was shown.
const SHOWN_FIELD: &str = "shown";

#[derive(Template)]
#[template(path = "drafts/list.html")]
struct ListPage {
    page: Shell,
    drafts: Paged<DraftItem>,
    /// Set after a draft was discarded.
    discarded: bool,
    is_first: bool,
}

impl ListPage {
    /// Builds the page after the draft `cursor`; the first page for an empty cursor.
    fn build(app: &App, caller: &Caller, mut page: Shell, query: &DraftQuery) -> Result<Self, Error> {
        let after = Some(query.cursor.clone()).filter(|cursor| !cursor.is_empty());
        let mut part = Page { limit: DEFAULT_PAGE_SIZE, after };
        let drafts = part_or_first(&mut page, &mut part, |_, part| drafts::list(app, caller, part))?;
        Ok(Self { drafts, discarded: query.done == "discard", is_first: part.after.is_none(), page })
    }

    /// States the order of the drafts and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        self.page.counted(self.drafts.items.len(), self.is_first, self.drafts.next.is_some(), "drafts-order")
    }

    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links("/drafts")
    }
}

#[derive(Template)]
#[template(path = "drafts/tasks.html")]
struct TasksPage {
    page: Shell,
    draft: DraftView,
    tasks: Vec<Task>,
    saved: Option<&'static str>,
    /// Key of the confirmation, after the draft was begun as a copy or from a template.
    begun: Option<&'static str>,
    /// Sums of the rows; `None` without rows.
    sums: Option<Sums>,
    /// Fields to be filled in or corrected: address and message of each field.
    missing: Vec<(String, String)>,
}

impl TasksPage {
    /// Returns the key of the words for discarding the draft.
    fn discard(&self) -> &'static str {
        if self.draft.amends.is_some() {
            "draft-discard-amendment"
        } else if self.draft.rewrites {
            "draft-discard-edit"
        } else {
            "draft-discard"
        }
    }
}

/// Describes the difference between the milestones' sum and the amount; `None` if they agree.
fn difference(page: &Shell, sums: &Sums) -> Option<String> {
    let (amount, paid) = sums.amount.zip(sums.paid)?;
    let apart = Money::from_fen((paid.fen() - amount.fen()).abs())?;
    let key = if paid > amount { "draft-sums-over" } else { "draft-sums-under" };
    (paid != amount).then(|| page.with(key, "amount", page.money(apart)))
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
#[template(path = "drafts/check.html")]
struct CheckPage {
    page: Shell,
    draft: DraftView,
    form: Form,
    sections: Vec<Section>,
    /// The form of each step, from which the answers are taken.
    blocks: Vec<(&'static str, Vec<Block>)>,
    terms: Vec<BriefTerm>,
    warnings: Vec<(&'static str, String)>,
    /// Sentence about the contractor's record.
    record: Option<RecordSentence>,
    /// Changes that a draft of an amendment or of changes to a draft contract would make; `None` for a registration.
    preview: Option<AmendmentPreview>,
}

impl CheckPage {
    /// Returns the key of the page's title.
    fn title(&self) -> &'static str {
        if self.draft.amends.is_some() { "amendment-check" } else { "draft-check" }
    }

    /// Returns whether the draft can be registered or proposed.
    fn is_ready(&self) -> bool {
        self.draft.moved.is_none()
            && self.draft.faults.is_empty()
            && self.preview.as_ref().is_none_or(|preview| preview.faults.is_empty())
    }

    /// Returns the title behind which the answers of a step are folded, if it has a list or usual values.
    fn folded(&self, section: &Section) -> Option<String> {
        let title = self.page.word("draft-step", section.step);
        match Step::find(section.step)?.lists.first() {
            Some(list) => {
                Some(self.page.with2("draft-answers-folded", "step", title, "number", self.draft.fields.rows(list)))
            }
            None => (section.step == "scorecard").then_some(title),
        }
    }

    /// Returns the address at which a fault is corrected.
    fn address_of(&self, field: &str) -> String {
        address_of(&self.draft, field)
    }

    /// Names the step, row and field of a fault, as the beginning of its message.
    fn fault_prefix(&self, field: &str) -> String {
        fault_prefix(&self.page, &self.draft, &self.blocks, field)
    }
}

fn address_of(draft: &DraftView, field: &str) -> String {
    format!("/drafts/{}/{}#{field}", draft.id, step_of(draft, field))
}

/// Names the step, row and field of a fault, as the beginning of its message.
fn fault_prefix(page: &Shell, draft: &DraftView, blocks: &[(&'static str, Vec<Block>)], field: &str) -> String {
    let step = page.word("draft-step", step_of(draft, field));
    let field = blocks.iter().find_map(|(_, blocks)| answers::label_of(blocks, field));
    let place = field.map_or_else(|| step.clone(), |field| format!("{step} · {field}"));
    page.with("draft-told", "place", place)
}

/// Returns the step that has a field.
fn step_of(draft: &DraftView, field: &str) -> &'static str {
    let steps = draft.steps();
    let first = steps.first().map_or("parties", |step| step.name);
    steps.iter().find(|step| step.owns(field)).map_or(first, |step| step.name)
}

/// Query of a draft's pages: the step just saved, the change to confirm.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DraftQuery {
    saved: String,
    done: String,
    /// The last draft of the page before.
    cursor: String,
    format: Option<FileFormat>,
}

/// Returns whether a fault is about an empty field.
fn is_blank(fault: &FieldError) -> bool {
    ["draft-empty", "draft-none"].contains(&fault.message.key)
}

/// Returns whether a fault is about the combination of rows, not about the value of one field.
fn is_between_rows(fault: &FieldError) -> bool {
    const ABOUT_ONE_FIELD: [&str; 6] = ["draft-", "typed-", "malformed-", "line-", "text-", "name-"];
    !ABOUT_ONE_FIELD.iter().any(|prefix| fault.message.key.starts_with(prefix))
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

/// Translates faults into the page's language, each with its field.
fn fault_words<'a>(page: &Shell, faults: impl Iterator<Item = &'a FieldError>) -> Vec<(String, String)> {
    faults.map(|fault| (fault.path.clone(), fault.message.text(page.language))).collect()
}

/// Ways to begin a draft that is filled in already, each with the key of its confirmation.
const BEGUN: &[(&str, &str)] = &[("copied", "copy-done"), ("begun", "contract-template-begun")];

/// Columns of the list as a file.
const COLUMNS: &[&str] = &["report-number", "report-contract", "draft-column-by", "draft-column-at"];

/// Shows the bureau's drafts.
pub async fn list(request: PageRequest, query: PageQuery<DraftQuery>) -> PageAnswer {
    if let Some(format) = query.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let cells = |item: DraftItem| {
                vec![item.number.into(), item.title.into(), item.changed_by.into(), Cell::from(item.changed_at)]
            };
            let load = |part: &Page| drafts::list(app, caller, part);
            exports::list_file(page, ("draft-list-title", format), COLUMNS, load, cells)
        };
        return exports::answer(request, work).await;
    }
    request.show(move |app, caller, page| ListPage::build(app, caller, page, &query)).await
}

/// Creates a draft.
pub async fn create(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .submit(
            body,
            |app, caller, _| Ok(format!("/drafts/{}", drafts::create(app, caller)?.id)),
            |app, caller, page, _| ListPage::build(app, caller, page, &DraftQuery::default()),
        )
        .await
}

/// Opens the draft that rewrites a contract not yet submitted.
pub async fn edit(request: PageRequest, contract: Path<String>, body: Bytes) -> PageAnswer {
    request
        .submit(
            body,
            move |app, caller, _| Ok(format!("/drafts/{}", drafts::of_contract(app, caller, &contract)?.id)),
            |app, caller, page, _| ListPage::build(app, caller, page, &DraftQuery::default()),
        )
        .await
}

/// Opens the draft that amends a contract.
pub async fn amend(request: PageRequest, contract: Path<String>, body: Bytes) -> PageAnswer {
    request
        .submit(
            body,
            move |app, caller, _| Ok(format!("/drafts/{}", amending::open_amendment_draft(app, caller, &contract)?.id)),
            |app, caller, page, _| ListPage::build(app, caller, page, &DraftQuery::default()),
        )
        .await
}

/// Discards a draft.
pub async fn discard(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    request
        .submit(
            body,
            move |app, caller, _| drafts::discard(app, caller, &id).map(|_| "/drafts?done=discard".to_owned()),
            |app, caller, page, _| ListPage::build(app, caller, page, &DraftQuery::default()),
        )
        .await
}

/// Shows a draft's task list.
pub async fn tasks(request: PageRequest, id: Path<String>, query: PageQuery<DraftQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let draft = drafts::show(app, caller, &id)?;
            let tasks = draft.steps().iter().map(|step| Task {
                name: step.name,
                is_begun: draft.is_begun(step),
                is_optional: step.is_optional,
                faults: draft.faults_of(step).filter(|fault| !is_blank(fault)).count(),
                blanks: draft.faults_of(step).filter(|fault| is_blank(fault)).count(),
            });
            let saved = Step::find(&query.saved).map(|step| step.name);
            let sums = Some(sums(&draft.fields)).filter(|sums| sums.items > 0);
            let begun = BEGUN.iter().find(|(done, _)| query.done == *done).map(|(_, key)| *key);
            let missing = missing(&page, &draft);
            Ok(TasksPage { tasks: tasks.collect(), saved, begun, sums, missing, page, draft })
        })
        .await
}

/// Lists the missing parts of a draft, with the messages of its check.
fn missing(page: &Shell, draft: &DraftView) -> Vec<(String, String)> {
    let builder = FormBuilder { page, fields: &draft.fields, faults: &[] };
    let blocks_of = |step: &Step| forms::blocks(step.name, &builder, &Choices::default(), "");
    let blocks: Vec<_> = draft.steps().iter().map(|step| (step.name, blocks_of(step))).collect();
    let words =
        |fault: &FieldError| fault_prefix(page, draft, &blocks, &fault.path) + &fault.message.text(page.language);
    draft.faults.iter().map(|fault| (address_of(draft, &fault.path), words(fault))).collect()
}

/// Shows the answers before the contract is registered.
pub async fn check(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let draft = drafts::show(app, caller, &id)?;
            let mut form = Form::default();
            let preview = preview(app, caller, &draft)?;
            let refusals = preview.iter().flat_map(|preview| &preview.faults);
            form.faults = fault_words(&page, draft.faults.iter().chain(refusals));
            check_page(page, draft, form, (app, caller))
        })
        .await
}

/// Returns the changes that a draft would make to the contract that it amends; `None` for a registration.
fn preview(app: &App, caller: &Caller, draft: &DraftView) -> Result<Option<AmendmentPreview>, Error> {
    draft.amends.as_ref().map(|_| amending::preview(app, caller, &draft.id)).transpose()
}

fn check_page(page: Shell, draft: DraftView, form: Form, (app, caller): (&App, &Caller)) -> Result<CheckPage, Error> {
    let choices = current_choices(app, caller, &draft.fields)?;
    let builder = FormBuilder { page: &page, fields: &draft.fields, faults: &[] };
    let each = draft.steps().iter().map(|step| (step, forms::blocks(step.name, &builder, &choices, "")));
    let each: Vec<(&'static Step, Vec<Block>)> = each.collect();
    let sections: Vec<Section> = each.iter().map(|(step, blocks)| answers::section(&page, step, blocks)).collect();
    let blocks = each.into_iter().map(|(step, blocks)| (step.name, blocks)).collect();
    let warnings =
        draft.warnings.iter().map(|warning| (step_of(&draft, &warning.path), warning.message.text(page.language)));
    let warnings = warnings.collect();
    let terms = draft.summary.as_ref().map(|input| brief::five_terms(&input.terms, &input.details, page.language));
    let terms = terms.unwrap_or_default();
    let mut preview = preview(app, caller, &draft)?;
    if let Some(rewritten) = rewriting::rewritten(app, caller, &draft.id)? {
        let choices = current_choices(app, caller, &rewritten.fields)?;
        let builder = FormBuilder { page: &page, fields: &rewritten.fields, faults: &[] };
        let before =
            |step: &'static Step| answers::section(&page, step, &forms::blocks(step.name, &builder, &choices, ""));
        let heads = draft.steps().iter().zip(&sections).filter(|(step, _)| step.lists.is_empty() && !step.is_optional);
        let mut changes: Vec<_> = heads.flat_map(|(step, after)| answers::differences(&before(step), after)).collect();
        changes.extend(rewritten.changes);
        preview = Some(AmendmentPreview { changes, ..AmendmentPreview::default() });
    }
    let record = evaluations::sentence(app, caller, &page, draft.fields.value("contractor"))?;
    Ok(CheckPage { sections, blocks, warnings, record, terms, preview, form, draft, page })
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
                if !form.value("amends").is_empty() {
                    let (contract, done) = amending::propose(app, caller, &id, version)?;
                    return Ok(format!("/contracts/{contract}?done=amendment-proposed&subject={}", done.id));
                }
                let done = drafts::register(app, caller, &id, version)?;
                let word = if form.value("rewrites").is_empty() { "registered" } else { "saved" };
                Ok(format!("/contracts/{}?done={word}", done.id))
            },
            move |app, caller, page, form| check_page(page, drafts::show(app, caller, &again)?, form, (app, caller)),
        )
        .await
}
