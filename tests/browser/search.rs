//! The search in the bar with the page's scripts: `/` leads to it, and what is found appears while a person types.

use crate::browser::look::{self, Checked};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::give_password;

const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";

#[test]
fn what_is_found_appears_while_a_person_types() {
    let test = TestApp::sqlite();
    programme::registered(&test, "B-12");
    let browser = look::watching(&test.url);
    give_password(&test, "justice");
    browser.sign_in("justice");
    browser.open("/registers");
    let title = browser.run("return document.title");
    browser.press("/");
    assert_eq!(browser.run("return document.activeElement.id"), "search", "the key leads to the field");
    browser.press("B-12");
    browser.see("#search-found a.work__what[href^='/contracts/']");
    let faults = look::faults(&browser, "search-found", 200, &mut Checked::default());
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(browser.run("return document.title"), title, "the page stays what it is");
    browser.press(ESCAPE);
    browser.see("#search-found:empty");
    assert_eq!(browser.path(), "/registers", "the page stays");
    browser.press(ENTER);
    browser.see("#search-results a.work__what");
    // On its own page the results are replaced as well, and the address with them.
    browser.press("/");
    browser.press("B-13");
    browser.see("#search-results .govuk-inset-text");
    assert_eq!(browser.run("return location.search"), "?q=B-13");
    // What is found closes, and opens no more, once a person has gone on to a form.
    browser.open("/contracts");
    browser.press("/");
    browser.press("B-12");
    browser.see("#search-found a.work__what");
    browser.run("document.querySelector('#q').focus()");
    browser.see("#search-found:empty");
    browser.run("document.addEventListener('htmx:afterRequest', () => { document.body.dataset.answered = '' })");
    browser.run("document.querySelector('#search').focus()");
    browser.press("B");
    browser.run("document.querySelector('#q').focus()");
    browser.see("body[data-answered]");
    assert_eq!(browser.run("return document.querySelectorAll('#search-found *').length"), 0);
    // In a field the key is a sign like any other.
    browser.open("/contracts");
    browser.fill("#q", "1/2");
    assert_eq!(browser.run("return document.querySelector('#q').value"), "1/2");
}
