//! Objections of the demonstration: one that was upheld and then corrected by a reversal, and one that waits for its
//! answer.

use crate::domain::codes::{FactKind, ObjectionTarget, Role};
use crate::domain::subject::BreachKey;
use crate::error::Error;
use crate::services::contracts::view;
use crate::services::objections::{self, ObjectionAnswerInput, ObjectionInput};
use crate::synthetic::demo::city::{contractor_person, person};
use crate::synthetic::demo::input::internal;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

fn raise(
    narrator: &mut Narrator<'_>,
    (plan, id): (&Plan, &str),
    breach: &BreachKey,
    text: &str,
) -> Result<String, Error> {
    let input = ObjectionInput { against: ObjectionTarget::Breach, subject: breach.to_string(), text: text.to_owned() };
    let raised = narrator
        .act_as(&contractor_person(plan.contractor), |app, caller| objections::raise(app, caller, id, &input))?;
    Ok(raised.id)
}

/// The contractor objects to a recorded incident. Finance upholds the objection, as the leader granted it.
pub(super) fn incident_is_contested(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let incidents = &plan.facts.incidents;
    let last = incidents.last().ok_or_else(|| internal(format!("no {} in {}", FactKind::Incident, plan.number)))?;
    let breach = BreachKey::new(&last.clause, &last.id);
    let objection = raise(narrator, (plan, id), &breach, "更换项目负责人已于 6 月 10 日书面报备，购买主体签收在案")?;
    let answer = ObjectionAnswerInput {
        reason: Some("经查收文登记，书面报备属实，由经办人申请作废原记录".to_owned())
    };
    narrator
        .act_as(&person(plan.region, Role::Approver), |app, caller| {
            objections::answer(app, caller, &objection, "uphold", &answer)
        })
        .map(|_| ())
}

/// The contractor objects to a late delivery of the contract, to which no one has answered yet.
pub(super) fn breach_is_contested(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let standing =
        narrator.act_as(&contractor_person(plan.contractor), |app, caller| view::standing(app, caller, id, None))?;
    let charged = standing.breaches.iter().find(|breach| !breach.waived && breach.charged.fen() != 0);
    let breach = charged.ok_or_else(|| internal(format!("no charged breach in {}", plan.number)))?;
    let key = BreachKey::new(&breach.clause, &breach.subject);
    raise(narrator, (plan, id), &key, "延后系场地方临时停电所致，已于当日书面告知经办人，请核实").map(|_| ())
}
