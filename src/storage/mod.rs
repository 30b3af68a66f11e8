//! The tables and the queries on them, one file a feature, the same on SQLite and PostgreSQL.
//!
//! Services open transactions (`write`), functions here run within them.

pub mod audit;
pub mod backend;
pub mod bulk_load;
pub mod change_requests;
pub mod contracts;
pub mod deliverables;
pub mod documents;
pub mod idempotency_keys;
pub mod identity;
pub mod ids;
pub mod notifications;
pub mod payments;
pub mod pool;
pub mod registry;
mod unique;
pub mod write;

pub use backend::AnyConnection;
pub use pool::Pool;

/// What a query gives, or why not.
pub type Result<T> = std::result::Result<T, crate::error::Error>;
