//! A column of a draft filled by the keyboard, and the length of the page that checks the draft.

use crate::browser::look;
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::visitor::{Visitor, give_password};

const DOWN: &str = "\u{e015}";

#[test]
fn a_column_is_filled_by_the_keyboard_and_the_draft_is_checked_on_two_screens() {
    let test = TestApp::sqlite();
    give_password(&test, "justice");
    let officer = Visitor::signed_in(&test, "justice");
    let page = "/templates/notice-2017-43";
    let fields = [("starts_on", "2027-01-05"), ("contractor", CONTRACTOR)];
    let draft = officer.post_from(page, &format!("{page}/draft"), &fields).location;
    let draft = draft.split('?').next().expect("an address");
    let parties = [("number", "C-1"), ("method", "公开招标"), ("funder", "XC-FINANCE")];
    let path = format!("{draft}/parties");
    officer.get(&path).form(&path).with(&parties).send(&officer, "leave").expect_status(303);
    let browser = look::watching(&test.url);
    browser.sign_in("justice");
    browser.open(&format!("{draft}/deliverables"));
    let focus = |name: &str| browser.run(&format!("document.getElementsByName('{name}')[0].focus(); return null"));
    focus("deliverables.0.place");
    browser.press(DOWN);
    assert_eq!(browser.run("return document.activeElement.name"), "deliverables.1.place");
    browser.press("鳌峰街道");
    let press = "return document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
        {key: 'd', ctrlKey: true, bubbles: true, cancelable: true}))";
    assert_eq!(browser.run(press), false, "the key is the page's");
    browser.see("button[value=undo]");
    let places =
        browser.run("return [0, 1, 5].map(row => document.getElementsByName(`deliverables.${row}.place`)[0].value)");
    assert_eq!(places, serde_json::json!(["", "鳌峰街道", "鳌峰街道"]));
    browser.width(1280);
    browser.open(&format!("{draft}/check"));
    let length = browser.run("return document.documentElement.scrollHeight / Math.max(innerHeight, 900)");
    assert!(length.as_f64().is_some_and(|length| length < 2.0), "{length} screens");
    browser.picture("draft-check");
}
