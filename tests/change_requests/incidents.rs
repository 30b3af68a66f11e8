//! Incidents: proposed by the officer or the justice station, with evidence, and facts only once the leader grants
//! them.

use luyue::domain::codes::{FactKind, Role};
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::objections::setup::{answer, raised, tasks_of};
use crate::payments::setup::{advance, count, deputed, id_of, incident, letters_of, seated};
use crate::support::app::{Reply, TestApp};
use crate::support::checked::unsealed_differences;
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    no_one_grants_their_own_incident
}

on_sqlite_first! {
    an_incident_counts_once_it_is_granted
    an_incident_is_proposed_once
    an_incident_under_another_number_or_spelling_is_found
    finance_answers_about_a_granted_incident
}

fn leak(id: &str) -> Value {
    json!({"id": id, "clause": "LEAK", "note": "工作记录外泄"})
}

fn propose(test: &TestApp, who: &str, contract: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/incidents"), body)
}

fn decide(test: &TestApp, who: &str, proposal: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("incidents/{proposal}/actions/{name}"), body)
}

/// Returns the clause and the day of each breach.
fn breaches(test: &TestApp, contract: &str) -> Vec<(String, String)> {
    let standing = test.by("contractor").get(&format!("contracts/{contract}/standing")).expect_status(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = standing["breaches"].as_array().expect("breaches");
    all.iter().map(|breach| (text(&breach["subject"]), text(&breach["since"]))).collect()
}

fn an_incident_counts_once_it_is_granted(test: &TestApp) {
    let id = advance(test);
    let evidence = pdf("情况说明".as_bytes());
    let fields = [("id", "I-1"), ("clause", "LEAK"), ("note", "工作记录外泄")];
    let path = format!("contracts/{id}/incidents");
    let proposed = test.by("station").upload(&path, &fields, &[("情况说明.pdf", &evidence)]).expect_status(201);
    assert_eq!((&proposed["state"], &proposed["seq"]), (&json!("asked"), &Value::Null));
    assert_eq!((breaches(test, &id), count(test, FactKind::Incident)), (Vec::new(), 0));
    assert_eq!(letters_of(test, "breach-found"), [] as [&str; 0]);
    // The day is that of the incident, whenever it is granted.
    test.at("2026-01-15", 9);
    let proposal = id_of(&proposed);
    let leader = Visitor::signed_in(test, "justice-leader");
    let grant = leader.get("/work").expect_status(200).dom_link(&format!("/contracts/{id}/act/grant"));
    let page = leader.get(&grant).expect_status(200);
    assert!(page.text.contains("工作记录外泄") && page.text.contains("情况说明.pdf"), "{}", page.text);
    let effects = page.rows("[aria-labelledby=effects] table");
    assert!(effects.iter().any(|row| row[1] == "0.00" && row[2] == "20,000.00"), "{effects:?}");
    let done = page.form(&format!("/contracts/{id}/act/grant")).send(&leader, "");
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(breaches(test, &id), [("I-1".to_owned(), "2026-01-13".to_owned())]);
    assert_eq!(count(test, FactKind::Incident), 1);
    assert!(letters_of(test, "breach-found").contains(&"contractor@luyue.test".to_owned()));
    let page = leader.get(&format!("/contracts/{id}")).expect_status(200);
    assert!(page.text_of(&format!("#change-request-{proposal}")).contains("已同意"), "{}", page.text);
    for name in ["grant", "refuse"] {
        let again = decide(test, "justice-leader", &proposal, name, &json!({"reason": "x"}));
        assert_eq!(again.expect_status(409)["type"], "/problems/change-request-decided", "{name}");
    }
    assert_eq!(unsealed_differences(test), []);
}

fn an_incident_is_proposed_once(test: &TestApp) {
    let id = advance(test);
    let first = id_of(&propose(test, "justice", &id, &leak("I-1")).expect_status(201));
    let mut other = leak("I-1");
    other["on"] = json!("2026-01-12");
    other["another"] = json!(true);
    for who in ["justice", "station"] {
        let conflict = propose(test, who, &id, &other).expect_status(409);
        assert_eq!(conflict["type"], "/problems/repeated-incident", "{who}");
        assert_eq!(conflict["conflict"]["address"], format!("/contracts/{id}#change-request-{first}"), "{who}");
    }
    assert_eq!(decide(test, "justice-leader", &first, "refuse", &json!({})).expect_status(422)["rule"], "reason");
    assert_eq!(decide(test, "justice-leader", &first, "endorse", &json!({})).status, 404, "it needs no endorsement");
    decide(test, "justice-leader", &first, "refuse", &json!({"reason": "证据不足"})).expect_status(200);
    assert_eq!((breaches(test, &id), count(test, FactKind::Incident)), (Vec::new(), 0));
    // What was refused can be proposed again; what is recorded cannot, from any seat.
    let seq = incident(test, &id, &leak("I-1"));
    let conflict = propose(test, "station", &id, &leak("I-1")).expect_status(409);
    assert_eq!(conflict["type"], "/problems/incident-recorded-already");
    assert_eq!(conflict["conflict"]["address"], format!("/contracts/{id}#record-{seq}"));
    assert_eq!(propose(test, "justice", &id, &other).expect_status(422)["errors"][0]["path"], "id");
    for (who, status) in [("contractor", 403), ("justice-leader", 403), ("audit", 403), ("other-justice", 404)] {
        assert_eq!(propose(test, who, &id, &leak("I-2")).status, status, "{who}");
    }
}

fn an_incident_under_another_number_or_spelling_is_found(test: &TestApp) {
    let id = advance(test);
    let noted = |number: &str, note: &str| json!({"id": number, "clause": "LEAK", "note": note});
    let first = propose(test, "station", &id, &noted(" Ｉ–１ 号 ", "工作记录 外泄")).expect_status(201);
    let pending = test.by("justice").get(&format!("contracts/{id}/change-requests")).expect_status(200);
    assert_eq!(pending["items"][0]["fact"]["id"], "I-1号", "stored as other numbers are: {pending}");
    // The same number in another spelling, pending and then granted.
    for spelling in ["I-1号", "i－1号", "I — 1 号"] {
        let refused = propose(test, "justice", &id, &noted(spelling, "另一说明")).expect_status(409);
        assert_eq!(refused["type"], "/problems/repeated-incident", "{spelling}");
    }
    let again = noted("I-2", "工作记录外泄 ");
    let refused = propose(test, "justice", &id, &again).expect_status(409);
    assert_eq!(refused["type"], "/problems/repeated-incident-number");
    assert_eq!(refused["conflict"]["address"], format!("/contracts/{id}#change-request-{}", id_of(&first)));
    assert_eq!(refused["conflict"]["repeatable"], true);
    let granted = decide(test, "justice-leader", &id_of(&first), "grant", &json!({})).expect_status(200);
    let seq = granted["seq"].as_i64().expect("a number");
    for spelling in ["i－1号", "Ｉ-1 号"] {
        let refused = propose(test, "justice", &id, &noted(spelling, "")).expect_status(409);
        assert_eq!(refused["type"], "/problems/incident-recorded-already", "{spelling}");
        let mut other = noted(spelling, "");
        other["on"] = json!("2026-01-12");
        assert_eq!(propose(test, "justice", &id, &other).expect_status(422)["errors"][0]["path"], "id", "{spelling}");
    }
    let refused = propose(test, "justice", &id, &again).expect_status(409);
    assert_eq!(refused["conflict"]["address"], format!("/contracts/{id}#record-{seq}"));
    // The page links to the first and records another when told to.
    let officer = Visitor::signed_in(test, "justice");
    let act = format!("/contracts/{id}/act/incident");
    let typed = [("id", "I-2"), ("clause", "LEAK"), ("note", "工作记录外泄")];
    let mut page = officer.get(&act).expect_status(200).form(&act).with(&typed).send(&officer, "");
    if page.has("input[name=seen]") {
        page = page.form(&act).send(&officer, "");
    }
    let page = page.expect_status(409);
    assert!(page.text.contains("仍然另记一条") && page.text.contains(&format!("#record-{seq}")), "{}", page.text);
    // What differs is another incident: its day, its note, or no note at all.
    for (number, note, on) in [("I-3", "工作记录外泄", "2026-01-12"), ("I-4", "名册外泄", ""), ("I-5", "", "")]
    {
        let mut other = noted(number, note);
        if !on.is_empty() {
            other["on"] = json!(on);
        }
        propose(test, "justice", &id, &other).expect_status(201);
    }
    let mut told = again;
    told["another"] = json!(true);
    propose(test, "justice", &id, &told).expect_status(201);
}

fn no_one_grants_their_own_incident(test: &TestApp) {
    let id = advance(test);
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    seated(test, "station", "XC-JUSTICE", Role::Station);
    deputed(test, "station", "justice", Role::Leader);
    let proposal = id_of(&propose(test, "justice", &id, &leak("I-1")).expect_status(201));
    for who in ["justice", "station"] {
        let refused = decide(test, who, &proposal, "grant", &json!({})).expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    for (who, status) in [("justice-2", 403), ("contractor", 403), ("finance-approve", 403), ("other-leader", 404)] {
        assert_eq!(decide(test, who, &proposal, "grant", &json!({})).status, status, "{who}");
    }
    // Of several decisions of two leaders one counts.
    seated(test, "justice-2", "XC-JUSTICE", Role::Leader);
    let leaders = ["justice-leader", "justice-2"];
    let decided = race(4, |one| {
        let name = if one < 2 { "grant" } else { "refuse" };
        decide(test, leaders[one % 2], &proposal, name, &json!({"reason": "情况属实"})).status
    });
    assert_eq!(decided.iter().filter(|status| **status == 200).count(), 1, "{decided:?}");
    assert_eq!(decided.iter().filter(|status| **status == 409).count(), 3, "{decided:?}");
    assert!(count(test, FactKind::Incident) <= 1);
    assert_eq!(unsealed_differences(test), []);
}

/// The leader granted the incident, so another bureau answers about it, as about scores.
fn finance_answers_about_a_granted_incident(test: &TestApp) {
    let id = advance(test);
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    incident(test, &id, &leak("I-1"));
    let objection = raised(test, &id, ("breach", "LEAK/I-1"));
    assert_eq!((tasks_of(test, "finance-approve").len(), tasks_of(test, "justice-leader").len()), (1, 0));
    // Both who proposed it and who granted it are leaders.
    for who in ["justice", "justice-leader"] {
        let refused = answer(test, who, &objection, "reject").expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    answer(test, "finance-approve", &objection, "uphold").expect_status(200);
    let tasks = tasks_of(test, "justice");
    assert_eq!(tasks.len(), 1, "the officer requests the waiver");
    assert_eq!(tasks[0].1, "信息泄露 · I-1", "an incident has no name, its clause has");
}
