//! Completes the OpenAPI document from the table of routes.
//!
//! A handler documents its input, its successful answer and its specific errors. Everything that follows from the table
//! or from the shape of an operation is added here: the bearer token, the errors of authentication, authorisation and
//! unreadable input, the names of actions, the idempotency key. Handlers must not repeat any of these.

use actix_web::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, Ref, RefOr, Required};

use crate::domain::codes::FileFormat;
use crate::services::shared::tables::media_type;
use crate::web::failure::Problem;
use crate::web::request::KEY_LENGTH;
use crate::web::routes::Needs;

/// Name of the security scheme of callers.
pub const BEARER: &str = "bearer";
/// Name of the security scheme of `GET /metrics`.
pub const METRICS_TOKEN: &str = "metrics_token";

/// Media type of errors in the document.
const PROBLEM_JSON: &str = "application/problem+json";
/// Default media type that utoipa gives to bodies.
const JSON: &str = "application/json";

/// Adds security schemes, uniform errors and uniform parameters to every operation in `routes`.
pub fn complete(document: &mut OpenApi, routes: &[(&str, Needs)]) {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(BEARER, bearer("Token from `POST /api/v1/session`, valid for ten minutes.", "JWT"));
    components.add_security_scheme(METRICS_TOKEN, bearer("Value of the setting `LUYUE_METRICS_TOKEN`.", "opaque"));
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let name = operation.operation_id.as_deref();
            if let Some((_, needs)) = routes.iter().find(|(known, _)| Some(*known) == name) {
                complete_operation(operation, *needs);
            }
        }
    }
}

fn complete_operation(operation: &mut Operation, needs: Needs) {
    if has_file_format(operation) {
        offer_files(operation);
    }
    for status in uniform_errors(operation, needs) {
        let response = || RefOr::T(ResponseBuilder::new().content(JSON, problem_content()).build());
        operation.responses.responses.entry(status.as_str().to_owned()).or_insert_with(response);
    }
    if needs != Needs::Nothing {
        operation.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
        if operation.request_body.is_some() {
            operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
        }
    }
    if let Needs::ByName(actions) = needs {
        name_actions(operation, actions.iter().map(|(name, _)| *name));
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            describe_response(status, response);
        }
    }
}

/// Returns whether an operation is a list that `?format=` turns into a file.
fn has_file_format(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.name == "format" && parameter.parameter_in == ParameterIn::Query)
    })
}

/// Adds the files that a list is answered as, and the errors of costly requests and of lists that are too long.
fn offer_files(operation: &mut Operation) {
    let text = || Schema::Object(ObjectBuilder::new().schema_type(Type::String).build());
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(StatusCode::OK.as_str()) {
        for format in FileFormat::ALL {
            let essence = media_type(*format).split(';').next().unwrap_or_default().to_owned();
            response.content.insert(essence, RefOr::T(ContentBuilder::new().schema(Some(text())).build()));
        }
    }
    for status in [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS] {
        let response = ResponseBuilder::new().content(JSON, problem_content()).build();
        operation.responses.responses.insert(status.as_str().to_owned(), RefOr::T(response));
    }
}

/// Returns the errors that follow from the needs of the route and from the input that it reads.
fn uniform_errors(operation: &Operation, needs: Needs) -> Vec<StatusCode> {
    let has_body = operation.request_body.is_some();
    let reads = |place: &ParameterIn| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == *place))
    };
    let (has_path, has_query) = (reads(&ParameterIn::Path), reads(&ParameterIn::Query));
    let has_caller = needs != Needs::Nothing;
    let errors = [
        (has_body || has_query, StatusCode::BAD_REQUEST),
        (has_caller, StatusCode::UNAUTHORIZED),
        (has_caller, StatusCode::FORBIDDEN),
        (has_path || has_query, StatusCode::NOT_FOUND),
        (has_body, StatusCode::REQUEST_TIMEOUT),
        (has_caller && has_body, StatusCode::CONFLICT),
        (has_body, StatusCode::PAYLOAD_TOO_LARGE),
        (has_body, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (has_caller && has_body, StatusCode::UNPROCESSABLE_ENTITY),
        (has_caller || has_body, StatusCode::INTERNAL_SERVER_ERROR),
        (has_caller || has_body, StatusCode::SERVICE_UNAVAILABLE),
    ];
    errors.into_iter().filter_map(|(applies, status)| applies.then_some(status)).collect()
}

/// Restricts the parameter `name` of an action's path to the actions that exist.
fn name_actions(operation: &mut Operation, actions: impl Iterator<Item = &'static str>) {
    let mut names: Vec<&str> = actions.collect();
    names.sort_unstable();
    names.dedup();
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.name == "name"
        {
            let names = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names.clone())).build();
            parameter.schema = Some(RefOr::T(Schema::Object(names)));
        }
    }
}

/// Fills in the description, media type and headers that every response of a status shares.
fn describe_response(status: &str, response: &mut Response) {
    let status = status.parse().unwrap_or(StatusCode::OK);
    if response.description.is_empty() {
        response.description = description(status).to_owned();
    }
    let is_problem = |content: &RefOr<_>| matches!(content, RefOr::T(content) if *content == problem_content());
    if response.content.get(JSON).is_some_and(is_problem) {
        response.content.shift_remove(JSON);
        response.content.insert(PROBLEM_JSON.to_owned(), RefOr::T(problem_content()));
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).build();
        let header = HeaderBuilder::new().schema(Some(Schema::Object(seconds)));
        let header = header.description(Some("Seconds after which to retry.")).build();
        response.headers.insert("Retry-After".to_owned(), RefOr::T(header));
    }
}

fn description(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The input cannot be read; `errors` names each place.",
        StatusCode::UNAUTHORIZED => "The credentials are missing, wrong or expired.",
        StatusCode::FORBIDDEN => "The caller's role, organisation or earlier step does not allow this.",
        StatusCode::NOT_FOUND => "The resource does not exist, or the caller may not know that it does.",
        StatusCode::CONFLICT => "The current state does not allow this, or another request changed it first.",
        StatusCode::REQUEST_TIMEOUT => "The body arrives too slowly.",
        StatusCode::PRECONDITION_FAILED => "`If-Match` names a version that is not the current one.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body or one of its files exceeds the limit.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            "The body is compressed or not a form, or a file has a type that is not accepted."
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            "A rule refuses the input; `rule` names it. Also: the idempotency key was used for another request."
        }
        StatusCode::PRECONDITION_REQUIRED => "The header `If-Match` is missing.",
        StatusCode::TOO_MANY_REQUESTS => "Too many attempts.",
        StatusCode::INTERNAL_SERVER_ERROR => "Internal error; the log has the details.",
        StatusCode::SERVICE_UNAVAILABLE => "The database or the file store is unavailable; nothing was changed.",
        other => other.canonical_reason().unwrap_or_default(),
    }
}

fn problem_content() -> utoipa::openapi::Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build()
}

fn idempotency_key() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(KEY_LENGTH)).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Key chosen by the caller. Repeating the request with the same key and body within a day returns the \
             first answer and has no further effect.",
        ))
        .schema(Some(Schema::Object(text)))
        .build()
}

fn bearer(description: &str, format: &str) -> SecurityScheme {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
    SecurityScheme::Http(scheme.description(Some(description)).build())
}
