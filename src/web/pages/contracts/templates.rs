//! Templates of contracts: the list, a template with the form that begins a draft from it, and the form that saves one.

use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::drafts::templates::{
    self, BeginInput, ContractTemplateView, TemplateInput, TemplateItem,
};
use crate::services::documents::brief::{self, BriefTerm};
use crate::services::identity::caller::Caller;
use crate::services::registry::contractors;
use crate::services::shared::form_reader::{FormReader, TypedFields as _};
use crate::services::shared::paging::{DEFAULT_PAGE_SIZE, Named, Page, Paged};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::exports;
use crate::web::pages::forms::field::{Field, FieldKind, attached, filled, suggested_names};
use crate::web::pages::forms::named::not_named;
use crate::web::pages::forms::{Form, part_or_first};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Columns of the list as a file.
const COLUMNS: &[&str] = &["contract-template-name", "contract-template-of", "draft-column-by", "draft-column-at"];

/// Query of the pages: the change to confirm, the page of the list, what to save, and the typed contractor.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TemplateQuery {
    done: String,
    cursor: String,
    format: Option<FileFormat>,
    contract: String,
    draft: String,
    contractor: String,
}

#[derive(Template)]
#[template(path = "contract_templates/list.html")]
struct ListPage {
    page: Shell,
    templates: Paged<TemplateItem>,
    is_first: bool,
    /// True after a template was retired.
    is_retired: bool,
}

impl ListPage {
    fn build(app: &App, caller: &Caller, mut page: Shell, query: &TemplateQuery) -> Result<Self, Error> {
        let after = Some(query.cursor.clone()).filter(|cursor| !cursor.is_empty());
        let mut part = Page { limit: DEFAULT_PAGE_SIZE, after };
        let templates = part_or_first(&mut page, &mut part, |_, part| templates::list(app, caller, part))?;
        Ok(Self { templates, is_first: part.after.is_none(), is_retired: query.done == "retired", page })
    }

    /// States the order of the templates and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        let has_more = self.templates.next.is_some();
        self.page.counted(self.templates.items.len(), self.is_first, has_more, "contract-templates-order")
    }

    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links("/templates")
    }
}

/// Names the bureau that has a template, or all of them.
fn of(page: &Shell, template: &TemplateItem) -> String {
    match (&template.bureau, &template.saved_by) {
        (Some(bureau), _) => bureau.clone(),
        (None, Some(_)) => page.say("contract-template-of-all"),
        (None, None) => page.say("contract-template-built-in"),
    }
}

#[derive(Template)]
#[template(path = "contract_templates/show.html")]
struct ShowPage {
    page: Shell,
    form: Form,
    view: ContractTemplateView,
    /// Terms for the proposed first day, as text.
    terms: Vec<BriefTerm>,
    /// Fields of the form that begins a draft; empty for a reader who registers no contracts.
    fields: Vec<Field>,
    /// Field of the name, for who may rename it.
    name: Option<Field>,
    /// True if the reader may offer the template to all bureaus.
    may_offer: bool,
    /// Key of the confirmation, after a change.
    done: Option<&'static str>,
}

impl ShowPage {
    fn build(
        app: &App,
        caller: &Caller,
        page: Shell,
        (id, query): (&str, &TemplateQuery),
        form: Form,
    ) -> Result<Self, Error> {
        let view = templates::show(app, caller, id, None)?;
        let terms = view.terms.as_ref().zip(view.details.as_ref());
        let terms = terms.map(|(terms, details)| brief::five_terms(terms, details, page.language)).unwrap_or_default();
        let mut fields = Vec::new();
        if caller.may(Action::CreateContract).is_ok() {
            let typed = form.filled("contractor").unwrap_or_else(|| query.contractor.clone());
            let found = contractors::suggest(app, caller, &typed)?.items;
            let found = found.into_iter().map(|one| (one.credit_code, one.name)).collect();
            let starts_on = Field::new("starts_on", FieldKind::Day, page.say("contract-template-starts"));
            let contractor = Field::new("contractor", FieldKind::Suggested, page.word("draft-field", "contractor"));
            fields = vec![
                filled(starts_on.hint(page.say("contract-template-starts-hint")).propose(view.starts_on), &form),
                filled(contractor.options(suggested_names(found)).live(), &form)
                    .hint(page.say("contract-template-contractor-hint")),
            ];
        }
        let name = view.template.may_manage.then(|| {
            let field = Field::new("name", FieldKind::Line, page.say("contract-template-name"));
            if form.is_sent("name") { filled(field, &form) } else { field.propose(&view.template.name) }
        });
        let all: Vec<&Field> = fields.iter().chain(&name).collect();
        let label = |name: &str| all.iter().find(|field| field.name == name).map(|field| field.label.clone());
        let form = form.attach_faults(&page, label);
        let confirmations = [("saved", "contract-template-saved"), ("renamed", "contract-template-renamed")];
        let done = confirmations.into_iter().find(|(what, _)| query.done == *what).map(|(_, key)| key);
        let may_offer = templates::may_offer(caller) && view.template.bureau.is_some();
        Ok(Self { page, form, view, terms, fields, name, may_offer, done })
    }
}

#[derive(Template)]
#[template(path = "contract_templates/save.html")]
struct SavePage {
    page: Shell,
    form: Form,
    title: String,
    input: TemplateInput,
    name: Field,
}

impl SavePage {
    fn build(app: &App, caller: &Caller, page: Shell, input: TemplateInput, form: Form) -> Result<Self, Error> {
        let title = templates::source_title(app, caller, &input)?;
        let name = Field::new("name", FieldKind::Line, page.say("contract-template-name"));
        let form = attached(form, &page, std::slice::from_ref(&name));
        let name = filled(name.hint(page.say("contract-template-name-hint")), &form);
        Ok(Self { page, form, title, input, name })
    }
}

/// Lists the templates.
pub async fn list(request: PageRequest, query: PageQuery<TemplateQuery>) -> PageAnswer {
    if let Some(format) = query.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let cells = |item: TemplateItem| {
                let of = of(page, &item);
                let by = item.saved_by.unwrap_or_default();
                vec![
                    item.name.into(),
                    of.into(),
                    by.into(),
                    item.saved_at.map_or_else(|| String::new().into(), Cell::from),
                ]
            };
            let load = |part: &Page| templates::list(app, caller, part);
            exports::list_file(page, ("register-templates", format), COLUMNS, load, cells)
        };
        return exports::answer(request, work).await;
    }
    request.show(move |app, caller, page| ListPage::build(app, caller, page, &query)).await
}

/// Shows a template, with the form that begins a draft from it.
pub async fn show(request: PageRequest, id: Path<String>, query: PageQuery<TemplateQuery>) -> PageAnswer {
    request.show(move |app, caller, page| ShowPage::build(app, caller, page, (&id, &query), Form::default())).await
}

/// Shows the form that saves a contract or a draft as a template.
pub async fn new(request: PageRequest, query: PageQuery<TemplateQuery>) -> PageAnswer {
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (contract, draft) = (filled(&query.contract), filled(&query.draft));
    let input = TemplateInput { contract, draft, ..TemplateInput::default() };
    request.show(move |app, caller, page| SavePage::build(app, caller, page, input, Form::default())).await
}

fn read_input(form: &Form) -> TemplateInput {
    let reader = FormReader::new(form);
    TemplateInput {
        name: reader.text("name"),
        contract: reader.optional_text("contract"),
        draft: reader.optional_text("draft"),
    }
}

/// Saves a template.
pub async fn save(request: PageRequest, body: Bytes) -> PageAnswer {
    let act = |app: &App, caller: &Caller, form: &Form| {
        let done = templates::save(app, caller, &read_input(form))?;
        Ok(format!("/templates/{}?done=saved", done.id))
    };
    let again = |app: &App, caller: &Caller, page: Shell, form: Form| {
        SavePage::build(app, caller, page, read_input(&form), form)
    };
    request.submit(body, act, again).await
}

/// Begins a draft from a template.
pub async fn begin(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let id = id.into_inner();
    let again = id.clone();
    let act = move |app: &App, caller: &Caller, form: &Form| {
        let mut reader = FormReader::new(form);
        let starts_on = reader.required("starts_on", parse_date);
        let contractor = read_contractor(app, caller, &mut reader)?;
        let input = reader.finish(starts_on.map(|starts_on| BeginInput { starts_on, contractor }))?;
        let done = templates::begin(app, caller, &id, &input)?;
        Ok(format!("/drafts/{}?done=begun", done.id))
    };
    let show = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        ShowPage::build(app, caller, page, (&again, &TemplateQuery::default()), form)
    };
    request.submit(body, act, show).await
}

/// Reads the contractor, who is named or given by the credit code and may be left open.
fn read_contractor(app: &App, caller: &Caller, reader: &mut FormReader<'_, Form>) -> Result<Option<String>, Error> {
    let Some(typed) = reader.optional_text("contractor") else { return Ok(None) };
    match contractors::find_named(app, caller, &typed)?.map(|found| (found.credit_code, found.name)) {
        Named::Exact((code, _)) => Ok(Some(code)),
        Named::Similar(similar) => {
            reader.reject("contractor", not_named(&typed, similar));
            Ok(None)
        }
    }
}

/// Renames, retires or offers a template, by the button that was pressed.
pub async fn change(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let id = id.into_inner();
    let again = id.clone();
    let act = move |app: &App, caller: &Caller, form: &Form| match form.value("do") {
        "retire" => {
            templates::retire(app, caller, &id)?;
            Ok("/templates?done=retired".to_owned())
        }
        "offer" => Ok(format!("/templates/{}?done=saved", templates::offer(app, caller, &id)?.id)),
        "rename" => {
            templates::rename(app, caller, &id, &FormReader::new(form).text("name"))?;
            Ok(format!("/templates/{id}?done=renamed"))
        }
        _ => Err(Error::NotFound),
    };
    let show = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        ShowPage::build(app, caller, page, (&again, &TemplateQuery::default()), form)
    };
    request.submit(body, act, show).await
}
