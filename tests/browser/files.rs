//! Files of a form that meet an error while they are sent: each can be tried again, and one that has arrived is not sent
//! again.

use serde_json::{Value, json};

use crate::browser::filling::{at_step, at_submission, set_network, sign_in_elsewhere, submissions};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

/// Notes the names of the files that each request sends.
fn watch(browser: &Browser) {
    browser.run(
        "window.sent = []
         const send = XMLHttpRequest.prototype.send
         XMLHttpRequest.prototype.send = function (body) {
           sent.push([...body].filter(([, value]) => value instanceof File && value.size > 0).map(([, file]) => file.name))
           return send.call(this, body)
         }",
    );
}

fn chosen(browser: &Browser) -> Value {
    browser.run("return [...document.querySelector('input[type=file]').files].map((file) => file.name)")
}

fn kept(browser: &Browser) -> Value {
    browser.run(
        "return [...document.querySelectorAll('.kept-files input[name=kept]:checked + label')].map((label) => label.firstChild.textContent.trim())",
    )
}

#[test]
fn only_the_file_that_failed_is_sent_again() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, _folder) = at_submission(&test, &browser, "zh", 1_000);
    watch(&browser);
    assert!(!browser.text().contains("重新发送"), "nothing has failed: {}", browser.text());
    set_network(&browser, true, -1);
    browser.click("main form button[type=submit]");
    browser.see(".form-notice");
    // Each file can be tried by itself; what arrives is kept by the server.
    set_network(&browser, false, -1);
    browser.click(".sent-files li:nth-child(2) button:nth-of-type(2)");
    browser.see(".kept-files input[name=kept]");
    assert_eq!((kept(&browser), chosen(&browser)), (json!(["small.csv"]), json!(["visits.csv"])));
    assert_eq!(submissions(&test, &contract), 0, "nothing is done yet");
    assert_eq!(browser.run("return document.querySelector('#note').value"), "六月走访");
    // The next error costs only the file that it stops.
    set_network(&browser, true, -1);
    browser.click("main form button[type=submit]");
    browser.see(".form-notice");
    assert_eq!((kept(&browser), chosen(&browser)), (json!(["small.csv"]), json!(["visits.csv"])));
    set_network(&browser, false, -1);
    browser.run("sessionStorage.setItem('sent', ''); addEventListener('pagehide', () => sessionStorage.setItem('sent', JSON.stringify(sent)))");
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    assert_eq!(submissions(&test, &contract), 1);
    let sent = browser.run("return JSON.parse(sessionStorage.getItem('sent'))");
    let expected = json!([["visits.csv", "small.csv"], ["small.csv"], ["visits.csv"], ["visits.csv"], []]);
    assert_eq!(sent, expected, "a file that has arrived is not sent again");
    let text = test.by("contractor").get(&format!("contracts/{contract}/deliverables")).expect_status(200).to_string();
    assert!(text.contains("visits.csv") && text.contains("small.csv"), "{text}");
}

#[test]
fn a_file_shows_how_far_it_is_and_is_left_out_while_the_others_go_on() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, _folder) = at_submission(&test, &browser, "zh", 400_000);
    watch(&browser);
    browser.run("sessionStorage.setItem('sent', ''); addEventListener('pagehide', () => sessionStorage.setItem('sent', JSON.stringify(sent)))");
    let hidden = "return [...document.querySelectorAll('.sent-files progress')].every((bar) => bar.hidden)";
    assert_eq!(browser.run(hidden), true, "nothing is sent yet");
    set_network(&browser, false, 20_000);
    browser.click("main form button[type=submit]");
    // The bar of the first file moves, and is named after it.
    browser.wait_for("const done = arguments[0]; (function look() { const bar = document.querySelector('.sent-files progress'); bar && !bar.hidden && bar.value > 0 ? done() : requestAnimationFrame(look) })()");
    let bar = browser.run("const bar = document.querySelector('.sent-files progress'); return [bar.getAttribute('aria-label'), bar.value < bar.max]");
    assert_eq!(bar, json!(["visits.csv", true]));
    browser.click(".sent-files li:first-child button");
    set_network(&browser, false, -1);
    browser.see("#done-title");
    assert_eq!(submissions(&test, &contract), 1);
    let sent = browser.run("return JSON.parse(sessionStorage.getItem('sent'))");
    assert_eq!(sent, json!([["visits.csv", "small.csv"], ["small.csv"]]));
    let text = test.by("contractor").get(&format!("contracts/{contract}/deliverables")).expect_status(200).to_string();
    assert!(text.contains("small.csv") && !text.contains("visits.csv"), "{text}");
}

#[test]
fn a_file_that_is_refused_when_tried_again_leaves_the_form() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, folder) = at_submission(&test, &browser, "zh", 1_000);
    let broken = folder.path().join("服务报告.pdf");
    std::fs::write(&broken, "%PDF-1.7 and nothing else").expect("a file");
    browser.fill("input[type=file]", &broken.display().to_string());
    set_network(&browser, true, -1);
    browser.click("main form button[type=submit]");
    browser.see(".form-notice");
    set_network(&browser, false, -1);
    browser.click(".sent-files li:nth-child(3) button:nth-of-type(2)");
    browser.wait_for("const done = arguments[0]; (function look() { document.querySelector('.form-notice')?.textContent.includes('服务报告.pdf') ? done() : requestAnimationFrame(look) })()");
    assert_eq!(browser.run("return document.querySelector('#note').value"), "六月走访");
    assert_eq!(chosen(&browser), json!(["visits.csv", "small.csv", "服务报告.pdf"]));
    // Without it, the others are sent and the form is done.
    browser.click(".sent-files li:nth-child(3) button");
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    assert_eq!(submissions(&test, &contract), 1);
}

/// Goes through the history of a page that asks before it is left; the answer is to leave.
fn go(browser: &Browser, to: &str) {
    browser.run(
        "addEventListener('beforeunload', (event) => { event.preventDefault = () => {} }, {capture: true})
         document.documentElement.dataset.left = ''",
    );
    browser.run(&format!("history.{to}()"));
    browser.see("html:not([data-left]) main");
}

#[test]
fn a_form_comes_back_whole_from_the_history() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let draft = at_step(&test, &browser, "zh", "items");
    browser.fill("[name='items.0.name']", "上门走访");
    browser.fill("[name='items.0.quantity']", "1200");
    browser.fill("[name='items.0.standard']", "每月一次");
    go(&browser, "back");
    assert!(!browser.path().starts_with(&draft), "{}", browser.path());
    go(&browser, "forward");
    for (field, typed) in [("name", "上门走访"), ("quantity", "1200"), ("standard", "每月一次")] {
        let held = browser.run(&format!("return document.getElementsByName('items.0.{field}')[0].value"));
        assert_eq!(held, typed, "{field}");
    }
    // It is still a form with changes, which the button saves.
    browser.click("main form button[value=save]");
    browser.see("[name='items.0.quantity']");
    assert!(browser.path().ends_with("/items?done=save"), "{}", browser.path());
    assert_eq!(browser.run("return document.getElementsByName('items.0.quantity')[0].value"), "1200");
}

#[test]
fn files_are_kept_when_the_cookies_are_lost() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (contract, _folder) = at_submission(&test, &browser, "zh", 1_000);
    browser.forget_cookies();
    browser.click("main form button[type=submit]");
    browser.see(".form-notice a[href='/sign-in']");
    sign_in_elsewhere(&browser);
    // One file alone, then the form: each takes the token of the new session.
    browser.click(".sent-files li button:last-of-type");
    browser.see(".kept-files input[name=kept]");
    browser.click("main form button[type=submit]");
    browser.see("#done-title");
    assert_eq!(submissions(&test, &contract), 1);
}
