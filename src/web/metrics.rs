//! What operations measure of requests: by pattern of the route, method and class of the status, how many and how long. No
//! address of anybody and no identifier is kept; what a stranger can choose is counted under one name.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::{Method, StatusCode};

/// Upper ends of the durations that are told apart, in seconds.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Method, pattern of the route, class of the status.
type Labels = (&'static str, String, &'static str);

/// What was measured since the start, by all workers of a server.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<BTreeMap<Labels, Series>>);

#[derive(Debug, Default)]
struct Series {
    /// How many took at most each bound, and no smaller one.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// Counts a request; `pattern` is none where no route took it.
    pub fn count(&self, method: &Method, pattern: Option<&str>, status: StatusCode, took: Duration) {
        let method = [Method::GET, Method::POST, Method::PUT, Method::DELETE].iter().find(|known| *known == method);
        let method = match method.map(Method::as_str) {
            Some("GET") => "GET",
            Some("POST") => "POST",
            Some("PUT") => "PUT",
            Some("DELETE") => "DELETE",
            _ => "other",
        };
        let class = match status.as_u16() {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        let seconds = took.as_secs_f64();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let series = all.entry((method, pattern.unwrap_or("none").to_owned(), class)).or_default();
        series.count += 1;
        series.seconds += seconds;
        if let Some(place) = BOUNDS.iter().position(|bound| seconds <= *bound)
            && let Some(bucket) = series.buckets.get_mut(place)
        {
            *bucket += 1;
        }
    }

    /// The counts in the text format of Prometheus (0.0.4).
    pub fn text(&self) -> String {
        let name = "luyue_http_request_duration_seconds";
        let mut text = head(name, "histogram", "How long requests took, by pattern of the route.");
        for ((method, pattern, class), series) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let labels = format!("method=\"{method}\",route=\"{pattern}\",status=\"{class}\"");
            let mut within = 0;
            let mut lines = String::new();
            for (bound, count) in BOUNDS.iter().zip(series.buckets) {
                within += count;
                lines += &format!("{name}_bucket{{{labels},le=\"{bound}\"}} {within}\n");
            }
            let Series { count, seconds, .. } = series;
            lines += &format!("{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n");
            lines += &format!("{name}_sum{{{labels}}} {seconds}\n{name}_count{{{labels}}} {count}\n");
            text += &lines;
        }
        text
    }
}

/// Something that is so many now, in the same format.
pub fn gauge(name: &str, help: &str, values: &[(String, i64)]) -> String {
    let mut text = head(name, "gauge", help);
    for (labels, value) in values {
        // A string takes all that is written to it.
        let _ = writeln!(text, "{name}{labels} {value}");
    }
    text
}

fn head(name: &str, kind: &str, help: &str) -> String {
    format!("# HELP {name} {help}\n# TYPE {name} {kind}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_what_the_smaller_ones_hold() {
        let metrics = Metrics::default();
        for millis in [3, 30, 30, 20_000] {
            metrics.count(&Method::GET, Some("/a/{id}"), StatusCode::OK, Duration::from_millis(millis));
        }
        metrics.count(&Method::TRACE, None, StatusCode::NOT_FOUND, Duration::ZERO);
        let text = metrics.text();
        let labels = "method=\"GET\",route=\"/a/{id}\",status=\"2xx\"";
        for (bound, count) in [("0.005", 1), ("0.025", 1), ("0.05", 3), ("10", 3), ("+Inf", 4)] {
            let line = format!("_bucket{{{labels},le=\"{bound}\"}} {count}\n");
            assert!(text.contains(&line), "{line} in {text}");
        }
        assert!(text.contains(&format!("_count{{{labels}}} 4\n")), "{text}");
        assert!(text.contains("_count{method=\"other\",route=\"none\",status=\"4xx\"} 1\n"), "{text}");
    }
}
