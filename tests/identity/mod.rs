//! Identity through the API: users, roles, rights and one-time codes, and the command that adds the first user.

mod bootstrap;
mod deputies;
mod finance_roles;
mod links;
mod passwords;
mod people;
mod provider;
mod provider_answers;
mod rights;
pub mod saved_views;
mod second_administrator;
mod second_factor;
pub mod totp;
mod user_agents;
