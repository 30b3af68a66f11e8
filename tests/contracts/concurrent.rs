//! Acts at the same time: those on different contracts do not disturb each other, those on one contract follow each
//! other, and one appropriation is spent once.

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::app::{TestApp, differences};
use crate::support::programme;
use crate::support::race::race;

on_both_engines! {
    contracts_registered_at_the_same_time_are_all_kept_once
    acts_on_different_contracts_do_not_disturb_each_other
    acts_on_one_contract_follow_each_other
    an_appropriation_for_one_contract_funds_one_of_four
}

fn act(test: &TestApp, who: &str, contract: &str, action: &str, body: &Value) -> u16 {
    test.by(who).post(&format!("contracts/{contract}/actions/{action}"), body).status
}

fn contracts_registered_at_the_same_time_are_all_kept_once(test: &TestApp) {
    const CONTRACTS: usize = 64;
    let appropriation = programme::appropriation(test, "468000.00");
    let register = |number: usize| {
        let input = programme::input_from(&format!("XCSF-2026-{number:03}"), &appropriation);
        let officer = test.by("justice").with("Idempotency-Key", &format!("register-{number}"));
        officer.post("contracts", &input).expect_status(201)["id"].clone()
    };
    let ids = race(CONTRACTS, register);
    assert_eq!(race(CONTRACTS, register), ids, "the same requests again");
    let listed = test.by("justice").get("contracts?limit=200").expect_status(200);
    let mut listed: Vec<Value> =
        listed["items"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect();
    let mut ids = ids;
    ids.sort_by_key(Value::to_string);
    listed.sort_by_key(Value::to_string);
    assert_eq!(listed, ids);
    assert_eq!(differences(test), []);
}

fn acts_on_different_contracts_do_not_disturb_each_other(test: &TestApp) {
    const CONTRACTS: usize = 16;
    let appropriations: Vec<String> = (0..CONTRACTS).map(|_| programme::appropriation(test, "468000.00")).collect();
    let statuses = race(CONTRACTS, |number| {
        let input = programme::input_from(&format!("XCSF-2026-{number:03}"), &appropriations[number]);
        let created = test.by("justice").post("contracts", &input);
        let id = created.json["id"].as_str().unwrap_or_default().to_owned();
        vec![
            created.status,
            act(test, "justice", &id, "submit", &json!({})),
            act(test, "finance-review", &id, "fund", &json!({})),
            act(test, "justice-leader", &id, "activate", &json!({"signed_on": "2026-01-05"})),
        ]
    });
    assert!(statuses.iter().all(|of_one| *of_one == [201, 200, 200, 200]), "{statuses:?}");
}

fn acts_on_one_contract_follow_each_other(test: &TestApp) {
    const SURVEYS: usize = 12;
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    test.at("2026-04-01", 9);
    let mut numbers = race(SURVEYS, |_| {
        let survey = json!({"score": "90.5", "another": true});
        let done = test.by("justice").post(&format!("contracts/{id}/surveys"), &survey).expect_status(201);
        done["seq"].as_u64().expect("the number of the fact")
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
}

fn an_appropriation_for_one_contract_funds_one_of_four(test: &TestApp) {
    for round in 0..rounds() {
        let appropriation = programme::appropriation(test, "468000.00");
        let contracts: Vec<String> = (0..4)
            .map(|number| {
                let id = programme::registered_from(test, &format!("XCSF-{round}-{number}"), &appropriation);
                assert_eq!(act(test, "justice", &id, "submit", &json!({})), 200);
                id
            })
            .collect();
        let mut statuses = race(4, |number| act(test, "finance-review", &contracts[number], "fund", &json!({})));
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422, 422, 422], "round {round}");
    }
}

/// Rounds of the race; `RACE_ROUNDS` sets another number.
fn rounds() -> usize {
    std::env::var("RACE_ROUNDS").map_or(3, |rounds| rounds.parse().expect("a number"))
}
