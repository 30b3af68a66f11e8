//! The search over everything: each group by right of the reader, exact numbers first, and the field in the bar.

use diesel::prelude::*;
use luyue::schema::{contract_pairs, contracts};
use luyue::storage::text_keys;
use serde_json::json;

use crate::adapters::fixtures::pdf;
use crate::on_both_engines;
use crate::pages::drafts::{begun, save};
use crate::payments::setup::{NUMBER, asked, midyear, through};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};
use crate::workers::worker;

on_both_engines! {
    everything_is_found_by_right
    renamed_and_older_deliverables_are_found
}

const INVOICE: &str = "26342000000000000001";

fn search(visitor: &Visitor<'_>, q: &str) -> Page {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    visitor.get(&format!("/search?q={q}")).expect_status(200)
}

/// Returns the headings of the groups found, in their order.
fn groups(visitor: &Visitor<'_>, q: &str) -> Vec<String> {
    search(visitor, q).texts("#search-results h2")
}

fn everything_is_found_by_right(test: &TestApp) {
    let id = midyear(test);
    programme::registered(test, "XCSF-2026-0010");
    let fields = [("number", INVOICE), ("amount", "93600.00")];
    let path = format!("contracts/{id}/milestones/ADVANCE/invoice");
    let file: (&str, &[u8]) = ("发票.pdf", &pdf(b"1"));
    test.by("contractor").upload_as("file", &path, &fields, &[file]).expect_status(201);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    through(test, &payment, 4);
    let voucher = format!("V-{payment}");
    let open = asked(test, &id, "MIDYEAR", &json!({"amount": "1234.50"}));
    let [officer, contractor, other, finance, admin] =
        ["justice", "contractor", "other-justice", "finance-review", "admin"].map(|who| Visitor::signed_in(test, who));

    // An exact number comes before numbers that only contain it, and brings the contract's payment requests along.
    let page = search(&officer, NUMBER);
    assert_eq!(page.attrs("#search-results a.work__what", "href")[0], format!("/contracts/{id}"), "{}", page.text);
    assert_eq!(page.texts("#search-results h2"), ["合同", "付款申请"]);
    assert!(page.has(&format!("a[href='/contracts/{id}#payment-{open}']")), "{}", page.text);
    // Vouchers and invoices are found by their numbers, and by the beginning of these.
    for (q, group, link) in [
        (voucher.as_str(), "支付凭证", format!("/contracts/{id}#payment-{payment}")),
        (INVOICE, "发票", format!("/contracts/{id}#milestones")),
    ] {
        let page = search(&officer, q);
        assert_eq!(page.texts("#search-results h2"), [group], "{q}");
        assert_eq!(page.attrs("#search-results a.work__what", "href"), [link], "{q}");
        assert_eq!(groups(&finance, &q[..8]), [group], "{q}");
        assert_eq!(groups(&finance, &q[..3]), [""; 0], "too short: {q}");
        assert_eq!(groups(&other, q), [""; 0], "{q} is in another county");
    }
    // Amounts are read as people write them.
    for q in ["1,234.50", "1234.5元"] {
        assert_eq!(groups(&officer, q), ["付款申请"], "{q}");
        assert_eq!(groups(&other, q), [""; 0], "{q}");
    }
    // Both contracts are of this amount, the newest first; no other county's reader finds them.
    let page = search(&officer, "468,000.00");
    assert_eq!(page.texts("#search-results h2"), ["合同"], "{}", page.text);
    let found = page.texts("#search-results li");
    assert!(found.len() == 2 && found[0].contains("XCSF-2026-0010") && found[1].contains("468,000.00 元"), "{found:?}");
    assert_eq!(groups(&other, "468,000.00"), [""; 0]);
    // Deliverables by name and code, of every contract that one sees, the newest first.
    let page = search(&contractor, "上半年 走访");
    assert_eq!(page.texts("#search-results h2"), ["成果"], "{}", page.text);
    let first = page.text_of("#search-results li");
    assert!(first.contains("上半年上门走访（VISIT-H1）") && first.contains("XCSF-2026-0010"), "{first}");
    assert_eq!(page.texts("#search-results li").len(), 2);
    assert_eq!(search(&officer, "visit-h2").texts("#search-results li").len(), 2, "not those of the first half");
    assert_eq!(groups(&other, "上半年 走访"), [""; 0]);
    assert_eq!(groups(&officer, "下半年 走访 食堂"), [""; 0]);
    // A list of contracts does not look for deliverables, and no typed mark does either.
    for q in ["上门走访", "~上门走访"] {
        let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        let list = test.by("justice").get(&format!("contracts?q={q}")).expect_status(200);
        assert_eq!(list["items"], json!([]), "{q}");
    }
    // Contractors are for bureaus, people for administrators.
    assert_eq!(groups(&officer, CONTRACTOR), ["承接主体", "合同"]);
    assert!(search(&officer, CONTRACTOR).has(&format!("a[href='/contractors/{CONTRACTOR}/record']")));
    assert_eq!(groups(&contractor, CONTRACTOR), ["合同"]);
    let page = search(&admin, "finance-re");
    assert_eq!(page.texts("#search-results h2"), ["人员"], "{}", page.text);
    let row = page.attr("#search-results a.work__what", "href");
    let shown = admin.get(row.split('#').next().expect("an address")).expect_status(200);
    assert!(shown.has(&format!("[id='{}']", row.split('#').nth(1).expect("a row"))), "{row}");
    assert_eq!(groups(&officer, "finance-re"), [""; 0]);
    assert_eq!(groups(&admin, CONTRACTOR), ["承接主体"], "an administrator sees no contract");
    // Drafts are for those who register for the bureau, workers for those who see their contract.
    let draft = begun(&officer);
    save(&officer, &draft, "parties", "leave", &[("number", "XCSF-2027-001"), ("title", "食堂社会化服务")]);
    for q in ["食堂", "XCSF 2027 001"] {
        let page = search(&officer, q);
        assert_eq!(page.texts("#search-results h2"), ["登记中的合同"], "{q}");
        assert_eq!(page.attr("#search-results a.work__what", "href"), draft, "{q}");
        for reader in [&other, &finance, &contractor] {
            assert_eq!(groups(reader, q), [""; 0], "{q}");
        }
    }
    test.by("contractor").post("workers", &worker(NUMBER, "林晓东")).expect_status(201);
    for reader in [&officer, &contractor, &finance] {
        assert_eq!(groups(reader, "林晓"), ["服务人员"]);
    }
    assert_eq!(groups(&other, "林晓东"), [""; 0]);
    let hit = search(&officer, "林晓东").text_of("#search-results li");
    assert!(hit.contains(NUMBER) && hit.contains("· 社会工作者；待同意"), "{hit}");
}

fn renamed_and_older_deliverables_are_found(test: &TestApp) {
    let id = programme::registered(test, "A-1");
    let mut input = programme::input_from("A-1", "");
    let view = test.by("justice").get(&format!("contracts/{id}"));
    input["appropriation"] = view.json["appropriation"]["id"].clone();
    input["details"]["deliverables"]["VISIT-H1"]["name"] = json!("家访台账");
    test.by("justice").with("If-Match", view.header("etag")).put(&format!("contracts/{id}"), &input).expect_status(200);
    let officer = Visitor::signed_in(test, "justice");
    assert_eq!(groups(&officer, "家访台账"), ["成果"]);
    assert_eq!(groups(&officer, "上半年上门走访"), [""; 0], "the earlier name is gone");
    // Contracts of an earlier version of the program get their words when it begins.
    let connection = &mut *test.app.pool.get().expect("a connection");
    diesel::delete(contract_pairs::table).execute(connection).expect("no words are left");
    diesel::update(contracts::table)
        .set(contracts::number_key.eq(None::<String>))
        .execute(connection)
        .expect("the upgrade is repeated");
    assert_eq!(groups(&officer, "家访台账"), [""; 0]);
    text_keys::fill_missing(connection).expect("the words are filled");
    assert_eq!(groups(&officer, "家访台账"), ["成果"]);
}

#[test]
fn the_bar_leads_to_the_search() {
    let test = TestApp::sqlite();
    programme::registered(&test, "B-7");
    let officer = Visitor::signed_in(&test, "justice");
    let page = officer.get("/contracts").expect_status(200);
    let form = page.form("/search").with(&[("q", "B-7")]);
    assert_eq!((form.buttons.len(), form.fields.len()), (1, 1), "it works without scripts");
    let page = officer.get("/search?q=B-7").expect_status(200);
    assert_eq!(page.form("/search").value("q"), Some("B-7"), "what was typed stays");
    assert!(page.text.contains("B-7") && page.has("#search[hx-target='#search-results']"));
    let empty = officer.get("/search").expect_status(200);
    assert!(empty.text.contains("可按编号、名称或金额查找") && !empty.has("#search-results h2"));
    let none = search(&officer, "食堂<b>");
    assert!(
        none.text.contains("没有找到“食堂&lt;b&gt;”") || none.text.contains("没有找到“食堂&#60;b&#62;”"),
        "{}",
        none.text
    );
    assert!(!Visitor::new(&test).get("/sign-in").has("#search"), "only for people who are signed in");
}
