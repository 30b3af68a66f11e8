//! Yearly shares: what falls due of a contract in a later year is committed to an appropriation of that year.

use std::thread;

use luyue::domain::codes::FactKind;
use luyue::jobs;
use serde_json::{Value, json};

use crate::ledger::{act, agrees, short};
use crate::matrix::rows::yearly_share;
use crate::on_both_engines;
use crate::payments::setup::{self, NUMBER, id_of};
use crate::registry::{appropriation, column, text};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::pdf::words;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    each_year_commits_what_falls_due_in_it
    a_later_year_is_assigned_to_a_running_contract
    a_later_year_pays_its_milestones_and_takes_a_reversal_back
    shares_are_carried_over_with_what_they_bear
    a_share_is_refused_where_it_cannot_be_borne
    two_contracts_race_for_the_money_of_a_later_year
    a_share_is_assigned_on_the_page
}

/// Amounts of the programme that fall due in 2026 and in 2027.
const BOTH: [&str; 2] = ["280800.00", "187200.00"];

fn assign(test: &TestApp, who: &str, contract: &str, appropriation: &str) -> Reply {
    test.by(who).post("yearly-shares", &yearly_share(contract, appropriation))
}

/// Creates an approved appropriation for 2027.
fn later(test: &TestApp, amount: &str) -> String {
    programme::appropriation_named(test, ("宣财指〔2027〕1号", 2027), amount)
}

/// Submits the programme and returns its number and an appropriation of the year after that of its own.
pub fn over_two_years(test: &TestApp) -> (String, String) {
    let contract = programme::registered(test, NUMBER);
    act(test, "justice", &contract, "submit", &json!({}));
    (NUMBER.to_owned(), later(test, "500000.00"))
}

/// Returns amount, committed, paid and free of an appropriation.
fn figures(test: &TestApp, id: &str) -> [String; 4] {
    let years = [2026, 2027, 2028].map(|year| {
        let list = test.by("finance-review").get(&format!("appropriations?year={year}")).expect_status(200);
        list["items"].as_array().expect("a list").clone()
    });
    let found = years.concat().into_iter().find(|one| one["id"] == id).expect("it is listed");
    ["amount", "committed", "paid", "free"].map(|name| text(&found[name]))
}

/// Returns what was paid in a year according to the report on execution.
fn executed(test: &TestApp, year: i32) -> String {
    let report = test.by("audit").get(&format!("reports/execution.json?year={year}")).expect_status(200);
    text(&report["total"]["paid"])
}

fn ledger(test: &TestApp, contract: &str) -> Value {
    test.by("audit").get(&format!("contracts/{contract}/ledger?limit=200")).expect_status(200)
}

fn each_year_commits_what_falls_due_in_it(test: &TestApp) {
    let (own, next) = (programme::appropriation(test, BOTH[0]), later(test, "200000.00"));
    let contract = programme::registered_from(test, NUMBER, &own);
    act(test, "justice", &contract, "submit", &json!({}));
    let fund = || test.by("finance-review").post(&format!("contracts/{contract}/actions/fund"), &json!({}));
    assert_eq!(fund().expect_status(422)["rule"], "budget-first", "the whole is more than this year has");
    let share = assign(test, "finance-review", "xcsf-2026-001", &next).expect_status(201);
    assert_eq!(share["from_year"], 2027);
    assert_eq!(differences(test), []);
    let page = Visitor::signed_in(test, "finance-review").get(&format!("/contracts/{contract}/act/fund"));
    let page = page.expect_status(200);
    for words in ["2027 年度", "187,200.00 元，可用余额 200,000.00 元", "280,800.00 → 0.00"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    fund().expect_status(200);
    let posted = ["committed unassigned 280800.00 contracts.fund", "committed unassigned 187200.00 contracts.fund"];
    assert_eq!(short(&ledger(test, &contract)), posted);
    assert_eq!(figures(test, &own), [BOTH[0], BOTH[0], "0.00", "0.00"]);
    assert_eq!(figures(test, &next), ["200000.00", BOTH[1], "0.00", "12800.00"]);
    assert_eq!(differences(test), []);
    act(test, "justice-leader", &contract, "return", &json!({"reason": "条款有误"}));
    assert_eq!(figures(test, &next)[3], "200000.00", "both are free again");
    assert_eq!(figures(test, &own)[3], BOTH[0]);
    assert_eq!(differences(test), []);
}

fn a_later_year_is_assigned_to_a_running_contract(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    let own = text(&test.by("justice").get(&format!("contracts/{contract}")).expect_status(200)["appropriation"]);
    let next = later(test, "187200.00");
    let posted = short(&ledger(test, &contract)).len();
    assign(test, "finance-review", NUMBER, &next).expect_status(201);
    let moved =
        ["released committed 187200.00 yearly_shares.assign", "committed unassigned 187200.00 yearly_shares.assign"];
    assert_eq!(short(&ledger(test, &contract))[posted..], moved);
    assert_eq!(figures(test, &own), ["468000.00", BOTH[0], "93600.00", BOTH[1]]);
    assert_eq!(figures(test, &next), [BOTH[1], BOTH[1], "0.00", "0.00"]);
    agrees(test, &contract);
    let list = test.by("justice").get("yearly-shares").expect_status(200);
    let seen = &list["items"][0];
    assert_eq!((&seen["number"], &seen["committed"], &seen["paid"]), (&json!(NUMBER), &json!(BOTH[1]), &json!("0.00")));
    assert_eq!(column(&test.by("other-justice").get("yearly-shares").expect_status(200), "id"), Vec::<String>::new());
    setup::paid(test, &contract, "MIDYEAR");
    assert_eq!(figures(test, &next)[2], "0.00", "this year's milestones are not borne by the next");
    assert_eq!(differences(test), []);
}

/// Delivers everything of the second half of the year, so that FINAL is payable. The clock is then in 2027.
fn finished(test: &TestApp, contract: &str) {
    let all = [("VISIT-H2", "600"), ("COUNSEL-H2", "180"), ("EDU-H2", "24")];
    for (code, quantity) in all {
        let submitted = json!({"deliverable": code, "no": 1, "on": "2026-12-15", "quantity": quantity});
        setup::recorded(test, FactKind::Submission, &submitted);
    }
    for (code, quantity) in all {
        let accepted = json!({"deliverable": code, "no": 1, "on": "2026-12-18", "decision": "accepted",
            "quantity": quantity});
        setup::recorded(test, FactKind::Decision, &accepted);
    }
    setup::recorded(test, FactKind::Invoice, &json!({"milestone": "FINAL", "on": "2026-12-21"}));
    setup::recorded(test, FactKind::Score, &json!({"milestone": "FINAL", "on": "2026-12-21", "score": "95"}));
    new_year(test, "2027-01-04");
    agrees(test, contract);
}

fn new_year(test: &TestApp, day: &str) {
    test.at(day, 9);
    jobs::run_until_idle(&test.app).expect("the jobs run");
}

fn reversed(test: &TestApp, contract: &str) {
    let reversal = json!({"seq": setup::last(test, FactKind::Payment), "reason": "凭证记错"});
    let asked = test.by("finance-pay").post(&format!("contracts/{contract}/reversals"), &reversal).expect_status(201);
    let grant = format!("reversals/{}/actions/grant", id_of(&asked));
    test.by("finance-approve").post(&grant, &json!({})).expect_status(200);
}

fn a_later_year_pays_its_milestones_and_takes_a_reversal_back(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    let next = later(test, "187200.00");
    assign(test, "finance-review", NUMBER, &next).expect_status(201);
    finished(test, &contract);
    let due = text(&setup::milestone(test, &contract, "FINAL")["payable"]);
    let payment = setup::paid(test, &contract, "FINAL");
    agrees(test, &contract);
    assert_eq!(figures(test, &next)[2], due);
    let form = format!("contracts/{contract}/documents/payment.pdf?subject={payment}");
    let printed = words(&test.by("finance-review").get(&form).bytes);
    assert!(printed.iter().any(|cell| cell == "宣财指〔2027〕1号"), "{printed:?}");
    assert_eq!((executed(test, 2026), executed(test, 2027)), ("93600.00".to_owned(), due.clone()));
    assert_eq!(differences(test), []);
    reversed(test, &contract);
    agrees(test, &contract);
    assert_eq!(figures(test, &next)[2], "0.00");
    assert_eq!((executed(test, 2026), executed(test, 2027)), ("93600.00".to_owned(), "0.00".to_owned()));
    assert_eq!(differences(test), []);
}

fn carried(test: &TestApp, from: &str, document: &str) {
    let body = json!({"kind": "carry_over", "from": from, "document_no": document, "reason": "上年结转"});
    let id = id_of(&test.by("finance-review").post("budget-changes", &body).expect_status(201));
    let approve = format!("budget-changes/{id}/actions/approve");
    test.by("finance-approve").post(&approve, &json!({})).expect_status(200);
}

fn shares_are_carried_over_with_what_they_bear(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    let own = text(&test.by("justice").get(&format!("contracts/{contract}")).expect_status(200)["appropriation"]);
    let next = later(test, "187200.00");
    assign(test, "finance-review", NUMBER, &next).expect_status(201);
    finished(test, &contract);
    carried(test, &own, "宣财预〔2027〕2号");
    agrees(test, &contract);
    assert_eq!(figures(test, &own), ["93600.00", "93600.00", "93600.00", "0.00"]);
    assert_eq!(figures(test, &next)[1], BOTH[1], "the share stays where it is");
    assert_eq!(differences(test), []);
    let payment = setup::asked(test, &contract, "FINAL", &json!({"amount": "100000.00"}));
    setup::through(test, &payment, 4);
    let paid = figures(test, &next)[2].clone();
    assert_eq!(paid, "100000.00");
    new_year(test, "2028-01-04");
    carried(test, &next, "宣财预〔2028〕2号");
    agrees(test, &contract);
    assert_eq!(figures(test, &next), [paid.as_str(), &paid, &paid, "0.00"]);
    let list = test.by("finance-review").get("yearly-shares").expect_status(200);
    assert_eq!(
        (&list["items"][0]["document_no"], &list["items"][0]["paid"]),
        (&json!("宣财预〔2028〕2号"), &json!(paid))
    );
    assert_eq!(differences(test), []);
    // What the year before paid is reversed in the year that bears the share now.
    reversed(test, &contract);
    agrees(test, &contract);
    assert_eq!(executed(test, 2027), paid);
    assert_eq!(executed(test, 2028), format!("-{paid}"));
    assert_eq!(differences(test), []);
}

fn a_share_is_refused_where_it_cannot_be_borne(test: &TestApp) {
    let own = programme::appropriation(test, "468000.00");
    let contract = programme::registered_from(test, NUMBER, &own);
    let next = later(test, "187199.99");
    assert_eq!(assign(test, "finance-review", NUMBER, &next).status, 409, "a draft waits for its submission");
    assert_eq!(assign(test, "justice", NUMBER, &next).status, 403);
    programme::activate(test, &contract);
    let same = programme::appropriation_named(test, ("宣财指〔2026〕20号", 2026), "468000.00");
    let after = programme::appropriation_named(test, ("宣财指〔2028〕1号", 2028), "468000.00");
    let propose = |bureau: &str, year: i32| {
        let mut body = appropriation(bureau, "468000.00");
        body["year"] = json!(year);
        id_of(&test.by("finance-review").post("appropriations", &body).expect_status(201))
    };
    let (open, other) = (propose("XC-JUSTICE", 2027), propose("JX-JUSTICE", 2027));
    let approve = format!("appropriations/{other}/actions/approve");
    test.by("finance-approve").post(&approve, &json!({})).expect_status(200);
    for (number, of, at) in [
        (NUMBER, &same, "appropriation"),
        (NUMBER, &after, "appropriation"),
        (NUMBER, &open, "appropriation"),
        (NUMBER, &other, "appropriation"),
        (NUMBER, &next, "appropriation"),
        (NUMBER, &"nothing".to_owned(), "appropriation"),
        ("没有", &next, "contract"),
        (" ", &next, "contract"),
    ] {
        let refused = assign(test, "finance-review", number, of).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], at, "{number} {of}: {refused}");
    }
    assert_eq!(figures(test, &own)[1], "468000.00", "nothing was moved");
    assert_eq!(differences(test), []);
    let enough = programme::appropriation_named(test, ("宣财指〔2027〕2号", 2027), "187200.00");
    assign(test, "finance-review", NUMBER, &enough).expect_status(201);
    let again = programme::appropriation_named(test, ("宣财指〔2027〕3号", 2027), "187200.00");
    let refused = assign(test, "finance-review", NUMBER, &again).expect_status(422);
    assert_eq!(refused["rule"], "budget-first", "a year is assigned once");
    assert_eq!(differences(test), []);
}

fn two_contracts_race_for_the_money_of_a_later_year(test: &TestApp) {
    let own = programme::appropriation(test, "936000.00");
    let numbers = ["XCSF-2026-001", "XCSF-2026-002"];
    for number in numbers {
        let id = programme::registered_from(test, number, &own);
        programme::activate(test, &id);
    }
    let next = later(test, "200000.00");
    let mut statuses: Vec<u16> = thread::scope(|scope| {
        let next = &next;
        let racers = numbers.map(|number| scope.spawn(move || assign(test, "finance-review", number, next).status));
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
    assert_eq!(figures(test, &next), ["200000.00", BOTH[1], "0.00", "12800.00"]);
    assert_eq!(differences(test), []);
}

fn a_share_is_assigned_on_the_page(test: &TestApp) {
    let contract = programme::registered(test, NUMBER);
    programme::activate(test, &contract);
    later(test, "200000.00");
    let path = "/registers/yearly-shares";
    let reviewer = Visitor::signed_in(test, "finance-review");
    let refused = reviewer.post_from(path, path, &[("contract", ""), ("appropriation", "没有")]).expect_status(400);
    assert_eq!(refused.texts(".govuk-error-summary li").len(), 2, "{}", refused.text);
    let typed = [("contract", NUMBER), ("appropriation", "宣财指〔2027〕1号")];
    reviewer.post_from(path, path, &typed).expect_status(303);
    let page = Visitor::signed_in(test, "justice").get(path).expect_status(200);
    for words in [NUMBER, "2027", "宣财指〔2027〕1号", "187,200.00"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.has("[name=contract]"), "an officer assigns nothing");
    let own = |who: &str| Visitor::signed_in(test, who).get(&format!("/contracts/{contract}")).expect_status(200);
    for words in ["跨年合同的分年度指标", "宣财指〔2027〕1号", "187,200.00"] {
        assert!(own("justice").text.contains(words), "{words}");
    }
    assert!(!own("contractor").has("#yearly-shares"), "a contractor sees no appropriation");
    assert_eq!(differences(test), []);
}
