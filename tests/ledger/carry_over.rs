//! Carry-over of a lapsed appropriation to the next year, by two people and its document.

use std::thread;

use luyue::domain::codes::FactKind;
use luyue::jobs;
use serde_json::{Value, json};

use crate::ledger::{act, agrees, short};
use crate::on_both_engines;
use crate::payments::setup::{self, id_of};
use crate::registry::{added, text};
use crate::support::app::{TestApp, differences};
use crate::support::programme;
use crate::support::queries;
use crate::support::visitor::Visitor;

on_both_engines! {
    what_is_left_moves_to_the_next_year_with_its_contracts
    a_payment_of_the_earlier_year_is_reversed_in_the_present_one
    a_lapsed_appropriation_funds_nothing_until_it_is_carried_over
    a_carry_over_races_with_a_payment_and_with_another
    an_earlier_year_is_carried_over_on_the_page
}

const DOCUMENT: &str = "宣财预〔2027〕2号";

fn carry_over(from: &str) -> Value {
    json!({"kind": "carry_over", "from": from, "document_no": DOCUMENT, "reason": "上年结转"})
}

fn propose(test: &TestApp, from: &str) -> String {
    id_of(&test.by("finance-review").post("budget-changes", &carry_over(from)).expect_status(201))
}

/// Proposes to carry an appropriation over by two documents.
fn propose_twice(test: &TestApp, from: &str) -> [String; 2] {
    let mut other = carry_over(from);
    other["document_no"] = json!("宣财预〔2027〕3号");
    [propose(test, from), id_of(&test.by("finance-review").post("budget-changes", &other).expect_status(201))]
}

fn approve(test: &TestApp, who: &str, id: &str) -> u16 {
    test.by(who).post(&format!("budget-changes/{id}/actions/approve"), &json!({})).status
}

/// Returns the appropriations of a year.
fn of_year(test: &TestApp, year: i32) -> Vec<Value> {
    let list = test.by("finance-review").get(&format!("appropriations?year={year}")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

fn of_contract(test: &TestApp, contract: &str) -> String {
    text(&test.by("justice").get(&format!("contracts/{contract}")).expect_status(200)["appropriation"])
}

/// Begins the new year.
fn new_year(test: &TestApp) {
    test.at("2027-01-04", 9);
    jobs::run_until_idle(&test.app).expect("the jobs run");
}

fn figures(of: &Value) -> [&str; 4] {
    ["amount", "committed", "paid", "free"].map(|name| of[name].as_str().expect("an amount"))
}

fn what_is_left_moves_to_the_next_year_with_its_contracts(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    let money = of_contract(test, &contract);
    let early = test.by("finance-review").post("budget-changes", &carry_over(&money)).expect_status(422);
    assert_eq!(early["errors"][0]["path"], "from", "the year has not ended");
    new_year(test);
    agrees(test, &contract);
    let ledger = || test.by("audit").get(&format!("contracts/{contract}/ledger?limit=200")).expect_status(200);
    let posted = short(&ledger()).len();
    let id = propose(test, &money);
    assert_eq!(approve(test, "finance-review", &id), 403);
    assert_eq!(approve(test, "finance-approve", &id), 200);
    let (last, next) = (of_year(test, 2026), of_year(test, 2027));
    assert_eq!(figures(&last[0]), ["93600.00", "93600.00", "93600.00", "0.00"]);
    assert_eq!(figures(&next[0]), ["374400.00", "374400.00", "0.00", "0.00"]);
    assert_eq!((&next[0]["document_no"], &next[0]["project"]), (&json!(DOCUMENT), &last[0]["project"]));
    assert_eq!(of_contract(test, &contract), text(&next[0]["id"]));
    let moved = short(&ledger())[posted..].to_vec();
    assert!(moved.iter().all(|line| line.ends_with(" contract.carry_over")), "{moved:?}");
    let sides = |account: &str| moved.iter().filter(|line| line.starts_with(account)).count();
    assert!(sides("released ") > 0 && sides("released ") == moved.len() / 2, "{moved:?}");
    let seen = test.by("finance-review").get("budget-changes").expect_status(200);
    assert_eq!((&seen["items"][0]["amount"], &seen["items"][0]["to"]["year"]), (&json!("374400.00"), &json!(2027)));
    agrees(test, &contract);
    assert_eq!(differences(test), []);

    // What is paid from now on is borne by the new year, also in the reports.
    setup::paid(test, &contract, "MIDYEAR");
    agrees(test, &contract);
    let (last, next) = (of_year(test, 2026), of_year(test, 2027));
    assert_eq!(figures(&last[0]), ["93600.00", "93600.00", "93600.00", "0.00"]);
    let paid = text(&next[0]["paid"]);
    assert!(paid != "0.00", "{next:?}");
    for (year, month, amount) in [(2026, 6, "93600.00"), (2027, 0, paid.as_str())] {
        let report = test.by("audit").get(&format!("reports/execution.json?year={year}")).expect_status(200);
        let total = &report["total"];
        assert_eq!((&total["paid"], &total["months"][month]), (&json!(amount), &json!(amount)), "{year}: {total}");
    }
    assert_eq!(differences(test), []);
}

/// The year that has ended stays as it was; the appropriation that funds the contract now pays the amount again.
fn a_payment_of_the_earlier_year_is_reversed_in_the_present_one(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    let fact = setup::last(test, FactKind::Payment);
    let money = of_contract(test, &contract);
    new_year(test);
    let id = propose(test, &money);
    assert_eq!(approve(test, "finance-approve", &id), 200);
    let reversal = json!({"seq": fact, "reason": "凭证记错"});
    let asked = test.by("finance-pay").post(&format!("contracts/{contract}/reversals"), &reversal).expect_status(201);
    let grant = format!("reversals/{}/actions/grant", id_of(&asked));
    test.by("finance-approve").post(&grant, &json!({})).expect_status(200);
    agrees(test, &contract);
    let shown = || {
        let (last, next) = (of_year(test, 2026), of_year(test, 2027));
        (figures(&last[0]).map(str::to_owned), figures(&next[0]).map(str::to_owned))
    };
    let executed = |year: i32| {
        let report = test.by("audit").get(&format!("reports/execution.json?year={year}")).expect_status(200);
        let total = &report["total"];
        [&total["committed"], &total["paid"], &total["months"][6], &total["other_years"]].map(text)
    };
    let of_last = ["93600.00", "93600.00", "93600.00", "0.00"];
    assert_eq!(
        shown(),
        (of_last.map(str::to_owned), ["374400.00", "374400.00", "-93600.00", "0.00"].map(str::to_owned))
    );
    assert_eq!(executed(2026), ["93600.00", "93600.00", "93600.00", "0.00"]);
    assert_eq!(executed(2027), ["374400.00", "-93600.00", "0.00", "-93600.00"]);
    let page = Visitor::signed_in(test, "finance-review").get("/registers/appropriations").expect_status(200);
    assert!(page.text.contains("-93,600.00"), "{}", page.text);
    assert_eq!(differences(test), []);
    // Paid again, with the money of the year in which it is paid.
    setup::paid(test, &contract, "ADVANCE");
    agrees(test, &contract);
    assert_eq!(shown(), (of_last.map(str::to_owned), ["374400.00", "374400.00", "0.00", "0.00"].map(str::to_owned)));
    assert_eq!(executed(2026), ["93600.00", "93600.00", "93600.00", "0.00"]);
    assert_eq!(executed(2027)[1], "0.00");
    assert_eq!(differences(test), []);
}

/// Returns the number of statements with which an appropriation of several contracts is carried over.
fn statements(test: &TestApp, contracts: usize) -> usize {
    let fen = 46_800_000 * contracts;
    let money = programme::appropriation(test, &format!("{}.{:02}", fen / 100, fen % 100));
    for no in 1..=contracts {
        let id = programme::registered_from(test, &format!("XCSF-2026-{no:03}"), &money);
        act(test, "justice", &id, "submit", &json!({}));
        act(test, "finance-review", &id, "fund", &json!({}));
    }
    new_year(test);
    let id = propose(test, &money);
    let sent = queries::record_all(|| assert_eq!(approve(test, "finance-approve", &id), 200));
    assert_eq!(differences(test), []);
    sent.len()
}

#[test]
fn a_carry_over_of_fifteen_contracts_sends_as_many_statements_as_one_of_nine() {
    queries::listen();
    for engine in [TestApp::sqlite, TestApp::postgres] {
        assert_eq!(statements(&engine(), 15), statements(&engine(), 9));
    }
}

fn a_lapsed_appropriation_funds_nothing_until_it_is_carried_over(test: &TestApp) {
    let money = programme::appropriation(test, "700000.00");
    let contract = programme::registered_from(test, "XCSF-2026-001", &money);
    act(test, "justice", &contract, "submit", &json!({}));
    new_year(test);
    let fund =
        |contract: &str| test.by("finance-review").post(&format!("contracts/{contract}/actions/fund"), &json!({}));
    let refused = fund(&contract).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("budget-first"), &json!("appropriation")));
    let reviewer = Visitor::signed_in(test, "finance-review");
    let page = reviewer.get(&format!("/contracts/{contract}/act/fund")).expect_status(200);
    assert!(page.text_of(".checks .fails").contains("2026 年度的预算指标已经过期"), "{}", page.text);
    let more =
        json!({"kind": "carry_over", "from": money, "amount": "1.00", "document_no": DOCUMENT, "reason": "结转"});
    let refused = test.by("finance-review").post("budget-changes", &more).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "amount");
    let [first, again] = propose_twice(test, &money);
    assert_eq!(approve(test, "finance-approve", &first), 200);
    assert_eq!(approve(test, "finance-approve", &again), 422, "nothing is left");
    let next = of_year(test, 2027);
    assert_eq!(figures(&next[0]), ["700000.00", "0.00", "0.00", "700000.00"]);
    assert_eq!(of_contract(test, &contract), text(&next[0]["id"]));
    fund(&contract).expect_status(200);
    assert_eq!(figures(&of_year(test, 2027)[0]), ["700000.00", "468000.00", "0.00", "232000.00"]);
    // One that still names the lapsed appropriation learns by which document it was carried over.
    let late = programme::registered_from(test, "XCSF-2026-002", &money);
    act(test, "justice", &late, "submit", &json!({}));
    assert_eq!(fund(&late).expect_status(422)["rule"], "budget-first");
    let reviewer = Visitor::signed_in(test, "finance-review");
    let page = reviewer.get(&format!("/contracts/{late}/act/fund")).expect_status(200);
    assert!(page.text_of(".checks .fails").contains(DOCUMENT), "{}", page.text);
    assert_eq!(differences(test), []);
}

fn a_carry_over_races_with_a_payment_and_with_another(test: &TestApp) {
    let contract = setup::advance(test);
    let payment = setup::asked(test, &contract, "ADVANCE", &json!({}));
    setup::through(test, &payment, 3);
    added(test, "approver-2", "approver", "XC-FINANCE");
    let money = of_contract(test, &contract);
    new_year(test);
    let changes = propose_twice(test, &money);
    let pay = json!({"voucher": "V-1", "reason": "年初补付"});
    let statuses: Vec<u16> = thread::scope(|scope| {
        let racers = [
            scope.spawn(|| setup::step(test, "finance-pay", &payment, "pay", &pay).status),
            scope.spawn(|| approve(test, "finance-approve", &changes[0])),
            scope.spawn(|| approve(test, "approver-2", &changes[1])),
        ];
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    assert_eq!(statuses[0], 200, "the contractor is paid in any case");
    let mut carried = statuses[1..].to_vec();
    carried.sort_unstable();
    assert_eq!(carried, [200, 422]);
    let all: Vec<Value> = [2026, 2027].into_iter().flat_map(|year| of_year(test, year)).collect();
    let sum = |name: &str| -> i64 {
        all.iter()
            .map(|of| of[name].as_str().and_then(|yuan| yuan.replace('.', "").parse::<i64>().ok()).unwrap_or(0))
            .sum()
    };
    assert_eq!((all.len(), sum("amount"), sum("paid")), (2, 46_800_000, 9_360_000), "{all:?}");
    agrees(test, &contract);
    assert_eq!(differences(test), []);
}

fn an_earlier_year_is_carried_over_on_the_page(test: &TestApp) {
    programme::appropriation(test, "5000.00");
    new_year(test);
    let path = "/registers/budget-changes";
    let reviewer = Visitor::signed_in(test, "finance-review");
    let typed =
        [("kind", "carry_over"), ("from", "宣财指〔2026〕12号"), ("to", ""), ("amount", ""), ("reason", "上年结转")];
    let refused = reviewer.post_from(path, path, &typed).expect_status(400);
    assert_eq!(refused.texts(".govuk-error-summary li").len(), 1, "only the document is missing: {}", refused.text);
    reviewer.post_from(path, path, &[&typed[..], &[("document_no", DOCUMENT)]].concat()).expect_status(303);
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = approver.get(path).expect_status(200);
    assert!(page.text.contains("结转"), "{}", page.text);
    assert_eq!(page.form_ending("/approve").send(&approver, "").status, 303);
    assert_eq!(figures(&of_year(test, 2027)[0]), ["5000.00", "0.00", "0.00", "5000.00"]);
}
