//! The versions of a contract's terms: two of them side by side with their differences marked.

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::services::contracts::versions::{self, Comparison};
use crate::services::shared::typed_values::parse_whole;
use crate::web::pages::forms::Form;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Query of the page: the two versions to compare, the last two by default.
#[derive(Debug, Deserialize)]
pub struct VersionsQuery {
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "contract/versions.html")]
struct VersionsPage {
    page: Shell,
    compared: Comparison,
    /// Faults of the versions asked for.
    form: Form,
}

impl VersionsPage {
    /// Returns the two fields that choose the versions, each with its number.
    fn version_fields(&self) -> [(&'static str, i64); 2] {
        [("before", self.compared.before), ("after", self.compared.after)]
    }

    /// Returns the number of terms that differ.
    fn differences(&self) -> usize {
        self.compared.terms.iter().filter(|term| term.differs()).count()
    }
}

/// Shows two versions of a contract's terms.
pub async fn show(request: PageRequest, id: Path<String>, query: PageQuery<VersionsQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            // Versions are chosen from a list; for any other, a message and the last two are shown.
            let mut faults = Vec::new();
            let mut number = |name: &str, typed: &str| match parse_whole(typed) {
                _ if typed.is_empty() => None,
                Ok(whole) => i64::try_from(whole.get()).ok(),
                Err(message) => {
                    faults.push((name.to_owned(), message.text(page.language)));
                    None
                }
            };
            let wanted = (number("before", &query.before), number("after", &query.after));
            let compared = versions::compare(app, caller, &id, wanted, page.language)?;
            let has_choice = compared.versions.len() > 1;
            let label = |name: &str| has_choice.then(|| page.word("versions", name));
            let form = Form::with_faults(faults).attach_faults(&page, label);
            Ok(VersionsPage { compared, page, form })
        })
        .await
}
