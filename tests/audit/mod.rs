//! The audit log through API and pages: complete, newest first, limited to what the caller can see; and the on-demand
//! check of a contract's hash chains.

mod check;

use diesel::connection::SimpleConnection;
use luyue::domain::codes::Language;
use luyue::storage::AnyConnection;
use luyue::text;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    the_log_is_whole_and_newest_first
    it_is_narrowed_to_a_contract_a_person_and_a_day
    a_supervisor_sees_what_their_organisation_sees
    an_administrator_does_not_read_what_was_said_of_contracts
    a_broken_chain_is_found_on_demand
    the_log_is_read_in_pages
}

const NUMBER: &str = "XCSF-2026-001";

/// Sets up an active contract with a fact, recorded over two days; returns its identifier.
fn running(test: &TestApp) -> String {
    let id = programme::registered(test, NUMBER);
    programme::activate(test, &id);
    test.at("2026-01-06", 10);
    let files: &[(&str, &[u8])] = &[("名册.csv", "编号,数量\nD1,120\n".as_bytes())];
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&path, &[("quantity", "1")], files).expect_status(201);
    let rejected = json!({"decision": "rejected", "note": "缺照片", "members": ["张敏"]});
    test.by("justice").post(&format!("{path}/1/decision"), &rejected).expect_status(200);
    id
}

/// Reads every record of a list, page by page.
fn read(test: &TestApp, who: &str, query: &str, limit: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = test.by(who).get(&format!("events?limit={limit}{query}{cursor}")).expect_status(200);
        let items = page["items"].as_array().expect("a list");
        assert!(items.len() <= limit, "{}", items.len());
        all.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn column<'a>(records: &'a [Value], name: &str) -> Vec<&'a str> {
    records.iter().map(|record| record[name].as_str().unwrap_or_default()).collect()
}

fn the_log_is_whole_and_newest_first(test: &TestApp) {
    running(test);
    let whole = read(test, "admin", "", 200);
    let ids = column(&whole, "id");
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "each once");
    assert!(column(&whole, "at").windows(2).all(|pair| pair[0] >= pair[1]), "newest first");
    let actions = column(&whole, "action");
    for action in ["contract.create", "contracts.activate", "fact.submission", "fact.decision"] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    for limit in [1, 3] {
        assert_eq!(read(test, "admin", "", limit), whole, "in pages of {limit}");
    }
    for language in Language::ALL {
        for action in &actions {
            let key = match action.strip_prefix("fact.") {
                Some(kind) => format!("fact-{kind}"),
                None => format!("event-{}", action.replace('.', "-")),
            };
            assert_ne!(text::message(*language, &key, &[]), key, "{action} has no word");
        }
    }
    test.by("admin").get("events?cursor=bm8").expect_status(400);
    test.by("admin").get("events?day=yesterday").expect_status(400);
}

fn it_is_narrowed_to_a_contract_a_person_and_a_day(test: &TestApp) {
    running(test);
    programme::registered(test, "XCSF-2026-002");
    let whole = read(test, "audit", "", 200);
    let of = |query: &str| {
        let found = read(test, "audit", query, 2);
        assert!(!found.is_empty(), "{query}");
        found
    };
    let same = |query: &str, wanted: &dyn Fn(&Value) -> bool| {
        let expected: Vec<&Value> = whole.iter().filter(|record| wanted(record)).collect();
        assert_eq!(of(query).iter().collect::<Vec<_>>(), expected, "{query}");
    };
    same("&contract=XCSF-2026-001", &|record| record["number"] == NUMBER);
    same("&person=contractor", &|record| record["by"]["username"] == "contractor");
    // This is the sixth in Asia/Shanghai; the records before it are of the fifth.
    same("&day=2026-01-06", &|record| record["at"].as_str().is_some_and(|at| at.starts_with("2026-01-06")));
    same("&day=2026-01-05", &|record| record["at"].as_str().is_some_and(|at| at.starts_with("2026-01-05")));
    same("&contract=XCSF-2026-001&person=justice&day=2026-01-06", &|record| {
        record["number"] == NUMBER
            && record["by"]["username"] == "justice"
            && record["at"].as_str().is_some_and(|at| at.starts_with("2026-01-06"))
    });
    for query in ["&contract=NONE", "&person=nobody-here", "&day=2026-03-01"] {
        assert!(read(test, "audit", query, 50).is_empty(), "{query}");
    }
}

fn a_supervisor_sees_what_their_organisation_sees(test: &TestApp) {
    let id = running(test);
    let seen = read(test, "audit", "", 200);
    assert!(seen.iter().all(|record| record["number"] == NUMBER), "of contracts alone");
    let everything = read(test, "admin", "&contract=XCSF-2026-001", 200);
    assert_eq!(seen, everything, "all that was recorded of them");
    let bureau = json!({"code": "JX-AUDIT", "name": "某县审计局", "function": "audit", "region": "341824"});
    test.by("admin").post("organisations", &bureau).expect_status(201);
    let person = json!({"username": "jx-audit", "name": "某", "email": "jx@luyue.test", "language": "zh",
        "seats": [{"organisation": "JX-AUDIT", "role": "supervisor"}]});
    test.by("admin").post("people", &person).expect_status(201);
    assert!(read(test, "jx-audit", "", 200).is_empty());
    assert!(read(test, "jx-audit", "&contract=XCSF-2026-001", 200).is_empty());
    test.by("jx-audit").get(&format!("events/facts:{id}~1")).expect_status(404);
    test.by("jx-audit").get(&format!("events/contract:{id}~1")).expect_status(404);
    test.by("jx-audit").get("hash-chains?contract=XCSF-2026-001").expect_status(404);
    let signs_in = read(test, "admin", "&person=admin", 200);
    let other = signs_in.iter().find(|record| record["contract"].is_null()).expect("a record of the register");
    test.by("audit").get(&format!("events/{}", other["id"].as_str().expect("an id"))).expect_status(404);
    test.by("justice").get("events").expect_status(403);
    test.by("contractor").get("hash-chains?contract=XCSF-2026-001").expect_status(403);
}

fn an_administrator_does_not_read_what_was_said_of_contracts(test: &TestApp) {
    let id = running(test);
    let path = format!("events/facts:{id}~2");
    let seen = test.by("audit").get(&path).expect_status(200);
    assert_eq!((&seen["readable"], &seen["words"]["note"]), (&json!(true), &json!("缺照片")), "{seen}");
    assert_eq!((&seen["seq"], &seen["on"]), (&json!(2), &json!("2026-01-06")));
    let first = test.by("audit").get(&format!("events/facts:{id}~1")).expect_status(200);
    assert_eq!((&first["prev_hash"], &seen["prev_hash"]), (&json!(""), &first["hash"]));
    let hidden = test.by("admin").get(&path).expect_status(200);
    assert_eq!((&hidden["readable"], &hidden["said"], &hidden["words"]), (&json!(false), &Value::Null, &Value::Null));
    assert_eq!((&hidden["number"], &hidden["hash"]), (&json!(NUMBER), &seen["hash"]));
    assert!(!hidden.to_string().contains("缺照片"));
    test.by("admin").post("regions", &json!({"code": "341899", "name": "某县"})).expect_status(201);
    let own = read(test, "admin", "", 200);
    let register = own.iter().find(|record| record["contract"].is_null()).expect("a record of the register");
    let shown = test.by("admin").get(&format!("events/{}", register["id"].as_str().expect("an id"))).expect_status(200);
    assert_eq!(shown["readable"], true);
    for none in ["facts:~1", "contract:x~1", "x", "register~x", "register~99999"] {
        test.by("admin").get(&format!("events/{none}")).expect_status(404);
    }
}

fn run(test: &TestApp, sql: &str) {
    match &mut *test.app.pool.get().expect("a connection") {
        AnyConnection::Sqlite(connection) => connection.batch_execute(sql),
        AnyConnection::Postgres(connection) => connection.batch_execute(sql),
    }
    .expect("the database does as it is told");
}

fn a_broken_chain_is_found_on_demand(test: &TestApp) {
    running(test);
    programme::registered(test, "XCSF-2026-002");
    let follow = |number: &str| test.by("audit").get(&format!("hash-chains?contract={number}")).expect_status(200);
    let before = follow(NUMBER);
    assert_eq!((&before["broken"], &before["facts"], &before["seal"]), (&json!([]), &json!(2), &Value::Null));
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let sealed = follow(NUMBER);
    assert_eq!((&sealed["broken"], &sealed["sealed_facts"]), (&json!([]), &json!(2)));
    assert_eq!((&sealed["seal"]["day"], &sealed["seal"]["holds"]), (&json!("2026-01-06"), &json!(true)));
    test.by("audit").get("hash-chains").expect_status(400);
    test.by("audit").get("hash-chains?contract=NONE").expect_status(404);

    run(test, "UPDATE facts SET words = '{}' WHERE seq = 2");
    assert_eq!(follow(NUMBER)["broken"], json!([{"what": "fact", "number": 2}]));
    assert_eq!(follow("XCSF-2026-002")["broken"], json!([]), "another contract's chains are its own");
    run(test, "DELETE FROM facts WHERE seq = 2");
    let found = follow(NUMBER)["broken"].clone();
    assert_eq!(found, json!([{"what": "facts-head", "number": 2}, {"what": "sealed-fact", "number": 2}]));
    run(test, "UPDATE events SET action = 'contract.edit' WHERE action = 'contracts.fund'");
    let found = follow(NUMBER)["broken"].clone();
    assert!(found.to_string().contains("\"what\":\"event\"") || found.to_string().contains("\"event\""), "{found}");
    run(test, "UPDATE contract_terms SET details = '{}'");
    assert!(follow(NUMBER)["broken"].to_string().contains("terms"));
    run(test, "UPDATE seals SET digest = 'x'");
    assert_eq!(follow(NUMBER)["seal"]["holds"], false);
}

fn the_log_is_read_in_pages(test: &TestApp) {
    let id = running(test);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let audit = Visitor::signed_in(test, "audit");
    assert!(audit.get("/registers").expect_status(200).text.contains("href=\"/events\""));
    let page = audit.get("/events").expect_status(200).text;
    assert!(page.contains("履约验收") && page.contains("合同生效") && page.contains(NUMBER), "{page}");
    assert!(page.contains("封存签名有效"), "{page}");
    let page = audit.get("/events?person=justice&day=2026-01-06").expect_status(200).text;
    assert!(page.contains("履约验收") && !page.contains("合同生效"), "{page}");
    let page = audit.get("/events?day=someday").expect_status(200).text;
    assert!(page.contains("govuk-error-message") && page.contains("someday"), "the field is marked: {page}");
    let page = audit.get(&format!("/events/facts:{id}~2")).expect_status(200).text;
    assert!(page.contains("缺照片") && page.contains("退回整改") && page.contains("张敏"), "{page}");
    assert!(page.contains(&format!("href=\"/contracts/{id}\"")));
    let admin = Visitor::signed_in(test, "admin");
    let page = admin.get(&format!("/events/facts:{id}~2")).expect_status(200).text;
    assert!(!page.contains("缺照片") && !page.contains(&format!("href=\"/contracts/{id}\"")), "{page}");
    assert!(admin.get("/events").expect_status(200).text.contains("登录"), "the register's records");
    let page = audit.get(&format!("/events/chain?contract={NUMBER}")).expect_status(200).text;
    assert!(page.contains("留痕完整") && page.contains("luyue check"), "{page}");
    assert!(audit.get("/events/chain?contract=NONE").expect_status(200).text.contains("没有编号为“NONE”的合同"));
    run(test, "UPDATE facts SET words = '{}' WHERE seq = 2");
    let page = audit.get(&format!("/events/chain?contract={NUMBER}")).expect_status(200).text;
    assert!(page.contains("第 2 条履约记录与留痕不符") && !page.contains("留痕完整"), "{page}");
    Visitor::signed_in(test, "justice").get("/events").expect_status(403);
}
