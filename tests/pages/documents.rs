//! Documents: a summary can be downloaded, anyone who holds it can verify its code, and the API describes itself.

use diesel::prelude::*;
use luyue::schema::documents;

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    anyone_can_verify_the_code_of_a_summary
}

fn codes(test: &TestApp) -> Vec<String> {
    let mut connection = test.app.pool.get().expect("a connection");
    documents::table.select(documents::code).order(documents::made_at).load(&mut *connection).expect("codes")
}

fn anyone_can_verify_the_code_of_a_summary(test: &TestApp) {
    let id = programme::registered(test, "D-1");
    let officer = Visitor::signed_in(test, "justice");
    for lang in ["zh", "en"] {
        let page = officer.get(&format!("/contracts/{id}/summary.pdf?lang={lang}")).expect_status(200);
        assert!(page.reply.bytes.starts_with(b"%PDF-"));
    }
    let printed = codes(test);
    let [code] = printed.as_slice() else { panic!("the same data has one code: {printed:?}") };
    let anybody = Visitor::new(test);
    for asked in [code.clone(), code.to_lowercase()] {
        let page = anybody.get(&format!("/verify/{asked}")).expect_status(200);
        assert!(page.text.contains("该文书由本系统出具") && page.text.contains("D-1"), "{}", page.text);
    }
    assert_eq!(anybody.get(&format!("/verify?code={code}")).expect_status(303).location, format!("/verify/{code}"));
    let page = anybody.get("/verify/0123456789ABCDEF").expect_status(404);
    assert!(page.text.contains("0123456789ABCDEF") && page.text.contains("不是本系统出具"));
    officer.get(&format!("/contracts/{id}/act/submit"));
    programme::activate(test, &id);
    officer.get(&format!("/contracts/{id}/summary.pdf")).expect_status(200);
    assert_eq!(codes(test).len(), 2, "other data, another code");
    let page = anybody.get("/api/docs").expect_status(200);
    assert!(page.text.contains("/api/v1/contracts/{id}/actions/{name}") && page.text.contains("ContractInput"));
}

#[test]
fn a_document_that_could_not_be_made_leaves_no_code() {
    // An address too long for a QR code.
    let test =
        TestApp::sqlite_with(|settings| settings.public_url = Some(format!("https://{}.test", "x".repeat(4000))));
    let id = programme::registered(&test, "D-1");
    for path in ["documents/summary.pdf", "documents/summary.pdf?lang=both"] {
        assert_eq!(test.by("justice").get(&format!("contracts/{id}/{path}")).status, 500);
    }
    assert_eq!(codes(&test), Vec::<String>::new());
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
    assert_eq!(codes(&test).len(), 4);
}
