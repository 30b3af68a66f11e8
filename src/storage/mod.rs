//! The tables and the queries on them, one file a feature, the same on SQLite and PostgreSQL.
//!
//! Services open transactions (`write`), functions here run within them.

pub mod access;
pub mod accounts;
pub mod appropriations;
pub mod asks;
pub mod audit;
pub mod backend;
pub mod calendars;
pub mod catalogue;
pub mod chain;
pub mod contractors;
pub mod contracts;
pub mod delegations;
pub mod documents;
pub mod drafts;
pub mod duties;
pub mod facts;
pub mod files;
pub mod ids;
pub mod letters;
pub mod lists;
pub mod loading;
pub mod organisations;
pub mod payments;
pub mod people;
pub mod pool;
pub mod projections;
pub mod requests;
pub mod seals;
pub mod search;
pub mod sessions;
mod unique;
pub mod write;

pub use backend::AnyConnection;
pub use pool::Pool;

/// What a query gives, or why not.
pub type Result<T> = std::result::Result<T, crate::error::Error>;
