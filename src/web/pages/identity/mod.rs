//! Pages for signing in and out, also through the identity provider, open sessions, passwords, one-time codes,
//! kept forms and saved views.

pub mod kept_forms;
pub mod passwords;
pub mod proof;
pub mod provider;
pub mod saved_views;
pub mod session;
pub mod totp;
pub mod user_agents;
