//! Registry: the master data that contracts refer to — regions, organisations, contractors, payee accounts,
//! appropriations, the service catalogue, the working calendar and the statutes.
//!
//! The terms and facts of contracts are not used here.

mod account_authority;
pub(in crate::services) mod appropriation_authority;
pub mod appropriations;
pub mod calendar;
pub mod calendar_files;
pub mod calendar_imports;
pub mod catalogue;
pub mod contractors;
pub mod loan_rates;
pub mod organisations;
pub mod own_organisation;
pub mod payee_accounts;
pub mod proposals;
pub mod statute_settings;
pub mod statutes;
pub mod waiting_proposals;
pub mod working_days;
