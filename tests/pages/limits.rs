//! Forms of other sites, overlong keys and fields, and text that cannot be seen.

use serde_json::json;

use crate::on_sqlite;
use crate::payments::setup::advance;
use crate::registry::person;
use crate::support::app::TestApp;
use crate::support::visitor::{PASSWORD, Visitor};

on_sqlite! {
    a_form_of_another_origin_does_nothing
    an_overlong_key_or_field_is_refused
    a_long_text_beside_files_stays_and_is_refused_by_its_length
    invisible_characters_are_refused
    no_address_holds_the_token_of_a_form
}

fn a_form_of_another_origin_does_nothing(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "justice");
    let own = test.url.clone();
    let port = own.rsplit(':').next().expect("a port");
    for origin in ["https://evil.test", "null", "", "http://127.0.0.1", "http://luyue.test", "https://luyue.test:8443"]
    {
        visitor.come_from_origin(Some(origin));
        let page = visitor.post_from("/work", "/sign-out", &[]);
        assert_eq!(page.status, 403, "{origin:?}");
    }
    visitor.come_from_origin(None);
    visitor.get("/work").expect_status(200);
    for origin in ["https://luyue.test", &own, &format!("https://127.0.0.1:{port}")] {
        visitor.come_from_origin(Some(origin));
        let page = visitor.post_from("/work", "/one-time-codes/begin", &[("current_password", PASSWORD)]);
        assert_eq!(page.status, 200, "{origin:?}");
    }
}

fn an_overlong_key_or_field_is_refused(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "justice");
    for length in [129, 6_000, 100_000] {
        let key: String = "qwertyuiopasdfghjklzxcvbnm".chars().cycle().take(length).collect();
        for path in ["/drafts", "/registers/delegations", "/one-time-codes/begin"] {
            let page = visitor.post_from("/work", path, &[("key", &key)]);
            assert_eq!(page.status, 400, "{path} {length}: {}", page.text);
        }
    }
    let page = visitor.post_from("/work", "/drafts", &[("key", &"k".repeat(128))]).expect_status(303);
    let draft = page.location.split('?').next().expect("an address").to_owned();
    let draft = draft.split('/').take(3).collect::<Vec<_>>().join("/");
    let step = format!("{draft}/parties");
    let shown = visitor.get(&step).expect_status(200);
    let version = shown.hidden("version");
    let long: String = (0..6_000).map(|n| char::from_u32(0x4e00 + n * 7 % 20_000).unwrap_or('长')).collect();
    for (name, status) in [("title", 422), ("number", 422)] {
        let page = visitor.post_from(&step, &step, &[("version", &version), (name, &long)]);
        assert_eq!(page.status, status, "{name}: {}", page.text);
    }
    let name = "x".repeat(200);
    let page = visitor.post_from(&step, &step, &[("version", &version), (&name, "1")]);
    assert!(page.status < 500, "{}", page.text);
}

fn a_long_text_beside_files_stays_and_is_refused_by_its_length(test: &TestApp) {
    let id = advance(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let long = "长".repeat(30_000);
    for (act, subject, file, field) in [
        ("submission", "VISIT-H1", "files", "note"),
        ("invoice", "ADVANCE", "file", "reason"),
        ("message", "", "files", "text"),
    ] {
        let shown = format!("/contracts/{id}/act/{act}?subject={subject}");
        let page = contractor.upload_from(&shown, file, &[(field, &long)], &[]);
        assert!((400..500).contains(&page.status), "{act}: {}", page.status);
        assert_eq!(page.text_of(&format!("textarea[name={field}]")).chars().count(), 30_000, "{act}: it stays");
        let told = page.text_of(&format!("[id={field}-error]"));
        assert!(!told.contains("请填写") && told.contains("字"), "{act}: {told}");
    }
}

fn invisible_characters_are_refused(test: &TestApp) {
    for hidden in ['\u{202e}', '\u{200b}', '\u{2066}', '\u{feff}', '\u{ad}', '\u{e0041}'] {
        let mut body = person("wang.fang", "officer", "XC-JUSTICE");
        body["name"] = json!(format!("王{hidden}芳"));
        let refused = test.by("admin").post("people", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "name", "{hidden:?}");
        let organisation =
            json!({"code": "XC-MORE", "name": format!("某{hidden}局"), "function": "other", "region": "341800"});
        test.by("admin").post("organisations", &organisation).expect_status(422);
        let account = json!({"name": format!("户{hidden}名"), "bank": "徽商银行", "number": "6222000011113333"});
        let path = format!("contractors/{}/accounts", crate::support::app::CONTRACTOR);
        test.by("contractor").post(&path, &account).expect_status(422);
        let admin = Visitor::signed_in(test, "admin");
        let name = format!("王{hidden}芳");
        let fields = [
            ("username", "wang.fang"),
            ("name", name.as_str()),
            ("email", "w@luyue.test"),
            ("language", "zh"),
            ("organisation", "XC-JUSTICE"),
            ("role", "officer"),
        ];
        let page = admin.post_from("/registers/people", "/registers/people", &fields).expect_status(422);
        assert!(page.text.contains("看不见"), "{}", page.text);
    }
    // Letters of other scripts, and the marks that belong to them, are names too.
    let mut body = person("wang.fang", "officer", "XC-JUSTICE");
    body["name"] = json!("古丽·買買提 Ñandú");
    test.by("admin").post("people", &body).expect_status(201);
}

fn no_address_holds_the_token_of_a_form(test: &TestApp) {
    let id = crate::support::programme::registered(test, "N-1");
    crate::support::programme::activate(test, &id);
    test.at("2026-06-29", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let admin = Visitor::signed_in(test, "admin");
    for (visitor, path) in
        [(&contractor, format!("/contracts/{id}/act/submission?subject=VISIT-H1")), (&admin, "/calendar".to_owned())]
    {
        let page = visitor.get(&path).expect_status(200);
        let word = page.hidden("form");
        let addresses = ["href", "action", "src", "hx-get"].map(|name| page.attrs(&format!("[{name}]"), name)).concat();
        let found: Vec<&String> = addresses.iter().filter(|address| address.contains(&word)).collect();
        assert!(!addresses.is_empty() && found.is_empty(), "{path}: {found:?}");
    }
}
