//! Rosters: workers by name with the purchaser's consent, the headcount that follows, certificates that lapse.

use serde_json::{Value, json};

use crate::payments::setup::{NUMBER, advance, id_of, letters_of};
use crate::records::setup::{act as record_act, entered, listed, row, with as row_with};
use crate::registry::{column, leads_to_row};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::checked::unsealed_differences;
use crate::support::programme;
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    no_one_takes_a_place_without_consent
    a_worker_is_proposed_once
    a_worker_who_awaits_consent_is_taken_back
    a_certificate_that_lapses_warns_both_sides
    a_roster_is_filtered_by_contract_and_name
    a_record_is_compared_with_the_roster
}

on_sqlite_first! {
    the_purchaser_consents_to_workers_and_they_are_counted
    a_worker_who_cannot_be_assigned_is_refused
    a_roster_is_agreed_on_the_page
}

/// Returns a social worker, as a contractor proposes them.
pub fn worker(contract: &str, name: &str) -> Value {
    json!({"contract": contract, "name": name, "role": "social_worker", "from_on": "2026-01-05"})
}

/// Returns a social worker of the contract with other values.
fn with(name: &str, values: &Value) -> Value {
    let mut body = worker(NUMBER, name);
    for (field, value) in values.as_object().expect("an object") {
        body[field] = value.clone();
    }
    body
}

fn propose(test: &TestApp, who: &str, body: &Value) -> Reply {
    test.by(who).post("workers", body)
}

fn act(test: &TestApp, who: &str, id: &str, name: &str) -> Reply {
    test.by(who).post(&format!("workers/{id}/actions/{name}"), &json!({"reason": "另有安排"}))
}

/// Proposes a worker and consents.
fn agreed(test: &TestApp, body: &Value) -> String {
    let id = id_of(&propose(test, "contractor", body).expect_status(201));
    act(test, "justice", &id, "approve").expect_status(200);
    id
}

fn staffing(test: &TestApp, contract: &str, month: &str) -> Value {
    test.by("audit").get(&format!("contracts/{contract}/staffing?month={month}")).expect_status(200)
}

/// Returns the last day of a worker's assignment.
fn until(test: &TestApp, id: &str) -> Value {
    let list = test.by("audit").get("workers").expect_status(200);
    let items = list["items"].as_array().expect("a list");
    items.iter().find(|worker| worker["id"] == id).expect("the worker")["until_on"].clone()
}

fn the_purchaser_consents_to_workers_and_they_are_counted(test: &TestApp) {
    let contract = advance(test);
    let before = test.by("audit").get(&format!("contracts/{contract}/standing")).expect_status(200);
    for who in ["justice", "station", "finance-review"] {
        assert_eq!(propose(test, who, &worker(NUMBER, "林晓东")).status, 403, "{who}");
    }
    let id = id_of(&propose(test, "contractor", &worker(NUMBER, "林晓东")).expect_status(201));
    assert_eq!(staffing(test, &contract, "2026-01")["workers"], 0, "without consent no one is counted");
    for (who, status) in [("contractor", 403), ("justice-leader", 403), ("other-justice", 404)] {
        assert_eq!(act(test, who, &id, "approve").status, status, "{who}");
    }
    act(test, "justice", &id, "approve").expect_status(200);
    let again = act(test, "justice", &id, "refuse").expect_status(409);
    leads_to_row(test, &again, ("justice", "workers", &id));
    let lapses = json!({"certificate": "社工 2020-7", "certificate_until": "2026-01-12"});
    agreed(test, &with("周雯", &lapses));
    let counsellor = json!({"role": "counsellor", "certificate": "心理咨询师 2022-118"});
    agreed(test, &with("许静", &counsellor));
    agreed(test, &with("何佳", &json!({"from_on": "2026-02-02"})));
    let january = staffing(test, &contract, "2026-01");
    assert_eq!((&january["workers"], &january["lapsed"]), (&json!(1), &json!(1)), "{january}");
    assert_eq!((&january["on"], &january["clients_at_most"]), (&json!("2026-01-13"), &json!(20)));
    let headcount = json!({"month": "2026-01", "clients": 41, "workers": 3});
    test.by("justice").post(&format!("contracts/{contract}/headcounts"), &headcount).expect_status(201);
    let january = staffing(test, &contract, "2026-01");
    assert_eq!((&january["recorded_workers"], &january["short"]), (&json!(3), &json!(2)), "{january}");
    test.at("2026-02-03", 9);
    assert_eq!(staffing(test, &contract, "2026-02")["workers"], 2);
    assert_eq!(test.by("audit").get(&format!("contracts/{contract}/staffing?month=2026-13")).status, 400);
    let standing = test.by("audit").get(&format!("contracts/{contract}/standing?as_of=2026-01-13"));
    assert_eq!(standing.expect_status(200)["breaches"], before["breaches"], "only the recorded headcount is judged");
    for (who, seen) in [("contractor", 4), ("audit", 4), ("contractor-2", 0), ("other-justice", 0)] {
        assert_eq!(column(&test.by(who).get("workers").expect_status(200), "name").len(), seen, "{who}");
    }
    assert_eq!(differences(test), []);
}

fn no_one_takes_a_place_without_consent(test: &TestApp) {
    let contract = advance(test);
    let first = agreed(test, &worker(NUMBER, "林晓东"));
    let replacing = with("周雯", &json!({"replaces": "林晓东", "reason": "产假", "from_on": "2026-02-02"}));
    let refused = id_of(&propose(test, "contractor", &replacing).expect_status(201));
    act(test, "justice", &refused, "refuse").expect_status(200);
    assert_eq!(until(test, &first), Value::Null);
    let second = id_of(&propose(test, "contractor", &replacing).expect_status(201));
    let other = with("何佳", &json!({"replaces": "林晓东", "reason": "产假", "from_on": "2026-02-02"}));
    let again = propose(test, "contractor", &other).expect_status(409);
    leads_to_row(test, &again, ("contractor", "workers", &second));
    assert_eq!(until(test, &first), Value::Null, "a proposal alone replaces no one");
    act(test, "justice", &second, "approve").expect_status(200);
    assert_eq!(until(test, &first), "2026-02-01");
    test.at("2026-02-03", 9);
    assert_eq!(staffing(test, &contract, "2026-02")["workers"], 1);
    // A renewed certificate replaces the same person.
    let renewed = json!({"replaces": "周雯", "reason": "换证", "from_on": "2026-02-04", "certificate": "社工 2026-1",
        "certificate_until": "2029-02-03"});
    agreed(test, &with("周雯", &renewed));
    assert_eq!(until(test, &second), "2026-02-03");
    // Only the contractor knows that a worker has left.
    test.at("2026-02-05", 9);
    let third = agreed(test, &with("何佳", &json!({"from_on": "2026-02-05"})));
    assert_eq!(act(test, "justice", &third, "leave").status, 403);
    let leave = format!("workers/{third}/actions/leave");
    let told = test.by("contractor").post(&leave, &json!({"reason": "身份证 11010519491231002X"})).expect_status(422);
    assert_eq!(told["errors"][0]["path"], "reason", "{told}");
    act(test, "contractor", &third, "leave").expect_status(200);
    assert_eq!(until(test, &third), "2026-02-05");
    assert_eq!(act(test, "contractor", &third, "leave").status, 409);
    assert_eq!(act(test, "justice", &third, "return").status, 404, "there is no such step");
    assert_eq!(differences(test), []);
}

fn a_worker_who_cannot_be_assigned_is_refused(test: &TestApp) {
    advance(test);
    agreed(test, &worker(NUMBER, "林晓东"));
    for (values, path) in [
        (json!({"contract": "没有"}), "contract"),
        (json!({"name": " "}), "name"),
        (json!({"certificate": "11010519491231002X"}), "certificate"),
        (json!({"certificate_until": "2026-06-30"}), "certificate"),
        (json!({"certificate": "社工 1", "certificate_until": "2026-01-04"}), "certificate_until"),
        (json!({"role": "counsellor"}), "certificate"),
        (json!({"until_on": "2026-01-04"}), "until_on"),
        (json!({"from_on": "2025-12-31"}), "from_on"),
        (json!({"until_on": "2031-01-01"}), "until_on"),
        (json!({"replaces": "林晓东", "from_on": "2026-02-02"}), "reason"),
        (json!({"replaces": "没有", "reason": "产假", "from_on": "2026-02-02"}), "replaces"),
        (json!({"replaces": "林晓东", "reason": "产假"}), "replaces"),
    ] {
        let refused = propose(test, "contractor", &with("周雯", &values)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{values}: {refused}");
    }
    assert_eq!(propose(test, "contractor", &with("周雯", &json!({"role": "boss"}))).status, 400);
    assert_eq!(propose(test, "contractor-2", &worker(NUMBER, "周雯")).status, 422, "it knows of no such contract");
    assert_eq!(differences(test), []);
}

fn a_worker_is_proposed_once(test: &TestApp) {
    advance(test);
    let answers = race(4, |_| propose(test, "contractor", &worker(NUMBER, "林晓东")).status);
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [201, 409].contains(status)), "{answers:?}");
    // The same name for other days is another assignment.
    let earlier = with("周雯", &json!({"until_on": "2026-01-30"}));
    propose(test, "contractor", &earlier).expect_status(201);
    propose(test, "contractor", &with("周雯", &json!({"from_on": "2026-02-02"}))).expect_status(201);
    assert_eq!(propose(test, "contractor", &with(" 周雯", &json!({"from_on": "2026-01-30"}))).status, 409);
    assert_eq!(differences(test), []);
}

fn a_worker_who_awaits_consent_is_taken_back(test: &TestApp) {
    let contract = advance(test);
    let id = id_of(&propose(test, "contractor", &worker(NUMBER, "林晓东")).expect_status(201));
    for (who, status) in [("justice", 403), ("contractor-2", 404)] {
        assert_eq!(act(test, who, &id, "recall").status, status, "{who}");
    }
    assert_eq!(act(test, "contractor", &id, "recall").expect_status(200)["state"], "recalled");
    let decided = act(test, "justice", &id, "approve").expect_status(409);
    leads_to_row(test, &decided, ("justice", "workers", &id));
    assert_eq!(staffing(test, &contract, "2026-01")["workers"], 0);
    // The same worker is proposed again; of consent and recall at once, one takes effect.
    let again = id_of(&propose(test, "contractor", &worker(NUMBER, "林晓东")).expect_status(201));
    let both = [("contractor", "recall"), ("justice", "approve")];
    let answers = race(2, |racer| act(test, both[racer].0, &again, both[racer].1).status);
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [200, 409].contains(status)), "{answers:?}");
    assert_eq!(differences(test), []);
}

fn a_certificate_that_lapses_warns_both_sides(test: &TestApp) {
    advance(test);
    let until = |name: &str, day: &str| with(name, &json!({"certificate": "社工 2020-7", "certificate_until": day}));
    let id = agreed(test, &until("林晓东", "2026-02-13"));
    id_of(&propose(test, "contractor", &until("周雯", "2026-02-11")).expect_status(201));
    let gone = agreed(test, &until("何佳", "2026-02-16"));
    act(test, "contractor", &gone, "leave").expect_status(200);
    let warned = || {
        luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
        letters_of(test, "certificate-lapsing")
    };
    assert_eq!(warned(), [] as [String; 0], "31 days are left");
    test.at("2026-01-14", 9);
    let first = warned();
    let both = ["contractor@luyue.test", "justice@luyue.test"];
    assert!(both.iter().all(|who| first.iter().any(|one| one == who)), "{first:?}");
    assert_eq!(warned(), first, "once");
    test.at("2026-02-13", 9);
    assert_eq!(warned(), first, "it is valid on its last day");
    test.at("2026-02-16", 9);
    assert_eq!(warned().len(), 2 * first.len(), "it has lapsed");
    test.at("2026-03-16", 9);
    assert_eq!(warned().len(), 2 * first.len());
    let page = Visitor::signed_in(test, "contractor").get(&format!("/registers/workers?at={id}")).expect_status(200);
    assert!(page.text.contains("已于 2026-02-13 到期"), "{}", page.text);
    assert_eq!(differences(test), []);
}

fn a_roster_is_agreed_on_the_page(test: &TestApp) {
    let contract = advance(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let of_contract = format!("/registers/workers?number={NUMBER}");
    let path = "/registers/workers".to_owned();
    contractor.get(&format!("/contracts/{contract}")).expect_status(200).dom_link(&of_contract);
    let empty = contractor.post_from(
        &path,
        &path,
        &[("contract", ""), ("name", ""), ("role", "social_worker"), ("from_on", "")],
    );
    assert_eq!(empty.expect_status(400).texts(".govuk-error-summary li").len(), 3);
    let typed = [("contract", NUMBER), ("name", "林晓东"), ("role", "social_worker"), ("from_on", "2026-01-12")];
    contractor.post_from(&path, &path, &typed).expect_status(303);
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&path).expect_status(200);
    assert!(page.text.contains("林晓东") && page.text.contains("待同意"), "{}", page.text);
    for (query, shown) in [("number=", true), ("named=%E6%99%93", true), ("named=%E5%91%A8", false)] {
        let filtered = officer.get(&format!("{path}?{query}")).expect_status(200);
        assert_eq!(filtered.text_of("main").contains("林晓东"), shown, "{query}: {}", filtered.text);
        assert_eq!(filtered.text.contains("没有符合条件的记录"), !shown, "{query}");
    }
    let unknown = officer.get(&format!("{path}?number=XX-9&named=a")).expect_status(200);
    assert!(unknown.text_of("#number-error").contains("没有这个编号的合同"), "{}", unknown.text);
    assert_eq!(unknown.attr("#named", "value"), "a", "what was typed stays");
    assert_eq!(page.form_ending("/approve").send(&officer, "").status, 303);
    let act = officer.get(&format!("/contracts/{contract}/act/headcount")).expect_status(200);
    assert_eq!(act.attr("#workers", "value"), "", "what is typed stays the officer's");
    let hint = act.text_of("#workers-hint");
    assert!(hint.contains("1 人") && hint.contains("20 名服务对象") && !hint.contains("未计入"), "{hint}");
    let page = contractor.get(&path).expect_status(200);
    let refused = page.form_ending("/leave").send(&contractor, "");
    assert_eq!(refused.status, 422, "a reason is missing");
    let left = refused.form_ending("/leave").with(&[("reason", "离职")]).send(&contractor, "");
    let left = contractor.get(&left.location).expect_status(200);
    assert!(left.text.contains("已登记离岗") && left.text.contains("离岗：离职"), "{}", left.text);
    // One who awaits consent is taken back, and a refusal says why.
    for name in ["周雯", "何佳"] {
        propose(test, "contractor", &worker(NUMBER, name)).expect_status(201);
    }
    let recalled = contractor.get(&path).expect_status(200).form_ending("/recall").send(&contractor, "");
    assert!(contractor.get(&recalled.location).expect_status(200).text.contains("已收回"), "{}", recalled.text);
    let refusing = officer.get(&path).expect_status(200).form_ending("/refuse").with(&[("reason", "无证上岗")]);
    assert_eq!(refusing.send(&officer, "").status, 303);
    let page = contractor.get(&path).expect_status(200);
    assert!(page.text.contains("不同意：无证上岗") && !page.text.contains("/recall"), "{}", page.text);
    let list = test.by("contractor").get("workers").expect_status(200);
    let reasons: Vec<&Value> = list["items"].as_array().expect("a list").iter().map(|one| &one["end_reason"]).collect();
    assert_eq!(reasons, [&json!("离职"), &Value::Null, &json!("无证上岗")]);
    let english = contractor.get("/language/en?next=%2Fregisters%2Fworkers");
    let english = contractor.get(&english.location).expect_status(200);
    assert!(english.text.contains("Rosters of workers") && english.text.contains("Consented to"), "{}", english.text);
}

fn a_roster_is_filtered_by_contract_and_name(test: &TestApp) {
    advance(test);
    let appropriation = programme::appropriation(test, "1872000.00");
    let other = programme::input_from("XCSF-2026-002", &appropriation);
    test.by("justice").post("contracts", &other).expect_status(201);
    for name in ["林晓东", "阿依古丽·买买提", "Lin Xiao_1"] {
        propose(test, "contractor", &worker(NUMBER, name)).expect_status(201);
    }
    let named =
        |who: &str, query: &str| column(&test.by(who).get(&format!("workers?{query}")).expect_status(200), "name");
    let all = ["林晓东", "阿依古丽·买买提", "Lin Xiao_1"];
    assert_eq!(named("justice", &format!("contract={}", NUMBER.to_lowercase())), all);
    assert_eq!(named("justice", "contract=XCSF-2026-002"), [] as [&str; 0]);
    // A name is found by a part of it, whichever middle dot or blank is typed.
    for (typed, found) in [
        ("%E6%99%93", &all[..1]),
        ("%E5%8F%A4%E4%B8%BD%E2%80%A2%E4%B9%B0", &all[1..2]),
        ("LIN%20xiao", &all[2..]),
        ("%25", &all[..]),
        ("_", &all[..]),
        ("%E5%91%A8", &[]),
    ] {
        assert_eq!(named("contractor", &format!("name={typed}")), *found, "{typed}");
    }
    for (who, number) in [("justice", "XX-9"), ("contractor-2", NUMBER)] {
        let refused = test.by(who).get(&format!("workers?contract={number}")).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], "contract", "{refused}");
    }
}

fn a_record_is_compared_with_the_roster(test: &TestApp) {
    let contract = advance(test);
    let fault = |subject: &str| {
        let listed = listed(test, &contract, "");
        listed.iter().find(|record| record["subject"] == subject).expect("the record")["roster_fault"].clone()
    };
    let totals = || {
        let list = test.by("justice").get(&format!("contracts/{contract}/deliverables")).expect_status(200);
        let items = list["items"].as_array().expect("a list");
        items.iter().find(|item| item["code"] == "VISIT-H1").expect("the deliverable")["records"]["off_roster"].clone()
    };
    let named = |subject: &str, worker: &str| row_with(&row(subject), &json!({ "worker": worker }));
    let names = ["林 晓东", "周雯", "许静", "何佳"];
    let rows: Vec<Value> = names.iter().enumerate().map(|(n, name)| named(&format!("XZ-{n}"), name)).collect();
    let records = entered(test, &contract, &rows);
    assert_eq!(fault("XZ-1"), Value::Null, "there is no roster to compare with");
    assert_eq!(totals(), 0);
    // The records are of 12 January.
    agreed(test, &worker(NUMBER, "林晓东"));
    agreed(test, &with("周雯", &json!({"from_on": "2026-01-13"})));
    let lapsed = json!({"certificate": "社工 2020-7", "certificate_until": "2026-01-11"});
    agreed(test, &with("许静", &lapsed));
    propose(test, "contractor", &worker(NUMBER, "何佳")).expect_status(201);
    let faults: Vec<Value> = (0..4).map(|n| fault(&format!("XZ-{n}"))).collect();
    assert_eq!(faults, [Value::Null, json!("absent"), json!("lapsed"), json!("unknown")]);
    assert_eq!(totals(), 3);
    let page = Visitor::signed_in(test, "station").get(&format!("/contracts/{contract}/records")).expect_status(200);
    for words in ["当日不在岗", "证书已到期", "不在名册"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // It is a warning: the station may still confirm, and what it refuses counts no more.
    record_act(test, "station", &records[1], "confirm", "").expect_status(200);
    record_act(test, "station", &records[3], "refuse", "核对不上").expect_status(200);
    assert_eq!(totals(), 2);
    let shown = Visitor::signed_in(test, "justice").get(&format!("/contracts/{contract}")).expect_status(200);
    assert!(shown.text.contains("2 条的服务人员与名册不符"), "{}", shown.text);
    // A volunteer's hours are those of the confirmed records.
    let volunteer = agreed(test, &with("周雯", &json!({"role": "volunteer", "until_on": "2026-01-12"})));
    let list = test.by("audit").get("workers").expect_status(200);
    let items = list["items"].as_array().expect("a list");
    let minutes = |id: &str| items.iter().find(|one| one["id"] == id).expect("the worker")["minutes"].clone();
    assert_eq!(minutes(&volunteer), 45);
    assert_eq!(items[0]["minutes"], Value::Null);
    let roster = Visitor::signed_in(test, "audit").get("/registers/workers").expect_status(200);
    assert!(roster.text.contains("0 小时 45 分钟"), "{}", roster.text);
    assert_eq!(unsealed_differences(test), []);
}
