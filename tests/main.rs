//! The one integration-test binary: one module a feature.

mod adapters;
mod architecture;
mod contracts;
mod deliverables;
mod demo;
mod documents;
mod flows;
mod jobs;
mod payments;
mod registers;
mod simulate;
mod standing;
mod support;
