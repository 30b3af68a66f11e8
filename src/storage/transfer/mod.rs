//! Whole copies of the database: the rows of every table in a form that is the same on both engines.
//!
//! A row is a line of JSON, an array in the order of the table's columns. The lines of a table, in the order of its
//! key, have one digest, so a backup, a restored database and a database moved to the other engine can be compared.

mod load;
mod read;
mod tables;

pub(in crate::storage) use load::lines;
pub use load::{clear_unused, in_one_snapshot, in_one_transaction, insert, set_sequences};
pub use read::{TableDigest, TableHasher, digest, pass_rows};
pub use tables::{Cell, Column, Kind, Table, all_tables};
