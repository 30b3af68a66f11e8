//! The steps of a registration and their fields.

use luyue::services::contracts::drafts::steps::{AMENDING_FORM_STEPS, STEPS};

#[test]
fn every_field_is_asked_for_once() {
    for (field, step) in [
        ("number", "parties"),
        ("items", "items"),
        ("items.0.code", "items"),
        ("deliverables.3.item", "deliverables"),
        ("deliverables.3.indicators.0.code", "deliverables"),
        ("deliverables.3.milestone", "milestones"),
        ("termination.breaches", "clauses"),
        ("clauses.0.tiers.1.rate", "clauses"),
    ] {
        let steps: Vec<&str> = STEPS.iter().filter(|step| step.owns(field)).map(|step| step.name).collect();
        assert_eq!(steps, [step], "{field}");
    }
    for (field, step) in [("ends_on", "amendment"), ("ground", "amendment"), ("items.0.code", "items")] {
        let steps: Vec<&str> =
            AMENDING_FORM_STEPS.iter().filter(|step| step.owns(field)).map(|step| step.name).collect();
        assert_eq!(steps, [step], "{field}");
    }
}
