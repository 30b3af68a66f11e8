//! Decisions on submissions: each is made once, by an authorised person, with all that an acceptance record requires.

use diesel::prelude::*;
use luyue::schema::emails;
use serde_json::{Value, json};

use crate::deliverables::support::{acceptance, held, running, submissions, submit};
use crate::support::app::TestApp;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    two_officers_race
    the_contractor_is_notified
}

on_sqlite_first! {
    an_acceptance_covers_every_standard
    a_decision_is_taken_once
    only_authorised_users_decide
}

/// Returns the input with one key changed; null removes the key.
fn with(mut input: Value, key: &str, value: Value) -> Value {
    let fields = input.as_object_mut().expect("an object");
    if value.is_null() {
        fields.remove(key)
    } else {
        fields.insert(key.to_owned(), value)
    };
    input
}

fn an_acceptance_covers_every_standard(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    let path = format!("{}/1/decision", submissions(&contract));
    let full = acceptance("588");
    let rejected = json!({"decision": "rejected", "note": "缺照片"});
    let crowd: Vec<String> = (0..51).map(|n| format!("成员{n}")).collect();
    let cases = [
        (with(full.clone(), "measured", Value::Null), "acceptance-every-standard", "measured.COVERAGE"),
        (
            with(full.clone(), "measured", json!({"COVERAGE": "96", "OTHER": "1"})),
            "no-such-indicator",
            "measured.OTHER",
        ),
        (with(full.clone(), "quantity", Value::Null), "acceptance-record", "quantity"),
        (with(full.clone(), "quantity", json!("590.5")), "accepted-more-than-submitted", "quantity"),
        (with(full.clone(), "members", json!([])), "acceptance-record", "members"),
        (with(full.clone(), "members", json!([" "])), "acceptance-record", "members"),
        (with(full.clone(), "members", json!(crowd)), "acceptance-record", "members"),
        (with(full.clone(), "on", json!("2026-06-28")), "decision-before-submission", "on"),
        (with(full.clone(), "on", json!("2026-06-30")), "not-in-the-future", "on"),
        (with(rejected.clone(), "note", json!("  ")), "acceptance-record", "note"),
        (with(rejected.clone(), "quantity", json!("1")), "acceptance-record", "quantity"),
        (with(rejected, "measured", json!({"COVERAGE": "1"})), "acceptance-record", "measured"),
    ];
    for (input, rule, place) in cases {
        let refused = test.by("justice").post(&path, &input).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!(rule), &json!(place)), "{input}");
        assert_eq!(held(test), (0, 1, 0, 0));
    }
    let missing = test.by("justice").post(&path, &with(full.clone(), "measured", Value::Null)).json;
    let message = missing["errors"][0]["message"].as_str().expect("a message");
    assert!(message.contains("art. 45"), "{message}");
    for input in [with(full.clone(), "decision", json!("maybe")), with(full.clone(), "role", json!("admin"))] {
        assert_eq!(test.by("justice").post(&path, &input).status, 400, "{input}");
    }
    let partly = with(full, "decision", json!("partial"));
    let done = test.by("justice").post(&path, &partly).expect_status(200);
    assert_eq!(
        done,
        json!({"code": "VISIT-H1", "state": "partial", "due_on": "2026-06-30", "days_late": 0, "accepted": "588"})
    );
    let standing = test.by("justice").get(&format!("{contract}/standing")).expect_status(200);
    assert_eq!(standing["deliverables"][0], done);
}

fn a_decision_is_taken_once(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    let path = format!("{}/1/decision", submissions(&contract));
    let keyed = || test.by("justice").with("Idempotency-Key", "d-1").post(&path, &acceptance("588"));
    let done = keyed().expect_status(200);
    assert_eq!(keyed().expect_status(200), done);
    assert_eq!(test.by("justice").post(&path, &acceptance("588")).status, 409);
    assert_eq!(test.by("justice-2").post(&path, &json!({"decision": "rejected", "note": "x"})).status, 409);
    assert_eq!(held(test), (0, 2, 0, 0));
}

fn two_officers_race(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    let path = format!("{}/1/decision", submissions(&contract));
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = ["justice", "justice-2", "justice", "justice-2"]
            .iter()
            .map(|who| scope.spawn(|| test.by(who).post(&path, &acceptance("588")).status))
            .collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    assert_eq!(held(test), (0, 2, 0, 0));
}

fn only_authorised_users_decide(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "590");
    let path = format!("{}/1/decision", submissions(&contract));
    for (who, status) in
        [("contractor", 403), ("justice-leader", 403), ("audit", 403), ("other-justice", 404), ("contractor-2", 403)]
    {
        assert_eq!(test.by(who).post(&path, &acceptance("588")).status, status, "{who}");
    }
    assert_eq!(test.nobody().post(&path, &acceptance("588")).status, 401);
    for unknown in ["VISIT-H1/submissions/2", "VISIT-H1/submissions/0", "NONE/submissions/1", "VISIT-H1/submissions/x"]
    {
        let path = format!("{contract}/deliverables/{unknown}/decision");
        assert_eq!(test.by("justice").post(&path, &acceptance("588")).status, 404, "{unknown}");
    }
    assert_eq!(held(test), (0, 1, 0, 0));
}

fn the_contractor_is_notified(test: &TestApp) {
    let contract = running(test);
    let path = submissions(&contract);
    submit(test, &contract, "590");
    test.by("justice")
        .post(&format!("{path}/1/decision"), &json!({"decision": "rejected", "note": "缺照片"}))
        .expect_status(200);
    submit(test, &contract, "590");
    test.by("justice").post(&format!("{path}/2/decision"), &acceptance("588")).expect_status(200);
    let mut connection = test.app.pool.get().expect("a connection");
    let sent: Vec<(String, String)> = emails::table
        .filter(emails::kind.like("deliverable-%"))
        .filter(emails::address.eq("contractor@luyue.test"))
        .order(emails::id)
        .select((emails::kind, emails::address))
        .load(&mut *connection)
        .expect("read");
    let to = "contractor@luyue.test".to_owned();
    assert_eq!(sent, [("deliverable-returned".to_owned(), to.clone()), ("deliverable-accepted".to_owned(), to)]);
}
