//! Evaluations of contracts over periods: bounds and formula, the steps and their rights, the contractor's record.

mod record;
mod rules;
pub mod setup;
mod steps;
