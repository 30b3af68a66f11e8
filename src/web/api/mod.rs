//! The API for programs: one file a feature.

pub mod contracts;
pub mod health;
pub mod session;
