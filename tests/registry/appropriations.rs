//! Appropriations: proposed by one person, approved by another of the region's finance bureau, and visible by region.

use serde_json::{Value, json};

use crate::registry::{added, appropriation, column, hands, leads_to_row, text};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    two_approvers_race_for_one_appropriation
    the_same_appropriation_waits_once
    two_proposals_race_for_one_document
}

on_sqlite_first! {
    an_appropriation_counts_once_another_approves_it
    nobody_approves_what_they_proposed
    money_is_seen_by_region
    an_appropriation_is_whole
    document_and_project_are_known_once
}

/// Proposes an appropriation for a project of its own.
fn propose(test: &TestApp, who: &str, bureau: &str) -> String {
    let mut body = appropriation(bureau, "468000.00");
    body["project"] = json!(test.app.ids.uuid());
    text(&test.by(who).post("appropriations", &body).expect_status(201)["id"])
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str, body: &Value) -> u16 {
    test.by(who).post(&format!("appropriations/{id}/actions/{name}"), body).status
}

fn listed(test: &TestApp, who: &str, id: &str) -> Value {
    let list = test.by(who).get("appropriations?year=2026").expect_status(200);
    list["items"].as_array().expect("a list").iter().find(|item| item["id"] == id).cloned().unwrap_or_default()
}

fn an_appropriation_counts_once_another_approves_it(test: &TestApp) {
    let body = appropriation("XC-JUSTICE", "468000.00");
    let ask =
        || test.by("finance-review").with("Idempotency-Key", "a-1").post("appropriations", &body).expect_status(201);
    let first = ask();
    assert_eq!(first["state"], "proposed");
    assert_eq!(ask(), first, "the same request again");
    let id = text(&first["id"]);
    let seen = listed(test, "justice", &id);
    assert_eq!(
        (&seen["state"], &seen["amount"], &seen["free"]),
        (&json!("proposed"), &json!("468000.00"), &json!("0.00"))
    );
    for (field, value) in body.as_object().expect("an object") {
        assert_eq!(&seen[field], value, "{field}");
    }
    let done =
        test.by("finance-approve").post(&format!("appropriations/{id}/actions/approve"), &json!({})).expect_status(200);
    assert_eq!(done, json!({"id": id, "state": "approved"}));
    assert_eq!(decide(test, "finance-approve", &id, "approve", &json!({})), 409);
    assert_eq!(decide(test, "finance-approve", &id, "refuse", &json!({"reason": "迟了"})), 409);
    assert_eq!(decide(test, "finance-approve", &id, "pay", &json!({})), 404);
    let contract = programme::registered_from(test, "XCSF-2026-001", &id);
    test.by("justice").post(&format!("contracts/{contract}/actions/submit"), &json!({})).expect_status(200);
    test.by("finance-review").post(&format!("contracts/{contract}/actions/fund"), &json!({})).expect_status(200);
    let seen = listed(test, "finance-review", &id);
    assert_eq!((&seen["committed"], &seen["free"]), (&json!("468000.00"), &json!("0.00")));
    assert_eq!(
        column(&test.by("justice").get("appropriations?year=2025").expect_status(200), "id"),
        Vec::<String>::new()
    );
}

fn nobody_approves_what_they_proposed(test: &TestApp) {
    // A user who both reviews and approves, and who has a deputy for approving.
    let both = json!({
        "username": "both", "name": "两岗", "email": "both@luyue.test", "language": "zh",
        "seats": [{"organisation": "XC-FINANCE", "role": "reviewer"}, {"organisation": "XC-FINANCE", "role": "approver"}],
    });
    test.by("admin").post("people", &both).expect_status(201);
    let own = propose(test, "both", "XC-JUSTICE");
    assert_eq!(decide(test, "both", &own, "approve", &json!({})), 403);
    let deputy =
        json!({"organisation": "XC-FINANCE", "role": "approver", "deputy": "finance-pay", "until_on": "2026-01-31"});
    test.by("both").post("delegations", &deputy).expect_status(201);
    assert_eq!(decide(test, "finance-pay", &own, "approve", &json!({})), 403, "not through a deputy either");
    assert_eq!(decide(test, "finance-approve", &own, "approve", &json!({})), 200);
    let of_another = propose(test, "finance-review", "XC-JUSTICE");
    assert_eq!(decide(test, "finance-pay", &of_another, "approve", &json!({})), 200);
    assert_eq!(hands(test, "appropriation.approve", &of_another), ("finance-pay".to_owned(), Some("both".to_owned())));
}

fn two_approvers_race_for_one_appropriation(test: &TestApp) {
    added(test, "approver-2", "approver", "XC-FINANCE");
    for _ in 0..3 {
        let id = propose(test, "finance-review", "XC-JUSTICE");
        let race = |who: &'static str| decide(test, who, &id, "approve", &json!({}));
        let race = &race;
        let mut statuses = std::thread::scope(|scope| {
            let one = scope.spawn(move || race("finance-approve"));
            let other = scope.spawn(move || race("approver-2"));
            [one.join().expect("a racer ends"), other.join().expect("a racer ends")]
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

fn money_is_seen_by_region(test: &TestApp) {
    let city = propose(test, "finance-review", "XC-JUSTICE");
    let county = propose(test, "other-finance", "JX-JUSTICE");
    for (who, seen) in [
        ("finance-review", vec![&city, &county]),
        ("finance-approve", vec![&city, &county]),
        ("audit", vec![&city, &county]),
        ("justice", vec![&city, &county]),
        ("other-finance", vec![&county]),
        ("other-justice", vec![&county]),
        ("other-leader", vec![&county]),
    ] {
        assert_eq!(
            column(&test.by(who).get("appropriations").expect_status(200), "id"),
            seen.into_iter().cloned().collect::<Vec<_>>(),
            "{who}"
        );
    }
    added(test, "other-approve", "approver", "JX-FINANCE");
    assert_eq!(decide(test, "other-approve", &city, "approve", &json!({})), 404, "out of sight");
    assert_eq!(decide(test, "other-approve", &county, "approve", &json!({})), 200);
    let refused =
        test.by("other-finance").post("appropriations", &appropriation("XC-JUSTICE", "1.00")).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "bureau");
    let cursor = text(&test.by("audit").get("appropriations?limit=1").expect_status(200)["next"]);
    assert_eq!(
        test.by("audit").get(&format!("appropriations?cursor={cursor}")).expect_status(200)["next"],
        Value::Null
    );
    assert_eq!(
        test.by("other-justice").get(&format!("appropriations?cursor={cursor}")).status,
        400,
        "what one may not know of"
    );
}

fn an_appropriation_is_whole(test: &TestApp) {
    for (field, value, status, at) in [
        ("amount", json!("0.00"), 422, "amount"),
        ("amount", json!("-1.00"), 400, "amount"),
        ("amount", json!(1), 400, "amount"),
        ("amount", json!("1.001"), 400, "amount"),
        ("year", json!(1999), 422, "year"),
        ("line", json!("  "), 422, "line"),
        ("document_no", json!("字".repeat(201)), 422, "document_no"),
        ("bureau", json!("XC-STATION"), 422, "bureau"),
        ("bureau", json!("52341800MJA000018A"), 422, "bureau"),
        ("state", json!("approved"), 400, "state"),
    ] {
        let mut body = appropriation("XC-JUSTICE", "1.00");
        body[field] = value;
        let refused = test.by("finance-review").post("appropriations", &body).expect_status(status);
        assert_eq!(refused["errors"][0]["path"], at, "{body}");
    }
}

fn the_same_appropriation_waits_once(test: &TestApp) {
    let body = appropriation("XC-JUSTICE", "468000.00");
    let send = |body: &Value| test.by("finance-review").post("appropriations", body);
    let id = text(&send(&body).expect_status(201)["id"]);
    let mut spelt = body.clone();
    spelt["document_no"] = json!("宣财指[2026] 15号");
    for body in [&body, &spelt] {
        let again = test.by("finance-review").post("appropriations", body).expect_status(409);
        assert_eq!(again["type"], "/problems/proposal-waiting");
        leads_to_row(test, &again, ("finance-review", "appropriations", &id));
    }
    let reviewer = Visitor::signed_in(test, "finance-review");
    let mut fields: Vec<(&str, &str)> = body
        .as_object()
        .expect("fields")
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    fields.extend([("year", "2026"), ("amount", "46.8万元")]);
    let path = "/registers/appropriations";
    let again = reviewer.post_from(path, path, &fields).expect_status(409);
    assert!(again.text.contains("相同的内容已经提出"), "{}", again.text);
    send(&appropriation("XC-JUSTICE", "468000.01")).expect_status(422);
    assert_eq!(decide(test, "finance-approve", &id, "refuse", &json!({"reason": "重复"})), 200);
    send(&body).expect_status(201);
}

fn document_and_project_are_known_once(test: &TestApp) {
    let body = appropriation("XC-JUSTICE", "468000.00");
    let send = |body: &Value| test.by("finance-review").post("appropriations", body);
    let id = text(&send(&body).expect_status(201)["id"]);
    assert_eq!(decide(test, "finance-approve", &id, "approve", &json!({})), 200);
    let mut spelt = appropriation("XC-JUSTICE", "1.00");
    (spelt["document_no"], spelt["project"]) = (json!("宣财指[2026] 15 号"), json!("ｘｃ2026-017"));
    (spelt["line"], spelt["year"]) = (json!("2040699 其他司法支出"), json!(2027));
    let refused = send(&spelt).expect_status(422);
    let error = &refused["errors"][0];
    assert_eq!((&refused["rule"], &error["path"]), (&json!("register"), &json!("document_no")));
    let told = text(&error["message"]);
    assert!(
        ["宣财指〔2026〕15号", "XC2026-017", "year 2026", "468,000.00 yuan"].iter().all(|word| told.contains(word)),
        "{told}"
    );
    for (field, other) in [("project", "XC2026-0171"), ("document_no", "宣财指〔2026〕115号"), ("bureau", "JX-JUSTICE")]
    {
        let mut body = body.clone();
        body[field] = json!(other);
        send(&body).expect_status(201);
    }
    // A document of the next year that carries money over cannot be the first one either.
    test.at("2027-01-04", 9);
    let carry = |document: &str| {
        let body = json!({"kind": "carry_over", "from": id, "document_no": document, "reason": "上年结转"});
        test.by("finance-review").post("budget-changes", &body)
    };
    assert_eq!(carry("宣财指〔2026〕15号").expect_status(422)["errors"][0]["path"], "document_no");
    let change = text(&carry("宣财预〔2027〕2号").expect_status(201)["id"]);
    let mut taken = appropriation("XC-JUSTICE", "1.00");
    taken["document_no"] = json!("宣财预〔2027〕2号");
    send(&taken).expect_status(201);
    let approve = format!("budget-changes/{change}/actions/approve");
    let refused = test.by("finance-approve").post(&approve, &json!({})).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "document_no", "another appropriation took it meanwhile");
}

fn two_proposals_race_for_one_document(test: &TestApp) {
    added(test, "reviewer-2", "reviewer", "XC-FINANCE");
    for no in 0..3 {
        let race = |who: &'static str, amount: &'static str| {
            let mut body = appropriation("XC-JUSTICE", amount);
            body["project"] = json!(format!("XC2026-{no}"));
            test.by(who).post("appropriations", &body).status
        };
        let race = &race;
        let mut statuses = std::thread::scope(|scope| {
            let one = scope.spawn(move || race("finance-review", "1.00"));
            let other = scope.spawn(move || race("reviewer-2", "2.00"));
            [one.join().expect("a racer ends"), other.join().expect("a racer ends")]
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422]);
    }
}
