//! The outside world behind small types: secrets, tokens, passwords, files and mail.

mod one_time;
mod passwords;
mod secrets;
mod tokens;
