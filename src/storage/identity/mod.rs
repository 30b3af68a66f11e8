//! People, their seats, delegations, browser sessions and kept forms.

pub mod administrator_requests;
pub mod browser_sessions;
pub mod delegations;
pub mod kept_forms;
pub mod people;
pub mod recovery_codes;
