//! Service records typed on a phone without a network: kept in the browser, listed with their state, sent once.

use serde_json::Value;

use crate::browser::filling::set_network;
use crate::records::setup::listed;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::programme;
use crate::support::visitor::give_password;

const SEND: &str = "#page-form button[type=submit].govuk-button";

/// Opens the form of a record as the contractor; returns its address and the contract.
fn at_record(test: &TestApp, browser: &Browser) -> (String, String) {
    let contract = programme::registered(test, "B-5");
    programme::activate(test, &contract);
    test.at("2026-06-15", 9);
    give_password(test, "contractor");
    browser.sign_in("contractor");
    browser.open("/language/zh?next=%2Fwork");
    let form = format!("/contracts/{contract}/act/record");
    browser.open(&form);
    (form, contract)
}

fn fill(browser: &Browser, subject: &str, minutes: &str) {
    browser.fill("#place", "西林街道社区");
    browser.fill("#subject", subject);
    browser.fill("#minutes", minutes);
}

fn unsent(browser: &Browser, state: &str) -> Value {
    browser.run(&format!("return document.querySelectorAll(\"[data-outbox-list] li[data-state='{state}']\").length"))
}

fn subjects(test: &TestApp, contract: &str) -> Vec<String> {
    let records = listed(test, contract, "");
    records.iter().map(|record| record["subject"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Waits until no record is listed as unsent.
fn see_none(browser: &Browser) {
    browser.wait_for("const done = arguments[0]; (function look() { document.querySelector('[data-outbox-list] li') ? requestAnimationFrame(look) : done() })()");
}

#[test]
fn records_typed_offline_are_sent_once_the_network_is_back() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (form, contract) = at_record(&test, &browser);
    set_network(&browser, true, -1);
    fill(&browser, "XZ-1", "45");
    browser.click(SEND);
    browser.see("[data-outbox-list] li[data-state=waiting]");
    assert!(browser.text().contains("已存在本机浏览器") && browser.text().contains("XZ-1"), "{}", browser.text());
    assert_eq!(browser.run("return document.getElementById('subject').value"), "", "ready for the next one");
    fill(&browser, "XZ-2", "一刻");
    // The button takes no second click within a second, and no one types that fast.
    browser.run("document.getElementById('page-form').requestSubmit()");
    browser.see("[data-outbox-list] li:nth-child(2)");
    assert_eq!(subjects(&test, &contract), [] as [String; 0]);
    set_network(&browser, false, -1);
    browser.see("[data-outbox-list] li[data-state=refused]");
    assert_eq!((unsent(&browser, "refused"), unsent(&browser, "waiting")), (1.into(), 0.into()));
    assert_eq!(subjects(&test, &contract), ["XZ-1"]);
    assert!(browser.text().contains("已发送 1 条") && browser.text().contains("未能登记"), "{}", browser.text());
    // The list is there after the page was left, also on the page of the records.
    browser.open(&format!("/contracts/{contract}/records"));
    browser.see("[data-outbox-list] li[data-state=refused]");
    browser.open(&form);
    browser.click("[data-outbox-list] li button");
    assert_eq!(browser.run("return document.getElementById('subject').value"), "XZ-2");
    browser.fill("#minutes", "30");
    browser.click(SEND);
    browser.see("#done-title");
    assert_eq!(subjects(&test, &contract), ["XZ-2", "XZ-1"]);
    browser.open(&form);
    assert_eq!(unsent(&browser, "refused"), 0);
}

#[test]
fn a_record_whose_answer_was_lost_is_entered_once() {
    let test = TestApp::sqlite();
    let browser = Browser::start(&test.url);
    let (form, contract) = at_record(&test, &browser);
    browser.run(
        "const ask = window.fetch
         window.fetch = async (...all) => {
           const answer = await ask(...all)
           if (all[1]?.method === 'POST') throw new TypeError('the answer is lost')
           return answer
         }",
    );
    fill(&browser, "XZ-3", "45");
    browser.click(SEND);
    browser.see("[data-outbox-list] li[data-state=waiting]");
    assert_eq!(subjects(&test, &contract), ["XZ-3"]);
    // Another session sends it again: the list is not shown to others, and the record is there once.
    test.app.clock.set(test.now() + chrono::TimeDelta::minutes(31));
    give_password(&test, "contractor-2");
    browser.sign_in("contractor-2");
    assert_eq!(browser.run("return localStorage.getItem('luyue.outbox').includes('XZ-3')"), true);
    browser.click(".top__person form button");
    browser.see("#username");
    browser.sign_in("contractor");
    browser.open(&form);
    see_none(&browser);
    browser.wait_for("const done = arguments[0]; (function look() { localStorage.getItem('luyue.outbox') === '[]' ? done() : requestAnimationFrame(look) })()");
    assert_eq!(subjects(&test, &contract), ["XZ-3"]);
}
