//! Adapters to the outside world: secrets, tokens, passwords, files and mail.

pub mod bounces;
pub mod clean_copies;
mod clean_names;
mod e_invoices;
pub mod file_cases;
mod file_names;
mod file_store;
mod file_types;
mod file_words;
pub mod fixtures;
mod gate;
mod mail;
mod networks;
mod one_time;
mod passwords;
mod secrets;
pub mod spreadsheet;
mod tokens;
pub mod workbooks;
