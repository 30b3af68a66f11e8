//! Saved views above a list, and the pages on which a person saves, renames and deletes them.

use std::collections::BTreeMap;

use actix_web::web::{Bytes, Path};
use askama::Template;

use crate::app::App;
use crate::domain::saved_views::SavedList;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::saved_views::{self, SavedView, SavedViewInput, SavedViewNameInput};
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Beginning of the names of the fields that hold filters.
const FILTERS: &str = "filters.";

/// Filled filters by name.
type Filters = BTreeMap<String, String>;

/// The saved views of a list, and the filters that are set now.
pub struct SavedViews {
    list: SavedList,
    views: Vec<SavedView>,
    filters: Filters,
}

impl SavedViews {
    /// Loads the caller's views of a list with these filters.
    ///
    /// # Errors
    /// `Forbidden` for a list that the caller may not read; database errors.
    pub fn load(app: &App, caller: &Caller, list: SavedList, filters: &[(&str, &str)]) -> Result<Self, Error> {
        let views = saved_views::list(app, caller, Some(list))?;
        Ok(Self { views, filters: filled(list, filters.iter().copied()), list })
    }

    /// Returns the address and the name of each view, and whether the list is shown by it.
    pub fn entries(&self) -> Vec<(String, &str, bool)> {
        self.views.iter().map(|view| (list_address(view), view.name.as_str(), view.filters == self.filters)).collect()
    }

    /// Returns the address that saves the filters, unless there are none or they are saved already.
    pub fn save_address(&self) -> Option<String> {
        let is_new = !self.filters.is_empty() && self.views.iter().all(|view| view.filters != self.filters);
        is_new.then(|| address(&format!("/saved-views/{}", self.list), &self.filters))
    }

    /// Returns the address of the page with all views, if there are any.
    pub fn manage_address(&self) -> Option<String> {
        (!self.views.is_empty()).then(|| format!("/saved-views/{}", self.list))
    }
}

/// Returns the filters of a list that are filled in.
fn filled<'a>(list: SavedList, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Filters {
    let known = pairs.map(|(name, value)| (name, value.trim()));
    let known = known.filter(|(name, value)| list.filters().contains(name) && !value.is_empty());
    known.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn address(path: &str, filters: &Filters) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Returns the address of the list as a view shows it.
fn list_address(view: &SavedView) -> String {
    address(&format!("/{}", view.list), &view.filters)
}

/// Finds the list that an address names.
fn known(list: &str) -> Result<SavedList, Error> {
    SavedList::parse(list).ok_or(Error::NotFound)
}

/// Returns the title of a list's page.
fn list_title(page: &Shell, list: &SavedList) -> String {
    page.say(match list {
        SavedList::Contracts => "contracts-title",
        SavedList::Work => "work-title",
        SavedList::Payments => "payments-title",
        SavedList::Postings => "register-ledger",
    })
}

/// Returns the field for the name of a view.
fn name_field(page: &Shell) -> Field {
    Field::new("name", FieldKind::Line, page.say("saved-view-label")).hint(page.say("saved-view-hint"))
}

#[derive(Template)]
#[template(path = "saved_views/list.html")]
struct ViewsPage {
    page: Shell,
    list: SavedList,
    views: Vec<SavedView>,
    /// Fields of the form that saves filters; empty without filters.
    fields: Vec<Field>,
    form: Form,
    /// Key of the confirmation, after a change.
    done: Option<&'static str>,
}

impl ViewsPage {
    fn load(
        app: &App,
        caller: &Caller,
        page: Shell,
        (list, filters): (SavedList, &Filters),
        form: Form,
    ) -> Result<Self, Error> {
        let views = saved_views::list(app, caller, Some(list))?;
        let mut fields = Vec::new();
        if !filters.is_empty() {
            let hidden = |(name, value): (&String, &String)| {
                Field::new(format!("{FILTERS}{name}"), FieldKind::Hidden, String::new()).propose(value)
            };
            fields.extend(filters.iter().map(hidden));
            fields.push(name_field(&page));
        }
        let form = attached(form, &page, &fields);
        if !form.values().is_empty() {
            fill(&mut fields, &form);
        }
        Ok(Self { page, list, views, fields, form, done: None })
    }

    /// Returns the step of the breadcrumbs.
    fn crumbs(&self) -> [(String, String); 1] {
        [(format!("/{}", self.list), list_title(&self.page, &self.list))]
    }

    /// States how many views there are, and how they are sorted.
    fn summary(&self) -> String {
        self.page.counted(self.views.len(), true, false, "saved-views-order")
    }
}

/// Shows the caller's views of a list, and the form that saves the filters in the address.
pub async fn list(request: PageRequest, list: Path<String>, query: PageQuery<Filters>) -> PageAnswer {
    let confirmations = [("renamed", "saved-view-renamed"), ("deleted", "saved-view-deleted")];
    let done = query.get("done").and_then(|done| confirmations.iter().find(|(what, _)| what == done));
    let done = done.map(|(_, key)| *key);
    request
        .show(move |app, caller, page| {
            let list = known(&list)?;
            let filters = filled(list, query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            Ok(ViewsPage { done, ..ViewsPage::load(app, caller, page, (list, &filters), Form::default())? })
        })
        .await
}

/// Saves filters under a name, and leads back to the list that they filter.
pub async fn save(request: PageRequest, list: Path<String>, body: Bytes) -> PageAnswer {
    let list = list.into_inner();
    let again = list.clone();
    let act = move |app: &App, caller: &Caller, form: &Form| {
        let list = known(&list)?;
        let filters = filled(list, form.with_prefix(FILTERS));
        let input = SavedViewInput { list, name: FormReader::new(form).text("name"), filters };
        saved_views::add(app, caller, &input).map(|view| list_address(&view))
    };
    let show = move |app: &App, caller: &Caller, page: Shell, form: Form| {
        let list = known(&again)?;
        let filters = filled(list, form.with_prefix(FILTERS));
        ViewsPage::load(app, caller, page, (list, &filters), form)
    };
    request.submit(body, act, show).await
}

#[derive(Template)]
#[template(path = "saved_views/view.html")]
struct ViewPage {
    page: Shell,
    view: SavedView,
    fields: Vec<Field>,
    form: Form,
}

impl ViewPage {
    fn load(app: &App, caller: &Caller, page: Shell, (list, id): &(String, String), form: Form) -> Result<Self, Error> {
        let views = saved_views::list(app, caller, Some(known(list)?))?;
        let view = views.into_iter().find(|view| view.id == *id).ok_or(Error::NotFound)?;
        let mut fields = vec![name_field(&page).propose(&view.name)];
        let form = attached(form, &page, &fields);
        if !form.values().is_empty() {
            fill(&mut fields, &form);
        }
        Ok(Self { page, view, fields, form })
    }

    /// Returns the steps of the breadcrumbs.
    fn crumbs(&self) -> [(String, String); 2] {
        let list = self.view.list;
        let of_list = (format!("/{list}"), list_title(&self.page, &list));
        [of_list, (format!("/saved-views/{list}"), self.page.say("saved-views"))]
    }
}

/// Shows the forms that rename and delete a view.
pub async fn edit(request: PageRequest, path: Path<(String, String)>) -> PageAnswer {
    request.show(move |app, caller, page| ViewPage::load(app, caller, page, &path, Form::default())).await
}

/// Gives a view another name.
pub async fn rename(request: PageRequest, path: Path<(String, String)>, body: Bytes) -> PageAnswer {
    let act = |app: &App, caller: &Caller, (list, id): &(String, String), form: &Form| {
        saved_views::rename(app, caller, id, &SavedViewNameInput { name: FormReader::new(form).text("name") })?;
        Ok(format!("/saved-views/{list}?done=renamed"))
    };
    change(request, path.into_inner(), body, act).await
}

/// Deletes a view.
pub async fn delete(request: PageRequest, path: Path<(String, String)>, body: Bytes) -> PageAnswer {
    let act = |app: &App, caller: &Caller, (list, id): &(String, String), _: &Form| {
        saved_views::delete(app, caller, id)?;
        Ok(format!("/saved-views/{list}?done=deleted"))
    };
    change(request, path.into_inner(), body, act).await
}

async fn change(
    request: PageRequest,
    path: (String, String),
    body: Bytes,
    act: impl FnOnce(&App, &Caller, &(String, String), &Form) -> Result<String, Error> + Send + 'static,
) -> PageAnswer {
    let again = path.clone();
    let act = move |app: &App, caller: &Caller, form: &Form| {
        known(&path.0)?;
        act(app, caller, &path, form)
    };
    let show =
        move |app: &App, caller: &Caller, page: Shell, form: Form| ViewPage::load(app, caller, page, &again, form);
    request.submit(body, act, show).await
}
