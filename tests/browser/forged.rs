//! Cross-site requests: every address that accepts a form refuses one that our own pages did not send, and changes
//! nothing. Redirects to other sites are refused as well.

use luyue::web::page_routes::PAGES;

use crate::browser::VISITORS;
use crate::browser::rows::Place;
use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::digest::Dump;
use crate::support::visitor::{Visitor, give_password};

on_both_engines! {
    a_cross_site_form_changes_nothing
    no_redirect_leads_to_another_site
}

/// Returns the pages that accept a form, each with an address at which something exists.
fn targets(place: &Place) -> Vec<(&'static str, String)> {
    let posted = PAGES.iter().filter(|(method, ..)| *method == "post").map(|(_, page, _)| *page);
    posted.map(|page| (page, place.fill(page))).collect()
}

fn a_cross_site_form_changes_nothing(test: &TestApp) {
    let place = Place::new(test);
    let targets = targets(&place);
    assert!(targets.len() >= 7, "{targets:?}");
    let stolen = Visitor::signed_in(test, "other-justice").get("/work").hidden("form");
    let mut wrong = Vec::new();
    for who in VISITORS {
        let visitor = if *who == "nobody" { Visitor::new(test) } else { Visitor::signed_in(test, who) };
        let own = visitor.get(if *who == "nobody" { "/sign-in" } else { "/sessions" }).hidden("form");
        let before = Dump::of(&test.app.pool);
        let forged = [
            (None, ""),
            (None, "0000"),
            (None, stolen.as_str()),
            (Some("cross-site"), own.as_str()),
            (Some("same-site"), own.as_str()),
        ];
        for (page, path) in &targets {
            for (site, word) in forged {
                visitor.on_site(site);
                let takes_files = ["/files", "/import", "/vouchers"].iter().any(|ending| page.ends_with(ending));
                let answer = if takes_files {
                    visitor.post_files(&format!("{path}?subject=VISIT-H2"), word)
                } else {
                    visitor.post(path, &[("form", word), ("username", "justice"), ("reason", "x")])
                };
                // A visitor who is not signed in is redirected to sign in. The refusal shows the words of the form instead
                // if no other site is known to have sent them; nothing is kept.
                let is_asked = answer.status == 303 && answer.location.starts_with("/sign-in?");
                let is_shown_back = answer.status == 401 && site.is_none();
                if answer.status != 403 && !(*who == "nobody" && (is_asked || is_shown_back)) {
                    wrong.push(format!("{path} by {who} {site:?} {word:?}: {}", answer.status));
                }
            }
        }
        let changes = before.changes(&Dump::of(&test.app.pool));
        wrong.extend(changes.into_iter().map(|change| format!("by {who}: {change}")));
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Targets that browsers would treat as another site, or as script.
const ELSEWHERE: &[&str] = &[
    "https://evil.test",
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "\\/evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    " //evil.test",
    "/ /evil.test",
    "evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\r\nSet-Cookie: luyue=1",
    "@evil.test",
    ".evil.test",
    "/\u{0}/evil.test",
];

fn no_redirect_leads_to_another_site(test: &TestApp) {
    give_password(test, "justice");
    for next in ELSEWHERE {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("next", next);
        let query = query.finish();
        let visitor = Visitor::new(test);
        let fields = [("next", *next), ("username", "justice"), ("password", crate::support::visitor::PASSWORD)];
        for answer in
            [visitor.get(&format!("/language/en?{query}")), visitor.post_from("/sign-in", "/sign-in", &fields)]
        {
            let leads = &answer.location;
            assert!(answer.reply.headers.get_all("set-cookie").iter().count() <= 1, "{next:?}");
            let refused = [400, 404].contains(&answer.status) && leads.is_empty();
            assert!(refused || leads == "/" || leads == "/work", "{next:?}: {} {leads:?}", answer.status);
        }
        // The target held by the sign-in page is plain text and is validated again on submission; visitors who are
        // already signed in are redirected to it.
        for visitor in [&visitor, &Visitor::new(test)] {
            let page = visitor.get(&format!("/sign-in?{query}"));
            let leads = page.status == 303 && ["/", "/work"].contains(&page.location.as_str());
            assert!(leads || [200, 400, 404].contains(&page.status), "{next:?}: {} {}", page.status, page.location);
        }
    }
}
