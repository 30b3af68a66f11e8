//! The audit log, the hash chains of events and facts, and their daily seals.

pub mod hash_chains;
pub mod log;
pub mod seals;
