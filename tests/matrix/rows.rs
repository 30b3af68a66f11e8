//! What each route is asked with in the sweeps: what its address names, and a body that can be read.

use std::collections::BTreeMap;

use luyue::web::routes;
use serde_json::{Value, json};

use crate::support::app::{Reply, Somebody, TestApp};
use crate::support::programme;

/// What the `{id}` of an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// The address names nothing.
    Nothing,
    /// The contract.
    Contract,
}

/// What a route reads.
#[derive(Clone, Copy)]
pub enum Body {
    /// No body.
    Empty,
    /// JSON.
    Json(fn(&Prepared) -> Value),
}

/// How a route is asked.
pub struct Row {
    /// The name of its operation.
    pub operation: &'static str,
    /// What its `{id}` is.
    pub thing: Thing,
    /// The other parts of its address.
    pub parts: &'static [(&'static str, &'static str)],
    /// Its body.
    pub body: Body,
}

const fn row(operation: &'static str, thing: Thing, body: Body) -> Row {
    Row { operation, thing, parts: &[], body }
}

const NOTHING: Body = Body::Json(|_| json!({}));

/// A row for each route (a test compares it with the table of routes).
pub const ROWS: &[Row] = &[
    row("healthz", Thing::Nothing, Body::Empty),
    row("readyz", Thing::Nothing, Body::Empty),
    row("openapi", Thing::Nothing, Body::Empty),
    row("create_session", Thing::Nothing, Body::Json(|_| json!({"username": "justice", "password": "not the one"}))),
    row("create_contract", Thing::Nothing, Body::Json(|place| place.input.clone())),
    row("update_contract", Thing::Contract, Body::Json(|place| place.input.clone())),
    row("list_contracts", Thing::Nothing, Body::Empty),
    row("worklist", Thing::Nothing, Body::Empty),
    row("print_summary", Thing::Contract, Body::Empty),
    row("show_contract", Thing::Contract, Body::Empty),
    row("show_standing", Thing::Contract, Body::Empty),
    row("act_on_contract", Thing::Contract, NOTHING),
];

/// What the sweeps work on: a contract that was signed, and what hangs on it.
pub struct Prepared {
    /// The contract.
    pub contract: String,
    /// What an officer enters for it.
    pub input: Value,
}

impl Prepared {
    /// Writes it.
    pub fn new(test: &TestApp) -> Self {
        let appropriation = programme::appropriation(test, "468000.00");
        let input = programme::input_from("M-1", &appropriation);
        let contract = programme::registered_from(test, "M-1", &appropriation);
        programme::activate(test, &contract);
        Self { contract, input }
    }
}

/// A route as programs see it.
#[derive(Debug, Clone)]
pub struct Route {
    /// Method, in capitals.
    pub method: String,
    /// Address with `{parts}`.
    pub path: String,
}

/// Every route's method and address by the name of its operation, from the OpenAPI document.
pub fn routes() -> BTreeMap<String, Route> {
    let document = serde_json::to_value(routes::document()).expect("the document is JSON");
    let mut routes = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"].as_str().expect("an operation has its name");
            let route = Route { method: method.to_uppercase(), path: path.clone() };
            assert!(routes.insert(id.to_owned(), route).is_none(), "{id} twice");
        }
    }
    routes
}

/// The row of an operation.
pub fn row_of(operation: &str) -> &'static Row {
    ROWS.iter().find(|row| row.operation == operation).unwrap_or_else(|| panic!("no row for the route {operation}"))
}

impl Row {
    /// The address, with `name` for the action that it names.
    pub fn address(&self, route: &Route, place: &Prepared, name: &str) -> String {
        let id = match self.thing {
            Thing::Nothing => "",
            Thing::Contract => &place.contract,
        };
        let mut address = route.path.replace("{id}", id).replace("{name}", name);
        for (part, value) in self.parts {
            address = address.replace(&format!("{{{part}}}"), value);
        }
        assert!(!address.contains('{'), "{}: {address}", self.operation);
        address
    }

    /// Asks.
    pub fn send(&self, route: &Route, address: &str, who: &Somebody<'_>, place: &Prepared) -> Reply {
        match self.body {
            Body::Empty => who.send(&route.method, address, None, b""),
            Body::Json(body) => {
                who.send(&route.method, address, Some("application/json"), body(place).to_string().as_bytes())
            }
        }
    }
}
