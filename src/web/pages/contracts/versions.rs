//! The versions of a contract's terms: two of them side by side with their differences marked.

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::domain::numbers::Whole;
use crate::services::contracts::versions::{self, Comparison};
use crate::services::shared::typed_values::parse_whole;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

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
    /// Fault of the requested versions.
    fault: Option<String>,
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
pub async fn show(request: PageRequest, id: Path<String>, query: Query<VersionsQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            // Versions are chosen from a list; for any other, a message and the last two are shown.
            let chosen = |typed: &str| Some(typed).filter(|typed| !typed.is_empty()).map(parse_whole).transpose();
            let number = |whole: Option<Whole>| whole.and_then(|whole| i64::try_from(whole.get()).ok());
            let wanted = chosen(&query.before).and_then(|before| Ok((number(before), number(chosen(&query.after)?))));
            let (wanted, fault) = match wanted {
                Ok(wanted) => (wanted, None),
                Err(message) => ((None, None), Some(message.text(page.language))),
            };
            let compared = versions::compare(app, caller, &id, wanted, page.language)?;
            Ok(VersionsPage { compared, page, fault })
        })
        .await
}
