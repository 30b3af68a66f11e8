//! The work list: what waits for the caller, most urgent first, and what others hold.

use askama::Template;

use crate::services::notifications::tasks::{self, OTHERS, Task};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "work/list.html")]
struct WorkPage {
    page: Shell,
    items: Vec<Task>,
    others: Vec<Task>,
}

/// What waits for the caller.
pub async fn list(request: PageRequest) -> PageAnswer {
    request
        .show(|app, caller, page| {
            let others =
                if caller.organisations().is_empty() { Vec::new() } else { tasks::of_others(app, caller)?.items };
            Ok(WorkPage { items: tasks::own(app, caller)?.items, others, page })
        })
        .await
}
