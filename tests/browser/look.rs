//! What must hold on every page that is shown: nothing that axe-core finds against WCAG 2.2 AA, nothing in the console,
//! nothing that the content policy refused, no scrolling sideways on a narrow screen. A picture of it is kept.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::app::PEOPLE;
use crate::support::browser::Browser;
use crate::support::files;

/// A wide window, and the narrowest that WCAG 1.4.10 knows.
pub const WIDTHS: [u32; 2] = [1280, 320];
const NOTED: &str = "window.refusedByPolicy = [];
document.addEventListener('securitypolicyviolation', e => refusedByPolicy.push(e.violatedDirective + ' ' + e.blockedURI));
";
const AXE: &str = "const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}).then(
  found => done(found.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160) + ' ' + n.any.concat(n.all, n.none).map(c => c.message).join('; ').slice(0, 200)))),
  error => done(['axe: ' + error]));";

/// A browser that notes on every page what `look` asks for.
pub fn watching(base: &str) -> Browser {
    let axe = files::package().join("tests/browser/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).expect("axe-core is there: `tests/run` without --quick fetches it");
    let browser = Browser::start(base);
    browser.before_each_page(&format!("{NOTED}{axe}"));
    browser
}

fn lines(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
}

/// What is wrong with the page that is shown, which was answered with `status`; axe-core looks at it in windows of these
/// widths.
pub fn faults(browser: &Browser, name: &str, status: u16, widths: &[u32]) -> Vec<String> {
    let mut faults = Vec::new();
    let answered = browser.run("return performance.getEntriesByType('navigation')[0].responseStatus");
    if answered != status {
        faults.push(format!("answered with {answered} instead of {status}"));
    }
    for (level, message) in browser.console() {
        // That the page itself was refused is what was expected.
        let expected = status >= 400 && message.contains(&format!("responded with a status of {status}"));
        if ["SEVERE", "WARNING"].contains(&level.as_str()) && !expected {
            faults.push(format!("console: {message}"));
        }
    }
    faults.extend(lines(&browser.run("return refusedByPolicy")).into_iter().map(|what| format!("policy: {what}")));
    // The API's document is in English, for those who write programs.
    if browser.path() != "/api/docs" {
        faults.extend(unsaid(&browser.text()).into_iter().map(|key| format!("no words: {key}")));
    }
    for width in WIDTHS {
        browser.width(width);
        let wide = browser.run("return document.documentElement.scrollWidth");
        if wide.as_u64() > Some(width.into()) {
            faults.push(format!("{width}: scrolls sideways, {wide} wide"));
        }
        if widths.contains(&width) {
            faults.extend(lines(&browser.wait_for(AXE)).into_iter().map(|what| format!("{width}: {what}")));
        }
        browser.picture(&format!("{name}-{width}"));
    }
    faults
}

/// Keys of words that stand on a page in place of the words: there are none of that key, or a value was not given.
fn unsaid(text: &str) -> Vec<&str> {
    let keys: BTreeSet<String> = files::under("locales/en", &["ftl"])
        .iter()
        .flat_map(|(_, source)| source.lines())
        .filter_map(|line| Some(line.split_once(" =")?.0.rsplit_once('-')?.0.to_owned()))
        .collect();
    let people = PEOPLE.iter().map(|(name, ..)| *name).collect::<Vec<_>>();
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .filter(|word| word.split_once('-').is_some_and(|(first, _)| !first.is_empty()) && !people.contains(word))
        .filter(|word| word.rsplit_once('-').is_some_and(|(first, _)| keys.contains(first)))
        .collect()
}
