//! The task list: the caller's tasks, most urgent first, and tasks that other people of the organisation can take.

use askama::Template;

use crate::services::notifications::tasks::{self, OTHERS, Task};
use crate::services::notifications::undelivered::UndeliveredEmail;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "work/list.html")]
struct TasksPage {
    page: Shell,
    items: Vec<Task>,
    undelivered: Vec<UndeliveredEmail>,
    others: Vec<Task>,
}

/// Shows the task list.
pub async fn list(request: PageRequest) -> PageAnswer {
    request
        .show(|app, caller, page| {
            let others =
                if caller.organisations().is_empty() { Vec::new() } else { tasks::of_others(app, caller)?.items };
            let own = tasks::own(app, caller)?;
            Ok(TasksPage { items: own.items, undelivered: own.undelivered, others, page })
        })
        .await
}
