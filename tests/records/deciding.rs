//! Deciding on records: the station of the township, its tasks and emails, and what cannot be changed any more.

use serde_json::{Value, json};

use crate::payments::setup::{advance, letters_of};
use crate::records::setup::{act, enter, entered, listed, row, second_station, tasks_of, with};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    the_station_of_the_township_decides
}

on_sqlite_first! {
    what_was_decided_stays
}

fn the_station_of_the_township_decides(test: &TestApp) {
    let id = advance(test);
    second_station(test);
    let there = with(&row("XZ-2"), &json!({"place": "济川街道文化站"}));
    let ids = entered(test, &id, &[row("XZ-1"), there]);
    // Seven days from Tuesday 13 January, for each station apart.
    assert_eq!(tasks_of(test, "station"), ["2026-01-20"]);
    assert_eq!(tasks_of(test, "station-2"), ["2026-01-20"]);
    assert_eq!(tasks_of(test, "justice"), [] as [String; 0]);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let told = letters_of(test, "due-7");
    assert!(
        told.contains(&"station@luyue.test".to_owned()) && told.contains(&"station-2@luyue.test".to_owned()),
        "{told:?}"
    );
    for (who, status) in
        [("station-2", 403), ("contractor", 403), ("justice", 403), ("audit", 403), ("contractor-2", 403)]
    {
        assert_eq!(act(test, who, &ids[0], "confirm", "").status, status, "{who}");
    }
    let done = act(test, "station", &ids[0], "confirm", "").expect_status(200);
    assert_eq!(done["state"], "confirmed");
    assert_eq!(tasks_of(test, "station"), [] as [String; 0]);
    assert_eq!(tasks_of(test, "station-2").len(), 1);
    assert_eq!(act(test, "station-2", &ids[1], "refuse", " ").expect_status(422)["rule"], "reason");
    act(test, "station-2", &ids[1], "refuse", "当日未见走访").expect_status(200);
    assert_eq!(tasks_of(test, "station-2"), [] as [String; 0]);
    assert_eq!(letters_of(test, "records-refused"), ["contractor@luyue.test"]);
    let shown = listed(test, &id, "state=refused");
    assert_eq!((&shown[0]["decided_by"], &shown[0]["reason"]), (&json!("station-2"), &json!("当日未见走访")));
    // A refused record can be entered again.
    entered(test, &id, &[with(&row("XZ-2"), &json!({"place": "济川街道文化站"}))]);
    assert_eq!(unsealed_differences(test), []);
}

fn what_was_decided_stays(test: &TestApp) {
    let id = advance(test);
    let ids = entered(test, &id, &[row("XZ-1"), row("XZ-2"), row("XZ-3")]);
    for (record, (who, name)) in
        ids.iter().zip([("station", "confirm"), ("station", "refuse"), ("contractor", "withdraw")])
    {
        act(test, who, record, name, "核对").expect_status(200);
    }
    let before = listed(test, &id, "");
    for record in &ids {
        for (who, name) in [("station", "confirm"), ("station", "refuse"), ("contractor", "withdraw")] {
            let again = act(test, who, record, name, "再核对").expect_status(409);
            assert_eq!(again["type"], "/problems/record-decided", "{name}");
        }
    }
    assert_eq!(listed(test, &id, ""), before);
    assert_eq!(act(test, "station", "nothing", "confirm", "").status, 404);
    assert_eq!(act(test, "station", &ids[0], "decide", "").status, 404);
    // A record after the contract is closed: its state alone matters.
    let act_on = |who: &str, name: &str| {
        test.by(who).post(&format!("contracts/{id}/actions/{name}"), &json!({"reason": "停止服务"})).status
    };
    assert_eq!((act_on("justice-leader", "terminate"), act_on("finance-review", "consent")), (200, 200));
    let entry = enter(test, "contractor", &id, &[row("XZ-4")]);
    assert_eq!(entry.status, 201, "what was done before the end is still recorded while it is settled");
    let states: Vec<Value> = listed(test, &id, "").iter().map(|record| record["state"].clone()).collect();
    assert_eq!(states, ["waiting", "withdrawn", "refused", "confirmed"]);
}
