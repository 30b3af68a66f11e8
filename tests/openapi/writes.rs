//! Every operation that writes: the documented request is accepted, and it and its faulty variants are answered as
//! documented.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

use crate::faults::operations::{Call, Payload};
use crate::openapi::cases::{self, Case};
use crate::openapi::document::{DOCUMENT, Operation};
use crate::support::app::{Reply, Somebody, TestApp};

/// A case that is ready to be sent.
struct Trial<'a> {
    test: &'a TestApp,
    case: &'a Case,
    call: Call,
    operation: &'a Operation,
    faults: Vec<String>,
}

impl<'a> Trial<'a> {
    fn new(test: &'a TestApp, case: &'a Case) -> Self {
        let call = (case.prepare)(test);
        let operation = DOCUMENT.operation_at(call.method, &address(&call.path));
        let operation = operation.unwrap_or_else(|| panic!("{} {} is not documented", call.method, call.path));
        Self { test, case, call, operation, faults: Vec::new() }
    }

    fn caller(&self) -> Somebody<'a> {
        match self.case.who {
            Some(who) => self.test.by(who),
            None => self.test.nobody(),
        }
    }

    /// Checks an answer against the document, and that its status is among the expected ones.
    fn check(&mut self, what: &str, reply: &Reply, expected: &[u16]) {
        let told = DOCUMENT.check_answer(self.operation, reply).err();
        self.faults.extend(told.map(|fault| format!("{what}: {fault}")));
        if !expected.contains(&reply.status) {
            let text = String::from_utf8_lossy(&reply.bytes);
            self.faults
                .push(format!("{}: {what}: {} instead of {expected:?}: {text}", self.operation.id, reply.status));
        }
    }

    /// Compares the request with the documented one, and adds every documented property that it lacks.
    fn complete_body(&mut self) {
        let sent_as = match &self.call.payload {
            Payload::Json(_) => "application/json",
            Payload::Form(..) => "multipart/form-data",
        };
        let Some(schema) = self.operation.body(sent_as) else {
            return self.faults.push(format!("{}: {sent_as} is not documented", self.operation.id));
        };
        let mut body = match &self.call.payload {
            Payload::Json(body) => body.clone(),
            Payload::Form(fields, file_field, file) => {
                let mut body: Map<String, Value> = Map::new();
                body.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
                let is_list = DOCUMENT.resolve(schema)["properties"][file_field]["items"].is_object();
                let content = if is_list { json!(["content"]) } else { json!("content") };
                body.extend(file.iter().map(|_| ((*file_field).to_owned(), content.clone())));
                Value::Object(body)
            }
        };
        for fault in DOCUMENT.schema_faults(schema, &body) {
            self.faults.push(format!("{}: request {fault}", self.operation.id));
        }
        if let Payload::Json(sent) = &mut self.call.payload {
            add_missing(schema, &mut body);
            *sent = body;
        }
    }

    fn run(mut self) -> Vec<String> {
        self.complete_body();
        let call = self.call.clone();
        if self.operation.needs_caller() {
            let reply = call.send(self.test.nobody());
            self.check("without a token", &reply, &[401]);
            let reply = call.send(self.test.nobody().with("Authorization", "Bearer nonsense"));
            self.check("with a forged token", &reply, &[401]);
            let overlong = "k".repeat(129);
            let reply = call.send(self.caller().with("Idempotency-Key", &overlong));
            self.check("with an overlong key", &reply, &[400]);
        }
        let reply = call.send_broken(self.caller());
        self.check("with a broken body", &reply, &[400]);
        if let Payload::Json(body) = &call.payload {
            let mut unknown = call.clone();
            unknown.payload = Payload::Json(with_unknown(body));
            let reply = unknown.send(self.caller());
            self.check("with an unknown property", &reply, &[400]);
            let large = vec![b' '; 3 * 1024 * 1024];
            let reply = self.caller().send(call.method, &call.path, Some("application/json"), &large);
            self.check("with an oversized body", &reply, &[413]);
        }
        if self.operation.path.contains("{id}") {
            let mut missing = call.clone();
            missing.path = self.with_other_id(&call.path);
            let reply = missing.send(self.caller());
            self.check("with an unknown id", &reply, &[404]);
        }
        let expected: Vec<u16> =
            (200..300).filter(|status| !self.operation.json["responses"][status.to_string()].is_null()).collect();
        let reply = call.send(self.caller());
        self.check("as documented", &reply, &expected);
        self.faults
    }

    /// The path with an `{id}` that does not exist.
    fn with_other_id(&self, path: &str) -> String {
        let full = address(path);
        let parts = self.operation.path.split('/').zip(full.split('/'));
        parts.map(|(part, value)| if part == "{id}" { "no-such-id" } else { value }).collect::<Vec<_>>().join("/")
    }
}

/// The whole address of a path below `/api/v1/`.
fn address(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/api/v1/{path}") }
}

/// Adds optional properties: null where the schema allows it, else the default.
fn add_missing(schema: &Value, body: &mut Value) {
    let properties = DOCUMENT.resolve(schema)["properties"].as_object();
    let Some(body) = body.as_object_mut() else { return };
    for (name, schema) in properties.into_iter().flatten() {
        if body.contains_key(name) {
            continue;
        }
        let is_null = |schema: &Value| schema["type"] == "null";
        let nullable = schema["type"].as_array().is_some_and(|types| types.contains(&json!("null")))
            || schema["oneOf"].as_array().is_some_and(|options| options.iter().any(is_null));
        let value = if nullable { Some(Value::Null) } else { schema.get("default").cloned() };
        if let Some(value) = value {
            body.insert(name.clone(), value);
        }
    }
}

fn with_unknown(body: &Value) -> Value {
    let mut body = body.clone();
    body["no-such-property"] = json!(1);
    body
}

#[test]
fn every_writing_operation_is_requested_and_answers_as_documented() {
    let cases = cases::all();
    let (next, all_faults, tried) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Mutex::new(BTreeSet::new()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let test = TestApp::sqlite();
            let trial = Trial::new(&test, case);
            tried.lock().expect("no thread has panicked").insert(trial.operation.id.clone());
            let faults = trial.run();
            all_faults.lock().expect("no thread has panicked").extend(faults);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let faults = all_faults.into_inner().expect("no thread has panicked");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let writing = DOCUMENT.operations.iter().filter(|operation| operation.method != "GET");
    let documented: BTreeSet<String> = writing.map(|operation| operation.id.clone()).collect();
    assert_eq!(tried.into_inner().expect("no thread has panicked"), documented, "operations without a case");
}
