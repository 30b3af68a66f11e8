//! Pages for signing in and out, also through the identity provider, open sessions, passwords and one-time codes.

pub mod kept_forms;
pub mod passwords;
pub mod proof;
pub mod provider;
pub mod session;
pub mod totp;
pub mod user_agents;
