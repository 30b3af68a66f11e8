//! Budget changes: adjustments and transfers between appropriations, by two people and within what is free.

use std::thread;

use luyue::storage::ledger::changes as rows;
use serde_json::{Value, json};

use crate::ledger::{act, advance_paid, budget, short};
use crate::on_both_engines;
use crate::payments::setup::id_of;
use crate::registry::{added, appropriation, leads_to_row, text};
use crate::support::app::{TestApp, differences};
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    an_adjustment_moves_money_once_another_approves_it
    a_transfer_gives_money_to_another_bureau
    a_change_is_refused_where_it_cannot_be_made
    nobody_approves_a_change_of_their_own
    what_contracts_released_is_taken_last
    changes_and_a_funding_race_for_what_is_free
    a_change_that_no_one_made_is_told
    finance_changes_a_budget_on_its_page
    the_same_change_waits_once
}

fn change(kind: &str, (from, to): (&str, &str), amount: &str) -> Value {
    json!({"kind": kind, "from": from, "to": to, "amount": amount, "document_no": "宣财预〔2026〕33号", "reason": "年中调剂"})
}

fn propose(test: &TestApp, body: &Value) -> String {
    id_of(&test.by("finance-review").post("budget-changes", body).expect_status(201))
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> u16 {
    let body = if name == "refuse" { json!({"reason": "依据不足"}) } else { json!({}) };
    test.by(who).post(&format!("budget-changes/{id}/actions/{name}"), &body).status
}

/// Creates two approved appropriations of the justice bureau: 700,000.00 and 100,000.00.
fn two(test: &TestApp) -> (String, String) {
    let other = programme::appropriation_named(test, ("宣财指〔2026〕20号", 2026), "100000.00");
    (programme::appropriation(test, "700000.00"), other)
}

/// Returns amount and free amount of an appropriation.
fn amounts(test: &TestApp, id: &str) -> [String; 2] {
    let found = budget(test, id);
    [text(&found["amount"]), text(&found["free"])]
}

fn an_adjustment_moves_money_once_another_approves_it(test: &TestApp) {
    let (first, second) = two(test);
    let body = change("adjustment", (&first, &second), "300000.00");
    let ask = || test.by("finance-review").with("Idempotency-Key", "c-1").post("budget-changes", &body);
    let proposed = ask().expect_status(201);
    assert_eq!((&proposed["state"], ask().expect_status(201)), (&json!("proposed"), proposed.clone()), "once");
    let id = id_of(&proposed);
    assert_eq!(amounts(test, &first), ["700000.00", "700000.00"], "nothing has moved yet");
    let done = test.by("finance-approve").post(&format!("budget-changes/{id}/actions/approve"), &json!({}));
    assert_eq!(done.expect_status(200), json!({"id": id, "state": "approved"}));
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 409);
    assert_eq!(amounts(test, &first), ["400000.00", "400000.00"]);
    assert_eq!(amounts(test, &second), ["400000.00", "400000.00"]);
    let ledger = test.by("audit").get("ledger?year=2026&limit=200").expect_status(200);
    let posted = short(&ledger);
    for posting in ["appropriated unassigned", "unassigned appropriated"] {
        assert!(posted.contains(&format!("{posting} 300000.00 budget_changes.approve")), "{posted:?}");
    }
    assert_eq!((&ledger["free"], &ledger["balances"]["appropriated"]), (&json!("800000.00"), &json!("-800000.00")));
    let list = test.by("justice").get("budget-changes").expect_status(200);
    let seen = &list["items"][0];
    for (field, value) in
        [("kind", "adjustment"), ("amount", "300000.00"), ("reason", "年中调剂"), ("state", "approved")]
    {
        assert_eq!(seen[field], value, "{field}");
    }
    assert_eq!((&seen["from"]["id"], &seen["to"]["document_no"]), (&json!(first), &json!("宣财指〔2026〕20号")));
    let other = test.by("other-finance").get("budget-changes").expect_status(200);
    assert_eq!(other["items"], json!([]), "of another county nothing");
    // What a contract can commit is what was left.
    let contract = programme::registered_from(test, "XCSF-2026-009", &first);
    act(test, "justice", &contract, "submit", &json!({}));
    let refused = test.by("finance-review").post(&format!("contracts/{contract}/actions/fund"), &json!({}));
    assert_eq!(refused.expect_status(422)["rule"], "budget-first");
    assert_eq!(differences(test), []);
}

fn a_transfer_gives_money_to_another_bureau(test: &TestApp) {
    let (first, second) = two(test);
    let county = id_of(&test.by("finance-review").post("appropriations", &appropriation("JX-JUSTICE", "1.00")).json);
    test.by("finance-approve").post(&format!("appropriations/{county}/actions/approve"), &json!({})).expect_status(200);
    for (kind, to, at) in [("adjustment", &county, "to"), ("transfer", &second, "to")] {
        let refused = test.by("finance-review").post("budget-changes", &change(kind, (&first, to), "1.00"));
        assert_eq!(refused.expect_status(422)["errors"][0]["path"], at, "{kind}");
    }
    let id = propose(test, &change("transfer", (&first, &county), "250.50"));
    added(test, "other-approve", "approver", "JX-FINANCE");
    assert_eq!(decide(test, "other-approve", &id, "approve"), 404, "a county does not decide on the city's money");
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    assert_eq!(
        (amounts(test, &first), amounts(test, &county)),
        (["699749.50".to_owned(), "699749.50".to_owned()], ["251.50".to_owned(), "251.50".to_owned()],)
    );
    assert_eq!(differences(test), []);
}

fn a_change_is_refused_where_it_cannot_be_made(test: &TestApp) {
    let (first, second) = two(test);
    let lapsed = programme::appropriation_named(test, ("宣财指〔2025〕7号", 2025), "500.00");
    let later = programme::appropriation_named(test, ("宣财指〔2027〕1号", 2027), "500.00");
    let open = id_of(&test.by("finance-review").post("appropriations", &appropriation("XC-JUSTICE", "9.00")).json);
    let body = |from: &str, to: &str, amount: &str| change("adjustment", (from, to), amount);
    for (body, status, at) in [
        (body(&first, &second, "700000.01"), 422, "amount"),
        (body(&first, &second, "0.00"), 422, "amount"),
        (body(&first, &second, "1.001"), 400, "amount"),
        (body(&first, &first, "1.00"), 422, "to"),
        (body(&lapsed, &second, "1.00"), 422, "from"),
        (body(&first, &lapsed, "1.00"), 422, "to"),
        (body(&first, &later, "1.00"), 422, "to"),
        (body(&first, &open, "1.00"), 422, "to"),
        (body("nothing", &second, "1.00"), 422, "from"),
    ] {
        let refused = test.by("finance-review").post("budget-changes", &body).expect_status(status);
        assert_eq!(refused["errors"][0]["path"], at, "{body}: {refused}");
    }
    let own = test.by("other-finance").post("budget-changes", &body(&first, &second, "1.00")).expect_status(422);
    assert_eq!(own["errors"][0]["path"], "from", "of another region");
    // What was free at the proposal may be gone at the approval.
    let [one, other] = ["400000.00", "400000.01"].map(|amount| propose(test, &body(&first, &second, amount)));
    assert_eq!(decide(test, "finance-approve", &one, "approve"), 200);
    assert_eq!(decide(test, "finance-approve", &other, "approve"), 422);
    assert_eq!(decide(test, "finance-approve", &other, "refuse"), 200);
    let late = propose(test, &body(&second, &first, "1.00"));
    test.at("2027-01-04", 9);
    assert_eq!(decide(test, "finance-approve", &late, "approve"), 422, "the year has ended");
    assert_eq!(decide(test, "finance-approve", &late, "pay"), 404);
    assert_eq!(differences(test), []);
}

fn nobody_approves_a_change_of_their_own(test: &TestApp) {
    let (first, second) = two(test);
    let both = json!({
        "username": "both", "name": "两岗", "email": "both@luyue.test", "language": "zh",
        "seats": [{"organisation": "XC-FINANCE", "role": "reviewer"}, {"organisation": "XC-FINANCE", "role": "approver"}],
    });
    test.by("admin").post("people", &both).expect_status(201);
    let body = change("adjustment", (&first, &second), "1.00");
    let own = id_of(&test.by("both").post("budget-changes", &body).expect_status(201));
    assert_eq!(decide(test, "both", &own, "approve"), 403);
    let deputy =
        json!({"organisation": "XC-FINANCE", "role": "approver", "deputy": "finance-pay", "until_on": "2026-01-31"});
    test.by("both").post("delegations", &deputy).expect_status(201);
    assert_eq!(decide(test, "finance-pay", &own, "approve"), 403, "not through a deputy either");
    for who in ["justice", "finance-review", "audit", "admin"] {
        assert_eq!(decide(test, who, &own, "approve"), 403, "{who}");
    }
    assert_eq!(test.by("finance-approve").post("budget-changes", &body).status, 403);
    assert_eq!(decide(test, "finance-approve", &own, "approve"), 200);
}

/// Of 700,000.00, a contract commits 468,000.00 and releases 374,400.00.
fn what_contracts_released_is_taken_last(test: &TestApp) {
    let (first, second) = two(test);
    let contract = advance_paid(test, &first);
    act(test, "justice-leader", &contract, "terminate", &json!({"reason": "严重违约"}));
    act(test, "finance-review", &contract, "consent", &json!({}));
    assert_eq!(amounts(test, &first), ["700000.00", "606400.00"]);
    let id = propose(test, &change("adjustment", (&first, &second), "600000.00"));
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    let ledger = test.by("audit").get("ledger?year=2026&limit=200").expect_status(200);
    let taken: Vec<String> = short(&ledger).into_iter().filter(|line| line.starts_with("appropriated ")).collect();
    let parts = ["unassigned 232000.00", "released 368000.00"];
    assert_eq!(taken, parts.map(|part| format!("appropriated {part} budget_changes.approve")));
    let after = budget(test, &first);
    assert_eq!([&after["amount"], &after["released"], &after["free"]], ["100000.00", "6400.00", "6400.00"]);
    assert_eq!(differences(test), []);
    let back = propose(test, &change("adjustment", (&second, &first), "600000.00"));
    assert_eq!(decide(test, "finance-approve", &back, "approve"), 200);
    assert_eq!(amounts(test, &first), ["700000.00", "606400.00"]);
    assert_eq!(differences(test), []);
}

/// Two changes of 400,000.00 and a contract of 468,000.00 want 700,000.00; only one of the three gets its part.
fn changes_and_a_funding_race_for_what_is_free(test: &TestApp) {
    added(test, "approver-2", "approver", "XC-FINANCE");
    for round in 0..3 {
        let first = programme::appropriation_named(test, (&format!("宣财指〔2026〕3{round}号"), 2026), "700000.00");
        let second = programme::appropriation_named(test, (&format!("宣财指〔2026〕4{round}号"), 2026), "1.00");
        let contract = programme::registered_from(test, &format!("XCSF-2026-07{round}"), &first);
        act(test, "justice", &contract, "submit", &json!({}));
        let changes =
            ["400000.00", "400000.01"].map(|amount| propose(test, &change("adjustment", (&first, &second), amount)));
        let fund = format!("contracts/{contract}/actions/fund");
        let mut statuses: Vec<u16> = thread::scope(|scope| {
            let racers = [
                scope.spawn(|| decide(test, "finance-approve", &changes[0], "approve")),
                scope.spawn(|| decide(test, "approver-2", &changes[1], "approve")),
                scope.spawn(|| test.by("finance-review").post(&fund, &json!({})).status),
            ];
            racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422, 422]);
        assert_eq!(differences(test), []);
    }
}

fn a_change_that_no_one_made_is_told(test: &TestApp) {
    use diesel::connection::SimpleConnection;
    let (first, second) = two(test);
    let id = propose(test, &change("adjustment", (&first, &second), "300000.00"));
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    let change = rows::by_public_id(&mut test.app.pool.get().expect("a connection"), &id);
    let key = change.expect("it is read").expect("it is there").from_id.0;
    for statement in [
        "UPDATE budget_changes SET amount_fen = amount_fen + 1".to_owned(),
        format!("UPDATE ledger_postings SET cause_seq = 1 WHERE appropriation_id = {key} AND seq = 2"),
        format!("DELETE FROM ledger_postings WHERE appropriation_id = {key} AND seq = 2"),
        format!("UPDATE appropriations SET amount_fen = 70000000 WHERE id = {key}"),
        format!("UPDATE appropriations SET reclaimed_fen = 1 WHERE id = {key}"),
    ] {
        let connection = &mut *test.app.pool.get().expect("a connection");
        connection.batch_execute(&format!("BEGIN; {statement}")).expect("rows are changed");
        let (_, found) = luyue::services::ledger::check::appropriation_differences(connection).expect("it is checked");
        connection.batch_execute("ROLLBACK").expect("they are as before");
        assert!(found.iter().any(|(_, what)| what.contains("not posted in the ledger")), "{statement}: {found:?}");
    }
}

fn finance_changes_a_budget_on_its_page(test: &TestApp) {
    let (first, second) = two(test);
    let path = "/registers/budget-changes";
    let reviewer = Visitor::signed_in(test, "finance-review");
    let page = reviewer.get(&format!("{path}?from=20%E5%8F%B7")).expect_status(200);
    assert!(page.text.contains("宣财指〔2026〕20号 XC2026-017"), "the appropriation is suggested");
    assert!(page.text.contains("可用 100,000.00 元"), "with what is free");
    let typed = |from: &str, to: &str, amount: &str| {
        let fields = [("kind", "adjustment"), ("document_no", "宣财预〔2026〕33号"), ("reason", "年中调剂")];
        let named = [("from", from), ("to", to), ("amount", amount)];
        reviewer.post_from(path, path, &[fields, named].concat())
    };
    let refused = typed("宣财指〔2026〕12号", "没有这笔", "5 万").expect_status(400);
    assert!(refused.text.contains("没有名称或代码含“没有这笔”的记录"), "{}", refused.text);
    let refused = typed(&first, "宣财指〔2026〕20号", "700000.01").expect_status(422);
    assert!(refused.text_of("#amount-error").contains("可用余额 700,000.00 元"), "{}", refused.text);
    let done = typed("宣财指〔2026〕12号 XC2026-017", "宣财指〔2026〕20号", "50000").expect_status(303);
    let shown = reviewer.get(&done.location).expect_status(200);
    assert!(shown.text.contains("已提出、待另一人批准的指标变更"), "{}", shown.text);
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = approver.get(path).expect_status(200);
    assert_eq!(page.form_ending("/approve").send(&approver, "").status, 303);
    assert_eq!(amounts(test, &second), ["150000.00", "150000.00"]);
}

fn the_same_change_waits_once(test: &TestApp) {
    let (first, second) = two(test);
    let body = change("adjustment", (&first, &second), "300000.00");
    let id = propose(test, &body);
    let mut spelt = body.clone();
    spelt["document_no"] = json!("宣财预[2026] 33号");
    for body in [&body, &spelt] {
        let again = test.by("finance-review").post("budget-changes", body).expect_status(409);
        assert_eq!(again["type"], "/problems/proposal-waiting");
        leads_to_row(test, &again, ("finance-review", "budget-changes", &id));
    }
    propose(test, &change("adjustment", (&first, &second), "1.00"));
    assert_eq!(decide(test, "finance-approve", &id, "refuse"), 200);
    let path = format!("budget-changes/{id}/actions/approve");
    let again = test.by("finance-approve").post(&path, &json!({})).expect_status(409);
    leads_to_row(test, &again, ("finance-approve", "budget-changes", &id));
    propose(test, &body);
    let reviewer = Visitor::signed_in(test, "finance-review");
    let fields = [
        ("kind", "adjustment"),
        ("from", first.as_str()),
        ("to", &second),
        ("amount", "30万元"),
        ("document_no", "宣财预〔2026〕33号"),
        ("reason", "年中调剂"),
    ];
    let path = "/registers/budget-changes";
    let again = reviewer.post_from(path, path, &fields).expect_status(409);
    assert!(again.text.contains("相同的内容已经提出"), "{}", again.text);
    assert!(again.has("details[open] #page-form"), "what was typed stays to be seen: {}", again.text);
    assert!(again.links_in(".govuk-error-summary").iter().any(|(to, _)| to.contains("#row-")), "{}", again.text);
}
