//! Requests as the web layer reads them: addresses, queries, bodies, and the metrics of them.

mod address;
mod metrics;
mod origin;
mod query;
mod request;
