//! The one integration-test binary: one module a feature.

mod adapters;
mod architecture;
mod contracts;
mod documents;
mod jobs;
mod registers;
mod simulate;
mod standing;
mod support;
