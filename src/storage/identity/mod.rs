//! People, their seats, one-time links, calendar feeds, identities at the identity provider, delegations, browser sessions and kept forms.
//! People, their seats, one-time links, identities at the identity provider, delegations, browser
//! sessions, kept forms and saved views.

pub mod administrator_requests;
pub mod browser_sessions;
pub mod calendar_feeds;
pub mod delegations;
pub mod kept_forms;
pub mod links;
pub mod names;
pub mod people;
pub mod provider_identities;
pub mod recovery_codes;
pub mod saved_views;
