//! The field's rules, pure: no I/O, no clock, no database, no words for people.

#[macro_use]
pub mod codes;
pub mod credit_code;
pub mod details;
pub mod policy;
