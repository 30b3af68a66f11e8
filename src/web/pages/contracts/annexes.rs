//! The annexes of a contract and its amendments.

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::services::annexes::view::AnnexView;
use crate::services::contracts::view::{self, ContractPageData};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Query of the page: the act to confirm.
#[derive(Debug, Deserialize)]
pub struct AnnexesQuery {
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "contract/annexes.html")]
struct AnnexesPage {
    page: Shell,
    data: ContractPageData,
    /// Confirmation of the act just taken; may be empty.
    done: String,
}

impl AnnexesPage {
    /// States how many annexes there are, and how they are sorted.
    fn summary(&self) -> String {
        self.page.counted(self.data.annexes.len(), true, false, "annexes-order")
    }

    /// Returns the first day of the amendment that an annex belongs to; `None` for an annex of the contract.
    fn amended_on(&self, annex: &AnnexView) -> Option<String> {
        let amendment = self.data.amendments.iter().find(|one| annex.amendment.as_ref() == Some(&one.id))?;
        Some(self.page.with("annex-of-amendment", "day", amendment.effective_on))
    }

    /// Returns whether the reader may remove an annex now.
    fn may_remove(&self, annex: &AnnexView) -> bool {
        annex.removable && self.data.overview.may("annexes.remove")
    }
}

/// Shows the annexes of a contract.
pub async fn show(request: PageRequest, id: Path<String>, query: PageQuery<AnnexesQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let data = view::load_page_data(app, caller, &id, None)?;
            let done = match query.done.as_str() {
                "annex" => page.say("done-annex"),
                "annex-remove" => page.say("done-annex-remove"),
                _ => String::new(),
            };
            Ok(AnnexesPage { page, data, done })
        })
        .await
}
