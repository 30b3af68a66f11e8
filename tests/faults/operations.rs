//! Operations that faults are tried on: the person, the preparation and the request of each.

use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::acceptance;
use crate::matrix::rows::budget_change;
use crate::payments::setup::{self, NUMBER};
use crate::support::app::{FORM, Reply, Somebody, TestApp, form};
use crate::support::programme;

/// Body of a request.
#[derive(Clone)]
pub enum Payload {
    Json(Value),
    /// A form: fields, name of the file field, and the file if there is one.
    Form(Vec<(&'static str, String)>, &'static str, Option<(&'static str, Vec<u8>)>),
}

/// A request that would take effect.
#[derive(Clone)]
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub payload: Payload,
    pub if_match: Option<String>,
}

/// An operation that writes.
pub struct Operation {
    pub name: &'static str,
    /// Person who does it.
    pub who: &'static str,
    /// Person with the same role elsewhere; without one, the test uses another identifier instead.
    pub stranger: Option<&'static str>,
    /// Prepares the database and the clock so that the request would take effect.
    pub prepare: fn(&TestApp) -> Call,
    /// Place in the body, and a malformed number or day for it.
    pub unreadable: Option<(&'static str, &'static str)>,
    /// Place in the body, and a number or day out of bounds for it.
    pub out_of_bounds: Option<(&'static str, &'static str)>,
}

impl Call {
    /// Sends the request.
    pub fn send(&self, by: Somebody<'_>) -> Reply {
        self.try_send(by).expect("the server answers")
    }

    /// Sends the request to a server that may die before it answers.
    pub fn try_send(&self, by: Somebody<'_>) -> Result<Reply, ureq::Error> {
        let by = match &self.if_match {
            Some(version) => by.with("If-Match", version),
            None => by,
        };
        let (kind, body) = match &self.payload {
            Payload::Json(body) => ("application/json", body.to_string().into_bytes()),
            Payload::Form(fields, name, file) => {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let file: Vec<(&str, &[u8])> = file.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
                (FORM, form(name, &fields, &file))
            }
        };
        by.try_send(self.method, &self.path, Some(kind), &body)
    }

    /// Sends only the beginning of the body.
    pub fn send_broken(&self, by: Somebody<'_>) -> Reply {
        let by = match &self.if_match {
            Some(version) => by.with("If-Match", version),
            None => by,
        };
        match &self.payload {
            Payload::Json(_) => by.send(self.method, &self.path, Some("application/json"), b"{\"a\": "),
            Payload::Form(..) => {
                let half = b"--edge\r\nContent-Disposition: form-data; name=\"quantity\"\r\n\r\n1";
                by.send(self.method, &self.path, Some(FORM), half)
            }
        }
    }

    /// Returns the request with another value at a place in its body.
    pub fn with(&self, place: &str, value: &str) -> Self {
        let mut call = self.clone();
        match &mut call.payload {
            Payload::Json(body) => {
                let value: Value = serde_json::from_str(value).expect("the table holds JSON");
                match body.pointer_mut(place) {
                    Some(found) => *found = value,
                    None => body[place.trim_start_matches('/')] = value,
                }
            }
            Payload::Form(fields, ..) => {
                let name = place.trim_start_matches('/');
                let (_, found) = fields.iter_mut().find(|(known, _)| *known == name).expect("the form has the field");
                *found = value.trim_matches('"').to_owned();
            }
        }
        call
    }
}

pub(super) fn post(path: String, body: Value) -> Call {
    Call { method: "POST", path, payload: Payload::Json(body), if_match: None }
}

fn action(id: &str, name: &str, body: Value) -> Call {
    post(format!("contracts/{id}/actions/{name}"), body)
}

fn step(payment: &str, name: &str) -> Call {
    post(format!("payments/{payment}/actions/{name}"), setup::body_of(name))
}

/// Prepares a draft contract and takes it this many steps further.
fn on_its_way(test: &TestApp, steps: usize) -> String {
    let id = programme::registered(test, NUMBER);
    for (who, name) in [("justice", "submit"), ("finance-review", "fund")].iter().take(steps) {
        test.by(who).post(&format!("contracts/{id}/actions/{name}"), &json!({})).expect_status(200);
    }
    id
}

/// Prepares a payment request for the advance and takes it this many steps further.
fn payment(test: &TestApp, steps: usize) -> String {
    let contract = setup::advance(test);
    let payment = setup::asked(test, &contract, "ADVANCE", &json!({}));
    setup::through(test, &payment, steps);
    payment
}

/// Prepares a change request.
fn asked(test: &TestApp, what: &str, body: &Value) -> String {
    let contract = setup::advance(test);
    setup::id_of(&test.by("justice").post(&format!("contracts/{contract}/{what}"), body).expect_status(201))
}

fn extension() -> Value {
    json!({"deliverable": "EDU-H1", "days": 7, "reason": "汛期"})
}

fn waiver() -> Value {
    json!({"clause": "LATE", "subject": "EDU-H1", "reason": "汛期"})
}

fn appropriation() -> Value {
    json!({"year": 2026, "bureau": "XC-JUSTICE", "line": "2040607 社区矫正", "economic": "30227 委托业务费",
        "project": "XC2026-017", "document_no": "宣财指〔2026〕30号", "source": "一般公共预算", "amount": "468000.00"})
}

/// Returns a budget change between two new appropriations.
fn change(test: &TestApp) -> Value {
    let (from, to) = (programme::appropriation(test, "2.00"), programme::appropriation(test, "1.00"));
    budget_change((&from, &to), "1.00")
}

const fn operation(name: &'static str, who: &'static str, prepare: fn(&TestApp) -> Call) -> Operation {
    Operation { name, who, stranger: None, prepare, unreadable: None, out_of_bounds: None }
}

impl Operation {
    const fn stranger(mut self, who: &'static str) -> Self {
        self.stranger = Some(who);
        self
    }

    const fn unreadable(mut self, place: &'static str, value: &'static str) -> Self {
        self.unreadable = Some((place, value));
        self
    }

    const fn out_of_bounds(mut self, place: &'static str, value: &'static str) -> Self {
        self.out_of_bounds = Some((place, value));
        self
    }
}

/// Every operation that writes.
pub const OPERATIONS: &[Operation] = &[
    operation("create contract", "justice", |test| post("contracts".to_owned(), programme::input(test, NUMBER)))
        .stranger("other-justice")
        .unreadable("/terms/amount", "468000")
        .out_of_bounds("/terms/amount", "\"99999999999999999999.00\""),
    operation("update contract", "justice", |test| {
        let id = on_its_way(test, 0);
        let mut input = programme::input(test, NUMBER);
        input["title"] = json!("更名");
        let if_match = Some(test.by("justice").get(&format!("contracts/{id}")).header("etag").to_owned());
        Call { method: "PUT", path: format!("contracts/{id}"), payload: Payload::Json(input), if_match }
    })
    .stranger("other-justice")
    .unreadable("/terms/ends_on", "\"2026-13-01\"")
    .out_of_bounds("/terms/penalty_cap", "\"-0.1\""),
    operation("submit", "justice", |test| action(&on_its_way(test, 0), "submit", json!({}))).stranger("other-justice"),
    operation("fund", "finance-review", |test| action(&on_its_way(test, 1), "fund", json!({})))
        .stranger("other-finance"),
    operation("activate", "justice-leader", |test| {
        action(&on_its_way(test, 2), "activate", json!({"signed_on": "2026-01-05"}))
    })
    .stranger("other-leader")
    .unreadable("/signed_on", "\"2026-02-30\"")
    .out_of_bounds("/signed_on", "\"2026-01-06\""),
    operation("submission", "contractor", |test| {
        let contract = setup::advance(test);
        let file = ("名册.csv", "编号,数量\nD1,120\n".into());
        let fields = vec![("quantity", "590".to_owned()), ("note", "上半年".to_owned())];
        let path = format!("contracts/{contract}/deliverables/VISIT-H1/submissions");
        Call { method: "POST", path, payload: Payload::Form(fields, "files", Some(file)), if_match: None }
    })
    .stranger("contractor-2")
    .unreadable("/quantity", "12x")
    .out_of_bounds("/quantity", "99999999999999"),
    operation("decision", "justice", |test| {
        let path = format!("contracts/{}/deliverables/VISIT-H1/submissions", setup::advance(test));
        test.by("contractor").upload(&path, &[("quantity", "590"), ("note", "另报")], &[]).expect_status(201);
        post(format!("{path}/1/decision"), acceptance("588"))
    })
    .stranger("other-justice")
    .unreadable("/quantity", "\"12x\"")
    .out_of_bounds("/quantity", "\"591\""),
    operation("invoice", "contractor", |test| {
        let path = format!("contracts/{}/milestones/ADVANCE/invoice", setup::advance(test));
        let fields = vec![("number", "26341800000000000001".to_owned()), ("amount", "93600.00".to_owned())];
        let payload = Payload::Form(fields, "file", Some(("发票.pdf", pdf(b""))));
        Call { method: "POST", path, payload, if_match: None }
    })
    .stranger("contractor-2")
    .unreadable("/amount", "1,5")
    .out_of_bounds("/amount", "0.00"),
    operation("score", "justice-leader", |test| {
        post(format!("contracts/{}/milestones/MIDYEAR/score", setup::advance(test)), json!({"score": "80", "note": ""}))
    })
    .stranger("other-leader")
    .unreadable("/score", "\"good\"")
    .out_of_bounds("/score", "\"100.01\""),
    operation("request payment", "contractor", |test| {
        let path = format!("contracts/{}/milestones/ADVANCE/payments", setup::advance(test));
        post(path, json!({"amount": "93600.00"}))
    })
    .stranger("contractor-2")
    .unreadable("/amount", "\"1.001\"")
    .out_of_bounds("/amount", "\"93600.01\""),
    operation("confirm payment", "justice", |test| step(&payment(test, 0), "confirm")).stranger("other-justice"),
    operation("review payment", "finance-review", |test| step(&payment(test, 1), "review")).stranger("other-finance"),
    operation("approve payment", "finance-approve", |test| step(&payment(test, 2), "approve")),
    operation("pay", "finance-pay", |test| step(&payment(test, 3), "pay"))
        .unreadable("/on", "\"yesterday\"")
        .out_of_bounds("/on", "\"2026-01-14\""),
    operation("ask extension", "justice", |test| {
        post(format!("contracts/{}/extensions", setup::advance(test)), extension())
    })
    .stranger("other-justice")
    .unreadable("/days", "1.5")
    .out_of_bounds("/days", "100000"),
    operation("grant extension", "justice-leader", |test| {
        post(format!("extensions/{}/actions/grant", asked(test, "extensions", &extension())), json!({}))
    })
    .stranger("other-leader"),
    operation("ask waiver", "justice", |test| post(format!("contracts/{}/waivers", setup::advance(test)), waiver()))
        .stranger("other-justice")
        .unreadable("/on", "\"tomorrow\"")
        .out_of_bounds("/on", "\"2026-01-14\""),
    operation("grant waiver", "justice-leader", |test| {
        post(format!("waivers/{}/actions/grant", asked(test, "waivers", &waiver())), json!({}))
    })
    .stranger("other-leader"),
    operation("incident", "justice", |test| {
        post(
            format!("contracts/{}/incidents", setup::advance(test)),
            json!({"id": "I-1", "clause": "LEAK", "note": ""}),
        )
    })
    .stranger("other-justice")
    .unreadable("/on", "20260113")
    .out_of_bounds("/on", "\"2026-01-14\""),
    operation("propose appropriation", "finance-review", |_| post("appropriations".to_owned(), appropriation()))
        .stranger("other-finance")
        .unreadable("/amount", "\"1.001\"")
        .out_of_bounds("/amount", "\"0.00\""),
    operation("approve appropriation", "finance-approve", |test| {
        let id = setup::id_of(&test.by("finance-review").post("appropriations", &appropriation()).expect_status(201));
        post(format!("appropriations/{id}/actions/approve"), json!({}))
    }),
    operation("propose budget change", "finance-review", |test| post("budget-changes".to_owned(), change(test)))
        .stranger("other-finance")
        .unreadable("/amount", "\"1.001\"")
        .out_of_bounds("/amount", "\"0.00\""),
    operation("approve budget change", "finance-approve", |test| {
        let id = setup::id_of(&test.by("finance-review").post("budget-changes", &change(test)).expect_status(201));
        post(format!("budget-changes/{id}/actions/approve"), json!({}))
    }),
];
