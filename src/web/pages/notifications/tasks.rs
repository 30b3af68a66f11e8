//! The task list: the caller's tasks in groups, most urgent first, their unsent forms and unread messages, and tasks that other
//! people of the organisation can take.

use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::alerts::Topic;
use crate::domain::codes::FileFormat;
use crate::domain::policy::Action;
use crate::domain::saved_views::SavedList;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::notifications::email_queue;
use crate::services::notifications::tasks::{OTHERS, Task};
use crate::services::notifications::work::{self, Work, WorkGroup, WorkQuery};
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::tables::Cell;
use crate::web::pages::exports;
use crate::web::pages::forms::{Form, or_faults};
use crate::web::pages::identity::kept_forms::{self, KeptFormLine};
use crate::web::pages::identity::saved_views::SavedViews;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[("q", "work-q"), ("unit", "work-unit"), ("topic", "work-topic")];

/// Query of the task list: its filters, the change to confirm, and the format of the list as a file.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct TasksQuery {
    q: String,
    unit: String,
    topic: String,
    done: Option<String>,
    format: Option<FileFormat>,
}

impl TasksQuery {
    fn query(&self) -> Result<WorkQuery, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let unknown = || Error::malformed("topic", Message::new("unknown-filter"));
        let topic = filled(&self.topic).map(|topic| Topic::parse(&topic).ok_or_else(unknown)).transpose()?;
        Ok(WorkQuery { q: filled(&self.q), unit: filled(&self.unit), topic })
    }

    /// Returns the filters by name.
    fn filters(&self) -> [(&str, &str); 3] {
        [("q", &self.q), ("unit", &self.unit), ("topic", &self.topic)]
    }

    /// Returns the address of the list with these filters.
    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.filters().iter().filter(|(_, value)| !value.is_empty()));
        format!("/work?{}", query.finish()).trim_end_matches('?').to_owned()
    }
}

/// Columns of the list as a file.
const COLUMNS: &[&str] = &[
    "work-column-group",
    "work-what",
    "report-number",
    "report-contract",
    "work-organisation",
    "work-who",
    "work-when",
    "work-column-owed",
    "work-column-returned",
];

fn cells(page: &Shell, (group, item): (WorkGroup, Task)) -> Vec<Cell> {
    vec![
        page.word("work-group", group).into(),
        page.task_title(&item).into(),
        item.number.into(),
        item.title.into(),
        item.organisation.into(),
        page.word("role", item.role).into(),
        item.due_on.into(),
        item.owed.map_or(Cell::Empty, |owed| Cell::Amount(owed.into())),
        item.returned.into(),
    ]
}

#[derive(Template)]
#[template(path = "work/list.html")]
struct TasksPage {
    page: Shell,
    work: Work,
    filter: TasksQuery,
    views: SavedViews,
    /// Faults of the filters; the list is empty if there are any.
    form: Form,
    /// True if a filter is set.
    is_filtered: bool,
    /// True for a reader who may register contracts.
    may_register: bool,
    /// True for a reader who may see contracts.
    may_read: bool,
    /// Answer with which the mail server refuses every email, for administrators.
    refusal: Option<String>,
    kept: Vec<KeptFormLine>,
    /// True after a kept form was discarded.
    is_discarded: bool,
}

impl TasksPage {
    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.filter.address())
    }

    /// States the number of tasks and their order.
    fn summary(&self) -> String {
        self.page.counted(self.work.count, true, self.work.is_least, "work-order")
    }

    /// Returns the number of tasks that are shown, if it is not all of them.
    fn shown(&self) -> Option<usize> {
        let shown = self.work.groups.iter().map(|group| group.items.len()).sum();
        (shown < self.work.count).then_some(shown)
    }

    /// Returns whether nothing waits for the reader, whatever the filters.
    fn is_idle(&self) -> bool {
        let Work { groups, undelivered, messages, .. } = &self.work;
        let lists_all = !self.is_filtered && self.form.faults.is_empty();
        lists_all && groups.is_empty() && undelivered.is_empty() && messages.is_empty()
    }
}

/// Shows the task list.
pub async fn list(request: PageRequest, query: PageQuery<TasksQuery>) -> PageAnswer {
    let filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let query = filter.query()?;
            let load = |_: &Page| Ok(Paged { items: work::list(app, caller, &query)?, next: None });
            exports::list_file(page, ("work-title", format), COLUMNS, load, |item| cells(page, item))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let found = filter.query().and_then(|query| Ok((work::load(app, caller, &query)?, query.is_set())));
            let ((work, is_filtered), form) = or_faults(found, &page, LABELS)?;
            let kept = kept_forms::lines(app, caller)?;
            let refusal = email_queue::refusal(app, caller)?;
            let is_discarded = filter.done.as_deref() == Some("discarded");
            let may_register = caller.may(Action::CreateContract).is_ok();
            let may_read = caller.may(Action::ReadContract).is_ok();
            let views = SavedViews::load(app, caller, SavedList::Work, &filter.filters())?;
            Ok(TasksPage { page, work, filter, views, form, is_filtered, may_register, may_read, refusal, kept, is_discarded })
        })
        .await
}
