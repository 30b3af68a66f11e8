//! Evaluations of the demonstration: one that is final, and one on whose result the contractor has not commented yet.

use std::collections::BTreeMap;

use crate::domain::codes::Role;
use crate::domain::evaluations::{Adjustment, Measure};
use crate::error::Error;
use crate::services::evaluations::steps::{self, EvaluationStepInput};
use crate::services::evaluations::{self, EvaluationInput};
use crate::synthetic::days::day;
use crate::synthetic::demo::city::{contractor_person, person};
use crate::synthetic::demo::input::internal;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

fn take_step(
    narrator: &mut Narrator<'_>,
    who: &str,
    (evaluation, name): (&str, &str),
    input: &EvaluationStepInput,
) -> Result<(), Error> {
    narrator.act_as(who, |app, caller| steps::take_step(app, caller, evaluation, name, input)).map(|_| ())
}

/// Opens an evaluation up to the end of August, assesses it and proposes the result; returns its identifier.
fn propose(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<String, Error> {
    let officer = person(plan.region, Role::Officer);
    let period = EvaluationInput { from: plan.terms.starts_on, to: day(2026, 8, 31), assess_by: None };
    let opened = narrator.act_as(&officer, |app, caller| evaluations::open_evaluation(app, caller, id, &period))?;
    let text = "服务按计划开展，档案按月归集；个别场次因人员调整延后，已完成补课，下一期安排两名备用社工";
    let assessment = EvaluationStepInput { text: Some(text.to_owned()), ..EvaluationStepInput::default() };
    take_step(narrator, &contractor_person(plan.contractor), (&opened.id, "assess"), &assessment)?;
    take_step(narrator, &officer, (&opened.id, "propose"), &EvaluationStepInput::default())?;
    Ok(opened.id)
}

/// The result is proposed again with an adjusted measure after the contractor's comments, and becomes final.
pub(super) fn result_is_final(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let (officer, contractor) = (person(plan.region, Role::Officer), contractor_person(plan.contractor));
    let evaluation = propose(narrator, plan, id)?;
    let comment = |text: &str| EvaluationStepInput { text: Some(text.to_owned()), ..EvaluationStepInput::default() };
    let asked = comment("履约合规一项请考虑：延后的场次事先已电话告知经办人");
    take_step(narrator, &contractor, (&evaluation, "comment"), &asked)?;
    let listed = narrator.act_as(&officer, |app, caller| evaluations::view::find(app, caller, id, &evaluation))?;
    let known = listed.measures.iter().find(|known| known.measure == Measure::Compliance);
    let known = known.ok_or_else(|| internal(format!("no compliance in {}", plan.number)))?;
    let adjustment = Adjustment {
        score: known.computed,
        reason: "核对通话记录属实，但未书面报备，维持原分".to_owned(),
    };
    let adjustments = BTreeMap::from([(Measure::Compliance, adjustment)]);
    let proposal = EvaluationStepInput { adjustments, ..EvaluationStepInput::default() };
    take_step(narrator, &officer, (&evaluation, "propose"), &proposal)?;
    take_step(narrator, &contractor, (&evaluation, "comment"), &comment("无意见"))?;
    let leader = person(plan.region, Role::Leader);
    take_step(narrator, &leader, (&evaluation, "finalise"), &EvaluationStepInput::default())
}

/// The result waits for the contractor's comments.
pub(super) fn result_is_proposed(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    propose(narrator, plan, id).map(|_| ())
}
