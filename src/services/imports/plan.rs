//! Contracts assembled from the rows of a workbook: the input of each registration, and its facts in the order of their
//! days. The cell of each value is remembered, so that a fault found later is reported at that cell.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::domain::codes::ContractState;
use crate::domain::invalid::Invalid;
use crate::domain::json;
use crate::error::Message;
use crate::services::contracts::imported::EarlierFact;
use crate::services::contracts::registration::ContractInput;
use crate::services::imports::columns::SheetName;
use crate::services::imports::facts::read_facts;
use crate::services::imports::faults::{At, CellFaults};
use crate::services::imports::reading::Row;

/// Rows of one contract by their sheet.
pub(super) type OwnRows = BTreeMap<SheetName, Vec<Row>>;

/// A contract of the workbook that can be read.
#[derive(Debug)]
pub(super) struct Planned {
    /// Row on the sheet of contracts.
    pub row: usize,
    pub input: ContractInput,
    pub state: ContractState,
    pub published_on: Option<chrono::NaiveDate>,
    /// Number of the budget document, or identifier, of the appropriation; empty for none.
    pub appropriation: String,
    pub facts: Vec<EarlierFact>,
    pub origins: Origins,
}

/// The cells from which the parts of a contract came.
#[derive(Debug, Default)]
pub(super) struct Origins {
    row: usize,
    /// Path of a part, its sheet and row, and the prefix of the field for the rest of a longer path.
    parts: Vec<(String, SheetName, usize, &'static str)>,
    /// Origin of each fact, by its place in the list.
    pub facts: Vec<FactOrigin>,
}

/// Sheet and row of a fact, and its renamed fields: the name in the fact's JSON, and the name on the sheet.
pub(super) type FactOrigin = (SheetName, usize, &'static [(&'static str, &'static str)]);

impl Origins {
    /// Adds the row of a part.
    fn add(&mut self, path: String, (sheet, row): (SheetName, usize), before: &'static str) {
        self.parts.push((path, sheet, row, before));
    }

    /// Returns the place of a path within the contract's input or its facts.
    pub fn find(&self, path: &str) -> At {
        if let Some((number, field)) = path.strip_prefix("facts[").and_then(|rest| rest.split_once(']')) {
            let known = number.parse().ok().and_then(|number: usize| self.facts.get(number));
            if let Some((sheet, row, renamed)) = known {
                let field = first_part(field.trim_start_matches('.'));
                let field = renamed.iter().find(|(name, _)| *name == field).map_or(field, |(_, there)| *there);
                return At::field(*sheet, *row, field);
            }
        }
        let is_within =
            |part: &str| path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        let found = self.parts.iter().filter(|(part, ..)| is_within(part)).max_by_key(|(part, ..)| part.len());
        match found {
            Some((part, sheet, row, before)) => {
                let rest = path.get(part.len()..).unwrap_or_default().trim_start_matches('.');
                At::field(*sheet, *row, &format!("{before}{}", first_part(rest)))
            }
            None => At::field(SheetName::Contracts, self.row, path),
        }
    }
}

fn first_part(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or_default()
}

/// Assembles the contracts whose rows have no faults.
pub(super) fn plan(rows: Vec<(SheetName, Vec<Row>)>, faults: &mut CellFaults) -> Vec<Planned> {
    let mut contracts: Vec<Row> = Vec::new();
    let mut own: BTreeMap<String, OwnRows> = BTreeMap::new();
    for (sheet, rows) in rows {
        if sheet == SheetName::Contracts {
            contracts = rows;
        } else {
            for row in rows {
                own.entry(row.contract.clone()).or_default().entry(sheet).or_default().push(row);
            }
        }
    }
    if contracts.is_empty() {
        faults.add_to_sheet("", &Message::new("import-nothing"));
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for row in contracts.iter().filter(|row| !row.contract.is_empty()) {
        if let Some(first) = seen.insert(&row.contract, row.number) {
            let at = At::field(SheetName::Contracts, row.number, "number");
            faults.add(at, &Message::new("import-twice").with("row", first));
        }
    }
    for (_, rows) in own.iter().filter(|(contract, _)| !contract.is_empty() && !seen.contains_key(contract.as_str())) {
        for (sheet, row) in rows.iter().flat_map(|(sheet, rows)| rows.iter().map(move |row| (*sheet, row))) {
            let message = Message::new("import-contract-unknown").with("number", row.text("contract"));
            faults.add(At::field(sheet, row.number, "contract"), &message);
        }
    }
    let mut planned = Vec::new();
    for row in contracts {
        let rows = own.remove(&row.contract).unwrap_or_default();
        let is_whole = row.is_whole && rows.values().flatten().all(|row| row.is_whole);
        if is_whole {
            planned.extend(assemble(&row, &rows, faults));
        }
    }
    planned
}

/// Assembles one contract; `None` if its rows do not fit together.
fn assemble(row: &Row, own: &OwnRows, faults: &mut CellFaults) -> Option<Planned> {
    let mut origins = Origins { row: row.number, ..Origins::default() };
    let mut root = json!({ "terms": {}, "details": {} });
    for (field, value) in &row.values {
        if !matches!(field.as_str(), "state" | "published_on" | "appropriation") {
            set(&mut root, field, value.clone());
        }
    }
    let lists = [
        (SheetName::Services, "items", "items"),
        (SheetName::Deliverables, "deliverables", "deliverables"),
        (SheetName::Milestones, "milestones", "milestones"),
        (SheetName::Clauses, "breach_terms", "clauses"),
    ];
    for (sheet, list, details) in lists {
        for (place, row) in own.get(&sheet).into_iter().flatten().enumerate() {
            let (terms, words) = split(row);
            let code = row.text("code");
            push(&mut root["terms"], list, terms);
            root["details"][details][code] = words;
            origins.add(format!("terms.{list}[{place}]"), (sheet, row.number), "");
            origins.add(format!("details.{details}.{code}"), (sheet, row.number), "details.");
            origins.add(format!("{details}.{code}"), (sheet, row.number), "");
        }
    }
    let mut fits = true;
    for row in own.get(&SheetName::Indicators).into_iter().flatten() {
        fits &= add_indicator(&mut root, row, &mut origins, faults);
    }
    let facts = read_facts(own, &mut origins.facts, faults);
    let input: Result<ContractInput, Invalid> = json::parse_object(root.to_string().as_bytes());
    let input = match input {
        Ok(input) => input,
        Err(invalid) => {
            let (path, message) = in_words(invalid);
            faults.add(origins.find(&path), &message);
            return None;
        }
    };
    let facts = facts.filter(|_| fits)?;
    Some(Planned {
        row: row.number,
        state: ContractState::parse(row.text("state")).unwrap_or(ContractState::Active),
        published_on: row.text("published_on").parse().ok(),
        appropriation: row.text("appropriation").to_owned(),
        input,
        facts,
        origins,
    })
}

/// Splits a row into the part for the terms and the part for names and texts.
fn split(row: &Row) -> (Value, Value) {
    let (mut terms, mut words) = (Map::new(), Map::new());
    for (field, value) in row.values.iter().filter(|(field, _)| *field != "contract") {
        match field.strip_prefix("details.") {
            Some(field) => words.insert(field.to_owned(), value.clone()),
            None => terms.insert(field.clone(), value.clone()),
        };
    }
    let limit = if terms.get("kind").is_some_and(|kind| kind == "low_score") { "below" } else { "beyond" };
    for tier in terms.get_mut("tiers").and_then(Value::as_array_mut).into_iter().flatten() {
        *tier = json!({ limit: tier["limit"], "rate": tier["rate"] });
    }
    (Value::Object(terms), Value::Object(words))
}

/// Adds an indicator to its deliverable; returns false if there is no such deliverable.
fn add_indicator(root: &mut Value, row: &Row, origins: &mut Origins, faults: &mut CellFaults) -> bool {
    let (mut terms, words) = split(row);
    let named = row.text("deliverable");
    let deliverables = root["terms"]["deliverables"].as_array_mut();
    let of = deliverables.and_then(|all| all.iter_mut().enumerate().find(|(_, one)| one["code"] == named));
    let Some((place, deliverable)) = of else {
        let message = Message::new("no-such-deliverable").with("code", named);
        faults.add(At::field(SheetName::Indicators, row.number, "deliverable"), &message);
        return false;
    };
    if let Some(terms) = terms.as_object_mut() {
        terms.remove("deliverable");
    }
    let number = push(deliverable, "indicators", terms);
    let code = row.text("code");
    root["details"]["indicators"][code] = words;
    let at = (SheetName::Indicators, row.number);
    origins.add(format!("terms.deliverables[{place}].indicators[{number}]"), at, "");
    origins.add(format!("details.indicators.{code}"), at, "details.");
    true
}

/// Appends a value to a list and returns its position.
fn push(object: &mut Value, list: &str, value: Value) -> usize {
    if object[list].is_null() {
        object[list] = Value::Array(Vec::new());
    }
    let Some(values) = object[list].as_array_mut() else { return 0 };
    values.push(value);
    values.len() - 1
}

/// Sets the value at a path of object keys.
fn set(root: &mut Value, path: &str, value: Value) {
    let mut place = root;
    for part in path.split('.') {
        place = &mut place[part];
    }
    *place = value;
}

/// Returns the path and the message of a value that cannot be read. A missing key is an empty cell.
pub(super) fn in_words(invalid: Invalid) -> (String, Message) {
    let missing = invalid.args.iter().find(|(name, _)| *name == "key").map(|(_, key)| key.clone());
    match missing.filter(|_| invalid.code == "malformed-missing-key") {
        Some(key) if invalid.path.is_empty() => (key, Message::new("draft-empty")),
        Some(key) => (format!("{}.{key}", invalid.path), Message::new("draft-empty")),
        None if invalid.code == "malformed-unknown-key" => (invalid.path, Message::new("import-field-other")),
        None => (invalid.path, Message { key: invalid.code, args: invalid.args }),
    }
}
