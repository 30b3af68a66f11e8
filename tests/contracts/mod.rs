//! Contracts through the API: registered, moved through their states, and refused where a rule forbids it.

mod chains;
mod concurrent;
mod counts;
mod draft_copies;
mod draft_fields;
mod draft_paste;
mod draft_removed;
mod draft_steps;
mod drafts;
mod due_days;
mod names;
mod preview;
mod recalls;
mod search_words;
mod templates;
mod terms;
mod tiers;
mod transitions;

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::programme;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    the_same_request_has_its_effect_once
    duties_are_listed_by_urgency_despite_changes_between_pages
    concurrent_printing_is_limited
}

on_sqlite_first! {
    a_contract_goes_through_its_states
    what_is_not_ones_own_is_not_there
    a_draft_is_updated_only_in_the_version_that_was_read
    funding_never_exceeds_the_appropriation
    statutes_block_signing
    every_fault_of_a_registration_is_named_at_once
    lists_show_what_one_may_see_in_pages
    the_summary_is_printed
    a_waiting_request_succeeds_but_a_clock_set_back_fails
}

fn a_contract_goes_through_its_states(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    let path = format!("contracts/{id}");
    assert_eq!(
        test.by("finance-review").post(&format!("{path}/actions/fund"), &json!({})).status,
        409,
        "a draft is not funded"
    );
    let done = test.by("justice").post(&format!("{path}/actions/submit"), &json!({})).expect_status(200);
    assert_eq!(done["state"], "submitted");
    let back = test.by("finance-review").post(&format!("{path}/actions/return"), &json!({})).expect_status(422);
    assert_eq!(back["errors"][0]["path"], "reason");
    let done = test
        .by("finance-review")
        .post(&format!("{path}/actions/return"), &json!({"reason": "指标文号有误"}))
        .expect_status(200);
    assert_eq!(done["state"], "draft");
    test.by("justice").post(&format!("{path}/actions/submit"), &json!({})).expect_status(200);
    test.by("finance-review").post(&format!("{path}/actions/fund"), &json!({})).expect_status(200);
    let done = test
        .by("justice-leader")
        .post(&format!("{path}/actions/return"), &json!({"reason": "条款待议"}))
        .expect_status(200);
    assert_eq!(done["state"], "draft");
    programme::activate(test, &id);
    let view = test.by("audit").get(&path).expect_status(200);
    assert_eq!((&view["state"], &view["signed_on"]), (&json!("active"), &json!("2026-01-05")));
    assert_eq!(test.by("justice").post(&format!("{path}/actions/withdraw"), &json!({"reason": "x"})).status, 409);
    let standing = test.by("contractor").get(&format!("{path}/standing")).expect_status(200);
    assert_eq!(standing["totals"]["payable"], "0.00");
    let early = test.by("justice-leader").post(&format!("{path}/actions/complete"), &json!({})).expect_status(422);
    assert_eq!(early["errors"].as_array().map(Vec::len), Some(3), "each unpaid milestone is named");
}

fn what_is_not_ones_own_is_not_there(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    let path = format!("contracts/{id}");
    for stranger in ["contractor-2", "other-justice", "other-finance"] {
        assert_eq!(test.by(stranger).get(&path).status, 404, "{stranger}");
    }
    for viewer in ["justice", "justice-leader", "station", "finance-review", "finance-pay", "contractor", "audit"] {
        assert_eq!(test.by(viewer).get(&path).status, 200, "{viewer}");
    }
    assert_eq!(test.by("admin").get(&path).status, 403);
    assert_eq!(test.nobody().get(&path).status, 401);
    assert_eq!(test.by("other-justice").post(&format!("{path}/actions/submit"), &json!({})).status, 404);
    assert_eq!(test.by("contractor").post(&format!("{path}/actions/submit"), &json!({})).status, 403);
    assert_eq!(test.by("justice").post(&format!("{path}/actions/explode"), &json!({})).status, 404);
    assert_eq!(test.by("justice").get("contracts/not-an-id").status, 404);
}

fn a_draft_is_updated_only_in_the_version_that_was_read(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    let path = format!("contracts/{id}");
    let read = test.by("justice").get(&path);
    let etag = read.header("etag").to_owned();
    let mut input = programme::input(test, "XCSF-2026-001");
    input["title"] = json!("社区矫正社会工作服务（更名）");
    assert_eq!(test.by("justice").put(&path, &input).status, 428);
    assert_eq!(test.by("justice").with("If-Match", "\"999\"").put(&path, &input).status, 412);
    test.by("justice").with("If-Match", &etag).put(&path, &input).expect_status(200);
    assert_eq!(test.by("justice").with("If-Match", &etag).put(&path, &input).status, 412, "somebody wrote in between");
    assert_eq!(test.by("justice").get(&path).expect_status(200)["title"], input["title"]);
    input["terms"]["amount"] = json!("468000.01");
    let etag = test.by("justice").get(&path).header("etag").to_owned();
    let refused = test.by("justice").with("If-Match", &etag).put(&path, &input).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "terms.amount");
    input["terms"]["amount"] = json!(468_000);
    let malformed = test.by("justice").with("If-Match", &etag).put(&path, &input).expect_status(400);
    assert_eq!(malformed["errors"][0]["path"], "terms.amount");
}

fn funding_never_exceeds_the_appropriation(test: &TestApp) {
    let appropriation = programme::appropriation(test, "800000.00");
    let first = programme::registered_from(test, "N-1", &appropriation);
    let second = programme::registered_from(test, "N-2", &appropriation);
    for id in [&first, &second] {
        test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({})).expect_status(200);
    }
    test.by("finance-review").post(&format!("contracts/{first}/actions/fund"), &json!({})).expect_status(200);
    let refused =
        test.by("finance-review").post(&format!("contracts/{second}/actions/fund"), &json!({})).expect_status(422);
    assert_eq!(refused["rule"], "budget-first");
    test.by("justice-leader")
        .post(&format!("contracts/{first}/actions/return"), &json!({"reason": "缓办"}))
        .expect_status(200);
    test.by("finance-review").post(&format!("contracts/{second}/actions/fund"), &json!({})).expect_status(200);
}

fn the_same_request_has_its_effect_once(test: &TestApp) {
    let input = programme::input(test, "XCSF-2026-009");
    let ask = |body: &Value| test.by("justice").with("Idempotency-Key", "k-1").post("contracts", body);
    let first = ask(&input).expect_status(201);
    assert_eq!(ask(&input).expect_status(201), first);
    let mut other = input.clone();
    other["number"] = json!("XCSF-2026-010");
    assert_eq!(ask(&other).expect_status(422)["rule"], "idempotency-key");
    assert_eq!(
        test.by("justice").post("contracts", &input).expect_status(422)["errors"][0]["path"],
        "number",
        "the number is taken"
    );
    let racing: Vec<Value> = std::thread::scope(|scope| {
        let other = &other;
        let racers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(move || {
                    test.by("justice").with("Idempotency-Key", "k-2").post("contracts", other).expect_status(201)
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    assert!(racing.iter().all(|answer| answer["id"] == racing[0]["id"]), "{racing:?}");
}

fn every_fault_of_a_registration_is_named_at_once(test: &TestApp) {
    let mut input = programme::input(test, " ");
    input["contractor"] = json!("91341800MA2T000000");
    input["funder"] = json!("XC-JUSTICE");
    input["plan_no"] = json!("计划".repeat(101));
    input["appropriation"] = json!("no such appropriation");
    input["terms"]["amount"] = json!("1.00");
    let refused = test.by("justice").post("contracts", &input).expect_status(422);
    let mut paths: Vec<&str> =
        refused["errors"].as_array().expect("faults").iter().filter_map(|fault| fault["path"].as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["appropriation", "contractor", "funder", "number", "plan_no", "terms.amount"]);
    assert_eq!(refused["rule"], "register");
    // If a broken rule of the terms is the only error, the answer names that rule.
    let mut input = programme::input(test, "S-1");
    input["terms"]["amount"] = json!("1.00");
    let refused = test.by("justice").post("contracts", &input).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "terms.amount");
    assert_ne!(refused["rule"], "register");
    // A number that is taken is named with the other faults.
    test.by("justice").post("contracts", &programme::input(test, "S-2")).expect_status(201);
    let mut input = programme::input(test, "S-2");
    input["funder"] = json!("XC-JUSTICE");
    let refused = test.by("justice").post("contracts", &input).expect_status(422);
    let paths = ["/errors/0/path", "/errors/1/path"].map(|path| refused.pointer(path).and_then(Value::as_str));
    assert_eq!(paths, [Some("funder"), Some("number")]);
}

fn statutes_block_signing(test: &TestApp) {
    /// A change to the officer's input.
    type Change = fn(&mut Value);
    let cases: &[(&str, &str, Change)] = &[
        ("five-terms", "submit", |input| input["terms"]["breach_terms"] = json!([])),
        ("pay-from-acceptance", "activate", |input| input["terms"]["inspection_days"] = Value::Null),
        ("late-interest", "activate", |input| input["terms"]["late_payment_daily_rate"] = json!("0.00008")),
    ];
    for (number, (rule, step, change)) in cases.iter().enumerate() {
        let appropriation = programme::appropriation(test, "468000.00");
        let mut input = programme::input_from(&format!("S-{number}"), &appropriation);
        change(&mut input);
        let id =
            test.by("justice").post("contracts", &input).expect_status(201)["id"].as_str().expect("an id").to_owned();
        let act =
            |who: &str, name: &str, body: &Value| test.by(who).post(&format!("contracts/{id}/actions/{name}"), body);
        let answer = if *step == "submit" {
            act("justice", "submit", &json!({}))
        } else {
            act("justice", "submit", &json!({})).expect_status(200);
            act("finance-review", "fund", &json!({})).expect_status(200);
            act("justice-leader", "activate", &json!({"signed_on": "2026-01-05"}))
        };
        assert_eq!(answer.expect_status(422)["rule"], *rule);
    }
}

fn lists_show_what_one_may_see_in_pages(test: &TestApp) {
    let appropriation = programme::appropriation(test, "5000000.00");
    let ids: Vec<String> =
        (0..5).map(|n| programme::registered_from(test, &format!("L-{n}"), &appropriation)).collect();
    test.by("justice").post(&format!("contracts/{}/actions/submit", ids[2]), &json!({})).expect_status(200);
    let mut seen = Vec::new();
    let mut path = "contracts?limit=2".to_owned();
    loop {
        let page = test.by("justice").get(&path).expect_status(200);
        seen.extend(
            page["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("id").to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("contracts?limit=2&cursor={next}");
    }
    let newest_first: Vec<String> = ids.iter().rev().cloned().collect();
    assert_eq!(seen, newest_first);
    assert!(!ids.iter().any(|id| path.contains(id.as_str())), "a cursor says nothing");
    for wrong in ["cursor=%21%21", &format!("cursor={}", ids[0]), "limit=0", "limit=-1"] {
        assert_eq!(test.by("justice").get(&format!("contracts?{wrong}")).status, 400, "{wrong}");
    }
    let cursor = path.rsplit('=').next().expect("a cursor");
    assert_eq!(test.by("other-justice").get(&format!("contracts?cursor={cursor}")).status, 400, "not theirs to name");
    let numbers = |who: &str, query: &str| -> Vec<String> {
        let page = test.by(who).get(&format!("contracts?{query}")).expect_status(200);
        page["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| item["number"].as_str().expect("number").to_owned())
            .collect()
    };
    assert_eq!(numbers("justice", "state=submitted"), ["L-2"]);
    assert_eq!(numbers("audit", "q=%E7%9F%AB%E6%AD%A3").len(), 5, "two characters of the title find");
    assert_eq!(numbers("contractor", "q=%E9%98%B3%E5%85%89").len(), 5, "two characters of the contractor's name find");
    assert_eq!(numbers("justice", "q=l-3"), ["L-3"]);
    assert!(numbers("justice", "q=%E6%B2%A1%E6%9C%89").is_empty());
    assert_eq!(numbers("justice", "region=341800&year=2026&purchaser=XC-JUSTICE").len(), 5);
    assert!(numbers("justice", "region=341824").is_empty());
    assert!(numbers("justice", "year=2025").is_empty());
    assert!(numbers("contractor-2", "").is_empty());
    assert_eq!(numbers("justice", "duty_before=2026-01-06").len(), 5);
    assert_eq!(test.by("justice").get("contracts?limit=201").status, 400);
    assert_eq!(test.by("justice").get("contracts?state=lost").status, 400);
    let work = test.by("finance-review").get("worklist").expect_status(200);
    assert_eq!((&work["items"][0]["kind"], &work["items"][0]["contract"]), (&json!("fund"), &json!(ids[2])));
    let officer = test.by("justice").get("worklist").expect_status(200);
    let kinds: Vec<&str> =
        officer["items"].as_array().expect("items").iter().filter_map(|item| item["kind"].as_str()).collect();
    assert_eq!(
        (kinds.iter().filter(|k| **k == "submit").count(), kinds.iter().filter(|k| **k == "sign").count()),
        (4, 5)
    );
}

fn duties_are_listed_by_urgency_despite_changes_between_pages(test: &TestApp) {
    let appropriation = programme::appropriation(test, "5000000.00");
    // Except for the first, each contract was awarded earlier than the one before, so the most recently created are the
    // most urgent.
    let awarded = ["2025-12-20", "2025-12-30", "2025-12-28", "2025-12-26", "2025-12-24"];
    let ids: Vec<String> = awarded
        .iter()
        .enumerate()
        .map(|(n, day)| {
            let mut input = programme::input_from(&format!("D-{n}"), &appropriation);
            input["award_on"] = json!(day);
            test.by("justice").post("contracts", &input).expect_status(201)["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    let page = |path: &str| -> (Vec<(String, String)>, Option<String>) {
        let page = test.by("justice").get(path).expect_status(200);
        let text = |item: &Value, key: &str| item[key].as_str().expect(key).to_owned();
        let items = page["items"].as_array().expect("items");
        (
            items.iter().map(|item| (text(item, "id"), text(item, "next_task_on"))).collect(),
            page["next"].as_str().map(str::to_owned),
        )
    };
    let (all, none) = page("contracts?duty_before=2027-01-01");
    assert_eq!((all.len(), none), (5, None));
    assert!(all.is_sorted_by_key(|(_, due_on)| due_on.clone()), "{all:?}");
    let (first, next) = page("contracts?duty_before=2027-01-01&limit=2");
    assert_eq!(first[..], all[..2]);
    // The last contract of the page is withdrawn before the next page is read: no following contract may be skipped.
    let last = &first[1].0;
    test.by("justice")
        .post(&format!("contracts/{last}/actions/withdraw"), &json!({"reason": "采购取消"}))
        .expect_status(200);
    let (second, next) = page(&format!("contracts?duty_before=2027-01-01&limit=2&cursor={}", next.expect("a cursor")));
    assert_eq!(second[..], all[2..4]);
    let (third, end) = page(&format!("contracts?duty_before=2027-01-01&limit=2&cursor={}", next.expect("a cursor")));
    assert_eq!((&third[..], end), (&all[4..], None));
    assert!(ids.iter().all(|id| all.iter().any(|(found, _)| found == id)));
    assert!(page(&format!("contracts?duty_before={}", all[1].1)).0.iter().all(|(_, due_on)| *due_on < all[1].1));
}

fn the_summary_is_printed(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    let path = format!("contracts/{id}/documents/summary.pdf?lang=both&as_of=2026-03-01");
    let printed = test.by("audit").get(&path);
    assert_eq!((printed.status, printed.header("content-type")), (200, "application/pdf"));
    assert!(printed.header("content-disposition").contains("XCSF-2026-001-2026-03-01.pdf"));
    assert!(printed.bytes.starts_with(b"%PDF-"));
    assert_eq!(printed.bytes, test.by("justice").get(&path).bytes, "the same data, the same bytes");
    assert_eq!(test.by("contractor-2").get(&path).status, 404);
}

fn concurrent_printing_is_limited(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    let path = format!("contracts/{id}/documents/summary.pdf");
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..12).map(|_| scope.spawn(|| test.by("justice").get(&path).status)).collect();
        assert!(asked.into_iter().all(|asked| asked.join().expect("it is answered") == 200), "the others wait");
    });
    assert!((1..=luyue::app::MAX_CONCURRENT_PRINTS).contains(&test.app.printer.peak()), "{}", test.app.printer.peak());
}

fn a_waiting_request_succeeds_but_a_clock_set_back_fails(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    let survey = |score: &str| test.by("justice").post(&format!("contracts/{id}/surveys"), &json!({"score": score}));
    test.app.clock.set(luyue::clock::at_hour(crate::support::app::day("2026-02-02"), 9));
    survey("90").expect_status(201);
    test.app
        .clock
        .set(luyue::clock::at_hour(crate::support::app::day("2026-02-02"), 9) - chrono::TimeDelta::seconds(5));
    survey("80").expect_status(201);
    test.at("2026-02-02", 8);
    let refused = survey("70");
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
    let standing = test.by("audit").get(&format!("contracts/{id}/standing?as_of=2026-02-02")).expect_status(200);
    assert_eq!(standing["performance"]["measures"]["satisfaction"], "85.00", "the refused one left nothing");
}
