//! Helpers to load, evaluate and compare cases and standings.

use luyue::domain::case::Case;
use luyue::domain::invalid::Invalid;
use luyue::domain::json;
use luyue::domain::standing::{Standing, Trails, standing};
use serde_json::{Value, json};

/// Returns the committed examples: name, case and standing.
pub fn examples() -> Vec<(String, Value, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/examples");
    let mut examples: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let pair: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), pair["case"].clone(), pair["standing"].clone())
        })
        .collect();
    examples.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(examples.len() >= 216, "the examples are there");
    examples
}

/// Evaluates a case given as JSON.
pub fn evaluate(case: &Value, trails: Trails) -> Result<Standing, Invalid> {
    let case: Case = json::parse_object(case.to_string().as_bytes())?;
    standing(case.agreement(), &case.facts, case.calendar(), case.as_of, trails)
}

/// Returns the expected output for a case with an error at a path.
pub fn error(path: &str) -> Value {
    json!({"error": {"path": path}})
}

/// Removes trails and messages, which are not compared.
pub fn comparable(mut standing: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(keys) => {
                keys.remove("trail");
                keys.remove("message");
                keys.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut standing);
    standing
}
