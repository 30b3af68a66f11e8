//! Response headers of every page, for permitted and refused visitors; and pages that change nothing when read.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::browser::rows::{Found, Place};
use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::digest::Dump;
use crate::support::visitor::{Page, Visitor};

on_both_engines! {
    every_page_has_its_headers
    reading_pages_changes_nothing
}

/// The visitors with the most pages, one with few, and one who is not signed in.
const WHO: &[&str] = &["justice", "contractor", "admin", "nobody"];
const HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
];

fn visitor<'a>(test: &'a TestApp, who: &str) -> Visitor<'a> {
    if who == "nobody" { Visitor::new(test) } else { Visitor::signed_in(test, who) }
}

/// Returns the nonce of a page, which its policy names and each of its scripts carries.
fn nonce(page: &Page) -> Result<String, String> {
    let policy = page.reply.header("content-security-policy");
    let nonce = policy.split("script-src 'nonce-").nth(1).and_then(|after| after.split('\'').next());
    let nonce = nonce.ok_or_else(|| format!("no nonce in {policy:?}"))?;
    for part in
        ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]
    {
        if !policy.contains(part) {
            return Err(format!("{part} is not in {policy:?}"));
        }
    }
    if ["unsafe-inline", "unsafe-eval", "*"].iter().any(|open| policy.contains(open)) {
        return Err(format!("{policy:?} lets everything run"));
    }
    let carried = page.attrs("script", "nonce");
    let has_strange = carried.len() != page.texts("script").len() || carried.iter().any(|carried| carried != nonce);
    if has_strange || page.text.contains(" style=\"") || page.text.contains(" onclick=") {
        return Err("a script without the nonce, or a style or handler within a tag".to_owned());
    }
    Ok(nonce.to_owned())
}

fn every_page_has_its_headers(test: &TestApp) {
    let place = Place::new(test);
    let (mut wrong, mut nonces, mut pages) = (Vec::new(), BTreeSet::new(), 0);
    for who in WHO {
        let visitor = visitor(test, who);
        for address in place.all() {
            let page = visitor.get(&address.path);
            let line = |what: String| format!("{} by {who}: {}: {what}", address.path, page.status);
            for (name, value) in HEADERS {
                if page.reply.header(name) != *value {
                    wrong.push(line(format!("{name}: {:?}", page.reply.header(name))));
                }
            }
            // Only an address that contains a digest may be cached forever; a calendar is compared by its ETag.
            let kept = page.reply.header("cache-control").to_owned();
            let expected = match address.page.split('/').nth(1) {
                Some("assets") => "immutable",
                Some("calendar-feed") => "private, no-cache",
                _ => "no-store",
            };
            if ["immutable", "private, no-cache", "no-store"].iter().any(|way| kept.contains(way) != (*way == expected))
            {
                wrong.push(line(format!("cache-control: {kept:?}")));
            }
            for name in ["server", "x-powered-by", "access-control-allow-origin"] {
                if page.reply.headers.contains_key(name) {
                    wrong.push(line(format!("has {name}")));
                }
            }
            if page.reply.header("content-type").starts_with("text/html") {
                pages += 1;
                match nonce(&page) {
                    Ok(nonce) if nonces.insert(nonce.clone()) => {}
                    Ok(nonce) => wrong.push(line(format!("the nonce {nonce} was used before"))),
                    Err(what) => wrong.push(line(what)),
                }
            } else if address.found == Found::Page && page.status != 303 {
                wrong.push(line(format!("is {:?}", page.reply.header("content-type"))));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {pages} pages:\n{}", wrong.len(), wrong.join("\n"));
    assert!(pages > 50, "{pages} pages were looked at");
}

/// Returns the changes that no reader of pages may cause. The first look of the person whose turn it is is recorded as
/// an event, and messages that are shown no longer count as unread.
fn unallowed(before: &Dump, after: &Dump) -> Vec<String> {
    let mut changes = before.changes(after);
    let texts = |row: &str| -> Vec<String> {
        let cells: Vec<Value> = serde_json::from_str(row).expect("cells");
        cells.iter().filter_map(|cell| cell.as_str().map(str::to_owned)).collect()
    };
    let is_opening = |row: &str| texts(row).iter().any(|text| text.ends_with(".open"));
    let openings = changes.iter().filter_map(|change| change.strip_prefix("events: + ")).filter(|row| is_opening(row));
    let opened: BTreeSet<String> = openings.flat_map(texts).collect();
    let is_of_opened = |row: &str| texts(row).iter().any(|text| opened.contains(text));
    changes.retain(|change| match change.split_at_checked(change.find(": ").map_or(0, |at| at + 4)) {
        Some(("events: + ", row)) => !is_opening(row),
        Some(("hash_chains: - " | "hash_chains: + ", row)) => !is_of_opened(row),
        Some(("unread_messages: - ", _)) => false,
        _ => !["events: ", "unread_messages: "].iter().any(|of| change.starts_with(of)) || !change.contains(" rows "),
    });
    changes
}

fn reading_pages_changes_nothing(test: &TestApp) {
    let place = Place::new(test);
    let addresses = place.all();
    for who in WHO {
        let visitor = visitor(test, who);
        let before = Dump::of(&test.app.pool);
        for address in &addresses {
            visitor.get(&address.path);
        }
        let first = Dump::of(&test.app.pool);
        assert_eq!(unallowed(&before, &first), Vec::<String>::new(), "by {who}");
        for address in &addresses {
            visitor.get(&address.path);
        }
        assert_eq!(first.changes(&Dump::of(&test.app.pool)), Vec::<String>::new(), "by {who}, who has read all");
    }
}
