//! The rules of law that the program applies, as a page.

use askama::Template;

use crate::services::registry::statutes::{self, ChangeView, StatutesView};
use crate::web::pages::registers::statute_settings::describe;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "registers/statutes.html")]
struct StatutesPage {
    page: Shell,
    held: StatutesView,
}

impl StatutesPage {
    fn describe(&self, change: &ChangeView) -> String {
        describe(&self.page, change.applies, (change.percent.as_deref(), change.days.map(i64::from)))
    }
}

/// Shows the rules.
pub async fn show(request: PageRequest) -> PageAnswer {
    request.show(|app, caller, page| Ok(StatutesPage { held: statutes::list(app, caller)?, page })).await
}
