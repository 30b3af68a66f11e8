//! The audit log, its event actions, the hash chains of events, facts and row records, and the daily seals over them.

mod collected_rows;
pub mod event_action;
pub mod hash_chains;
pub mod log;
pub mod recorded_rows;
mod row_chains;
pub mod row_records;
pub mod seals;
pub(in crate::storage) mod touched;
