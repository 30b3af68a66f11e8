//! The one integration-test binary: one module a feature.

mod adapters;
mod architecture;
mod contracts;
mod documents;
mod standing;
mod support;
