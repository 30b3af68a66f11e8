//! Regions, organisations, contractors, payee accounts, appropriations, the catalogue, the calendar and the statutes.

pub mod appropriations;
pub mod calendar;
pub mod contractors;
pub mod loan_rates;
pub mod organisations;
pub mod statute_settings;
pub mod statutes;
