//! Liveness, readiness, the OpenAPI document and metrics.

pub mod health;
pub mod metrics;
