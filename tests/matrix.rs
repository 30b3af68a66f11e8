//! Authorisation matrix: the table of rights as a committed snapshot, and every route requested by every user in every
//! state of the contract.

pub mod bodies;
mod logged;
pub mod prepared;
mod random;
mod rights;
pub mod rows;
pub mod sweep;
pub mod things;
