//! The HTTP server: routes, limits, request metrics, security headers and graceful shutdown.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::{Compress, DefaultHeaders, ErrorHandlerResponse, ErrorHandlers, Next, from_fn};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpServer};

use crate::app::App;
use crate::domain::codes::Language;
use crate::error::{Error, Message};
use crate::web::bodies::{self, Pace, Room};
use crate::web::failure::Failure;
use crate::web::groups::Groups;
use crate::web::limits::Limits;
use crate::web::metrics::Metrics;
use crate::web::pages::failure::PageFailure;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::patterns::pattern_of;
use crate::web::request::preferred_language;
use crate::web::{page_routes, refusals, routes};

/// Maximum size of a body without files, in bytes.
const BODY_BYTES: usize = 2 * 1024 * 1024;

/// Returns the headers of every response. API responses load no content, so their content security policy allows none.
pub fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::X_FRAME_OPTIONS, "DENY"))
        .add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"))
        .add((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ))
        .add((header::CACHE_CONTROL, "no-store"))
}

/// Describes the rejection of an oversized body, which happens before any handler runs: to programs as a problem, to
/// people as a page. Answers of handlers are unchanged.
pub fn describe_oversized_bodies<B: 'static>() -> ErrorHandlers<B> {
    ErrorHandlers::new().handler(StatusCode::PAYLOAD_TOO_LARGE, |answer: ServiceResponse<B>| {
        if bodies::is_explained(answer.headers()) {
            return Ok(ErrorHandlerResponse::Response(answer.map_into_left_body()));
        }
        let message = Message::new("body-too-large").with("limit", BODY_BYTES / (1024 * 1024));
        Ok(ErrorHandlerResponse::Future(Box::pin(async move {
            let explained = bodies::explain(answer.request(), Error::TooLarge(message)).await;
            Ok(answer.into_response(explained).map_into_right_body())
        })))
    })
}

/// Configures an actix application with state, limits, error handlers and all routes.
pub fn configure(
    app: &App,
    limits: &Data<Limits>,
    metrics: &Data<Metrics>,
) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let app = Data::new(app.clone());
    let limits = limits.clone();
    let metrics = metrics.clone();
    move |config| {
        config
            .app_data(app)
            .app_data(limits)
            .app_data(metrics)
            .app_data(web::PayloadConfig::new(BODY_BYTES))
            .app_data(web::PathConfig::default().error_handler(|_, request| not_found(request).into()));
        let mut groups = Groups::default();
        routes::add_routes(&mut groups);
        page_routes::add_pages(&mut groups);
        groups.configure(config);
        config.default_service(web::to(answer_unknown));
    }
}

fn language(request: &HttpRequest) -> Language {
    preferred_language(request).unwrap_or(Language::Zh)
}

/// Answers unknown addresses: programs get a problem, browsers a page.
async fn answer_unknown(request: HttpRequest, page: PageRequest) -> PageAnswer {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if request.path().starts_with("/api/") || !accepts.contains("text/html") {
        return Err(PageFailure { failure: not_found(&request), shell: None });
    }
    page.not_found().await
}

fn not_found(request: &HttpRequest) -> Failure {
    Failure { error: Error::NotFound, language: language(request) }
}

/// Records the duration of each request under the pattern of its route.
async fn record_duration(
    metrics: Data<Metrics>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (method, started) = (request.method().clone(), Instant::now());
    let done = next.call(request).await;
    let (pattern, status) = match &done {
        Ok(answer) => (pattern_of(answer.request()), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    metrics.observe(&method, pattern.as_deref(), status, started.elapsed());
    done
}

/// Threads that serve requests.
const WORKERS: usize = 2;

/// Bounds on the requests of a server.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The pace of bodies.
    pub pace: Pace,
    /// Memory for bodies that are collected, in bytes.
    pub body_bytes: u64,
    /// Maximum number of concurrent connections. Further connections wait to be accepted.
    pub connections: usize,
}

/// Starts the server and returns it with the addresses that it listens on.
///
/// # Errors
/// The address cannot be bound.
pub fn start(app: &App, listen: &str, bounds: Bounds) -> std::io::Result<(Server, Vec<std::net::SocketAddr>)> {
    let app = app.clone();
    let limits = Data::new(Limits::new(&app.clock));
    let metrics = Data::new(Metrics::default());
    let room = Room::new(bounds.body_bytes);
    let server = HttpServer::new(move || {
        let (measured, recorded, room) = (metrics.clone(), app.clone(), room.clone());
        actix_web::App::new()
            .wrap(describe_oversized_bodies())
            .wrap(Compress::default())
            .wrap(from_fn(move |request, next| bodies::limit((bounds.pace, room.clone()), request, next)))
            .wrap(from_fn(move |request, next| refusals::record(recorded.clone(), request, next)))
            .wrap(security_headers())
            .wrap(from_fn(move |request, next| record_duration(measured.clone(), request, next)))
            .configure(configure(&app, &limits, &metrics))
    })
    .workers(WORKERS)
    .max_connections(bounds.connections.div_ceil(WORKERS))
    .worker_max_blocking_threads(8)
    .shutdown_timeout(10)
    .bind(listen)?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}
