//! The checks on every page shown: no axe-core violation of WCAG 2.2 AA, no console message, no violation of the
//! content security policy, and no horizontal scrolling on a narrow screen. A page with a fault is kept as a picture;
//! with `TEST_PICTURES` set every page is.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::app::PEOPLE;
use crate::support::browser::Browser;
use crate::support::files;

/// Widths in CSS pixels: a wide window, and the narrowest that WCAG 1.4.10 requires.
const WIDTHS: [u32; 2] = [1280, 320];
const NOTED: &str = "window.refusedByPolicy = [];
document.addEventListener('securitypolicyviolation', e => refusedByPolicy.push(e.violatedDirective + ' ' + e.blockedURI));
";
/// All rules of WCAG 2.2 AA.
const ALL_RULES: &str = "{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}";
/// Those that depend on the layout; the others see the same elements at every width.
const LAYOUT_RULES: &str = "{type: 'rule', values: ['target-size', 'color-contrast', 'scrollable-region-focusable']}";
/// The rule of axe-core whose outcome depends on the length of words.
const SIZE_RULE: &str = "{type: 'rule', values: ['target-size']}";
const AXE: &str = "const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: RULES, resultTypes: ['violations']}).then(
  found => done(found.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160) + ' ' + n.any.concat(n.all, n.none).map(c => c.message).join('; ').slice(0, 200)))),
  error => done(['axe: ' + error]));";
/// A script that returns what is checked on every page, all at once because each command to the driver costs more than
/// the script itself: the answer's status, what the policy refused, the address, the language, the visible text, the
/// width, and the structures of the page's content and of what surrounds it. A structure is elements with their classes,
/// kinds and names of attributes, without texts and values; rows of the same structure count once.
const SHOWN: &str = "const structure = (element, leave) => {
  const own = [element.localName, element.getAttribute('class'), element.getAttribute('role'), element.type,
    ...element.getAttributeNames().sort()].join(' ');
  const parts = [...element.children].filter(child => child !== leave).map(child => structure(child, leave));
  return own + '(' + parts.filter((part, n) => part !== parts[n - 1]).join(',') + ')';
};
const main = document.querySelector('main');
return {
  status: performance.getEntriesByType('navigation')[0].responseStatus,
  refused: refusedByPolicy,
  path: location.pathname,
  language: document.documentElement.lang,
  text: document.body.innerText,
  width: document.documentElement.scrollWidth,
  structures: [main ? structure(main) : '', structure(document.body, main)],
};";

/// The structures of pages that axe-core has checked. It takes most of the time of a visit, and finds nothing new on a
/// page that differs in words only.
#[derive(Default)]
pub struct Checked {
    seen: HashSet<(String, String)>,
    /// True if another test checks the same pages in the other language.
    is_translation: bool,
}

impl Checked {
    /// Returns the record of pages that another test checks in Chinese, so that only what depends on words is left.
    pub fn in_language(language: &str) -> Self {
        Self { is_translation: language != "zh", ..Self::default() }
    }

    /// Notes the structures of the page shown. Returns the rules to check at each width, if any.
    fn note(&mut self, shown: &Value) -> [Option<&'static str>; 2] {
        let structures = lines(&shown["structures"]);
        let mut is_new = |language: &str| {
            let noted = structures.iter().map(|one| self.seen.insert((one.clone(), language.to_owned())));
            noted.fold(false, |before, new| before | new)
        };
        let in_any = is_new("") && !self.is_translation;
        let in_this = is_new(shown["language"].as_str().unwrap_or_default());
        match (in_any, in_this) {
            (true, _) => [Some(ALL_RULES), Some(LAYOUT_RULES)],
            (false, true) => [None, Some(SIZE_RULE)],
            (false, false) => [None, None],
        }
    }
}

/// Starts a browser that records on every page the events that `faults` checks.
pub fn watching(base: &str) -> Browser {
    let browser = Browser::start(base);
    browser.before_each_page(NOTED);
    browser
}

/// Runs rules of axe-core on the page shown. It is half a megabyte, so a page gets it only when it is needed.
fn violations(browser: &Browser, rules: &str) -> Vec<String> {
    static SOURCE: LazyLock<String> = LazyLock::new(|| {
        let axe = files::package().join("tests/browser/node_modules/axe-core/axe.min.js");
        std::fs::read_to_string(axe).expect("axe-core is there: `tests/run` without --quick fetches it")
    });
    if browser.run("return typeof axe") == "undefined" {
        browser.run(&SOURCE);
    }
    lines(&browser.wait_for(&AXE.replace("RULES", rules)))
}

fn lines(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
}

/// Returns the faults of the page shown, which was answered with `status`.
pub fn faults(browser: &Browser, name: &str, status: u16, checked: &mut Checked) -> Vec<String> {
    let mut faults = Vec::new();
    browser.width(WIDTHS[0]);
    let shown = browser.run(SHOWN);
    if shown["status"] != status {
        faults.push(format!("answered with {} instead of {status}", shown["status"]));
    }
    for (level, message) in browser.console() {
        // The browser logs that the page itself was refused, which is expected here.
        let expected = status >= 400 && message.contains(&format!("responded with a status of {status}"));
        if ["SEVERE", "WARNING"].contains(&level.as_str()) && !expected {
            faults.push(format!("console: {message}"));
        }
    }
    faults.extend(lines(&shown["refused"]).into_iter().map(|what| format!("policy: {what}")));
    // The API description is in English only; its readers are programmers.
    if shown["path"] != "/api/docs" {
        let text = shown["text"].as_str().unwrap_or_default();
        faults.extend(unsaid(text).into_iter().map(|key| format!("no words: {key}")));
    }
    for (width, rules) in WIDTHS.into_iter().zip(checked.note(&shown)) {
        let wide = if width == WIDTHS[0] {
            shown["width"].clone()
        } else {
            browser.width(width);
            browser.run("return document.documentElement.scrollWidth")
        };
        if wide.as_u64().is_none_or(|wide| wide > width.into()) {
            faults.push(format!("{width}: scrolls sideways, {wide} wide"));
        }
        if let Some(rules) = rules {
            faults.extend(violations(browser, rules).into_iter().map(|what| format!("{width}: {what}")));
        }
        // A picture of a whole page takes the browser longer than all checks on it.
        if !faults.is_empty() || std::env::var_os("TEST_PICTURES").is_some() {
            browser.picture(&format!("{name}-{width}"));
        }
    }
    faults
}

/// English words and parts of addresses that look like keys of messages.
const WORDS: &[&str] = &["self-assessment", "Self-assessment", "calendar-feed"];

/// Finds message keys shown in place of their text, because the message or one of its values is missing.
fn unsaid(text: &str) -> Vec<&str> {
    static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let sources = files::under("locales/en", &["ftl"]);
        let lines = sources.iter().flat_map(|(_, source)| source.lines());
        lines.filter_map(|line| Some(line.split_once(" =")?.0.rsplit_once('-')?.0.to_owned())).collect()
    });
    let people = PEOPLE.iter().map(|(name, ..)| *name).collect::<Vec<_>>();
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .filter(|word| word.split_once('-').is_some_and(|(first, _)| !first.is_empty()))
        .filter(|word| !people.contains(word) && !WORDS.contains(word))
        .filter(|word| word.rsplit_once('-').is_some_and(|(first, _)| KEYS.contains(first)))
        .collect()
}
