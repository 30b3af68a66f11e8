//! The standing of a contract against `docs/standing.md`: the committed examples, each rule, and invariants of any
//! contract on any day.

mod amended;
mod amending;
mod amendments;
mod attainable;
mod bounds;
mod calendar;
pub mod contracts;
mod edges;
mod expected;
mod fuzz;
mod oracles;
mod pairs;
mod promises;
pub mod support;
mod trails;
mod validity;
