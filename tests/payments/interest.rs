//! Interest on late payment as money: requested, paid by four people or waived in writing, never beyond what has
//! accrued.

use luyue::domain::codes::{ContractState, FactKind};
use luyue::storage::contracts;
use luyue::storage::contracts::due::TO_BE_DERIVED;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::payments::setup::{
    NUMBER, STEPS, advance, asked, count, id_of, last, milestone, paid, shown, step, through,
};
use crate::support::app::{Reply, TestApp};
use crate::support::checked::unsealed_differences as differences;
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    racing_requests_and_waivers_of_one_interest_leave_one
    a_contract_is_closed_once_its_sheet_lists_nothing_open
}

on_sqlite_first! {
    interest_is_paid_by_four_people_and_pays_nothing_of_the_milestone
    interest_is_waived_in_writing_within_what_is_left
    a_wrong_payment_of_interest_is_reversed
    an_earlier_day_of_payment_does_not_lower_paid_interest
    pages_offer_the_interest_that_is_left
}

/// Interest of ADVANCE, which was due on 2026-02-11 and paid on 2026-02-25: 93,600.00 × 14 days × 0.0005.
const ACCRUED: &str = "655.20";

/// Returns a contract whose ADVANCE was paid two weeks late, two days after the payment.
pub fn late(test: &TestApp) -> String {
    let id = advance(test);
    test.at("2026-02-25", 9);
    paid(test, &id, "ADVANCE");
    test.at("2026-02-27", 9);
    id
}

fn request(test: &TestApp, who: &str, contract: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/milestones/ADVANCE/interest"), body)
}

fn waive(test: &TestApp, who: &str, contract: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/milestones/ADVANCE/interest/waiver"), body)
}

fn sheet(test: &TestApp, contract: &str) -> Value {
    test.by("audit").get(&format!("contracts/{contract}/settlement")).expect_status(200)
}

/// Returns kind and subject of everything open.
fn open(sheet: &Value) -> Vec<(String, String)> {
    let text = |thing: &Value, name: &str| thing[name].as_str().expect("a text").to_owned();
    let things = sheet["open"].as_array().expect("a list");
    things.iter().map(|thing| (text(thing, "kind"), text(thing, "subject"))).collect()
}

fn tasks(test: &TestApp, who: &str) -> Vec<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let items = list["items"].as_array().expect("a list").iter().filter(|item| item["own"] == true);
    items.map(|item| item["kind"].as_str().expect("a kind").to_owned()).collect()
}

fn interest_is_paid_by_four_people_and_pays_nothing_of_the_milestone(test: &TestApp) {
    let id = late(test);
    assert!(tasks(test, "contractor").contains(&"request_interest".to_owned()));
    let made = request(test, "contractor", &id, &json!({})).expect_status(201);
    assert_eq!(
        (&made["kind"], &made["amount"], &made["state"]),
        (&json!("interest"), &json!(ACCRUED), &json!("requested"))
    );
    let payment = id_of(&made);
    assert!(!tasks(test, "contractor").contains(&"request_interest".to_owned()), "all of it is requested");
    assert_eq!(request(test, "contractor", &id, &json!({})).status, 409, "a repetition");
    let beyond = request(test, "justice", &id, &json!({"amount": "0.01"})).expect_status(422);
    assert_eq!(beyond["rule"], "late-interest");
    let other = test.by("contractor").post(&format!("contracts/{id}/milestones/MIDYEAR/interest"), &json!({}));
    assert_eq!(other.status, 422, "a milestone that is not payable bears no interest");
    for (place, (name, who)) in STEPS.iter().enumerate() {
        let waiting = open(&sheet(test, &id));
        assert!(waiting.contains(&("payment".to_owned(), payment.clone())), "before {name}: {waiting:?}");
        // Milestones of 30 days are paid within 30 days; requested interest is given as many.
        assert_eq!(shown(test, &payment)["due_on"], "2026-03-30");
        assert!(tasks(test, who).contains(&format!("{name}_payment")), "{name}");
        if let Some((_, earlier)) = place.checked_sub(1).and_then(|before| STEPS.get(before)) {
            assert_eq!(step(test, earlier, &payment, name, &json!({"voucher": "V"})).status, 403, "{earlier} {name}");
        }
        step(test, who, &payment, name, &json!({"voucher": "V-INTEREST"})).expect_status(200);
    }
    let standing = milestone(test, &id, "ADVANCE");
    assert_eq!(
        (&standing["paid"], &standing["late_interest"], &standing["state"]),
        (&json!("93600.00"), &json!(ACCRUED), &json!("paid"))
    );
    assert_eq!((count(test, FactKind::Payment), count(test, FactKind::Interest)), (1, 1));
    let kinds: Vec<Value> = test.by("audit").get(&format!("contracts/{id}/payments")).expect_status(200)["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|payment| payment["kind"].clone())
        .collect();
    assert_eq!(kinds, ["principal", "interest"]);
    let desk = test.by("finance-review").get("payments?stage=paid").expect_status(200);
    assert_eq!(
        (&desk["sums"]["amount"], &desk["sums"]["interest"], &desk["count"], &desk["items"][1]["kind"]),
        (&json!("94255.20"), &json!(ACCRUED), &json!(2), &json!("interest"))
    );
    for (report, figure) in [("payment-time", "amount"), ("execution", "paid")] {
        let found = test.by("finance-review").get(&format!("reports/{report}.json?year=2026")).expect_status(200);
        assert_eq!(found["total"][figure], "93600.00", "{report} is about milestones");
    }
    let settled = sheet(test, &id);
    assert_eq!(
        (&settled["interest"], &settled["interest_paid"], &settled["paid"], &settled["net"]["to_contractor"]),
        (&json!(ACCRUED), &json!(ACCRUED), &json!("93600.00"), &json!("0.00"))
    );
    assert_eq!(differences(test), []);
}

fn interest_is_waived_in_writing_within_what_is_left(test: &TestApp) {
    let id = late(test);
    let body = |amount: &str, reason: &str| json!({"amount": amount, "reason": reason});
    assert_eq!(waive(test, "contractor", &id, &body("55.20", "")).expect_status(422)["rule"], "reason");
    for (amount, rule) in [("0.00", "late-interest"), ("655.21", "late-interest")] {
        assert_eq!(
            waive(test, "contractor", &id, &body(amount, "协商一致")).expect_status(422)["rule"],
            rule,
            "{amount}"
        );
    }
    for (who, status) in [("justice", 403), ("finance-review", 403), ("contractor-2", 404)] {
        assert_eq!(waive(test, who, &id, &body("1.00", "协商一致")).status, status, "{who}");
    }
    let waived = waive(test, "contractor", &id, &body("55.20", "协商一致")).expect_status(201);
    assert_eq!(waived["kind"], "interest_waiver");
    let again = waive(test, "contractor", &id, &body("55.20", "协商一致"));
    assert_eq!((again.status, &again.json["conflict"]["repeatable"]), (409, &json!(true)), "{}", again.json);
    let payment = id_of(&request(test, "justice", &id, &json!({})).expect_status(201));
    assert_eq!(shown(test, &payment)["amount"], "600.00");
    assert_eq!(open(&sheet(test, &id)), [("payment".to_owned(), payment.clone())], "what is requested is listed once");
    assert_eq!(waive(test, "contractor", &id, &body("0.01", "协商一致")).status, 422, "all is requested");
    step(test, "justice-2", &payment, "return", &json!({"reason": "由承接主体申请"})).expect_status(200);
    waive(test, "contractor", &id, &body("600.00", "余额一并放弃")).expect_status(201);
    let settled = sheet(test, &id);
    assert_eq!((&settled["interest_waived"], open(&settled)), (&json!(ACCRUED), vec![]));
    assert_eq!(differences(test), []);
}

/// Requests, steps, returns, waivers, reversals and the passing of days in random order, with the same numbers in each
/// run: what was requested, paid and waived never exceeds the interest of the day.
#[test]
fn the_parts_of_interest_never_exceed_it_whatever_happens() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let principal = asked(&test, &id, "ADVANCE", &json!({}));
    through(&test, &principal, 3);
    let mut state: u64 = 20_260_227;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut days, mut payments, mut taken) = (0_i64, Vec::<String>::new(), [0_usize; 6]);
    let first = "2026-02-11".parse::<chrono::NaiveDate>().expect("a day");
    for _ in 0..120 {
        let what = draw(6);
        let amount = format!("{}.{:02}", draw(300), draw(100));
        let done = match what {
            0 => {
                days += 1 + i64::try_from(draw(3)).expect("a few");
                test.at(&(first + chrono::TimeDelta::days(days)).to_string(), 9);
                true
            }
            1 => {
                let made = request(&test, "contractor", &id, &json!({"amount": amount, "another": true}));
                payments.extend((made.status == 201).then(|| id_of(&made.json)));
                made.status == 201
            }
            2 => {
                let body = json!({"amount": amount, "reason": "协商一致", "another": true});
                waive(&test, "contractor", &id, &body).status == 201
            }
            3 | 4 if !payments.is_empty() => {
                let place = usize::try_from(draw(payments.len() as u64)).expect("a place");
                let payment = &payments[place];
                let next = shown(&test, payment)["next"]["step"].as_str().unwrap_or_default().to_owned();
                let who = STEPS.iter().find(|(name, _)| *name == next).map(|(_, who)| *who);
                let name = if what == 4 && draw(4) == 0 { "return".to_owned() } else { next };
                let body = json!({"reason": "核对", "voucher": format!("V-{payment}")});
                who.is_some_and(|who| step(&test, who, payment, &name, &body).status == 200)
            }
            5 if days > 25 && milestone(&test, &id, "ADVANCE")["paid"] == "0.00" => {
                step(&test, "finance-pay", &principal, "pay", &json!({"voucher": "V-P"})).status == 200
            }
            5 if count(&test, FactKind::Interest) > 0 => {
                let body = json!({"seq": last(&test, FactKind::Interest), "reason": "误录"});
                let asked = test.by("finance-pay").post(&format!("contracts/{id}/reversals"), &body);
                let grant = |asked: &Value| format!("reversals/{}/actions/grant", id_of(asked));
                asked.status == 201 && test.by("finance-approve").post(&grant(&asked.json), &json!({})).status == 200
            }
            _ => false,
        };
        taken[usize::try_from(what).expect("a place")] += usize::from(done);
        let settled = sheet(&test, &id);
        let fen = |value: &Value| value.as_str().expect("an amount").replace('.', "").parse::<i64>().expect("fen");
        let list = test.by("audit").get(&format!("contracts/{id}/payments?limit=200")).expect_status(200);
        let is_requested = |payment: &&Value| payment["kind"] == "interest" && !payment["next"].is_null();
        let requests = list["items"].as_array().expect("a list").iter().filter(is_requested);
        let requested: i64 = requests.map(|payment| fen(&payment["amount"])).sum();
        let parts = requested + fen(&settled["interest_paid"]) + fen(&settled["interest_waived"]);
        assert!(parts <= fen(&settled["interest"]), "{parts} fen of {settled}");
    }
    assert!(taken.iter().all(|times| *times > 0), "each kind of act happened: {taken:?}");
    assert_eq!(differences(&test), []);
}

fn racing_requests_and_waivers_of_one_interest_leave_one(test: &TestApp) {
    let id = late(test);
    let all = race(2, |_| request(test, "contractor", &id, &json!({})).status);
    let mut sorted = all.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [201, 409], "all of it is requested once: {all:?}");
    let first = test.by("audit").get(&format!("contracts/{id}/payments")).expect_status(200)["items"][1].clone();
    step(test, "justice", &id_of(&first), "return", &json!({"reason": "重新申请"})).expect_status(200);
    let mixed = race(6, |number| {
        let body = json!({"amount": "400.00", "another": true});
        let waiver = json!({"amount": "400.00", "reason": "协商一致", "another": true});
        let done = if number % 2 == 0 {
            request(test, "contractor", &id, &body)
        } else {
            waive(test, "contractor", &id, &waiver)
        };
        done.status
    });
    assert_eq!(mixed.iter().filter(|status| **status == 201).count(), 1, "one of 400.00 fits: {mixed:?}");
    assert_eq!(mixed.iter().filter(|status| **status == 422).count(), 5, "{mixed:?}");
}

fn a_wrong_payment_of_interest_is_reversed(test: &TestApp) {
    let id = late(test);
    let payment = id_of(&request(test, "contractor", &id, &json!({})).expect_status(201));
    through(test, &payment, 4);
    let body = json!({"seq": last(test, FactKind::Interest), "reason": "凭证号错误"});
    let reversal = test.by("finance-pay").post(&format!("contracts/{id}/reversals"), &body).expect_status(201);
    let path = format!("reversals/{}/actions/grant", id_of(&reversal));
    test.by("finance-approve").post(&path, &json!({})).expect_status(200);
    assert_eq!(shown(test, &payment)["state"], "returned");
    assert_eq!(sheet(test, &id)["interest_paid"], "0.00");
    let again = request(test, "contractor", &id, &json!({})).expect_status(201);
    assert_eq!(again["amount"], ACCRUED);
    assert_eq!(differences(test), []);
}

fn an_earlier_day_of_payment_does_not_lower_paid_interest(test: &TestApp) {
    let id = advance(test);
    let principal = asked(test, &id, "ADVANCE", &json!({}));
    test.at("2026-02-12", 9);
    through(test, &principal, 3);
    test.at("2026-02-25", 9);
    let interest = id_of(&request(test, "contractor", &id, &json!({})).expect_status(201));
    through(test, &interest, 4);
    test.at("2026-02-27", 9);
    let body = |on: &str| json!({"voucher": "V-P", "on": on});
    let refused = step(test, "finance-pay", &principal, "pay", &body("2026-02-13")).expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("settled-stays"), &json!("milestones.ADVANCE.late_interest"))
    );
    step(test, "finance-pay", &principal, "pay", &body("2026-02-26")).expect_status(200);
    let left = request(test, "contractor", &id, &json!({})).expect_status(201);
    assert_eq!(left["amount"], "46.80", "one more day");
}

/// Sets the state of the contract, or the day of its next change, behind the services' back.
fn put(test: &TestApp, state: Option<ContractState>) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let contract = contracts::by_number(tx.connection, NUMBER)?.expect("the contract is there").id;
        match state {
            Some(state) => contracts::set_state(tx.connection, contract, state),
            None => {
                use diesel::prelude::*;
                use luyue::schema::{contracts, tasks};
                diesel::delete(tasks::table.filter(tasks::kind.eq("request_interest"))).execute(tx.connection)?;
                diesel::update(contracts::table)
                    .set(contracts::next_change.eq(TO_BE_DERIVED))
                    .execute(tx.connection)?;
                Ok(())
            }
        }
    })
    .expect("it is written");
}

fn a_contract_is_closed_once_its_sheet_lists_nothing_open(test: &TestApp) {
    let id = late(test);
    // As an upgrade leaves a contract that was paid late: the jobs add the task.
    put(test, None);
    let told: Vec<String> = differences(test).into_iter().map(|difference| difference.what).collect();
    assert!(told.iter().all(|what| !what.contains("tasks")), "{told:?}");
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert!(tasks(test, "contractor").contains(&"request_interest".to_owned()));
    assert_eq!(differences(test), []);

    let act = |who: &str, name: &str| {
        test.by(who).post(&format!("contracts/{id}/actions/{name}"), &json!({"reason": "停止服务"}))
    };
    act("justice-leader", "terminate").expect_status(200);
    assert_eq!(open(&sheet(test, &id)).last().map(|(kind, _)| kind.as_str()), Some("change_request"));
    act("finance-review", "consent").expect_status(200);
    let refused = act("finance-review", "close").expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("close"), &json!("open.interest.ADVANCE")));
    assert!(!tasks(test, "finance-review").contains(&"close".to_owned()), "nothing asks to close it yet");
    let settled = sheet(test, &id);
    let figures = ["accepted", "deducted", "payable", "paid", "interest", "outstanding", "recoverable", "guarantees"];
    let figures = figures.map(|name| settled[name].as_str().expect("an amount").to_owned());
    assert_eq!(figures, ["93600.00", "0.00", "93600.00", "93600.00", ACCRUED, "0.00", "0.00", "0.00"]);
    assert_eq!(
        (&settled["to_release"], &settled["net"]),
        (&json!("0.00"), &json!({"to_contractor": ACCRUED, "to_purchaser": "0.00"}))
    );
    let english = test.by("audit").with("Accept-Language", "en").get(&format!("contracts/{id}/settlement"));
    let message = english.expect_status(200)["open"][0]["message"].as_str().expect("a text").to_owned();
    assert!(message.contains("655.20 yuan of interest"), "{message}");

    // Interest of a completed contract is still requested and paid.
    put(test, Some(ContractState::Completed));
    let payment = id_of(&request(test, "contractor", &id, &json!({})).expect_status(201));
    through(test, &payment, 4);
    put(test, Some(ContractState::Terminated));
    assert_eq!(open(&sheet(test, &id)), []);
    assert_eq!(act("finance-review", "close").expect_status(200)["state"], "closed");
    assert_eq!(request(test, "contractor", &id, &json!({})).status, 409, "a closed contract");
    assert_eq!(sheet(test, &programme_draft(test))["open"], json!([]), "nothing is owed before signing");
}

fn programme_draft(test: &TestApp) -> String {
    crate::support::programme::registered(test, "XCSF-2026-009")
}

fn pages_offer_the_interest_that_is_left(test: &TestApp) {
    let id = late(test);
    let contract = format!("/contracts/{id}");
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&contract).expect_status(200);
    assert!(page.text_of("main").contains("剩余 655.20 元"));
    let waiver = page.dom_link(&format!("{contract}/act/interest-waiver?subject=ADVANCE"));
    let shown_form = contractor.get(&waiver).expect_status(200);
    assert!(shown_form.text.contains("655.20"), "{}", shown_form.text);
    let act = format!("{contract}/act/interest-waiver");
    let refused = shown_form.form(&act).send(&contractor, "");
    assert!([400, 422].contains(&refused.status), "without a reason: {}", refused.status);
    // Another amount is shown with its effect before it is taken.
    let part = shown_form.form(&act).with(&[("reason", "协商一致"), ("amount", "55.20")]).send(&contractor, "");
    assert_eq!(count(test, FactKind::InterestWaiver), 0);
    let sent = part.form(&act).send(&contractor, "");
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(count(test, FactKind::InterestWaiver), 1);

    let request =
        contractor.get(&sent.location).expect_status(200).dom_link(&format!("{contract}/act/interest?subject"));
    let form = contractor.get(&request).expect_status(200).form(&format!("{contract}/act/interest"));
    assert_eq!(form.send(&contractor, "").status, 303);
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&contract).expect_status(200);
    let table = page.text_of("main");
    assert!(table.contains("预付款逾期利息") && table.contains("剩余 0.00 元"), "{table}");
    assert!(!page.attrs("a", "href").iter().any(|to| to.contains("act/interest")), "nothing is left");
    let work = officer.get("/work").expect_status(200);
    assert!(work.text_of("main").contains("预付款逾期利息"), "the task names the interest");
    let desk = officer.get("/payments").expect_status(200);
    let found = desk.text_of("#found");
    assert!(found.contains("逾期利息 600.00 元") && found.contains("逾期利息"), "{found}");
    let request = page.dom_link(&format!("{contract}/act/confirm?subject="));
    let confirmed = officer.get(&request).expect_status(200).text_of("main");
    assert!(confirmed.contains("确认逾期利息金额无误") && !confirmed.contains("成果已经验收"), "{confirmed}");
    assert!(found.contains("今天申请"), "{found}");
    let settled = officer.get(&format!("{contract}/settlement")).expect_status(200).text_of("main");
    assert!(settled.contains("合同占用的预算（含已付）") && settled.contains("截至 2026-"), "{settled}");
    assert!(settled.contains("结算表") && settled.contains("600.00") && settled.contains("放弃"), "{settled}");
}
