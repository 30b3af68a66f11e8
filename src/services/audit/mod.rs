//! Audit: the log of everything that was recorded, the hash chains and seals that protect it, and `luyue check`.
//!
//! Nothing here changes a contract.

pub mod check;
mod consistency;
pub mod hash_chains;
pub mod log;
pub mod seals;
