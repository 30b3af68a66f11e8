//! Amendments of the demonstration: one that everyone agreed to, and one that waits for the contractor.

use crate::domain::amendments::AmendmentGround;
use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::amendments::decide::{self, AmendmentStepInput};
use crate::services::amendments::propose::{self, AmendmentInput};
use crate::services::contracts::registration;
use crate::synthetic::days::day;
use crate::synthetic::demo::city::{contractor_person, person};
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

/// Proposes to add a line to the notes of a contract and returns the amendment's identifier.
fn propose_note(
    narrator: &mut Narrator<'_>,
    (plan, id): (&Plan, &str),
    (note, reason): (&str, &str),
    effective_on: chrono::NaiveDate,
) -> Result<String, Error> {
    let officer = person(plan.region, Role::Officer);
    let done = narrator.act_as(&officer, |app, caller| {
        let held = registration::terms_in_force(app, caller, id, None)?;
        let mut details = held.details;
        details.notes = format!("{}\n{note}", details.notes).trim().to_owned();
        let ground = AmendmentGround::Parties;
        let reason = reason.to_owned();
        let input = AmendmentInput { effective_on, terms: held.terms, details: Some(details), reason, ground };
        propose::propose(app, caller, id, &input)
    })?;
    Ok(done.id)
}

/// The contractor's person in charge changes, to which everyone agrees.
pub(super) fn person_in_charge_changes(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let words = ("项目负责人变更为周敏。", "原项目负责人调离，经双方协商变更");
    let amendment = propose_note(narrator, (plan, id), words, day(2026, 9, 28))?;
    for (who, name) in [(contractor_person(plan.contractor), "consent"), (person(plan.region, Role::Leader), "approve")]
    {
        let input = AmendmentStepInput::default();
        narrator.act_as(&who, |app, caller| decide::take_step(app, caller, &amendment, name, &input))?;
    }
    Ok(())
}

/// A change of the contact waits for the contractor's consent.
pub(super) fn contact_is_proposed(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let words = ("购买主体联系人变更为方慧。", "经办人员轮岗");
    propose_note(narrator, (plan, id), words, day(2026, 10, 12)).map(|_| ())
}
