//! Publications of the demonstration: contracts that anyone can see.

use chrono::Datelike;

use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::publications::{self, PublicationActionInput, PublicationInput};
use crate::synthetic::demo::city::person;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::plan::Plan;

/// The officer proposes the publication after a secrecy review, and the leader grants it.
pub(super) fn contract_is_published(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let input = PublicationInput {
        // A made-up site; `.example` is reserved for such names (RFC 2606).
        notice_url: format!("https://ccgp.xuancheng.example/{}/{}.html", plan.signed_on.year(), plan.number),
        notice_on: plan.signed_on,
        review: "局保密工作领导小组办公室已审查：不涉及国家秘密、工作秘密和个人信息，同意公开".to_owned(),
    };
    let proposed = narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| publications::propose(app, caller, id, &input))?;
    narrator
        .act_as(&person(plan.region, Role::Leader), |app, caller| {
            publications::take_step(app, caller, &proposed.id, "grant", &PublicationActionInput::default())
        })
        .map(|_| ())
}
