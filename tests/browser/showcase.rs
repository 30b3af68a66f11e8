//! Screenshots for the README, taken from the demonstration.
//!
//! To update them: `cp target/pages/readme-*.jpeg docs/pictures/`.

use crate::browser::look;
use crate::support::browser::Browser;
use crate::support::demo::Demo;

/// A screenshot: its name, the user, the width, the links that lead to the page, and a Chinese text that it must show.
struct Shot {
    name: &'static str,
    who: &'static str,
    width: u32,
    by: &'static [&'static str],
    seen: &'static str,
}

const SHOTS: &[Shot] = &[
    Shot { name: "work", who: "finance-review", width: 1280, by: &[], seen: "他人正在办理" },
    Shot {
        name: "payment-request",
        who: "finance-review",
        width: 1280,
        by: &["a.work__what[href*='/act/review']"],
        seen: "有效发票合计",
    },
    Shot { name: "phone", who: "contractor", width: 390, by: &[], seen: "待办" },
];

fn taken(browser: &Browser, language: &str) {
    for shot in SHOTS {
        browser.width(shot.width);
        browser.sign_in(shot.who);
        browser.open(&format!("/language/{language}"));
        browser.open("/work");
        for link in shot.by {
            browser.click(link);
        }
        if language == "zh" {
            assert!(browser.text().contains(shot.seen), "{}: {}", shot.name, browser.text());
        }
        browser.view(&format!("readme-{}-{language}", shot.name));
        browser.click(".top__person form button");
    }
    // The main contract has the figures of the example in docs/standing.md.
    browser.width(1280);
    browser.sign_in("justice");
    browser.open(&format!("/language/{language}"));
    browser.open("/contracts?q=XCSF-2026-001");
    browser.click("#found td a");
    for figure in ["XCSF-2026-001", "88.24", "153,665.60"] {
        assert!(browser.text().contains(figure), "{figure}");
    }
    browser.view(&format!("readme-contract-{language}"));
    browser.click(".top__person form button");
}

#[test]
fn the_screenshots_of_the_readme_are_taken() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let demo = Demo::start(&folder.path().join("data"));
    let browser = look::watching(&demo.url);
    taken(&browser, "zh");
    taken(&browser, "en");
    let told: Vec<_> = browser.console().into_iter().filter(|(level, _)| level == "SEVERE").collect();
    assert!(told.is_empty(), "{told:?}");
}
