//! A contractor's own organisation: what its people see of it, and the payee account that they change.

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::payments::setup::id_of;
use crate::support::app::{CONTRACTOR, TestApp, differences};
use crate::support::visitor::Visitor;

on_both_engines! {
    a_contractor_sees_its_organisation_and_changes_its_account
}

fn own(test: &TestApp, who: &str) -> Value {
    test.by(who).get("own-organisations").expect_status(200)["items"][0].clone()
}

fn a_contractor_sees_its_organisation_and_changes_its_account(test: &TestApp) {
    let before = own(test, "contractor");
    assert_eq!((&before["credit_code"], &before["proposed"]), (&json!(CONTRACTOR), &Value::Null));
    assert!(
        before["people"].as_array().is_some_and(|people| people.iter().any(|name| name == "contractor")),
        "{before}"
    );
    assert_ne!(own(test, "contractor-2")["credit_code"], before["credit_code"]);
    for who in ["justice", "finance-review", "admin"] {
        assert_eq!(test.by(who).get("own-organisations").status, 403, "{who}");
    }
    let contractor = Visitor::signed_in(test, "contractor");
    let path = "/registers/own-organisation";
    let page = contractor.get(path).expect_status(200);
    assert!(page.text.contains(CONTRACTOR), "{}", page.text);
    page.dom_link(&format!("/contractors/{CONTRACTOR}/record"));
    let typed = [("contractor", CONTRACTOR), ("name", "户名"), ("bank", "徽商银行宣城分行"), ("number", "账号")];
    let wrong = contractor.post_from(path, path, &typed).expect_status(422);
    assert!(wrong.has("[id=number-error]") && wrong.text.contains("徽商银行宣城分行"), "{}", wrong.text);
    let typed = [typed[0], typed[1], typed[2], ("number", "6222 0000 1111 4444")];
    let done = contractor.post_from(path, path, &typed).expect_status(303);
    let page = contractor.get(&done.location).expect_status(200);
    assert!(page.text.contains("已提出") && page.text.contains("6222000011114444"), "{}", page.text);
    assert_eq!(own(test, "contractor")["proposed"]["number"], "6222000011114444");
    let again = contractor.post_from(path, path, &typed);
    assert!(
        again.status == 409 || again.text.contains("/registers/own-organisation"),
        "{} {}",
        again.status,
        again.text
    );
    let waiting = test.by("finance-review").get("accounts").expect_status(200);
    let id = id_of(&waiting["items"][0]);
    test.by("finance-review").post(&format!("accounts/{id}/actions/approve"), &json!({})).expect_status(200);
    let after = own(test, "contractor");
    assert_eq!((&after["account"]["bank"], &after["proposed"]), (&json!("徽商银行宣城分行"), &Value::Null));
    assert_eq!(differences(test), []);
}
