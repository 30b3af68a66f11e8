//! A step of a registration: its form, and the effects of its buttons. Every button saves the step first, so that no
//! typed value is lost on the way to another page.

use crate::web::query::Query;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use crate::app::App;
use crate::domain::clauses::ClauseKind;
use crate::domain::codes::Language;
use crate::domain::shape::LIST_BOUND;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::choices::{SEARCH, SEARCHED, choices};
use crate::services::contracts::drafts::columns::FILL_FIELD;
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::generate::Plan;
use crate::services::contracts::drafts::paste::Pasted;
use crate::services::contracts::drafts::steps::Step;
use crate::services::contracts::drafts::sums::{Sums, sums};
use crate::services::contracts::drafts::{self, Change, DraftView};
use crate::services::identity::caller::Caller;
use crate::web::pages::contracts::drafts::fields::{Block, FormBuilder};
use crate::web::pages::contracts::drafts::row_tools::{GENERATE_FIELD as GENERATE, PASTE_FIELD as PASTE};
use crate::web::pages::contracts::drafts::{
    SHOWN_FIELD, answers, difference, draft_fields, fault_words, forms, is_between_rows, is_blank, row_tools, step_of,
};
use crate::web::pages::evaluations::{self, RecordSentence};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::FieldKind;
use crate::web::pages::request::{Page, PageAnswer, PageRequest, lead_to_page, own_path};
use crate::web::pages::shell::Shell;

/// Prefix of the hidden fields with the search texts whose results are shown.
const FOUND: &str = "found.";
/// Values of the query that name the change a button made to the rows of the step.
const ROW_CHANGES: &[&str] = &["pasted", "filled", "generated", "restored", "removed", "undone"];
/// Pages of a draft after its steps, in the order of the task list, with the keys of their titles.
const LAST_PAGES: &[(&str, &str)] = &[("try", "draft-try"), ("check", "draft-check")];

#[derive(Template)]
#[template(path = "drafts/step.html")]
struct StepPage {
    page: Shell,
    draft: DraftView,
    step: &'static str,
    blocks: Vec<Block>,
    form: Form,
    warnings: Vec<String>,
    /// Sentence about the contractor's record, on the step that chooses the contractor.
    record: Option<RecordSentence>,
    /// True if the faults are listed at the top; false after a row was added.
    shows_faults: bool,
    /// Sums of the rows, on a step with a list.
    sums: Option<Sums>,
    /// Confirmation of the last save; may be empty.
    done: String,
    /// True if the page shows a value that has not been saved.
    is_unsaved: bool,
}

/// A page of the draft to which the step leads.
struct Place {
    name: &'static str,
    title: String,
    is_here: bool,
}

impl StepPage {
    fn fault_prefix(&self, field: &str) -> String {
        let place = answers::label_of(&self.blocks, field).unwrap_or_else(|| self.page.word("draft-step", self.step));
        self.page.with("draft-told", "place", place)
    }

    /// Lists the fields of the step to be filled in or corrected, as saved: each with its message.
    fn missing(&self) -> Vec<(&str, String)> {
        let faults = self.draft.faults.iter().filter(|fault| step_of(&self.draft, &fault.path) == self.step);
        let words = |fault: &FieldError| self.fault_prefix(&fault.path) + &fault.message.text(self.page.language);
        faults.map(|fault| (fault.path.as_str(), words(fault))).collect()
    }

    /// Lists the steps and the pages after them.
    fn places(&self) -> Vec<Place> {
        let steps = self.draft.steps().iter().map(|step| Place {
            name: step.name,
            title: self.page.word("draft-step", step.name),
            is_here: step.name == self.step,
        });
        let check = if self.draft.amends.is_some() { "amendment-check" } else { "draft-check" };
        let title = |key: &str| self.page.say(if key == "draft-check" { check } else { key });
        let last = LAST_PAGES.iter().map(|(name, key)| Place { name, title: title(key), is_here: false });
        steps.chain(last).collect()
    }
}

/// Returns the page that follows a step.
fn next_page(steps: &'static [Step], step: &Step) -> &'static str {
    let place = steps.iter().position(|known| known == step).map_or(0, |place| place + 1);
    steps.get(place).map_or("check", |next| next.name)
}

/// Returns the change that a button makes, and the list that gets a new row.
fn button_change(form: &Form) -> (Change, Option<String>) {
    let (verb, what) = form.value("do").split_once(':').unwrap_or((form.value("do"), ""));
    match verb {
        "add" => (Change::Nothing, Some(what.to_owned())),
        "remove" => {
            let row = what.rsplit_once('.').and_then(|(list, row)| Some((list, row.parse().ok()?)));
            let row = row.filter(|(_, row): &(&str, usize)| *row < LIST_BOUND);
            (row.map_or(Change::Nothing, |(list, row)| Change::Remove(list.to_owned(), row)), None)
        }
        "restore" => (what.parse().map_or(Change::Nothing, Change::Restore), None),
        "clause" => (ClauseKind::parse(what).map_or(Change::Nothing, Change::Clause), None),
        // The text begins with tabs where the first cells are empty.
        "paste" => {
            let text = form.untrimmed(&format!("{PASTE}{what}")).to_owned();
            let at = form.value(&format!("{PASTE}at")).to_owned();
            (Change::Paste(Pasted { list: what.to_owned(), text, at }), None)
        }
        "fill" => (Change::Fill(row_tools::filled_column(form, what)), None),
        "generate" => (Change::Generate, None),
        "undo" => (Change::Undo, None),
        _ => (Change::Nothing, None),
    }
}

/// Builds the page of a step with its typed values, saved or not.
fn step_page(
    page: Shell,
    draft: DraftView,
    mut form: Form,
    (app, caller): (&App, &Caller),
    (step, more): (&Step, &str),
    searches: &Fields,
) -> Result<StepPage, Error> {
    let choices = choices(app, caller, (step.name, &draft.fields), searches)?;
    let builder = FormBuilder { page: &page, fields: &draft.fields, faults: &form.faults };
    let mut blocks = forms::blocks(step.name, &builder, &choices, more);
    if let Some(amends) = &draft.amends {
        forms::show_room(&mut blocks, &builder, step.name, amends);
    }
    row_tools::add(&mut blocks, &builder, step);
    // The summary has the order of the page.
    form.faults.sort_by_cached_key(|(name, _)| answers::place_of(&blocks, name));
    let warnings = draft.warnings_of(step).map(|warning| warning.message.text(page.language)).collect();
    let shows_faults = more.is_empty();
    let chosen = if step.owns("contractor") { draft.fields.value("contractor") } else { "" };
    let record = evaluations::sentence(app, caller, &page, chosen)?;
    let sums = (!step.lists.is_empty()).then(|| sums(&draft.fields)).filter(|sums| sums.items > 0);
    let (step, done) = (step.name, String::new());
    Ok(StepPage { step, blocks, warnings, record, shows_faults, form, draft, page, sums, done, is_unsaved: false })
}

/// Returns the search texts among the values of a form or a query.
fn searches<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> Fields {
    let mut fields = Fields::default();
    let known = |name: &str| name.strip_prefix(SEARCH).is_some_and(|field| SEARCHED.contains(&field));
    values.filter(|(name, _)| known(name)).for_each(|(name, value)| fields.set(name, value));
    fields
}

/// Returns the address that shows the results of a form's searches, if a search button was pressed, or if a search text
/// was typed and the form saved or submitted by the enter key.
fn search_address(form: &Form, here: &str) -> Option<String> {
    let searches = searches(form.with_prefix(""));
    let is_new = |field: &&&str| {
        let query = searches.value(&format!("{SEARCH}{field}"));
        !query.is_empty() && query != form.value(&format!("{FOUND}{field}"))
    };
    let field = match form.value("do") {
        "save" | "stay" => SEARCHED.iter().find(is_new).copied(),
        button => button.strip_prefix("find:").and_then(|name| SEARCHED.iter().find(|field| **field == name).copied()),
    }?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(searches.all());
    Some(format!("{here}?{}#{field}", query.finish()))
}

/// Returns the text that confirms the last change to a step.
fn done_words(page: &Shell, saved: &str, done: &str) -> String {
    match (Step::find(saved), done) {
        (Some(step), _) => page.with("draft-saved", "step", page.word("draft-step", step.name)),
        (None, "stay" | "pasted" | "filled" | "generated" | "restored" | "undone") => page.word("draft-done", done),
        (None, _) => String::new(),
    }
}

/// Returns the plan of a step's generator, or the form with the faults of its parameters.
fn planned(
    app: &App,
    caller: &Caller,
    (id, step): (&str, &Step),
    typed: &Fields,
    page: &Shell,
    form: Form,
) -> Result<(Option<Plan>, Form), Error> {
    match drafts::plan(app, caller, id, step, typed) {
        Ok(plan) => Ok((Some(plan), form)),
        Err(error) => Ok((None, form.refused(error, page.language)?.1)),
    }
}

/// Shows a step. The query may have search texts and the parameters of a generator; a query from the page's script also
/// has unsaved values of the step.
pub async fn show(
    request: PageRequest,
    path: Path<(String, String)>,
    query: Query<Vec<(String, String)>>,
) -> PageAnswer {
    let is_scripted = request.is_scripted();
    request
        .show(move |app, caller, page| {
            let mut draft = drafts::show(app, caller, &path.0)?;
            let step = draft.step(&path.1)?;
            let (mut form, seen) = (Form::default(), step.digest(&draft.fields));
            let value = |name: &str| {
                query.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
            };
            // Empty fields are not faults before the person says that the step is done. Nor is what breaks a rule
            // between rows while rows have just been added or removed and their other fields are still to come.
            let is_done = value("done") == "save";
            let adds_rows = ROW_CHANGES.contains(&value("done"));
            let is_told = |fault: &&FieldError| is_done || !(is_blank(fault) || (adds_rows && is_between_rows(fault)));
            form.faults = fault_words(&page, draft.faults_of(step).filter(is_told));
            // A link must not fill in fields, so only the page's script may.
            for (name, value) in query.iter().filter(|(name, _)| is_scripted && step.owns(name)) {
                draft.fields.set(name, value);
            }
            let mut parameters = Fields::default();
            query
                .iter()
                .filter(|(name, _)| name.starts_with(GENERATE))
                .for_each(|(name, value)| parameters.set(name, value));
            let mut plan = None;
            if !value("plan").is_empty() {
                (plan, form) = planned(app, caller, (&path.0, step), &parameters, &page, form)?;
            }
            parameters.all().for_each(|(name, value)| draft.fields.set(name, value));
            let searches = searches(query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let done = done_words(&page, value("saved"), value("done"));
            form.set(SHOWN_FIELD, seen);
            let mut shown = step_page(page, draft, form, (app, caller), (step, value("more")), &searches)?;
            if let Some(plan) = plan {
                row_tools::show_plan(&mut shown.blocks, &shown.page, &plan);
            }
            row_tools::unfold_removed(&mut shown.blocks, value("done") == "removed");
            Ok(StepPage { done, ..shown })
        })
        .await
}

/// Returns the page to show after a step was saved.
fn next_address(form: &Form, draft: &DraftView, step: &Step, more: Option<&str>) -> String {
    let (id, is_faultless) = (&draft.id, draft.faults_of(step).next().is_none());
    let (here, saved) = (format!("/drafts/{id}/{}", step.name), step.name);
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(list) = more {
        return format!("{here}?{}#new", query.append_pair("more", list).finish());
    }
    let (verb, what) = form.value("do").split_once(':').unwrap_or((form.value("do"), ""));
    match verb {
        "save" if is_faultless => format!("/drafts/{id}/{}?saved={saved}", next_page(draft.steps(), step)),
        "save" => format!("{here}?done=save"),
        "stay" => format!("{here}?done=stay"),
        "leave" => format!("/drafts/{id}?saved={saved}"),
        "go" if Step::find(what).is_some() || LAST_PAGES.iter().any(|(name, _)| *name == what) => {
            format!("/drafts/{id}/{what}?saved={saved}")
        }
        // The script saves the step before it follows a link.
        "to" => own_path(what).to_owned(),
        "plan" => {
            query.append_pair("plan", "yes");
            query.extend_pairs(form.with_prefix("").filter(|(name, _)| name.starts_with(GENERATE)));
            format!("{here}?{}#generate", query.finish())
        }
        "remove" => format!("{here}?done=removed#removed"),
        "restore" => format!("{here}?done=restored"),
        "paste" => format!("{here}?done=pasted#undo"),
        "fill" => format!("{here}?done=filled#undo"),
        "undo" => format!("{here}?done=undone"),
        "generate" => format!("{here}?done=generated#{}", step.name),
        "clause" => format!("{here}?more=clauses#new"),
        _ => here,
    }
}

/// Use of a button with text in the paste box or the generator.
enum Leftovers {
    /// The button reads the text, or there is no text.
    Read,
    /// The step is saved and shown again with the text, in another language where one was chosen.
    Shown(Option<Language>),
}

/// Decides on text that the button does not read: the text is kept if the button stays on the page.
///
/// # Errors
/// `Refused` at the field of the text, for a button that leaves the page.
fn leftovers(form: &Form, step: &Step) -> Result<Leftovers, Error> {
    let typed = draft_fields(form);
    let left: Vec<&str> = row_tools::leftovers(typed.all(), step).collect();
    let (verb, what) = form.value("do").split_once(':').unwrap_or((form.value("do"), ""));
    let chosen = what.strip_prefix("/language/").and_then(|rest| Language::parse(rest.split('?').next()?));
    match verb {
        _ if left.is_empty() => Ok(Leftovers::Read),
        "paste" | "fill" | "plan" | "generate" => Ok(Leftovers::Read),
        "to" if chosen.is_some() => Ok(Leftovers::Shown(chosen)),
        "save" | "leave" | "go" | "to" => {
            let message = |name: &str| {
                let left = [(PASTE, "draft-paste-left"), (FILL_FIELD, "draft-fill-left")];
                let key = left.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, key)| *key);
                Message::new(key.unwrap_or("draft-generate-left"))
            };
            let fault = |name: &&str| FieldError { path: (*name).to_owned(), message: message(name) };
            // One fault for the generator, at the first of its fields.
            let is_first = |(place, name): &(usize, &&str)| *place == 0 || !name.starts_with(GENERATE);
            let told = left.iter().enumerate().filter(is_first).map(|(_, name)| fault(name));
            Err(Error::Refused { rule: "leftovers".to_owned(), errors: told.collect() })
        }
        _ => Ok(Leftovers::Shown(None)),
    }
}

/// Takes the typed fields of the paste box and the generator, which are not saved, into the fields that are shown.
fn show_tools(fields: &mut Fields, typed: &Fields, form: &Form) {
    let is_shown = |name: &str| [GENERATE, PASTE, FILL_FIELD].iter().any(|tool| name.starts_with(tool));
    for (name, _) in typed.all().filter(|(name, _)| is_shown(name)) {
        fields.set(name, form.untrimmed(name));
    }
}

/// Shows a step that was just saved, with the text that is not part of the step.
fn saved_page(
    page: Shell,
    form: &Form,
    (app, caller): (&App, &Caller),
    (id, step, more): (&str, &Step, Option<&str>),
) -> Result<StepPage, Error> {
    let mut draft = drafts::show(app, caller, id)?;
    show_tools(&mut draft.fields, &draft_fields(form), form);
    let is_told = |fault: &&FieldError| !is_blank(fault) && !is_between_rows(fault);
    let mut again = Form::with_faults(fault_words(&page, draft.faults_of(step).filter(is_told)));
    again.set(SHOWN_FIELD, step.digest(&draft.fields));
    let verb = form.value("do").split(':').next().unwrap_or_default();
    let done = done_words(&page, "", if verb == "restore" { "restored" } else { verb });
    let more = if verb == "clause" { "clauses" } else { more.unwrap_or_default() };
    let mut shown = step_page(page, draft, again, (app, caller), (step, more), &searches(form.with_prefix("")))?;
    row_tools::unfold_removed(&mut shown.blocks, verb == "remove");
    Ok(StepPage { done, is_unsaved: true, ..shown })
}

/// Shows a step as typed, with its refused values.
fn typed_page(
    page: Shell,
    mut form: Form,
    (app, caller): (&App, &Caller),
    (id, name): (&str, &str),
) -> Result<StepPage, Error> {
    let mut draft = drafts::show(app, caller, id)?;
    let step = draft.step(name)?;
    let typed = draft_fields(&form);
    // A kept form may be older than what someone saved meanwhile.
    form.is_stale = version_of(&form, &draft, step).ok() != Some(draft.version);
    form.set(SHOWN_FIELD, step.digest(&draft.fields));
    if form.is_stale {
        // One notice says all of it.
        form.faults.retain(|(name, _)| !name.is_empty());
    }
    drafts::merge_step(&mut draft.fields, step, &typed);
    show_tools(&mut draft.fields, &typed, &form);
    let searches = searches(form.with_prefix(""));
    let shown = step_page(page, draft, form, (app, caller), (step, ""), &searches)?;
    Ok(StepPage { is_unsaved: true, ..shown })
}

/// Returns the version of the draft that the form of a step changes: that with which it was shown or, if other steps were
/// saved since, the present one. A change that reads other rows than those of its step is made only to what was shown.
///
/// # Errors
/// `VersionMismatch` for a form without a version.
fn version_of(form: &Form, draft: &DraftView, step: &Step) -> Result<i64, Error> {
    let shown = form.value("version").parse().map_err(|_| Error::VersionMismatch)?;
    let reads_others = matches!(button_change(form).0, Change::Restore(_) | Change::Undo | Change::Generate);
    let is_as_shown = !reads_others && form.value(SHOWN_FIELD) == step.digest(&draft.fields);
    Ok(if is_as_shown { draft.version } else { shown })
}

/// Saves a step and returns the address of the next page; `None` if the step is shown again with the text of its tools.
fn save_step(
    (app, caller): (&App, &Caller),
    (draft, step): (&DraftView, &Step),
    form: &Form,
    left: &Leftovers,
) -> Result<Option<String>, Error> {
    let (change, more) = button_change(form);
    let (id, version) = (draft.id.as_str(), version_of(form, draft, step)?);
    drafts::save(app, caller, (id, version), step, &draft_fields(form), &change)?;
    if matches!(left, Leftovers::Shown(_)) {
        return Ok(None);
    }
    if let Some(address) = search_address(form, &format!("/drafts/{id}/{}", step.name)) {
        return Ok(Some(address));
    }
    Ok(Some(next_address(form, &drafts::show(app, caller, id)?, step, more.as_deref())))
}

/// Saves a step.
pub async fn save(request: PageRequest, path: Path<(String, String)>, body: Bytes) -> PageAnswer {
    let (id, name) = path.into_inner();
    let again = (id.clone(), name.clone());
    let act = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let (nonce, draft) = (page.nonce.clone(), drafts::show(app, caller, &id)?);
        let step = draft.step(&name)?;
        let done =
            leftovers(&form, step).and_then(|left| Ok((save_step((app, caller), (&draft, step), &form, &left)?, left)));
        match done {
            Ok((Some(address), _)) => Ok(Page::see_other(&address)),
            Ok((None, left)) => {
                let chosen = if let Leftovers::Shown(chosen) = left { chosen } else { None };
                Ok(lead_to_page(app, caller, &format!("/drafts/{id}/{name}"), form.values())?.in_language(app, chosen))
            }
            Err(error) => {
                let (status, form) = form.refused(error, page.language)?;
                Ok(Page::html(status, &nonce, &typed_page(page, form, (app, caller), (&id, &name))?))
            }
        }
    };
    let show = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        let (id, name) = (again.0.as_str(), again.1.as_str());
        let shown = if page.notice.is_some() {
            typed_page(page, form, (app, caller), (id, name))?
        } else {
            // The kept page of a step that was saved.
            let (step, more) = (drafts::show(app, caller, id)?.step(name)?, button_change(&form).1);
            saved_page(page, &form, (app, caller), (id, step, more.as_deref()))?
        };
        Ok(Page::html(StatusCode::OK, &nonce, &shown))
    };
    request.take_form(body, act, show).await
}
