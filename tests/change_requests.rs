//! Change requests: extensions and waivers are requested by the officer and granted or refused by the leader, never by
//! the same person.

mod incidents;

use luyue::domain::codes::{ChangeRequestKind, ChangeRequestState, FactKind, Role};
use luyue::storage::change_requests;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup::{advance, count, deputed, id_of, midyear, milestone, seated};
use crate::support::app::{Reply, TestApp};
use crate::support::visitor::Visitor;

on_sqlite_first! {
    an_extension_is_granted_as_requested
    an_impossible_request_is_refused_at_once
    granting_validates_again
    a_refusal_needs_a_reason_and_records_no_fact
    nobody_grants_their_own_request
    only_authorised_roles_request_and_decide
    a_waiver_is_granted_once
    one_request_about_a_thing_is_pending_at_a_time
    a_waived_breach_is_not_waived_again
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
    let list = test.by("justice-leader").get(&format!("contracts/{id}/change-requests")).expect_status(200);
    let item = &list["items"][0];
    assert_eq!(
        (&item["kind"], &item["requested_by"], &item["state"]),
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
    let list = test.by("justice").get(&format!("contracts/{id}/change-requests")).expect_status(200);
    assert_eq!(list["items"], json!([]));
}

fn granting_validates_again(test: &TestApp) {
    let id = advance(test);
    test.at("2026-06-15", 9);
    let asked = id_of(&ask(test, "justice", &id, "extensions", &more(7)).expect_status(201));
    test.at("2026-06-23", 9);
    let refused = decide(test, "justice-leader", "extensions", &asked, "grant", &json!({})).expect_status(422);
    assert_eq!(refused["rule"], "extension-after-due");
    let list = test.by("justice").get(&format!("contracts/{id}/change-requests")).expect_status(200);
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
    let mut another = more(8);
    another["another"] = json!(true);
    let asked = id_of(&ask(test, "station", &id, "extensions", &another).expect_status(201));
    let refused = decide(test, "justice", "extensions", &asked, "grant", &json!({})).expect_status(403);
    assert_eq!(refused["type"], "/problems/self-approval");
    decide(test, "justice-leader", "extensions", &asked, "grant", &json!({})).expect_status(200);
}

fn only_authorised_roles_request_and_decide(test: &TestApp) {
    let id = advance(test);
    for (who, status) in [
        ("finance-review", 403),
        ("station", 403),
        ("justice-leader", 403),
        ("other-justice", 404),
        ("contractor-2", 404),
    ] {
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

/// Neither another reason nor another seat, amount of days or day makes a second request of the first.
fn one_request_about_a_thing_is_pending_at_a_time(test: &TestApp) {
    let id = advance(test);
    test.by("justice")
        .post(&format!("contracts/{id}/surveys"), &json!({"score": "88", "note": "回访 20 人"}))
        .expect_status(201);
    seated(test, "station", "XC-JUSTICE", Role::Officer);
    let waiver =
        |clause: &str, subject: &str, reason: &str| json!({"clause": clause, "subject": subject, "reason": reason});
    let mut dated = waiver("LATE", "EDU-H1", "道路中断");
    dated["on"] = json!("2026-01-12");
    let mut longer = more(30);
    longer["reason"] = json!("道路中断");
    let cases = [
        ("extensions", more(7), longer, json!({"deliverable": "EDU-H2", "days": 7, "reason": "场地停电"}), true),
        ("waivers", waiver("LATE", "EDU-H1", "汛期"), dated, waiver("LATE", "EDU-H2", "汛期"), false),
        ("reversals", json!({"seq": 1, "reason": "误录"}), json!({"seq": 1, "reason": "录入有误"}), Value::Null, false),
    ];
    for (what, first, again, other, is_repeatable) in cases {
        let first = id_of(&ask(test, "justice", &id, what, &first).expect_status(201));
        for who in ["justice", "station"] {
            let refused = ask(test, who, &id, what, &again).expect_status(409);
            let conflict = &refused["conflict"];
            assert_eq!(conflict["address"], format!("/contracts/{id}#change-request-{first}"), "{what} by {who}");
            assert_eq!(conflict["repeatable"], json!(is_repeatable), "{what}");
        }
        let mut another = again.clone();
        another["another"] = json!(true);
        let status = ask(test, "justice", &id, what, &another).status;
        assert_eq!(status, if is_repeatable { 201 } else { 409 }, "{what}: expressly");
        if other != Value::Null {
            ask(test, "justice", &id, what, &other).expect_status(201);
        }
        // Once it is refused it can be requested again, except where another one is still pending.
        decide(test, "justice-leader", what, &first, "refuse", &json!({"reason": "理由不足"})).expect_status(200);
        let status = ask(test, "justice", &id, what, &again).status;
        assert_eq!(status, if is_repeatable { 409 } else { 201 }, "{what}: after a refusal");
    }
}

fn a_waived_breach_is_not_waived_again(test: &TestApp) {
    let id = midyear(test);
    let waiver = |reason: &str| json!({"clause": "LEAK", "subject": "2026-05-LEAK", "reason": reason});
    let asked = id_of(&ask(test, "justice", &id, "waivers", &waiver("第三方责任")).expect_status(201));
    let second = pending_twin(test, &asked);
    let granted = decide(test, "justice-leader", "waivers", &asked, "grant", &json!({})).expect_status(200);
    let record = format!("/contracts/{id}#record-{}", granted["seq"]);
    for body in [waiver("第三方责任"), waiver("不可抗力")] {
        let refused = ask(test, "justice", &id, "waivers", &body).expect_status(409);
        assert_eq!(
            (&refused["type"], &refused["conflict"]["address"]),
            (&json!("/problems/waived-already"), &json!(record))
        );
    }
    // A request that was made before this rule cannot be granted any more, only refused.
    let refused = decide(test, "justice-leader", "waivers", &second, "grant", &json!({})).expect_status(409);
    assert_eq!(refused["conflict"]["address"], json!(record));
    let leader = Visitor::signed_in(test, "justice-leader");
    let page = leader.get(&format!("/contracts/{id}/act/grant?subject={second}")).expect_status(200);
    assert_eq!(page.texts(".checks .fails").len(), 1, "{}", page.text);
    assert!(page.links_in(".checks").iter().any(|(address, _)| *address == record), "{}", page.text);
    assert!(page.forms().iter().all(|form| !form.action.ends_with("/act/grant")), "it is not offered");
    decide(test, "justice-leader", "waivers", &second, "refuse", &json!({"reason": "已豁免"})).expect_status(200);
    // A reversed waiver waives nothing.
    let reversal = json!({"seq": granted["seq"], "reason": "误录"});
    let reversal = id_of(&ask(test, "justice", &id, "reversals", &reversal).expect_status(201));
    decide(test, "justice-leader", "reversals", &reversal, "grant", &json!({})).expect_status(200);
    ask(test, "justice", &id, "waivers", &waiver("不可抗力")).expect_status(201);
}

/// Stores a second request like a pending one, as contracts have them from before this was refused.
fn pending_twin(test: &TestApp, first: &str) -> String {
    let by = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &by, |tx| {
        let first = change_requests::by_public_ids(tx.connection, &[first])?.pop().expect("it is there");
        let id = tx.context.ids.uuid();
        let words = (first.body.as_str(), "另一理由");
        change_requests::insert(
            tx.connection,
            tx.context,
            &id,
            first.contract_id,
            (ChangeRequestKind::Waiver, ChangeRequestState::Requested),
            words,
            first.requested_by,
        )?;
        Ok(id)
    })
    .expect("it is stored")
}
