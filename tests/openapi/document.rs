//! The OpenAPI document as the tests use it: operations by ID or address, and strict checks of bodies against their
//! schemas.
//!
//! Strict means that an answer must not hold a property that its schema does not name, although the document allows it
//! to callers.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use luyue::web::routes;
use serde_json::{Value, json};

use crate::support::app::Reply;

/// The document that this build serves.
pub static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::load);

/// The document and the validators that were built from it.
pub struct Document {
    /// The document as it is served.
    pub json: Value,
    /// Its components, closed against further properties.
    closed: Value,
    /// Every operation.
    pub operations: Vec<Operation>,
    /// Validators by schema.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Operation ID.
    pub id: String,
    /// Method, in capitals.
    pub method: String,
    /// Path with `{parameters}`.
    pub path: String,
    /// The operation object.
    pub json: Value,
}

impl Document {
    fn load() -> Self {
        let json = serde_json::to_value(routes::document()).expect("the document is JSON");
        let mut operations = Vec::new();
        for (path, methods) in json["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let id = operation["operationId"].as_str().expect("an operation ID").to_owned();
                let (method, json) = (method.to_uppercase(), operation.clone());
                operations.push(Operation { id, method, path: path.clone(), json });
            }
        }
        let mut closed = json["components"].clone();
        close(&json, &mut closed, true);
        Self { json, closed, operations, validators: Mutex::default() }
    }

    /// The operation with an ID.
    pub fn operation(&self, id: &str) -> &Operation {
        self.operations.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation {id}"))
    }

    /// The operation that answers a method and an address without its query.
    pub fn operation_at(&self, method: &str, address: &str) -> Option<&Operation> {
        let found = self.operations.iter().filter(|operation| operation.method == method);
        // `contracts/{id}` must not win over an address without parameters.
        found.filter(|operation| operation.answers(address)).min_by_key(|operation| operation.path.matches('{').count())
    }

    /// Compares a value with a schema of the document; one line for each fault.
    pub fn schema_faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.validator(schema);
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let build = || {
            let mut root = schema.clone();
            close(&self.json, &mut root, true);
            root["components"] = self.closed.clone();
            let options = jsonschema::options().should_validate_formats(true);
            Arc::new(options.build(&root).unwrap_or_else(|error| panic!("{schema} is not a schema: {error}")))
        };
        validators.entry(schema.to_string()).or_insert_with(build).clone()
    }

    /// Compares an answer with what the operation documents for its status.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check_answer(&self, operation: &Operation, reply: &Reply) -> Result<(), String> {
        let (id, status) = (&operation.id, reply.status);
        let text = || String::from_utf8_lossy(&reply.bytes).chars().take(400).collect::<String>();
        let response = &operation.json["responses"][status.to_string()];
        if response.is_null() {
            return Err(format!("{id}: status {status} is not documented: {}", text()));
        }
        let Some(content) = response["content"].as_object().filter(|content| !content.is_empty()) else {
            return if reply.bytes.is_empty() { Ok(()) } else { Err(format!("{id}: {status} has a body: {}", text())) };
        };
        let essence = reply.header("content-type").split(';').next().unwrap_or_default().trim().to_owned();
        let Some(media) = content.get(&essence).or_else(|| content.get("*/*")) else {
            return Err(format!("{id}: {status} answers {essence}, which is not documented"));
        };
        if !essence.ends_with("json") {
            return Ok(());
        }
        let faults = self.schema_faults(&media["schema"], &reply.json);
        if faults.is_empty() { Ok(()) } else { Err(format!("{id}: {status}: {}: {}", faults.join("; "), text())) }
    }

    /// A schema with its reference resolved.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        resolve(&self.json, schema)
    }
}

impl Operation {
    fn answers(&self, address: &str) -> bool {
        let (wanted, given): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), address.split('/').collect());
        wanted.len() == given.len()
            && wanted.iter().zip(given).all(|(part, value)| part.starts_with('{') || *part == value)
    }

    /// Names of the parameters in a place: `path`, `query` or `header`.
    pub fn parameters(&self, place: &str) -> Vec<&str> {
        let all = self.json["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place).filter_map(|parameter| parameter["name"].as_str()).collect()
    }

    /// Schema of the body of a media type, if the operation documents one.
    pub fn body(&self, media: &str) -> Option<&Value> {
        Some(&self.json["requestBody"]["content"].get(media)?["schema"])
    }

    /// Returns whether the document demands a caller's token.
    pub fn needs_caller(&self) -> bool {
        self.json["security"] == json!([{"bearer": []}])
    }
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere"),
        None => schema,
    }
}

/// Forbids further properties in every object that names its own. Parts of an `allOf` are put in place of their
/// references and closed together.
fn close(document: &Value, schema: &mut Value, is_whole: bool) {
    match schema {
        Value::Object(object) => {
            let names_properties =
                object.contains_key("allOf") || object.get("properties").is_some_and(Value::is_object);
            for (key, value) in object.iter_mut() {
                match (key.as_str(), value) {
                    ("allOf", Value::Array(parts)) => parts.iter_mut().for_each(|part| {
                        *part = resolve(document, part).clone();
                        close(document, part, false);
                    }),
                    (_, value) => close(document, value, true),
                }
            }
            if is_whole && names_properties && !object.contains_key("additionalProperties") {
                object.insert("unevaluatedProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(document, item, true)),
        _ => {}
    }
}
