//! The link to the other language while a form is being filled in, and the picker beside a day.

use serde_json::{Value, json};

use crate::browser::look::{self, Checked};
use crate::payments::setup::{advance, asked, through};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::programme;
use crate::support::visitor::{PASSWORD, give_password};

/// Signs a person in, in Chinese, on an active contract, and returns its identifier.
fn prepared(test: &TestApp, browser: &Browser, who: &str) -> String {
    let contract = programme::registered(test, "B-1");
    programme::activate(test, &contract);
    test.at("2026-06-15", 9);
    give_password(test, who);
    browser.sign_in(who);
    browser.open("/language/zh?next=%2Fwork");
    contract
}

fn value(browser: &Browser, name: &str) -> Value {
    browser.run(&format!("return document.querySelector('main').querySelector(\"[name='{name}']\").value"))
}

#[test]
fn what_was_typed_is_carried_into_the_other_language() {
    let test = TestApp::sqlite();
    let browser = look::watching(&test.url);
    let contract = prepared(&test, &browser, "justice");
    browser.open(&format!("/contracts/{contract}/act/extension"));
    browser.fill("#deliverable", "下半年教育学习");
    let chosen = value(&browser, "deliverable");
    browser.fill("#days", "7天");
    browser.fill("#reason", "场地停电\n两日");
    let key = value(&browser, "key");
    browser.click(".top__person a[hreflang=en]");
    browser.see("html[lang=en] .top__person a[hreflang='zh-CN']");
    browser.see("#days-read .understood");
    assert_eq!(browser.run("return document.querySelector('h1').textContent"), "Request an extension");
    for (name, wanted) in
        [("deliverable", chosen), ("days", json!("7天")), ("reason", json!("场地停电\n两日")), ("key", key)]
    {
        assert_eq!(value(&browser, name), wanted, "{name}");
    }
    assert_eq!(look::faults(&browser, "language-extension", 200, &mut Checked::default()), Vec::<String>::new());
    browser.click("main form[data-form] button[type=submit].govuk-button");
    browser.see(".govuk-error-summary.review, #done-title");
    assert_eq!(value(&browser, "days"), "7天", "{}", browser.text());
}

#[test]
fn a_name_typed_before_signing_in_is_carried_into_the_other_language() {
    let test = TestApp::sqlite();
    let browser = look::watching(&test.url);
    give_password(&test, "justice");
    for (path, button) in [("/forgotten-password", "发送链接"), ("/sign-in", "登录")] {
        browser.open(&format!("/language/zh?next={}", path.replace('/', "%2F")));
        assert!(browser.text().contains(button), "{}", browser.text());
        browser.fill("#username", "justice");
        browser.click(".top__person a[hreflang=en]");
        browser.see("html[lang=en] #username");
        assert_eq!(value(&browser, "username"), "justice", "{path}");
    }
    browser.fill("#password", PASSWORD);
    browser.click("main form button[type=submit]");
    browser.see("a[href='/sessions']");
}

#[test]
fn chosen_files_are_carried_into_the_other_language() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let contract = prepared(&test, &browser, "contractor");
    browser.open(&format!("/contracts/{contract}/act/submission?subject=VISIT-H1"));
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("visits.csv");
    std::fs::write(&table, "日期,次数\n2026-06-15,1\n").expect("a file");
    browser.fill("#note", "六月走访");
    browser.fill("input[type=file]", &table.display().to_string());
    browser.click(".top__person a[hreflang=en]");
    browser.see("html[lang=en] .sent-files li button");
    assert_eq!(value(&browser, "note"), "六月走访");
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    assert!(browser.text().contains("visits.csv"), "{}", browser.text());
}

#[test]
fn checks_and_results_are_reloaded_and_read_in_the_other_language() {
    let test = TestApp::sqlite();
    let browser = look::watching(&test.url);
    let contract = advance(&test);
    let payment = asked(&test, &contract, "ADVANCE", &json!({"amount": "101.00"}));
    through(&test, &payment, 3);
    give_password(&test, "finance-pay");
    browser.sign_in("finance-pay");
    browser.open("/language/zh?next=%2Fpayments%2Fvouchers");
    // Typed tabs would lead to the next field.
    let rows = json!("ZF-1\t101.00\t6222000011112222\t2026-01-13\t\t\nZF-2\t5.00\t6222\t2026-01-13\t\t");
    browser.run(&format!("document.querySelector('#rows').value = {rows}"));
    browser.click("#page-form button[type=submit].govuk-button");
    browser.see("form[action='/payments/decide']");
    let address = browser.path();
    assert!(address.starts_with("/payments/decide?kept="), "{address}");
    browser.fill("[id='lines.0.reason']", "已核实");
    browser.click(".top__person a[hreflang=en]");
    browser.see("html[lang=en] #others");
    assert_eq!(value(&browser, "lines.0.reason"), "已核实");
    assert_eq!(value(&browser, "lines.0.voucher"), "ZF-1");
    browser.click("#page-form button[type=submit].govuk-button");
    browser.see("#done");
    let result = browser.path();
    assert!(result.starts_with("/payments/decide?kept=") && result != address, "{result}");
    browser.click(".top__person a[hreflang='zh-CN']");
    browser.see("html[lang='zh-CN'] #done");
    browser.open(&result);
    browser.see("#done");
    assert!(browser.text().contains("已办理 1 笔"), "{}", browser.text());
}

#[test]
fn a_page_without_a_begun_form_simply_changes_its_language() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let contract = prepared(&test, &browser, "justice");
    browser.open(&format!("/contracts/{contract}/act/extension"));
    browser.click(".top__person a[hreflang=en]");
    browser.see("html[lang=en]");
    assert_eq!(browser.path(), format!("/contracts/{contract}/act/extension"));
}

#[test]
fn filters_go_along_into_the_other_language() {
    let test = TestApp::sqlite();
    let browser = look::watching(&test.url);
    prepared(&test, &browser, "justice");
    browser.open("/contracts?year=2026");
    // Typed and not applied yet; the script applies it only once the field is left.
    browser.run("document.querySelector('#q').value = '矫正 B-1'");
    browser.click(".top__person a[hreflang=en]");
    browser.see("html[lang=en] #q");
    assert_eq!((value(&browser, "q"), value(&browser, "year")), (json!("矫正 B-1"), json!("2026")));
    // Applied by the script, which changes the address of the page.
    browser.run("document.querySelector('#q').value = document.querySelector('#year').value = ''");
    browser.click("form.filters button[type=submit]");
    browser.see("#found");
    browser.click(".top__person a[hreflang='zh-CN']");
    browser.see("html[lang='zh-CN'] #q");
    assert_eq!((value(&browser, "q"), value(&browser, "year")), (json!(""), json!("")));
}

#[test]
fn filters_go_along_without_scripts() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    prepared(&test, &browser, "justice");
    browser.without_scripts();
    browser.open("/contracts");
    browser.fill("#q", "矫正 B-1");
    browser.click(".top__person button[name=show_in]");
    browser.see("html[lang=en] #q");
    assert!(browser.path().starts_with("/contracts?q="), "{}", browser.path());
    // Enter in the field searches, in the language of the page.
    browser.open("/contracts");
    browser.fill("#q", "B-1\u{E007}");
    browser.see("html[lang=en] #q[value='B-1']");
}

#[test]
fn a_picker_opens_at_the_left_edge_of_its_field() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let contract = prepared(&test, &browser, "justice");
    // Chromium's calendar is about this wide, in CSS pixels.
    const CALENDAR: f64 = 280.0;
    for path in [format!("/contracts/{contract}/act/extension"), format!("/contracts/{contract}/act/headcount")] {
        browser.open(&path);
        for width in [360, 500, 1280] {
            browser.width(width);
            let places = browser.run(
                "return [...document.querySelectorAll('[data-picks]')].map(picks => {
                   const box = (element) => element.getBoundingClientRect()
                   const field = box(document.getElementById(picks.dataset.picks))
                   return [box(picks.querySelector('input')).left - field.left, field.left, box(picks.querySelector('button')).width]
                 })",
            );
            let places = places.as_array().cloned().unwrap_or_default();
            assert!(!places.is_empty(), "{path}");
            for place in places {
                let at = |index: usize| place[index].as_f64().expect("a number");
                assert!(at(0).abs() < 2.0, "{path} at {width}: the picker is {} px from its field", at(0));
                assert!(at(1) + CALENDAR <= f64::from(width), "{path} at {width}: begins at {}", at(1));
                assert!(at(2) < 0.6 * f64::from(width), "{path} at {width}: the button is {} wide", at(2));
            }
        }
    }
}
