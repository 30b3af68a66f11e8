//! The single integration-test binary, with one module per feature.

mod adapters;
mod architecture;
mod audit;
mod browser;
mod change_requests;
mod contracts;
mod deliverables;
mod documents;
mod faults;
mod flows;
mod guards;
mod identity;
mod jobs;
mod matrix;
mod openapi;
mod pages;
mod payments;
mod performance;
mod plans;
mod registry;
mod simulate;
mod standing;
mod support;
mod synthetic;
mod typing;
mod upgrade;
