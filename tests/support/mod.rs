//! Shared test support: database engines, servers started by tests, and the application under test.
pub mod pdf;

pub mod app;
pub mod browser;
pub mod by_hand;
pub mod checked;
pub mod client;
pub mod demo;
pub mod digest;
pub mod dom;
pub mod engines;
pub mod files;
pub mod gateway;
pub mod log;
pub mod mail;
pub mod migrated;
pub mod outage;
pub mod postgres;
pub mod programme;
pub mod provider;
pub mod queries;
pub mod race;
pub mod smtp;
pub mod visitor;
