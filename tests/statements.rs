//! Statements that a request sends to the database, on both engines: counted, so that they do not creep up.

use serde_json::json;

use crate::payments::setup::{advance, asked, step};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::queries::{self, Query};

/// Today's most statements of reading a contract, of a page of the list, of creating a contract, and of an approval
/// step, on either engine. These counts must not grow: lower them with each statement saved. The goals are read 4,
/// list 4, create 12, approve 14.
const MOST: [(&str, usize); 4] = [("read", 10), ("list", 8), ("create", 58), ("approve", 58)];

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
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
    let input = programme::input(test, "XCSF-2026-002");
    let contract = format!("contracts/{id}");
    let review = format!("payments/{payment}/actions/review");
    let mut faults = Vec::new();
    for (name, most) in MOST {
        let client = test.by(if name == "approve" { "finance-review" } else { "justice" });
        let mut sent = queries::record_all(|| {
            let reply = match name {
                "read" => client.get(&contract),
                "list" => client.get("contracts?state=active"),
                "create" => client.post("contracts", &input),
                _ => client.post(&review, &json!({})),
            };
            assert!(reply.status < 300, "{name}: {reply:?}");
        });
        sent.retain(|query| !is_bracket(query));
        if sent.len() > most {
            let listed: Vec<&str> = sent.iter().map(|query| query.sql.as_str()).collect();
            faults.push(format!("{name}: {} statements, at most {most}:\n  {}", sent.len(), listed.join("\n  ")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns whether a statement only begins or ends a transaction.
fn is_bracket(query: &Query) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK"].iter().any(|word| query.sql.starts_with(word))
}
