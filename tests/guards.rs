//! What stands between the network and the services: throttling, headers, what is not read, what panics.

mod days;
mod headers;
mod hostile;
mod metrics;
mod panics;
mod proxies;
mod throttle;
