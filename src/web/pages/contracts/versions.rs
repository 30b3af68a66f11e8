//! The versions of a contract's terms, two of them beside each other with what differs marked.

use actix_web::web::{Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::services::contracts::versions::{self, Comparison};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Which two are compared; the last two, where none is named.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    before: Option<i64>,
    after: Option<i64>,
}

#[derive(Template)]
#[template(path = "contract/versions.html")]
struct VersionsPage {
    page: Shell,
    compared: Comparison,
}

impl VersionsPage {
    /// The two versions, by the names of their fields.
    fn chosen(&self) -> [(&'static str, i64); 2] {
        [("before", self.compared.before), ("after", self.compared.after)]
    }

    /// The terms of which the two say different things.
    fn different(&self) -> usize {
        self.compared.terms.iter().filter(|term| term.differs()).count()
    }
}

/// Shows them.
pub async fn show(request: PageRequest, id: Path<String>, chosen: Query<Chosen>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let compared = versions::compare(app, caller, &id, (chosen.before, chosen.after), page.language)?;
            Ok(VersionsPage { compared, page })
        })
        .await
}
