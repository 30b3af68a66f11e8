//! The task list: the caller's tasks, most urgent first, forms that they have not sent and messages that they have not
//! read yet, and tasks that other people of the organisation can take.

use askama::Template;

use crate::services::messages::UnreadMessages;
use crate::services::notifications::tasks::{self, OTHERS, OWN, Task};
use crate::services::notifications::undelivered::UndeliveredEmail;
use crate::web::pages::identity::kept_forms::{self, KeptFormLine};
use crate::web::pages::identity::session::SessionQuery;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

#[derive(Template)]
#[template(path = "work/list.html")]
struct TasksPage {
    page: Shell,
    items: Vec<Task>,
    undelivered: Vec<UndeliveredEmail>,
    messages: Vec<UnreadMessages>,
    kept: Vec<KeptFormLine>,
    /// Set after a kept form was discarded.
    is_discarded: bool,
    others: Vec<Task>,
}

impl TasksPage {
    /// Returns true if the list has its maximum length, so that there may be further tasks.
    fn is_full(&self) -> bool {
        i64::try_from(self.items.len()).is_ok_and(|count| count >= OWN)
    }
}

/// Shows the task list.
pub async fn list(request: PageRequest, query: Query<SessionQuery>) -> PageAnswer {
    let is_discarded = query.confirms("discarded");
    request
        .show(move |app, caller, page| {
            let others = if caller.organisations().is_empty() {
                Vec::new()
            } else {
                tasks::list_tasks_of_others(app, caller)?.items
            };
            let own = tasks::list_own_tasks(app, caller)?;
            let kept = kept_forms::lines(app, caller)?;
            let (items, undelivered, messages) = (own.items, own.undelivered, own.messages);
            Ok(TasksPage { items, undelivered, messages, kept, is_discarded, others, page })
        })
        .await
}
