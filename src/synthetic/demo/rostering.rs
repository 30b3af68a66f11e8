//! The roster of the demonstration: workers to whom the purchaser consented, one of them with a certificate that is about
//! to lapse, and a replacement that waits for the consent.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::workers::{self, WorkerInput};
use crate::synthetic::days::day;
use crate::synthetic::demo::city::{contractor_person, person};
use crate::synthetic::demo::input::from;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

/// Name, role, certificate and its last day.
const ROSTER: [(&str, &str, &str, NaiveDate); 3] = [
    ("林晓东", "social_worker", "社会工作者职业资格证书 皖社工 2021-0317", day(2026, 10, 15)),
    ("周雯", "social_worker", "社会工作者职业资格证书 皖社工 2023-0102", day(2027, 6, 30)),
    ("许静", "counsellor", "心理咨询师基础培训合格证书 2022-118", day(2027, 3, 31)),
];

fn propose(narrator: &mut Narrator<'_>, plan: &Plan, input: &WorkerInput) -> Result<String, Error> {
    let proposed =
        narrator.act_as(&contractor_person(plan.contractor), |app, caller| workers::propose(app, caller, input))?;
    Ok(proposed.id)
}

/// The contractor proposes the roster, and the officer consents.
pub(super) fn roster_is_agreed(narrator: &mut Narrator<'_>, plan: &Plan, _: &str) -> Result<(), Error> {
    for (name, role, certificate, until) in ROSTER {
        let input = from(json!({
            "contract": plan.number, "name": name, "role": role, "certificate": certificate,
            "certificate_until": until, "from_on": plan.terms.starts_on,
        }))?;
        let id = propose(narrator, plan, &input)?;
        narrator.act_as(&person(plan.region, Role::Officer), |app, caller| {
            workers::decide(app, caller, &id, "approve", &ProposalDecisionInput::default())
        })?;
    }
    Ok(())
}

/// The contractor proposes a replacement.
pub(super) fn replacement_is_proposed(narrator: &mut Narrator<'_>, plan: &Plan, _: &str) -> Result<(), Error> {
    let input = from(json!({
        "contract": plan.number, "name": "何佳", "role": "social_worker",
        "certificate": "社会工作者职业资格证书 皖社工 2024-0551", "from_on": "2026-10-12", "replaces": "周雯",
        "reason": "周雯产假",
    }))?;
    propose(narrator, plan, &input).map(|_| ())
}
