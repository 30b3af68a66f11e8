//! Rules for the OpenAPI document as a whole: unique names, security, and descriptions for its readers.

use std::collections::{BTreeMap, BTreeSet};

use luyue::web::routes::{Needs, ROUTES};
use serde_json::{Value, json};

use crate::architecture::rust;
use crate::openapi::document::DOCUMENT;
use crate::support::files;

/// Names of the types in a source that derive `ToSchema`.
fn schema_types(path: &str, source: &str) -> Vec<String> {
    let tokens = rust::tokens(path, source);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut names = Vec::new();
    for start in (0..tokens.len()).filter(|at| text(*at) == "derive" && text(at + 1) == "(") {
        let end = (start..tokens.len()).find(|at| text(*at) == ")").expect("a derive is closed");
        if !(start..end).any(|at| text(at) == "ToSchema") {
            continue;
        }
        let item =
            (end..tokens.len()).find(|at| ["struct", "enum"].contains(&text(*at))).expect("a derive has its type");
        names.push(text(item + 1).to_owned());
    }
    names
}

/// Names that more than one of the sources declares, with the sources.
fn repeated(sources: &[(String, String)]) -> BTreeMap<String, Vec<&str>> {
    let mut declared: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, source) in sources {
        for name in schema_types(path, source) {
            declared.entry(name).or_default().push(path);
        }
    }
    declared.retain(|_, paths| paths.len() > 1);
    declared
}

#[test]
fn every_schema_has_a_name_of_its_own() {
    let sources = files::under("src", &["rs"]);
    let all: BTreeSet<String> = sources.iter().flat_map(|(path, source)| schema_types(path, source)).collect();
    assert!(all.len() > 90 && all.contains("Problem"), "{} types were found", all.len());
    assert_eq!(repeated(&sources), BTreeMap::new());
}

#[test]
fn two_types_of_one_name_are_caught() {
    let source = |path: &str| {
        (path.to_owned(), "/// A.\n#[derive(Debug, ToSchema)]\n#[x(y)]\npub struct A { b: u8 }".to_owned())
    };
    let sources = [source("src/a.rs"), source("src/b.rs")];
    assert_eq!(repeated(&sources), BTreeMap::from([("A".to_owned(), vec!["src/a.rs", "src/b.rs"])]));
}

#[test]
fn every_operation_that_needs_a_caller_says_so() {
    let schemes = &DOCUMENT.json["components"]["securitySchemes"];
    assert_eq!((&schemes["bearer"]["type"], &schemes["bearer"]["scheme"]), (&json!("http"), &json!("bearer")));
    assert_eq!(ROUTES.len(), DOCUMENT.operations.len());
    for (id, needs) in ROUTES {
        let operation = DOCUMENT.operation(id);
        assert_eq!(operation.needs_caller(), *needs != Needs::Nothing, "{id}");
        let refused = ["401", "403"].map(|status| !operation.json["responses"][status].is_null());
        let expected = if *id == "create_session" { [true, false] } else { [operation.needs_caller(); 2] };
        assert_eq!(refused, expected, "{id}: statuses 401 and 403");
        for scheme in operation.json["security"].as_array().into_iter().flatten() {
            let names = scheme.as_object().expect("a requirement is an object");
            assert!(names.keys().all(|name| !schemes[name].is_null()), "{id}: {scheme} is not declared");
        }
    }
}

#[test]
fn every_operation_response_and_action_is_described() {
    for operation in &DOCUMENT.operations {
        let id = &operation.id;
        let summary = operation.json["summary"].as_str().unwrap_or_default();
        assert!(summary.split(' ').count() > 1, "{id} has no summary");
        for (status, response) in operation.json["responses"].as_object().expect("responses") {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{id}: {status}");
        }
        if operation.path.ends_with("/actions/{name}") {
            let parameters = operation.json["parameters"].as_array().expect("parameters");
            let name = parameters.iter().find(|parameter| parameter["name"] == "name").expect("the action's name");
            let is_listed = name["schema"]["enum"].as_array().is_some_and(|names| !names.is_empty());
            let needs = ROUTES.iter().find(|(known, _)| known == id).map(|(_, needs)| needs);
            let by_name = matches!(needs, Some(Needs::ByName(_)));
            assert_eq!(is_listed, by_name, "{id}: {name}");
        }
    }
}

#[test]
fn every_reference_leads_to_a_component() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    references(&DOCUMENT.json, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        assert!(DOCUMENT.json.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}
