//! The way of an objection through the API, and who may take each step.

use luyue::domain::codes::{FactKind, Role};
use serde_json::{Value, json};

use crate::objections::setup::{THINGS, about, answer, listed, raise, raised, tasks_of};
use crate::on_sqlite_first;
use crate::payments::setup::{advance, deputed, id_of, incident, last, letters_of, midyear, milestone, paid, seated};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;

on_sqlite_first! {
    each_kind_is_raised_and_answered
    an_upheld_breach_is_a_task_until_it_is_waived
    an_upheld_decision_is_a_task_until_it_is_reversed
    one_objection_about_a_thing_is_open_at_a_time
    what_the_contract_lacks_is_refused
    only_the_contractor_objects
    nobody_answers_about_their_own_decision
    finance_answers_about_scores_alone
    an_answer_needs_a_reason_and_is_final
    an_open_objection_keeps_the_contract_open
    the_same_key_objects_once
}

fn task(kind: &str, name: &str, due_on: &str) -> (String, String, String) {
    (kind.to_owned(), name.to_owned(), due_on.to_owned())
}

fn each_kind_is_raised_and_answered(test: &TestApp) {
    let id = midyear(test);
    let figures = milestone(test, &id, "MIDYEAR");
    for (place, (against, subject)) in THINGS.into_iter().enumerate() {
        let reply = raise(test, "contractor", &id, &about(against, subject));
        assert!(!reply.header("etag").is_empty());
        let answered = reply.expect_status(201);
        assert_eq!(answered["state"], "open", "{against}");
        let objection = id_of(&answered);
        let (who, other) = if against == "score" {
            ("finance-approve", "justice-leader")
        } else {
            ("justice-leader", "finance-approve")
        };
        // Ten working days from Friday 17 July, which is not counted.
        let due = tasks_of(test, who);
        assert_eq!(due.len(), 1, "{against}: {due:?}");
        assert_eq!((due[0].0.as_str(), due[0].2.as_str()), ("answer_objection", "2026-07-31"), "{against}");
        assert_eq!(tasks_of(test, other), [], "{against}");
        let name = if place % 2 == 0 { "reject" } else { "uphold" };
        let state = if place % 2 == 0 { "rejected" } else { "upheld" };
        assert_eq!(answer(test, who, &objection, name).expect_status(200)["state"], state, "{against}");
        assert_eq!(tasks_of(test, who), [], "{against}");
        let shown = listed(test, &id)[place].clone();
        let parts = ["against", "subject", "state", "raised_by", "answered_by", "answer_by", "reason"];
        let expected = [against, subject, state, "contractor", who, "2026-07-31", "经核对签收记录，情况属实"];
        assert_eq!(parts.map(|part| shown[part].as_str().unwrap_or_default()), expected, "{shown}");
    }
    assert_eq!(milestone(test, &id, "MIDYEAR"), figures, "an answer moves no money");
    assert_eq!(letters_of(test, "objection-waiting").len(), 4, "one to who answers each");
    assert_eq!(letters_of(test, "objection-answered").len(), 12, "contractor and both officers, for each");
    assert_eq!(unsealed_differences(test), []);
}

fn an_upheld_breach_is_a_task_until_it_is_waived(test: &TestApp) {
    let id = midyear(test);
    let objection = raised(test, &id, ("breach", "LATE/COUNSEL-H1"));
    assert_eq!(tasks_of(test, "justice"), []);
    answer(test, "justice-leader", &objection, "uphold").expect_status(200);
    assert_eq!(tasks_of(test, "justice"), [task("correct_objection", "上半年心理矫治", "2026-07-24")]);
    assert_eq!(listed(test, &id)[0]["correction"], json!({"act": "waiver", "subject": "LATE/COUNSEL-H1"}));
    let waiver = json!({"clause": "LATE", "subject": "COUNSEL-H1", "reason": "异议成立"});
    let asked = test.by("justice").post(&format!("contracts/{id}/waivers"), &waiver).expect_status(201);
    assert_eq!(tasks_of(test, "justice").len(), 1, "requested is not granted");
    let granted = test.by("justice-leader").post(&format!("waivers/{}/actions/grant", id_of(&asked)), &json!({}));
    granted.expect_status(200);
    assert_eq!(tasks_of(test, "justice"), []);
    assert_eq!(listed(test, &id)[0]["correction"], Value::Null);
    let again = raise(test, "contractor", &id, &about("breach", "LATE/COUNSEL-H1")).expect_status(422);
    assert_eq!(again["errors"][0]["path"], "subject", "nothing is charged any more");
    assert_eq!(unsealed_differences(test), []);
}

fn an_upheld_decision_is_a_task_until_it_is_reversed(test: &TestApp) {
    let id = midyear(test);
    let objection = raised(test, &id, ("score", "MIDYEAR"));
    answer(test, "finance-approve", &objection, "uphold").expect_status(200);
    let seq = last(test, FactKind::Score);
    assert_eq!(listed(test, &id)[0]["correction"], json!({"act": "reversal", "subject": seq.to_string()}));
    let asked = json!({"seq": seq, "reason": "异议成立"});
    let asked = test.by("justice").post(&format!("contracts/{id}/reversals"), &asked).expect_status(201);
    test.by("justice-leader")
        .post(&format!("reversals/{}/actions/grant", id_of(&asked)), &json!({}))
        .expect_status(200);
    assert_eq!(tasks_of(test, "justice"), []);
    assert_eq!(raise(test, "contractor", &id, &about("score", "MIDYEAR")).status, 422, "there is no score now");
}

fn one_objection_about_a_thing_is_open_at_a_time(test: &TestApp) {
    let id = midyear(test);
    let first = raised(test, &id, ("breach", "LATE/COUNSEL-H1"));
    raised(test, &id, ("breach", "SHORT/COUNSEL-H1"));
    raised(test, &id, ("decision", "COUNSEL-H1/1"));
    let mut other = about("breach", "LATE/COUNSEL-H1");
    other["text"] = json!("另一理由");
    let conflict = raise(test, "contractor", &id, &other).expect_status(409);
    assert_eq!(conflict["conflict"]["address"], format!("/contracts/{id}#objection-{first}"), "{conflict}");
    answer(test, "justice-leader", &first, "reject").expect_status(200);
    raise(test, "contractor", &id, &other).expect_status(201);
}

fn what_the_contract_lacks_is_refused(test: &TestApp) {
    let id = midyear(test);
    for (against, subject) in [
        ("breach", "LATE/EDU-H1"),
        ("breach", "LATE"),
        ("breach", "STAFF/2026-03"),
        ("decision", "COUNSEL-H1"),
        ("decision", "COUNSEL-H1/3"),
        ("decision", "VISIT-H2/1"),
        ("score", "FINAL"),
        ("score", ""),
        ("deduction", "ADVANCE"),
        ("deduction", "NOWHERE"),
    ] {
        let refused = raise(test, "contractor", &id, &about(against, subject)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "subject", "{against} {subject}");
    }
    for text in ["", "  "] {
        let mut body = about("score", "MIDYEAR");
        body["text"] = json!(text);
        assert_eq!(raise(test, "contractor", &id, &body).expect_status(422)["errors"][0]["path"], "text");
    }
    assert_eq!(raise(test, "contractor", &id, &about("payment", "MIDYEAR")).status, 400);
    assert_eq!(listed(test, &id), [] as [Value; 0]);
}

fn only_the_contractor_objects(test: &TestApp) {
    let id = midyear(test);
    for (who, status) in [
        ("justice", 403),
        ("justice-leader", 403),
        ("station", 403),
        ("finance-approve", 403),
        ("audit", 403),
        ("admin", 403),
        ("contractor-2", 404),
    ] {
        assert_eq!(raise(test, who, &id, &about("score", "MIDYEAR")).status, status, "{who}");
    }
    let objection = raised(test, &id, ("score", "MIDYEAR"));
    for (who, status) in
        [("contractor", 403), ("justice", 403), ("station", 403), ("finance-review", 403), ("other-leader", 404)]
    {
        assert_eq!(answer(test, who, &objection, "uphold").status, status, "{who}");
    }
    let seen = |who: &str| test.by(who).get(&format!("contracts/{id}/objections")).status;
    assert_eq!(["contractor", "finance-pay", "station", "contractor-2"].map(seen), [200, 200, 200, 404]);
    assert_eq!(answer(test, "justice-leader", &objection, "decide").status, 404);
    assert_eq!(answer(test, "justice-leader", "nothing", "uphold").status, 404);
}

fn nobody_answers_about_their_own_decision(test: &TestApp) {
    let id = midyear(test);
    // The officer who inspected, scored and recorded also has the leader's role, and a deputy in it.
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    deputed(test, "justice-2", "justice", Role::Leader);
    for (against, subject) in
        [("breach", "LEAK/2026-05-LEAK"), ("decision", "VISIT-H1/1"), ("score", "MIDYEAR"), ("deduction", "MIDYEAR")]
    {
        let objection = raised(test, &id, (against, subject));
        for who in ["justice", "justice-2"] {
            let refused = answer(test, who, &objection, "reject").expect_status(403);
            assert_eq!(refused["type"], "/problems/self-approval", "{against} by {who}");
        }
        assert_eq!(listed(test, &id).last().expect("one")["state"], "open");
        answer(test, "justice-leader", &objection, "reject").expect_status(200);
    }
    assert!(!letters_of(test, "objection-waiting").contains(&"justice@luyue.test".to_owned()));
}

fn finance_answers_about_scores_alone(test: &TestApp) {
    let id = midyear(test);
    for (against, subject) in THINGS {
        let objection = raised(test, &id, (against, subject));
        let status = if against == "score" { 200 } else { 403 };
        assert_eq!(answer(test, "finance-approve", &objection, "reject").status, status, "{against}");
    }
}

fn an_answer_needs_a_reason_and_is_final(test: &TestApp) {
    let id = midyear(test);
    let objection = raised(test, &id, ("decision", "VISIT-H1/1"));
    for body in [json!({}), json!({"reason": " "})] {
        for name in ["uphold", "reject"] {
            let path = format!("objections/{objection}/actions/{name}");
            assert_eq!(test.by("justice-leader").post(&path, &body).expect_status(422)["rule"], "reason");
        }
    }
    answer(test, "justice-leader", &objection, "uphold").expect_status(200);
    for name in ["uphold", "reject"] {
        assert_eq!(answer(test, "justice-leader", &objection, name).status, 409);
    }
}

fn an_open_objection_keeps_the_contract_open(test: &TestApp) {
    let id = advance(test);
    paid(test, &id, "ADVANCE");
    incident(test, &id, &json!({"id": "I-1", "clause": "LEAK", "note": ""}));
    let objection = raised(test, &id, ("breach", "LEAK/I-1"));
    let act = |who: &str, name: &str| {
        test.by(who).post(&format!("contracts/{id}/actions/{name}"), &json!({"reason": "停止服务"}))
    };
    act("justice-leader", "terminate").expect_status(200);
    act("finance-review", "consent").expect_status(200);
    assert_eq!(tasks_of(test, "finance-approve").len(), 1, "it is answered while the contract is settled");
    let refused = act("finance-review", "close").expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("close"), &json!(format!("open.objection.{objection}")))
    );
    answer(test, "finance-approve", &objection, "reject").expect_status(200);
    let write_off = json!({"amount": "20000.00", "reason": "无财产可供执行"});
    let proposed = test.by("justice").post(&format!("contracts/{id}/recoveries/write-offs"), &write_off);
    let grant = format!("recoveries/{}/actions/grant", id_of(&proposed.expect_status(201)));
    test.by("finance-approve").post(&grant, &json!({})).expect_status(200);
    act("finance-review", "close").expect_status(200);
    assert_eq!(
        raise(test, "contractor", &id, &about("breach", "LEAK/I-1")).status,
        409,
        "nothing can be corrected now"
    );
}

fn the_same_key_objects_once(test: &TestApp) {
    let id = midyear(test);
    let contractor = test.by("contractor").with("Idempotency-Key", "one-objection");
    let path = format!("contracts/{id}/objections");
    let first = contractor.post(&path, &about("score", "MIDYEAR")).expect_status(201);
    let second = contractor.post(&path, &about("score", "MIDYEAR")).expect_status(201);
    assert_eq!(first, second);
    assert_eq!(listed(test, &id).len(), 1);
}
