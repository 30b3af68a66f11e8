//! Helpers of the publication tests.

use luyue::domain::codes::PublicationState;
use luyue::storage::contracts;
use luyue::storage::identity::people;
use luyue::storage::publications::{self, NewPublication};
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::payments::setup::id_of;
use crate::support::app::{Reply, TestApp};

/// Address of an official notice.
pub const NOTICE: &str = "https://www.ccgp-anhui.gov.cn/notice/2026/1.html";

/// Returns the body of a proposal with a notice of 6 January 2026.
pub fn proposal() -> Value {
    json!({"notice_url": NOTICE, "notice_on": "2026-01-06", "review": "经保密审查，不涉及国家秘密和个人信息"})
}

/// Proposes a publication.
pub fn propose(test: &TestApp, who: &str, contract: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/publications"), body)
}

/// Acts on a publication.
pub fn act(test: &TestApp, who: &str, publication: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("publications/{publication}/actions/{name}"), body)
}

/// Publishes a contract by officer and leader, and returns the publication.
pub fn published(test: &TestApp, contract: &str) -> String {
    let publication = id_of(&propose(test, "justice", contract, &proposal()).expect_status(201));
    act(test, "justice-leader", &publication, "grant", &json!({})).expect_status(200);
    publication
}

/// Returns the list of published contracts, as anyone sees it.
pub fn listed(test: &TestApp, query: &str) -> Vec<Value> {
    let list = test.nobody().get(&format!("public/contracts?{query}")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Returns a member of each item.
pub fn numbers(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["number"].as_str().unwrap_or_default()).collect()
}

/// Inserts a proposed publication of a contract directly, so that nothing is announced by it.
pub fn inserted(test: &TestApp, number: &str) -> String {
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let by = people::by_username(tx.connection, "justice-2")?.expect("they are there").id;
        let new = NewPublication {
            public_id: &id,
            contract_id: contracts::by_number(tx.connection, number)?.expect("the contract is there").id,
            notice_url: "https://www.ccgp.gov.cn/1",
            notice_on: tx.context.today(),
            review: "不涉密",
        };
        publications::insert(tx.connection, tx.context, &new, by)
    })
    .expect("the publication is there");
    id
}

/// Publishes a contract directly, in whatever state it is.
pub fn opened(test: &TestApp, number: &str) {
    let id = inserted(test, number);
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let by = people::by_username(tx.connection, "justice-leader")?.expect("they are there").id;
        let contract = contracts::by_number(tx.connection, number)?.expect("the contract is there").id;
        let publication = publications::one_of_contract(tx.connection, contract, &id)?.expect("it was just inserted");
        publications::record_decision(tx.connection, tx.context, publication.id, (PublicationState::Published, by, ""))
    })
    .expect("the contract is public");
}
