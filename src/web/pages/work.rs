//! The work list: what waits for the caller, most urgent first, and what others hold.

use askama::Template;

use super::request::{PageAnswer, PageRequest};
use super::shell::Shell;
use crate::services::worklist::{self, OTHERS, WorkItem};

#[derive(Template)]
#[template(path = "work/list.html")]
struct WorkPage {
    page: Shell,
    items: Vec<WorkItem>,
    others: Vec<WorkItem>,
}

/// What waits for the caller.
pub async fn list(request: PageRequest) -> PageAnswer {
    request
        .show(|app, caller, page| {
            let others =
                if caller.organisations().is_empty() { Vec::new() } else { worklist::of_others(app, caller)?.items };
            Ok(WorkPage { items: worklist::own(app, caller)?.items, others, page })
        })
        .await
}
