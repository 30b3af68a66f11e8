//! Change requests: extensions and waivers are requested by the officer and granted or refused by the leader, never by
//! the same person.

use luyue::domain::codes::{FactKind, Role};
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::payments::setup::{advance, count, deputed, id_of, midyear, milestone, seated};
use crate::support::app::{Reply, TestApp};

on_both_engines! {
    an_extension_is_granted_as_requested
    an_impossible_request_is_refused_at_once
    granting_validates_again
    a_refusal_needs_a_reason_and_records_no_fact
    nobody_grants_their_own_request
    only_authorised_roles_request_and_decide
    a_waiver_is_granted_once
}

fn ask(test: &TestApp, who: &str, id: &str, what: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{id}/{what}"), body)
}

fn decide(test: &TestApp, who: &str, what: &str, ask: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("{what}/{ask}/actions/{name}"), body)
}

fn more(days: u32) -> Value {
    json!({"deliverable": "EDU-H1", "days": days, "reason": "场地停电"})
}

fn due(test: &TestApp, id: &str) -> Value {
    let standing = test.by("contractor").get(&format!("contracts/{id}/standing")).expect_status(200);
    standing["deliverables"][2]["due_on"].clone()
}

fn an_extension_is_granted_as_requested(test: &TestApp) {
    let id = advance(test);
    test.at("2026-06-15", 9);
    let mut body = more(7);
    body["on"] = json!("2026-06-12");
    let asked = ask(test, "justice", &id, "extensions", &body);
    assert!(!asked.header("etag").is_empty());
    let asked = asked.expect_status(201);
    assert_eq!(asked["state"], "asked");
    assert_eq!(due(test, &id), "2026-06-22");
    let list = test.by("justice-leader").get(&format!("contracts/{id}/asks")).expect_status(200);
    let item = &list["items"][0];
    assert_eq!(
        (&item["kind"], &item["asked_by"], &item["state"]),
        (&json!("extension"), &json!("justice"), &json!("asked"))
    );
    assert_eq!(item["fact"], json!({"deliverable": "EDU-H1", "days": 7, "on": "2026-06-12"}));
    // The day of granting is after the due day, but the day from which the request asks to count is not.
    test.at("2026-06-24", 9);
    let granted = decide(test, "justice-leader", "extensions", &id_of(&asked), "grant", &json!({})).expect_status(200);
    assert_eq!((&granted["state"], &granted["seq"]), (&json!("granted"), &json!(1)));
    assert_eq!(due(test, &id), "2026-06-29", "the 27th is a Saturday");
    // Without such a day it counts from the day of granting, which is now too late.
    let refused = ask(test, "justice", &id, "extensions", &more(30));
    assert_eq!(refused.status, 201, "due on the 29th now");
}

fn an_impossible_request_is_refused_at_once(test: &TestApp) {
    let id = advance(test);
    test.at("2026-06-23", 9);
    assert_eq!(ask(test, "justice", &id, "extensions", &more(7)).expect_status(422)["rule"], "extension-after-due");
    let unknown = json!({"deliverable": "NOWHERE", "days": 7, "reason": "x"});
    let refused = ask(test, "justice", &id, "extensions", &unknown).expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("no-such-deliverable"), &json!("deliverable"))
    );
    let future = json!({"deliverable": "EDU-H2", "days": 7, "reason": "x", "on": "2026-06-24"});
    assert_eq!(ask(test, "justice", &id, "extensions", &future).expect_status(422)["rule"], "not-in-the-future");
    let waiver = json!({"clause": "NOWHERE", "subject": "x", "reason": "x"});
    assert_eq!(ask(test, "justice", &id, "waivers", &waiver).expect_status(422)["errors"][0]["path"], "clause");
    for body in
        [json!({"deliverable": "EDU-H2", "days": 7}), json!({"deliverable": "EDU-H2", "days": 7, "reason": " "})]
    {
        assert_eq!(ask(test, "justice", &id, "extensions", &body).expect_status(422)["rule"], "reason");
    }
    for body in [json!({"deliverable": "EDU-H2", "days": 3651, "reason": "x"}), json!({"deliverable": "EDU-H2"})] {
        assert_eq!(ask(test, "justice", &id, "extensions", &body).status, 400, "{body}");
    }
    let list = test.by("justice").get(&format!("contracts/{id}/asks")).expect_status(200);
    assert_eq!(list["items"], json!([]));
}

fn granting_validates_again(test: &TestApp) {
    let id = advance(test);
    test.at("2026-06-15", 9);
    let asked = id_of(&ask(test, "justice", &id, "extensions", &more(7)).expect_status(201));
    test.at("2026-06-23", 9);
    let refused = decide(test, "justice-leader", "extensions", &asked, "grant", &json!({})).expect_status(422);
    assert_eq!(refused["rule"], "extension-after-due");
    let list = test.by("justice").get(&format!("contracts/{id}/asks")).expect_status(200);
    assert_eq!(list["items"][0]["state"], "asked", "a grant that failed decides nothing");
    assert_eq!(count(test, FactKind::Extension), 0);
}

fn a_refusal_needs_a_reason_and_records_no_fact(test: &TestApp) {
    let id = advance(test);
    let asked = id_of(&ask(test, "justice", &id, "extensions", &more(7)).expect_status(201));
    assert_eq!(
        decide(test, "justice-leader", "extensions", &asked, "refuse", &json!({})).expect_status(422)["rule"],
        "reason"
    );
    let refused = decide(test, "justice-leader", "extensions", &asked, "refuse", &json!({"reason": "理由不足"}))
        .expect_status(200);
    assert_eq!((&refused["state"], &refused["seq"]), (&json!("refused"), &Value::Null));
    for name in ["grant", "refuse"] {
        assert_eq!(decide(test, "justice-leader", "extensions", &asked, name, &json!({"reason": "x"})).status, 409);
    }
    assert_eq!(count(test, FactKind::Extension), 0);
}

fn nobody_grants_their_own_request(test: &TestApp) {
    let id = advance(test);
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    deputed(test, "justice-2", "justice", Role::Leader);
    let asked = id_of(&ask(test, "justice", &id, "extensions", &more(7)).expect_status(201));
    // The requester, and the requester's deputy.
    for who in ["justice", "justice-2"] {
        let refused = decide(test, who, "extensions", &asked, "grant", &json!({})).expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    // The deputy requested it for the officer, so the officer counts as a requester too.
    seated(test, "station", "XC-JUSTICE", Role::Station);
    deputed(test, "station", "justice", Role::Officer);
    let asked = id_of(&ask(test, "station", &id, "extensions", &more(8)).expect_status(201));
    let refused = decide(test, "justice", "extensions", &asked, "grant", &json!({})).expect_status(403);
    assert_eq!(refused["type"], "/problems/self-approval");
    decide(test, "justice-leader", "extensions", &asked, "grant", &json!({})).expect_status(200);
}

fn only_authorised_roles_request_and_decide(test: &TestApp) {
    let id = advance(test);
    for (who, status) in [("contractor", 403), ("station", 403), ("justice-leader", 403), ("other-justice", 404)] {
        assert_eq!(ask(test, who, &id, "extensions", &more(7)).status, status, "{who}");
    }
    let asked = id_of(&ask(test, "justice", &id, "extensions", &more(7)).expect_status(201));
    for (who, status) in [("justice-2", 403), ("finance-review", 403), ("contractor", 403), ("other-leader", 404)] {
        assert_eq!(decide(test, who, "extensions", &asked, "grant", &json!({})).status, status, "{who}");
    }
    assert_eq!(decide(test, "justice-leader", "waivers", &asked, "grant", &json!({})).status, 404, "it is no waiver");
    assert_eq!(decide(test, "justice-leader", "extensions", &asked, "annul", &json!({})).status, 404);
    assert_eq!(decide(test, "justice-leader", "extensions", "nothing", "grant", &json!({})).status, 404);
}

fn a_waiver_is_granted_once(test: &TestApp) {
    let id = midyear(test);
    let waiver = json!({"clause": "LEAK", "subject": "2026-05-LEAK", "reason": "第三方责任"});
    let asked = id_of(&ask(test, "justice", &id, "waivers", &waiver).expect_status(201));
    assert_eq!(milestone(test, &id, "MIDYEAR")["payable"], "153665.60");
    decide(test, "justice-leader", "waivers", &asked, "grant", &json!({"reason": "同意"})).expect_status(200);
    assert_eq!(milestone(test, &id, "MIDYEAR")["payable"], "173665.60");
    let statuses: Vec<u16> =
        (0..2).map(|_| decide(test, "justice-leader", "waivers", &asked, "grant", &json!({})).status).collect();
    assert_eq!(statuses, [409, 409]);
    assert_eq!(count(test, FactKind::Waiver), 2, "the example's own and this one");
}
