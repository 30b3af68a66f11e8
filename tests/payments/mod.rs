//! Payments, change requests, scores and observations through the API, on both engines.

mod approved;
mod batches;
mod chain;
mod chains;
mod desk;
mod history;
pub mod interest;
mod pages;
mod races;
mod recalls;
mod returned;
mod reversals;
mod rules;
mod separation;
pub mod setup;
mod treasury;
mod twice;
mod vouchers;
