//! Identity: people, the seats they hold, how they sign in, and who may act for whom.
//!
//! Every service begins with a [`caller::Caller`] from here. The rights of a role are in `domain::policy`.

pub mod bootstrap;
pub mod browser_sessions;
pub mod caller;
pub mod delegations;
pub mod kept_forms;
pub mod own_account;
pub mod password_links;
pub mod people;
pub mod profile;
pub mod provider_identities;
pub mod provider_sign_in;
pub mod saved_views;
mod second_administrator;
pub mod second_factor;
pub mod sessions;
pub mod totp;
