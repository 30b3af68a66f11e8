//! Queries on the tables, in feature folders that match `services/`. They run on both SQLite and PostgreSQL.
//!
//! Services open the transactions (`write::write`, `Pool::read`); the functions here run inside them. No business rule
//! is decided here.

pub mod amendments;
pub mod annexes;
pub mod audit;
pub mod backend;
pub mod boards;
pub mod bulk_load;
pub mod catalogue;
pub mod change_requests;
pub mod contract_rows;
pub mod contracts;
pub mod coordination;
pub mod deliverables;
pub mod documents;
pub mod evaluations;
pub mod guarantees;
pub mod idempotency_keys;
pub mod identity;
pub mod ids;
pub mod imports;
pub mod ledger;
pub mod locks;
pub mod messages;
pub mod notifications;
pub mod objections;
pub mod opinions;
pub mod payments;
pub mod pool;
pub mod publications;
pub mod records;
pub mod recoveries;
pub mod register_rows;
pub mod registry;
pub mod reports;
mod server_address;
pub mod signatures;
mod statements;
pub mod suspensions;
pub mod text_keys;
pub mod transfer;
mod unique;
pub mod work_stations;
pub mod workers;
pub mod write;
mod writer;
mod written_tables;

pub use backend::AnyConnection;
pub use pool::Pool;

/// Result of a query.
pub type Result<T> = std::result::Result<T, crate::error::Error>;
