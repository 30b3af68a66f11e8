//! The log over every operation of the API: each refusal is one line with who, from where, on which route and why, and
//! no text that people sent or were shown is in it.

use std::collections::BTreeSet;

use luyue::web::routes::ROUTES;
use serde_json::{Value, json};

use crate::matrix::prepared::Prepared;
use crate::matrix::rows::{self, Body};
use crate::matrix::sweep::names;
use crate::support::app::TestApp;
use crate::support::log::{self, refusals};

const ASKING: &[&str] = &["justice", "contractor-2", "finance-pay", "audit", "admin", "other-leader"];

/// Adds the texts of an object other than codes of the program: words, names, accounts, numbers of telephones.
fn collect(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| collect(member, texts)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        Value::String(text) => {
            let is_long_number = text.len() > 10 && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_long_number || !text.is_ascii() {
                texts.insert(text.clone());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn every_refusal_of_the_matrix_is_one_line_and_no_text_is_logged() {
    log::keep_as_json();
    let test = TestApp::sqlite();
    let place = Prepared::new(&test);
    let routes = rows::routes();
    let person = |who: &str| {
        let me = test.by(who).get("me").expect_status(200);
        format!("person:{}", me["id"].as_str().expect("an id"))
    };
    let mut everybody: Vec<_> =
        ASKING.iter().map(|who| (person(who), test.by(who).with("If-Match", "\"1\""))).collect();
    everybody.push((String::new(), test.nobody()));
    let (mut texts, mut refused, mut wrong) = (BTreeSet::new(), 0, Vec::new());
    for (operation, needs) in ROUTES {
        let (row, route) = (rows::row_of(operation), &routes[*operation]);
        if let Body::Json(body) = row.body {
            collect(&body(&place), &mut texts);
        }
        let address = row.address(route, &place, names(*needs)[0]);
        for (person, by) in &everybody {
            let mut reply = None;
            let lines = refusals(|| reply = Some(row.send(route, &address, by, &place)));
            let reply = reply.expect("an answer");
            collect(&reply.json, &mut texts);
            let is_refused = (400..500).contains(&reply.status);
            refused += usize::from(is_refused);
            // A wrong password or link names the person whose it is not; metrics and opinions have no caller.
            let names_another = ["create_session", "set_password", "read_metrics", "give_opinion"].contains(operation);
            let fields = |line: &Value| {
                let person = if names_another { json!(person) } else { line["person"].clone() };
                json!([
                    line["status"],
                    line["method"],
                    line["route"],
                    line["address"],
                    person,
                    line["kind"] != "unknown"
                ])
            };
            let expected = json!([reply.status, route.method, route.path, "127.0.0.1", person, true]);
            let expected = if is_refused { vec![expected] } else { Vec::new() };
            let found: Vec<Value> = lines.iter().map(fields).collect();
            if found != expected {
                wrong.push(format!("{operation}: {found:?} instead of {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {refused}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(refused > 200 && texts.len() > 100, "{refused} refusals and {} texts", texts.len());
    let log = log::text();
    let logged: Vec<&String> = texts.iter().filter(|text| log.contains(text.as_str())).collect();
    assert_eq!(logged, [] as [&String; 0]);
}
