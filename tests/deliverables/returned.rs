//! A returned submission: the contractor's work list says why and by whom, and the form proposes what was submitted.

use luyue::domain::codes::FactKind;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{acceptance, running, submissions, submit};
use crate::on_sqlite_first;
use crate::payments::setup::{id_of, last};
use crate::support::app::TestApp;
use crate::support::visitor::{Page, Visitor};

on_sqlite_first! {
    a_returned_submission_says_why_and_comes_back
    a_return_for_the_missing_part_stands_beside_partial_acceptance
    an_acceptance_on_the_day_of_an_extension_says_to_wait_a_day
}

/// Returns the contractor's task to submit the first deliverable.
fn task(test: &TestApp) -> Value {
    let list = test.by("contractor").get("worklist").expect_status(200);
    let mut tasks = list["items"].as_array().expect("a list").iter();
    let is_it = |task: &&Value| task["kind"] == "deliver" && task["subject"] == "VISIT-H1";
    tasks.find(is_it).cloned().unwrap_or_default()
}

/// Returns the last day to put the first deliverable right, as the contractor reads it.
fn cure_until(test: &TestApp, contract: &str) -> Value {
    let listed = test.by("contractor").get(&format!("{contract}/deliverables")).expect_status(200);
    listed["items"][0]["cure_until"].clone()
}

fn a_returned_submission_says_why_and_comes_back(test: &TestApp) {
    let contract = running(test);
    assert_eq!((&task(test)["returned"], &task(test)["returned_by"]), (&Value::Null, &Value::Null));
    let report = pdf("半年报告".as_bytes());
    let fields = [("quantity", "580"), ("note", "缺两处签到表，另报")];
    let path = submissions(&contract);
    test.by("contractor").upload(&path, &fields, &[("半年报告.pdf", &report)]).expect_status(201);
    let rejection = json!({"decision": "rejected", "note": "请补签到表", "members": []});
    test.by("justice").post(&format!("{path}/1/decision"), &rejection).expect_status(200);
    assert_eq!((&task(test)["returned"], &task(test)["returned_by"]), (&json!("请补签到表"), &json!("justice")));
    let contractor = Visitor::signed_in(test, "contractor");
    let work = contractor.get("/work").expect_status(200);
    assert!(work.texts(".work__contract .late").iter().any(|words| words.contains("请补签到表")), "{}", work.text);
    let form = contractor.get(&format!("/{contract}/act/submission?subject=VISIT-H1")).expect_status(200);
    assert_eq!(cure_until(test, &contract), "2026-07-06", "five days, to a working day");
    for shown in ["请补签到表", "justice", "2026-07-06", "半年报告.pdf", "value=\"580\"", "缺两处签到表，另报"]
    {
        assert!(form.text.contains(shown), "{shown}: {}", form.text);
    }
    // The contract's page and the notice name the same day, and the notice the reason, in its first paragraph.
    let page = contractor.get(&format!("/{contract}")).expect_status(200);
    assert!(page.text.contains("整改期至 2026-07-06（周一），期内重新提交的，整改期内不计逾期"), "{}", page.text);
    let notices = contractor.get("/notices").expect_status(200);
    let told = notices.texts("td .soft").into_iter().find(|told| told.contains("未通过履约验收")).expect("the notice");
    assert!(told.contains("于2026年7月6日前重新提交") && told.contains("退回原因：请补签到表"), "{told}");
    let other = contractor.get(&format!("/{contract}/act/submission?subject=EDU-H1")).expect_status(200);
    assert!(!other.text.contains("退回理由"), "{}", other.text);
    // A decision that was reversed returned nothing.
    let seq = last(test, FactKind::Decision);
    let asked = test.by("justice").post(&format!("{contract}/reversals"), &json!({"seq": seq, "reason": "误录"}));
    let grant = format!("reversals/{}/actions/grant", id_of(&asked.expect_status(201)));
    test.by("justice-leader").post(&grant, &json!({})).expect_status(200);
    assert_eq!(task(test), Value::Null, "it waits for its inspection");
    let again = json!({"decision": "rejected", "note": "签到表不全"});
    test.by("justice").post(&format!("{path}/1/decision"), &again).expect_status(200);
    assert_eq!(task(test)["returned"], "签到表不全");
    // The time to put it right goes on after the due day, and ends with the next submission.
    test.at("2026-07-02", 9);
    assert_eq!(cure_until(test, &contract), "2026-07-06");
    assert_eq!(task(test)["due_on"], "2026-07-06", "no delay is counted until then");
    let complete = pdf("签到表齐全".as_bytes());
    test.by("contractor").upload(&path, &fields, &[("半年报告.pdf", &complete)]).expect_status(201);
    test.by("justice").post(&format!("{path}/2/decision"), &rejection).expect_status(200);
    assert_eq!(cure_until(test, &contract), Value::Null);
    assert_eq!(task(test)["due_on"], "2026-06-30", "the second return gives no more time");
}

fn a_return_for_the_missing_part_stands_beside_partial_acceptance(test: &TestApp) {
    let contract = running(test);
    submit(test, &contract, "400");
    let officer = Visitor::signed_in(test, "justice");
    let path = format!("/{contract}/act/decision");
    let shown = format!("{path}?subject=VISIT-H1&no=1");
    let page = officer.get(&shown).expect_status(200);
    assert!(page.text.contains("还缺 200 次") && page.text.contains("2026-06-30"), "{}", page.text);
    let cells = |page: &Page| page.texts("[aria-labelledby=choices] tbody td");
    let found = cells(&page);
    let penalty = ["0.00", "15,000.00", "0.00"].map(str::to_owned);
    assert!(found.windows(3).any(|row| row == penalty), "half of the price of what is short: {found:?}");
    let states = ["待验收", "部分通过", "退回整改"].map(str::to_owned);
    assert!(found.windows(3).any(|row| row == states), "{found:?}");
    // What was typed counts, also while the form has faults.
    let typed = [("subject", "VISIT-H1"), ("no", "1"), ("decision", "partial"), ("quantity", "300"), ("note", "")];
    let again = officer.post_from(&shown, &path, &typed);
    assert!(cells(&again).contains(&"22,500.00".to_owned()), "{}", again.text);
    // Nothing is missing, or the day has passed.
    let whole = [("subject", "VISIT-H1"), ("no", "1"), ("decision", "accepted"), ("quantity", "600")];
    assert!(!officer.post_from(&shown, &path, &whole).has("#choices"));
    test.at("2026-07-01", 9);
    assert!(!Visitor::signed_in(test, "justice").get(&shown).expect_status(200).has("#choices"));
}

fn an_acceptance_on_the_day_of_an_extension_says_to_wait_a_day(test: &TestApp) {
    let contract = running(test);
    let extension = json!({"deliverable": "VISIT-H1", "days": 5, "reason": "汛期"});
    let asked = test.by("justice").post(&format!("{contract}/extensions"), &extension).expect_status(201);
    let grant = format!("extensions/{}/actions/grant", id_of(&asked));
    test.by("justice-leader").post(&grant, &json!({})).expect_status(200);
    submit(test, &contract, "600");
    let path = format!("{}/1/decision", submissions(&contract));
    // It is said before anything is filled in: through the API, on the form, and where many are inspected.
    let accept_from = || {
        let listed = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200);
        listed["items"][0]["accept_from"].clone()
    };
    assert_eq!(accept_from(), "2026-06-30");
    let officer = Visitor::signed_in(test, "justice");
    let form = officer.get(&format!("/{contract}/act/decision?subject=VISIT-H1&no=1")).expect_status(200);
    assert!(form.text_of(".checks .fails").contains("2026-06-30（周二）起方可验收通过"), "{}", form.text);
    let many = officer.get(&format!("/{contract}/decisions")).expect_status(200);
    assert_eq!(many.attr("[id='do.VISIT-H1.1'] option[selected]", "value"), "leave", "{}", many.text);
    let accept = || test.by("justice").with("Accept-Language", "zh-CN").post(&path, &acceptance("600"));
    let refused = accept().expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("acceptance-before-extension"), &json!("on"))
    );
    assert!(refused["errors"][0]["message"].as_str().is_some_and(|words| words.contains("次日")), "{refused}");
    test.at("2026-06-30", 9);
    assert_eq!(accept_from(), Value::Null);
    accept().expect_status(200);
}
