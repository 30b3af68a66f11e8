//! Adapters to the outside world: secrets, tokens, passwords, files and mail.

mod file_names;
mod file_store;
mod file_types;
pub mod fixtures;
mod mail;
mod networks;
mod one_time;
mod passwords;
mod secrets;
mod tokens;
