//! Ledgers as workbooks: export and import of contracts with their history.

mod commands;
mod faults;
mod round_trip;
mod setup;
