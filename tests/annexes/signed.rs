//! Signed scans: the signed copy of a printed document, bound to the code and the digest that are printed on it.

use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::documents::forms::code_of;
use crate::payments::setup::midyear;
use crate::support::app::{Reply, TestApp, differences};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_signed_scan_is_bound_to_the_printed_record
}

on_sqlite_first! {
    only_a_code_of_the_contract_binds_a_scan
}

/// Adds the signed scan of the document with a code.
pub fn add(test: &TestApp, contract: &str, fields: &[(&str, &str)]) -> Reply {
    let mut all = vec![("kind", "signed_document"), ("title", "验收书签章件")];
    all.retain(|(name, _)| fields.iter().all(|(known, _)| known != name));
    all.extend_from_slice(fields);
    let files: &[(&str, &[u8])] = &[("验收书.pdf", &pdf("签章".as_bytes()))];
    test.by("justice").upload(&format!("contracts/{contract}/annexes"), &all, files)
}

/// Prints the acceptance record of a submission and returns its code.
pub fn printed(test: &TestApp, contract: &str) -> String {
    let path = format!("contracts/{contract}/documents/acceptance.pdf?subject=VISIT-H1%2F1");
    let reply = test.by("justice").get(&path);
    assert_eq!(reply.status, 200);
    code_of(&reply.bytes)
}

fn a_signed_scan_is_bound_to_the_printed_record(test: &TestApp) {
    let id = midyear(test);
    let code = printed(test, &id);
    let typed = code.replace('-', " ").to_lowercase();
    let done = add(test, &id, &[("code", &typed)]).expect_status(201);
    let list = test.by("contractor").get(&format!("contracts/{id}/annexes")).expect_status(200);
    let signed = &list["items"][0]["signed"];
    assert_eq!((&signed["document"], &signed["code"]), (&json!("acceptance"), &json!(code)), "{list}");
    assert_eq!(signed["as_of"], "2026-07-17");
    let fingerprint = signed["fingerprint"].as_str().expect("the digest of the data");
    assert_eq!(fingerprint.len(), 16);
    // Those who have the paper learn which scan belongs to it.
    let digest = done["files"][0]["sha256"].as_str().expect("the digest of the scan");
    let page = Visitor::new(test).get(&format!("/verify/{code}")).expect_status(200);
    for words in ["签章文书扫描件", digest, fingerprint] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let page = Visitor::signed_in(test, "contractor").get(&format!("/contracts/{id}/annexes")).expect_status(200);
    assert!(page.text.contains("履约验收书") && page.text.contains(&code), "{}", page.text);
    // An internal scan is not for everyone, and a paper without a scan has none.
    test.at("2026-07-20", 9);
    let other = printed(test, &id);
    assert_ne!(other, code, "it is of another day");
    add(test, &id, &[("title", "次日签章件"), ("code", &other), ("internal", "yes")]).expect_status(201);
    let page = Visitor::new(test).get(&format!("/verify/{other}")).expect_status(200);
    assert!(!page.text.contains("签章文书扫描件"), "{}", page.text);
    assert_eq!(differences(test), []);
}

fn only_a_code_of_the_contract_binds_a_scan(test: &TestApp) {
    let id = midyear(test);
    let code = printed(test, &id);
    let mut forged = code.clone();
    let last = if forged.pop() == Some('0') { '1' } else { '0' };
    forged.push(last);
    let other = programme::registered(test, "A-2");
    let refused = |reply: Reply, status: u16| {
        let refused: Value = reply.expect_status(status);
        assert_eq!(refused["errors"][0]["path"], "code", "{refused}");
    };
    refused(add(test, &id, &[]), 400);
    refused(add(test, &id, &[("code", &forged)]), 422);
    refused(add(test, &other, &[("code", &code)]), 422);
    let text = [("kind", "signed_text"), ("title", "合同文本"), ("code", code.as_str())];
    let files: &[(&str, &[u8])] = &[("合同.pdf", &pdf("合同".as_bytes()))];
    refused(test.by("justice").upload(&format!("contracts/{id}/annexes"), &text, files), 400);
    let list = test.by("justice").get(&format!("contracts/{id}/annexes")).expect_status(200);
    assert_eq!(list["items"], json!([]), "nothing refused is kept");
    assert_eq!(differences(test), []);
}
