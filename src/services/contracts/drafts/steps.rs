//! Steps of a registration or an amendment, in the order of the task list, and the fields that belong to each.

use crate::services::contracts::drafts::fields::Fields;
use crate::storage::audit::hash_chains;

/// A step of a registration.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Name in addresses; the message key of its title is `draft-step-NAME`.
    pub name: &'static str,
    /// Names of the step's fields outside lists.
    pub fields: &'static [&'static str],
    /// Lists whose rows the step edits.
    pub lists: &'static [&'static str],
    /// True if the step can be skipped and defaults apply.
    pub is_optional: bool,
    /// List and field of another step's rows that the step edits as well.
    pub within: Option<(&'static str, &'static str)>,
}

/// All steps of a registration, in order.
pub const STEPS: &[Step] = &[PARTIES, ITEMS, DELIVERABLES, MILESTONES, CLAUSES, SCORECARD, NOTES];

/// All steps of an amendment: the terms, then ground, reason and days. Parties and appropriation stay.
pub const AMENDING_FORM_STEPS: &[Step] = &[ITEMS, DELIVERABLES, MILESTONES, CLAUSES, SCORECARD, NOTES, AMENDMENT];

const PARTIES: Step = Step {
    name: "parties",
    fields: &[
        "number",
        "title",
        "purchaser",
        "funder",
        "contractor",
        "regime",
        "method",
        "plan_no",
        "award_on",
        "signed_on",
        "appropriation",
        "starts_on",
        "ends_on",
    ],
    lists: &[],
    is_optional: false,
    within: None,
};

const ITEMS: Step = Step { name: "items", fields: &["amount"], lists: &["items"], is_optional: false, within: None };

const DELIVERABLES: Step = Step {
    name: "deliverables",
    fields: &["inspection_days", "deemed_acceptance", "cure_days"],
    lists: &["deliverables"],
    is_optional: false,
    within: None,
};

const MILESTONES: Step = Step {
    name: "milestones",
    fields: &["payment_from", "late_payment_daily_rate"],
    lists: &["milestones"],
    is_optional: false,
    within: Some(("deliverables", "milestone")),
};

const CLAUSES: Step = Step {
    name: "clauses",
    fields: &["penalty_cap", "termination.penalty_fraction", "termination.days_late", "termination.breaches"],
    lists: &["clauses"],
    is_optional: false,
    within: None,
};

const SCORECARD: Step = Step {
    name: "scorecard",
    fields: &[
        "scorecard.points_per_late_day",
        "scorecard.weights.quantity",
        "scorecard.weights.timeliness",
        "scorecard.weights.first_pass",
        "scorecard.weights.quality",
        "scorecard.weights.compliance",
        "scorecard.weights.satisfaction",
    ],
    lists: &[],
    is_optional: true,
    within: None,
};

const NOTES: Step = Step { name: "notes", fields: &["notes"], lists: &[], is_optional: true, within: None };

const AMENDMENT: Step = Step {
    name: "amendment",
    fields: &["ground", "reason", "effective_on", "ends_on"],
    lists: &[],
    is_optional: false,
    within: None,
};

/// Returns the steps of an amendment or of a registration.
pub fn steps_of(is_amendment: bool) -> &'static [Step] {
    if is_amendment { AMENDING_FORM_STEPS } else { STEPS }
}

impl Step {
    /// Finds a step of a registration or an amendment by name.
    pub fn find(name: &str) -> Option<&'static Step> {
        STEPS.iter().chain(AMENDING_FORM_STEPS).find(|step| step.name == name)
    }

    /// Returns a digest of what the step holds: its fields and the codes of the rows within which it edits a field.
    pub fn digest(&self, fields: &Fields) -> String {
        let is_code =
            |name: &str| self.within.is_some_and(|(list, _)| name.starts_with(list) && name.ends_with(".code"));
        let held = fields.all().filter(|(name, _)| self.owns(name) || is_code(name));
        hash_chains::digest(&held.flat_map(|(name, value)| [name, value]).collect::<Vec<_>>())
    }

    /// Returns whether the step edits a field. A list's name stands for the whole list.
    pub fn owns(&self, field: &str) -> bool {
        let mut parts = field.split('.');
        let (first, last) = (parts.next().unwrap_or_default(), parts.nth(1));
        let is_within = |step: &Step| step.within.is_some_and(|(list, name)| list == first && last == Some(name));
        if self.fields.contains(&field) || is_within(self) {
            return true;
        }
        self.lists.contains(&first) && !STEPS.iter().any(is_within)
    }
}
