//! The task list: the caller's tasks, most urgent first, their unsent forms and unread messages, and tasks that other
//! people of the organisation can take.

use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::services::identity::caller::Caller;
use crate::services::messages::UnreadMessages;
use crate::services::notifications::email_queue;
use crate::services::notifications::tasks::{self, OTHERS, OWN, Task};
use crate::services::notifications::undelivered::UndeliveredEmail;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::tables::Cell;
use crate::web::pages::exports;
use crate::web::pages::identity::kept_forms::{self, KeptFormLine};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Query of the task list: the change to confirm, and the format of the list as a file.
#[derive(Deserialize)]
pub struct TasksQuery {
    done: Option<String>,
    format: Option<FileFormat>,
}

/// Columns of the list as a file.
const COLUMNS: &[&str] =
    &["work-what", "report-number", "report-contract", "work-organisation", "work-who", "work-when"];

fn cells(page: &Shell, item: Task) -> Vec<Cell> {
    vec![
        page.task_title(&item).into(),
        item.number.into(),
        item.title.into(),
        item.organisation.into(),
        page.word("role", item.role).into(),
        item.due_on.into(),
    ]
}

#[derive(Template)]
#[template(path = "work/list.html")]
struct TasksPage {
    page: Shell,
    items: Vec<Task>,
    /// Answer with which the mail server refuses every email, for administrators.
    refusal: Option<String>,
    undelivered: Vec<UndeliveredEmail>,
    messages: Vec<UnreadMessages>,
    kept: Vec<KeptFormLine>,
    /// True after a kept form was discarded.
    is_discarded: bool,
    others: Vec<Task>,
}

impl TasksPage {
    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links("/work")
    }

    /// Returns true if the list has its maximum length, so that further tasks may exist.
    fn is_full(&self) -> bool {
        i64::try_from(self.items.len()).is_ok_and(|count| count >= OWN)
    }
}

/// Shows the task list.
pub async fn list(request: PageRequest, query: PageQuery<TasksQuery>) -> PageAnswer {
    if let Some(format) = query.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let load = |_: &Page| Ok(Paged { items: tasks::list_own_tasks(app, caller)?.items, next: None });
            exports::list_file(page, ("work-title", format), COLUMNS, load, |item| cells(page, item))
        };
        return exports::answer(request, work).await;
    }
    let is_discarded = query.done.as_deref() == Some("discarded");
    request
        .show(move |app, caller, page| {
            let others = if caller.organisations().is_empty() {
                Vec::new()
            } else {
                tasks::list_tasks_of_others(app, caller)?.items
            };
            let own = tasks::list_own_tasks(app, caller)?;
            let kept = kept_forms::lines(app, caller)?;
            let refusal = email_queue::refusal(app, caller)?;
            let (items, undelivered, messages) = (own.items, own.undelivered, own.messages);
            Ok(TasksPage { items, refusal, undelivered, messages, kept, is_discarded, others, page })
        })
        .await
}
