//! The OpenAPI document as a page for programmers.

use actix_web::http::StatusCode;
use askama::Template;
use serde_json::Value;

use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::routes;

/// An operation of the API.
struct Route {
    method: String,
    path: String,
    name: String,
    says: String,
    parameters: Vec<String>,
    body: Option<String>,
    answers: Vec<String>,
}

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    page: Shell,
    /// Operations by tag, tags in alphabetical order.
    groups: Vec<(String, Vec<Route>)>,
    schemas: Vec<(String, String)>,
}

/// Shows the API's documentation.
pub async fn docs(request: PageRequest) -> PageAnswer {
    request
        .show_to_anyone(|_, page| {
            let document = serde_json::to_value(routes::document()).unwrap_or_default();
            let mut groups: std::collections::BTreeMap<String, Vec<Route>> = std::collections::BTreeMap::new();
            for (path, methods) in document["paths"].as_object().into_iter().flatten() {
                for (method, operation) in methods.as_object().into_iter().flatten() {
                    let tag = operation["tags"][0].as_str().unwrap_or_default().to_owned();
                    groups.entry(tag).or_default().push(route(method, path, operation));
                }
            }
            let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
            let schemas = schemas.map(|(name, schema)| (name.clone(), pretty(schema))).collect();
            Ok((StatusCode::OK, ApiPage { page, groups: groups.into_iter().collect(), schemas }))
        })
        .await
}

fn route(method: &str, path: &str, operation: &Value) -> Route {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let answers = operation["responses"].as_object().into_iter().flatten();
    Route {
        method: method.to_uppercase(),
        path: path.to_owned(),
        name: text(&operation["operationId"]),
        says: text(&operation["summary"]),
        parameters: parameters
            .map(|parameter| {
                format!("{} ({}) {}", text(&parameter["name"]), text(&parameter["in"]), text(&parameter["description"]))
            })
            .collect(),
        body: operation["requestBody"]["content"]
            .as_object()
            .and_then(|content| content.values().next())
            .and_then(schema_name),
        answers: answers
            .map(|(status, answer)| {
                let content = answer["content"].as_object().and_then(|content| content.values().next());
                format!("{status} {}", content.and_then(schema_name).unwrap_or_default())
            })
            .collect(),
    }
}

/// Returns the name of a content's schema.
fn schema_name(content: &Value) -> Option<String> {
    Some(content["schema"]["$ref"].as_str()?.rsplit('/').next()?.to_owned())
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap_or_default()
}
