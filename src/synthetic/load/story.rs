//! The story of a synthetic contract: generates its parties, dates, terms and state from its number. `life` continues
//! the story of signed contracts.

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use crate::clock::Ids;
use crate::domain::codes::{ContractState, Regime, Role};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::synthetic::days::before;
use crate::synthetic::load::chance::Chance;
use crate::synthetic::load::desks;
use crate::synthetic::load::life::Life;
use crate::synthetic::load::rows::{Act, Story, moment};
use crate::synthetic::load::setting::Setting;
use crate::synthetic::load::shapes::{self, Agreed};

/// Purpose of the random numbers drawn here.
const LIFE: u64 = 2;

/// Generates the story of the contract with a number, starting from 1.
pub(super) fn generate(setting: &Setting, number: usize) -> Result<Story, Error> {
    let (desk, starts_on) = setting.place_of(number);
    let mut chance = Chance::of(setting.seed, number, LIFE);
    let Agreed { terms, details, service } = shapes::agree(&mut chance, starts_on)?;
    let regime = match chance.below(10) {
        0..=5 => Regime::ProcurementLaw,
        6..=8 => Regime::BelowThreshold,
        _ => Regime::Other,
    };
    let signed = number <= setting.signed();
    let created_on = if signed { before(starts_on, 25) } else { before(setting.yesterday(), chance.below(20)) };
    let year = starts_on.year();
    let mut story = Story {
        key: i64::try_from(number).unwrap_or(i64::MAX),
        ids: Ids::seeded(setting.seed.rotate_left(17) ^ (number as u64).wrapping_mul(0xD134_2543_DE82_EF95)),
        number: format!("HT{year}-{number:06}"),
        title: format!("{}{service}服务（{year}）", desks::place(desk)),
        regime,
        method: if regime == Regime::ProcurementLaw { "公开招标" } else { "竞争性磋商" },
        parties: (desk, chance.below(setting.contractors)),
        state: ContractState::Draft,
        award_on: (regime == Regime::ProcurementLaw).then(|| before(created_on, 3)),
        signed_on: None,
        published_on: None,
        created_at: moment(created_on, 0),
        terms,
        details,
        acts: Vec::new(),
        facts: Vec::new(),
        payments: Vec::new(),
        change_requests: Vec::new(),
    };
    if signed {
        Life::new(setting, chance, &mut story, created_on).live()?;
    } else {
        unsigned(&mut story, number, created_on);
    }
    Ok(story)
}

/// Leaves an unsigned contract as a draft, withdrawn, submitted or funded.
fn unsigned(story: &mut Story, number: usize, created_on: NaiveDate) {
    let act = |n, role, action| Act { at: moment(created_on, n), role, action, body: json!({}) };
    let submit = act(1, Role::Officer, Action::SubmitContract);
    match number % 4 {
        0 => {}
        1 => {
            story.state = ContractState::Withdrawn;
            let body = json!({ "reason": "需求调整，另行采购" });
            story.acts.push(Act { body, ..act(1, Role::Officer, Action::WithdrawContract) });
        }
        2 => {
            story.state = ContractState::Submitted;
            story.acts.push(submit);
        }
        _ => {
            story.state = ContractState::Funded;
            story.acts.extend([submit, act(2, Role::Reviewer, Action::FundContract)]);
        }
    }
}
