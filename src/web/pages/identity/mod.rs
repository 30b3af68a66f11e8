//! Pages for signing in and out, open sessions, passwords and one-time codes.

pub mod kept_forms;
pub mod passwords;
pub mod proof;
pub mod session;
pub mod totp;
pub mod user_agents;
