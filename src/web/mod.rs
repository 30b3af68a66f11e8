//! HTTP: the JSON API and the pages. Handlers parse a request, call one service and render the result, without domain
//! rules or queries.

pub mod address;
pub mod api;
pub mod bodies;
pub mod failure;
pub mod files;
pub mod groups;
pub mod limits;
pub mod metrics;
pub mod openapi;
pub mod origin;
pub mod page_routes;
pub mod pages;
pub mod patterns;
pub mod query;
pub mod refusals;
pub mod request;
pub mod routes;
pub mod server;
