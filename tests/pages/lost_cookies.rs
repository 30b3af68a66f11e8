//! Forms of browsers that have lost all their cookies: what was typed is there after signing in, for the same person in
//! the same browser, and nothing has been done.

use chrono::TimeDelta;
use luyue::web::limits::LOOSE_FORMS;

use crate::on_sqlite_first;
use crate::pages::kept::{NOTICE, cases, kept, listed, sign_in_at, typed_form};
use crate::support::app::{TestApp, form as multipart_form};
use crate::support::programme;
use crate::support::visitor::{PASSWORD, Page, Visitor, give_password};

on_sqlite_first! {
    every_kind_of_form_is_there_after_signing_in
    only_its_person_sees_it_and_only_in_its_browser
    files_are_named_that_have_to_be_chosen_again
    forms_that_cannot_be_kept_show_what_was_typed
}

const TITLE: &str = "只有本人能看到";

/// Returns a browser without cookies that still shows a page of this site.
fn without_cookies(test: &TestApp) -> Visitor<'_> {
    let visitor = Visitor::new(test);
    visitor.come_from_origin(Some(&test.url));
    visitor
}

fn every_kind_of_form_is_there_after_signing_in(test: &TestApp) {
    for (who, page, action, field, typed) in cases(test) {
        let form = Visitor::signed_in(test, who).get(&page).expect_status(200).form(&action).with(&[(field, typed)]);
        let visitor = without_cookies(test);
        let sent = form.send(&visitor, "");
        let says = visitor.get(&sent.location).expect_status(200);
        assert!(says.text.contains("填写的内容保留一天"), "{page}: {}", says.text);
        let shown = sign_in_at(&visitor, &sent, who).expect_status(200);
        assert!(shown.text.contains(NOTICE), "{page}: {}", shown.text);
        let again = shown.form(&action);
        assert_eq!(again.value(field).map(|value| value.replace("\r\n", "\n")).as_deref(), Some(typed), "{page}");
        let plain = visitor.get(&page).expect_status(200);
        assert_ne!(plain.form(&action).value(field), Some(typed), "{page}: nothing has been done yet");
        let done = again.send(&visitor, "");
        assert_ne!(done.status, 403, "it can be sent now: {}", done.text);
        assert!(!done.location.contains("sign-in") && !done.location.contains("kept="), "{}", done.location);
    }
}

fn only_its_person_sees_it_and_only_in_its_browser(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let form = typed_form(&officer);
    let visitor = without_cookies(test);
    let sent = form.send(&visitor, "");
    give_password(test, "justice-2");
    let of_colleague = sign_in_at(&visitor, &sent, "justice-2");
    assert_eq!(of_colleague.status, 404, "{}", of_colleague.text);
    assert!(!of_colleague.text.contains(TITLE));
    // Its owner, in another browser: neither by the address nor in a list.
    assert_eq!(sign_in_at(&Visitor::new(test), &sent, "justice").status, 404);
    assert!(listed(&officer).is_empty());
    visitor.post_from("/work", "/sign-out", &[]).expect_status(303);
    let shown = sign_in_at(&visitor, &sent, "justice").expect_status(200);
    assert_eq!(shown.form(&form.action).value("title"), Some(TITLE));
    // Signed in again in another tab, the form is there at once.
    let visitor = without_cookies(test);
    let fields = [("username", "justice"), ("password", PASSWORD)];
    visitor.post_from("/sign-in", "/sign-in", &fields).expect_status(303);
    let sent = form.clone().with(&[("key", "another")]).send(&visitor, "").expect_status(303);
    let shown = visitor.get(&sent.location).expect_status(200);
    assert_eq!(shown.form(&form.action).value("title"), Some(TITLE));
    // A page of another site, one that the browser does not vouch for, and a forged mark.
    let before = kept(test);
    let (other, unstated, forger) = (Visitor::new(test), Visitor::new(test), without_cookies(test));
    other.come_from_origin(Some("https://other.example"));
    let stranger = Visitor::signed_in(test, "contractor").get("/work").hidden("form");
    let own = form.value("form").unwrap_or_default().to_owned();
    let person = |mark: &str| mark.split('.').nth(1).unwrap_or_default().to_owned();
    let forged = own.replace(&person(&own), &person(&stranger));
    for (visitor, word) in [(&other, &own), (&unstated, &own), (&forger, &forged)] {
        let refused = form.clone().with(&[("form", word)]).send(visitor, "");
        assert!(!refused.location.contains("kept"), "{}", refused.location);
    }
    assert_eq!(kept(test), before);
}

fn files_are_named_that_have_to_be_chosen_again(test: &TestApp) {
    let contract = programme::registered(test, "L-1");
    programme::activate(test, &contract);
    test.at("2026-06-15", 9);
    let page = format!("/contracts/{contract}/act/submission?subject=VISIT-H1");
    let contractor = Visitor::signed_in(test, "contractor");
    let form = contractor.get(&page).expect_status(200).form(&format!("/contracts/{contract}/act/"));
    let held = |name: &str| form.value(name).unwrap_or_default().to_owned();
    let (word, key) = (held("form"), held("key"));
    let fields = [("form", word.as_str()), ("key", key.as_str()), ("note", "六月的走访记录")];
    // A file of another attempt, which was refused.
    let other = contractor.upload_from(&page, "files", &[("quantity", "many")], &[("五月.csv", b"a,b\n1,2\n")]);
    let other = other.attr("input[name=kept]", "value");
    let files: [(&str, &[u8]); 2] = [("六月走访.csv", b"a,b\n1,2\n"), ("b.csv", b"a\n1\n")];
    let visitor = without_cookies(test);
    let sent = visitor.send_body(&form.action, &multipart_form("files", &fields, &files));
    let shown = sign_in_at(&visitor, &sent, "contractor").expect_status(200);
    assert!(shown.text.contains(NOTICE) && shown.text.contains("六月的走访记录"), "{}", shown.text);
    assert!(shown.text.contains("附件需重新选择：六月走访.csv、b.csv"), "{}", shown.text);
    let ticked = |page: &Page| page.attrs("input[name=kept][checked]", "value");
    assert!(shown.text.contains("五月.csv") && ticked(&shown).is_empty(), "it is of another attempt: {}", shown.text);
    // What was chosen in this attempt stays chosen.
    let visitor = without_cookies(test);
    let chosen = [&fields[..1], &[("key", "second"), ("note", "六月"), ("kept", other.as_str())]].concat();
    let sent = visitor.send_body(&form.action, &multipart_form("files", &chosen, &files));
    let shown = sign_in_at(&visitor, &sent, "contractor").expect_status(200);
    assert_eq!(ticked(&shown), [other]);
    let plain = contractor.get(&page).expect_status(200);
    assert!(!plain.text.contains("六月的走访记录"), "nothing has been submitted");
}

fn forms_that_cannot_be_kept_show_what_was_typed(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let form = typed_form(&officer);
    let visitor = without_cookies(test);
    let long = form.clone().with(&[("notes", &"长".repeat(180_000))]).send(&visitor, "");
    assert_eq!((long.status, kept(test)), (413, 0), "{}", long.text);
    assert!(long.text.contains(TITLE), "what was typed can be copied");
    for _ in 1..LOOSE_FORMS.0.get() {
        form.send(&without_cookies(test), "").expect_status(303);
    }
    let many = form.send(&without_cookies(test), "").expect_status(429);
    assert!(many.text.contains(TITLE), "{}", many.text);
    assert_eq!(kept(test), 19, "one was too long");
    test.app.clock.set(test.now() + TimeDelta::days(8));
    let old = form.send(&without_cookies(test), "").expect_status(401);
    assert!(old.text.contains(TITLE) && old.dom_link("/sign-in?next=").contains("parties"), "{}", old.text);
}
