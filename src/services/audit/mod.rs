//! Audit: the log of events and facts, the hash chains and daily seals that protect it, and `luyue check`.
//!
//! Apart from the daily seal, nothing here writes.

mod chain_walk;
pub mod check;
mod consistency;
pub mod hash_chains;
pub mod log;
pub mod named;
mod row_differences;
mod rows;
pub mod schema;
mod seal_text;
pub mod seals;
mod signed_rows;
mod working_values;
