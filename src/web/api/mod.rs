//! The API for programs: one file a feature.

pub mod appropriations;
pub mod asks;
pub mod calendars;
pub mod contractors;
pub mod contracts;
pub mod deliverables;
pub mod events;
pub mod files;
pub mod health;
pub mod letters;
pub mod metrics;
pub mod multipart;
pub mod organisations;
pub mod page;
pub mod payments;
pub mod people;
pub mod scores;
pub mod session;
pub mod statutes;
pub mod totp;
