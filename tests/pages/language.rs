//! The button for another language on a page with a form, in a browser without scripts: the form is shown again with
//! what was typed, and nothing is done.

use luyue::web::limits::ACCOUNT_TRIES;

use crate::identity::totp::code;
use crate::pages::drafts::{begun, typed_in};
use crate::pages::kept::{cases, end_sessions, sign_in_at};
use crate::support::app::{TestApp, form};
use crate::support::programme;
use crate::support::visitor::{PASSWORD, Page, Visitor, give_password};

/// Button of the header that sends the form of the page.
const BUTTON: &str = ".top__person button[name=show_in]";

/// Returns the value of the button for another language, after checking that it sends the form to an address and that
/// Enter in the form does not press it.
#[track_caller]
fn offered(page: &Page, action: &str) -> String {
    let of = page.attr(BUTTON, "form");
    assert_eq!(page.attr(&format!("form[id='{of}']"), "action"), action);
    let first = format!(".unscripted > input[type=submit][form='{of}']:first-child + button[name=show_in]");
    assert!(page.has(&first), "{}", page.text);
    page.attr(BUTTON, "value")
}

/// Presses the button for another language on a page where something was typed.
#[track_caller]
fn switched(visitor: &Visitor<'_>, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
    let language = offered(page, action);
    let form = page.form(action).with(typed);
    let mut fields = vec![("show_in", language.as_str())];
    fields.extend(form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    visitor.post(action, &fields)
}

#[test]
fn every_kind_of_form_is_shown_in_another_language() {
    let test = TestApp::sqlite();
    let mut cases = cases(&test);
    let officer = Visitor::signed_in(&test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let trial = format!("{draft}/try");
    cases.push(("justice", trial.clone(), trial, "try.deliverables.0.quantity", "五百"));
    for (who, path, action, field, typed) in &cases {
        let visitor = Visitor::signed_in(&test, who);
        let page = visitor.get(path).expect_status(200);
        let key = page.form(action).value("key").map(str::to_owned);
        let english = switched(&visitor, &page, action, &[(field, typed)]);
        assert!([200, 422].contains(&english.status), "{path}: {}", english.text);
        assert!(english.has("html[lang=en]"), "{path}: {}", english.text);
        let again = english.form(action);
        assert_eq!(again.value(field).map(|value| value.replace("\r\n", "\n")).as_deref(), Some(*typed), "{path}");
        assert_eq!(again.value("key").map(str::to_owned), key, "{path}: it is sent once");
        let plain = visitor.get(path).expect_status(200);
        assert!(plain.has("html[lang=en]"), "{path}: the language stays");
        assert_ne!(plain.form(action).value(field), Some(*typed), "{path}: nothing has been done");
        let chinese = switched(&visitor, &english, action, &[]);
        assert!(chinese.has("html[lang=zh-CN]"), "{path}: {}", chinese.text);
        let held = chinese.form(action).value(field).map(|value| value.replace("\r\n", "\n"));
        assert_eq!(held.as_deref(), Some(*typed), "{path}: and back");
        if !path.ends_with("/try") {
            let done = chinese.form(action).send(&visitor, "");
            assert!(![403, 412].contains(&done.status), "{path}: it can be sent: {}", done.text);
        }
    }
    // What was refused is on a page without an address of its own; the button still leads to the form.
    let contract = programme::registered(&test, "L-1");
    let act = format!("/contracts/{contract}/act/withdraw");
    let refused = officer.get(&act).form(&act).send(&officer, "").expect_status(400);
    let english = switched(&officer, &refused, &act, &[("reason", "数量有误")]).expect_status(200);
    assert_eq!(english.form(&act).value("reason"), Some("数量有误"));
    assert!(!english.has(".govuk-error-summary"), "{}", english.text);
    let form = english.form(&act);
    for forged in [("form", ""), ("show_in", "fr")] {
        let mut fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.retain(|(name, _)| *name != forged.0 && *name != "reason");
        fields.extend([forged, ("show_in", "zh")]);
        let answer = officer.post(&act, &fields);
        assert!([400, 403].contains(&answer.status), "{forged:?}: {}", answer.text);
        assert!(answer.has("html[lang=en]") || forged.0 == "form", "{forged:?}: {}", answer.text);
    }
    // A page without a form has the link alone.
    assert!(!officer.get("/registers").has(BUTTON) && !officer.get(&format!("/contracts/{contract}")).has(BUTTON));
}

#[test]
fn a_name_typed_before_signing_in_stays_in_another_language() {
    let test = TestApp::sqlite();
    give_password(&test, "justice");
    for (path, action) in [("/forgotten-password", "/forgotten-password"), ("/sign-in?next=%2Fcontracts", "/sign-in")] {
        let visitor = Visitor::new(&test);
        let page = visitor.get(path).expect_status(200);
        let typed = [("username", "justice"), ("password", PASSWORD)];
        let mut shown = switched(&visitor, &page, action, &typed[..if action == "/sign-in" { 2 } else { 1 }]);
        // More often than an account may be tried: asking for another language is not an attempt.
        for turn in 0..ACCOUNT_TRIES.0.get() + 2 {
            shown = shown.expect_status(200);
            let tag = if turn % 2 == 0 { "en" } else { "zh-CN" };
            assert!(shown.has(&format!("html[lang={tag}]")), "{path}: {}", shown.text);
            assert!(!shown.has(".govuk-error-summary") && !shown.text.contains(PASSWORD), "{path}: {}", shown.text);
            let form = shown.form(action);
            assert_eq!(form.value("username"), Some("justice"), "{path}");
            shown = switched(&visitor, &shown, action, &[]);
        }
        let form = shown.form(action).with(&typed[..if action == "/sign-in" { 2 } else { 1 }]);
        let done = form.send(&visitor, "").expect_status(303);
        let next = if action == "/sign-in" { "/contracts" } else { "/forgotten-password?done=sent" };
        assert_eq!(done.location, next);
    }
    let forged = [("show_in", "en"), ("username", "justice")];
    assert_eq!(Visitor::new(&test).post("/sign-in", &forged).status, 403, "another site shows nothing here");
}

#[test]
fn filters_that_were_typed_and_not_sent_stay_in_another_language() {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "L-4");
    programme::activate(&test, &contract);
    let records = format!("/contracts/{contract}/records");
    let [officer, finance, auditor] = ["justice", "finance-review", "audit"].map(|who| Visitor::signed_in(&test, who));
    let anyone = Visitor::new(&test);
    for (visitor, page, field, typed) in [
        (&officer, "/contracts", "q", "心理 矫治"),
        (&officer, "/contracts?year=2026", "region", "宁国市"),
        (&officer, "/contracts", "year", "2025"),
        (&officer, "/drafts/copy", "q", "L-4"),
        (&officer, "/work", "q", "L-4"),
        (&finance, "/payments", "contractor", "五四"),
        (&finance, "/ledger", "bureau", "司法"),
        (&finance, "/reports/execution", "bureau", "司法"),
        (&auditor, "/events", "person", "张"),
        (&auditor, "/events/chain", "contract", "L-4"),
        (&auditor, records.as_str(), "month", "2026-07"),
        (&anyone, "/public", "q", "社区 & 矫正=100%"),
        (&anyone, "/verify", "code", "ABCD-1234"),
    ] {
        let shown = visitor.get(page).expect_status(200);
        let path = page.split('?').next().expect("a path");
        let form = shown.form(path).with(&[(field, typed)]);
        // Enter in a field still searches, by the first button of the form.
        assert_eq!(form.buttons.first().map(|(name, _)| name.as_str()), Some(""), "{page}");
        let first = ".unscripted > input[type=submit][form=filters]:first-child:not([name]) + button[name=show_in]";
        assert!(shown.has(first) && shown.has(&format!("form[id=filters][action='{path}']")), "{page}: {}", shown.text);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&form.fields).append_pair("show_in", "en");
        let led = visitor.get(&format!("{path}?{}", query.finish())).expect_status(303);
        assert!(!led.location.contains("show_in"), "{page}: {}", led.location);
        let mut english = visitor.get(&led.location);
        if english.status == 303 {
            // A code leads to the address of its document.
            english = visitor.get(&english.location);
        }
        assert!(english.has("html[lang=en]"), "{page}: {}", english.text);
        assert_eq!(english.form(path).value(field), Some(typed), "{page}");
        for (name, value) in form.fields.iter().filter(|(name, _)| name != field) {
            assert_eq!(english.form(path).value(name), Some(value.as_str()), "{page}: {name}");
        }
        assert!(visitor.get(page).has("html[lang=en]"), "{page}: the language stays");
        visitor.get("/language/zh?next=%2F");
    }
    // A query that names no language of ours is one of the page's own; no other site is led to.
    assert_eq!(officer.get("/contracts?show_in=fr").status, 200);
    for address in ["//evil.example/?show_in=en", "/\\evil.example?show_in=en"] {
        let led = officer.get(address);
        assert!(!led.location.contains("evil"), "{address}: {}", led.location);
    }
}

#[test]
fn what_is_shown_once_is_shown_again_in_another_language() {
    let test = TestApp::sqlite();
    let visitor = Visitor::signed_in(&test, "justice");
    for path in ["/one-time-codes", "/change-password"] {
        let page = visitor.get(path).expect_status(200);
        assert!(page.has(".top__person a[href^='/language/en']"), "{path}: {}", page.text);
    }
    let page = visitor.get("/one-time-codes").form("/one-time-codes/begin");
    let refused = page.clone().with(&[("current_password", "another")]).send(&visitor, "").expect_status(422);
    assert!(refused.has(".top__person a[href='/language/en?next=%2Fone%2Dtime%2Dcodes']"), "{}", refused.text);
    let page = page.with(&[("current_password", PASSWORD)]).send(&visitor, "").expect_status(200);
    let (confirm, secret) = ("/one-time-codes/confirm", page.hidden("secret"));
    let english = switched_once(&visitor, &page, &[("code", "12 34")]).expect_status(200);
    assert!(english.has("html[lang=en]") && !english.has(".govuk-error-summary"), "{}", english.text);
    assert_eq!((english.hidden("secret"), english.hidden("address")), (secret.clone(), page.hidden("address")));
    assert_eq!(english.form(confirm).value("code"), Some("12 34"));
    // The secret stays the one that was begun, and the codes are those that were drawn.
    let typed = code(&test, &secret);
    let shown = english.form(confirm).with(&[("code", &typed)]).send(&visitor, "").expect_status(200);
    let codes = shown.texts("li > code");
    assert_eq!(codes.len(), 10, "{}", shown.text);
    let chinese = switched_once(&visitor, &shown, &[]).expect_status(200);
    assert!(chinese.has("html[lang=zh-CN]") && chinese.text.contains("恢复码"), "{}", chinese.text);
    assert_eq!(chinese.texts("li > code"), codes);
    assert_eq!(test.by("justice").get("me").expect_status(200)["recovery_codes"], 10, "nothing was drawn or used");
    let again = switched_once(&visitor, &chinese, &[]).expect_status(200);
    assert_eq!((again.texts("li > code"), again.has("html[lang=en]")), (codes, true));
    assert!(visitor.get("/one-time-codes").has("html[lang=en]"), "the language stays");
    // What another site sends is not shown.
    let forged = [("show_in", "zh"), ("shown_code", "call 12345")];
    assert_eq!(visitor.post(confirm, &forged).status, 403);
}

/// Presses the button for another language on a page that shows something once.
#[track_caller]
fn switched_once(visitor: &Visitor<'_>, page: &Page, typed: &[(&str, &str)]) -> Page {
    assert!(!page.has(".top__person a[hreflang]"), "no link leaves the page: {}", page.text);
    let of = page.attr(BUTTON, "form");
    let form = page.form(&page.attr(&format!("form[id='{of}']"), "action")).with(typed);
    let language = page.attr(BUTTON, "value");
    let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    visitor.post(&form.action, &[("show_in", language.as_str())].into_iter().chain(fields).collect::<Vec<_>>())
}

#[test]
fn a_form_whose_session_has_ended_is_kept_and_not_lost_on_the_way() {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "L-2");
    let act = format!("/contracts/{contract}/act/withdraw");
    let officer = Visitor::signed_in(&test, "justice");
    let page = officer.get(&act).expect_status(200);
    end_sessions(&test);
    let sent = switched(&officer, &page, &act, &[("reason", "数量有误")]);
    let shown = sign_in_at(&officer, &sent, "justice").expect_status(200);
    assert_eq!(shown.form(&act).value("reason"), Some("数量有误"));
    let english = switched(&officer, &shown, &act, &[]).expect_status(200);
    assert_eq!(english.hidden("kept_form"), shown.hidden("kept_form"), "it is still the kept form");
    assert_eq!(english.form(&act).send(&officer, "").status, 303);
}

#[test]
fn files_are_kept_with_a_form_in_another_language() {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "L-3");
    programme::activate(&test, &contract);
    test.at("2026-06-15", 9);
    let contractor = Visitor::signed_in(&test, "contractor");
    let page = contractor.get(&format!("/contracts/{contract}/act/submission?subject=VISIT-H1")).expect_status(200);
    let action = format!("/contracts/{contract}/act/submission/files?subject=VISIT-H1");
    let (word, key) = (page.hidden("form"), page.hidden("key"));
    let send = |page: &Page, files: &[(&str, &[u8])], kept: Option<&str>| {
        let language = offered(page, &action);
        let mut fields = vec![("show_in", language.as_str()), ("form", &word), ("key", &key)];
        fields.extend([("quantity", "12次"), ("note", "六月的走访记录")]);
        fields.extend(kept.map(|id| ("kept", id)));
        contractor.send_body(&action, &form("files", &fields, files))
    };
    let english = send(&page, &[("a.csv", b"a,b\n1,2\n")], None).expect_status(200);
    assert!(english.has("html[lang=en]") && english.text.contains("六月的走访记录"), "{}", english.text);
    assert_eq!((english.attr("[id=quantity]", "value"), english.hidden("key")), ("12次".to_owned(), key.clone()));
    let kept = english.attr("input[name=kept]", "value");
    assert!(english.text_of("label[for=kept-1]").contains("a.csv"), "{}", english.text);
    // A file that cannot be taken is named, in the other language; the others stay.
    let refused = send(&english, &[("b.exe", b"MZ")], Some(&kept));
    assert!(refused.status >= 400 && refused.has("html[lang=zh-CN]"), "{}: {}", refused.status, refused.text);
    assert!(refused.text_of("[id=files-error]").contains("b.exe"), "{}", refused.text);
    assert_eq!(refused.attr("input[name=kept]", "value"), kept);
    let list = format!("contracts/{contract}/deliverables");
    let before = test.by("contractor").get(&list).expect_status(200);
    assert!(!before.to_string().contains("a.csv"), "nothing has been submitted: {before}");
    let fields = [("quantity", "12次"), ("note", "六月的走访记录"), ("listed", kept.as_str()), ("kept", &kept)];
    contractor.upload_on(&refused, "files", &fields, &[]).expect_status(303);
    assert!(test.by("contractor").get(&list).expect_status(200).to_string().contains("a.csv"));
    // The form of the calendar keeps its words.
    let admin = Visitor::signed_in(&test, "admin");
    let page = admin.get("/calendar").expect_status(200);
    let (word, language) = (page.hidden("form"), offered(&page, "/calendar/files"));
    let key = page.form("/calendar/files").value("key").expect("a key").to_owned();
    let fields = [("show_in", language.as_str()), ("form", &word), ("key", &key), ("notice", "国办发明电〔2026〕9号")];
    let english = admin.send_body("/calendar/files", &form("file", &fields, &[])).expect_status(200);
    assert!(english.has("html[lang=en]") && !english.has(".govuk-error-summary"), "{}", english.text);
    assert_eq!(english.attr("[id=notice]", "value"), "国办发明电〔2026〕9号");
}
