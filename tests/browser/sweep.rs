//! A sweep in a browser over every page, for every visitor, in both languages, including the pages that show a refusal.

use std::collections::BTreeSet;

use crate::browser::look;
use crate::browser::rows::{Found, Place, VISITORS, seat};
use crate::support::app::{PEOPLE, TestApp};
use crate::support::browser::Browser;
use crate::support::visitor::{Visitor, give_password};

/// Returns a page's name as used in file names.
fn slug(path: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    path.chars().map(plain).collect::<String>().trim_matches('_').to_owned()
}

/// Addresses at which nothing exists, such as row numbers and well-formed but unknown identifiers.
const NOWHERE: &[&str] = &["/nowhere", "/contracts/1", "/registers/nothing", "/files/00000000"];

/// Checks that an address at which nothing exists is indistinguishable from one that the visitor may not see. Returns
/// the status of the final page.
fn nowhere(visitor: &Visitor<'_>, who: &str, path: &str) -> u16 {
    let answer = visitor.get(path);
    match (who, answer.status) {
        // After signing in, the visitor would reach that page.
        ("nobody", 303) if path != "/nowhere" => 200,
        // The administrator may see no contract, whether it exists or not.
        ("admin", 403) if path != "/nowhere" => 403,
        (_, status) => {
            assert_eq!(status, 404, "{path} by {who}");
            404
        }
    }
}

fn sweep(who: &str, language: &str) {
    let test = TestApp::sqlite();
    let place = Place::new(&test);
    let addresses = place.all();
    let (visitor, browser) = if who == "nobody" {
        (Visitor::new(&test), look::watching(&test.url))
    } else {
        (Visitor::signed_in(&test, who), signed_in(&test, who))
    };
    browser.open(&format!("/language/{language}?next=%2Fsign-in"));
    // The languages differ in words, not in structure: one is checked at both widths, the other only at the narrow one.
    let widths: &[u32] = if language == "zh" { &look::WIDTHS } else { &look::WIDTHS[1..] };
    let (mut wrong, mut refusals, mut seen) = (Vec::new(), BTreeSet::new(), 0);
    for (n, address) in addresses.iter().enumerate() {
        let status = address.status(who);
        let (page, path) = (address.page, &address.path);
        // The browser checks one refusal of each kind; the others are only requested over HTTP.
        let looked = match status {
            None => false,
            Some(200) => address.found == Found::Page,
            Some(400..) if address.found == Found::Page => refusals.insert((page, status)),
            Some(_) => false,
        };
        if !looked {
            let answer = visitor.get(path);
            if answer.status != status.unwrap_or(303) {
                wrong.push(format!("{path}: {} instead of {status:?}", answer.status));
            }
            if status.is_none() && !answer.location.starts_with("/sign-in?next=") {
                wrong.push(format!("{path}: leads to {}", answer.location));
            }
            continue;
        }
        let status = status.unwrap_or(200);
        browser.width(1280);
        browser.open(path);
        seen += 1;
        let last =
            path.split(['/', '?']).filter(|part| !part.contains(['-', '=']) || part.len() < 20).collect::<Vec<_>>();
        let name = format!("{}-{n}-{who}-{language}", slug(&last.join("_")));
        wrong.extend(look::faults(&browser, &name, status, widths).into_iter().map(|fault| format!("{path}: {fault}")));
        let tag = browser.run("return document.documentElement.lang");
        if tag != if language == "zh" { "zh-CN" } else { "en" } {
            wrong.push(format!("{path}: is in {tag}"));
        }
    }
    for path in NOWHERE {
        let status = nowhere(&visitor, who, path);
        browser.open(path);
        let name = format!("nowhere_{}-{who}-{language}", slug(path));
        wrong.extend(look::faults(&browser, &name, status, widths).into_iter().map(|fault| format!("{path}: {fault}")));
        seen += 1;
    }
    println!("{who} {language}: {seen} pages looked at, {} addresses asked", addresses.len());
    assert!(seen >= 3, "hardly a page was looked at");
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

fn signed_in(test: &TestApp, who: &str) -> Browser {
    give_password(test, who);
    let browser = look::watching(&test.url);
    browser.sign_in(who);
    browser
}

#[test]
fn every_visitor_is_swept() {
    assert_eq!(SWEPT, VISITORS);
    let roles: BTreeSet<_> = VISITORS.iter().filter_map(|who| seat(who)).map(|(role, _)| role.as_str()).collect();
    let all: BTreeSet<_> = PEOPLE.iter().map(|(_, role, _)| role.as_str()).collect();
    assert_eq!(roles, all, "one of each role");
}

in_both_languages! {
    officer "justice";
    leader "justice-leader";
    station "station";
    reviewer "finance-review";
    approver "finance-approve";
    cashier "finance-pay";
    contractor "contractor";
    another_contractor "contractor-2";
    supervisor "audit";
    administrator "admin";
    stranger "nobody";
}
