//! Concurrency: what is received and written off stays within what is to be recovered.

use serde_json::json;

use crate::on_both_engines;
use crate::recoveries::setup::{decide, ended, receipt, send, write_off};
use crate::support::app::TestApp;
use crate::support::race::race;

on_both_engines! {
    racing_receipts_and_write_offs_stay_within_the_rest
}

fn racing_receipts_and_write_offs_stay_within_the_rest(test: &TestApp) {
    let id = ended(test);
    let numbers = ["SK-1", "SK-2", "SK-3"];
    let sorted = |mut statuses: Vec<u16>| {
        statuses.sort_unstable();
        statuses
    };
    let received =
        race(3, |racer| send(test, "finance-pay", &id, "receipts", &receipt("12000.00", numbers[racer])).status);
    assert_eq!(sorted(received), [201, 422, 422], "12,000.00 of 20,000.00 once");
    let same = race(2, |_| send(test, "finance-pay", &id, "receipts", &receipt("1.00", "SK-4")).status);
    assert_eq!(sorted(same), [201, 409], "a receipt is recorded once");
    let proposed = race(2, |_| {
        let reply = send(test, "justice", &id, "write-offs", &write_off("7999.00"));
        (reply.status, reply.json["id"].as_str().map(str::to_owned))
    });
    assert_eq!(sorted(proposed.iter().map(|(status, _)| *status).collect()), [201, 409], "one waits at a time");
    let waiting = proposed.into_iter().find_map(|(_, id)| id).expect("one was proposed");
    let granted = race(2, |_| decide(test, "finance-approve", &waiting, "grant", &json!({})).status);
    assert_eq!(sorted(granted), [200, 409]);
    let rest = test.by("audit").get(&format!("contracts/{id}/settlement")).expect_status(200);
    assert_eq!(rest["to_recover"], "0.00");
}
