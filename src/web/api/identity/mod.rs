//! Sign-in, people, seats, delegations, one-time codes and saved views.

pub mod people;
pub mod saved_views;
pub mod session;
pub mod totp;
