//! Concurrency: guarantees stay within their limit, and a claim is made and decided once.

use serde_json::json;

use crate::guarantees::setup::{act, guarantee, listed, record};
use crate::on_both_engines;
use crate::payments::setup::advance;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::race::race;

on_both_engines! {
    racing_guarantees_and_claims_stay_within_their_limits
    one_number_on_two_contracts_is_asked_about_once_it_stands
}

fn racing_guarantees_and_claims_stay_within_their_limits(test: &TestApp) {
    let id = advance(test);
    let numbers = ["BH-1", "BH-2", "BH-3"];
    let body = |racer: usize| guarantee(&[("amount", "30000.00"), ("number", numbers[racer])]);
    let mut statuses = race(3, |racer| record(test, "justice", &id, &body(racer)).status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422], "30,000.00 of 46,800.00 once");
    let held = listed(test, &id)[0]["id"].as_str().expect("an id").to_owned();
    let claim = json!({"amount": "20000.00", "reason": "未按约定提供服务"});
    let both = |name: &'static str, who: &'static str, body: &serde_json::Value| {
        let mut statuses = race(2, |_| act(test, who, &held, name, body).status);
        statuses.sort_unstable();
        statuses
    };
    assert_eq!(both("claim", "justice", &claim), [200, 409], "one claim waits at a time");
    assert_eq!(both("grant", "justice-leader", &json!({})), [200, 409]);
    assert_eq!(both("claim", "justice", &claim), [422, 422], "20,000.00 of the 10,000.00 that are left");
    let same = guarantee(&[("amount", "1.00"), ("number", "SAME")]);
    let mut statuses = race(2, |_| record(test, "justice", &id, &same).status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "a document is recorded once");
    assert_eq!(listed(test, &id).len(), 2);
}

/// The document of one number is recorded for two contracts at once, with the issuer spelled in two ways.
fn one_number_on_two_contracts_is_asked_about_once_it_stands(test: &TestApp) {
    let other = programme::registered(test, "G-2");
    programme::activate(test, &other);
    let contracts = [advance(test), other];
    for number in ["RACE-1", "RACE-2", "RACE-3"] {
        let answers = race(2, |racer| {
            let issuer = ["徽商银行", "徽商银行宣城分行"][racer];
            let body = guarantee(&[("amount", "1.00"), ("number", number), ("issuer", issuer)]);
            record(test, "justice", &contracts[racer], &body).status
        });
        assert_eq!(answers.iter().sum::<u16>(), 201 + 409, "{number}: {answers:?}");
    }
}
