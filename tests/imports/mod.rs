//! Ledgers as workbooks: export and import of contracts with their history.

mod commands;
mod faults;
mod proposals;
mod round_trip;
pub mod setup;
