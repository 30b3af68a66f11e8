//! The rules of law that the program applies, as a page.

use askama::Template;

use crate::services::registry::statutes::{self, StatutesView};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "registers/statutes.html")]
struct StatutesPage {
    page: Shell,
    held: StatutesView,
}

/// Shows the rules.
pub async fn show(request: PageRequest) -> PageAnswer {
    request.show(|app, caller, page| Ok(StatutesPage { held: statutes::list(app, caller)?, page })).await
}
