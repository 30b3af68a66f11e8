//! A sweep in a browser over every page, for every visitor, in both languages, including the pages that show a refusal.

use std::collections::BTreeSet;

use crate::browser::VISITORS;
use crate::browser::look::{self, Checked};
use crate::browser::rows::{Address, Found, Place, seat};
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

/// Opens every page as each of these visitors, in both languages.
fn sweep(visitors: &[&str]) {
    let test = TestApp::sqlite();
    let place = Place::new(&test);
    let addresses = place.all();
    let browser = look::watching(&test.url);
    let (mut checked, mut wrong) = (Checked::default(), Vec::new());
    for who in visitors {
        browser.forget_cookies();
        let visitor = if *who == "nobody" {
            Visitor::new(&test)
        } else {
            browser.open("/language/zh?next=%2Fsign-in");
            give_password(&test, who);
            browser.sign_in(who);
            Visitor::signed_in(&test, who)
        };
        let mut sweep = Sweep { browser: &browser, visitor, who, checked: &mut checked, wrong: &mut wrong };
        for language in ["zh", "en"] {
            browser.open(&format!("/language/{language}?next=%2Fsign-in"));
            let seen = sweep.open_all(&addresses, language);
            println!("{who} {language}: {seen} pages looked at, {} addresses requested", addresses.len());
            assert!(seen >= 3, "hardly a page was looked at");
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

/// A visitor's way over all pages.
struct Sweep<'a> {
    browser: &'a Browser,
    visitor: Visitor<'a>,
    who: &'a str,
    checked: &'a mut Checked,
    wrong: &'a mut Vec<String>,
}

impl Sweep<'_> {
    /// Opens the pages that the visitor may see and one refusal of each kind in the browser; requests the other
    /// addresses over HTTP, once, as their status depends on no language. Returns the number of pages looked at.
    fn open_all(&mut self, addresses: &[Address], language: &str) -> usize {
        let (mut refusals, mut seen) = (BTreeSet::new(), 0);
        for (n, address) in addresses.iter().enumerate() {
            let (page, path, status) = (address.page, &address.path, address.status(self.who));
            let is_looked_at = match status {
                None => false,
                Some(200) => address.found == Found::Page,
                Some(400..) if address.found == Found::Page => refusals.insert((page, status)),
                Some(_) => false,
            };
            if is_looked_at {
                let last = path
                    .split(['/', '?'])
                    .filter(|part| !part.contains(['-', '=']) || part.len() < 20)
                    .collect::<Vec<_>>();
                self.look(path, &format!("{}-{n}", slug(&last.join("_"))), status.unwrap_or(200), language);
                seen += 1;
            } else if language == "zh" {
                self.request(path, status);
            }
        }
        for path in NOWHERE {
            let status = nowhere(&self.visitor, self.who, path);
            self.look(path, &format!("nowhere_{}", slug(path)), status, language);
            seen += 1;
        }
        seen
    }

    /// Checks the status of an address; `None` is a redirect to the sign-in page.
    fn request(&mut self, path: &str, status: Option<u16>) {
        let answer = self.visitor.get(path);
        if answer.status != status.unwrap_or(303) {
            self.wrong.push(format!("{path} by {}: {} instead of {status:?}", self.who, answer.status));
        }
        if status.is_none() && !answer.location.starts_with("/sign-in?next=") {
            self.wrong.push(format!("{path} by {}: leads to {}", self.who, answer.location));
        }
    }

    fn look(&mut self, path: &str, name: &str, status: u16, language: &str) {
        let Self { browser, who, .. } = *self;
        browser.width(1280);
        browser.open(path);
        let faults = look::faults(browser, &format!("{name}-{who}-{language}"), status, self.checked);
        self.wrong.extend(faults.into_iter().map(|fault| format!("{path} by {who} in {language}: {fault}")));
        let tag = browser.run("return document.documentElement.lang");
        if tag != if language == "zh" { "zh-CN" } else { "en" } {
            self.wrong.push(format!("{path} by {who}: is in {tag}"));
        }
    }
}

/// Generates one test per group of visitors, who see much the same pages, and `SWEPT`, the list of all visitors.
macro_rules! groups {
    ($($name:ident [$($who:literal)+];)+) => {
        $(
            #[test]
            fn $name() {
                sweep(&[$($who),+]);
            }
        )+

        const SWEPT: &[&str] = &[$($($who),+),+];
    };
}

groups! {
    justice_bureau ["justice" "justice-leader" "accountant"];
    finance_bureau ["finance-review" "finance-approve" "finance-pay"];
    contractors ["contractor" "contractor-2" "nobody"];
    overseers ["station" "audit" "admin"];
}

#[test]
fn every_visitor_is_swept() {
    assert_eq!(BTreeSet::from_iter(SWEPT), BTreeSet::from_iter(VISITORS));
    let roles: BTreeSet<_> = VISITORS.iter().filter_map(|who| seat(who)).map(|(role, _)| role.as_str()).collect();
    let all: BTreeSet<_> = PEOPLE.iter().map(|(_, role, _)| role.as_str()).collect();
    assert_eq!(roles, all, "one of each role");
}
