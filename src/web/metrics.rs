//! Prometheus metrics: durations of requests, and the state of the email queue, the jobs and the connection pool.
//!
//! Requests are labelled by the pattern of their route, never by their path, so labels hold no identifiers and
//! strangers cannot create new ones.

use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::services::operations::metrics::Measures;

/// Upper bounds of the duration buckets, in seconds.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: String,
}

/// Request durations since the start, shared by all workers of a server.
#[derive(Debug)]
pub struct Metrics {
    requests: Family<RequestLabels, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { requests: Family::new_with_constructor(|| Histogram::new(BOUNDS)) }
    }
}

impl Metrics {
    /// Records a request. `pattern` is `None` if no route matched.
    pub fn observe(&self, method: &Method, pattern: Option<&str>, status: StatusCode, took: Duration) {
        let method = match method.as_str() {
            "GET" => "GET",
            "POST" => "POST",
            "PUT" => "PUT",
            "DELETE" => "DELETE",
            _ => "other",
        };
        let status = match status.as_u16() {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        let labels = RequestLabels { method, route: pattern.unwrap_or("none").to_owned(), status };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Renders all metrics in the Prometheus text format 0.0.4.
    ///
    /// # Errors
    /// Errors of the encoder; writing to a string does not fail.
    pub fn render(&self, now: &Measures) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::with_prefix("luyue");
        let help = "Durations of requests in seconds, by pattern of the route";
        registry.register("http_request_duration_seconds", help, self.requests.clone());
        let emails = Family::<StateLabels, Gauge>::default();
        for (state, count) in &now.emails {
            emails.get_or_create(&StateLabels { state: state.as_str().to_owned() }).set(*count);
        }
        registry.register("emails", "Emails by delivery state", emails);
        let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
        for (name, help, value) in [
            ("contracts_due", "Contracts that wait for the jobs", now.contracts_due),
            ("database_connections_in_use", "Database connections in use", now.connections_in_use.into()),
            ("database_connections_open", "Open database connections", now.connections_open.into()),
            ("writes_waiting", "Writes that wait for their turn on SQLite", count(now.writes_waiting)),
        ] {
            let gauge = Gauge::<i64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        }
        let mut text = String::new();
        prometheus_text::encode(&mut text, &registry)?;
        Ok(text)
    }
}
