//! The one integration-test binary: one module a feature.

mod adapters;
mod documents;
mod architecture;
mod support;
