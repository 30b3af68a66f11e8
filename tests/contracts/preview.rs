//! Previews: the API reports what an action would change in money and dates, records nothing, and the action then does
//! just that. Only those who may take the action may ask.

use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup;
use crate::support::app::TestApp;
use crate::support::digest::Dump;
use crate::support::programme;

on_sqlite_first! {
    an_action_does_what_its_preview_told
    a_preview_is_for_those_who_may_act
    a_preview_names_what_it_lacks
}

/// Asks for a preview and returns its figures.
fn preview(test: &TestApp, who: &str, contract: &str, (name, body): (&str, &Value)) -> Vec<Value> {
    let before = Dump::of(&test.app.pool);
    let found = test.by(who).post(&format!("contracts/{contract}/effects/{name}"), body).expect_status(200);
    assert!(before.changes(&Dump::of(&test.app.pool)).is_empty(), "a preview records nothing");
    found["items"].as_array().expect("items").clone()
}

/// Returns the figure of a part.
fn figure<'a>(items: &'a [Value], part: &str, code: &str, name: &str) -> &'a Value {
    let is_it = |item: &&Value| item["part"] == part && item["code"] == code && item["figure"] == name;
    items.iter().find(is_it).unwrap_or_else(|| panic!("no {name} of {code}: {items:?}"))
}

/// Returns a figure of the standing.
fn standing(test: &TestApp, contract: &str, list: &str, code: &str, name: &str) -> Value {
    let standing = test.by("justice").get(&format!("contracts/{contract}/standing")).expect_status(200);
    let rows = standing[list].as_array().expect("rows");
    rows.iter().find(|row| row["code"] == code).expect("it is there")[name].clone()
}

fn an_action_does_what_its_preview_told(test: &TestApp) {
    let contract = setup::midyear(test);
    let extension = json!({"deliverable": "VISIT-H2", "days": 40});
    let told = preview(test, "justice", &contract, ("extension", &extension));
    let due = figure(&told, "deliverable", "VISIT-H2", "due_on");
    assert_eq!(
        (&due["before"], &due["provisional"]),
        (&standing(test, &contract, "deliverables", "VISIT-H2", "due_on"), &json!(true))
    );
    let asked = json!({"deliverable": "VISIT-H2", "days": 40, "reason": "汛期"});
    let asked = test.by("justice").post(&format!("contracts/{contract}/extensions"), &asked).expect_status(201);
    let granted = json!({"change_request": asked["id"]});
    let again = preview(test, "justice-leader", &contract, ("grant", &granted));
    assert_eq!(figure(&again, "deliverable", "VISIT-H2", "due_on"), due);
    let id = asked["id"].as_str().expect("an id");
    test.by("justice-leader").post(&format!("extensions/{id}/actions/grant"), &json!({})).expect_status(200);
    assert_eq!(standing(test, &contract, "deliverables", "VISIT-H2", "due_on"), due["after"]);

    let breaches =
        test.by("justice").get(&format!("contracts/{contract}/standing")).expect_status(200)["breaches"].clone();
    let open = breaches
        .as_array()
        .expect("breaches")
        .iter()
        .find(|one| one["waived"] == false && one["settled_in"].is_null() && one["charged"] != "0.00");
    if let Some(breach) = open {
        let waiver = json!({"clause": breach["clause"], "subject": breach["subject"]});
        let told = preview(test, "justice", &contract, ("waiver", &waiver));
        let charged = figure(&told, "breach", breach["clause"].as_str().expect("a code"), "charged");
        assert_eq!((&charged["before"], &charged["after"]), (&breach["charged"], &json!("0.00")));
    }
    let incident = json!({"incident": "I-77", "clause": "LEAK"});
    let told = preview(test, "justice", &contract, ("incident", &incident));
    let charged = figure(&told, "breach", "LEAK", "charged");
    assert_eq!((&charged["before"], &charged["subject"]), (&json!("0.00"), &json!("I-77")));
    let recorded = json!({"id": "I-77", "clause": "LEAK", "note": "工作记录外泄"});
    setup::incident(test, &contract, &recorded);
    let breaches =
        test.by("justice").get(&format!("contracts/{contract}/standing")).expect_status(200)["breaches"].clone();
    let found = breaches.as_array().expect("breaches").iter().find(|one| one["subject"] == "I-77").expect("a breach");
    assert_eq!(found["charged"], charged["after"]);
    assert!(!preview(test, "justice-leader", &contract, ("terminate", &json!({}))).is_empty());
}

fn a_preview_is_for_those_who_may_act(test: &TestApp) {
    let contract = setup::advance(test);
    let path = format!("contracts/{contract}/effects");
    let extension = json!({"deliverable": "VISIT-H2", "days": 5});
    for (who, name, status) in [
        ("contractor", "extension", 403),
        ("contractor", "apply-extension", 200),
        ("justice", "apply-extension", 403),
        ("contractor-2", "apply-extension", 404),
        ("contractor", "endorse", 403),
        ("contractor-2", "extension", 403),
        ("other-justice", "extension", 404),
        ("justice", "terminate", 403),
        ("justice", "explode", 404),
    ] {
        assert_eq!(test.by(who).post(&format!("{path}/{name}"), &extension).status, status, "{who} {name}");
    }
    let draft = programme::registered(test, "P-2");
    assert_eq!(test.by("justice").post(&format!("contracts/{draft}/effects/extension"), &extension).status, 409);
}

fn a_preview_names_what_it_lacks(test: &TestApp) {
    let contract = setup::advance(test);
    let path = format!("contracts/{contract}/effects");
    for (who, name, body, at) in [
        ("justice", "extension", json!({"deliverable": "VISIT-H2"}), "days"),
        ("justice", "extension", json!({"days": 3}), "deliverable"),
        ("justice", "decision", json!({"deliverable": "VISIT-H1", "no": 1, "decision": "accepted"}), "quantity"),
        ("justice", "waiver", json!({"clause": "LATE"}), "subject"),
        ("justice-leader", "grant", json!({}), "change_request"),
        ("finance-pay", "pay", json!({}), "payment"),
    ] {
        let refused = test.by(who).post(&format!("{path}/{name}"), &body).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], at, "{name}");
    }
    let unknown = json!({"deliverable": "NOWHERE", "days": 3});
    assert_ne!(test.by("justice").post(&format!("{path}/extension"), &unknown).status, 200);
}
