//! The heart, held to `docs/standing.md`: the committed examples, each rule, and what must hold of any contract on any day.

mod bounds;
mod contracts;
mod pairs;
mod promises;
pub mod support;
mod validity;
