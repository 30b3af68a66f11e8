//! People, their seats, delegations and browser sessions.

pub mod browser_sessions;
pub mod delegations;
pub mod link_requests;
pub mod people;
