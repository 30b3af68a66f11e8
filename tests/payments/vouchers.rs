//! Bank vouchers and bank days: a number is used once for a payer and year, and a day before yesterday needs two
//! people.

use luyue::domain::codes::{FactKind, Role};
use serde_json::{Value, json};

use crate::payments::setup::{advance, ask, asked, count, id_of, last, milestone, seated, shown, step, through};
use crate::support::app::{Reply, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    one_of_three_payments_takes_a_voucher
}

on_sqlite_first! {
    a_voucher_is_used_once_for_a_payer_and_year
    an_undone_payment_frees_its_voucher
    a_bank_day_is_not_before_the_approval
    a_payment_comes_after_the_day_of_acceptance
    an_earlier_day_counts_with_the_approvers_consent
    an_earlier_day_that_is_not_agreed_to_is_recorded_again
    the_day_shows_what_it_does_before_it_counts
}

fn second(test: &TestApp) -> String {
    let id = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &id);
    test.at("2026-01-13", 10);
    id
}

fn pay(test: &TestApp, payment: &str, body: &Value) -> Reply {
    step(test, "finance-pay", payment, "pay", body)
}

fn approved(test: &TestApp, contract: &str, amount: &str) -> String {
    let payment = asked(test, contract, "ADVANCE", &json!({"amount": amount}));
    through(test, &payment, 3);
    payment
}

#[track_caller]
fn is_consistent(test: &TestApp) {
    assert_eq!(crate::support::app::differences(test), []);
}

fn a_voucher_is_used_once_for_a_payer_and_year(test: &TestApp) {
    let (id, other) = (advance(test), second(test));
    let first = approved(test, &id, "100.00");
    pay(test, &first, &json!({"voucher": "ZF-2026-1"})).expect_status(200);
    for (contract, amount) in [(&id, "200.00"), (&other, "100.00")] {
        let payment = approved(test, contract, amount);
        let before = shown(test, &payment);
        for spelt in ["ZF-2026-1", "zf-2026-1", " ＺＦ－２０２６－１ ", "ZF–2026–1", "Z F-2026-1"] {
            let refused = pay(test, &payment, &json!({"voucher": spelt})).expect_status(409);
            assert_eq!(refused["type"], "/problems/voucher-known", "{spelt}");
            let address = format!("/contracts/{id}#payment-{first}");
            let conflict = json!({"contract": id, "milestone": "ADVANCE", "address": address, "repeatable": false});
            assert_eq!(refused["conflict"], conflict, "{spelt}");
        }
        assert_eq!(shown(test, &payment), before);
        pay(test, &payment, &json!({"voucher": format!("ZF-2026-{amount}")})).expect_status(200);
    }
    let third = approved(test, &id, "300.00");
    let cashier = Visitor::signed_in(test, "finance-pay");
    let page = format!("/contracts/{id}/act/pay");
    let fields = [("subject", third.as_str()), ("voucher", "zf-2026-1"), ("on", "2026-01-13")];
    let refused = cashier.post_from(&format!("{page}?subject={third}"), &page, &fields).expect_status(409);
    assert!(refused.text.contains(&format!("href=\"/contracts/{id}#payment-{first}\"")), "{}", refused.text);
    // In another year the bank may begin again.
    test.at("2027-01-04", 9);
    pay(test, &third, &json!({"voucher": "ZF-2026-1"})).expect_status(200);
    is_consistent(test);
}

fn one_of_three_payments_takes_a_voucher(test: &TestApp) {
    let (id, other) = (advance(test), second(test));
    let payments = [approved(test, &id, "100.00"), approved(test, &other, "100.00"), approved(test, &id, "200.00")];
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = |payment| scope.spawn(move || pay(test, payment, &json!({"voucher": "ZF-9"})).status);
        let racers: Vec<_> = payments.iter().map(|payment| send(payment)).collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    assert_eq!(count(test, FactKind::Payment), 1);
}

fn an_undone_payment_frees_its_voucher(test: &TestApp) {
    let id = advance(test);
    let payment = approved(test, &id, "100.00");
    pay(test, &payment, &json!({"voucher": "ZF-1"})).expect_status(200);
    let body = json!({"seq": last(test, FactKind::Payment), "reason": "银行退汇"});
    let asked = test.by("finance-pay").post(&format!("contracts/{id}/reversals"), &body).expect_status(201);
    let grant = format!("reversals/{}/actions/grant", id_of(&asked));
    test.by("finance-approve").post(&grant, &json!({})).expect_status(200);
    let again = approved(test, &id, "100.00");
    pay(test, &again, &json!({"voucher": "ZF-1"})).expect_status(200);
    is_consistent(test);
}

fn a_bank_day_is_not_before_the_approval(test: &TestApp) {
    let id = advance(test);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    through(test, &payment, 2);
    test.at("2026-01-15", 9);
    step(test, "finance-approve", &payment, "approve", &json!({})).expect_status(200);
    // The page says the later of the approval and the day after the conditions were met.
    let cashier = Visitor::signed_in(test, "finance-pay");
    let act = format!("/contracts/{id}/act/pay");
    let page = cashier.get(&format!("{act}?subject={payment}")).expect_status(200);
    assert!(page.text.contains("付款日期可填 2026-01-15 起的日期"), "{}", page.text);
    assert!(page.text_of("[id=on-hint]").contains("2026-01-15"), "{}", page.text);
    // A day that was emptied is not taken for today.
    let emptied = page.form(&act).with(&[("voucher", "V"), ("on", "")]).send(&cashier, "").expect_status(400);
    assert!(emptied.text_of("[id=on-error]").contains("请填写"), "{}", emptied.text);
    assert_eq!(count(test, FactKind::Payment), 0);
    for on in ["2026-01-13", "2026-01-14"] {
        let refused = pay(test, &payment, &json!({"voucher": "V", "on": on})).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("bank-day"), &json!("on")), "{on}");
    }
    test.at("2026-01-16", 9);
    let yesterday = pay(test, &payment, &json!({"voucher": "V", "on": "2026-01-15"})).expect_status(200);
    assert_eq!(yesterday["state"], "paid", "yesterday needs no consent");
}

fn a_payment_comes_after_the_day_of_acceptance(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &id);
    // The advance is payable from this day on.
    test.at("2026-01-12", 9);
    let payment = approved(test, &id, "100.00");
    let by = test.by("finance-pay").with("Accept-Language", "zh-CN");
    let refused = by.post(&format!("payments/{payment}/actions/pay"), &json!({"voucher": "ZF-1"})).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "on");
    assert!(refused["errors"][0]["message"].as_str().is_some_and(|words| words.contains("2026-01-13")), "{refused}");
    let cashier = Visitor::signed_in(test, "finance-pay");
    let (act, address) = (format!("/contracts/{id}/act/pay"), format!("/contracts/{id}/act/pay?subject={payment}"));
    let page = cashier.get(&address).expect_status(200);
    assert!(page.text.contains("最早可登记 2026-01-13 的付款"), "{}", page.text);
    assert!(!page.has("input[name=voucher]"), "nothing is offered that would be refused");
    assert!(!page.text.contains("由申请人修改后重新申请"), "only the day is to come: {}", page.text);
    test.at("2026-01-13", 9);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let page = cashier.get(&address).expect_status(200);
    assert!(page.text_of("[id=on-hint]").contains("2026-01-13"), "{}", page.text);
    assert!(page.text.contains("付款日期可填 2026-01-13 起的日期"), "{}", page.text);
    let form = page.form(&act).with(&[("voucher", "ZF-1")]);
    assert_eq!(form.value("on"), Some("2026-01-13"));
    let early = form.clone().with(&[("on", "2026-01-12")]).send(&cashier, "").expect_status(422);
    assert!(early.text_of("[id=on-error]").contains("2026-01-1"), "{}", early.text);
    let mut done = form.send(&cashier, "");
    if done.has("input[name=seen]") {
        done = done.form(&act).send(&cashier, "");
    }
    assert_eq!(done.status, 303, "{}", done.text);
}

fn an_earlier_day_counts_with_the_approvers_consent(test: &TestApp) {
    let id = advance(test);
    let payment = approved(test, &id, "93600.00");
    test.at("2026-01-16", 9);
    let answer = pay(test, &payment, &json!({"voucher": "V", "on": "2026-01-14"})).expect_status(200);
    assert_eq!(answer["state"], "backdated");
    assert_eq!(count(test, FactKind::Payment), 0, "nothing counts yet");
    let seen = shown(test, &payment);
    assert_eq!((&seen["voucher"], &seen["paid_on"]), (&json!("V"), &json!("2026-01-14")));
    assert_eq!((&seen["next"]["step"], &seen["next"]["role"]), (&json!("allow"), &json!("approver")));
    let tasks = test.by("finance-approve").get("worklist").expect_status(200);
    let is_own = |task: &Value| task["kind"] == "allow_payment" && task["subject"] == payment.as_str();
    assert!(tasks["items"].as_array().is_some_and(|all| all.iter().any(is_own)), "{tasks}");
    // It is not payable twice meanwhile, and no one else agrees to it.
    assert_eq!(ask(test, "contractor", &id, "ADVANCE", &json!({})).status, 409);
    for who in ["finance-pay", "finance-review", "justice", "contractor"] {
        assert_eq!(step(test, who, &payment, "allow", &json!({})).status, 403, "{who}");
    }
    assert_eq!(pay(test, &payment, &json!({"voucher": "W"})).status, 409);
    seated(test, "finance-pay", "XC-FINANCE", Role::Approver);
    let own = step(test, "finance-pay", &payment, "allow", &json!({})).expect_status(403);
    assert_eq!(own["type"], "/problems/self-approval", "two people");
    assert_eq!(step(test, "finance-approve", &payment, "allow", &json!({})).expect_status(200)["state"], "paid");
    assert_eq!(milestone(test, &id, "ADVANCE")["paid"], "93600.00");
    let steps = shown(test, &payment)["steps"].clone();
    let names: Vec<&Value> = steps.as_array().expect("steps").iter().map(|step| &step["step"]).collect();
    assert_eq!(names, ["request", "confirm", "review", "approve", "backdate", "allow"]);
    is_consistent(test);
}

fn an_earlier_day_that_is_not_agreed_to_is_recorded_again(test: &TestApp) {
    let id = advance(test);
    let payment = approved(test, &id, "93600.00");
    test.at("2026-01-20", 9);
    pay(test, &payment, &json!({"voucher": "V", "on": "2026-01-14"})).expect_status(200);
    assert_eq!(step(test, "finance-approve", &payment, "disallow", &json!({})).expect_status(422)["rule"], "reason");
    let why = json!({"reason": "银行回单日期为 1 月 15 日"});
    assert_eq!(step(test, "finance-pay", &payment, "disallow", &why).status, 403);
    assert_eq!(step(test, "finance-approve", &payment, "disallow", &why).expect_status(200)["state"], "approved");
    let seen = shown(test, &payment);
    assert_eq!(
        (&seen["voucher"], &seen["paid_on"], &seen["next"]["step"]),
        (&Value::Null, &Value::Null, &json!("pay"))
    );
    pay(test, &payment, &json!({"voucher": "V", "on": "2026-01-15"})).expect_status(200);
    // Another way out: the request is returned, and its voucher is free.
    step(test, "finance-approve", &payment, "return", &json!({"reason": "账号有误"})).expect_status(200);
    let again = approved(test, &id, "93600.00");
    pay(test, &again, &json!({"voucher": "V", "on": "2026-01-20"})).expect_status(200);
    assert_eq!(count(test, FactKind::Payment), 1);
    is_consistent(test);
}

fn the_day_shows_what_it_does_before_it_counts(test: &TestApp) {
    let id = advance(test);
    let payment = approved(test, &id, "93600.00");
    // The advance is due on 2026-02-11: by the 20th it is late, paid on the 10th it is not.
    test.at("2026-02-20", 9);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let page = format!("/contracts/{id}/act/pay");
    let interest = milestone(test, &id, "ADVANCE")["late_interest"].as_str().expect("an amount").to_owned();
    assert_ne!(interest, "0.00");
    let fields = [("subject", payment.as_str()), ("voucher", "V"), ("on", "2026-02-10")];
    let asked = cashier.post_from(&format!("{page}?subject={payment}"), &page, &fields).expect_status(422);
    assert_eq!(count(test, FactKind::Payment), 0);
    assert!(asked.text.contains("请核对下列变化") && asked.text.contains(&interest), "{}", asked.text);
    assert!(asked.text.contains("须经财政审批同意"), "{}", asked.text);
    let (seen, form) = (asked.hidden("seen"), asked.hidden("form"));
    let again =
        [("form", form.as_str()), ("subject", &payment), ("voucher", "V"), ("on", "2026-02-10"), ("seen", &seen)];
    let sent = cashier.post(&page, &again).expect_status(303);
    assert_eq!(shown(test, &payment)["state"], "backdated");
    let told = |location: &str| cashier.get(location).expect_status(200).text;
    assert!(told(&sent.location).contains("支付已登记，经财政审批同意支付日期后生效。"));
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = format!("/contracts/{id}/act/allow");
    let consent = approver.get(&format!("{page}?subject={payment}")).expect_status(200).text;
    assert!(consent.contains(&interest) && consent.contains("0.00"), "{consent}");
    let fields = [("subject", payment.as_str())];
    assert_eq!(approver.post_from(&format!("{page}?subject={payment}"), &page, &fields).status, 303);
    assert_eq!(milestone(test, &id, "ADVANCE")["late_interest"], "0.00");
    assert!(told(&sent.location).contains("支付已登记。"), "it waits for nothing");
}
