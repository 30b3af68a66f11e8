//! Evaluations of contracts over periods: bounds and formula, the steps and who may take them, the contractor's record.

mod record;
mod rules;
pub mod setup;
mod steps;
