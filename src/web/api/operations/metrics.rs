//! What operations measure, for whoever has the token of the settings; for others the page is not there.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};

use crate::error::Error;
use crate::services::operations::metrics;
use crate::web::failure::Problem;
use crate::web::metrics::{Metrics, gauge};
use crate::web::request::{Answer, ApiRequest, block};

/// Requests by route, letters, contracts that wait for the jobs, connections, in the text format of Prometheus. Needs the
/// bearer token of the setting `LUYUE_METRICS_TOKEN`.
#[utoipa::path(tag = "health", responses(
    (status = 200, content_type = "text/plain", description = "Text format 0.0.4"), (status = 404, body = Problem)))]
#[get("/metrics")]
pub async fn read_metrics(request: ApiRequest, metrics: Data<Metrics>) -> Answer {
    let now = block(request.language(), move || {
        if !metrics::may_read(request.app(), request.token()) {
            return Err(Error::NotFound);
        }
        metrics::measure(request.app())
    })
    .await?;
    let one = |count: i64| vec![(String::new(), count)];
    let letters: Vec<_> =
        now.emails.into_iter().map(|(state, count)| (format!("{{state=\"{}\"}}", state.as_str()), count)).collect();
    let text = [
        metrics.text(),
        gauge("luyue_letters", "Letters by state.", &letters),
        gauge("luyue_contracts_due", "Contracts that wait for the jobs.", &one(now.contracts_due)),
        gauge(
            "luyue_database_connections_in_use",
            "Connections to the database in use.",
            &one(now.connections_in_use.into()),
        ),
        gauge(
            "luyue_database_connections_open",
            "Connections to the database that are open.",
            &one(now.connections_open.into()),
        ),
    ];
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text.concat()))
}
