//! Links of a contract's page to object to something, and to what follows an objection.

use crate::domain::codes::{ObjectionState, ObjectionTarget};
use crate::domain::standing::{BreachStanding, MilestoneStanding};
use crate::services::deliverables::{DeliverableView, SubmissionView};
use crate::services::objections::subject::Correction;
use crate::services::objections::view::ObjectionView;
use crate::web::pages::actions::objection;
use crate::web::pages::contracts::show::ContractPage;

impl ContractPage {
    /// Returns the address and text for objecting to a subject, or for the objection that is open; `None` for a reader
    /// who may not object, or on a page of another day.
    fn objecting(&self, target: ObjectionTarget, subject: &str) -> Option<(String, String)> {
        if !self.data.overview.may("objections.raise") || !self.is_today() {
            return None;
        }
        let is_same =
            |one: &&ObjectionView| one.state == ObjectionState::Open && one.against == target && one.subject == subject;
        if let Some(open) = self.data.objections.iter().find(is_same) {
            return Some((format!("#objection-{}", open.id), self.page.say("objection-pending")));
        }
        let about = format!("{target}/{subject}");
        let about: String = form_urlencoded::byte_serialize(about.as_bytes()).collect();
        let address = format!("/contracts/{}/act/objection?subject={about}", self.data.overview.id);
        Some((address, self.page.word("objection-to", target)))
    }

    pub(super) fn objecting_to_breach(&self, breach: &BreachStanding) -> Option<(String, String)> {
        self.objecting(ObjectionTarget::Breach, &self.breach_subject(breach)).filter(|_| !breach.waived)
    }

    pub(super) fn objecting_to_decision(
        &self,
        deliverable: &DeliverableView,
        submission: &SubmissionView,
    ) -> Option<(String, String)> {
        self.objecting(ObjectionTarget::Decision, &format!("{}/{}", deliverable.code, submission.no))
    }

    pub(super) fn objecting_to_deduction(&self, milestone: &MilestoneStanding) -> Option<(String, String)> {
        let objecting = self.objecting(ObjectionTarget::Deduction, milestone.code.as_str());
        objecting.filter(|_| milestone.deductions.fen() != 0)
    }

    pub(super) fn objecting_to_score(&self, milestone: &MilestoneStanding) -> Option<(String, String)> {
        let code = milestone.code.as_str();
        let mut scores = self.data.overview.history.iter().filter(|entry| entry.what == "fact-score" && !entry.undone);
        let is_scored = scores.any(|entry| entry.about.iter().any(|about| about == code));
        self.objecting(ObjectionTarget::Score, code).filter(|_| is_scored)
    }

    pub(super) fn describe_objection(&self, one: &ObjectionView) -> String {
        objection::describe(&self.page, &self.data.overview, one.against, &one.subject)
    }

    /// Returns whether the reader may request the correction that follows an upheld objection.
    pub(super) fn may_correct(&self, correction: &Correction) -> bool {
        self.data.overview.may(&format!("{}s.ask", correction.act))
    }
}
