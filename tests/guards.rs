//! Protections between the network and the services: throttling, headers, hostile input and panics.

mod bodies;
mod canary;
mod certificates;
pub mod data_classes;
mod days;
mod exhaustion;
mod headers;
mod hostile;
mod lost_key;
mod metrics;
mod panics;
mod pooler;
mod proxies;
mod reads;
mod refusals;
mod throttle;
