//! Sign-in, people, seats, delegations and one-time codes.

pub mod people;
pub mod session;
pub mod totp;
