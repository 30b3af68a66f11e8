//! The versions of a contract's terms: two of them side by side with their differences marked.

use actix_web::web::{Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::services::contracts::versions::{self, Comparison};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Query of the page: the two versions to compare, the last two by default.
#[derive(Debug, Deserialize)]
pub struct VersionsQuery {
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
    /// Returns the fields that choose the two versions, each with its number.
    fn version_fields(&self) -> [(&'static str, i64); 2] {
        [("before", self.compared.before), ("after", self.compared.after)]
    }

    /// Returns the number of terms that differ.
    fn differences(&self) -> usize {
        self.compared.terms.iter().filter(|term| term.differs()).count()
    }
}

/// Shows two versions of a contract's terms.
pub async fn show(request: PageRequest, id: Path<String>, query: Query<VersionsQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let compared = versions::compare(app, caller, &id, (query.before, query.after), page.language)?;
            Ok(VersionsPage { compared, page })
        })
        .await
}
