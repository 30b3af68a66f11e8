//! Pages with more than one form: what was begun in one of them stays while another is sent.

use serde_json::json;

use crate::payments::setup::{NUMBER, advance, id_of};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::visitor::give_password;
use crate::workers::worker;

fn held(browser: &Browser) -> serde_json::Value {
    browser.run("return ['name', 'certificate'].map((id) => document.getElementById(id).value)")
}

#[test]
fn what_was_begun_beside_a_sent_form_stays() {
    let test = TestApp::sqlite();
    advance(&test);
    let id = id_of(&test.by("contractor").post("workers", &worker(NUMBER, "许静")).expect_status(201));
    test.by("justice").post(&format!("workers/{id}/actions/approve"), &json!({})).expect_status(200);
    give_password(&test, "contractor");
    let browser = Browser::start(&test.url);
    browser.sign_in("contractor");
    browser.open("/language/zh?next=%2Fregisters%2Fworkers");
    browser.run("document.querySelector('#page-form').closest('details').open = true");
    browser.fill("#name", "周雯");
    browser.fill("#certificate", "社工 2026-1");
    let typed = json!(["周雯", "社工 2026-1"]);
    // Another row's act is refused for its missing reason, and then taken.
    browser.click("form[action$='/leave'] button.govuk-button");
    browser.see(".govuk-error-summary");
    assert_eq!(held(&browser), typed, "{}", browser.text());
    browser.fill("form[action$='/leave'] input[name=reason]", "合同调岗");
    browser.click("form[action$='/leave'] button.govuk-button");
    browser.see("#done-title");
    assert!(browser.text().contains("离岗：合同调岗"), "{}", browser.text());
    assert_eq!(held(&browser), typed, "{}", browser.text());
    // It is a form like before.
    browser.fill("#contract", NUMBER);
    browser.fill("#from_on", "2026-01-12");
    browser.run("document.getElementById('role').value = 'social_worker'");
    browser.click("#page-form button[type=submit].govuk-button");
    browser.see("form[action$='/recall']");
}
