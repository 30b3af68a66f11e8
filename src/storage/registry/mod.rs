//! Tables of the registry: regions, organisations, contractors, payee accounts, appropriations, services and calendar
//! years.

pub mod appropriations;
pub mod calendar;
pub mod catalogue;
pub mod contractors;
pub mod loan_rates;
pub mod organisations;
pub mod payee_accounts;
pub mod statute_settings;
pub mod text_match;
pub mod version;
pub mod waiting_proposals;
