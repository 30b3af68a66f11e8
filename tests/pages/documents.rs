//! Documents: a summary can be downloaded, anyone who holds it can verify its code, and the API describes itself.

use diesel::prelude::*;
use luyue::schema::documents;
use percent_encoding::NON_ALPHANUMERIC;

use crate::on_sqlite;
use crate::support::app::{TestApp, day};
use crate::support::digest::Dump;
use crate::support::pdf;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_sqlite! {
    anyone_can_verify_the_code_of_a_summary
}

/// Returns the code in the footer of a printed document.
fn code_of(printed: &[u8]) -> String {
    let text = pdf::pages(printed).remove(0);
    let is_code = |word: &&str| word.len() == 54 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    text.split_whitespace().find(is_code).unwrap_or_else(|| panic!("no code: {text}")).to_owned()
}

fn anyone_can_verify_the_code_of_a_summary(test: &TestApp) {
    let id = programme::registered(test, "D-1");
    let officer = Visitor::signed_in(test, "justice");
    let before = Dump::of(&test.app.pool);
    let [code, in_english] = ["zh", "en"].map(|lang| {
        let page = officer.get(&format!("/contracts/{id}/summary.pdf?lang={lang}")).expect_status(200);
        code_of(&page.reply.bytes)
    });
    assert_eq!(code, in_english, "the same data has one code");
    let printed = test.by("justice").get(&format!("contracts/{id}/documents/summary.pdf"));
    assert_eq!(code_of(&printed.bytes), code);
    let anybody = Visitor::new(test);
    let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).expect("a full-width character");
    for asked in [
        code.clone(),
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', "%20"),
        code.replace('-', "–"),
        code.replace('-', "\u{AD}"),
        format!("\u{200B}{code}\u{202C}"),
        code.chars().map(wide).collect(),
    ] {
        let asked: String =
            percent_encoding::utf8_percent_encode(&asked.replace("%20", " "), NON_ALPHANUMERIC).collect();
        let page = anybody.get(&format!("/verify/{asked}")).expect_status(200);
        assert!(page.text.contains("该文书由本系统出具") && page.text.contains("D-1"), "{}", page.text);
        assert!(page.text.contains("合同履约情况表") && page.text.contains("2026-01-05"), "{}", page.text);
    }
    assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new(), "reading writes nothing");
    let asked = anybody.get(&format!("/verify?code={code}")).expect_status(303);
    anybody.get(&asked.location).expect_status(200);
    for wrong in ["0123456789ABCDEF".to_owned(), forged(&code, 0), forged(&code, 12), forged(&code, 53)] {
        let page = anybody.get(&format!("/verify/{wrong}")).expect_status(404);
        assert!(page.text.contains(&wrong) && page.text.contains("不是本系统出具"));
    }
    programme::activate(test, &id);
    let page = officer.get(&format!("/contracts/{id}/summary.pdf")).expect_status(200);
    assert_ne!(code_of(&page.reply.bytes), code, "other data, another code");
    anybody.get(&format!("/verify/{code}")).expect_status(200);
    let page = anybody.get("/api/docs").expect_status(200);
    assert!(page.text.contains("/api/v1/contracts/{id}/actions/{name}") && page.text.contains("ContractInput"));
}

/// Returns a code with another digit at a place.
fn forged(code: &str, place: usize) -> String {
    let other = |c: char| if c == '0' { '1' } else { '0' };
    code.chars().enumerate().map(|(at, c)| if at == place { other(c) } else { c }).collect()
}

#[test]
fn a_code_stored_by_an_earlier_version_is_still_found() {
    let test = TestApp::sqlite();
    programme::registered(&test, "D-1");
    let row = (
        documents::code.eq("7K3M9QXP2WDT4H6B"),
        documents::contract_id.eq(1),
        documents::kind.eq("summary"),
        documents::as_of.eq(day("2026-01-05")),
        documents::fingerprint.eq("0a1b2c"),
        documents::made_at.eq(test.now()),
    );
    let connection = &mut *test.app.pool.get().expect("a connection");
    diesel::insert_into(documents::table).values(row).execute(connection).expect("a row");
    let page = Visitor::new(&test).get("/verify/7k3m9qxp2wdt4h6b").expect_status(200);
    assert!(page.text.contains("D-1") && page.text.contains("0a1b2c"), "{}", page.text);
}

#[test]
fn a_document_that_could_not_be_made_is_an_error() {
    // An address too long for a QR code.
    let test =
        TestApp::sqlite_with(|settings| settings.public_url = Some(format!("https://{}.test", "x".repeat(4000))));
    let id = programme::registered(&test, "D-1");
    let officer = Visitor::signed_in(&test, "justice");
    let before = Dump::of(&test.app.pool);
    for path in ["documents/summary.pdf", "documents/summary.pdf?lang=both"] {
        assert_eq!(test.by("justice").get(&format!("contracts/{id}/{path}")).status, 500);
    }
    assert_eq!(officer.get(&format!("/contracts/{id}/summary.pdf")).status, 500);
    assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new(), "no code is kept without its document");
}

#[test]
fn any_title_can_be_printed() {
    let test = TestApp::sqlite();
    for (number, title) in
        ["☑ ⇒ 𠮷 ㈱ \u{E863} 👨", "社区⼯作⽇", "甲\u{3000}乙\u{202f}丙\u{3164}", "ا ب ไทย हिन्दी 한국어 𝒜𝓏"]
            .iter()
            .enumerate()
    {
        let mut input = programme::input(&test, &format!("D-{number}"));
        input["title"] = serde_json::json!(title);
        let id =
            test.by("justice").post("contracts", &input).expect_status(201)["id"].as_str().expect("an id").to_owned();
        for lang in ["zh", "en", "both"] {
            let printed = test.by("justice").get(&format!("contracts/{id}/documents/summary.pdf?lang={lang}"));
            assert_eq!(printed.status, 200, "{title}");
            assert!(printed.bytes.starts_with(b"%PDF-"));
        }
    }
}
