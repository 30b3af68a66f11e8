//! Purchase plans: reserved at once, committed at funding, savings released at signing.

use std::thread;

use luyue::jobs;
use serde_json::{Value, json};

use crate::ledger::{act, budget, short};
use crate::matrix::rows::purchase_plan;
use crate::on_both_engines;
use crate::payments::setup::id_of;
use crate::registry::{appropriation, leads_to_row, text};
use crate::support::app::{TestApp, differences};
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    a_planned_purchase_is_reserved_committed_and_what_it_saves_released
    a_plan_is_refused_where_nothing_can_be_reserved
    plans_and_a_funding_race_for_what_is_free
    what_is_reserved_is_carried_over
    an_officer_plans_a_purchase_on_the_page
    the_same_plan_is_entered_once_in_any_spelling
}

const NUMBER: &str = "采购计划〔2026〕9号";

fn plan(test: &TestApp, of: &str, (number, amount): (&str, &str)) -> String {
    id_of(&test.by("justice").post("purchase-plans", &purchase_plan(of, (number, amount))).expect_status(201))
}

/// Registers a contract of 468,000.00 that names a purchase plan, and submits it.
fn submitted(test: &TestApp, number: &str, appropriation: &str, plan_no: &str) -> String {
    let mut input = programme::input_from(number, appropriation);
    input["plan_no"] = plan_no.into();
    let id = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    act(test, "justice", &id, "submit", &json!({}));
    id
}

fn fund(test: &TestApp, contract: &str) -> u16 {
    test.by("finance-review").post(&format!("contracts/{contract}/actions/fund"), &json!({})).status
}

fn amounts(of: &Value) -> [String; 4] {
    ["reserved", "committed", "released", "free"].map(|name| text(&of[name]))
}

fn a_planned_purchase_is_reserved_committed_and_what_it_saves_released(test: &TestApp) {
    let money = programme::appropriation(test, "500000.00");
    let id = plan(test, &money, (NUMBER, "480000.00"));
    assert_eq!(amounts(&budget(test, &money)), ["480000.00", "0.00", "0.00", "20000.00"]);
    let report = test.by("audit").get("reports/execution.json?year=2026").expect_status(200);
    assert_eq!((&report["total"]["committed"], &report["total"]["free"]), (&json!("0.00"), &json!("20000.00")));
    assert_eq!(differences(test), []);
    let other = submitted(test, "XCSF-2026-002", &money, "");
    assert_eq!(fund(test, &other), 422, "what is reserved for another purchase is not free");
    // The number is found in any of its spellings.
    let contract = submitted(test, "XCSF-2026-001", &money, "采购计划[2026]9号");
    let page = Visitor::signed_in(test, "finance-review").get(&format!("/contracts/{contract}/act/fund"));
    let page = page.expect_status(200);
    assert_eq!(page.texts(".checks .fails"), Vec::<String>::new(), "{}", page.text);
    assert_eq!(fund(test, &contract), 200);
    assert_eq!(amounts(&budget(test, &money)), ["12000.00", "468000.00", "0.00", "20000.00"]);
    assert_eq!(differences(test), []);
    act(test, "justice-leader", &contract, "activate", &json!({"signed_on": "2026-01-05"}));
    assert_eq!(amounts(&budget(test, &money)), ["0.00", "468000.00", "12000.00", "32000.00"]);
    let ledger = test.by("audit").get("ledger?year=2026&limit=200").expect_status(200);
    let posted: Vec<String> = short(&ledger).into_iter().filter(|line| line.contains("reserved")).collect();
    assert_eq!(
        posted,
        [
            "reserved unassigned 480000.00 purchase_plans.enter",
            "unassigned reserved 468000.00 purchase_plans.use",
            "released reserved 12000.00 purchase_plans.save",
        ]
    );
    let of = test.by("audit").get(&format!("contracts/{contract}/ledger")).expect_status(200);
    assert_eq!(short(&of)[0], "committed unassigned 468000.00 contracts.fund", "the contract's own act");
    let list = test.by("finance-review").get("purchase-plans").expect_status(200);
    let seen = &list["items"][0];
    assert_eq!((&seen["id"], &seen["state"], &seen["reserved"]), (&json!(id), &json!("used"), &json!("0.00")));
    assert_eq!(differences(test), []);
}

fn a_plan_is_refused_where_nothing_can_be_reserved(test: &TestApp) {
    let money = programme::appropriation(test, "1000.00");
    let lapsed = programme::appropriation_named(test, ("宣财指〔2025〕7号", 2025), "500.00");
    let open = id_of(&test.by("finance-review").post("appropriations", &appropriation("XC-JUSTICE", "9.00")).json);
    let first = plan(test, &money, (NUMBER, "600.00"));
    for (of, number, amount, status, at) in [
        (&money, "另一编号", "400.01", 422, "amount"),
        (&money, "另一编号", "0.00", 422, "amount"),
        (&money, "另一编号", "1.001", 400, "amount"),
        (&money, "采购计划[2026]9号", "1.00", 422, "number"),
        (&money, " ", "1.00", 422, "number"),
        (&lapsed, "另一编号", "1.00", 422, "appropriation"),
        (&open, "另一编号", "1.00", 422, "appropriation"),
        (&"nothing".to_owned(), "另一编号", "1.00", 422, "appropriation"),
    ] {
        let refused = test.by("justice").post("purchase-plans", &purchase_plan(of, (number, amount)));
        assert_eq!(refused.expect_status(status)["errors"][0]["path"], at, "{of} {number} {amount}");
    }
    let strange = test.by("other-justice").post("purchase-plans", &purchase_plan(&money, ("另一编号", "1.00")));
    assert_eq!(strange.expect_status(422)["errors"][0]["path"], "appropriation", "of another bureau");
    let cancel = |who: &str| test.by(who).post(&format!("purchase-plans/{first}/actions/cancel"), &json!({})).status;
    assert_eq!([cancel("other-justice"), cancel("finance-review"), cancel("justice-leader")], [404, 403, 403]);
    assert_eq!(amounts(&budget(test, &money)), ["600.00", "0.00", "0.00", "400.00"]);
    assert_eq!(cancel("justice"), 200);
    assert_eq!(amounts(&budget(test, &money)), ["0.00", "0.00", "600.00", "1000.00"]);
    assert_eq!(cancel("justice"), 409);
    // What a plan released is reserved again last.
    plan(test, &money, ("另一编号", "900.00"));
    assert_eq!(amounts(&budget(test, &money)), ["900.00", "0.00", "100.00", "100.00"]);
    assert_eq!(differences(test), []);
}

/// Two plans of 300,000.00 and a contract of 468,000.00 want 500,000.00.
fn plans_and_a_funding_race_for_what_is_free(test: &TestApp) {
    for round in 0..3 {
        let of = programme::appropriation_named(test, (&format!("宣财指〔2026〕5{round}号"), 2026), "500000.00");
        let contract = submitted(test, &format!("XCSF-2026-08{round}"), &of, "");
        let enter = |who: &'static str, no: u8| {
            let body = purchase_plan(&of, (&format!("竞-{round}-{no}"), "300000.00"));
            test.by(who).post("purchase-plans", &body).status
        };
        let mut statuses: Vec<u16> = thread::scope(|scope| {
            let racers = [
                scope.spawn(|| enter("justice", 1)),
                scope.spawn(|| enter("justice-2", 2)),
                scope.spawn(|| fund(test, &contract)),
            ];
            racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
        });
        statuses.sort_unstable();
        assert!(statuses == [201, 422, 422] || statuses == [200, 422, 422], "{statuses:?}");
        assert_eq!(differences(test), []);
    }
}

fn what_is_reserved_is_carried_over(test: &TestApp) {
    let money = programme::appropriation(test, "700000.00");
    plan(test, &money, (NUMBER, "480000.00"));
    test.at("2027-01-04", 9);
    jobs::run_until_idle(&test.app).expect("the jobs run");
    let body = json!({"kind": "carry_over", "from": money, "document_no": "宣财预〔2027〕2号", "reason": "上年结转"});
    let change = id_of(&test.by("finance-review").post("budget-changes", &body).expect_status(201));
    let path = format!("budget-changes/{change}/actions/approve");
    test.by("finance-approve").post(&path, &json!({})).expect_status(200);
    let list = test.by("finance-review").get("appropriations?year=2027").expect_status(200);
    let next = &list["items"][0];
    assert_eq!(amounts(next), ["480000.00", "0.00", "0.00", "220000.00"]);
    assert_eq!(differences(test), []);
    let contract = submitted(test, "XCSF-2027-001", next["id"].as_str().expect("an id"), NUMBER);
    assert_eq!(fund(test, &contract), 200);
    let list = test.by("finance-review").get("appropriations?year=2027").expect_status(200);
    assert_eq!(amounts(&list["items"][0]), ["12000.00", "468000.00", "0.00", "220000.00"]);
    assert_eq!(differences(test), []);
}

fn an_officer_plans_a_purchase_on_the_page(test: &TestApp) {
    let money = programme::appropriation(test, "5000.00");
    let path = "/registers/purchase-plans";
    let officer = Visitor::signed_in(test, "justice");
    let typed = [("number", NUMBER), ("title", "社区矫正服务"), ("appropriation", "宣财指〔2026〕12号")];
    let refused = officer.post_from(path, path, &[&typed[..], &[("amount", "5,000.01")]].concat()).expect_status(422);
    assert!(refused.text_of("#amount-error").contains("可用余额 5,000.00 元"), "{}", refused.text);
    let done = officer.post_from(path, path, &[&typed[..], &[("amount", "3000")]].concat()).expect_status(303);
    let shown = officer.get(&done.location).expect_status(200);
    assert!(shown.text.contains("已登记采购计划，金额已预留"), "{}", shown.text);
    assert_eq!(amounts(&budget(test, &money)), ["3000.00", "0.00", "0.00", "2000.00"]);
    assert_eq!(shown.form_ending("/cancel").send(&officer, "").status, 303);
    assert_eq!(amounts(&budget(test, &money)), ["0.00", "0.00", "3000.00", "5000.00"]);
}

fn the_same_plan_is_entered_once_in_any_spelling(test: &TestApp) {
    let money = programme::appropriation(test, "5000.00");
    // Spaces never distinguish two numbers, so none is stored.
    let id = plan(test, &money, ("R2 half", "600.00"));
    let list = test.by("justice").get("purchase-plans").expect_status(200);
    assert_eq!(list["items"][0]["number"], "R2half");
    let officer = Visitor::signed_in(test, "justice");
    let path = "/registers/purchase-plans";
    for number in ["R2 half", "R2half", "Ｒ２　half", "r2\u{A0}half\u{200B}"] {
        let again = test.by("justice").post("purchase-plans", &purchase_plan(&money, (number, "600.00")));
        leads_to_row(test, &again.expect_status(409), ("justice", "purchase-plans", &id));
        let other = test.by("justice").post("purchase-plans", &purchase_plan(&money, (number, "1.00")));
        assert_eq!(other.expect_status(422)["errors"][0]["path"], "number", "{number}");
        let typed = [
            ("number", number),
            ("title", "社区矫正社会工作服务"),
            ("appropriation", "宣财指〔2026〕12号"),
            ("amount", "600元"),
        ];
        let again = officer.post_from(path, path, &typed).expect_status(409);
        assert!(again.text.contains(&format!("{path}?at={id}#row-{id}")), "{number}: {}", again.text);
        assert!(again.has("details[open] #page-form"), "{number}: what was typed stays to be seen");
    }
    let cancel = format!("purchase-plans/{id}/actions/cancel");
    test.by("justice").post(&cancel, &json!({})).expect_status(200);
    leads_to_row(
        test,
        &test.by("justice").post(&cancel, &json!({})).expect_status(409),
        ("justice", "purchase-plans", &id),
    );
    assert_eq!(differences(test), []);
}
