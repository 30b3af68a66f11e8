//! Forms that no page of ours has sent: each address of the table that takes one refuses it and changes nothing. And
//! addresses that would lead elsewhere: they do not.

use luyue::web::routes::PAGES;

use crate::browser::rows::{Place, VISITORS};
use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::digest::Dump;
use crate::support::visitor::{Visitor, give_password};

on_both_engines! {
    a_form_that_is_not_ours_changes_nothing
    nothing_leads_elsewhere
}

/// The pages that take a form, each with the address that is tried: something that is there wherever one is named.
fn targets(place: &Place) -> Vec<(&'static str, String)> {
    let posted = PAGES.iter().filter(|(method, ..)| *method == "post").map(|(_, page, _)| *page);
    posted.map(|page| (page, place.fill(page))).collect()
}

fn a_form_that_is_not_ours_changes_nothing(test: &TestApp) {
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
                let answer = if page.ends_with("/files") {
                    visitor.post(&format!("{path}?subject=VISIT-H2&key=k&form={word}"), &[])
                } else {
                    visitor.post(path, &[("form", word), ("username", "justice"), ("reason", "x")])
                };
                // Who is not signed in is asked to, before the form is read.
                let asked = *who == "nobody" && answer.status == 303 && answer.location.starts_with("/sign-in?");
                if answer.status != 403 && !asked {
                    wrong.push(format!("{path} by {who} {site:?} {word:?}: {}", answer.status));
                }
            }
        }
        let changes = before.changes(&Dump::of(&test.app.pool));
        wrong.extend(changes.into_iter().map(|change| format!("by {who}: {change}")));
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What browsers read as another site, or would run.
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

fn nothing_leads_elsewhere(test: &TestApp) {
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
        // What the page of signing in holds is text, and is looked at again when it is sent; who is signed in is led on by it.
        for visitor in [&visitor, &Visitor::new(test)] {
            let page = visitor.get(&format!("/sign-in?{query}"));
            let leads = page.status == 303 && ["/", "/work"].contains(&page.location.as_str());
            assert!(leads || [200, 404].contains(&page.status), "{next:?}: {} {}", page.status, page.location);
        }
    }
}
