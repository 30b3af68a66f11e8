//! Metrics for operators with the token from the settings. All other requests are answered with 404.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

use crate::error::Error;
use crate::services::operations::metrics;
use crate::web::failure::Problem;
use crate::web::metrics::Metrics;
use crate::web::request::{Answer, ApiRequest, block};

/// Returns request durations, emails by state, contracts that wait for the jobs, and database connections.
///
/// The format is the Prometheus text format. Needs the bearer token of the setting `LUYUE_METRICS_TOKEN`.
#[utoipa::path(tag = "operations", security(("metrics_token" = [])), responses(
    (status = 200, content_type = "text/plain", description = "Prometheus text format 0.0.4."),
    (status = 404, body = Problem, description = "The token is missing or wrong, or none is set."),
    (status = 500, body = Problem), (status = 503, body = Problem)))]
#[get("/metrics")]
pub async fn read_metrics(request: ApiRequest, metrics: Data<Metrics>) -> Answer {
    let text = block(request.language(), move || {
        if !metrics::may_read(request.app(), request.token()) {
            return Err(Error::NotFound);
        }
        let now = metrics::measure(request.app())?;
        metrics.render(&now).map_err(|error| Error::Internal(format!("metrics cannot be rendered: {error}")))
    })
    .await?;
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(text))
}
