//! Chains as data: a county where finance checks and the accountant of the purchaser pays.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::matrix::rows::{BY_ACCOUNTANT, approval_chain};
use crate::payments::setup::{advance, asked, deputed, id_of, paid, shown, step};
use crate::registry::{added, column, leads_to_row, text};
use crate::support::app::{TestApp, differences};
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    of_several_who_approve_at_once_each_role_does_once
}

on_sqlite_first! {
    finance_checks_and_the_accountant_pays
    the_pages_follow_the_chain
    the_stage_filter_follows_the_chain
    a_batch_follows_the_chain
    a_deputy_of_the_accountant_pays_and_took_no_other_step
    who_approves_agrees_to_an_earlier_day
    a_step_is_taken_from_its_amount_on
    from_an_amount_on_a_second_role_approves
    a_chain_is_proposed_and_approved_by_two_people_before_its_day
    a_chain_is_proposed_on_its_page
}

fn propose(test: &TestApp, body: &Value) -> String {
    id_of(&test.by("finance-review").post("approval-chains", body).expect_status(201))
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> u16 {
    let body = if name == "refuse" { json!({"reason": "人手不足"}) } else { json!({}) };
    test.by(who).post(&format!("approval-chains/{id}/actions/{name}"), &body).status
}

/// Has the chain approved from 2026-01-13 on, the day on which the advance can be requested, and returns the contract.
fn county(test: &TestApp) -> String {
    let id = propose(test, &approval_chain(BY_ACCOUNTANT, "2026-01-13"));
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    advance(test)
}

fn next(test: &TestApp, payment: &str) -> (String, String, String) {
    let next = &shown(test, payment)["next"];
    (text(&next["step"]), text(&next["role"]), text(&next["organisation"]))
}

/// Returns the kinds of task about payments of a person.
fn tasks(test: &TestApp, who: &str) -> Vec<String> {
    let mut kinds = column(&test.by(who).get("worklist").expect_status(200), "kind");
    kinds.retain(|kind| kind.ends_with("_payment") && kind != "request_payment");
    kinds
}

fn finance_checks_and_the_accountant_pays(test: &TestApp) {
    let contract = county(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
    let bureau = next(test, &payment);
    assert_eq!((bureau.0.as_str(), bureau.1.as_str()), ("approve", "reviewer"), "there is no review");
    assert_eq!(tasks(test, "finance-review"), ["approve_payment"]);
    assert_eq!(tasks(test, "finance-approve"), Vec::<String>::new());
    step(test, "finance-review", &payment, "review", &json!({})).expect_status(409);
    step(test, "finance-approve", &payment, "approve", &json!({})).expect_status(403);
    let back = json!({"reason": "发票不符"});
    step(test, "finance-approve", &payment, "return", &back).expect_status(403);
    step(test, "finance-review", &payment, "approve", &json!({})).expect_status(200);
    assert_eq!(shown(test, &payment)["state"], "approved");
    let (act, role, organisation) = next(test, &payment);
    assert_eq!((act.as_str(), role.as_str()), ("pay", "accountant"));
    assert_ne!(organisation, bureau.2, "the purchaser pays");
    assert_eq!(tasks(test, "accountant"), ["pay_payment"]);
    assert_eq!(tasks(test, "finance-pay"), Vec::<String>::new());
    let pay = json!({"voucher": "V-1"});
    step(test, "finance-pay", &payment, "pay", &pay).expect_status(403);
    step(test, "finance-pay", &payment, "return", &back).expect_status(403);
    step(test, "accountant", &payment, "pay", &pay).expect_status(200);
    let steps: Vec<String> =
        shown(test, &payment)["steps"].as_array().expect("steps").iter().map(|step| text(&step["step"])).collect();
    assert_eq!(steps, ["request", "confirm", "approve", "pay"]);
    assert_eq!(differences(test), []);
}

fn the_pages_follow_the_chain(test: &TestApp) {
    let contract = county(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    let act = |name: &str| format!("/contracts/{contract}/act/{name}?subject={payment}");
    let leader = Visitor::signed_in(test, "justice-leader");
    let barred = leader.get(&act("confirm")).expect_status(200);
    assert!(barred.text.contains("这一环节由经办人办理") && !barred.has("#page-form"), "{}", barred.text);
    let list = leader.get(&format!("/contracts/{contract}")).expect_status(200);
    assert!(list.attrs("a", "href").iter().all(|way| !way.contains("/act/confirm")), "it is the officer's turn");
    let taken = |who: &str, name: &str, more: &[(&str, &str)]| {
        let visitor = Visitor::signed_in(test, who);
        let shown = visitor.get(&act(name)).expect_status(200);
        let way = format!("/contracts/{contract}/act/{name}");
        let own = [("subject", payment.as_str()), ("reason", "经核实")];
        let fields: Vec<_> = own.into_iter().chain(more.iter().copied()).collect();
        visitor.post_from(&act(name), &way, &fields).expect_status(303);
        shown
    };
    taken("justice", "confirm", &[]);
    let seen = Visitor::signed_in(test, "finance-review").get(&format!("/contracts/{contract}")).expect_status(200);
    assert!(seen.text.contains("待财政审批"), "it waits for the approval: {}", seen.text);
    taken("finance-review", "approve", &[]);
    let accountant = Visitor::signed_in(test, "accountant");
    let desk = accountant.get("/payments").expect_status(200);
    assert!(desk.text.contains("单位会计") && desk.attrs("button[name=do]", "value") == ["pay"], "{}", desk.text);
    let work = accountant.get("/work").expect_status(200);
    assert!(work.attrs("a.work__what", "href").iter().any(|way| way.contains("/act/pay?")), "{}", work.text);
    taken("accountant", "pay", &[("voucher", "V-1"), ("on", "2026-01-13")]);
    assert_eq!(shown(test, &payment)["state"], "paid");
}

fn the_stage_filter_follows_the_chain(test: &TestApp) {
    let steps = [("confirm", "officer"), ("review", "reviewer"), ("approve", "reviewer"), ("pay", "accountant")];
    let mut body = approval_chain(&steps, "2026-01-13");
    body["steps"][1]["amount"] = json!("500");
    let id = propose(test, &body);
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    let contract = advance(test);
    let [small, large] = ["499.99", "500"].map(|amount| {
        let more = json!({ "amount": amount, "another": true });
        let payment = asked(test, &contract, "ADVANCE", &more);
        step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
        payment
    });
    let fresh = asked(test, &contract, "ADVANCE", &json!({ "amount": "1.00", "another": true }));
    for (stage, found, sum) in [
        ("requested", vec![&fresh], "1.00"),
        ("confirmed", vec![&large], "500.00"),
        ("reviewed", vec![&small], "499.99"),
        ("approved", vec![], "0.00"),
        ("open", vec![&small, &large, &fresh], "1000.99"),
    ] {
        let desk = test.by("audit").get(&format!("payments?stage={stage}")).expect_status(200);
        assert_eq!(column(&desk, "id").iter().collect::<Vec<_>>(), found, "{stage}");
        assert_eq!((&desk["sums"]["amount"], &desk["count"]), (&json!(sum), &json!(found.len())), "{stage}");
    }
    let desk = Visitor::signed_in(test, "finance-review").get("/payments?stage=reviewed").expect_status(200);
    assert!(desk.text.contains("499.99") && !desk.text.contains("500.00"), "{}", desk.text);
}

fn a_batch_follows_the_chain(test: &TestApp) {
    let contract = county(test);
    let payments = ["101.00", "102.00"].map(|amount| asked(test, &contract, "ADVANCE", &json!({ "amount": amount })));
    let take = |who: &str, name: &str| {
        let lines = payments.iter().map(|id| json!({"id": id, "reason": "已核实", "voucher": format!("V-{id}")}));
        let lines: Vec<Value> = lines.collect();
        let done = test.by(who).post(&format!("payments/actions/{name}"), &json!({ "lines": lines }));
        let results = done.expect_status(200)["results"].as_array().expect("results").clone();
        results.iter().map(|one| one["state"].as_str().unwrap_or("refused").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(take("justice-leader", "confirm"), ["refused", "refused"]);
    assert_eq!(take("justice", "confirm"), ["confirmed", "confirmed"]);
    assert_eq!(take("finance-review", "review"), ["refused", "refused"]);
    assert_eq!(take("finance-review", "approve"), ["approved", "approved"]);
    assert_eq!(take("finance-pay", "pay"), ["refused", "refused"]);
    assert_eq!(take("accountant", "pay"), ["paid", "paid"]);
    assert_eq!(differences(test), []);
}

fn a_deputy_of_the_accountant_pays_and_took_no_other_step(test: &TestApp) {
    let contract = county(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    for deputy in ["justice", "justice-2"] {
        deputed(test, deputy, "accountant", Role::Accountant);
    }
    step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
    step(test, "finance-review", &payment, "approve", &json!({})).expect_status(200);
    let pay = json!({"voucher": "V-1"});
    let refused = step(test, "justice", &payment, "pay", &pay).expect_status(403);
    assert_eq!(refused["type"], "/problems/self-approval", "who confirmed does not pay as a deputy");
    step(test, "justice-2", &payment, "pay", &pay).expect_status(200);
    let last = shown(test, &payment)["steps"][3].clone();
    assert_eq!((&last["by"], &last["on_behalf_of"]), (&json!("justice-2"), &json!("accountant")));
}

fn who_approves_agrees_to_an_earlier_day(test: &TestApp) {
    let contract = county(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
    step(test, "finance-review", &payment, "approve", &json!({})).expect_status(200);
    test.at("2026-01-20", 9);
    let pay = json!({"voucher": "V-1", "on": "2026-01-14"});
    step(test, "accountant", &payment, "pay", &pay).expect_status(200);
    assert_eq!(next(test, &payment).1, "reviewer");
    step(test, "finance-approve", &payment, "allow", &json!({})).expect_status(403);
    step(test, "finance-review", &payment, "allow", &json!({})).expect_status(200);
    assert_eq!(shown(test, &payment)["state"], "paid");
    assert_eq!(differences(test), []);
}

fn a_step_is_taken_from_its_amount_on(test: &TestApp) {
    let mut body = approval_chain(
        &[("confirm", "leader"), ("review", "reviewer"), ("approve", "approver"), ("pay", "cashier")],
        "2026-01-13",
    );
    body["steps"][1]["amount"] = "500.00".into();
    let id = propose(test, &body);
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    let contract = advance(test);
    for (amount, after) in [("499.99", "approve"), ("500.00", "review")] {
        let payment = asked(test, &contract, "ADVANCE", &json!({ "amount": amount }));
        step(test, "justice", &payment, "confirm", &json!({})).expect_status(403);
        step(test, "justice-leader", &payment, "confirm", &json!({})).expect_status(200);
        assert_eq!(next(test, &payment).0, after, "{amount}");
    }
    assert_eq!(differences(test), []);
}

/// Has a chain approved in which the reviewer approves, and from 500.00 on the approver as well.
fn two_approvals(test: &TestApp) -> String {
    let steps = [("confirm", "officer"), ("approve", "reviewer"), ("approve", "approver"), ("pay", "cashier")];
    let mut body = approval_chain(&steps, "2026-01-13");
    body["steps"][2]["amount"] = "500.00".into();
    let id = propose(test, &body);
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    advance(test)
}

fn from_an_amount_on_a_second_role_approves(test: &TestApp) {
    let contract = two_approvals(test);
    deputed(test, "finance-review", "finance-approve", Role::Approver);
    for (amount, after) in [("499.99", "approved"), ("500.00", "partly_approved")] {
        let payment = asked(test, &contract, "ADVANCE", &json!({ "amount": amount }));
        step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
        step(test, "finance-approve", &payment, "approve", &json!({})).expect_status(403);
        let first = step(test, "finance-review", &payment, "approve", &json!({})).expect_status(200);
        assert_eq!(first["state"], after, "{amount}");
        if after == "approved" {
            continue;
        }
        let (act, role, _) = next(test, &payment);
        assert_eq!((act.as_str(), role.as_str()), ("approve", "approver"));
        assert_eq!(tasks(test, "finance-approve"), ["approve_payment"]);
        let page = Visitor::signed_in(test, "finance-approve").get(&format!("/contracts/{contract}"));
        assert!(page.expect_status(200).text.contains("待第二次审批"));
        step(test, "finance-pay", &payment, "pay", &json!({"voucher": "V-1"})).expect_status(409);
        let refused = step(test, "finance-review", &payment, "approve", &json!({})).expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "nor as a deputy");
        let second = step(test, "finance-approve", &payment, "approve", &json!({})).expect_status(200);
        assert_eq!(second["state"], "approved");
        step(test, "finance-pay", &payment, "pay", &json!({"voucher": "V-1"})).expect_status(200);
    }
    assert_eq!(differences(test), []);
}

fn of_several_who_approve_at_once_each_role_does_once(test: &TestApp) {
    added(test, "review-2", "reviewer", "XC-FINANCE");
    added(test, "approve-2", "approver", "XC-FINANCE");
    let contract = two_approvals(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({ "amount": "500.00" }));
    step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
    for (who, after) in
        [(["finance-review", "review-2"], "partly_approved"), (["finance-approve", "approve-2"], "approved")]
    {
        let mut statuses = race(2, |racer| step(test, who[racer], &payment, "approve", &json!({})).status);
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{statuses:?}");
        assert!([403, 409].contains(&statuses[1]), "{statuses:?}");
        assert_eq!(shown(test, &payment)["state"], after);
    }
    assert_eq!(differences(test), []);
}

fn a_chain_is_proposed_and_approved_by_two_people_before_its_day(test: &TestApp) {
    let from = "2026-01-13";
    for (body, at) in [
        (approval_chain(&[("approve", "approver"), ("confirm", "officer"), ("pay", "cashier")], from), "steps[1].step"),
        (approval_chain(&[("approve", "officer"), ("pay", "cashier")], from), "steps[0].role"),
        (approval_chain(&[("approve", "approver")], from), "steps"),
        (approval_chain(BY_ACCOUNTANT, "2026-01-05"), "from_on"),
    ] {
        let refused = test.by("finance-review").post("approval-chains", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], at, "{body}");
    }
    let chain = propose(test, &approval_chain(BY_ACCOUNTANT, from));
    added(test, "other-approve", "approver", "JX-FINANCE");
    assert_eq!(decide(test, "finance-review", &chain, "approve"), 403);
    assert_eq!(decide(test, "other-approve", &chain, "approve"), 404, "each bureau has its own chains");
    let again = test.by("finance-review").post("approval-chains", &approval_chain(BY_ACCOUNTANT, from));
    leads_to_row(test, &again.expect_status(409), ("finance-review", "approval-chains", &chain));
    let refused = propose(test, &approval_chain(BY_ACCOUNTANT, "2026-01-14"));
    assert_eq!(decide(test, "finance-approve", &refused, "refuse"), 200);
    let late = propose(test, &approval_chain(BY_ACCOUNTANT, "2026-01-12"));
    // Without an approved chain, finance pays.
    let contract = advance(test);
    assert_eq!(decide(test, "finance-approve", &late, "approve"), 422, "its day has come");
    assert_eq!(decide(test, "finance-approve", &chain, "approve"), 422, "its day has come");
    paid(test, &contract, "ADVANCE");
    let seen = column(&test.by("finance-pay").get("approval-chains").expect_status(200), "state");
    assert_eq!(seen, ["proposed", "refused", "proposed"]);
    assert_eq!(differences(test), []);
}

fn a_chain_is_proposed_on_its_page(test: &TestApp) {
    let fields = [
        ("subject", "payment"),
        ("confirm", "officer"),
        ("confirm_amount", ""),
        ("review", "reviewer"),
        ("review_amount", "50000"),
        ("approve", "reviewer"),
        ("pay", "accountant"),
        ("from_on", "2026-02-01"),
        ("document_no", "宣财办〔2026〕6号"),
    ];
    let reviewer = Visitor::signed_in(test, "finance-review");
    let register = "/registers/approval-chains";
    let second = [("second_approve", "approver"), ("second_approve_amount", "200000")];
    let fields: Vec<_> = fields.into_iter().chain(second).collect();
    let mut left_out = fields.clone();
    left_out[5].1 = "none";
    reviewer.post_from(register, register, &left_out).expect_status(400);
    reviewer.post_from(register, register, &fields).expect_status(303);
    let approver = Visitor::signed_in(test, "finance-approve");
    let shown = approver.get(register).expect_status(200);
    assert!(shown.text.contains("审核：财政审核（50,000.00元以上）"), "{}", shown.text);
    assert!(
        shown.text.contains("审批：财政审核；审批：财政审批（200,000.00元以上）；支付：单位会计"),
        "{}",
        shown.text
    );
}
