//! Payments, what one asks for and another grants, scores and observations: through the API, on both engines.

mod asks;
mod chain;
mod history;
mod observations;
mod pages;
mod races;
mod separation;
pub mod setup;
