//! The way of an amendment that everyone agrees to, and the ways on which it ends before.

use luyue::domain::codes::Role;
use luyue::services::contracts::due_changes::refresh_due_contracts;
use serde_json::{Value, json};

use crate::amendments::setup::{
    EFFECTIVE_ON, act, assert_clean, body, listed, propose, proposed, running, terms, through, with_due_day,
    with_lessons,
};
use crate::on_sqlite_first;
use crate::payments::setup::{deputed, letters_of, seated};
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;

on_sqlite_first! {
    a_supplement_is_funded_and_comes_into_force
    other_dates_need_no_money
    cancelled_parts_leave_the_commitment
    a_person_in_charge_changes_without_new_terms
    each_step_waits_in_the_list_of_whoever_takes_it
    nobody_takes_two_steps
    an_amendment_is_withdrawn_or_refused
    the_same_key_proposes_once
}

fn task_of(test: &TestApp, who: &str) -> Option<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let kinds = list["items"].as_array().expect("a list").iter().filter_map(|task| task["kind"].as_str());
    kinds.map(ToOwned::to_owned).find(|kind| kind.ends_with("_amendment"))
}

fn a_supplement_is_funded_and_comes_into_force(test: &TestApp) {
    let id = running(test);
    let signed = terms(test, &id, "2026-01-13");
    let reply = propose(test, &id, &body(&with_lessons(signed, 500), "supplement"));
    assert!(!reply.header("etag").is_empty());
    let answer = reply.expect_status(201);
    assert_eq!((&answer["state"], &answer["in_force_would"]), (&json!("proposed"), &json!(true)));
    let names: Vec<&str> =
        answer["changes"].as_array().expect("changes").iter().filter_map(|c| c["term"].as_str()).collect();
    assert_eq!(names, ["Quantity", "Term of service", "Payment"], "{answer}");
    let effect = |name: &str| {
        let effects = answer["effects"].as_array().expect("effects");
        let found = effects.iter().find(|effect| effect["name"] == name).unwrap_or_else(|| panic!("{name}: {answer}"));
        (
            found["before"].as_str().unwrap_or_default().to_owned(),
            found["after"].as_str().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(effect("Amount of the contract (yuan)"), ("468,000.00".to_owned(), "483,000.00".to_owned()));
    assert_eq!(effect("Free in the appropriation (yuan)"), ("132,000.00".to_owned(), "117,000.00".to_owned()));
    let last_year = effect("Falling due in 2027 as agreed · Payable");
    assert_eq!(last_year, ("187,200.00".to_owned(), "202,200.00".to_owned()));
    assert_eq!(effect("尾款 · Gross"), ("187,200.00".to_owned(), "202,200.00".to_owned()));
    let amendment = answer["id"].as_str().expect("an id").to_owned();
    assert_eq!(through(test, &amendment, 2), "approved");
    let committed = || {
        let list = test.by("finance-review").get("appropriations?year=2026").expect_status(200);
        list["items"][0]["committed"].clone()
    };
    assert_eq!(committed(), "468000.00");
    let done = act(test, "finance-review", &amendment, "fund", &json!({})).expect_status(200);
    assert_eq!((&done["state"], &done["in_force_would"]), (&json!("agreed"), &json!(true)));
    assert_eq!(committed(), "483000.00");
    assert_eq!(terms(test, &id, "2026-02-01")["amount"], "468000.00");
    assert_eq!(terms(test, &id, EFFECTIVE_ON)["amount"], "483000.00");
    let view = &listed(test, &id)[0];
    assert_eq!(
        (&view["terms_version"], &view["next"], &view["ground"]),
        (&json!(2), &Value::Null, &json!("supplement"))
    );
    let steps: Vec<&str> =
        view["steps"].as_array().expect("steps").iter().filter_map(|step| step["step"].as_str()).collect();
    assert_eq!(steps, ["propose", "consent", "approve", "fund"]);
    assert_clean(test);
    let announce = |on: &str| test.by("justice").post(&format!("contracts/{id}/actions/publish"), &json!({"on": on}));
    announce("2026-01-06").expect_status(200);
    assert_eq!(announce("2026-01-13").status, 409, "the contract is announced");
    test.at(EFFECTIVE_ON, 9);
    while refresh_due_contracts(&test.app).expect("the job runs") > 0 {}
    // An amendment in force is announced as well (实施条例 50), within two working days.
    let list = test.by("justice").get("worklist").expect_status(200);
    let tasks = || list["items"].as_array().expect("a list").iter();
    let due = tasks().find(|task| task["kind"] == "publish").map(|task| task["due_on"].clone());
    assert_eq!(due, Some(json!("2026-02-04")));
    assert_eq!(announce("2026-02-01").expect_status(422)["rule"], "publish-2wd");
    announce(EFFECTIVE_ON).expect_status(200);
    assert_eq!(announce(EFFECTIVE_ON).status, 409);
    let list = test.by("justice").get("worklist").expect_status(200);
    assert!(list["items"].as_array().expect("a list").iter().all(|task| task["kind"] != "publish"), "{list}");
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    assert_eq!(standing["amendments"], json!([{"effective_on": EFFECTIVE_ON, "in_force": true}]));
    assert_eq!(standing["milestones"][2]["gross"], "202200.00");
    assert_clean(test);
}

fn other_dates_need_no_money(test: &TestApp) {
    let id = running(test);
    let moved = with_due_day(terms(test, &id, "2026-01-13"), "2026-11-16");
    let amendment = proposed(test, &id, &body(&moved, "schedule"));
    assert_eq!(through(test, &amendment, 2), "agreed", "the leader's consent is the last");
    let refused = act(test, "finance-review", &amendment, "fund", &json!({})).expect_status(409);
    assert_eq!(refused["type"], "/problems/amendment-wrong-state");
    assert_eq!(terms(test, &id, EFFECTIVE_ON)["deliverables"][3]["due_on"], "2026-11-16");
    assert_clean(test);
}

fn cancelled_parts_leave_the_commitment(test: &TestApp) {
    let id = running(test);
    let less = with_lessons(terms(test, &id, "2026-01-13"), -800);
    let amendment = proposed(test, &id, &body(&less, "reduction"));
    assert_eq!(through(test, &amendment, 2), "agreed");
    assert_clean(test);
    // Back to the signed amount: it grows again, but no more is committed than before.
    let back = json!({"effective_on": "2026-02-03", "terms": terms(test, &id, "2026-01-13"), "reason": "恢复",
        "ground": "supplement"});
    let amendment = proposed(test, &id, &back);
    assert_eq!(through(test, &amendment, 3), "agreed");
    let list = test.by("finance-review").get("appropriations?year=2026").expect_status(200);
    assert_eq!(list["items"][0]["committed"], "468000.00");
    assert_clean(test);
}

fn a_person_in_charge_changes_without_new_terms(test: &TestApp) {
    let id = running(test);
    let found = test.by("justice").get(&format!("contracts/{id}/terms")).expect_status(200);
    let mut details = found["details"].clone();
    details["notes"] = json!("项目负责人变更为李强。");
    let mut input = body(&found["terms"], "parties");
    assert_eq!(propose(test, &id, &input).expect_status(422)["errors"][0]["path"], "ground", "nothing changes");
    input["details"] = details;
    let answer = propose(test, &id, &input).expect_status(201);
    assert_eq!(answer["changes"][0]["after"], json!(["项目负责人变更为李强。"]));
    assert_eq!(through(test, answer["id"].as_str().expect("an id"), 2), "agreed");
    let now = test.by("contractor").get(&format!("contracts/{id}/terms?on={EFFECTIVE_ON}")).expect_status(200);
    assert_eq!(now["details"]["notes"], "项目负责人变更为李强。");
    assert_clean(test);
}

fn each_step_waits_in_the_list_of_whoever_takes_it(test: &TestApp) {
    let id = running(test);
    let more = with_lessons(terms(test, &id, "2026-01-13"), 100);
    let amendment = proposed(test, &id, &body(&more, "supplement"));
    for (step, who, kind) in [
        (0, "contractor", "consent_amendment"),
        (1, "justice-leader", "approve_amendment"),
        (2, "finance-review", "fund_amendment"),
    ] {
        assert_eq!(task_of(test, who).as_deref(), Some(kind));
        assert_eq!(letters_of(test, "amendment-waiting").len(), step + 1);
        assert!(letters_of(test, "amendment-waiting").contains(&format!("{who}@luyue.test")));
        let (name, who) = crate::amendments::setup::STEPS[step];
        act(test, who, &amendment, name, &json!({})).expect_status(200);
        assert_eq!(task_of(test, who), None, "{who} is done");
    }
    assert!(letters_of(test, "amendment-ended").contains(&"contractor@luyue.test".to_owned()));
    let history =
        test.by("audit").get(&format!("events?contract={}", crate::payments::setup::NUMBER)).expect_status(200);
    let actions: Vec<&str> =
        history["items"].as_array().expect("events").iter().filter_map(|e| e["action"].as_str()).collect();
    for action in ["amendments.propose", "amendments.consent", "amendments.approve", "amendments.fund"] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
}

fn nobody_takes_two_steps(test: &TestApp) {
    let id = running(test);
    let moved = with_due_day(terms(test, &id, "2026-01-13"), "2026-11-16");
    let amendment = proposed(test, &id, &body(&moved, "schedule"));
    let early = act(test, "justice-leader", &amendment, "approve", &json!({})).expect_status(409);
    assert_eq!(early["type"], "/problems/amendment-wrong-state");
    through(test, &amendment, 1);
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    deputed(test, "justice-2", "justice", Role::Leader);
    for who in ["justice", "justice-2"] {
        let refused = act(test, who, &amendment, "approve", &json!({})).expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    for (who, status) in [("contractor", 403), ("finance-review", 403), ("contractor-2", 403), ("other-leader", 404)] {
        assert_eq!(act(test, who, &amendment, "approve", &json!({})).status, status, "{who}");
    }
    assert_eq!(act(test, "justice-leader", &amendment, "annul", &json!({})).status, 404);
    assert_eq!(act(test, "justice-leader", "nothing", "approve", &json!({})).status, 404);
    act(test, "justice-leader", &amendment, "approve", &json!({})).expect_status(200);
}

fn an_amendment_is_withdrawn_or_refused(test: &TestApp) {
    let id = running(test);
    let signed = terms(test, &id, "2026-01-13");
    for (steps, who, name) in [
        (0, "justice", "withdraw"),
        (0, "contractor", "refuse"),
        (1, "justice-leader", "refuse"),
        (1, "justice-2", "withdraw"),
        (2, "finance-review", "refuse"),
    ] {
        let amendment = proposed(test, &id, &body(&with_lessons(signed.clone(), 100), "supplement"));
        through(test, &amendment, steps);
        if name == "refuse" {
            assert_eq!(act(test, who, &amendment, name, &json!({})).expect_status(422)["rule"], "reason");
        }
        let ended = act(test, who, &amendment, name, &json!({"reason": "再议"})).expect_status(200);
        let state = if name == "refuse" { "refused" } else { "withdrawn" };
        assert_eq!((&ended["state"], &ended["in_force_would"]), (&json!(state), &json!(false)), "{who}");
        for (name, who) in crate::amendments::setup::STEPS {
            assert_eq!(act(test, who, &amendment, name, &json!({})).status, 409, "{who} after {state}");
        }
    }
    assert_eq!(terms(test, &id, EFFECTIVE_ON), signed);
    assert_eq!(listed(test, &id).len(), 5);
    assert_clean(test);
}

fn the_same_key_proposes_once(test: &TestApp) {
    let id = running(test);
    let input = body(&with_due_day(terms(test, &id, "2026-01-13"), "2026-11-16"), "schedule");
    let path = format!("contracts/{id}/amendments");
    let once = || test.by("justice").with("Idempotency-Key", "once").post(&path, &input).expect_status(201);
    assert_eq!(once(), once());
    let again = propose(test, &id, &input).expect_status(409);
    assert_eq!(again["type"], "/problems/amendment-repeated");
    let first = listed(test, &id)[0]["id"].as_str().expect("an id").to_owned();
    let address = format!("/contracts/{id}/amendments/{first}");
    assert_eq!(again["conflict"]["address"], address, "it leads to the first");
    assert_eq!(Visitor::signed_in(test, "justice").get(&address).status, 200);
    assert_eq!(listed(test, &id).len(), 1);
}
