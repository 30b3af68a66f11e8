//! Dates: the API accepts YYYY-MM-DD everywhere, and no other format.

use serde_json::json;

use crate::support::app::{Reply, TestApp};
use crate::support::programme;

const NO_DAYS: &[&str] = &[
    "2026-1-1",
    "02026-01-01",
    "2026-02-30",
    "２０２６-０１-０１",
    "2026-01-01T00:00:00",
    " 2026-01-01",
    "2026/01/01",
    "+2026-01-01",
    "20260101",
    "1999-12-31",
    "2100-01-01",
    "",
];

#[track_caller]
fn is_no_day(reply: &Reply, what: &str) {
    assert_eq!((reply.status, &reply.json["type"]), (400, &json!("/problems/malformed")), "{what}: {}", reply.json);
    let told = reply.json["errors"][0]["message"].as_str().expect("it is said what is wrong");
    assert!(told.contains("YYYY-MM-DD"), "{what}: {told}");
}

#[test]
fn a_day_is_written_in_one_way_everywhere() {
    let test = TestApp::sqlite();
    let id = programme::registered(&test, "D-1");
    programme::activate(&test, &id);
    let of = |path: &str| format!("contracts/{id}/{path}");
    let mut terms = programme::input(&test, "D-2");
    for no_day in NO_DAYS {
        for (who, path, mut body, place) in [
            ("justice", of("incidents"), json!({"id": "I-1", "clause": "LEAK"}), "on"),
            ("justice", of("waivers"), json!({"clause": "LATE", "subject": "EDU-H1", "reason": "汛期"}), "on"),
            ("justice-leader", of("actions/activate"), json!({}), "signed_on"),
            ("justice-leader", of("milestones/MIDYEAR/score"), json!({"score": "80"}), "on"),
            (
                "justice",
                "delegations".to_owned(),
                json!({"organisation": "XC-JUSTICE", "role": "officer",
                "deputy": "justice-2"}),
                "until_on",
            ),
        ] {
            body[place] = json!(no_day);
            let reply = test.by(who).post(&path, &body);
            is_no_day(&reply, &format!("{path} {place} {no_day}"));
            assert_eq!(reply.json["errors"][0]["path"], place, "{path}");
        }
        terms["award_on"] = json!(no_day);
        is_no_day(&test.by("justice").post("contracts", &terms), "award_on");
        let handed = test.by("contractor").upload(
            &of("deliverables/VISIT-H1/submissions"),
            &[("quantity", "1"), ("on", no_day)],
            &[],
        );
        // An empty form field counts as absent.
        if !no_day.trim().is_empty() && no_day.trim() == *no_day {
            is_no_day(&handed, &format!("a form: {no_day}"));
        }
        let asked = percent_encoding::utf8_percent_encode(no_day, percent_encoding::NON_ALPHANUMERIC);
        for query in [of(&format!("standing?as_of={asked}")), format!("contracts?duty_before={asked}")] {
            is_no_day(&test.by("justice").get(&query), &query);
        }
    }
    test.by("justice").get(&of("standing?as_of=2026-01-05")).expect_status(200);
}
