//! The API for programs: one file a feature.

pub mod asks;
pub mod contracts;
pub mod health;
pub mod payments;
pub mod scores;
pub mod session;
