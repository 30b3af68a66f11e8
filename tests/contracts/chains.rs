//! The steps that a contract passes before finance sees it: the leader in charge, a review of its legality, several
//! countersigners.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::matrix::rows::{BY_ACCOUNTANT, approval_chain};
use crate::payments::setup::{deputed, id_of};
use crate::registry::{added, column};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::programme;
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    of_several_who_sign_off_at_once_each_takes_one_step
    of_two_who_decide_on_a_chain_at_once_one_does
}

on_sqlite_first! {
    a_contract_passes_its_chain_before_finance_funds_it
    a_deputy_signs_off_and_takes_no_other_step
    a_step_returns_the_contract_and_the_chain_begins_again
    the_first_of_the_chain_opens_the_contract
    a_contract_below_the_amount_goes_to_finance
    the_pages_follow_the_chain_of_a_contract
    other_finance_bureaus_have_their_own_chains
    a_purchaser_adds_steps_of_its_own
}

/// Leader in charge, review of legality by another officer, two countersigners.
fn chain(test: &TestApp, amount: &str) {
    let steps = [("lead", "leader"), ("legality", "officer"), ("countersign", "officer")];
    let mut body = approval_chain(&steps, "2026-01-06");
    body["subject"] = "contract".into();
    body["steps"][2]["people"] = 2.into();
    for step in body["steps"].as_array_mut().expect("steps") {
        step["amount"] = amount.into();
    }
    let id = id_of(&test.by("finance-review").post("approval-chains", &body).expect_status(201));
    test.by("finance-approve").post(&format!("approval-chains/{id}/actions/approve"), &json!({})).expect_status(200);
    test.at("2026-01-06", 9);
}

fn act(test: &TestApp, who: &str, id: &str, name: &str) -> Reply {
    let body = if name == "return" { json!({"reason": "条款待议"}) } else { json!({}) };
    test.by(who).post(&format!("contracts/{id}/actions/{name}"), &body)
}

fn submitted(test: &TestApp, number: &str) -> String {
    let id = programme::registered(test, number);
    act(test, "justice", &id, "submit").expect_status(200);
    id
}

fn tasks(test: &TestApp, who: &str) -> Vec<String> {
    let mut kinds = column(&test.by(who).get("worklist").expect_status(200), "kind");
    kinds.retain(|kind| kind == "sign_off" || kind == "fund");
    kinds
}

fn state(test: &TestApp, id: &str) -> Value {
    test.by("audit").get(&format!("contracts/{id}")).expect_status(200)["state"].clone()
}

fn a_contract_passes_its_chain_before_finance_funds_it(test: &TestApp) {
    added(test, "justice-3", "officer", "XC-JUSTICE");
    added(test, "justice-4", "officer", "XC-JUSTICE");
    chain(test, "0.00");
    let id = submitted(test, "C-1");
    assert_eq!((tasks(test, "justice-leader"), tasks(test, "finance-review")), (vec!["sign_off".to_owned()], vec![]));
    let refused = act(test, "finance-review", &id, "fund").expect_status(409);
    assert_eq!(refused["type"], "/problems/contract-in-chain");
    act(test, "finance-review", &id, "return").expect_status(409);
    act(test, "justice-2", &id, "sign-off").expect_status(403);
    act(test, "finance-review", &id, "sign-off").expect_status(403);
    assert_eq!(act(test, "justice-leader", &id, "sign-off").expect_status(200)["state"], "submitted");
    act(test, "justice-leader", &id, "sign-off").expect_status(403);
    let refused = act(test, "justice", &id, "sign-off").expect_status(403);
    assert_eq!(refused["type"], "/problems/self-approval", "who submitted takes no step");
    act(test, "justice-2", &id, "sign-off").expect_status(200);
    assert_eq!(act(test, "justice-2", &id, "sign-off").expect_status(403)["type"], "/problems/self-approval");
    act(test, "justice-3", &id, "sign-off").expect_status(200);
    assert_eq!(tasks(test, "finance-review"), Vec::<String>::new());
    act(test, "justice-4", &id, "sign-off").expect_status(200);
    assert_eq!((tasks(test, "justice-2"), tasks(test, "finance-review")), (vec![], vec!["fund".to_owned()]));
    act(test, "justice-leader", &id, "sign-off").expect_status(409);
    act(test, "finance-review", &id, "fund").expect_status(200);
    assert_eq!(state(test, &id), "funded");
    assert_eq!(differences(test), []);
}

fn a_deputy_signs_off_and_takes_no_other_step(test: &TestApp) {
    chain(test, "0.00");
    deputed(test, "justice-2", "justice-leader", Role::Leader);
    let id = submitted(test, "C-1");
    act(test, "justice-2", &id, "sign-off").expect_status(200);
    for who in ["justice-2", "justice"] {
        let refused = act(test, who, &id, "sign-off").expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    assert_eq!(tasks(test, "justice-2"), ["sign_off"], "another officer is missing");
    assert_eq!(differences(test), []);
}

fn a_step_returns_the_contract_and_the_chain_begins_again(test: &TestApp) {
    chain(test, "0.00");
    let id = submitted(test, "C-1");
    act(test, "justice-leader", &id, "sign-off").expect_status(200);
    act(test, "justice-leader", &id, "return").expect_status(403);
    assert_eq!(act(test, "justice-2", &id, "return").expect_status(200)["state"], "draft");
    act(test, "justice", &id, "submit").expect_status(200);
    assert_eq!(tasks(test, "justice-leader"), ["sign_off"], "the leader again");
    act(test, "justice-leader", &id, "sign-off").expect_status(200);
    assert_eq!(differences(test), []);
}

fn the_first_of_the_chain_opens_the_contract(test: &TestApp) {
    chain(test, "0.00");
    let id = submitted(test, "C-1");
    let read = |who: &str| test.by(who).get(&format!("contracts/{id}")).expect_status(200);
    for who in ["finance-review", "justice-2", "accountant", "contractor"] {
        read(who);
    }
    act(test, "justice", &id, "recall").expect_status(200);
    act(test, "justice", &id, "submit").expect_status(200);
    read("justice-leader");
    let refused = act(test, "justice", &id, "recall").expect_status(409);
    let told = refused.to_string();
    assert!(told.contains("justice-leader") && told.contains("2026-01-06 09:"), "{told}");
    // A sign-off opens as well.
    let id = submitted(test, "C-2");
    act(test, "justice-leader", &id, "sign-off").expect_status(200);
    act(test, "justice", &id, "recall").expect_status(409);
    assert_eq!(differences(test), []);
}

fn a_contract_below_the_amount_goes_to_finance(test: &TestApp) {
    chain(test, "468000.01");
    let id = submitted(test, "C-1");
    assert_eq!(tasks(test, "finance-review"), ["fund"]);
    act(test, "justice-leader", &id, "sign-off").expect_status(409);
    act(test, "finance-review", &id, "fund").expect_status(200);
    assert_eq!(differences(test), []);
}

fn the_pages_follow_the_chain_of_a_contract(test: &TestApp) {
    chain(test, "0.00");
    let id = submitted(test, "C-1");
    let here = format!("/contracts/{id}");
    let form = |name: &str| format!("{here}/act/{name}");
    let offers = |who: &str, name: &str| {
        let shown = Visitor::signed_in(test, who).get(&here).expect_status(200);
        shown.attrs("a", "href").iter().any(|way| way.starts_with(&form(name)))
    };
    assert!(offers("justice-leader", "sign-off") && offers("justice-leader", "return"));
    assert!(!offers("justice-2", "sign-off") && !offers("justice-2", "return"), "it is the leader's turn");
    assert!(!offers("finance-review", "fund") && !offers("finance-review", "return"));
    let barred = Visitor::signed_in(test, "finance-review").get(&form("fund")).expect_status(200);
    assert!(barred.text.contains("分管领导审签环节，由分管领导办理") && !barred.has("#page-form"), "{}", barred.text);
    let leader = Visitor::signed_in(test, "justice-leader");
    assert!(leader.get("/work").expect_status(200).attrs("a.work__what", "href").contains(&form("sign-off")));
    leader.post_from(&form("sign-off"), &form("sign-off"), &[]).expect_status(303);
    assert!(offers("justice-2", "sign-off") && !offers("justice-leader", "sign-off"));
    let officer = Visitor::signed_in(test, "justice-2");
    officer.post_from(&form("return"), &form("return"), &[("reason", "第三条与招标文件不符")]).expect_status(303);
    assert_eq!(state(test, &id), "draft");
    let returned = Visitor::signed_in(test, "justice").get(&here).expect_status(200);
    assert!(returned.text.contains("第三条与招标文件不符"), "{}", returned.text);
    assert_eq!(differences(test), []);
}

fn of_several_who_sign_off_at_once_each_takes_one_step(test: &TestApp) {
    added(test, "justice-3", "officer", "XC-JUSTICE");
    chain(test, "0.00");
    let id = submitted(test, "C-1");
    act(test, "justice-leader", &id, "sign-off").expect_status(200);
    let who = ["justice-2", "justice-3", "justice-2", "justice-3"];
    let mut statuses = race(4, |racer| act(test, who[racer], &id, "sign-off").status);
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 403, 403], "each once");
    assert_eq!(tasks(test, "finance-review"), Vec::<String>::new(), "a third countersigner is missing");
    assert_eq!(differences(test), []);
}

/// Proposes a chain of the purchaser: the leader, and from an amount on the chief leader.
fn own_chain(test: &TestApp, from_on: &str) -> String {
    let mut body = approval_chain(&[("lead", "leader"), ("chief", "leader")], from_on);
    body["subject"] = "contract".into();
    body["steps"][1]["amount"] = "200000.00".into();
    id_of(&test.by("justice").post("approval-chains", &body).expect_status(201))
}

fn decide(test: &TestApp, who: &str, chain: &str) -> u16 {
    test.by(who).post(&format!("approval-chains/{chain}/actions/approve"), &json!({})).status
}

fn a_purchaser_adds_steps_of_its_own(test: &TestApp) {
    added(test, "chief-leader", "leader", "XC-JUSTICE");
    let own = own_chain(test, "2026-01-06");
    assert_eq!([decide(test, "justice", &own), decide(test, "other-leader", &own)], [403, 404]);
    assert_eq!(decide(test, "finance-approve", &own), 404, "it is the purchaser's");
    assert_eq!(decide(test, "justice-leader", &own), 200);
    let payments = test.by("justice").post("approval-chains", &approval_chain(BY_ACCOUNTANT, "2026-01-06"));
    assert_eq!(payments.expect_status(422)["errors"][0]["path"], "subject", "those on payments are of finance");
    assert_eq!(column(&test.by("justice").get("approval-chains").expect_status(200), "id"), [own]);
    let mut finance = approval_chain(&[("legality", "officer")], "2026-01-06");
    finance["subject"] = "contract".into();
    let finance = id_of(&test.by("finance-review").post("approval-chains", &finance).expect_status(201));
    assert_eq!(decide(test, "justice-leader", &finance), 404, "it is of finance");
    assert_eq!(decide(test, "finance-approve", &finance), 200);
    test.at("2026-01-06", 9);
    let id = submitted(test, "C-1");
    for (who, again) in [("justice-leader", "justice-leader"), ("chief-leader", "justice"), ("justice-2", "justice-2")]
    {
        assert_eq!(tasks(test, "finance-review"), Vec::<String>::new());
        act(test, "finance-review", &id, "fund").expect_status(409);
        act(test, who, &id, "sign-off").expect_status(200);
        act(test, again, &id, "sign-off").expect_status(if who == "justice-2" { 409 } else { 403 });
    }
    act(test, "finance-review", &id, "fund").expect_status(200);
    assert_eq!(differences(test), []);
}

fn of_two_who_decide_on_a_chain_at_once_one_does(test: &TestApp) {
    added(test, "chief-leader", "leader", "XC-JUSTICE");
    let own = own_chain(test, "2026-01-06");
    let who = ["justice-leader", "chief-leader"];
    let mut statuses = race(2, |racer| decide(test, who[racer], &own));
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let page = Visitor::signed_in(test, "justice").get("/registers/approval-chains").expect_status(200);
    assert!(page.text.contains("分管领导审签：分管领导；主要领导审签：分管领导（200,000.00元以上）"), "{}", page.text);
    assert!(page.attrs("select", "name").iter().all(|name| name != "pay"), "payments are of finance");
    assert_eq!(differences(test), []);
}

fn other_finance_bureaus_have_their_own_chains(test: &TestApp) {
    added(test, "other-approve", "approver", "JX-FINANCE");
    let mut body = approval_chain(&[("lead", "leader")], "2026-01-06");
    body["subject"] = "contract".into();
    let id = id_of(&test.by("other-finance").post("approval-chains", &body).expect_status(201));
    test.by("other-approve").post(&format!("approval-chains/{id}/actions/approve"), &json!({})).expect_status(200);
    test.at("2026-01-06", 9);
    let id = submitted(test, "C-1");
    act(test, "finance-review", &id, "fund").expect_status(200);
    for (steps, path) in [
        (json!([{"step": "confirm", "role": "officer"}]), "steps[0].step"),
        (json!([{"step": "lead", "role": "officer"}]), "steps[0].role"),
        (json!([{"step": "countersign", "role": "officer", "people": 6}]), "steps[0].people"),
        (json!([{"step": "lead", "role": "leader"}, {"step": "lead", "role": "leader"}]), "steps[1].step"),
    ] {
        body["steps"] = steps;
        body["from_on"] = "2026-02-01".into();
        let refused = test.by("finance-review").post("approval-chains", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path);
    }
}
