//! Folded parts of a contract's page: further tasks, submissions, derivations, finished payments and the older history.
//!
//! A page with many of them would be several times as long as what its reader looks at. There each is a link to the page
//! with this part open.

use std::fmt::Display;

use crate::domain::standing::MilestoneStanding;
use crate::services::contracts::history::Entry;
use crate::services::contracts::view::ContractOverview;
use crate::services::deliverables::{DeliverableView, SubmissionView};
use crate::services::payments::PaymentRequestView;
use crate::web::pages::contracts::show::ContractPage;

/// Number of parts up to which the page has them all, each closed.
const FEW: usize = 20;

/// Lines of the history shown without opening the rest.
const NEWEST: usize = 12;
/// Name of the part with the older history.
const HISTORY: &str = "history";

impl ContractPage {
    /// Returns the newest entries of the history.
    pub(super) fn newest(&self) -> &[Entry] {
        self.data.overview.history.get(..NEWEST).unwrap_or(&self.data.overview.history)
    }

    /// Returns the older entries of the history.
    pub(super) fn older(&self) -> &[Entry] {
        self.data.overview.history.get(NEWEST..).unwrap_or_default()
    }

    /// Returns the address that opens a part; `None` for a part that the page has.
    pub(super) fn opening(&self, kind: &str, code: impl Display) -> Option<String> {
        let part = name(kind, &code);
        if self.open == part || !self.has_many(kind) {
            return None;
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.is_today() {
            query.append_pair("as_of", &self.data.overview.snapshot.as_of.to_string());
        }
        Some(format!("?{}#{part}", query.append_pair("open", &part).finish()))
    }

    /// Returns the address that opens the derivation of a milestone's figures; `None` if the page has it, or if there is
    /// none yet.
    pub(super) fn opening_of_figures(&self, milestone: &MilestoneStanding) -> Option<String> {
        self.opening("payable", &milestone.code).filter(|_| milestone.satisfied_on.is_some())
    }

    /// Returns whether all that was submitted for a deliverable is folded, so that nothing more is written about it.
    pub(super) fn is_put_away(&self, deliverable: &DeliverableView) -> bool {
        let is_folded = |one: &&SubmissionView| {
            one.decision.is_some() && self.opening("submission", format!("{}-{}", deliverable.code, one.no)).is_some()
        };
        let submissions = self.submissions(deliverable);
        !submissions.is_empty() && submissions.iter().all(is_folded)
    }

    /// Returns the payment requests that the page shows, and the finished ones that a link opens.
    pub(super) fn payments(&self) -> (Vec<&PaymentRequestView>, Vec<&PaymentRequestView>) {
        let has_all = self.opening("payments", "finished").is_none();
        self.data.payments.iter().partition(|one| has_all || one.next.is_some() || one.is_recallable)
    }

    /// Returns the place of a part that the address opens, and `None` for any other.
    pub(super) fn opened(&self, kind: &str, code: impl Display) -> Option<String> {
        Some(name(kind, &code)).filter(|part| self.open == *part)
    }

    /// Returns whether the page has so many parts, of the history or of all other kinds, that it has only the open ones.
    fn has_many(&self, kind: &str) -> bool {
        if kind == HISTORY {
            return self.older().len() > FEW;
        }
        let submissions: usize = self.data.deliverables.iter().map(|of| of.submissions.len()).sum();
        let standing = &self.data.overview.snapshot.standing;
        submissions + standing.milestones.len() + standing.breaches.len() > FEW
    }
}

/// Returns the name of a part, by which it is opened and found on the page.
fn name(kind: &str, code: &impl Display) -> String {
    format!("{kind}-{code}")
}

/// Returns the address of a fact in the history of a contract, be it among the older entries that a link opens.
pub fn address_of_record(overview: &ContractOverview, seq: i64) -> String {
    let older = overview.history.get(NEWEST..).unwrap_or_default();
    let is_folded = older.len() > FEW && older.iter().any(|entry| entry.seq == Some(seq));
    let open = if is_folded { format!("?open={HISTORY}-older") } else { String::new() };
    format!("/contracts/{}{open}#record-{seq}", overview.id)
}
