//! Identity through the API: people, seats, rights, one-time codes, and the command line that adds the first of them.

mod bootstrap;
mod people;
mod rights;
pub mod totp;
