//! People, their seats, delegations, browser sessions and kept forms.

pub mod browser_sessions;
pub mod delegations;
pub mod kept_forms;
pub mod link_requests;
pub mod people;
