//! Who may do what: the table of rights as a committed snapshot, and every route asked by everybody in every state.

mod rights;
pub mod rows;
mod sweep;
