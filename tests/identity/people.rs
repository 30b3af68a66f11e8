//! Users: created with a one-time link, disabled with immediate effect, given roles, and represented by deputies.

use serde_json::{Value, json};

use crate::registry::{added, column, delete, hands, person, text};
use crate::support::app::TestApp;
use crate::support::mail;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_person_sets_their_password_once
    a_link_is_answered_again_and_stored_nowhere
    a_disabled_user_loses_access_at_once
}

on_sqlite_first! {
    roles_fit_the_kind_of_organisation
    seats_are_given_and_ended
    a_deputy_acts_for_somebody
    only_colleagues_stand_in
}

const PASSWORD: &str = "水阳江-敬亭山-2026";

fn sign_in(test: &TestApp, username: &str, password: &str) -> u16 {
    test.nobody().post("session", &json!({"username": username, "password": password})).status
}

fn a_person_sets_their_password_once(test: &TestApp) {
    let answer = test.by("admin").post("people", &person("Wang.Fang", "officer", "XC-JUSTICE")).expect_status(201);
    assert_eq!(answer["username"], "wang.fang");
    assert_eq!(answer["link"], "mailed");
    let link = mail::link_to(test, "wang.fang");
    assert!(link.starts_with("https://luyue.test/password/"), "{link}");
    let set = |link: &str, password: &str| {
        test.nobody().post("passwords", &json!({"link": link, "password": password})).status
    };
    assert_eq!(sign_in(test, "wang.fang", ""), 401, "no password yet");
    assert_eq!(set(&link, "12345678"), 422);
    assert_eq!(set("https://luyue.test/password/AAAA", PASSWORD), 404);
    assert_eq!(set(&link, PASSWORD), 204);
    assert_eq!(set(&link, PASSWORD), 404, "a link is used once");
    assert_eq!(
        noted(test, "password.set"),
        [(format!("person:{}", text(&answer["id"])), text(&answer["id"]), "{}".to_owned())]
    );
    assert_eq!(sign_in(test, "WANG.FANG", PASSWORD), 200);
    let id = text(&answer["id"]);
    test.by("admin").post(&format!("people/{id}/actions/link"), &json!({})).expect_status(200);
    let next = mail::link_to(test, "wang.fang");
    test.at("2026-01-09", 10);
    assert_eq!(set(&next, PASSWORD), 404, "a link holds for three days");
    let list = test.by("admin").get("people?limit=200").expect_status(200);
    let shown =
        list["items"].as_array().expect("a list").iter().find(|item| item["id"] == id).expect("they are listed");
    assert_eq!((&shown["has_password"], &shown["disabled"]), (&json!(true), &json!(false)));
    assert_eq!(shown["seats"][0]["role"], "officer");
    assert_eq!(shown["seats"][0]["until_on"], Value::Null);
    assert!(!list.to_string().contains("argon2"));
}

/// Returns the stream, object and body of every event of an action.
fn noted(test: &TestApp, action: &str) -> Vec<(String, String, String)> {
    use diesel::prelude::*;
    use luyue::schema::events;
    events::table
        .filter(events::action.eq(action))
        .select((events::stream, events::object, events::body))
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("the events")
}

fn a_link_is_answered_again_and_stored_nowhere(test: &TestApp) {
    let ask = || {
        test.by("admin")
            .with("Idempotency-Key", "p-1")
            .post("people", &person("wang.fang", "officer", "XC-JUSTICE"))
            .expect_status(201)
    };
    let first = ask();
    assert_eq!(ask(), first);
    let link = mail::link_to(test, "wang.fang");
    let token = link.rsplit('/').next().expect("a token");
    use diesel::prelude::*;
    use luyue::schema::{emails, events, idempotency, links};
    let mut connection = test.app.pool.get().expect("a connection");
    let answers: Vec<String> = idempotency::table.select(idempotency::answer).load(&mut *connection).expect("answers");
    let bodies: Vec<String> = events::table.select(events::body).load(&mut *connection).expect("events");
    let hashes: Vec<String> = links::table.select(links::token_hash).load(&mut *connection).expect("links");
    let texts: Vec<String> = emails::table.select(emails::body).load(&mut *connection).expect("emails");
    let pages: Vec<String> = emails::table.select(emails::html).load(&mut *connection).expect("emails");
    assert!(!answers.is_empty() && hashes.len() == 1 && texts.len() == 1);
    assert!(
        !answers.iter().chain(&bodies).chain(&hashes).chain(&texts).chain(&pages).any(|stored| stored.contains(token))
    );
}

fn a_disabled_user_loses_access_at_once(test: &TestApp) {
    let id = added(test, "wang.fang", "officer", "XC-JUSTICE");
    let signed_in = test.by("wang.fang");
    signed_in.get("me").expect_status(200);
    let act = |name: &str| test.by("admin").post(&format!("people/{id}/actions/{name}"), &json!({})).status;
    assert_eq!(act("disable"), 200);
    assert_eq!(signed_in.get("me").status, 401);
    assert_eq!(act("disable"), 409);
    assert_eq!(act("enable"), 200);
    assert_eq!(signed_in.get("me").status, 401, "old tokens stay dead");
    assert_eq!(test.by("wang.fang").get("me").status, 200);
    assert_eq!(act("promote"), 404);
    let own = test.by("admin").get("me").expect_status(200);
    let own = test.by("admin").post(&format!("people/{}/actions/disable", text(&own["id"])), &json!({}));
    assert_eq!(own.status, 403);
    assert_eq!(hands(test, "person.disable", &id), ("admin".to_owned(), None));
}

fn roles_fit_the_kind_of_organisation(test: &TestApp) {
    let mut names = 0;
    let mut add = |change: &dyn Fn(&mut Value)| {
        names += 1;
        let mut body = person(&format!("p-{names}"), "officer", "XC-JUSTICE");
        change(&mut body);
        test.by("admin").post("people", &body).expect_status(422)["errors"][0]["path"].clone()
    };
    let seat = |organisation: &str, role: &str| json!({"organisation": organisation, "role": role});
    assert_eq!(add(&|b| b["seats"] = json!([seat("XC-JUSTICE", "approver")])), "seats[0].role");
    assert_eq!(add(&|b| b["seats"] = json!([seat("52341800MJA000018A", "officer")])), "seats[0].role");
    assert_eq!(
        add(&|b| b["seats"] = json!([seat("XC-FINANCE", "reviewer"), seat("XC-FINANCE", "contractor")])),
        "seats"
    );
    assert_eq!(
        add(&|b| b["seats"] = json!([seat("XC-ADMIN", "administrator"), seat("XC-FINANCE", "approver")])),
        "seats"
    );
    assert_eq!(add(&|b| b["seats"] = json!([seat("NOWHERE", "officer")])), "seats[0].organisation");
    assert_eq!(add(&|b| b["seats"] = json!([])), "seats");
    assert_eq!(add(&|b| b["seats"][0]["until_on"] = json!("2025-01-01")), "seats[0].until_on");
    assert_eq!(add(&|b| b["username"] = json!("justice")), "username");
    // Names that differ only in spaces and case are the same name.
    assert_eq!(add(&|b| b["username"] = json!("Jus\u{3000}tice")), "username");
    assert_eq!(add(&|b| b["username"] = json!("a/b")), "username");
    assert_eq!(add(&|b| b["email"] = json!("a@b\r\nBcc: c@d")), "email");
    assert_eq!(add(&|b| b["email"] = json!("nobody")), "email");
    let people = test.by("admin").get("people?limit=200").expect_status(200);
    assert!(!column(&people, "username").iter().any(|name| name.starts_with("p-")), "nothing is left of a refused one");
}

fn seats_are_given_and_ended(test: &TestApp) {
    let id = added(test, "wang.fang", "officer", "XC-JUSTICE");
    let seats = format!("people/{id}/seats");
    let reviewer = json!({"organisation": "XC-FINANCE", "role": "reviewer"});
    assert_eq!(test.by("wang.fang").get("accounts").status, 403);
    test.by("admin").post(&seats, &reviewer).expect_status(201);
    assert_eq!(test.by("wang.fang").get("accounts").status, 200, "a seat counts at once");
    assert_eq!(delete(test, "admin", &seats, &reviewer).status, 204);
    assert_eq!(test.by("wang.fang").get("accounts").status, 403, "and is gone at once");
    assert_eq!(delete(test, "admin", &seats, &reviewer).status, 404);
    let administrator = json!({"organisation": "XC-ADMIN", "role": "administrator"});
    assert_eq!(test.by("admin").post(&seats, &administrator).expect_status(422)["errors"][0]["path"], "role");
    let own = text(&test.by("admin").get("me").expect_status(200)["id"]);
    assert_eq!(test.by("admin").post(&format!("people/{own}/seats"), &reviewer).status, 403);
}

fn a_deputy_acts_for_somebody(test: &TestApp) {
    let days = json!({
        "organisation": "XC-FINANCE", "role": "reviewer", "deputy": "finance-pay",
        "from_on": "2026-01-07", "until_on": "2026-01-08",
    });
    let made = test.by("finance-review").post("delegations", &days).expect_status(201);
    assert_eq!(made["holder"]["username"], "finance-review");
    let propose_of = |who: &str, project: &str| {
        let mut body = crate::registry::appropriation("XC-JUSTICE", "1.00");
        body["project"] = json!(project);
        test.by(who).post("appropriations", &body)
    };
    let propose = |who: &str| propose_of(who, "XC2026-017");
    assert_eq!(propose("finance-pay").status, 403, "not yet");
    test.at("2026-01-07", 9);
    let me = test.by("finance-pay").get("me").expect_status(200);
    let standing_in = me["seats"].as_array().expect("seats").iter().find(|seat| seat["role"] == "reviewer");
    assert_eq!(standing_in.expect("they stand in")["for"]["username"], "finance-review");
    assert_eq!(me["seats"][0]["for"], Value::Null);
    let id = text(&propose("finance-pay").expect_status(201)["id"]);
    let by = ("finance-pay".to_owned(), Some("finance-review".to_owned()));
    assert_eq!(hands(test, "appropriation.propose", &id), by);
    test.at("2026-01-08", 23);
    assert_eq!(propose_of("finance-pay", "XC2026-018").status, 201, "the last day is one of them");
    test.at("2026-01-09", 0);
    assert_eq!(propose("finance-pay").status, 403, "no longer");
    let delegation = format!("delegations/{}", text(&made["id"]));
    assert_eq!(delete(test, "finance-review", &delegation, &json!({})).status, 409, "it is over");

    let more =
        json!({"organisation": "XC-FINANCE", "role": "reviewer", "deputy": "finance-pay", "until_on": "2026-03-31"});
    let made = test.by("finance-review").post("delegations", &more).expect_status(201);
    assert_eq!(propose_of("finance-pay", "3.00").status, 201);
    let delegation = format!("delegations/{}", text(&made["id"]));
    assert_eq!(delete(test, "finance-pay", &delegation, &json!({})).status, 404, "the deputy did not give it");
    delete(test, "finance-review", &delegation, &json!({})).expect_status(200);
    assert_eq!(propose("finance-pay").status, 403, "ended at once");
    for (who, count) in [("finance-review", 2), ("finance-pay", 2), ("admin", 2), ("justice", 0)] {
        let list = test.by(who).get("delegations").expect_status(200);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(count), "{who}");
    }
}

fn only_colleagues_stand_in(test: &TestApp) {
    let ask = |who: &str, change: &dyn Fn(&mut Value)| {
        let mut body = json!({"organisation": "XC-FINANCE", "role": "reviewer", "deputy": "finance-pay", "until_on": "2026-03-31"});
        change(&mut body);
        let reply = test.by(who).post("delegations", &body);
        (reply.status, reply.json["errors"][0]["path"].as_str().unwrap_or("").to_owned())
    };
    let refused = |path: &str| (422, path.to_owned());
    assert_eq!(ask("finance-review", &|b| b["deputy"] = json!("finance-review")), refused("deputy"));
    assert_eq!(ask("finance-review", &|b| b["deputy"] = json!("justice")), refused("deputy"));
    assert_eq!(ask("finance-review", &|b| b["deputy"] = json!("nobody")), refused("deputy"));
    assert_eq!(ask("finance-review", &|b| b["role"] = json!("approver")), refused("role"));
    assert_eq!(ask("finance-review", &|b| b["until_on"] = json!("2026-01-04")), refused("until_on"));
    assert_eq!(ask("finance-review", &|b| b["from_on"] = json!("2026-01-04")), refused("until_on"));
    assert_eq!(ask("finance-review", &|b| b["until_on"] = json!("2027-01-05")), refused("until_on"), "over a year");
    assert_eq!(ask("justice", &|b| b["holder"] = json!("finance-review")).0, 403);
    assert_eq!(ask("justice", &|b| b["holder"] = json!("nobody")).0, 403);
    assert_eq!(ask("admin", &|b| b["holder"] = json!("nobody")), refused("holder"));
    assert_eq!(ask("admin", &|b| b["holder"] = json!("finance-review")).0, 201);
    for until in ["2026-03-31", "2026-02-28"] {
        assert_eq!(ask("finance-review", &|b| b["until_on"] = json!(until)), refused("deputy"), "delegated already");
    }
    assert_eq!(ask("finance-review", &|b| b["until_on"] = json!("2027-01-04")).0, 201, "a whole year");
    let take = |b: &mut Value| {
        b["holder"] = json!("finance-review");
        b["deputy"] = json!("admin");
    };
    assert_eq!(ask("admin", &take), refused("deputy"));
    // A deputy cannot delegate a role that they hold only for another person.
    assert_eq!(ask("finance-pay", &|b| b["deputy"] = json!("finance-approve")), refused("role"));
}
