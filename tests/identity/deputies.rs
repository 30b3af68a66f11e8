//! Delegations that no longer count, and people who would act on both sides of a contract.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::payments::setup::{
    advance, ask, asked, body_of, deputed, id_of, letters_of, newcomer, seated, step, through,
};
use crate::registry::{added, delete, text};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::visitor::{Visitor, give_password};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_delegation_ends_with_the_deputys_last_seat
    a_delegation_ends_when_either_person_is_disabled
    a_delegated_seat_keeps_other_roles_away
}

on_sqlite_first! {
    a_delegation_counts_only_while_the_deputy_has_a_seat
    a_deputy_is_named_by_username_or_full_name
    nobody_acts_for_a_bureau_beside_a_seat_at_the_contractor
}

/// Returns the roles in which a user may act today, with an asterisk after delegated ones.
fn roles(test: &TestApp, who: &str) -> Vec<String> {
    let me = test.by(who).get("me");
    let seats = me.json["seats"].as_array().cloned().unwrap_or_default();
    let role = |seat: &Value| format!("{}{}", text(&seat["role"]), if seat["for"].is_null() { "" } else { "*" });
    seats.iter().map(role).collect()
}

fn delegate(test: &TestApp, deputy: &str) -> String {
    let input = json!({"organisation": "XC-FINANCE", "role": "reviewer", "deputy": deputy, "until_on": "2026-12-31"});
    id_of(&test.by("finance-review").post("delegations", &input).expect_status(201))
}

fn person_id(test: &TestApp, username: &str) -> String {
    let people = test.by("admin").get("people?limit=200").expect_status(200);
    let found = people["items"].as_array().expect("a list").iter().find(|item| item["username"] == username);
    text(&found.expect("they are listed")["id"])
}

/// Returns the bodies of the events that end delegations.
fn ended(test: &TestApp) -> Vec<Value> {
    use diesel::prelude::*;
    use luyue::schema::events;
    let query = events::table.filter(events::action.eq("delegation.end")).order(events::at).select(events::body);
    let bodies: Vec<String> = query.load(&mut *test.app.pool.get().expect("a connection")).expect("the events");
    bodies.iter().map(|body| serde_json::from_str(body).expect("JSON")).collect()
}

fn last_day(test: &TestApp, delegation: &str) -> Value {
    let list = test.by("admin").get("delegations").expect_status(200);
    let found = list["items"].as_array().expect("a list").iter().find(|item| item["id"] == delegation);
    found.expect("it is listed")["until_on"].clone()
}

fn a_deputy_is_named_by_username_or_full_name(test: &TestApp) {
    added(test, "wang.fang", "cashier", "XC-FINANCE");
    added(test, "elsewhere", "officer", "XC-JUSTICE");
    let ask = |deputy: &str| {
        let input =
            json!({"organisation": "XC-FINANCE", "role": "reviewer", "deputy": deputy, "until_on": "2026-12-31"});
        test.by("finance-review").post("delegations", &input)
    };
    for other in ["elsewhere 某", "wang", "某"] {
        assert_eq!(ask(other).expect_status(422)["errors"][0]["path"], "deputy", "{other}");
    }
    let made = ask("Wang.Fang 某").expect_status(201);
    assert_eq!(made["deputy"]["username"], "wang.fang");
    let holder = Visitor::signed_in(test, "finance-review");
    let says_so = || holder.get("/registers/delegations").expect_status(200).text.contains("（待设置密码）");
    assert!(says_so(), "she cannot sign in yet");
    give_password(test, "wang.fang");
    assert!(!says_so());
    // Of two with this name none is taken.
    let mut namesake = crate::registry::person("wang.fang.2", "cashier", "XC-FINANCE");
    namesake["name"] = json!("wang.fang 某");
    test.by("admin").post("people", &namesake).expect_status(201);
    assert_eq!(ask("wang.fang 某").expect_status(422)["errors"][0]["path"], "deputy");
}

fn a_delegation_ends_with_the_deputys_last_seat(test: &TestApp) {
    let deputy = added(test, "wang.fang", "cashier", "XC-FINANCE");
    let seats = format!("people/{deputy}/seats");
    let approver = json!({"organisation": "XC-FINANCE", "role": "approver"});
    let cashier = json!({"organisation": "XC-FINANCE", "role": "cashier"});
    test.by("admin").post(&seats, &approver).expect_status(201);
    let delegation = delegate(test, "wang.fang");
    assert_eq!(roles(test, "wang.fang"), ["cashier", "approver", "reviewer*"]);
    assert_eq!(delete(test, "admin", &seats, &approver).status, 204);
    assert_eq!(roles(test, "wang.fang"), ["cashier", "reviewer*"], "one seat is left");
    assert_eq!(delete(test, "admin", &seats, &cashier).status, 204);
    assert_eq!(test.by("wang.fang").get("accounts").status, 403);
    assert_eq!(last_day(test, &delegation), "2026-01-04");
    assert_eq!(ended(test), [json!({"delegation": delegation, "because": "seat-ended"})]);
    test.by("admin").post(&seats, &cashier).expect_status(201);
    assert_eq!(roles(test, "wang.fang"), ["cashier"], "it has ended for good");

    // The delegated seat itself ends.
    let delegation = delegate(test, "wang.fang");
    let holder = format!("people/{}/seats", person_id(test, "finance-review"));
    let reviewer = json!({"organisation": "XC-FINANCE", "role": "reviewer"});
    test.by("admin").post(&holder, &approver).expect_status(201);
    assert_eq!(delete(test, "admin", &holder, &approver).status, 204);
    assert_eq!(roles(test, "wang.fang"), ["cashier", "reviewer*"], "another seat of the holder ended");
    assert_eq!(delete(test, "admin", &holder, &reviewer).status, 204);
    assert_eq!(roles(test, "wang.fang"), ["cashier"]);
    assert_eq!(ended(test)[1], json!({"delegation": delegation, "because": "seat-ended"}));
}

fn a_delegation_ends_when_either_person_is_disabled(test: &TestApp) {
    let deputy = added(test, "wang.fang", "cashier", "XC-FINANCE");
    let holder = person_id(test, "finance-review");
    for (number, person) in [&deputy, &holder].into_iter().enumerate() {
        let delegation = delegate(test, "wang.fang");
        assert_eq!(roles(test, "wang.fang"), ["cashier", "reviewer*"]);
        for action in ["disable", "enable"] {
            test.by("admin").post(&format!("people/{person}/actions/{action}"), &json!({})).expect_status(200);
        }
        assert_eq!(roles(test, "wang.fang"), ["cashier"]);
        assert_eq!(ended(test)[number], json!({"delegation": delegation, "because": "person-disabled"}));
        assert_eq!(last_day(test, &delegation), "2026-01-04");
    }
}

fn a_delegation_counts_only_while_the_deputy_has_a_seat(test: &TestApp) {
    let mut person = crate::registry::person("wang.fang", "cashier", "XC-FINANCE");
    person["seats"][0]["until_on"] = json!("2026-01-20");
    person["seats"].as_array_mut().expect("a list").push(json!({"organisation": "XC-JUSTICE", "role": "leader"}));
    test.by("admin").post("people", &person).expect_status(201);
    delegate(test, "wang.fang");
    test.at("2026-01-20", 9);
    assert_eq!(roles(test, "wang.fang"), ["cashier", "leader", "reviewer*"]);
    test.at("2026-01-21", 9);
    assert_eq!(roles(test, "wang.fang"), ["leader"], "a seat elsewhere is none there");

    // A deputy who does not count gets no email either.
    test.at("2026-01-05", 9);
    let contract = advance(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    through(test, &payment, 1);
    assert!(letters_of(test, "payment-waiting").contains(&"wang.fang@luyue.test".to_owned()));
    step(test, "finance-review", &payment, "return", &json!({"reason": "金额有误"})).expect_status(200);
    test.at("2026-01-21", 9);
    let before = letters_of(test, "payment-waiting");
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    through(test, &payment, 1);
    let after = letters_of(test, "payment-waiting");
    let count =
        |recipients: &[String], who: &str| recipients.iter().filter(|to| **to == format!("{who}@luyue.test")).count();
    assert_eq!(count(&after, "wang.fang"), count(&before, "wang.fang"));
    assert!(count(&after, "finance-review") > count(&before, "finance-review"));
}

fn a_delegated_seat_keeps_other_roles_away(test: &TestApp) {
    let deputy = added(test, "wang.fang", "officer", "XC-FINANCE");
    delegate(test, "wang.fang");
    let seats = format!("people/{deputy}/seats");
    // The deputy's own seat ends by its date, so that only the delegation is left.
    test.at("2026-01-06", 9);
    use diesel::prelude::*;
    use luyue::schema::seats as table;
    diesel::update(table::table.filter(table::role.eq("officer")))
        .set(table::until_on.eq(crate::support::app::day("2026-01-05")))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("the seat ends");
    for (organisation, role) in [(CONTRACTOR, "contractor"), ("XC-ADMIN", "administrator")] {
        let refused = test.by("admin").post(&seats, &json!({"organisation": organisation, "role": role}));
        assert_eq!(refused.expect_status(422)["errors"][0]["path"], "role", "{role}");
    }
    // The other way round: a role that was delegated before counts as well.
    added(test, "li.na", "cashier", "XC-FINANCE");
    let contractor = json!({"organisation": CONTRACTOR, "role": "contractor"});
    delegate(test, "li.na");
    let refused = test.by("admin").post(&format!("people/{}/seats", person_id(test, "li.na")), &contractor);
    assert_eq!(refused.status, 422);
}

fn nobody_acts_for_a_bureau_beside_a_seat_at_the_contractor(test: &TestApp) {
    let contract = advance(test);
    let request = json!({"deliverable": "EDU-H1", "days": 7, "reason": "场地停电"});
    let extension =
        id_of(&test.by("justice").post(&format!("contracts/{contract}/extensions"), &request).expect_status(201));
    let submission = format!("contracts/{contract}/deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&submission, &[("quantity", "1"), ("note", "另报")], &[]).expect_status(201);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    let account = json!({"name": "户名", "bank": "徽商银行", "number": "6222000011113333"});
    let account =
        test.by("contractor").post(&format!("contractors/{CONTRACTOR}/accounts"), &account).expect_status(201);

    // Seats that the services would not have given together, in a database of an earlier version.
    newcomer(test, "both");
    for (organisation, role) in [
        ("XC-JUSTICE", Role::Officer),
        ("XC-JUSTICE", Role::Leader),
        ("XC-FINANCE", Role::Reviewer),
        ("XC-FINANCE", Role::Approver),
        ("XC-FINANCE", Role::Cashier),
    ] {
        seated(test, "both", organisation, role);
    }
    let others = test.by("both").get(&format!("contracts/{contract}")).expect_status(200);
    seated(test, "both", CONTRACTOR, Role::Contractor);
    let refused = |path: &str, body: &Value| {
        let answer = test.by("both").post(path, body).expect_status(403);
        assert_eq!(answer["type"], "/problems/seat-at-contractor", "{path}");
    };
    refused(&format!("extensions/{extension}/actions/grant"), &json!({}));
    refused(&format!("extensions/{extension}/actions/refuse"), &json!({"reason": "x"}));
    refused(&format!("{submission}/1/decision"), &json!({"decision": "rejected", "note": "x"}));
    for name in ["confirm", "review", "approve", "pay", "return"] {
        refused(&format!("payments/{payment}/actions/{name}"), &body_of(name));
    }
    refused(&format!("accounts/{}/actions/approve", id_of(&account)), &json!({}));
    refused(&format!("contracts/{contract}/actions/complete"), &json!({}));
    // They still read the contract, and act on it for the contractor.
    let own = test.by("both").get(&format!("contracts/{contract}")).expect_status(200);
    assert_eq!(own["number"], others["number"]);
    step(test, "justice", &payment, "return", &json!({"reason": "金额有误"})).expect_status(200);
    ask(test, "both", &contract, "ADVANCE", &json!({})).expect_status(201);
    // A contract of another contractor is not concerned, and neither is a person without that seat.
    deputed(test, "justice-2", "justice-leader", Role::Leader);
    test.by("justice-2").post(&format!("extensions/{extension}/actions/grant"), &json!({})).expect_status(200);
}
