//! Batches: one step on many payment requests, each line decided by itself, through the API and the page.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use luyue::config::Settings;
use luyue::domain::codes::{FactKind, Role};
use luyue::schema::{events, facts, payment_steps};
use luyue::services::payments::batch::MOST_LINES;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::payments::setup::{STEPS, advance, asked, count, milestone, newcomer, seated, shown, step, through};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::by_hand::setting;
use crate::support::programme;
use crate::support::queries;
use crate::support::race::race;
use crate::support::visitor::{PASSWORD, Page, Visitor};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    payments_are_recorded_with_a_voucher_each
    two_approvers_of_one_batch_approve_each_payment_once
    a_check_that_fails_while_a_batch_is_decided_needs_a_reason
    a_reason_is_one_for_the_checks_that_the_page_showed
}

on_sqlite_first! {
    each_line_is_decided_by_itself
    the_page_shows_the_checks_and_the_results
    every_step_is_taken_from_one_page_line_by_line
    the_page_shows_what_an_earlier_day_does_before_it_counts
}

on_both_engines! { with ask_above:
    the_sum_of_a_batch_asks_for_the_password
}

fn ask_above(settings: &mut Settings) {
    settings.proof_above = Some("150.00".to_owned());
}

/// Requests payments of 101.00, 102.00 and so on.
fn several(test: &TestApp, contract: &str, number: usize) -> Vec<String> {
    let amount = |place: usize| json!({ "amount": format!("{}.00", 101 + place) });
    (0..number).map(|place| asked(test, contract, "ADVANCE", &amount(place))).collect()
}

/// Takes a step on lines, under an idempotency key if one is given.
fn act(test: &TestApp, who: &str, name: &str, lines: &Value, key: Option<&str>) -> Reply {
    let caller = test.by(who);
    let caller = match key {
        Some(key) => caller.with("Idempotency-Key", key),
        None => caller,
    };
    caller.post(&format!("payments/actions/{name}"), &json!({ "lines": lines }))
}

/// Returns a line for each payment request, with a reason.
fn lines(payments: &[String]) -> Value {
    payments.iter().map(|id| json!({"id": id, "reason": "发票随后补开，已核实"})).collect()
}

/// Takes a step on all payment requests, which must be possible.
fn all(test: &TestApp, who: &str, name: &str, payments: &[String]) {
    let done = act(test, who, name, &lines(payments), None).expect_status(200);
    let results = done["results"].as_array().expect("results");
    assert!(results.len() == payments.len() && results.iter().all(|one| one["state"].is_string()), "{done}");
}

fn state(test: &TestApp, payment: &str) -> String {
    shown(test, payment)["state"].as_str().expect("a state").to_owned()
}

fn each_line_is_decided_by_itself(test: &TestApp) {
    let contract = advance(test);
    let payments = several(test, &contract, 3);
    let chosen = json!([
        {"id": payments[0], "reason": "发票随后补开，已核实"},
        // No invoice covers it.
        {"id": payments[1]},
        {"id": payments[2], "returned": true, "reason": "等待审计"},
        {"id": "no-such-payment"},
    ]);
    let first = act(test, "justice", "confirm", &chosen, Some("once")).expect_status(200);
    let results = &first["results"];
    assert_eq!(results[0], json!({"id": payments[0], "state": "confirmed"}));
    assert_eq!((&results[1]["problem"]["rule"], &results[1]["id"]), (&json!("batch-reason"), &json!(payments[1])));
    assert_eq!(results[1]["problem"]["errors"][0]["path"], "reason");
    assert_eq!(results[2]["problem"]["rule"], "no-excuse");
    assert_eq!(results[3]["problem"]["type"], "/problems/not-found");
    let states = || payments.iter().map(|payment| state(test, payment)).collect::<Vec<_>>();
    assert_eq!(states(), ["confirmed", "requested", "requested"]);
    // The key holds for the whole: what took effect is not done twice, and another batch is refused.
    assert_eq!(act(test, "justice", "confirm", &chosen, Some("once")).expect_status(200), first);
    assert_eq!(shown(test, &payments[0])["steps"].as_array().map(Vec::len), Some(2));
    let other = act(test, "justice", "confirm", &lines(&payments[1..2]), Some("once")).expect_status(422);
    assert_eq!(other["rule"], "idempotency-key");
    // What waits for another step, or for another role, is refused line by line or as a whole.
    let again = act(test, "justice", "confirm", &lines(&payments[..1]), None).expect_status(200);
    assert_eq!(again["results"][0]["problem"]["type"], "/problems/payment-wrong-state");
    for who in ["contractor", "finance-review", "audit"] {
        act(test, who, "confirm", &lines(&payments), None).expect_status(403);
    }
    let twice = json!([{"id": payments[1]}, {"id": payments[1]}]);
    let twice = act(test, "justice", "confirm", &twice, None).expect_status(400);
    assert_eq!(twice["errors"][0]["path"], "lines[1].id");
    let many: Vec<String> = (0..201).map(|place| format!("payment-{place}")).collect();
    for number in [0, 201] {
        let refused = act(test, "justice", "confirm", &lines(&many[..number]), None).expect_status(422);
        assert_eq!(refused["rule"], "batch", "{number}");
    }
    act(test, "justice", "no-such-step", &lines(&payments), None).expect_status(404);
    // Strangers are told of no payment request.
    let hidden = act(test, "other-justice", "confirm", &lines(&payments[1..2]), None).expect_status(200);
    assert_eq!(hidden["results"][0]["problem"]["type"], "/problems/not-found");
    let returned = json!([{"id": payments[2], "returned": true, "reason": "金额与合同不符"}]);
    act(test, "justice", "confirm", &returned, None).expect_status(200);
    all(test, "justice", "confirm", &payments[1..2]);
    assert_eq!(states(), ["confirmed", "confirmed", "returned"]);
    assert_eq!(differences(test), []);
}

fn payments_are_recorded_with_a_voucher_each(test: &TestApp) {
    let contract = advance(test);
    let payments = several(test, &contract, 2);
    payments.iter().for_each(|payment| through(test, payment, 3));
    let line = |place: usize, voucher: &str| json!({"id": payments[place], "voucher": voucher, "reason": "已核实"});
    // A voucher that two lines bear belongs to one of them at most, so nothing is paid.
    let chosen = json!([line(0, "ZF-1"), line(1, " ｚｆ－1 ")]);
    let refused = act(test, "finance-pay", "pay", &chosen, None).expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("voucher-in-batch"), &json!("lines[1].voucher"))
    );
    assert_eq!(count(test, FactKind::Payment), 0);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let check = format!("/payments/check?do=pay&line={}&line={}", payments[0], payments[1]);
    let reasons = [("lines.0.reason", "已核实"), ("lines.1.reason", "已核实")];
    let vouchers = [("lines.0.voucher", "ZF-1"), ("lines.1.voucher", "zf-1")];
    let form = cashier.get(&check).expect_status(200).form("/payments/decide").with(&reasons).with(&vouchers);
    let page = form.send(&cashier, "").expect_status(400);
    assert_eq!(page.attrs(".govuk-error-summary li a", "href"), ["#lines.1.voucher"]);
    assert_eq!(page.attr("[id='lines.0.voucher']", "value"), "ZF-1", "what was typed stays");
    assert_eq!(count(test, FactKind::Payment), 0);
    let chosen = json!([line(0, "ZF-1")]);
    let done = act(test, "finance-pay", "pay", &chosen, None).expect_status(200);
    assert_eq!(done["results"][0]["state"], "paid");
    let done = act(test, "finance-pay", "pay", &json!([line(1, "ZF-1")]), None).expect_status(200);
    let problem = &done["results"][0]["problem"];
    assert_eq!((&problem["type"], &problem["status"]), (&json!("/problems/voucher-known"), &json!(409)));
    assert_eq!(problem["conflict"]["address"], format!("/contracts/{contract}#payment-{}", payments[0]));
    let done = act(test, "finance-pay", "pay", &json!([line(1, "ZF-2")]), None).expect_status(200);
    assert_eq!(done["results"][0]["state"], "paid");
    assert_eq!(count(test, FactKind::Payment), 2);
    // The reason for paying although a check failed is part of the record.
    let words: Vec<String> = facts::table
        .filter(facts::kind.eq(FactKind::Payment.as_str()))
        .select(facts::words)
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("facts can be read");
    assert!(words.iter().all(|words| words.contains("已核实") && words.contains("ZF-")), "{words:?}");
    assert_eq!(differences(test), []);
}

/// `APPROVED_AT_ONCE=1000 cargo nextest run batches::two_approvers` takes as many payments.
fn two_approvers_of_one_batch_approve_each_payment_once(test: &TestApp) {
    let first = advance(test);
    newcomer(test, "approve-2");
    seated(test, "approve-2", "XC-FINANCE", Role::Approver);
    let others = ["XCSF-2026-002", "XCSF-2026-003", "XCSF-2026-004"].map(|number| {
        let id = programme::registered(test, number);
        programme::activate(test, &id);
        id
    });
    test.at("2026-01-13", 10);
    let contracts = std::iter::once(first).chain(others);
    let number = usize::try_from(setting("APPROVED_AT_ONCE", 40)).expect("a number");
    let payments: Vec<String> = contracts.flat_map(|contract| several(test, &contract, number / 4)).collect();
    let batches = || payments.chunks(MOST_LINES);
    batches().for_each(|batch| all(test, "justice", "confirm", batch));
    batches().for_each(|batch| all(test, "finance-review", "review", batch));
    let answers = race(2, |racer| {
        let who = ["finance-approve", "approve-2"][racer];
        let approve = |batch: &[String]| act(test, who, "approve", &lines(batch), None).expect_status(200);
        batches().map(approve).collect::<Vec<Value>>()
    });
    for (place, payment) in payments.iter().enumerate() {
        let (batch, line) = (place / MOST_LINES, place % MOST_LINES);
        let results: Vec<&Value> = answers.iter().map(|answer| &answer[batch]["results"][line]).collect();
        let approved = results.iter().filter(|result| result["state"] == "approved").count();
        let refused = results.iter().filter(|result| result["problem"]["status"] == 409).count();
        assert_eq!((approved, refused), (1, 1), "{payment}: {results:?}");
    }
    let steps: i64 = payment_steps::table
        .filter(payment_steps::action.eq("approve"))
        .count()
        .get_result(&mut *test.app.pool.get().expect("a connection"))
        .expect("steps can be counted");
    assert_eq!(usize::try_from(steps), Ok(payments.len()));
}

/// While forty requests that an invoice covers are confirmed without a reason, another one is made that it does not
/// cover any more: from then on each needs a reason.
fn a_check_that_fails_while_a_batch_is_decided_needs_a_reason(test: &TestApp) {
    let contract = advance(test);
    let payments = several(test, &contract, 40);
    let invoice = [("number", "26342000000012345678"), ("amount", "4820.00")];
    let path = format!("contracts/{contract}/milestones/ADVANCE/invoice");
    test.by("contractor").upload_as("file", &path, &invoice, &[("发票.pdf", &pdf(b"invoice"))]).expect_status(201);
    let chosen: Value = payments.iter().map(|id| json!({ "id": id })).collect();
    let answers = race(2, |racer| {
        if racer == 0 {
            return act(test, "justice", "confirm", &chosen, None).expect_status(200);
        }
        while state(test, &payments[0]) == "requested" {
            std::thread::yield_now();
        }
        json!(asked(test, &contract, "ADVANCE", &json!({"amount": "900.00"})))
    });
    let results = answers[0]["results"].as_array().expect("results");
    let confirmed = results.iter().filter(|result| result["state"] == "confirmed").count();
    let refused = results.iter().filter(|result| result["problem"]["rule"] == "batch-reason").count();
    assert_eq!(confirmed + refused, payments.len(), "{results:?}");
    let actions: Vec<String> = events::table
        .filter(events::stream.eq(format!("contract:{contract}")))
        .order(events::seq)
        .select(events::action)
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("events can be read");
    let last = actions.iter().rposition(|action| action == "payments.request").expect("a request");
    assert!(actions[last..].iter().all(|action| action != "payments.confirm"), "{actions:?}");
    assert_eq!(actions.iter().filter(|action| *action == "payments.confirm").count(), confirmed);
}

/// Shows a request that an invoice does not cover, then approves an account of the contractor and confirms the request
/// with a reason for the invoice.
fn a_reason_is_one_for_the_checks_that_the_page_showed(test: &TestApp) {
    let contract = advance(test);
    let payment = &several(test, &contract, 1)[0];
    let officer = Visitor::signed_in(test, "justice");
    let check = format!("/payments/check?do=confirm&line={payment}");
    let page = officer.get(&check).expect_status(200);
    let names = ["do", "lines.0.id", "lines.0.seen"];
    let mut fields: Vec<(String, String)> = names.map(|name| (name.to_owned(), page.hidden(name))).into();
    fields.extend(
        [("lines.0.do", "confirm"), ("lines.0.reason", "发票随后补开")].map(|(a, b)| (a.to_owned(), b.to_owned())),
    );
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields[2].1, "seen invoice");
    let account =
        "INSERT INTO account_changes (public_id, contractor_id, account_name, account_bank, account_number, state,
        proposed_by, proposed_at, decided_by, decided_at)
        SELECT 'changed', contractor_id, 'x', 'x', '1', 'approved', created_by, created_at, created_by, created_at
        FROM contracts";
    test.app.pool.get().expect("a connection").batch_execute(account).expect("another account");
    let done = officer.led(&officer.post_from(&check, "/payments/decide", &fields));
    assert!(done.text_of("#refused").contains('1') && done.text.contains("页面显示后"), "{}", done.text);
    assert_eq!(state(test, payment), "requested");
    decide(&officer, &check, &[("confirm", "发票随后补开，账户已核实")], &[]).expect_status(303);
    assert_eq!(state(test, payment), "confirmed");
}

/// Sends the decisions on the first lines of a check: for each line its decision and its reason.
fn decide(visitor: &Visitor<'_>, check: &str, decisions: &[(&str, &str)], more: &[(&str, &str)]) -> Page {
    let page = visitor.get(check).expect_status(200);
    let step = page.hidden("do");
    let mut fields: Vec<(String, String)> = vec![("do".to_owned(), step)];
    for (place, (decision, reason)) in decisions.iter().enumerate() {
        let id = page.hidden(&format!("lines.{place}.id"));
        fields.push((format!("lines.{place}.id"), id));
        let seen = format!("lines.{place}.seen");
        fields.push((seen.clone(), page.hidden(&seen)));
        fields.push((format!("lines.{place}.do"), (*decision).to_owned()));
        fields.push((format!("lines.{place}.reason"), (*reason).to_owned()));
    }
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = fields.chain(more.iter().copied()).collect();
    visitor.post_from(check, "/payments/decide", &fields)
}

fn the_page_shows_the_checks_and_the_results(test: &TestApp) {
    let contract = advance(test);
    let payments = several(test, &contract, 3);
    let reviewer = Visitor::signed_in(test, "finance-review");
    assert!(!reviewer.get("/payments").has("input[name=line]"), "nothing waits for finance yet");
    let officer = Visitor::signed_in(test, "justice");
    let desk = officer.get("/payments").expect_status(200);
    assert_eq!(desk.attrs("input[name=line]", "value"), payments);
    assert_eq!(desk.attrs("button[name=do]", "value"), ["confirm"]);
    let ticked = desk.attrs("#found form a", "href").into_iter().find(|href| href.contains("ticked"));
    let ticked = officer.get(&ticked.expect("all can be ticked")).expect_status(200);
    assert_eq!(ticked.attrs("input[name=line][checked]", "value"), payments);

    let none = officer.get("/payments/check?do=confirm").expect_status(422);
    assert!(none.text.contains("请选择 1 至 200 笔付款申请"), "{}", none.text);
    officer.get("/payments/check?do=confirm&line=no-such-payment").expect_status(404);
    let chosen: String = payments.iter().map(|id| format!("&line={id}")).collect();
    let check = format!("/payments/check?do=confirm{chosen}");
    let page = officer.get(&check).expect_status(200);
    assert!(page.text.contains("306.00"), "the sum of 101, 102 and 103: {}", page.text);
    assert_eq!(page.texts("fieldset .checks .fails").len(), 3, "no invoice covers any of them");
    // The reader who may not take the step sees that, and no form.
    let other = reviewer.get(&check).expect_status(200);
    assert!(!other.has("#page-form select") && other.text.contains("本笔不能在此办理"), "{}", other.text);

    // A form with a fault decides nothing.
    let reasons = [("confirm", "已核实"), ("confirm", ""), ("return", "")];
    let refused = decide(&officer, &check, &reasons, &[]).expect_status(400);
    let links = refused.attrs(".govuk-error-summary li a", "href");
    assert_eq!(links, ["#lines.1.reason", "#lines.2.reason"]);
    assert_eq!(refused.attr("[id='lines.0.reason']", "value"), "已核实", "what was typed stays");
    decide(&officer, &check, &[("leave", ""), ("leave", ""), ("leave", "")], &[]).expect_status(400);
    assert!(payments.iter().all(|payment| state(test, payment) == "requested"));

    let decisions = [("confirm", "已核实"), ("leave", ""), ("return", "等待审计")];
    let done = officer.led(&decide(&officer, &check, &decisions, &[]));
    assert_eq!(done.text_of(".govuk-notification-banner__heading"), "已办理 1 笔");
    assert_eq!(done.text_of("#refused"), "未办理 1 笔");
    assert!(done.text.contains("不得以“等待审计”为由"), "{}", done.text);
    let states: Vec<String> = payments.iter().map(|payment| state(test, payment)).collect();
    assert_eq!(states, ["confirmed", "requested", "requested"]);
    // What was typed for the line that was not done is on the page of results, and in a form with that line alone.
    assert!(done.text_of("[aria-labelledby=refused]").contains("理由：等待审计"), "{}", done.text);
    let again = officer.get(&done.dom_link("/payments/decide?kept=")).expect_status(200);
    let form = again.form("/payments/decide");
    let held = ["id", "do", "reason"].map(|name| form.value(&format!("lines.0.{name}")));
    assert_eq!(held, [Some(payments[2].as_str()), Some("return"), Some("等待审计")]);
    let corrected = form.with(&[("lines.0.reason", "发票抬头有误")]).send(&officer, "").expect_status(303);
    officer.get(&corrected.location).expect_status(200);
    assert_eq!(state(test, &payments[2]), "returned");
}

fn every_step_is_taken_from_one_page_line_by_line(test: &TestApp) {
    let contract = advance(test);
    let payments = several(test, &contract, 3);
    for (name, who) in STEPS {
        let visitor = Visitor::signed_in(test, who);
        let desk = visitor.get("/payments").expect_status(200);
        assert_eq!(desk.attrs("button[name=do]", "value"), [name], "one step waits for {who}");
        assert_eq!(desk.attrs("input[name=line]", "value"), payments);
        let chosen: String = payments.iter().map(|id| format!("&line={id}")).collect();
        let check = format!("/payments/check?do={name}{chosen}");
        let page = visitor.get(&check).expect_status(200);
        let mut fields = vec![("do".to_owned(), name.to_owned())];
        for place in 0..3 {
            let of = |field: &str| format!("lines.{place}.{field}");
            fields.extend(["id", "seen"].map(|field| (of(field), page.hidden(&of(field)))));
            fields.extend([(of("do"), name.to_owned()), (of("reason"), "已核实".to_owned())]);
            if name == "pay" {
                fields.extend([(of("voucher"), format!("ZF-{place}")), (of("on"), "2026-01-13".to_owned())]);
            }
        }
        // Meanwhile someone has taken the step of the second.
        let body = json!({"reason": "已核实", "voucher": "ZF-9"});
        step(test, who, &payments[1], name, &body).expect_status(200);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
        let done = visitor.led(&visitor.post_from(&check, "/payments/decide", &fields));
        assert_eq!(done.text_of(".govuk-notification-banner__heading"), "已办理 2 笔", "{name}");
        assert_eq!(done.text_of("#refused"), "未办理 1 笔", "{name}");
    }
    assert!(payments.iter().all(|payment| state(test, payment) == "paid"));
}

fn the_sum_of_a_batch_asks_for_the_password(test: &TestApp) {
    let contract = advance(test);
    let payments = several(test, &contract, 2);
    let approver = Visitor::signed_in(test, "finance-approve");
    payments.iter().for_each(|payment| through(test, payment, 2));
    let one = format!("/payments/check?do=approve&line={}", payments[0]);
    let both = format!("{one}&line={}", payments[1]);
    let asks = |check: &str| approver.get(check).has("input[name=current_password]");
    assert!(!asks(&both), "signing in counts for ten minutes");
    test.app.clock.set(test.now() + chrono::TimeDelta::minutes(11));
    assert!(asks(&both) && !asks(&one), "each is within the amount, their sum is not");
    let decisions = [("approve", "已核实"), ("approve", "已核实")];
    let refused = decide(&approver, &both, &decisions, &[]).expect_status(422);
    assert_eq!(refused.attrs(".govuk-error-summary li a", "href"), ["#current_password"]);
    let wrong = decide(&approver, &both, &decisions, &[("current_password", "不对")]).expect_status(422);
    assert!(!wrong.text.contains("不对"), "{}", wrong.text);
    assert!(payments.iter().all(|payment| state(test, payment) == "reviewed"));
    decide(&approver, &both, &decisions, &[("current_password", PASSWORD)]).expect_status(303);
    assert!(payments.iter().all(|payment| state(test, payment) == "approved"));
}

#[test]
fn a_check_sends_as_many_queries_for_six_lines_as_for_two() {
    queries::listen();
    let test = &TestApp::sqlite();
    let first = advance(test);
    let second = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &second);
    test.at("2026-01-13", 10);
    let payments = [several(test, &first, 3), several(test, &second, 3)].concat();
    let officer = Visitor::signed_in(test, "justice");
    let number = |chosen: &[&String]| {
        let chosen: String = chosen.iter().map(|id| format!("&line={id}")).collect();
        let check = format!("/payments/check?do=confirm{chosen}");
        officer.get(&check).expect_status(200);
        queries::record(|| drop(officer.get(&check).expect_status(200))).len()
    };
    let two = number(&[&payments[0], &payments[1]]);
    let six = number(&payments.iter().collect::<Vec<_>>());
    assert_eq!(two, six);
}

fn the_page_shows_what_an_earlier_day_does_before_it_counts(test: &TestApp) {
    let id = advance(test);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    through(test, &payment, 3);
    // The advance is due on 2026-02-11: by the 20th it is late, paid on the 10th it is not.
    test.at("2026-02-20", 9);
    let interest = milestone(test, &id, "ADVANCE")["late_interest"].as_str().expect("an amount").to_owned();
    assert_ne!(interest, "0.00");
    let changes = |page: &Page| {
        let values = page.texts("#page-form .govuk-summary-list__value");
        values.into_iter().filter(|value| value.contains(" → ")).collect::<Vec<_>>()
    };
    let cashier = Visitor::signed_in(test, "finance-pay");
    let check = cashier.get(&format!("/payments/check?do=pay&line={payment}")).expect_status(200);
    assert_eq!(changes(&check), ["逾期未付 → 已付清"], "today changes no interest");
    // What is typed is shown with what it does as soon as the page is shown again.
    let reason = [("lines.0.reason", "发票随后补开，已核实")];
    let typed = check.form("/payments/decide").with(&reason).with(&[("lines.0.on", "2026-02-10")]);
    let again = typed.send(&cashier, "").expect_status(400);
    assert!(changes(&again).contains(&format!("{interest} → 0.00")), "{:?}", changes(&again));
    assert_eq!(again.form("/payments/decide").with(&[("lines.0.voucher", "V")]).send(&cashier, "").status, 303);
    assert_eq!(shown(test, &payment)["state"], "backdated");
    let approver = Visitor::signed_in(test, "finance-approve");
    let consent = approver.get(&format!("/payments/check?do=allow&line={payment}")).expect_status(200);
    assert!(changes(&consent).contains(&format!("{interest} → 0.00")), "{:?}", changes(&consent));
    assert_eq!(consent.form("/payments/decide").with(&reason).send(&approver, "").status, 303);
    assert_eq!(milestone(test, &id, "ADVANCE")["late_interest"], "0.00");
}
