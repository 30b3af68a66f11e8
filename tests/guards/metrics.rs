//! The metrics page: readable only with the token from the settings, and absent if none is set.

use serde_json::json;

use crate::support::app::{Reply, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;

const TOKEN: &str = "a token of the operators";

fn read(test: &TestApp, token: &str) -> Reply {
    test.nobody().with("Authorization", &format!("Bearer {token}")).get("/metrics")
}

fn measured() -> TestApp {
    TestApp::sqlite_with(|settings| settings.metrics_token = Some(TOKEN.to_owned()))
}

#[test]
fn without_the_token_metrics_are_not_found() {
    let test = measured();
    for wrong in ["", "a token of the operator", "a token of the operators ", &test.token("admin")] {
        assert_eq!(read(&test, wrong).status, if wrong.ends_with(' ') { 200 } else { 404 }, "{wrong:?}");
    }
    assert_eq!(test.nobody().get("/metrics").status, 404);
    for none in [None, Some(String::new())] {
        let test = TestApp::sqlite_with(|settings| settings.metrics_token = none);
        assert_eq!((read(&test, TOKEN).status, read(&test, "").status), (404, 404));
    }
}

#[test]
fn requests_letters_contracts_and_connections_are_counted() {
    let test = measured();
    let id = programme::registered(&test, "XCSF-2026-001");
    programme::activate(&test, &id);
    // Produces a letter: the contractor is notified of the rejection.
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&path, &[("quantity", "1"), ("note", "另报")], &[]).expect_status(201);
    let rejection = json!({"decision": "rejected", "note": "缺照片", "members": ["张敏"]});
    test.by("justice").post(&format!("{path}/1/decision"), &rejection).expect_status(200);
    for _ in 0..3 {
        test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    }
    test.by("contractor-2").get(&format!("contracts/{id}")).expect_status(404);
    test.by("justice").post("contracts", &json!({"number": 1})).expect_status(400);
    test.nobody().get("/nowhere/at/all");
    Visitor::new(&test).get("/sign-in").expect_status(200);
    let waiting = luyue::schema::emails::table;
    use diesel::prelude::*;
    let letters: i64 = waiting.count().get_result(&mut *test.app.pool.get().expect("a connection")).expect("a count");
    assert!(letters > 0);
    test.at("2026-12-31", 9);
    let reply = read(&test, TOKEN);
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    let text = String::from_utf8(reply.bytes).expect("text");
    let count = "luyue_http_request_duration_seconds_count";
    let route = "/api/v1/contracts/{id}";
    for line in [
        format!("{count}{{method=\"GET\",route=\"{route}\",status=\"2xx\"}} 3"),
        format!("{count}{{method=\"GET\",route=\"{route}\",status=\"4xx\"}} 1"),
        format!("{count}{{method=\"POST\",route=\"/api/v1/contracts\",status=\"4xx\"}} 1"),
        format!("{count}{{method=\"GET\",route=\"none\",status=\"4xx\"}} 1"),
        format!("{count}{{method=\"GET\",route=\"/sign-in\",status=\"2xx\"}} 1"),
        format!("luyue_emails{{state=\"queued\"}} {letters}"),
        "luyue_emails{state=\"dead\"} 0".to_owned(),
        "luyue_contracts_due 1".to_owned(),
        "# TYPE luyue_http_request_duration_seconds histogram".to_owned(),
    ] {
        assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("luyue_database_connections_in_use ") && !text.contains(&id), "{text}");
    // Each line is a comment, or a name with labels and a number.
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a value");
        assert!(series.starts_with("luyue_") && value.parse::<f64>().is_ok(), "{line}");
    }
    luyue::jobs::run_until_idle(&test.app).expect("the jobs");
    let text = String::from_utf8(read(&test, TOKEN).bytes).expect("text");
    assert!(text.contains("luyue_contracts_due 0\n") && text.contains("luyue_emails{state=\"queued\"} 0\n"), "{text}");
}
