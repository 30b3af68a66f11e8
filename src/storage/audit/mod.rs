//! The audit log, its event actions, the hash chains of events and facts, and the daily seals over them.

pub mod event_action;
pub mod hash_chains;
pub mod log;
pub mod seals;
