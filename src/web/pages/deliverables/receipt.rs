//! The receipt of a submission, to print and keep: the person and minute of submitting, and the SHA-256 of each file.

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::history::Entry;
use crate::services::contracts::view::{self, ContractOverview};
use crate::services::deliverables::{DeliverableView, SubmissionView};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::Query;

/// Query of a receipt: the deliverable's code and the submission's number.
#[derive(Debug, Deserialize)]
pub struct ReceiptQuery {
    subject: String,
    no: u64,
}

#[derive(Template)]
#[template(path = "contract/receipt.html")]
struct ReceiptPage {
    page: Shell,
    overview: ContractOverview,
    deliverable: DeliverableView,
    submission: SubmissionView,
    may_read_originals: bool,
}

impl ReceiptPage {
    /// Returns the submission's entry in the contract's history.
    fn record(&self) -> Option<&Entry> {
        let same = |entry: &&Entry| {
            entry.what == "fact-submission"
                && entry.about.contains(&self.deliverable.code)
                && entry.at == self.submission.recorded_at.and_utc()
        };
        self.overview.history.iter().find(same)
    }

    /// Returns the time at which the purchaser first opened the submission.
    fn opened(&self) -> Option<String> {
        self.submission.opened_at.map(|at| self.page.time(&at.and_utc()))
    }

    /// Returns the person who submitted, with the person represented if there is one.
    fn submitter(&self, record: &Entry) -> Option<String> {
        let by = record.by.as_ref()?;
        let holder = record.on_behalf_of.as_ref();
        Some(holder.map_or_else(|| by.clone(), |holder| self.page.with2("by-deputy", "by", by, "holder", holder)))
    }
}

/// Returns the address of a submission's receipt.
pub fn address(contract: &str, deliverable: &str, no: u64) -> String {
    let code: String = form_urlencoded::byte_serialize(deliverable.as_bytes()).collect();
    format!("/contracts/{contract}/receipt?subject={code}&no={no}")
}

/// Shows the receipt of a deliverable's submission.
pub async fn show(request: PageRequest, contract: Path<String>, query: Query<ReceiptQuery>) -> PageAnswer {
    let ReceiptQuery { subject, no } = query.into_inner();
    request
        .show(move |app, caller, page| {
            let data = view::load_page_data(app, caller, &contract, None)?;
            let mut deliverables = data.deliverables.into_iter();
            let mut deliverable = deliverables.find(|found| found.code == subject).ok_or(Error::NotFound)?;
            let place = deliverable.submissions.iter().position(|found| found.no == no).ok_or(Error::NotFound)?;
            let submission = deliverable.submissions.swap_remove(place);
            let may_read_originals = data.overview.open.contains(&Action::ReadOriginalFile);
            Ok(ReceiptPage { page, overview: data.overview, deliverable, submission, may_read_originals })
        })
        .await
}
