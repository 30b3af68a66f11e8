//! Hostile input: unknown keys, invalid text, and requests that could be parsed as two.

use std::io::{Read, Write};
use std::net::TcpStream;

use luyue::web::routes::ROUTES;
use serde_json::{Map, Value, json};

use crate::matrix::prepared::Prepared;
use crate::matrix::rows::{self, Body, Thing};
use crate::support::app::{PEOPLE, TestApp};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_key_that_no_one_asked_for_is_refused
}

on_sqlite_first! {
    hostile_texts_never_fail_the_program
}

/// Returns a copy of the body for each object in it, with one additional key in that object.
fn with_one_key_more(value: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    at_every_place(value, "", &mut |path, place| {
        let Value::Object(map) = place else { return };
        // Maps keyed by code accept any key, but their values do not.
        if ["items", "deliverables", "milestones", "clauses", "measured"]
            .iter()
            .any(|m| path.ends_with(&format!("details.{m}")) || path.ends_with("measured"))
        {
            return;
        }
        let mut larger: Map<String, Value> = map.clone();
        larger.insert("state".to_owned(), json!("paid"));
        larger.insert("role".to_owned(), json!("administrator"));
        all.push((path.to_owned(), Value::Object(larger)));
    });
    all
}

/// Returns every text in a body.
fn texts(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    at_every_place(value, "", &mut |path, place| {
        if place.is_string() {
            all.push(path.to_owned());
        }
    });
    all
}

fn at_every_place(value: &Value, path: &str, look: &mut impl FnMut(&str, &Value)) {
    look(path, value);
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| at_every_place(inner, &format!("{path}.{key}"), look)),
        Value::Array(list) => {
            // The first element of a list stands for the others.
            list.iter().take(1).for_each(|inner| at_every_place(inner, &format!("{path}.0"), look));
        }
        _ => {}
    }
}

/// Returns the body with another value at a path of `at_every_place`.
fn replaced(body: &Value, path: &str, by: Value) -> Value {
    let mut body = body.clone();
    let pointer = path.replace('.', "/");
    *body.pointer_mut(&pointer).expect("the path is the body's") = by;
    body
}

fn bodies<'a>(place: &'a Prepared) -> impl Iterator<Item = (&'static str, rows::Route, String, Value)> + 'a {
    let routes = rows::routes();
    ROUTES.iter().filter_map(move |(operation, _)| {
        let row = rows::row_of(operation);
        let Body::Json(body) = row.body else { return None };
        let route = routes[*operation].clone();
        let address = row.address(&route, place, "submit");
        Some((*operation, route, address, body(place)))
    })
}

fn a_key_that_no_one_asked_for_is_refused(test: &TestApp) {
    let place = Prepared::new(test);
    let by = test.by("justice").with("If-Match", "\"1\"");
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (operation, route, address, body) in bodies(&place) {
        for (path, larger) in with_one_key_more(&body) {
            let body = replaced(&body, &path, larger);
            let reply = by.send(&route.method, &address, Some("application/json"), body.to_string().as_bytes());
            asked += 1;
            if reply.status != 400 {
                wrong.push(format!("{operation} with a key more at {path:?}: {}", reply.status));
            }
        }
    }
    let routes = rows::routes();
    for row in rows::ROWS {
        let Body::Form(field) = row.body else { continue };
        let address = row.address(&routes[row.operation], &place, "");
        // Files come from the contractor, except the treasury's, ledgers and those of the contract itself.
        let who = match row.operation {
            "match_vouchers" => "finance-pay",
            "add_annex" | "check_ledger_import" | "propose_ledger_import" => "justice",
            _ => "contractor",
        };
        for fields in
            [[(field, "1"), ("state", "paid")], [(field, "1"), ("note", "a\0b")], [(field, "1"), (field, "1")]]
        {
            let reply = test.by(who).upload(&address, &fields, &[]);
            asked += 1;
            if reply.status != 400 {
                wrong.push(format!("{} with {fields:?}: {}", row.operation, reply.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 10, "{asked}");
}

fn hostile_texts_never_fail_the_program(test: &TestApp) {
    let place = Prepared::new(test);
    let long = "长".repeat(20_000);
    let hostile = [
        "'; DROP TABLE contracts; --",
        "a\r\nBcc: x@y.test",
        "\u{202e}\u{feff}\u{1f600}",
        "=HYPERLINK(\"http://x\")",
        "../../../../etc/passwd",
        &long,
    ];
    let mut others = hostile.iter().cycle();
    let mut wrong = Vec::new();
    for (operation, route, address, body) in bodies(&place) {
        let who = PEOPLE.iter().map(|(name, ..)| *name).find(|name| {
            let by = test.by(name).with("If-Match", "\"1\"");
            let reply = by.send(&route.method, &address, Some("application/json"), body.to_string().as_bytes());
            !matches!(reply.status, 401 | 403 | 404)
        });
        let by = test.by(who.unwrap_or("justice")).with("If-Match", "\"1\"");
        for path in texts(&body) {
            // Every text meets NUL and the next of the others, which all take the same way through the program.
            let next = *others.next().expect("it has no end");
            for text in ["\u{0}", next] {
                let body = replaced(&body, &path, json!(text));
                let reply = by.send(&route.method, &address, Some("application/json"), body.to_string().as_bytes());
                // A NUL character is refused everywhere, because only one of the two engines would store it.
                if reply.status >= 500 || (text == "\u{0}" && reply.status != 400) {
                    let short: String = text.chars().take(12).collect();
                    wrong.push(format!("{operation} with {short:?} at {path}: {}", reply.status));
                }
            }
        }
    }
    let routes = rows::routes();
    for (operation, _) in ROUTES {
        let (row, route) = (rows::row_of(operation), &routes[*operation]);
        for text in ["%27%20OR%201=1%20--", "%00", "%ff", "..%2f..%2fetc", "%0d%0aX:y"] {
            let address = if row.thing == Thing::Nothing {
                let address = row.address(route, &place, "");
                format!("{address}?q={text}&cursor={text}&limit={text}&state={text}&region={text}&year={text}")
            } else {
                row.address_of(route, text, "submit")
            };
            for who in ["justice", "admin", "contractor", "finance-review"] {
                let reply = row.send(route, &address, &test.by(who).with("If-Match", "\"1\""), &place);
                if reply.status >= 500 {
                    wrong.push(format!("{operation} at {address} by {who}: {}", reply.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sends raw bytes, and returns the status of the first answer and the number of answers.
fn raw(test: &TestApp, request: &str) -> (String, usize) {
    let mut stream = TcpStream::connect(test.url.trim_start_matches("http://")).expect("the server listens");
    stream.write_all(request.as_bytes()).expect("the request is sent");
    stream.shutdown(std::net::Shutdown::Write).expect("no more follows");
    let mut answer = Vec::new();
    // A server that closes the connection at once has also answered.
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).unwrap_or_default().to_owned();
    (status, text.matches("HTTP/1.1 ").count())
}

#[test]
fn a_request_that_could_be_two_is_refused() {
    let test = TestApp::sqlite();
    let get = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    for (what, headers) in [
        ("both lengths", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
        ("two lengths", "Content-Length: 4\r\nContent-Length: 40\r\n"),
        ("a folded line", "X-A: b\r\n c: d\r\nContent-Length: 0\r\n"),
        ("a sign in the length", "Content-Length: +4\r\n"),
        ("a space before the colon", "Content-Length : 4\r\n"),
        ("an unknown coding", "Transfer-Encoding: xchunked\r\n"),
    ] {
        let request = format!("POST /api/v1/session HTTP/1.1\r\nHost: x\r\n{headers}\r\n0\r\n\r\n{get}");
        let (status, answers) = raw(&test, &request);
        assert_eq!((status.as_str(), answers), ("400", 1), "{what}");
    }
    assert_eq!(raw(&test, get), ("200".to_owned(), 1));
}
