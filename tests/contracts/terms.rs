//! Terms in force on the day: the API, pages, documents, projections and the daily job follow an amendment from its
//! effective day on. No service makes amendments yet, so the tests store the second version themselves.

use luyue::domain::codes::Language;
use luyue::services::contracts::append::save_change;
use luyue::services::contracts::due_changes::{refresh_due_contracts, system_context};
use luyue::services::contracts::record::ContractRecord;
use luyue::services::contracts::versions::{self, Compared};
use luyue::services::contracts::view;
use luyue::services::identity::sessions::local_caller;
use luyue::storage::audit::hash_chains::digest;
use luyue::storage::contracts::{self, TermsRow, projections};
use luyue::storage::write::{Event, write};
use serde_json::{Value, json};

use crate::support::app::{TestApp, day, differences, unsealed_differences};
use crate::support::{pdf, programme};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    every_reading_follows_the_terms_in_force_on_its_day
    a_right_to_end_is_watched_until_it_lapses
}

on_sqlite_first! {
    the_daily_job_refreshes_a_contract_on_the_effective_day
    a_rewritten_draft_is_never_in_force
    an_amendment_of_something_settled_never_comes_into_force
    a_fact_that_would_undo_an_amendment_is_refused
}

const EFFECTIVE_ON: &str = "2026-07-01";
/// Due day of `VISIT-H2` under the signed terms and under the amendment.
const DUE: [&str; 2] = ["2026-12-15", "2026-11-16"];

/// Registers and activates the programme, then stores a version of its terms that moves one due day.
fn amended(test: &TestApp) -> String {
    test.at("2026-01-05", 9);
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    amend(test, |terms| {
        let deliverables = terms["deliverables"].as_array_mut().expect("a list");
        let moved = deliverables.iter_mut().find(|one| one["code"] == "VISIT-H2");
        moved.expect("the deliverable is there")["due_on"] = DUE[1].into();
    });
    id
}

/// Stores a version of the contract's signed terms, changed, that is effective from [`EFFECTIVE_ON`] on.
fn amend(test: &TestApp, change: impl Fn(&mut Value)) {
    write(&test.app.pool, &system_context(&test.app), |tx| {
        let contract = contracts::by_number(tx.connection, "XCSF-2026-001")?.expect("the contract is there");
        let (signed, by, _) = contracts::recorded_terms(tx.connection, contract.id)?.remove(0);
        let mut terms: Value = serde_json::from_str(&signed.terms).expect("the terms are JSON");
        change(&mut terms);
        let terms = terms.to_string();
        let hash = digest(&[&terms, &signed.details]);
        let row = TermsRow { version: 2, effective_on: day(EFFECTIVE_ON), terms, details: signed.details, hash };
        contracts::insert_versions(tx.connection, &[(contract.id, &row, by, tx.context.now)])?;
        let stream = format!("contract:{}", contract.public_id);
        let body = serde_json::json!({ "terms": row.hash });
        let action = luyue::domain::policy::Action::EditContract.into();
        tx.event(&Event { stream: &stream, action, object: &contract.public_id, body })?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        save_change(tx, &mut record)
    })
    .expect("the amendment is stored");
}

/// Returns the first day of the terms in force on a day, and the due day of `VISIT-H2` in them.
fn terms_by_api(test: &TestApp, id: &str, on: &str) -> (Value, Value) {
    let found = test.by("justice").get(&format!("contracts/{id}/terms?on={on}")).expect_status(200);
    let due = found["terms"]["deliverables"].as_array().expect("a list").iter().find(|one| one["code"] == "VISIT-H2");
    (found["effective_on"].clone(), due.expect("the deliverable is there")["due_on"].clone())
}

fn due_by_api(test: &TestApp, id: &str, as_of: &str) -> Value {
    let standing = test.by("justice").get(&format!("contracts/{id}/standing?as_of={as_of}")).expect_status(200);
    let found = standing["deliverables"].as_array().expect("a list").iter().find(|one| one["code"] == "VISIT-H2");
    found.expect("the deliverable is there")["due_on"].clone()
}

fn every_reading_follows_the_terms_in_force_on_its_day(test: &TestApp) {
    let id = amended(test);
    test.at("2026-08-03", 9);
    let justice = local_caller(&test.app, "justice").expect("the officer is there");
    let compared = versions::compare(&test.app, &justice, &id, (None, None), Language::En).expect("two versions");
    assert_eq!((compared.before, compared.after), (1, 2), "the newest with the one before it");
    assert!(compared.terms.iter().any(Compared::differs));
    for (as_of, due) in [("2026-06-30", DUE[0]), (EFFECTIVE_ON, DUE[1]), ("2026-07-02", DUE[1])] {
        assert_eq!(due_by_api(test, &id, as_of), due, "API on {as_of}");
        let since = if due == DUE[0] { "2026-01-05" } else { EFFECTIVE_ON };
        assert_eq!(terms_by_api(test, &id, as_of), (since.into(), due.into()), "terms on {as_of}");
        let page = view::load_overview(&test.app, &justice, &id, Some(day(as_of))).expect("the officer sees it");
        assert_eq!(page.terms_version, 2, "the page leads to the comparison");
        let agreed = page.snapshot.terms.deliverables.iter().find(|one| one.code.as_str() == "VISIT-H2");
        assert_eq!(agreed.expect("the deliverable is there").due_on, day(due), "page on {as_of}");
        let path = format!("contracts/{id}/documents/summary.pdf?lang=en&as_of={as_of}");
        let document = test.by("justice").get(&path);
        assert_eq!(document.status, 200);
        let attached = pdf::words(&document.bytes).join(" ");
        // The other deliverables keep the signed day, so only the amended one distinguishes the versions.
        assert_eq!(attached.contains(DUE[1]), due == DUE[1], "PDF on {as_of}: {attached}");
    }
}

fn the_daily_job_refreshes_a_contract_on_the_effective_day(test: &TestApp) {
    let id = amended(test);
    let due_of_task = || {
        let mut connection = test.app.pool.get().expect("a connection");
        let contract = contracts::by_number(&mut connection, "XCSF-2026-001").expect("read").expect("there");
        let tasks = projections::tasks_of(&mut connection, contract.id).expect("the tasks are read");
        let task = tasks.into_iter().find(|task| task.kind == "deliver" && task.subject == "VISIT-H2");
        (task.expect("the task is there").due_on, contract.next_change)
    };
    test.at("2026-06-30", 9);
    while refresh_due_contracts(&test.app).expect("the job runs") > 0 {}
    assert_eq!(due_of_task(), (day(DUE[0]), day(EFFECTIVE_ON)), "the amendment is the next change");
    test.at(EFFECTIVE_ON, 9);
    assert_eq!(refresh_due_contracts(&test.app).expect("the job runs"), 1);
    assert_eq!(due_of_task().0, day(DUE[1]));
    assert_eq!(differences(test), []);
    assert_eq!(due_by_api(test, &id, EFFECTIVE_ON), DUE[1]);
}

fn a_rewritten_draft_is_never_in_force(test: &TestApp) {
    test.at("2026-01-05", 9);
    let id = programme::registered(test, "XCSF-2026-001");
    let appropriation = test.by("justice").get(&format!("contracts/{id}")).expect_status(200)["appropriation"].clone();
    let mut input = programme::input_from("XCSF-2026-001", appropriation.as_str().expect("an identifier"));
    // The rewritten terms begin later than the first ones.
    input["terms"]["starts_on"] = "2026-01-06".into();
    input["terms"]["deliverables"][3]["due_on"] = DUE[1].into();
    let version = test.by("justice").get(&format!("contracts/{id}")).header("etag").to_owned();
    test.by("justice").with("If-Match", &version).put(&format!("contracts/{id}"), &input).expect_status(200);
    programme::activate(test, &id);
    assert_eq!(due_by_api(test, &id, "2026-01-05"), DUE[1], "the first version was rewritten before anybody signed it");
}

fn an_amendment_of_something_settled_never_comes_into_force(test: &TestApp) {
    test.at("2026-01-05", 9);
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    // The advance has been payable since 2026-01-12.
    amend(test, |terms| {
        terms["milestones"][0]["amount"] = "93500.00".into();
        terms["milestones"][2]["amount"] = "187300.00".into();
    });
    test.at("2026-08-03", 9);
    while refresh_due_contracts(&test.app).expect("the job runs") > 0 {}
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    assert_eq!(standing["amendments"], json!([{"effective_on": EFFECTIVE_ON, "in_force": false}]));
    assert_eq!(standing["milestones"][2]["gross"], "187200.00", "the signed terms go on");
    assert_eq!(terms_by_api(test, &id, "2026-08-03"), ("2026-01-05".into(), DUE[0].into()));
    assert_eq!(differences(test), []);
}

fn a_fact_that_would_undo_an_amendment_is_refused(test: &TestApp) {
    test.at("2026-01-05", 9);
    let appropriation = programme::appropriation(test, "471000.00");
    let id = programme::registered_from(test, "XCSF-2026-001", &appropriation);
    programme::activate(test, &id);
    // One more lesson of a deliverable that no one has accepted yet.
    amend(test, |terms| {
        terms["items"][2]["quantity"] = "49".into();
        terms["deliverables"][2]["quantity"] = "25".into();
        terms["milestones"][2]["amount"] = "190200.00".into();
        terms["amount"] = "471000.00".into();
    });
    test.at("2026-06-19", 9);
    let submissions = format!("contracts/{id}/deliverables/EDU-H1/submissions");
    let file = [("签到表.csv", "编号,人数\nE1,24\n".as_bytes())];
    test.by("contractor").upload(&submissions, &[("quantity", "24")], &file).expect_status(201);
    test.at("2026-08-03", 9);
    let decide = |on: &str| {
        let decision = json!({"decision": "accepted", "quantity": "24", "measured": {"ATTEND": "95"}, "note": "",
            "members": ["张敏", "李强"], "on": on});
        test.by("justice").post(&format!("{submissions}/1/decision"), &decision)
    };
    let refused = decide("2026-06-30").expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("settled-stays"), &json!("on")));
    decide("2026-07-01").expect_status(200);
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    assert_eq!(standing["amendments"], json!([{"effective_on": EFFECTIVE_ON, "in_force": true}]));
}

/// Statute termination-1y.
fn a_right_to_end_is_watched_until_it_lapses(test: &TestApp) {
    let appropriation = programme::appropriation(test, "468000.00");
    let mut input = programme::input_from("XCSF-2026-001", &appropriation);
    input["terms"]["termination"] = json!({"days_late": 5});
    let id = test.by("justice").post("contracts", &input).expect_status(201)["id"].as_str().expect("an id").to_owned();
    programme::activate(test, &id);
    let to_decide = |on: &str| {
        test.at(on, 9);
        while refresh_due_contracts(&test.app).expect("the job runs") > 0 {}
        let list = test.by("justice-leader").get("worklist").expect_status(200);
        let found = list["items"].as_array().expect("a list").iter().find(|task| task["kind"] == "end_contract");
        found.map(|task| (task["due_on"].clone(), task["statute"].clone()))
    };
    let due = Some((json!("2027-06-28"), json!("termination-1y")));
    // The lessons of the first half are due on 2026-06-22, a Monday.
    assert_eq!(to_decide("2026-06-27"), None);
    assert_eq!(to_decide("2026-06-28"), due);
    assert_eq!(unsealed_differences(test), []);
    assert_eq!(to_decide("2027-06-28"), due);
    assert_eq!(to_decide("2027-06-29"), None, "the right has lapsed");
    assert_eq!(unsealed_differences(test), []);
}
