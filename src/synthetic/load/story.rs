//! A synthetic contract's story by its number: where and when it begins, what is agreed, and how far it came. The life of
//! those that were signed is told in `life`.

use chrono::{Datelike, Days as Span, NaiveDate};
use serde_json::json;

use crate::clock::Ids;
use crate::domain::codes::{ContractState, Regime, Role};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::synthetic::load::chance::Chance;
use crate::synthetic::load::city::{self, DESKS};
use crate::synthetic::load::life::Life;
use crate::synthetic::load::rows::{Act, Story, moment};
use crate::synthetic::load::shapes::{self, Agreed, after};

/// Days over which the register's contracts begin.
const SPAN: usize = 3650;
/// Of a hundred contracts, those that are not signed yet.
const UNSIGNED: usize = 8;
/// For what a contract's chance is drawn.
const PLACE: u64 = 1;
const LIFE: u64 = 2;

/// What every story follows from.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub seed: u64,
    /// How many contracts there are.
    pub count: usize,
    /// The day of the load.
    pub today: NaiveDate,
    /// How many contractors there are.
    pub contractors: usize,
}

impl Setting {
    /// The first day on which a contract begins.
    pub fn first_day(&self) -> NaiveDate {
        before(self.today, SPAN)
    }

    /// How many of the contracts are signed: the others are the last.
    fn signed(&self) -> usize {
        self.count - self.count * UNSIGNED / 100
    }

    /// The desk of a contract and the day on which it begins: the later its number, the later.
    pub fn place_of(&self, number: usize) -> (usize, NaiveDate) {
        let mut chance = Chance::of(self.seed, number, PLACE);
        // The justice bureaus' desks, one in four, have half of the contracts.
        let drawn = chance.below(DESKS);
        let desk = if chance.one_in(3) { drawn / 4 * 4 } else { drawn };
        if number > self.signed() {
            return (desk, after(self.today, chance.between(3, 70)));
        }
        let place = (number - 1) * SPAN / self.signed().max(1);
        (desk, after(self.first_day(), place.saturating_sub(chance.below(20))))
    }

    /// The last day on which something happened.
    pub fn yesterday(&self) -> NaiveDate {
        before(self.today, 1)
    }
}

/// Tells a contract's story by its number, from 1 on.
pub(super) fn tell(setting: &Setting, number: usize) -> Result<Story, Error> {
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
        title: format!("{}{service}服务（{year}）", city::place(desk)),
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
        asks: Vec::new(),
    };
    if signed {
        Life::new(setting, chance, &mut story, created_on).live()?;
    } else {
        unsigned(&mut story, number, created_on);
    }
    Ok(story)
}

/// A contract that is not signed: a draft, withdrawn, submitted or funded.
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

/// The day so many days earlier.
pub(super) fn before(day: NaiveDate, days: usize) -> NaiveDate {
    day.checked_sub_days(Span::new(days as u64)).unwrap_or(day)
}
