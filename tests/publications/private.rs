//! Nothing private is public: a marker is planted in every private text of a contract and in people, accounts, files
//! and records around it, and no public answer has it.

use std::io::Read;

use diesel::prelude::*;
use luyue::domain::codes::FactKind;
use luyue::schema::facts;
use luyue::services::publications::ocds;
use serde_json::{Value, json};

use crate::guards::data_classes::{Class, plant};
use crate::on_both_engines;
use crate::payments::setup::{id_of, incident, last, paid};
use crate::publications::setup::{act, proposal, propose};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    no_private_text_is_in_a_public_answer
}

/// The marker, whose characters are in no other text.
const SECRET: &str = "绝密鲲鹏";
/// Members of a published contract; one more is a decision about what is public.
const MEMBERS: [&str; 23] = [
    "accepted",
    "amount",
    "award_on",
    "changed_at",
    "contractor",
    "deliverables",
    "ends_on",
    "funder",
    "id",
    "method",
    "milestones",
    "notice",
    "number",
    "paid",
    "payments",
    "published_on",
    "purchaser",
    "region",
    "score",
    "services",
    "signed_on",
    "starts_on",
    "state",
];

/// Registers a contract with the marker in every text that is not published, and lets things happen to it.
fn story(test: &TestApp) -> String {
    let mut input = programme::input(test, "GK-1");
    let plan = format!("计划{SECRET}");
    input["plan_no"] = plan.as_str().into();
    input["details"]["notes"] = SECRET.into();
    for (list, parts) in [
        ("items", &["service", "standard"][..]),
        ("deliverables", &["place", "evidence"]),
        ("clauses", &["name", "text"]),
        ("indicators", &["name"]),
    ] {
        for (code, words) in input["details"][list].as_object_mut().expect("words") {
            parts.iter().for_each(|part| words[*part] = format!("{SECRET}{code}").into());
        }
    }
    let id = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    let of = |path: &str| format!("contracts/{id}/{path}");
    let name = format!("{SECRET}.csv");
    let file: &[(&str, &[u8])] = &[(&name, "编号,数量\nD1,120\n".as_bytes())];
    let submission = of("deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&submission, &[("quantity", "1"), ("note", SECRET)], file).expect_status(201);
    let decision = json!({"decision": "rejected", "note": SECRET, "members": [SECRET]});
    test.by("justice").post(&of("deliverables/VISIT-H1/submissions/1/decision"), &decision).expect_status(200);
    incident(test, &id, &json!({"id": "I-1", "clause": "LEAK", "note": SECRET}));
    let objection = json!({"against": "breach", "subject": "LEAK/I-1", "text": SECRET});
    test.by("contractor").post(&of("objections"), &objection).expect_status(201);
    let extension = json!({"deliverable": "EDU-H1", "days": 7, "reason": SECRET});
    test.by("justice").post(&of("extensions"), &extension).expect_status(201);
    let reversal = json!({"seq": last(test, FactKind::Incident), "reason": SECRET});
    test.by("justice").post(&of("reversals"), &reversal).expect_status(201);
    paid(test, &id, "ADVANCE");
    let mut body = proposal();
    body["review"] = SECRET.into();
    let publication = id_of(&propose(test, "justice", &id, &body).expect_status(201));
    act(test, "justice-leader", &publication, "grant", &json!({"reason": SECRET})).expect_status(200);
    id
}

/// Returns the text of every member of an XLSX file.
fn unpacked(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP file");
    let mut text = String::new();
    for place in 0..archive.len() {
        archive.by_index(place).expect("a member").read_to_string(&mut text).expect("XML");
    }
    text
}

fn no_private_text_is_in_a_public_answer(test: &TestApp) {
    let id = story(test);
    let inside = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}")).expect_status(200);
    assert!(inside.text.matches(SECRET).count() > 5, "the marker is there for those who may see it");
    // What is not input of the contract: people, accounts, what they wrote, and what records hold of them.
    plant(test, &[Class::Account, Class::Personal, Class::Internal], SECRET);
    let words = json!({"note": SECRET, "voucher": SECRET, "payment": SECRET});
    let mut connection = test.app.pool.get().expect("a connection");
    diesel::update(facts::table).set(facts::words.eq(words.to_string())).execute(&mut *connection).expect("planted");
    drop(connection);
    let mut answers: Vec<(String, String)> = Vec::new();
    for path in ["contracts", "contracts.csv", "contracts.xlsx", "ocds/releases.json", "ocds/records.json"] {
        for language in ["zh", "en"] {
            let reply = test.nobody().with("Accept-Language", language).get(&format!("public/{path}"));
            assert_eq!(reply.status, 200, "{path}");
            let is_packed = path.ends_with("xlsx");
            let text =
                if is_packed { unpacked(&reply.bytes) } else { String::from_utf8_lossy(&reply.bytes).into_owned() };
            assert!(text.contains("GK-1"), "{path} has the contract: {text}");
            answers.push((path.to_owned(), text));
        }
    }
    let search: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    for path in ["/public".to_owned(), format!("/public/{id}"), format!("/public?contractor={search}")] {
        for language in ["zh", "en"] {
            let visitor = Visitor::new(test);
            visitor.get(&format!("/language/{language}"));
            answers.push((path.clone(), visitor.get(&path).expect_status(200).text));
        }
    }
    let mut package = Vec::new();
    assert_eq!(ocds::write_all(&test.app, &mut package).expect("a package"), 1);
    answers.push(("luyue ocds".to_owned(), String::from_utf8(package).expect("UTF-8")));
    let told = answers.iter().filter(|(path, text)| text.contains(SECRET) && !path.contains("contractor="));
    assert_eq!(told.map(|(path, _)| path.as_str()).collect::<Vec<_>>(), [] as [&str; 0]);
    assert_eq!(
        test.nobody().get(&format!("public/contracts?q={search}")).expect_status(200)["items"],
        json!([]),
        "what is private is not found"
    );
    let item = test.nobody().get("public/contracts").expect_status(200)["items"][0].clone();
    let mut members: Vec<&str> = item.as_object().expect("an object").keys().map(String::as_str).collect();
    members.retain(|name| *name != "title");
    members.sort_unstable();
    assert_eq!(members, MEMBERS);
    assert_ne!(item["title"], Value::Null);
}
