//! The log of refusals: one line for each, with who, from where, on which route and why, and no secret in it. Sign-ins
//! are events as well.

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::log::{self, refusals};
use crate::support::programme;
use crate::support::visitor::{PASSWORD, Visitor, give_password};

on_both_engines! { sign_ins_are_events }

#[test]
fn each_refusal_is_one_line() {
    log::keep_as_json();
    let test = TestApp::sqlite();
    give_password(&test, "justice");
    let contract = programme::registered(&test, "N-1");
    programme::activate(&test, &contract);
    test.at("2026-06-29", 9);
    let id = |who: &str| format!("person:{}", test.by(who).get("me").expect_status(200)["id"].as_str().expect("an id"));
    let wrong = "错误的密码-不应出现在日志里";
    let sign_in = |name: &str| {
        let fields = [("username", name), ("password", wrong)];
        Visitor::new(&test).post_from("/sign-in", "/sign-in", &fields).expect_status(401);
    };
    let api_sign_in = |name: &str| {
        test.nobody().post("session", &json!({"username": name, "password": wrong})).expect_status(401);
    };
    let submission = format!("contracts/{contract}/deliverables/VISIT-H1/submissions");
    let route = "/api/v1/contracts/{id}/deliverables/{code}/submissions";
    type Case<'a> = (&'a str, Box<dyn Fn() + 'a>, Value);
    let case = |status: u16, kind: &str, rule: &str, method: &str, route: &str, person: &str| {
        json!({"event": "refused", "status": status, "kind": kind, "rule": rule, "method": method, "route": route,
            "address": "127.0.0.1", "person": person})
    };
    let cases: Vec<Case> = vec![
        (
            "page",
            Box::new(|| sign_in("justice")),
            case(401, "sign-in-refused", "password", "POST", "/sign-in", &id("justice")),
        ),
        (
            "api",
            Box::new(|| api_sign_in("JUSTICE")),
            case(401, "sign-in-refused", "password", "POST", "/api/v1/session", &id("justice")),
        ),
        (
            "role",
            Box::new(|| {
                test.by("station").get("people").expect_status(403);
            }),
            case(403, "role-may-not", "", "GET", "/api/v1/people", &id("station")),
        ),
        (
            "another's",
            Box::new(|| {
                test.by("other-justice").get(&format!("contracts/{contract}")).expect_status(404);
            }),
            case(404, "not-found", "", "GET", "/api/v1/contracts/{id}", &id("other-justice")),
        ),
        (
            "no token",
            Box::new(|| {
                test.nobody().get("me").expect_status(401);
            }),
            case(401, "token-missing", "", "GET", "/api/v1/me", ""),
        ),
        (
            "csrf",
            Box::new(|| {
                Visitor::new(&test).post("/sign-in", &[("form", "x")]).expect_status(403);
            }),
            case(403, "form-not-ours", "", "POST", "/sign-in", ""),
        ),
        (
            "upload",
            Box::new(|| {
                test.by("contractor").upload(&submission, &[("quantity", "1")], &[("a.exe", b"MZ")]);
            }),
            case(422, "refused", "file-kind", "POST", route, &id("contractor")),
        ),
        (
            "compressed",
            Box::new(|| {
                test.nobody().with("Content-Encoding", "gzip").post("session", &json!({}));
            }),
            case(415, "body-encoded", "", "POST", "/api/v1/session", ""),
        ),
        (
            "rule",
            Box::new(|| {
                test.by("contractor").upload(&submission, &[("quantity", "x")], &[]);
            }),
            case(400, "malformed", "malformed-quantity", "POST", route, &id("contractor")),
        ),
    ];
    for (what, request, expected) in &cases {
        let lines = refusals(request);
        assert_eq!(lines.len(), 1, "{what}: {lines:?}");
        let mut line = lines[0].clone();
        if *what == "upload" {
            // Which rule refuses a file is shown elsewhere.
            line["rule"] = expected["rule"].clone();
            line["kind"] = expected["kind"].clone();
            line["status"] = expected["status"].clone();
        }
        assert_eq!(line, *expected, "{what}");
    }
    // A name that no one has is a digest, the same on the page and in the API.
    let page = refusals(|| sign_in("password-in-the-wrong-field"));
    let api = refusals(|| api_sign_in("Password-In-The-Wrong-Field"));
    let digest = page[0]["person"].as_str().expect("a subject").to_owned();
    assert!(digest.starts_with("name:") && digest.len() > 40, "{digest}");
    assert_eq!((&page[0]["person"], &page[0]["rule"]), (&api[0]["person"], &json!("unknown")));
    let throttled = refusals(|| {
        for _ in 0..=luyue::web::limits::COSTLY.0.get() {
            test.by("justice").get(&format!("files/{contract}"));
        }
    });
    let last = throttled.last().expect("lines");
    assert_eq!(
        (&last["status"], &last["kind"], &last["person"]),
        (&json!(429), &json!("too-many"), &json!(id("justice")))
    );
    let log = log::text();
    for secret in [wrong, PASSWORD, "password-in-the-wrong-field", "Password-In-The-Wrong-Field"] {
        assert!(!log.contains(secret), "{secret}");
    }
    // An accepted request leaves no such line.
    assert_eq!(refusals(|| drop(test.by("justice").get("me").expect_status(200))), Vec::<Value>::new());
}

fn sign_ins_are_events(test: &TestApp) {
    use diesel::prelude::*;
    use luyue::schema::events;
    give_password(test, "justice");
    let try_with = |name: &str, password: &str| {
        test.nobody().post("session", &json!({"username": name, "password": password})).status
    };
    assert_eq!(
        (try_with("justice", "x"), try_with("nobody-here", PASSWORD), try_with("justice", PASSWORD)),
        (401, 401, 200)
    );
    let query = events::table.filter(events::action.like("session.%")).order((events::at, events::stream, events::seq));
    let found: Vec<(String, String, String, String)> = query
        .select((events::stream, events::action, events::object, events::body))
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("the events");
    let id = test.by("justice").get("me").expect_status(200)["id"].as_str().expect("an id").to_owned();
    let of = |place: usize| (found[place].0.as_str(), found[place].1.as_str(), found[place].2.as_str());
    let stream = format!("person:{id}");
    assert_eq!(of(0), (stream.as_str(), "session.refuse", id.as_str()));
    assert_eq!(of(1), (stream.as_str(), "session.create", id.as_str()));
    let body = |place: usize| serde_json::from_str::<Value>(&found[place].3).expect("JSON");
    assert_eq!(body(0), json!({"reason": "password", "address": "127.0.0.1"}));
    assert_eq!(body(1), json!({"address": "127.0.0.1"}));
    assert_eq!((found[2].0.as_str(), found[2].1.as_str()), ("sign-ins", "session.refuse"));
    assert!(found[2].2.starts_with("name:") && !found[2].2.contains("nobody-here"));
    assert_eq!(crate::support::app::differences(test), []);
    // Administrators find both in the audit log, in words.
    let log = test.by("admin").get("events").expect_status(200).to_string();
    assert_eq!(log.matches("session.refuse").count(), 2, "{log}");
}
