//! Metrics in the Prometheus text format.

use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use luyue::services::operations::metrics::Measures;
use luyue::web::metrics::Metrics;

#[test]
fn buckets_are_cumulative() {
    let metrics = Metrics::default();
    for millis in [3, 30, 30, 20_000] {
        metrics.observe(&Method::GET, Some("/a/{id}"), StatusCode::OK, Duration::from_millis(millis));
    }
    metrics.observe(&Method::TRACE, None, StatusCode::NOT_FOUND, Duration::ZERO);
    let now = Measures {
        emails: Vec::new(),
        contracts_due: 0,
        connections_in_use: 0,
        connections_open: 0,
        writes_waiting: 3,
    };
    let text = metrics.render(&now).expect("the text is written");
    let labels = "method=\"GET\",route=\"/a/{id}\",status=\"2xx\"";
    for (bound, count) in [("0.005", 1), ("0.025", 1), ("0.05", 3), ("10", 3), ("+Inf", 4)] {
        let line = format!("_bucket{{{labels},le=\"{bound}\"}} {count}\n");
        assert!(text.contains(&line), "{line} in {text}");
    }
    assert!(text.contains(&format!("_count{{{labels}}} 4\n")), "{text}");
    assert!(text.contains("luyue_writes_waiting 3\n"), "{text}");
    assert!(text.contains("_count{method=\"other\",route=\"none\",status=\"4xx\"} 1\n"), "{text}");
}
