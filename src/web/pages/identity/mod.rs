//! Pages for signing in and out, open sessions and one-time codes.

pub mod session;
pub mod totp;
mod user_agents;
