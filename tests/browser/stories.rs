//! A contract's life from its draft to a payment, carried out in a browser: in Chinese and in English, without
//! JavaScript, and by keyboard only.

use std::path::PathBuf;

use crate::adapters::fixtures;
use crate::browser::look::{self, Checked};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::programme;
use crate::support::visitor::{PASSWORD, give_password};

/// The Tab key in WebDriver's encoding (17.4.2).
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
/// A limit above the number of focusable elements on any page.
const STOPS: usize = 200;

/// The way in which a user operates a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hand {
    Mouse,
    Keyboard,
}

struct Story<'a> {
    browser: &'a Browser,
    hand: Hand,
    contract: &'a str,
}

impl Story<'_> {
    /// Moves the focus to an element by pressing Tab.
    #[track_caller]
    fn reach(&self, selector: &str) {
        for _ in 0..STOPS {
            let here = self.browser.run(&format!("return document.activeElement.matches(\"{selector}\")"));
            if here == true {
                return;
            }
            self.browser.press(TAB);
        }
        panic!("Tab does not lead to {selector} on {}", self.browser.path());
    }

    #[track_caller]
    fn click(&self, selector: &str) {
        self.browser.see(selector);
        match self.hand {
            Hand::Mouse => self.browser.click(selector),
            Hand::Keyboard => {
                self.reach(selector);
                self.browser.press(ENTER);
            }
        }
    }

    #[track_caller]
    fn fill(&self, selector: &str, text: &str) {
        self.browser.see(selector);
        match self.hand {
            // The file chooser is a dialog of the operating system, outside the page.
            Hand::Keyboard if !selector.contains("file") => {
                self.reach(selector);
                self.browser.press(text);
            }
            _ => self.browser.fill(selector, text),
        }
    }

    /// Signs a user in, after signing out the previous one, and opens the contract.
    #[track_caller]
    fn enter(&self, who: &str) {
        if self.browser.path() != "/sign-in" {
            self.click(".top__person form button");
        }
        self.fill("#username", who);
        self.fill("#password", PASSWORD);
        self.click("main form button[type=submit]");
        self.browser.see("a[href='/sessions']");
        self.browser.open(&format!("/contracts/{}", self.contract));
    }

    /// Performs an action from the contract's page and checks that the page confirms it.
    #[track_caller]
    fn act(&self, link: &str, fields: &[(&str, &str)]) {
        self.send(link, fields);
        self.browser.see("#done-title");
    }

    /// Performs an action whose effects follow from what is typed: they are shown before it is recorded.
    #[track_caller]
    fn act_on_shown_effects(&self, link: &str, fields: &[(&str, &str)]) {
        self.send(link, fields);
        self.browser.see(".govuk-error-summary.review");
        self.click("main form button[type=submit]");
        self.browser.see("#done-title");
    }

    /// Fills in the form of an action and sends it.
    #[track_caller]
    fn send(&self, link: &str, fields: &[(&str, &str)]) {
        self.click(&format!("a[href*='/act/{link}']"));
        self.browser.see("form[action*='/act/']");
        for (field, text) in fields {
            self.fill(field, text);
        }
        self.click("main form button[type=submit]");
    }
}

/// Writes two acceptable files into a folder.
fn files(folder: &tempfile::TempDir) -> [PathBuf; 2] {
    let table = folder.path().join("visits.csv");
    std::fs::write(&table, "日期,对象,次数\n2026-06-15,A01,1\n").expect("a file");
    let report = folder.path().join("report.pdf");
    std::fs::write(&report, fixtures::pdf("半年服务报告".as_bytes())).expect("a file");
    [table, report]
}

fn play(language: &str, hand: Hand, scripts: bool) {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "B-1");
    let everybody = ["justice", "justice-leader", "contractor", "finance-review", "finance-approve", "finance-pay"];
    everybody.iter().for_each(|who| give_password(&test, who));
    let browser = if scripts { look::watching(&test.url) } else { Browser::start(&test.url) };
    if !scripts {
        browser.without_scripts();
    }
    browser.open(&format!("/language/{language}?next=%2Fsign-in"));
    let story = Story { browser: &browser, hand, contract: &contract };
    let folder = tempfile::tempdir().expect("a folder");
    let [table, report] = files(&folder);
    let both = format!("{}\n{}", table.display(), report.display());

    story.enter("justice");
    story.act("submit", &[]);
    story.enter("finance-review");
    story.act("fund", &[]);
    story.enter("justice-leader");
    story.act("activate", &[]);
    test.at("2026-06-15", 9);
    browser.open("/sign-in");
    story.enter("contractor");
    let deliverables = [("VISIT-H1", "COVERAGE", "96"), ("COUNSEL-H1", "SAT", "90"), ("EDU-H1", "ATTEND", "95")];
    for (code, ..) in deliverables {
        let fields = [("#note", "First half"), ("input[type=file]", both.as_str())];
        story.act(&format!("submission?subject={code}"), &fields);
    }
    story.enter("justice");
    for (code, indicator, measured) in deliverables {
        let measured = (format!("[name='measured.{indicator}']"), measured);
        let fields = [(measured.0.as_str(), measured.1), ("#note", "Checked item by item")];
        story.act(&format!("decision?subject={code}"), &fields);
    }
    story.enter("justice-leader");
    story.act_on_shown_effects("score?subject=MIDYEAR", &[("#score", "88"), ("#note", "Good")]);
    story.enter("contractor");
    let file = report.display().to_string();
    let fields = [("#number", "25342000000012345678"), ("#amount", "187200.00"), ("input[type=file]", file.as_str())];
    story.act("invoice?subject=MIDYEAR", &fields);
    story.act("request?subject=MIDYEAR", &[]);
    for (who, step) in [("justice", "confirm?"), ("finance-review", "review?"), ("finance-approve", "approve?")] {
        story.enter(who);
        story.act(step, &[]);
    }
    // A payment must be dated after the day on which its milestone was satisfied.
    test.at("2026-06-16", 9);
    browser.open("/sign-in");
    story.enter("finance-pay");
    story.act("pay?", &[("#voucher", "ZF-0001")]);
    browser.open(&format!("/contracts/{contract}"));
    let text = browser.text();
    let words =
        if language == "zh" { ["已支付", "187,200.00", "ZF-0001"] } else { ["Paid", "187,200.00", "ZF-0001"] };
    for words in words {
        assert!(text.contains(words), "{words}: {text}");
    }
    let paid = browser.run("return ['.payment-paid', '.milestone-paid'].map(s => document.querySelectorAll(s).length)");
    assert_eq!(paid, serde_json::json!([1, 1]), "{text}");
    if scripts {
        let mut faults = look::faults(&browser, &format!("story-{language}"), 200, &mut Checked::default());
        // The browser notes that the score was not recorded before its effects were shown.
        faults.retain(|fault| !(fault.contains("/act/score - ") && fault.contains("status of 422")));
        assert_eq!(faults, Vec::<String>::new());
    }
    assert_eq!(crate::support::app::differences(&test), []);
}

#[test]
fn in_chinese() {
    play("zh", Hand::Mouse, true);
}

#[test]
fn in_english() {
    play("en", Hand::Mouse, true);
}

#[test]
fn without_javascript() {
    play("zh", Hand::Mouse, false);
}

#[test]
fn by_keyboard_alone() {
    play("zh", Hand::Keyboard, true);
}
