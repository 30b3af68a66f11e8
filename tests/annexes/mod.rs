//! Annexes of contracts and amendments: kept with their digests, read by those who may, removed only before signing.

pub mod signed;

use luyue::storage::deliverables::files::FileUse;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::amendments::setup as amendments;
use crate::support::app::{Reply, TestApp, unsealed_differences};
use crate::support::programme;
use crate::support::race::race;
use crate::support::visitor::{Visitor, give_password};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    an_annex_is_kept_with_its_digest_and_downloaded
    an_internal_annex_leaves_no_trace_in_the_history_of_others
    one_of_four_same_annexes_is_added
}

on_sqlite_first! {
    internal_annexes_are_for_bureaus
    a_signed_contract_keeps_its_annexes
    an_annex_of_an_amendment_is_removed_until_anyone_consents
    officers_of_the_purchaser_alone_add_and_remove
    an_annex_is_added_and_removed_on_pages
    the_same_annex_again_is_refused_naming_the_first
}

/// Adds an annex of one file.
pub fn add(test: &TestApp, who: &str, contract: &str, fields: &[(&str, &str)]) -> Reply {
    let mut all = vec![("kind", "signed_text"), ("title", "合同文本")];
    all.retain(|(name, _)| fields.iter().all(|(known, _)| known != name));
    all.extend_from_slice(fields);
    test.by(who).upload(&format!("contracts/{contract}/annexes"), &all, &[("合同.pdf", &pdf("合同".as_bytes()))])
}

fn added(test: &TestApp, contract: &str, fields: &[(&str, &str)]) -> (String, String) {
    let done = add(test, "justice", contract, fields).expect_status(201);
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    (text(&done["id"]), text(&done["files"][0]["id"]))
}

fn remove(test: &TestApp, who: &str, annex: &str, reason: &str) -> Reply {
    test.by(who).post(&format!("annexes/{annex}/actions/remove"), &json!({"reason": reason}))
}

/// Returns the titles that a person sees.
fn listed(test: &TestApp, who: &str, contract: &str) -> Vec<String> {
    let list = test.by(who).get(&format!("contracts/{contract}/annexes")).expect_status(200);
    let items = list["items"].as_array().expect("a list").clone();
    items.iter().map(|one| one["title"].as_str().expect("a title").to_owned()).collect()
}

fn an_annex_is_kept_with_its_digest_and_downloaded(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    let done = add(test, "justice", &id, &[]).expect_status(201);
    let file = &done["files"][0];
    let path = format!("files/{}", file["id"].as_str().expect("an id"));
    assert_eq!(test.by("contractor").get(&path).bytes, pdf("合同".as_bytes()));
    let list = test.by("audit").get(&format!("contracts/{id}/annexes")).expect_status(200);
    let shown = &list["items"][0];
    assert_eq!((&shown["kind"], &shown["files"][0]["sha256"]), (&json!("signed_text"), &file["sha256"]));
    assert_eq!((&shown["amendment"], &shown["removable"]), (&Value::Null, &json!(true)));
    let events = test.by("audit").get("events?contract=A-1").expect_status(200).to_string();
    assert!(events.contains("annexes.add"), "{events}");
    let path = format!("contracts/{id}/annexes");
    for (fields, path_of_fault) in [
        (&[("kind", "photo"), ("title", "照片")][..], "kind"),
        (&[("kind", "other"), ("title", " ")], "title"),
        (&[("kind", "other"), ("title", "清单")], "files"),
    ] {
        let files: &[(&str, &[u8])] = if path_of_fault == "files" { &[] } else { &[("a.csv", b"a,b\n1,2\n")] };
        let refused = test.by("justice").upload(&path, fields, files).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], path_of_fault, "{refused}");
    }
    assert_eq!(add(test, "justice", &id, &[("title", &"长".repeat(201))]).status, 422);
    assert_eq!(test.by("justice").upload(&path, &[("kind", "other"), ("title", "x")], &[("x.exe", b"MZ")]).status, 415);
    assert_eq!(listed(test, "justice", &id), ["合同文本"], "nothing refused is kept");
    assert_eq!(FileUse::parse("annex"), Some(FileUse::Annex));
    assert_eq!(unsealed_differences(test), []);
}

fn internal_annexes_are_for_bureaus(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    let (_, open) = added(test, &id, &[]);
    let (_, internal) = added(test, &id, &[("title", "会审意见"), ("internal", "yes")]);
    for (who, seen) in [("contractor", 1), ("station", 1), ("justice-leader", 2), ("finance-review", 2), ("audit", 2)] {
        assert_eq!(listed(test, who, &id).len(), seen, "{who}");
        let status = if seen == 2 { 200 } else { 404 };
        assert_eq!(test.by(who).get(&format!("files/{internal}")).status, status, "{who}");
        assert_eq!(test.by(who).get(&format!("files/{open}")).status, 200, "{who}");
    }
    assert_eq!(test.by("contractor-2").get(&format!("files/{open}")).status, 404);
}

fn an_internal_annex_leaves_no_trace_in_the_history_of_others(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    added(test, &id, &[]);
    let (internal, _) = added(test, &id, &[("title", "会审意见"), ("internal", "yes")]);
    let (open, _) = added(test, &id, &[("title", "旧文本")]);
    remove(test, "justice", &internal, "会审意见有误").expect_status(200);
    remove(test, "justice", &open, "传错文件").expect_status(200);
    for (who, knows) in [("contractor", false), ("station", false), ("justice-leader", true), ("audit", true)] {
        let page = Visitor::signed_in(test, who).get(&format!("/contracts/{id}")).expect_status(200).text;
        assert_eq!(page.contains("会审意见有误"), knows, "{who}");
        assert!(page.contains("传错文件"), "{who}");
        let added = if knows { 3 } else { 2 };
        assert_eq!(page.matches("添加合同附件").count(), added, "{who}");
    }
}

fn a_signed_contract_keeps_its_annexes(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    let (wrong, file) = added(test, &id, &[("title", "旧文本")]);
    let (kept, _) = added(test, &id, &[]);
    assert_eq!(remove(test, "justice", &wrong, " ").status, 422, "a reason is needed");
    remove(test, "justice", &wrong, "传错文件").expect_status(200);
    assert_eq!(remove(test, "justice", &wrong, "传错文件").status, 409, "once");
    assert_eq!(listed(test, "justice", &id), ["合同文本"]);
    assert_eq!(test.by("justice").get(&format!("files/{file}")).status, 404);
    assert_eq!(test.by("audit").get(&format!("files/{file}")).status, 200, "those who audit still read it");
    programme::activate(test, &id);
    assert_eq!(remove(test, "justice", &kept, "传错文件").status, 409);
    added(test, &id, &[("kind", "schedule"), ("title", "补充清单")]);
    assert_eq!(listed(test, "contractor", &id), ["合同文本", "补充清单"], "additions are possible");
    assert_eq!(unsealed_differences(test), []);
}

fn an_annex_of_an_amendment_is_removed_until_anyone_consents(test: &TestApp) {
    let id = amendments::running(test);
    let moved = amendments::with_due_day(amendments::terms(test, &id, "2026-01-13"), "2026-11-16");
    let amendment = amendments::proposed(test, &id, &amendments::body(&moved, "schedule"));
    let of = [("amendment", amendment.as_str()), ("title", "补充协议文本")];
    let (first, _) = added(test, &id, &of);
    let (second, _) = added(test, &id, &[of[0], ("title", "补充协议附表")]);
    let stranger = programme::registered(test, "A-2");
    assert_eq!(add(test, "justice", &stranger, &of).status, 404, "an amendment of another contract");
    remove(test, "justice", &first, "传错文件").expect_status(200);
    amendments::act(test, "contractor", &amendment, "consent", &json!({})).expect_status(200);
    assert_eq!(remove(test, "justice", &second, "传错文件").status, 409);
    let shown = test.by("contractor").get(&format!("contracts/{id}/annexes")).expect_status(200);
    assert_eq!(shown["items"][0]["amendment"], json!(amendment));
    amendments::act(test, "justice-leader", &amendment, "refuse", &json!({"reason": "另议"})).expect_status(200);
    assert_eq!(add(test, "justice", &id, &of).status, 409, "it was refused");
}

fn officers_of_the_purchaser_alone_add_and_remove(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    let (annex, _) = added(test, &id, &[]);
    for (who, status) in
        [("justice-leader", 403), ("finance-review", 403), ("contractor", 403), ("audit", 403), ("other-justice", 404)]
    {
        assert_eq!(add(test, who, &id, &[]).status, status, "{who}");
        assert_eq!(remove(test, who, &annex, "有误").status, status, "{who}");
    }
    assert_eq!(remove(test, "justice-2", &annex, "有误").status, 200, "another officer of the bureau");
}

fn an_annex_is_added_and_removed_on_pages(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    give_password(test, "justice");
    let visitor = Visitor::signed_in(test, "justice");
    let form = format!("/contracts/{id}/act/annex");
    let fields = [("kind", "signed_text"), ("title", "合同文本"), ("internal", "yes")];
    let refused = visitor.upload_from(&form, "files", &fields, &[]);
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(refused.text.contains("请选择文件") && refused.text.contains("合同文本"), "what was typed stays");
    let done = visitor.upload_from(&form, "files", &fields, &[("合同.pdf", &pdf("合同".as_bytes()))]);
    assert_eq!((done.status, done.location), (303, format!("/contracts/{id}/annexes?done=annex")));
    let page = visitor.get(&format!("/contracts/{id}/annexes?done=annex")).expect_status(200);
    for said in ["附件已添加", "合同文本", "签订文本", "内部", "合同.pdf"] {
        assert!(page.text.contains(said), "{said}");
    }
    let address = page.attrs("a[href*='annex-remove']", "href").pop().expect("a link");
    let path = format!("/contracts/{id}/act/annex-remove");
    let subject = address.split("subject=").nth(1).expect("a subject").to_owned();
    let removed = visitor.post_from(&address, &path, &[("subject", &subject), ("reason", "传错文件")]);
    assert_eq!(removed.status, 303, "{}", removed.text);
    let page = visitor.get(&removed.location).expect_status(200);
    assert!(page.text.contains("附件已撤下") && page.text.contains("还没有附件"), "{}", page.text);
}

fn the_same_annex_again_is_refused_naming_the_first(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    let (first, _) = added(test, &id, &[]);
    let address = format!("/contracts/{id}/annexes#annex-{first}");
    for (who, title) in [("justice", "合同文本"), ("justice", "合同文本 "), ("justice-2", "合同文本")] {
        let refused = add(test, who, &id, &[("title", title)]).expect_status(409);
        assert_eq!(
            (&refused["conflict"]["address"], &refused["conflict"]["repeatable"]),
            (&json!(address), &json!(false))
        );
    }
    give_password(test, "justice");
    let visitor = Visitor::signed_in(test, "justice");
    let fields = [("kind", "signed_text"), ("title", "合同文本")];
    let form = format!("/contracts/{id}/act/annex");
    let refused = visitor.upload_from(&form, "files", &fields, &[("合同.pdf", &pdf("合同".as_bytes()))]);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.links_in(".govuk-error-summary").iter().any(|(to, _)| *to == address), "{}", refused.text);
    assert!(
        visitor.get(&format!("/contracts/{id}/annexes")).has(&format!("[id='annex-{first}']")),
        "the link leads to it"
    );
    assert_eq!(listed(test, "justice", &id).len(), 1);
    // Another kind, title or file is another annex, and so is the same once the first was removed.
    added(test, &id, &[("kind", "other")]);
    added(test, &id, &[("title", "合同文本（二）")]);
    let files: [(&str, &[u8]); 1] = [("合同.pdf", &pdf("修订".as_bytes()))];
    test.by("justice").upload(&format!("contracts/{id}/annexes"), &fields, &files).expect_status(201);
    remove(test, "justice", &first, "传错文件").expect_status(200);
    added(test, &id, &[]);
    assert_eq!(unsealed_differences(test), []);
}

fn one_of_four_same_annexes_is_added(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    let mut statuses = race(4, |_| add(test, "justice", &id, &[]).status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(listed(test, "justice", &id), ["合同文本"]);
}
