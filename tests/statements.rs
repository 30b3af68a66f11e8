//! Statements that a request sends to the database, on both engines: counted, so that they do not creep up.

use serde_json::json;

use crate::payments::setup::{advance, asked, step};
use crate::support::app::{TestApp, differences};
use crate::support::programme;
use crate::support::queries::{self, Query};
use crate::support::visitor::Visitor;

/// Maximum numbers of statements for reading a contract, for a page of the list, for creating a contract, for an
/// approval step, for submitting and funding a contract, for a contract's page, and for searching a number and words, on
/// either engine, in a process that has answered one like it since the registers changed. These counts must not grow: lower them with each statement saved.
const MOST: [(&str, usize); 9] = [
    ("read", 3),
    ("list", 3),
    ("create", 12),
    ("approve", 14),
    ("submit", 13),
    ("fund", 19),
    ("page", 28),
    ("number", 13),
    ("words", 16),
];

/// Beginnings of the statement that queues emails.
const EMAILS: [&str; 2] = ["INSERT INTO `emails`", "INSERT INTO \"emails\""];

#[test]
fn requests_stay_within_their_statements_on_sqlite() {
    queries::listen();
    count(&TestApp::sqlite());
}

#[test]
fn requests_stay_within_their_statements_on_postgres() {
    queries::listen();
    count(&TestApp::postgres());
}

fn count(test: &TestApp) {
    let id = advance(test);
    let payments = ["1000.00", "2000.00"].map(|amount| {
        let payment = asked(test, &id, "ADVANCE", &json!({ "amount": amount, "another": true }));
        step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
        payment
    });
    let appropriation = programme::appropriation(test, "1872000.00");
    let inputs = ["XCSF-2026-002", "XCSF-2026-003"].map(|number| programme::input_from(number, &appropriation));
    let contract = format!("contracts/{id}");
    let officer = Visitor::signed_in(test, "justice");
    let mut faults = Vec::new();
    let mut created = Vec::new();
    for (name, most) in MOST {
        let client = test.by(if ["approve", "fund"].contains(&name) { "finance-review" } else { "justice" });
        let mut send = |time: usize| {
            let reply = match name {
                "read" => client.get(&contract),
                "list" => client.get("contracts?state=active"),
                "page" => officer.get(&format!("/{contract}")).reply,
                "number" => officer.get("/search?q=XCSF-2026-001").reply,
                "words" => officer.get("/search?q=%E4%B8%8A%E5%8D%8A%E5%B9%B4+%E8%B5%B0%E8%AE%BF").reply,
                "create" => client.post("contracts", &inputs[time]),
                "submit" | "fund" => client.post(&format!("contracts/{}/actions/{name}", created[time]), &json!({})),
                _ => client.post(&format!("payments/{}/actions/review", payments[time]), &json!({})),
            };
            assert!(reply.status < 300, "{name}: {reply:?}");
            if name == "create" {
                created.push(reply.json["id"].as_str().expect("a contract has an id").to_owned());
            }
        };
        send(0);
        let mut sent = queries::record_all(|| send(1));
        sent.retain(|query| !is_bracket(query));
        // Emails to several people are inserted together, by as many texts as there are numbers of people.
        let emails = |query: &&Query| EMAILS.iter().any(|beginning| query.sql.starts_with(beginning));
        let changes = sent.iter().filter(|query| queries::changes_rows(&query.sql) && !emails(query));
        let prepared_again: Vec<&str> = changes.filter(|q| !queries::is_kept(q)).map(|q| q.sql.as_str()).collect();
        if !prepared_again.is_empty() {
            faults.push(format!("{name}: not kept prepared:\n  {}", prepared_again.join("\n  ")));
        }
        if sent.len() > most {
            let listed: Vec<&str> = sent.iter().map(|query| query.sql.as_str()).collect();
            faults.push(format!("{name}: {} statements, at most {most}:\n  {}", sent.len(), listed.join("\n  ")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(differences(test), [], "what was not read again is as it was recorded");
}

/// Returns whether a statement only begins or ends a transaction or a part of one.
fn is_bracket(query: &Query) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"].iter().any(|word| query.sql.starts_with(word))
}
