//! The record of a contractor: its final evaluations by year, service and county; and the sentence about it in drafts.

use actix_web::web::Path;
use askama::Template;

use crate::app::App;
use crate::error::Error;
use crate::services::evaluations::record::{self, ContractorRecord, RecordGroup};
use crate::services::identity::caller::Caller;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

#[derive(Template)]
#[template(path = "evaluations/record.html")]
struct RecordPage {
    page: Shell,
    record: ContractorRecord,
}

impl RecordPage {
    /// States how many evaluations there are, and how they are sorted.
    fn summary(&self) -> String {
        self.page.counted(self.record.evaluations.len(), true, false, "record-order")
    }

    /// Returns the groups, each with the key of its heading.
    fn tables(&self) -> [(&'static str, &[RecordGroup]); 3] {
        [
            ("record-years", self.record.years.as_slice()),
            ("record-services", self.record.services.as_slice()),
            ("record-counties", self.record.counties.as_slice()),
        ]
    }
}

/// Shows the record of a contractor.
pub async fn record(request: PageRequest, credit_code: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let record = record::load(app, caller, &credit_code)?;
            Ok(RecordPage { page, record })
        })
        .await
}

/// The sentence about a contractor's record in a draft, with the address of the record.
pub struct RecordSentence {
    /// The sentence, in the page's language.
    pub words: String,
    /// Address of the record.
    pub address: String,
    /// True if the last result is below 60.
    pub is_warning: bool,
}

/// Returns the sentence about the record of the contractor with a credit code; `None` without a final evaluation.
///
/// # Errors
/// `Forbidden` for a caller without the right to read records; database errors.
pub fn sentence(app: &App, caller: &Caller, page: &Shell, credit_code: &str) -> Result<Option<RecordSentence>, Error> {
    let found = record::hint(app, caller, credit_code)?;
    Ok(found.map(|hint| RecordSentence {
        words: match hint.last {
            Some((score, rating)) => {
                let last = page.noted(score, page.word("document-rating", rating));
                page.with2("record-hint", "count", hint.count, "last", last)
            }
            None => page.with("record-hint-no-score", "count", hint.count),
        },
        is_warning: hint.is_warning(),
        address: format!("/contractors/{}/record", hint.credit_code),
    }))
}
