//! Adapters to the outside world behind small types: mail, identity provider, files, PDF, tokens, passwords. Must
//! contain no business rule.

pub mod archive;
pub mod docx;
pub mod files;
pub mod gate;
pub mod gateway;
mod hex;
pub mod identity_provider;
pub mod mail;
pub mod networks;
pub mod one_time;
pub mod outgoing;
pub mod password_policy;
pub mod passwords;
pub mod pdf;
pub mod seal_file;
pub mod secrets;
pub mod spreadsheet;
pub mod tokens;
pub mod workbook_sheets;
pub mod workbooks;
