//! HTTP only: parse, call one service, render. No rule of the field and no query lives here.

pub mod address;
pub mod api;
pub mod failure;
pub mod limits;
pub mod metrics;
pub mod pages;
pub mod request;
pub mod routes;
pub mod server;
