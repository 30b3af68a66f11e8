//! Regions, organisations, contractors, payee accounts, appropriations, the service catalogue and the working calendar.

pub mod appropriations;
pub mod calendar;
pub mod catalogue;
pub mod contractors;
pub mod organisations;
pub mod payee_accounts;
